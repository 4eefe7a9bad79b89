"""A site's exposure put together from what is kept: configuration, UPnP mappings, the last inspection, looks."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from fushinban import clock
from fushinban.errors import InputError
from fushinban.jobs.exposure import MOST_BYTES, exposure_of, keep_configuration, known_makers, read_configuration
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import OpenPorts, Port, PortMapping, PortMappings, PortState
from fushinban.model.filtering import ForwardKind
from fushinban.model.inspection import DeviceRecord
from fushinban.model.mismatch import Agreement, Cause
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.reflection import OUTSIDE_PORTS, Reflection, SeenPort
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from record.console_samples import SEA, USUAL, inspected, result

SECRET = "Invented-Secret-9431"
ROUTER = f"""/interface bridge
add name=bridge
/ppp secret
add name=office password={SECRET}
/ip address
add address=192.168.1.1/24 interface=bridge
/ip dhcp-client
add interface=ether1
/interface list
add name=WAN
/interface list member
add interface=ether1 list=WAN
/ip firewall nat
add action=dst-nat chain=dstnat dst-port=8080 in-interface=ether1 protocol=tcp to-addresses=192.168.1.99 to-ports=80
""".encode()
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


def inspected_site(store: Store, *, mappings: bool = True) -> None:
    """A router that may have told its mappings, and a camera whose RTSP port is closed inside."""
    router = device("ルータ", "192.168.1.1", DeviceKind.ROUTER)
    camera = device("玄関", "192.168.1.64", DeviceKind.CAMERA)
    ports = OpenPorts(ports=(Port(number=554, service="rtsp", state=PortState.CLOSED),))
    plain = result(SEA, USUAL)
    records = (
        DeviceRecord(device=router, readings=(reading(MAPPINGS),) if mappings else (), reached=True),
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


def test_whose_configuration_it_is_is_found_out_or_told(store: Store) -> None:
    assert read_configuration(ROUTER).kind == "mikrotik"
    assert {kind for kind, _ in known_makers()} >= {"mikrotik", "openwrt"}
    large, long = b"x" * (MOST_BYTES + 1), b"\n" * 20_002
    for content, kind in ((b"hello", None), (ROUTER, "nobody"), (large, None), (long, None)):
        with pytest.raises(InputError):
            read_configuration(content, kind)
