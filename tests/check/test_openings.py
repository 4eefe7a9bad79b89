"""Which device stands behind a port that a router opened, and whether somebody planned it."""

from datetime import UTC, datetime

import pytest

from fushinban.check.openings import exposed_sentences, openings_of
from fushinban.model.device import Device, DeviceKind, Target
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
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.sheet import Parameter, ParameterSheet, Stage
from fushinban.model.site import InspectionKind, Site, SiteKind
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SITE = Site(id="s", name="試験店舗", customer="", kind=SiteKind.SHOP)
HTTP = PortMapping(protocol="TCP", outside_port=8080, inside="192.0.2.20", inside_port=80)


def view(
    address: str,
    *facts: Fact,
    planned: dict[str, str] | None = None,
    kind: DeviceKind = DeviceKind.OTHER,
    name: str = "",
) -> DeviceView:
    source = Source(driver="igd", request="GetListOfPortMappings", at=NOW, digest="ab" * 32)
    readings = {type(f): Reading(fact=type(f), answer=Answer.OK, source=source, value=f) for f in facts}
    sheets = {}
    if planned is not None:
        rows = tuple(
            Parameter(key=k, value=v, label=Text(k, k), section=PortMappings.section) for k, v in planned.items()
        )
        sheets[Stage.PLANNED] = ParameterSheet(
            device=address, stage=Stage.PLANNED, taken_at=NOW, parameters=rows, digest="cd" * 32
        )
    device = Device(id=address, site="s", target=Target(address=address), kind=kind, name=name)
    return DeviceView(device=device, site=SITE, kind=InspectionKind.PERIODIC, now=NOW, readings=readings, sheets=sheets)


def test_a_port_concerns_the_router_and_the_device_behind() -> None:
    router = view("192.0.2.1", PortMappings(external_address="203.0.113.9", mappings=(HTTP,)))
    found = openings_of([router, view("192.0.2.20"), view("192.0.2.30")])
    assert set(found) == {"192.0.2.1", "192.0.2.20"}
    (opening,) = found["192.0.2.20"]
    assert opening.device is not None
    assert (opening.router.id, opening.device.id, opening.external) == ("192.0.2.1", "192.0.2.20", "203.0.113.9")
    assert (opening.source, opening.digest, opening.planned) == ("igd GetListOfPortMappings", "ab" * 32, False)


def test_a_device_is_known_by_every_address_that_it_has() -> None:
    row = Interface(token="1", ipv4=("192.0.2.20/24",), ipv6=("2001:db8::20/64",))
    six = PortMapping(protocol="TCP", outside_port=81, inside="2001:db8::20", inside_port=80)
    recorder = view("192.0.2.77", Interfaces(interfaces=(row,)))
    found = openings_of([view("192.0.2.1", PortMappings(mappings=(HTTP, six))), recorder])
    assert len(found["192.0.2.77"]) == 2


def test_the_device_that_stands_at_an_address_now_counts_more_than_who_claims_it() -> None:
    claims = view("192.0.2.77", Interfaces(interfaces=(Interface(token="1", ipv4=("192.0.2.20/24",)),)))
    found = openings_of([view("192.0.2.1", PortMappings(mappings=(HTTP,))), claims, view("192.0.2.20")])
    assert set(found) == {"192.0.2.1", "192.0.2.20"}


def test_a_port_to_nobody_concerns_the_router_alone() -> None:
    (opening,) = openings_of([view("192.0.2.1", PortMappings(mappings=(HTTP,)))])["192.0.2.1"]
    assert opening.device is None


def test_a_port_of_the_router_itself_is_told_once() -> None:
    own = PortMapping(protocol="TCP", outside_port=443, inside="192.0.2.1", inside_port=443)
    assert len(openings_of([view("192.0.2.1", PortMappings(mappings=(own,)))])["192.0.2.1"]) == 1


def test_what_is_switched_off_opens_nothing() -> None:
    off = PortMapping(protocol="TCP", outside_port=8080, inside="192.0.2.20", inside_port=80, enabled=False)
    assert openings_of([view("192.0.2.1", PortMappings(mappings=(off,))), view("192.0.2.20")]) == {}
    assert openings_of([view("192.0.2.1"), view("192.0.2.20")]) == {}


def test_a_planned_port_is_the_same_port_to_the_same_place() -> None:
    row = "port_mappings[TCP 8080]"
    plans: tuple[tuple[dict[str, str], bool], ...] = (
        ({f"{row}.inside": "192.0.2.20", f"{row}.inside_port": "80"}, True),
        ({f"{row}.inside": "192.0.2.20", f"{row}.inside_port": "23"}, False),
        ({f"{row}.inside": "192.0.2.99", f"{row}.inside_port": "80"}, False),
        ({}, False),
    )
    for planned, expected in plans:
        router = view("192.0.2.1", PortMappings(mappings=(HTTP,)), planned=planned)
        assert [o.planned for o in openings_of([router])["192.0.2.1"]] == [expected]


def camera(*uris: str, gate: Gate = Gate.OPEN) -> DeviceView:
    pictures = tuple(PictureGate(uri=uri, form="snapshot", gate=gate) for uri in uris)
    return view("192.0.2.20", AnonymousPictures(pictures=pictures), kind=DeviceKind.CAMERA, name="入口")


def sentence(behind: DeviceView, mapping: PortMapping = HTTP, external: str = "203.0.113.9") -> list[tuple[str, str]]:
    router = view("192.0.2.1", PortMappings(external_address=external, mappings=(mapping,)), kind=DeviceKind.ROUTER)
    return [(t.ja, t.en) for t in exposed_sentences(openings_of([router, behind])).values()]


@pytest.mark.parametrize(
    ("uri", "readable"),
    [
        ("http://192.0.2.20/a.jpg", True), ("http://192.0.2.20:80/a.jpg", True), ("http://192.0.2.20:81/a.jpg", False),
        ("https://192.0.2.20/a.jpg", False), ("rtsp://192.0.2.20/1", False), ("http://[", False), ("", False),
    ],
)  # fmt: skip
def test_a_picture_is_readable_from_outside_where_its_own_port_is_let_in(uri: str, readable: bool) -> None:
    ((ja, en),) = sentence(camera(uri))
    assert ("パスワードなしで見られる" in ja, "without a password" in en) == (readable, readable)
    assert ja.startswith("「入口」")


def test_a_picture_behind_a_password_is_not_called_readable() -> None:
    assert sentence(camera("http://192.0.2.20/a.jpg", gate=Gate.PROTECTED)) == [
        (
            "「入口」に、インターネットのだれからでも接続できる状態です。映像を守っているのは、パスワードだけです。",
            "Anybody on the internet can reach “入口”; nothing but its password protects the pictures.",
        )
    ]


def test_a_picture_comes_over_tcp() -> None:
    udp = PortMapping(protocol="UDP", outside_port=8080, inside="192.0.2.20", inside_port=80)
    ((ja, _),) = sentence(camera("http://192.0.2.20/a.jpg"), udp)
    assert "パスワードだけ" in ja


def test_who_comes_in_is_told() -> None:
    behind = camera("http://192.0.2.20/a.jpg")
    one = PortMapping(protocol="TCP", outside_port=8080, inside="192.0.2.20", inside_port=80, remote="198.51.100.7")
    ((ja, en),) = sentence(behind, one)
    assert ("外部の決まった相手（198.51.100.7）から、" in ja, en[:31]) == (True, "One outside address (198.51.100")
    for inner in ("192.168.1.2", "100.64.3.9", "10.0.0.1"):  # another router stands before this one
        ((ja, en),) = sentence(behind, external=inner)
        assert ("ルータの外側のだれからでも" in ja, en.startswith("Anybody outside the router")) == (True, True)
    assert "インターネットのだれからでも" in sentence(behind, external="")[0][0]


def test_only_devices_with_pictures_are_told_first_and_planned_ways_are_not() -> None:
    assert sentence(view("192.0.2.20", kind=DeviceKind.SERVER)) == []
    row = "port_mappings[TCP 8080]"
    planned = {f"{row}.inside": "192.0.2.20", f"{row}.inside_port": "80"}
    router = view("192.0.2.1", PortMappings(mappings=(HTTP,)), planned=planned)
    assert exposed_sentences(openings_of([router, camera("http://192.0.2.20/a.jpg")])) == {}


def test_the_gravest_way_to_a_device_is_the_one_that_is_told() -> None:
    other = PortMapping(protocol="TCP", outside_port=554, inside="192.0.2.20", inside_port=554)
    router = view("192.0.2.1", PortMappings(mappings=(other, HTTP)), kind=DeviceKind.ROUTER)
    (told,) = exposed_sentences(openings_of([router, camera("http://192.0.2.20/a.jpg")])).values()
    assert "パスワードなし" in told.ja
