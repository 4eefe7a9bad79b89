"""Which device stands behind a predicted way in, whether somebody planned it, and what a control may see of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fushinban.check import judge
from fushinban.check.openings import openings_of
from fushinban.check.ways import ways_of
from fushinban.controls import controls
from fushinban.model.control import Verdict, passed
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.exposure import Opening, Prediction, Reach, SiteExposure
from fushinban.model.facts import (
    AnonymousPictures,
    Gate,
    Interface,
    Interfaces,
    PictureGate,
    PortMapping,
    PortMappings,
)
from fushinban.model.facts.base import Fact
from fushinban.model.filtering import Family, ForwardKind
from fushinban.model.intervals import ANY_V4, NOTHING, TCP, Intervals, addresses
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.router import Origin, UpnpServer
from fushinban.model.sheet import Parameter, ParameterSheet, Stage
from fushinban.model.site import Authorisation, InspectionKind, Site, SiteKind
from fushinban.model.text import Text
from fushinban.model.view import DeviceView, SiteView

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SITE = Site(id="s", name="試験店舗", customer="", kind=SiteKind.SHOP)
REACH = Reach(
    interface="wan", family=Family.V4, outside=ANY_V4, assigned=True, outside_ports=Intervals.single(8080),
    sources=ANY_V4, anyone=True,
)  # fmt: skip
ROW = Opening(
    reach=REACH, kind=ForwardKind.STATIC, protocols=TCP, inside=addresses("192.0.2.20"),
    inside_ports=Intervals.single(80), inside_interface="lan",
)  # fmt: skip
PLAN = {"protocol": "tcp", "outside_ports": "8000-8100", "inside": "192.0.2.20", "inside_ports": "80", "kind": "static"}


def view(address: str, *facts: Fact, plan: dict[str, str] | None = None) -> DeviceView:
    source = Source(driver="x", request="y", at=NOW)
    readings = {type(f): Reading(fact=type(f), answer=Answer.OK, source=source, value=f) for f in facts}
    rows = tuple(
        Parameter(key=f"router_configuration[r].{k}", value=v, label=Text(k, k), section=PortMappings.section)
        for k, v in (plan or {}).items()
    )
    sheet = ParameterSheet(device=address, stage=Stage.PLANNED, taken_at=NOW, parameters=rows, digest="cd" * 32)
    device = Device(id=address, site="s", target=Target(address=address), kind=DeviceKind.CAMERA)
    return DeviceView(
        device=device, site=SITE, kind=InspectionKind.PERIODIC, now=NOW, readings=readings,
        sheets={Stage.PLANNED: sheet} if plan is not None else {},
    )  # fmt: skip


def exposed(*rows: Opening, router: str = "192.0.2.1") -> SiteExposure:
    upnp = UpnpServer(enabled=False)
    prediction = Prediction(kind="x", origin=Origin.FILE, openings=rows, upnp=upnp)
    return SiteExposure(prediction=prediction, told=None, router=router)


def test_a_way_concerns_the_router_and_the_device_behind() -> None:
    found = ways_of([view("192.0.2.1"), view("192.0.2.20"), view("192.0.2.30")], exposed(ROW), {})
    assert set(found) == {"192.0.2.1", "192.0.2.20"}
    (at_router,), (behind,) = found["192.0.2.1"], found["192.0.2.20"]
    assert at_router == behind
    assert at_router.device is not None
    assert (at_router.device.id, at_router.planned, at_router.picture) == ("192.0.2.20", False, False)


def test_nothing_is_known_without_a_prediction() -> None:
    assert ways_of([view("192.0.2.1")], None, {}) == {}
    assert ways_of([view("192.0.2.1")], exposed(), {}) == {}


def test_a_way_to_a_whole_network_concerns_every_device_in_it() -> None:
    wide = replace(ROW, inside=addresses("192.0.2.0/24") - addresses("192.0.2.1"))
    found = ways_of([view("192.0.2.1"), view("192.0.2.20"), view("192.0.2.30")], exposed(wide), {})
    assert {id_: way[0].device.id if way[0].device else "" for id_, way in found.items()} == {
        "192.0.2.20": "192.0.2.20", "192.0.2.30": "192.0.2.30", "192.0.2.1": "",
    }  # fmt: skip


def test_a_prefix_that_the_provider_gives_is_that_of_every_global_address() -> None:
    row = replace(ROW, reach=replace(REACH, family=Family.V6), inside=NOTHING, unknown_prefix=True)
    here = Interfaces(interfaces=(Interface(token="1", ipv6=("2001:db8::20/64", "fe80::1%eth0/64")),))
    found = ways_of([view("192.0.2.1"), view("192.0.2.20", here), view("192.0.2.30")], exposed(row), {})
    assert set(found) == {"192.0.2.1", "192.0.2.20"}


@pytest.mark.parametrize(("uri", "picture"), [("http://192.0.2.20/a.jpg", True), ("rtsp://192.0.2.20/s", False)])
def test_pictures_at_its_port_are_known(uri: str, picture: bool) -> None:
    gate = AnonymousPictures(pictures=(PictureGate(uri=uri, form="snapshot", gate=Gate.OPEN),))
    found = ways_of([view("192.0.2.1"), view("192.0.2.20", gate)], exposed(ROW), {})
    assert [found[i][0].picture for i in ("192.0.2.1", "192.0.2.20")] == [picture, picture]


@pytest.mark.parametrize(
    ("change", "planned"),
    [
        ({}, True),
        ({"protocol": "tcp/udp"}, True),
        ({"protocol": "all"}, True),
        ({"outside_ports": "", "inside_ports": ""}, True),
        ({"inside": "192.0.2.16-192.0.2.31"}, True),
        ({"protocol": "udp"}, False),
        ({"outside_ports": "8000, 8010"}, False),
        ({"inside": "192.0.2.21"}, False),
        ({"inside": ""}, False),
        ({"inside": "router"}, False),
        ({"inside_ports": "81"}, False),
        ({"sources": "198.51.100.7"}, False),
        ({"outside_ports": "1, 2, 3, 4, …"}, False),
    ],
)
def test_a_way_is_planned_where_a_planned_forward_covers_all_of_it(change: dict[str, str], planned: bool) -> None:
    found = ways_of([view("192.0.2.1", plan={**PLAN, **change})], exposed(ROW), {})
    assert found["192.0.2.1"][0].planned is planned


def test_what_the_router_named_over_upnp_is_not_told_twice() -> None:
    mapping = PortMapping(protocol="TCP", outside_port=8080, inside="192.0.2.20", inside_port=80)
    views = [view("192.0.2.1", PortMappings(mappings=(mapping,)))]
    upnp = replace(ROW, kind=ForwardKind.UPNP)
    assert ways_of(views, exposed(upnp), openings_of(views)) == {}
    assert set(ways_of(views, exposed(upnp), {})) == {"192.0.2.1"}
    assert set(ways_of(views, exposed(ROW), openings_of(views))) == {"192.0.2.1"}


def test_only_a_control_that_may_read_the_configuration_sees_it() -> None:
    seen: list[tuple[bool, bool]] = []

    def look(one: DeviceView) -> Verdict:
        seen.append((one.exposure is not None, bool(one.ways)))
        return passed(Text("よい", "good"))

    def look_at_site(site: SiteView) -> Verdict:
        seen.append((site.exposure is not None, bool(site.devices[0].ways)))
        return passed(Text("よい", "good"))

    entitled = controls()["G-3.4-5a"]
    site = SiteView(
        site=SITE,
        authorisation=Authorisation(by="試験", start=NOW, end=NOW, networks=(), tests=frozenset()),
        kind=InspectionKind.PERIODIC, now=NOW, devices=(view("192.0.2.1"),), exposure=exposed(ROW),
    )  # fmt: skip
    for control in (
        replace(entitled, check_device=look),
        replace(entitled, check_device=look, may_read=()),
        replace(entitled, check_device=None, check_site=look_at_site),
        replace(entitled, check_device=None, check_site=look_at_site, may_read=()),
    ):
        judge(site, {control.id: control})
    assert seen == [(True, True), (False, False), (True, True), (False, False)]
