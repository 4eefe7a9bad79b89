"""Reolink: a recorded camera, and a login that goes over TLS only, once, and out again."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from fake_device import PASSWORD, USERNAME, Mood, Seen, WebDevice, fake_module
from scripted_session import ScriptedSession

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers.reolink import DRIVER
from fushinban.drivers.reolink._answers import parse_is_one_error, parse_needs_login, parse_token, value
from fushinban.drivers.reolink._facts import (
    parse_accounts,
    parse_channels,
    parse_clouds,
    parse_dynamic_dns,
    parse_identity,
    parse_services,
    parse_sessions,
    parse_time,
    parse_upnp,
)
from fushinban.drivers.reolink._visit import COMMANDS, visit_reolink
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import Text
from fushinban.model.credential import Credential
from fushinban.model.facts import (
    ClockSource,
    CloudServices,
    DeviceTime,
    Dns,
    DynamicDnsService,
    Identity,
    Interfaces,
    Level,
    LiveSessions,
    MakerAccounts,
    NetworkService,
    Ntp,
    ServiceSettings,
    UpnpClient,
)
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import HttpAnswer, HttpRequest, TokenLogin

RIGHT = Credential(username=USERNAME, secret=PASSWORD)
WRONG = Credential(username=USERNAME, secret="Invented-Wrong-Word")
AT = datetime(2026, 11, 23, 13, 0, 0, tzinfo=UTC)


def ask(
    device: WebDevice, folder: Path, credential: Credential | None = RIGHT, mood: Mood = Mood.GOOD, times: int = 1
) -> tuple[dict[type[Any], Reading[Any]], list[Seen], int]:
    """The last of so many readings, all requests, and how many failures the budget counts."""

    async def run() -> tuple[dict[type[Any], Reading[Any]], list[Seen], int]:
        now = clock.now()
        allowed = Authorisation(
            by="a test",
            start=now - timedelta(hours=1),
            end=now + timedelta(hours=1),
            networks=(ip_network("127.0.0.0/8"),),
        )
        budget = AttemptBudget(folder / "attempts")
        limits = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=1.0)
        async with device.serve(mood) as served, Door("s", allowed, limits, budget, Transcript()) as door:
            for _ in range(times):
                async with door.session(served.target, credential) as session:
                    readings = await ask_driver(DRIVER, session, lambda _: None)
            failures = budget.failures(door.device_key(served.target), None, clock.now())
        return {r.fact: r for r in readings}, served.seen, failures

    return asyncio.run(run())


def commands(seen: list[Seen]) -> list[str]:
    return [json.loads(s.body)[0]["cmd"] for s in seen]


# A recorded camera.


def recorded(corpora: Path) -> Iterator[tuple[str, object]]:
    folder = corpora / "vendor-api" / "ReolinkCameraAPI+reolinkapipy" / "examples" / "response"
    for path in sorted(folder.glob("Get*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            yield row["cmd"], row["value"]


def device_with(values: Mapping[str, object]) -> WebDevice:
    """The pretend device of the conformance suite with other values."""
    made = fake_module("reolink").device(values)
    assert isinstance(made, WebDevice)
    return made


def test_a_recorded_camera_is_read_into_its_true_facts(corpora: Path, tmp_path: Path) -> None:
    readings, seen, _ = ask(device_with(dict(recorded(corpora))), tmp_path)

    def fact(kind: type[Any]) -> Any:
        assert readings[kind].answer is Answer.OK, readings[kind].detail
        return readings[kind].value

    identity = fact(Identity)
    assert (identity.maker, identity.model, identity.firmware, identity.hardware, identity.serial) == (
        "Reolink", "RLC-411WS", "v2.0.0.1389_18081408", "IPC_3816M", "",
    )  # fmt: skip
    assert {s.service: s.ports for s in fact(ServiceSettings).services} == {
        NetworkService.HTTP: (80,), NetworkService.HTTPS: (443,), NetworkService.SDK: (9000,),
        NetworkService.ONVIF: (8000,), NetworkService.RTMP: (1935,), NetworkService.RTSP: (554,),
    }  # fmt: skip
    assert {s.enabled for s in fact(ServiceSettings).services} == {None}
    assert [(a.name, a.level) for a in fact(MakerAccounts).accounts] == [("admin", Level.ADMINISTRATOR)]
    assert len(fact(LiveSessions).sessions) == 1
    assert fact(CloudServices).services[0].enabled is False
    assert fact(UpnpClient).enabled is False
    assert (fact(DynamicDnsService).enabled, fact(DynamicDnsService).provider) == (False, "no-ip")
    assert fact(Ntp).servers
    assert fact(Interfaces).interfaces[0].dhcp is True
    assert fact(Interfaces).interfaces[0].mac.startswith("ec:71:db")
    assert fact(Dns).from_dhcp is True
    time = fact(DeviceTime)
    assert (time.source, time.timezone, time.daylight, time.offset) == (ClockSource.NTP, "UTC-06:00", True, None)
    assert time.local.startswith("2020-")
    assert commands(seen) == ["GetDevInfo", "Login", "GetDevInfo", "Logout"]


# The login.


@pytest.mark.parametrize("times", [1, 4])
def test_a_wrong_password_is_sent_once_and_never_again(tmp_path: Path, times: int) -> None:
    readings, seen, failures = ask(device_with({}), tmp_path, WRONG, times=times)
    assert commands(seen).count("Login") == 1
    assert failures == 1
    assert "Logout" not in commands(seen)
    wanted = {Answer.DENIED} if times == 1 else {Answer.LOCKED}
    assert {r.answer for r in readings.values()} == wanted


def test_a_good_login_costs_nothing_and_leaves_no_session(tmp_path: Path) -> None:
    _, seen, failures = ask(device_with({}), tmp_path, times=3)
    assert failures == 0
    assert commands(seen) == ["GetDevInfo", "Login", "GetDevInfo", "Logout"] * 3


def test_a_locked_device_is_left_alone(tmp_path: Path) -> None:
    readings, seen, failures = ask(device_with({}), tmp_path, mood=Mood.LOCKED)
    assert {r.answer for r in readings.values()} == {Answer.LOCKED}
    assert commands(seen) == ["GetDevInfo", "Login"]
    assert failures == 1


def test_the_password_goes_to_no_interface_that_did_not_refuse_a_stranger_in_its_own_words(tmp_path: Path) -> None:
    for mood in (Mood.OTHER, Mood.GARBAGE, Mood.EMPTY, Mood.ABSENT, Mood.UNCLEAR, Mood.MOVED, Mood.BUSY):
        _, seen, failures = ask(device_with({}), tmp_path, mood=mood)
        assert not [s for s in seen if PASSWORD.encode() in s.body]
        assert failures == 0


class TokenSession(ScriptedSession):
    """A scripted session that takes every login."""

    async def token_login(self, asked: TokenLogin) -> str:
        assert asked.make("n", "w").tls
        self.asked.append("login")
        return "T1"


def members(request: HttpRequest) -> list[str]:
    return [m["cmd"] for m in json.loads(request.body)]


REFUSAL = b'[{"cmd":"GetDevInfo","code":1,"error":{"detail":"please login first","rspCode":-6}}]'


def scripted(said: Any, stranger: Any = REFUSAL) -> TokenSession:
    def answer(request: HttpRequest) -> bytes | HttpAnswer:
        given = stranger if "token=" not in request.path else b"x" if "Logout" in request.path else said
        given = given(request) if callable(given) else given
        if isinstance(given, Exception):
            raise given
        assert isinstance(given, bytes | HttpAnswer)
        return given

    return TokenSession({"/cgi-bin/api.cgi": answer}, credential=RIGHT)


DOWN = Unreachable(Text("届かない", "down"))


@pytest.mark.parametrize("said", [DOWN, HttpAnswer(403, {}, b""), HttpAnswer(500, {}, b""), b"<html>"])
def test_a_visit_that_breaks_is_ended_all_the_same(said: object) -> None:
    session = scripted(said)
    with pytest.raises(DeviceError):
        asyncio.run(visit_reolink(session))  # type: ignore[arg-type]
    assert session.asked[-1].startswith("/cgi-bin/api.cgi?cmd=Logout&token=T1")


def test_a_visit_that_is_given_up_is_ended_all_the_same() -> None:
    class Slow(TokenSession):
        async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
            if "token=" in request.path and "Logout" not in request.path:
                await asyncio.sleep(30)
            return await super().http(request, login=login)

    session = Slow(scripted(b"").answers, credential=RIGHT)

    async def give_up() -> None:
        async with asyncio.timeout(0.05):
            await visit_reolink(session)  # type: ignore[arg-type]

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())
    assert "Logout" in session.asked[-1]


def test_commands_are_asked_one_by_one_where_one_spoils_them_all() -> None:
    def said(request: HttpRequest) -> bytes:
        asked = members(request)
        if len(asked) > 1:
            return b'[{"cmd":"Unknown","code":1,"error":{"detail":"timeout","rspCode":-8}}]'
        return json.dumps([{"cmd": asked[0], "code": 0, "value": {}}]).encode()

    session = scripted(said)
    visit = asyncio.run(visit_reolink(session))  # type: ignore[arg-type]
    assert len(session.asked) == 3 + len(COMMANDS) + 1
    assert [json.loads(visit.answer(c))[0]["cmd"] for c in COMMANDS] == list(COMMANDS)


def test_a_session_that_is_not_accepted_is_not_asked_again() -> None:
    session = scripted(b'[{"cmd":"GetDevInfo","code":1,"error":{"detail":"please login first","rspCode":-6}}]')
    with pytest.raises(Denied):
        asyncio.run(visit_reolink(session))  # type: ignore[arg-type]
    assert len(session.asked) == 4


def test_over_http_alone_no_password_is_sent() -> None:
    def stranger(request: HttpRequest) -> Any:
        return DOWN if request.tls else REFUSAL

    session = scripted(b"", stranger)
    with pytest.raises(Denied, match="unencrypted"):
        asyncio.run(visit_reolink(session))  # type: ignore[arg-type]
    assert "login" not in session.asked
    assert len(session.asked) == 2


def test_a_device_that_tells_everybody_is_sent_no_login() -> None:
    told = b'[{"cmd":"GetDevInfo","code":0,"value":{"DevInfo":{"model":"X"}}}]'
    session = scripted(b"", told)
    asyncio.run(visit_reolink(session))  # type: ignore[arg-type]
    assert "login" not in session.asked
    assert not [p for p in session.asked if "Logout" in p]


# Answers.


def failed(code: int, detail: str, command: str = "Login") -> bytes:
    return json.dumps([{"cmd": command, "code": 1, "error": {"detail": detail, "rspCode": code}}]).encode()


def test_tokens() -> None:
    token = {"cmd": "Login", "code": 0, "value": {"Token": {"leaseTime": 3600, "name": "0a1b2c"}}}
    assert parse_token(json.dumps([token]).encode()) == "0a1b2c"
    token["value"] = {"Token": {"name": "x&cmd=other"}}
    with pytest.raises(Malformed):
        parse_token(json.dumps([token]).encode())


@pytest.mark.parametrize(
    "said",
    [
        failed(-7, "login failed"),
        failed(-6, "login failed"),
        failed(-7, ""),
        failed(-27, "invalid user"),
        failed(0, "password wrong"),
    ],
)
def test_plain_refusals(said: bytes) -> None:
    assert parse_token(said) is None


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (failed(-5, "max session"), Unreachable),
        (failed(-7, "Login has been locked"), Locked),
        (failed(-105, "Frequent logins, please try again later!"), Locked),
        (failed(-1, "something"), Malformed),
        (b"[]", Malformed),
        (b'{"cmd":"Login"}', Malformed),
        (b"", Malformed),
    ],
)
def test_answers_to_a_login_that_are_no_refusal(said: bytes, error: type[DeviceError]) -> None:
    with pytest.raises(error):
        parse_token(said)


def test_whether_a_login_is_wanted() -> None:
    assert parse_needs_login(REFUSAL) is True
    with pytest.raises(Malformed):
        parse_needs_login(b'[{"cmd":"GetDevInfo","code":0}]')
    with pytest.raises(NotSupported):
        parse_needs_login(failed(-9, "not support", "GetDevInfo"))


def test_one_error_for_all() -> None:
    assert parse_is_one_error(failed(-8, "timeout", "Unknown")) is True
    assert parse_is_one_error(b"[]") is False
    with pytest.raises(Denied):
        parse_is_one_error(failed(-6, "please login first", "GetDevInfo"))


@pytest.mark.parametrize(
    ("code", "detail", "error"),
    [
        (-9, "not support", NotSupported), (-26, "ability error", NotSupported), (-31, "busy", Unreachable),
        (-12, "get config failed", NotSupported), (-6, "please login first", Denied), (-99, "else", Malformed),
        (True, "", Malformed),
    ],
)  # fmt: skip
def test_errors_of_one_command_among_others(code: int, detail: str, error: type[DeviceError]) -> None:
    with pytest.raises(error):
        value(failed(code, detail, "GetUpnp"), "GetUpnp", "Upnp")


def one(command: str, told: object) -> bytes:
    return json.dumps([{"cmd": "Other", "code": 0, "value": {}}, {"cmd": command, "code": 0, "value": told}]).encode()


@pytest.mark.parametrize(("zone", "shown", "offset"), [(-32400, "UTC+09:00", 3.0), (18000, "UTC-05:00", 50403.0)])
def test_zones_are_told_in_seconds_west(zone: int, shown: str, offset: float) -> None:
    time = {"year": 2026, "mon": 11, "day": 23, "hour": 22, "min": 0, "sec": 3, "timeZone": zone}
    found = parse_time(one("GetTime", {"Dst": {"enable": 0}, "Time": time}), AT)
    assert (found.timezone, found.offset, found.source) == (shown, offset, ClockSource.UNKNOWN)


def test_times_that_are_none() -> None:
    time = {"year": 2026, "mon": 13, "day": 1, "hour": 0, "min": 0, "sec": 0, "timeZone": 0}
    with pytest.raises(Malformed):
        parse_time(one("GetTime", {"Time": time}), AT)
    time |= {"mon": 1, "timeZone": 10**9}
    assert parse_time(one("GetTime", {"Time": time, "Dst": {"enable": 0}}), AT).offset is None


def test_what_is_secret_is_not_read() -> None:
    told = (
        parse_clouds(one("GetP2p", {"P2p": {"enable": 1, "uid": "UIDWORD"}})),
        parse_dynamic_dns(one("GetDdns", {"Ddns": {"enable": 1, "userName": "NAMEWORD", "password": "PASSWORD1"}})),
        parse_channels(one("GetChannelstatus", {"status": [{"channel": 0, "online": 1, "uid": "UIDWORD"}]})),
        parse_accounts(one("GetUser", {"User": [{"userName": "a", "level": "admin", "password": "PASSWORD1"}]})),
        parse_sessions(one("GetOnline", {"User": [{"userName": "a", "sessionId": 77001}]})),
    )
    for word in ("UIDWORD", "NAMEWORD", "PASSWORD1", "77001"):
        assert word not in repr(told)


def test_values_that_are_missing_are_malformed() -> None:
    for parse, command, told in (
        (parse_identity, "GetDevInfo", {"DevInfo": {}}), (parse_services, "GetNetPort", {"NetPort": {}}),
        (parse_upnp, "GetUpnp", {"Upnp": {}}), (parse_accounts, "GetUser", {"User": []}),
    ):  # fmt: skip
        with pytest.raises(Malformed):
            parse(one(command, told))


def test_every_address_of_a_channel_is_counted_from_one() -> None:
    rows = [{"channel": 0, "online": 1, "name": "A"}, {"channel": 7, "online": 0, "typeInfo": "RLC"}, {"channel": 3}]
    found = parse_channels(one("GetChannelstatus", {"status": rows})).channels
    assert [(c.number, c.online) for c in found] == [(1, True), (8, False)]
