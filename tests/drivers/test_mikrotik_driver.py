"""RouterOS over REST: which menus are asked, what an account with few rights may read, and what is kept of secrets."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asked_device import WRONG, ask
from fake_device import PASSWORD, Mood, WebDevice, fake_module, text
from router_rows import own, rows

from fushinban.drivers.mikrotik import DRIVER
from fushinban.drivers.mikrotik._live import (
    parse_firmware,
    parse_more_menus,
    parse_resource,
    parse_snmp,
    parse_state,
    parse_time,
    parse_uptime,
)
from fushinban.drivers.mikrotik._visit import MENUS, document_of
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.model import facts
from fushinban.model.facts import Level, NetworkService
from fushinban.model.filtering import Family, ForwardKind
from fushinban.model.reading import Answer
from fushinban.model.router import Origin, Role
from fushinban.probe import predict

FAKE = fake_module("mikrotik")
AT = datetime(2026, 11, 24, 1, 0, 0, tzinfo=UTC)


def device(*, denied: frozenset[str] = frozenset(), **changes: object) -> WebDevice:
    """The pretend router of the conformance suite with other menus (None: not there)."""
    named = {name.replace("__", "/"): said for name, said in changes.items()}
    menus = {k: v for k, v in {**FAKE.MENUS, **named}.items() if v is not None}
    made = FAKE.device(FAKE.Router(menus=menus, denied=denied))
    assert isinstance(made, WebDevice)
    return made


def document(**menus: object) -> bytes:
    return json.dumps({name.replace("__", "/"): said for name, said in menus.items()}).encode()


# What is read.


def test_a_router_is_read_as_it_is(tmp_path: Path) -> None:
    told = ask(DRIVER, device(), tmp_path)
    assert told.answers() == {Answer.OK}
    identity = told.value(facts.Identity)
    assert (identity.maker, identity.model, identity.firmware, identity.serial) == (
        "MikroTik", "RBINVENTED", "7.20.1", "HXX00000002",
    )  # fmt: skip
    accounts = {a.name: (a.level, a.enabled) for a in told.value(facts.MakerAccounts).accounts}
    assert accounts["owner"] == (Level.ADMINISTRATOR, True)
    assert accounts["admin"] == (Level.ADMINISTRATOR, False)
    services = told.value(facts.ServiceSettings)
    assert [s.enabled for s in services.of(NetworkService.TELNET)] == [False]
    assert [s.ports for s in services.of(NetworkService.HTTPS)] == [(443,)]
    assert told.value(facts.Uptime).seconds == 850_340
    assert told.value(facts.FirmwareUpdate).available == "7.20.4"
    assert [s.user for s in told.value(facts.LiveSessions).sessions] == ["owner"]
    mappings = told.value(facts.PortMappings)
    assert mappings.external_address == "203.0.113.20"
    assert [(m.outside_port, m.inside, m.name) for m in mappings.mappings] == [(34567, "192.168.88.30", "NVR")]


def test_upnp_forwards_and_those_by_hand_are_told_apart_and_predicted(tmp_path: Path) -> None:
    configuration = ask(DRIVER, device(), tmp_path).value(facts.RouterConfiguration)
    state = configuration.state
    assert state.origin is Origin.DEVICE
    assert [(f.kind, f.outside_ports) for f in configuration.forwards] == [
        (ForwardKind.UPNP, "34567"), (ForwardKind.STATIC, "8000"),
    ]  # fmt: skip
    prediction = predict(state)
    assert {r.way: r.kind for r in rows(prediction)} == {
        "tcp 34567 > 192.168.88.30:34567": "upnp", "tcp 8000 > 192.168.88.30:8000": "static",
    }  # fmt: skip
    assert [u.line.text.partition(" add ")[0] for u in prediction.unread] == ["/system scheduler"]
    assert own(prediction) == {}, "the input chain lets nobody in from outside"


@pytest.mark.parametrize(
    ("menu", "row"),
    [
        ("tool__netwatch", {"host": "192.0.2.1", "up-script": "/ip firewall filter disable 0"}),
        ("ppp__profile", {"name": "invented", "on-up": "/ip service enable telnet"}),
    ],
)
def test_programs_that_run_by_themselves_make_the_prediction_incomplete(
    menu: str, row: dict[str, str], tmp_path: Path
) -> None:
    told = ask(DRIVER, device(**{menu: [row]}), tmp_path)
    quiet = ask(DRIVER, device(), tmp_path)
    state, before = (one.value(facts.RouterConfiguration).state for one in (told, quiet))
    assert len(state.unread) > len(before.unread)


def test_the_address_that_the_provider_gave_is_known(tmp_path: Path) -> None:
    state = ask(DRIVER, device(), tmp_path).value(facts.RouterConfiguration).state
    (wan,) = [i for i in state.interfaces if i.role is Role.WAN]
    assert ([str(a) for a in wan.addresses], wan.assigned) == (["203.0.113.20/24"], frozenset())
    assert {i.name for i in state.interfaces if i.role is Role.TUNNEL} == {"wg1"}


def test_a_line_without_an_address_now_has_one_that_is_not_known() -> None:
    menus = {**FAKE.MENUS, "ip/address": FAKE.MENUS["ip/address"][:1]}
    (wan,) = [i for i in parse_state(json.dumps(menus).encode()).interfaces if i.role is Role.WAN]
    assert (wan.addresses, wan.assigned) == ((), frozenset({Family.V4}))


def test_connections_that_are_open_now_are_no_services(tmp_path: Path) -> None:
    rows = ask(DRIVER, device(), tmp_path).value(facts.RouterConfiguration).services
    assert [s.name for s in rows].count("https") == 1


# Which menus are asked.


def test_menus_of_what_is_off_are_not_asked(tmp_path: Path) -> None:
    off = device(ip__upnp={"enabled": "false"}, snmp={"enabled": "false"}, interface=FAKE.MENUS["interface"][:2])
    told = ask(DRIVER, off, tmp_path)
    asked = {s.path for s in told.seen}
    assert not asked & {"/rest/ip/upnp/interfaces", "/rest/snmp/community", "/rest/interface/wireguard"}
    assert told.value(facts.SnmpSettings).v1 is False
    assert len(told.value(facts.PortMappings).mappings) == 1, "what was opened stays open"
    assert told.value(facts.RouterConfiguration).upnp is False


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        ({"disable-ipv6": "true"}, False),
        ({"disable-ipv6": "false"}, True),
        ({"error": 400, "detail": "no such command or directory (settings)"}, False),
    ],
)
def test_ipv6_is_asked_where_it_is_on(settings: dict[str, object], asked: bool) -> None:
    assert ("ipv6/firewall/filter" in parse_more_menus(document(ipv6__settings=settings))) is asked


def test_every_menu_is_asked_by_get_and_over_tls(tmp_path: Path) -> None:
    seen = ask(DRIVER, device(), tmp_path).seen
    assert {s.method for s in seen} == {"GET"}
    assert {f"/rest/{menu}" for menu in MENUS} <= {s.path for s in seen}


# Rights, refusals, other routers.


def test_a_menu_that_may_not_be_read_makes_the_rest_incomplete(tmp_path: Path) -> None:
    told = ask(DRIVER, device(denied=frozenset({"user", "ip/firewall/raw"})), tmp_path)
    assert told.readings[facts.MakerAccounts].answer is Answer.DENIED
    unread = told.value(facts.RouterConfiguration).state.unread
    assert "/ip firewall raw" in [u.line.text for u in unread]
    assert not predict(told.value(facts.RouterConfiguration).state).complete


def test_without_the_right_to_the_forwards_there_is_no_configuration(tmp_path: Path) -> None:
    told = ask(DRIVER, device(denied=frozenset({"ip/firewall/nat"})), tmp_path)
    assert told.readings[facts.RouterConfiguration].answer is Answer.DENIED
    assert told.value(facts.Uptime).seconds


def test_a_menu_that_the_version_does_not_have_is_no_gap(tmp_path: Path) -> None:
    told = ask(DRIVER, device(ip__smb=None, tool__bandwidth_server=None, system__package__update=None), tmp_path)
    assert told.value(facts.RouterConfiguration).unread == 1, "nothing but the program that the scheduler starts"
    assert told.value(facts.FirmwareUpdate).available == ""


def test_a_menu_answered_with_no_json_is_a_gap() -> None:
    said = document_of(
        {menu: json.dumps(v).encode() for menu, v in FAKE.MENUS.items()} | {"ip/firewall/raw": b"<html>"}
    )
    assert "/ip firewall raw" in [u.line.text for u in parse_state(said).unread]


def test_a_version_before_rest_is_not_supported(tmp_path: Path) -> None:
    older = replace(device(), by_token=lambda _request, _mood: None)
    assert ask(DRIVER, older, tmp_path).answers() == {Answer.NOT_SUPPORTED}


def test_over_plain_http_no_password_is_sent(tmp_path: Path) -> None:
    told = ask(DRIVER, replace(device(), services=("http",), tls=None), tmp_path)
    assert told.answers() == {Answer.DENIED}
    assert not any(s.login for s in told.seen)
    assert told.failures == 0


def test_a_wrong_password_is_one_failure_and_nothing_more_is_asked(tmp_path: Path) -> None:
    told = ask(DRIVER, device(), tmp_path, WRONG)
    assert told.answers() == {Answer.DENIED}
    assert (len(told.seen), told.failures) == (2, 1)


def test_a_web_page_in_the_place_of_rest_ends_the_visit(tmp_path: Path) -> None:
    page = replace(device(), by_token=lambda _request, _mood: text("<html>Welcome</html>", "text/html"))
    told = ask(DRIVER, page, tmp_path)
    assert told.answers() == {Answer.MALFORMED}
    assert len(told.seen) == 1


# Secrets.


@pytest.mark.parametrize("mood", [Mood.GOOD, Mood.CUT])
def test_no_secret_of_the_router_is_kept(mood: Mood, tmp_path: Path) -> None:
    told = ask(DRIVER, device(), tmp_path, mood=mood)
    kept = repr(told.readings) + repr(told.lines)
    for secret in (*FAKE.FAKE.secrets, PASSWORD):
        assert secret not in kept, secret


def test_a_secret_in_a_menu_of_another_form_is_in_no_error() -> None:
    menus = {**FAKE.MENUS, "snmp/community": {"name": {"deep": "Invented-Word-78"}}}
    with pytest.raises(Malformed) as error:
        parse_state(json.dumps(menus).encode())
    assert "Invented-Word-78" not in repr(error.value) + str(error.value)


# Answers.


@pytest.mark.parametrize(("text", "seconds"), [("5s", 5), ("1w2d3h4m5s", 788_645), ("3h", 10_800), ("2d20s", 172_820)])
def test_uptimes(text: str, seconds: int) -> None:
    assert parse_uptime(document(system__resource={"uptime": text}), AT).seconds == seconds


@pytest.mark.parametrize("text", ["", "5", "1y", "s", "-5s", "9" * 50 + "w", "99999999999w"])
def test_uptimes_that_make_no_sense(text: str) -> None:
    with pytest.raises(Malformed):
        parse_uptime(document(system__resource=[{"uptime": text}]), AT)


@pytest.mark.parametrize("date", ["2026-11-24", "nov/24/2026"])
@pytest.mark.parametrize(("offset", "hour"), [("+09:00", 1), ("-03:30", 13), ("", None)])
def test_the_clock(date: str, offset: str, hour: int | None) -> None:
    clock = {"date": date, "time": "10:00:00", "gmt-offset": offset}
    time = parse_time(document(system__clock=clock), AT)
    assert (time.utc.hour if time.utc else None) == hour
    assert (time.local is None) is (hour is not None)


@pytest.mark.parametrize("clock", [{}, {"date": "1899-01-01", "time": "10:00:00"}, {"date": "x", "time": "y"}, []])
def test_a_clock_that_makes_no_sense_is_malformed(clock: object) -> None:
    with pytest.raises(Malformed):
        parse_time(document(system__clock=clock), AT)


def test_snmp_communities() -> None:
    communities = [
        {"name": "public", "security": "none", "write-access": "true"},
        {"name": "Invented-Word-79", "security": "private", "write-access": "false"},
        {"name": "off", "security": "none", "disabled": "true"},
    ]
    found = parse_snmp(document(snmp={"enabled": "true"}, snmp__community=communities))
    assert (found.v1, found.v2c, found.v3) == (True, True, True)
    assert (found.usual_community, found.writable) == (True, True)
    assert "Invented-Word-79" not in repr(found)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"error": 500, "message": "Internal Server Error", "detail": "not enough permissions (9)"}, Denied),
        ({"error": 403, "message": "Forbidden"}, Denied),
        ({"error": 400, "message": "Bad Request", "detail": "no such command or directory (x)"}, NotSupported),
        ({"error": 404, "message": "Not Found"}, NotSupported),
        ({"error": 400, "message": "Bad Request", "detail": "something else"}, Malformed),
        ("down", Malformed),
    ],
)
def test_errors_are_told_as_what_they_are(said: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_firmware(document(system__resource=said))


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"version": "7"}', b'{"version":"1","platform":"Other"}', b"x"])
def test_what_is_no_routeros_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse_resource(body)
