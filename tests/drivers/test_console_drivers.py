"""Single steps of the drivers at a command line: recordings, what stands in a part's place, and what is printed."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import test_record_maker
from fake_device import PASSWORD, USERNAME, fake_module, fakes

from fushinban.collect.ask import ask_driver
from fushinban.drivers import drivers
from fushinban.drivers._console import ConsoleVisit, visit
from fushinban.drivers.nec_ix._version import parse_identity, parse_uptime, parse_version
from fushinban.drivers.yamaha._configuration import parse
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.messages import Text
from fushinban.model import facts
from fushinban.model.reading import Answer, Reading
from fushinban.transport.dialogue_recording import load_dialogue
from fushinban.transport.http import NotSent
from fushinban.transport.recording import Recording
from fushinban.transport.replay import ReplaySession
from fushinban.transport.session import Session
from fushinban.transport.values import ConsoleAnswer, ConsoleTalk

YAMAHA = fake_module("yamaha")
SAID = Text("ない", "not there")


class Answering:
    """A session that answers dialogues from a table by service."""

    def __init__(self, **said: ConsoleAnswer | DeviceError) -> None:
        self.said = said
        self.asked: list[str] = []

    async def console(self, asked: ConsoleTalk) -> ConsoleAnswer:
        self.asked.append(asked.service)
        said = self.said[asked.service]
        if isinstance(said, DeviceError):
            raise said
        return said


def visited(session: Answering) -> ConsoleVisit:
    return asyncio.run(visit(cast(Session, session), "yamaha", "show environment", "show config", parse))


def whole(config: str = YAMAHA.CONFIG, refused: DeviceError | None = None) -> ConsoleAnswer:
    return ConsoleAnswer(printed=(YAMAHA.ENVIRONMENT.encode(),), above=(config.encode(),), refused=refused)


def test_telnet_is_asked_only_where_no_ssh_connection_comes_about() -> None:
    broken = Answering(ssh=Unreachable(SAID), telnet=whole())
    with pytest.raises(Unreachable):
        visited(broken)
    assert broken.asked == ["ssh"]
    closed = Answering(ssh=NotSent(SAID), telnet=whole())
    assert visited(closed).router().model == "RTX9999"
    assert closed.asked == ["ssh", "telnet"]
    away = Answering(ssh=NotSent(SAID), telnet=NotSent(Text("x", "the second")))
    with pytest.raises(NotSent) as caught:
        visited(away)
    assert caught.value.text == SAID
    refused = Answering(ssh=Denied(SAID), telnet=whole())
    with pytest.raises(Denied):
        visited(refused)
    assert refused.asked == ["ssh"]


@pytest.mark.parametrize(
    ("config", "refused", "error"),
    [
        ("エラー: コマンド名を確認してください\n", None, NotSupported),
        ("エラー: 管理ユーザーだけが実行できます\n", None, Denied),
        ("Error: Invalid command name\n", Denied(SAID), Denied),
        ("", None, Malformed),
        ("hello world\n", None, Malformed),
    ],
)
def test_what_stands_in_the_place_of_a_configuration(
    config: str, refused: DeviceError | None, error: type[DeviceError]
) -> None:
    found = visited(Answering(ssh=whole(config, refused)))
    assert found.own_words()
    with pytest.raises(error):
        found.router()
    if refused is not None:
        assert found.state is refused


def test_a_dialogue_that_breaks_off_keeps_what_was_told() -> None:
    found = visited(Answering(ssh=ConsoleAnswer(printed=(b"RTX9999 Rev.1.2.3\n",), refused=Unreachable(SAID))))
    assert found.own_words()
    with pytest.raises(Unreachable):
        found.router()


def test_secrets_are_gone_from_what_is_kept_of_a_configuration() -> None:
    kept = repr(visited(Answering(ssh=whole())).router())
    assert not [secret for secret in YAMAHA.FAKE.secrets if secret in kept]


@pytest.mark.parametrize(("name", "command"), [("yamaha", "show environment"), ("nec_ix", "show version")])
def test_a_router_is_recorded_without_secrets_and_read_again(
    name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fushinban.jobs.record_device._NOT_RECORDED", frozenset({"services", "snmp", "onvif"}))
    monkeypatch.setattr(test_record_maker, "load_http_recording", load_dialogue)
    monkeypatch.setattr(test_record_maker, "HTTP_FILE", "console.json")
    recording: Any = test_record_maker.record(fakes()[name], tmp_path)
    everything = b"".join(f.read_bytes() for f in (tmp_path / "out").iterdir())
    for secret in (PASSWORD, USERNAME, *fakes()[name].secrets, "INVENTED1", "00:a0:de:00:53"):
        assert secret.encode() not in everything.lower() + everything, secret
    assert [one.command for one in recording.answers] == [command]
    assert not recording.hand_made
    session = ReplaySession(Recording(name="r", exchanges=()), dialogue=recording)

    async def read() -> list[Reading[Any]]:
        return await ask_driver(drivers()[name], session, lambda _: None)

    again = {r.fact: r.answer for r in asyncio.run(read())}
    assert again[facts.Identity] is again[facts.Uptime] is Answer.OK
    assert again[facts.RouterConfiguration] is Answer.UNREACHABLE


def test_what_show_version_says() -> None:
    said = fake_module("nec_ix").VERSION.encode()
    found = parse_version(said)
    assert (found.model, found.firmware) == ("IX9999", "99.7.18")
    assert found.started == datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
    assert parse_uptime(said).seconds == ((9 * 24) + 3) * 3600 + 240
    assert parse_identity(said).maker == "NEC"
    short = (
        b"IX Series IX2215 (magellan-sec) Software, Version 10.7.17, RELEASE SOFTWARE\r\nSystem uptime is 6 minutes\r\n"
    )
    assert parse_uptime(short).seconds == 360
    with pytest.raises(NotSupported):
        parse_uptime(short.partition(b"\r")[0])
    with pytest.raises(Malformed):
        parse_version(b"Cisco IOS Software")
    assert parse_version(said.replace(b"Jan 05-Mon", b"Feb 31-Mon")).started is None


def test_nothing_of_netmiko_is_loaded_until_a_router_is_asked() -> None:
    code = (
        "import sys; from fushinban.drivers import drivers; from fushinban.transport import door;"
        "from fushinban.jobs import inspect; drivers();"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('netmiko', 'paramiko', 'serial')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
