"""A site's exposure put together from what is kept: configuration, UPnP mappings, the last inspection, looks."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from fushinban import clock
from fushinban.drivers._router_facts import configuration_of
from fushinban.errors import InputError
from fushinban.jobs.exposure import (
    MOST_BYTES,
    exposure_of,
    inspected_exposure,
    keep_configuration,
    known_makers,
    read_configuration,
)
from fushinban.jobs.inspect import judged_inspection
from fushinban.model.control import Outcome, Severity
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import OpenPorts, Port, PortMapping, PortMappings, PortState, RouterConfiguration
from fushinban.model.filtering import Family, ForwardKind
from fushinban.model.inspection import DeviceRecord
from fushinban.model.mismatch import Agreement, Cause
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.reflection import OUTSIDE_PORTS, Reflection, SeenPort
from fushinban.model.router import Origin
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from record.console_samples import SEA, USUAL, inspected, result
from record.router_samples import SECRET, routeros_text

ROUTER = routeros_text("192.168.1.99")
MAPPINGS = PortMappings(
    external_address="100.64.3.9",
    mappings=(
        PortMapping(protocol="TCP", outside_port=554, inside="192.168.1.64", inside_port=554, name="cam"),
        PortMapping(protocol="TCP", outside_port=81, inside="192.168.1.64", inside_port=81, enabled=False),
        PortMapping(protocol="TCP", outside_port=82, inside="nonsense", inside_port=81),
        PortMapping(protocol="SCTP", outside_port=83, inside="192.168.1.64", inside_port=81),
    ),
)


def reading(value: object) -> Reading[object]:  # type: ignore[type-var]  # any fact
    source = Source(driver="igd", request="GetGenericPortMappingEntry", at=clock.now())
    return Reading(fact=type(value), answer=Answer.OK, source=source, value=value)  # type: ignore[arg-type,type-var]


def device(name: str, address: str, kind: DeviceKind) -> Device:
    return Device(id=name, site=SEA.id, target=Target(address=address), kind=kind, name=name)


def inspected_site(store: Store, *, mappings: bool = True, more: tuple[Reading[Any], ...] = ()) -> None:
    """A router that may have told its mappings, and a camera whose RTSP port is closed inside."""
    router = device("ルータ", "192.168.1.1", DeviceKind.ROUTER)
    camera = device("玄関", "192.168.1.64", DeviceKind.CAMERA)
    ports = OpenPorts(ports=(Port(number=554, service="rtsp", state=PortState.CLOSED),))
    plain = result(SEA, USUAL)
    records = (
        DeviceRecord(device=router, readings=(reading(MAPPINGS), *more) if mappings else more, reached=True),
        DeviceRecord(device=camera, readings=(reading(ports),), reached=True),
    )
    networks = replace(plain.authorisation, networks=(ip_network("192.168.1.0/24"),))
    inspected(store, replace(plain, records=records, authorisation=networks, findings=()))
    store.devices.save([router, camera])
    store.sites.save(SEA, networks)


def looked(store: Store, *opened: int) -> None:
    now = clock.now() + timedelta(seconds=1)
    ports = tuple(SeenPort(port=p, state=PortState.OPEN if p in opened else PortState.FILTERED) for p in OUTSIDE_PORTS)
    seen = Reflection(address="203.0.113.7", nonce="0", started=now, ended=now, ports=ports)
    store.outside.keep(SEA.id, "ed25519:k", seen)


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]  # a generator of the store
    with open_store(data_dir=tmp_path / "data") as opened:
        yield opened


def test_mappings_alone_are_predicted_and_say_that_they_are_not_all(store: Store) -> None:
    inspected_site(store)
    known = exposure_of(store, SEA.id)
    assert known.asked
    assert known.router is None
    assert known.prediction is not None
    assert not known.prediction.complete
    (row,) = known.prediction.openings
    assert (row.kind, row.devices, row.reach.anyone) == (ForwardKind.UPNP, ("玄関",), True)
    assert known.comparison is None
    looked(store)
    compared = exposure_of(store, SEA.id).comparison
    assert compared is not None
    (port,) = compared.mismatches
    assert (port.port, port.agreement) == (554, Agreement.NOT_SEEN)
    causes = [c.cause for c in port.causes]
    assert causes[:3] == [Cause.CARRIER_NAT, Cause.PORT_CLOSED, Cause.STALE_UPNP]


def test_a_configuration_and_the_mappings_together(store: Store) -> None:
    inspected_site(store)
    kept = keep_configuration(store, SEA.id, ROUTER, "r.rsc", "山田")
    assert SECRET not in repr(kept)
    looked(store)
    known = exposure_of(store, SEA.id)
    assert known.prediction is not None
    assert known.comparison is not None
    rows = {row.reach.outside_ports.first: row for row in known.prediction.openings}
    assert {554, 8080} <= set(rows)
    (gone,) = [p for p in known.comparison.mismatches if p.port == 8080]
    assert Cause.DEVICE_GONE in [c.cause for c in gone.causes]


def test_without_a_router_nothing_is_predicted(store: Store) -> None:
    inspected_site(store, mappings=False)
    looked(store, 80)
    known = exposure_of(store, SEA.id)
    assert (known.prediction, known.comparison, known.asked) == (None, None, False)
    assert [p.port for p in known.looks[0].seen.open] == [80]


def read_router(store: Store, content: bytes, at: datetime) -> None:
    """An inspection at which the router told its configuration, besides its mappings."""
    state = replace(read_configuration(content), origin=Origin.DEVICE)
    source = Source(driver="mikrotik", request="ip/firewall/nat", at=at)
    told = Reading(fact=RouterConfiguration, answer=Answer.OK, source=source, value=configuration_of(state))
    inspected_site(store, more=(told,))


@pytest.mark.parametrize(("later", "origin", "port"), [(True, Origin.DEVICE, 9090), (False, Origin.FILE, 8080)])
def test_the_newer_of_file_and_router_counts(store: Store, later: bool, origin: Origin, port: int) -> None:
    kept = keep_configuration(store, SEA.id, ROUTER, "r.rsc", "山田")
    other = ROUTER.replace(b"dst-port=8080", b"dst-port=9090")
    read_router(store, other, kept.kept_at + timedelta(hours=1 if later else -1))
    known = exposure_of(store, SEA.id)
    assert known.told is not None
    assert known.router is not None
    assert (known.told.origin, known.told.name) == (origin, "ルータ" if later else "r.rsc")
    assert known.around.read_at == known.told.at
    assert known.prediction is not None
    assert known.prediction.origin is origin
    assert {row.reach.outside_ports.first for row in known.prediction.openings} == {554, port}


def test_a_mapping_that_two_ways_tell_is_one_opening(store: Store) -> None:
    said = json.dumps(
        {
            "ip/address": [{"address": "192.168.1.1/24", "interface": "bridge"}],
            "ip/dhcp-client": [{"interface": "ether1"}],
            "ip/upnp": {"enabled": "true"},
            "ip/firewall/nat": [
                {
                    "chain": "dstnat", "action": "dst-nat", "protocol": "tcp", "dst-port": "554",
                    "in-interface": "ether1", "to-addresses": "192.168.1.64", "to-ports": "554", "dynamic": "true",
                    "comment": "upnp 192.168.1.64: cam",
                }
            ],
        }
    ).encode()  # fmt: skip
    read_router(store, said, clock.now())
    known = exposure_of(store, SEA.id)
    assert known.router is None
    assert known.prediction is not None
    (row,) = known.prediction.openings
    assert (row.kind, row.devices) == (ForwardKind.UPNP, ("玄関",))


def test_whose_configuration_it_is_is_found_out_or_told(store: Store) -> None:
    assert read_configuration(ROUTER).kind == "mikrotik"
    assert {kind for kind, _ in known_makers()} >= {"mikrotik", "openwrt"}
    large, long = b"x" * (MOST_BYTES + 1), b"\n" * 20_002
    for content, kind in ((b"hello", None), (ROUTER, "nobody"), (large, None), (long, None)):
        with pytest.raises(InputError):
            read_configuration(content, kind)


OPENWRT = b"""package network

config interface 'lan'
\toption device 'br-lan'
\toption proto 'static'
\toption ipaddr '192.168.1.1/24'
\toption ip6addr '2001:db8:1::1/64'

config interface 'wan'
\toption device 'eth1'
\toption proto 'static'
\toption ipaddr '203.0.113.7/24'
\toption ip6addr '2001:db8:ff::7/64'

package firewall

config defaults
\toption input 'REJECT'
\toption forward 'REJECT'

config zone
\toption name 'lan'
\toption network 'lan'
\toption forward 'ACCEPT'

config zone
\toption name 'wan'
\toption network 'wan'
\toption masq '1'
"""


def test_a_mapping_is_the_only_way_in_and_over_ipv4_alone(store: Store) -> None:
    inspected_site(store)
    keep_configuration(store, SEA.id, OPENWRT, "uci", "山田")
    prediction = exposure_of(store, SEA.id).prediction
    assert prediction is not None
    (row,) = prediction.openings
    assert (row.kind, row.reach.family, row.reach.outside_ports.first) == (ForwardKind.UPNP, Family.V4, 554)


def test_a_prediction_is_made_once_until_something_changes(store: Store) -> None:
    inspected_site(store)
    keep_configuration(store, SEA.id, ROUTER, "r.rsc", "山田")
    first = exposure_of(store, SEA.id).prediction
    assert exposure_of(store, SEA.id).prediction is first
    keep_configuration(store, SEA.id, ROUTER.replace(b"dst-port=8080", b"dst-port=8081"), "r.rsc", "山田")
    second = exposure_of(store, SEA.id).prediction
    assert second is not None
    assert {row.reach.outside_ports.first for row in second.openings} == {554, 8081}
    store.devices.save([device("裏口", "192.168.1.99", DeviceKind.CAMERA)])
    third = exposure_of(store, SEA.id).prediction
    assert third is not None
    assert ("裏口",) in [row.devices for row in third.openings], "a device that is known by now has its name"


def test_the_address_from_which_the_look_was_made_counts(store: Store) -> None:
    inspected_site(store, mappings=False)
    few = ROUTER.replace(b"protocol=tcp to-", b"protocol=tcp src-address=198.51.100.3 to-")
    keep_configuration(store, SEA.id, few, "r.rsc", "山田")
    now = clock.now() + timedelta(seconds=1)
    ports = (SeenPort(port=8080, state=PortState.OPEN),)
    for watcher, agreement in (("198.51.100.3", Agreement.AGREES), ("198.51.100.4", Agreement.NOT_PREDICTED)):
        seen = Reflection(address="203.0.113.7", nonce="0", started=now, ended=now, ports=ports, watcher=watcher)
        store.outside.keep(SEA.id, "ed25519:k", seen)
        compared = exposure_of(store, SEA.id).comparison
        assert compared is not None
        assert compared.ports[0].agreement is agreement
        assert store.outside.of(SEA.id)[0].seen.watcher == watcher


def test_what_outsiders_reach_by_upnp_is_said_in_a_sentence(store: Store) -> None:
    inspected_site(store)
    # The router's own outside address is a carrier's: another router stands before it.
    assert [t.en for t in exposure_of(store, SEA.id).reached] == [
        "Anybody outside the router can reach “玄関”; nothing but its password protects the pictures."
    ]


def test_without_mappings_nothing_is_said(store: Store) -> None:
    inspected_site(store, mappings=False)
    assert exposure_of(store, SEA.id).reached == ()


@pytest.mark.parametrize("later", [True, False])
def test_the_findings_stand_on_the_same_prediction(store: Store, later: bool) -> None:
    kept = keep_configuration(store, SEA.id, ROUTER, "r.rsc", "山田")
    other = ROUTER.replace(b"dst-port=8080", b"dst-port=9090").replace(b"192.168.1.99", b"192.168.1.64")
    read_router(store, other, kept.kept_at + timedelta(hours=1 if later else -1))
    inspection = store.inspections.newest(SEA.id)
    assert inspection is not None
    exposure = inspected_exposure(store, inspection)
    assert exposure is not None
    assert exposure.told is not None
    assert (exposure.router, exposure.alone) == ("ルータ", True)
    assert exposure.prediction == exposure_of(store, SEA.id).prediction
    judged = judged_inspection(replace(inspection, ended_at=clock.now()), (), exposure)
    found = {(f.control, f.device): f for f in judged.findings}
    at_router, at_camera = found["G-3.4-5a", "ルータ"], found["G-3.4-5a", "玄関"]
    assert at_router.outcome is Outcome.FAIL
    assert ("外側の9090番" if later else "外側の8080番") in at_router.message.ja
    assert ("外側の9090番" in at_camera.message.ja) is later
    telnet = found["G-2.1-2", "ルータ"]
    assert (telnet.outcome, telnet.severity) == (Outcome.FAIL, Severity.CRITICAL)
    assert found["G-3.4-5c", ""].outcome is Outcome.FAIL


def test_whose_configuration_was_handed_in_is_told_by_its_address(store: Store) -> None:
    inspected_site(store, mappings=False)
    keep_configuration(store, SEA.id, ROUTER, "r.rsc", "山田")
    inspection = store.inspections.newest(SEA.id)
    assert inspection is not None
    first, second = inspection.records
    exposure = inspected_exposure(store, inspection)
    assert exposure is not None
    assert exposure.router == "ルータ"
    unlisted = inspected_exposure(store, replace(inspection, records=(second,)))
    assert unlisted is not None
    assert (unlisted.router, unlisted.alone) == ("", True)
    another = replace(first, device=device("奥", "192.168.1.2", DeviceKind.ROUTER))
    two = inspected_exposure(store, replace(inspection, records=(first, another, second)))
    assert two is not None
    assert (two.router, two.alone) == ("ルータ", False)


def test_nothing_known_of_a_router_is_no_exposure(store: Store) -> None:
    inspected_site(store, mappings=False)
    inspection = store.inspections.newest(SEA.id)
    assert inspection is not None
    assert inspected_exposure(store, inspection) is None
