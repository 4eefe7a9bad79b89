"""OpenWrt over ubus: what is asked, what an account with few rights may read, and that nothing secret is kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asked_device import RIGHT, WRONG, ask
from fake_device import PASSWORD, Mood, WebDevice, fake_module
from router_rows import rows

from fushinban.drivers.openwrt import DRIVER
from fushinban.drivers.openwrt._calls import Call, body_of_login, parse_is_ubus, parse_token, parse_value
from fushinban.drivers.openwrt._live import parse_other_files, parse_state, parse_time, parse_uptime
from fushinban.drivers.openwrt._visit import CALLS
from fushinban.errors import Denied, Malformed, NotSupported, Unreachable
from fushinban.model import facts
from fushinban.model.facts import ClockSource, Level, NetworkService
from fushinban.model.filtering import ForwardKind
from fushinban.model.reading import Answer
from fushinban.model.router import Origin, RouterState
from fushinban.probe import predict

FAKE = fake_module("openwrt")
AT = datetime(2026, 11, 24, 1, 0, 0, tzinfo=UTC)


def device(**changes: object) -> WebDevice:
    """The pretend router of the conformance suite, changed."""
    made = FAKE.device(replace(FAKE.Router(), **changes))
    assert isinstance(made, WebDevice)
    return made


def replies(**results: object) -> bytes:
    """Replies by the name of their call (`_` for a space)."""
    rows = [{"jsonrpc": "2.0", "id": name.replace("_", " "), "result": said} for name, said in results.items()]
    return json.dumps(rows).encode()


def state(told: facts.RouterConfiguration) -> RouterState:
    return told.state


# What is read.


def test_everything_is_read_in_one_login_and_two_questions(tmp_path: Path) -> None:
    told = ask(DRIVER, device(), tmp_path)
    assert told.answers() == {Answer.OK}
    identity = told.value(facts.Identity)
    assert (identity.maker, identity.model, identity.firmware) == ("OpenWrt", "Invented AP-1 v2", "23.05.5")
    asked = [json.loads(s.body) for s in told.seen]
    assert [a["params"][1:3] for a in asked if isinstance(a, dict)] == [
        ["system", "board"], ["session", "login"], ["session", "destroy"],
    ]  # fmt: skip
    assert [len(a) for a in asked if isinstance(a, list)] == [len(CALLS), 1]
    assert [s.login for s in told.seen].count(True) == 1


def test_the_configuration_is_that_of_the_device_and_predicts_what_outsiders_reach(tmp_path: Path) -> None:
    configuration = ask(DRIVER, device(), tmp_path).value(facts.RouterConfiguration)
    assert configuration.state.origin is Origin.DEVICE
    assert [(f.kind, f.outside_ports, f.inside) for f in configuration.forwards] == [
        (ForwardKind.UPNP, "37777", "192.168.1.20"), (ForwardKind.STATIC, "8000", "192.168.1.20"),
    ]  # fmt: skip
    assert configuration.upnp is True
    assert sorted((row.way, row.kind) for row in rows(predict(configuration.state))) == [
        ("tcp 37777 > 192.168.1.20:37777", "upnp"), ("tcp 8000 > 192.168.1.20:8000", "static"),
    ]  # fmt: skip


def test_what_else_the_router_says(tmp_path: Path) -> None:
    told = ask(DRIVER, device(), tmp_path)
    accounts = {a.name: a.level for a in told.value(facts.MakerAccounts).accounts}
    assert accounts == {"root": Level.ADMINISTRATOR, "test-auditor": Level.USER}
    services = told.value(facts.ServiceSettings)
    assert [s.enabled for s in services.of(NetworkService.TELNET)] == [False]
    assert [s.ports for s in services.of(NetworkService.SSH)] == [(22,)]
    assert told.value(facts.RemoteLog).servers == ("192.168.1.9",)
    assert told.value(facts.Ntp).servers == ("ntp.nict.jp",)
    assert told.value(facts.DynamicDnsService).name == "shop.example.org"
    assert told.value(facts.Uptime).seconds == 93_784
    assert told.value(facts.DeviceTime).source is ClockSource.NTP


def test_files_that_nobody_knows_are_asked_and_told_as_not_understood(tmp_path: Path) -> None:
    unread = state(ask(DRIVER, device(), tmp_path).value(facts.RouterConfiguration)).unread
    assert {u.line.text.partition(".")[0] for u in unread} == {"invented"}


def test_a_router_that_takes_one_call_at_a_time_is_read_all_the_same(tmp_path: Path) -> None:
    told = ask(DRIVER, device(lists=False), tmp_path)
    assert told.answers() == {Answer.OK}
    assert len(told.seen) > len(CALLS)


# Rights.


def test_a_file_that_may_not_be_read_is_told_and_makes_the_rest_incomplete(tmp_path: Path) -> None:
    told = ask(DRIVER, device(denied=frozenset({"uci get upnpd", "uci get rpcd", "luci.upnp get_status"})), tmp_path)
    configuration = told.value(facts.RouterConfiguration)
    assert "/etc/config/upnpd" in [u.line.text for u in state(configuration).unread]
    assert configuration.upnp is None, "what may not be read is not off"
    assert told.readings[facts.MakerAccounts].answer is Answer.DENIED
    assert [f.kind for f in configuration.forwards] == [ForwardKind.STATIC]


def test_without_firewall_and_network_there_is_no_configuration(tmp_path: Path) -> None:
    told = ask(DRIVER, device(denied=frozenset({"uci get firewall", "uci get network"})), tmp_path)
    assert told.readings[facts.RouterConfiguration].answer is Answer.DENIED
    assert told.readings[facts.Interfaces].answer is Answer.DENIED
    assert told.value(facts.Ntp).servers


def test_with_no_right_to_any_file_the_router_still_says_who_it_is(tmp_path: Path) -> None:
    told = ask(DRIVER, device(denied=frozenset(call.name for call in CALLS if call.of == "uci")), tmp_path)
    assert told.value(facts.Identity).model
    assert told.readings[facts.RouterConfiguration].answer is Answer.DENIED
    detail = told.readings[facts.RouterConfiguration].detail
    assert detail is not None
    assert "uci get" in detail.en


def test_what_is_not_installed_is_off(tmp_path: Path) -> None:
    files = {name: file for name, file in FAKE.FILES.items() if name not in ("upnpd", "ddns", "snmpd")}
    told = ask(DRIVER, device(files=files), tmp_path)
    assert told.value(facts.DynamicDnsService).enabled is False
    assert told.value(facts.RouterConfiguration).upnp is False
    assert told.readings[facts.SnmpSettings].answer is Answer.NOT_SUPPORTED


def test_what_upnp_opened_is_told_as_any_router_tells_it(tmp_path: Path) -> None:
    (one,) = ask(DRIVER, device(), tmp_path).value(facts.PortMappings).mappings
    assert (one.protocol, one.outside_port, one.inside, one.inside_port, one.name) == (
        "TCP", 37777, "192.168.1.20", 37777, "DVR",
    )  # fmt: skip
    untold = ask(DRIVER, device(denied=frozenset({"luci.upnp get_status"})), tmp_path)
    assert untold.readings[facts.PortMappings].answer is Answer.DENIED


@pytest.mark.parametrize("older", [True, False])
def test_a_wrong_password_is_one_failure_and_nothing_more_is_asked(older: bool, tmp_path: Path) -> None:
    told = ask(DRIVER, device(older=older), tmp_path, WRONG)
    assert told.answers() == {Answer.DENIED}
    assert (len(told.seen), told.failures) == (2, 1)


def test_over_plain_http_no_password_is_sent(tmp_path: Path) -> None:
    plain = replace(device(), services=("http",), tls=None)
    told = ask(DRIVER, plain, tmp_path)
    assert told.answers() == {Answer.DENIED}
    assert not any(PASSWORD.encode() in s.body for s in told.seen)
    assert told.failures == 0


# Secrets.


@pytest.mark.parametrize("mood", [Mood.GOOD, Mood.CUT])
def test_no_secret_of_the_router_is_kept(mood: Mood, tmp_path: Path) -> None:
    told = ask(DRIVER, device(), tmp_path, mood=mood)
    kept = repr(told.readings) + repr(told.lines)
    for secret in (*FAKE.FAKE.secrets, PASSWORD, FAKE.SESSION, "$p$root"):
        assert secret not in kept, secret


@pytest.mark.parametrize("option", ["key", "password", "psk", "private_key", "preshared_key", "community", "token"])
def test_a_secret_in_a_wrong_place_is_in_no_error(option: str) -> None:
    odd = {"a": {".type": "interface", ".name": "a", option: {"deep": "Invented-Word-77"}}}
    said = replies(uci_get_network=[0, {"values": odd}])
    with pytest.raises(Malformed) as error:
        parse_state(said)
    assert "Invented-Word-77" not in repr(error.value) + str(error.value)


def test_the_login_stands_in_no_value_of_ours() -> None:
    assert PASSWORD.encode() in body_of_login(RIGHT.username, PASSWORD)
    assert b'"id": "login"' in body_of_login(RIGHT.username, PASSWORD)


# Answers.


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"result": [6]}, Denied),
        ({"result": [4]}, NotSupported),
        ({"result": [7]}, Unreachable),
        ({"result": [9]}, Malformed),
        ({"result": []}, Malformed),
        ({"result": "ok"}, Malformed),
        ({"error": {"code": -32002}}, Denied),
        ({"error": {"code": -32000}}, NotSupported),
        ({"error": {"code": -32003}}, Unreachable),
        ({"error": {"code": "x"}}, Malformed),
        ({"error": "x"}, Malformed),
    ],
)
def test_each_status_is_told_as_what_it_is(said: dict[str, object], error: type[Exception]) -> None:
    body = json.dumps([{"jsonrpc": "2.0", "id": "system board", **said}]).encode()
    with pytest.raises(error):
        parse_value(body, "system board")


def test_a_call_that_was_not_answered_is_not_supported() -> None:
    with pytest.raises(NotSupported):
        parse_value(replies(system_info=[0, {}]), "system board")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"[1]", b"<html>", b'{"result":[0,{}]}', b'{"jsonrpc":"2.0","id":1}'])
def test_no_password_goes_where_nobody_speaks_ubus(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse_is_ubus(body)


@pytest.mark.parametrize("session", ["", "0" * 32, "a" * 31, "G" * 32, 'x", "y": "' + "a" * 20])
def test_a_session_of_another_form_is_refused(session: str) -> None:
    with pytest.raises(Malformed):
        parse_token(
            json.dumps({"jsonrpc": "2.0", "id": "login", "result": [0, {"ubus_rpc_session": session}]}).encode()
        )


def test_other_files_are_those_that_may_have_a_say() -> None:
    named = ["firewall", "wireless", "luci", "zerotier", "../../etc/shadow", "a b", None, "zerotier"]
    assert parse_other_files(replies(uci_configs=[0, {"configs": named}])) == ("zerotier",)
    assert parse_other_files(replies(uci_configs=[6])) == ()


@pytest.mark.parametrize(
    ("zone", "utc", "local"),
    [
        ("JST-9", "2026-11-24T01:00:00", None),
        ("<+0530>-5:30", "2026-11-24T04:30:00", None),
        ("UTC0", "2026-11-24T10:00:00", None),
        ("CET-1CEST,M3.5.0,M10.5.0/3", None, "2026-11-24 10:00:00"),
    ],
)
def test_the_clock_in_its_zone(zone: str, utc: str | None, local: str | None) -> None:
    shown = int(datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC).timestamp())
    system = {"a": {".type": "system", ".name": "a", "timezone": zone}}
    time = parse_time(replies(system_info=[0, {"localtime": shown}], uci_get_system=[0, {"values": system}]), AT)
    assert (time.utc.isoformat()[:19] if time.utc else None, time.local) == (utc, local)
    assert time.source is ClockSource.MANUAL


@pytest.mark.parametrize("info", [{}, {"uptime": -5, "localtime": "x"}, {"uptime": "x"}, []])
def test_a_clock_that_makes_no_sense_is_malformed(info: object) -> None:
    said = replies(system_info=[0, info])
    for parse in (parse_time, parse_uptime):
        with pytest.raises(Malformed):
            parse(said, AT)


def test_mappings_of_another_form_are_left_out() -> None:
    rules = [
        {"proto": "TCP", "extport": "81", "intaddr": "192.168.1.9", "intport": "80", "descr": "a"},
        {"proto": "ICMP", "extport": "81", "intaddr": "192.168.1.9", "intport": "80"},
        {"proto": "UDP", "extport": "0", "intaddr": "192.168.1.9", "intport": "80"},
        {"proto": "UDP", "extport": 82, "intaddr": "nobody", "intport": 80},
        "down",
    ]
    said = replies(
        uci_get_network=[0, FAKE.FILES["network"]], luci_upnp=[0, {}], **{"luci.upnp_get_status": [0, {"rules": rules}]}
    )
    said = said.replace(b"luci.upnp get status", b"luci.upnp get_status")
    assert [r.name for r in parse_state(said).mappings] == ["a"]


def test_every_call_only_reads() -> None:
    assert {(call.of, call.method) for call in CALLS} == {
        ("system", "board"), ("system", "info"), ("uci", "configs"), ("uci", "get"), ("luci.upnp", "get_status"),
    }  # fmt: skip
    assert Call(of="uci", method="get", values={"config": "network"}).name == "uci get network"
