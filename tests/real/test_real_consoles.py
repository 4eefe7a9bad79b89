"""The drivers of Yamaha and NEC routers at command lines behind real SSH and Telnet servers."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "drivers"))

from console_player import Script
from fake_device import fake_module
from real_consoles import ABOVE, SECRET, USER, Console, dropbear, openssh, telnetd
from real_inspector import run as run_command

from fushinban.collect.ask import ask_driver
from fushinban.drivers import drivers
from fushinban.model import facts
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.transport.door import Door

NeedsProgram = Callable[[str], str]
OpenDoor = Callable[[], AbstractAsyncContextManager[Door]]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("needs_root")]

LOGIN = Credential(username=USER, secret=SECRET, administrator=ABOVE, origin="invented")
WRONG = replace(LOGIN, secret="made-up-but-wrong-1")
YAMAHA: Script = replace(fake_module("yamaha").SCRIPT, level_password=ABOVE)
NEC: Script = fake_module("nec_ix").SCRIPT
#: What a router asks by itself over Telnet; over SSH the server has asked.
ASKS = {"ask_username": "Username: ", "ask_password": "Password: ", "username": USER, "password": SECRET}
SECRETS = (SECRET, ABOVE, *fake_module("yamaha").FAKE.secrets, *fake_module("nec_ix").FAKE.secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What readings of one router came to."""

    readings: dict[type[Fact], Reading[Any]]
    lines: list[tuple[str, str, str]]

    @property
    def told(self) -> dict[type[Fact], Any]:
        return {fact: r.value for fact, r in self.readings.items() if r.answer is Answer.OK}

    @property
    def answers(self) -> set[Answer]:
        return {r.answer for r in self.readings.values()}

    def said(self, fact: type[Fact]) -> str:
        detail = self.readings[fact].detail
        return detail.en if detail else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a router may stand in a test, and how it is read there."""

    needs_program: NeedsProgram
    open_door: OpenDoor
    address: str
    folder: Path

    def ssh(self, script: Script, **options: str) -> AbstractContextManager[Console]:
        return openssh(self.needs_program, self.folder, self.address, script, **options)

    def dropbear(self, script: Script) -> AbstractContextManager[Console]:
        return dropbear(self.needs_program, self.folder, self.address, script)

    def telnet(self, script: Script) -> AbstractContextManager[Console]:
        return telnetd(self.needs_program, self.folder, self.address, replace(script, **ASKS))


@pytest.fixture
def place(needs_program: NeedsProgram, open_door: OpenDoor, address: str, tmp_path: Path) -> Place:
    return Place(needs_program=needs_program, open_door=open_door, address=address, folder=tmp_path)


def read(
    place: Place, login: Credential, driver: str = "yamaha", *, times: int = 1, key: str = "", **ports: int
) -> Run:
    """Read the router so often; the last readings, and all lines of the transcript. No secret is in any of it."""

    async def go() -> Run:
        async with place.open_door() as door:
            readings: list[Reading[Any]] = []
            for _ in range(times):
                async with door.session(Target(address=place.address, ports=ports), login, host_key=key) as session:
                    readings = await ask_driver(drivers()[driver], session, lambda _: None)
            lines = [(line.kind.value, line.operation, line.outcome) for line in door.transcript.lines()]
        return Run(readings={r.fact: r for r in readings}, lines=lines)

    run = asyncio.run(go())
    assert not [s for s in SECRETS if s in repr(run)]
    return run


def whole(run: Run, driver: str) -> None:
    """Everything that this router has was told; Telnet has no key."""
    told, has = set(run.told), fake_module(driver).FAKE.told
    ssh = {kind for kind, _, outcome in run.lines if outcome == "ok"} == {"ssh"}
    assert told == (has if ssh else has - {facts.SshHostKey}), {f.key: run.said(f) for f in run.readings if run.said(f)}
    assert run.told[facts.RouterConfiguration].forwards


def only_read(console: Console) -> None:
    """Nothing was typed but log-ins, what reads, and the way out."""
    allowed = {"", "[ ]", "[N]", "exit", "administrator", "enable-config", USER, SECRET, ABOVE}
    for session in console.sessions():
        assert {line for line in session if not line.startswith("show ")} <= allowed


def test_yamaha_over_openssh(place: Place) -> None:
    with place.ssh(YAMAHA) as console:
        run = read(place, LOGIN, ssh=console.port)
    whole(run, "yamaha")
    assert run.told[facts.Identity] == facts.Identity(
        maker="Yamaha", model="RTX9999", firmware="99.01.42", serial="INVENTED1", hardware="00"
    )
    (typed,) = console.sessions()
    assert [line for line in typed if line not in ("", "[ ]")] == [
        "show environment", "administrator", ABOVE, "show config", "exit", "[N]", "exit"
    ]  # fmt: skip
    only_read(console)
    kinds = {kind for kind, _, _ in run.lines}
    assert kinds == {"ssh"}
    assert next(w for _, w, _ in run.lines).startswith("log-in ssh-ed25519 SHA256:")
    assert {outcome for _, _, outcome in run.lines} == {"ok"}


def test_nec_over_openssh(place: Place) -> None:
    with place.ssh(NEC) as console:
        run = read(place, LOGIN, "nec_ix", ssh=console.port)
    whole(run, "nec_ix")
    assert run.told[facts.Uptime].seconds == ((7 + 2) * 24 + 3) * 3600 + 4 * 60
    only_read(console)
    assert "svintr-config" not in console.log.read_text()


def test_yamaha_over_dropbear(place: Place) -> None:
    with place.dropbear(replace(YAMAHA, encoding="euc_jp")) as console:
        run = read(place, LOGIN, ssh=console.port)
    whole(run, "yamaha")
    assert {kind for kind, _, _ in run.lines} == {"ssh"}


def test_a_router_of_the_old_days(place: Place) -> None:
    more = "KexAlgorithms diffie-hellman-group14-sha1\nHostKeyAlgorithms ssh-rsa\nCiphers aes128-cbc\nMACs hmac-sha1"
    with place.ssh(YAMAHA, more=more, key="rsa") as console:
        run = read(place, LOGIN, ssh=console.port)
    whole(run, "yamaha")
    assert next(w for _, w, _ in run.lines if w.startswith("log-in")).startswith("log-in ssh-rsa SHA256:")


@pytest.mark.parametrize(("driver", "script"), [("yamaha", YAMAHA), ("nec_ix", NEC)])
def test_over_telnet_where_the_site_allows_it(driver: str, script: Script, place: Place) -> None:
    with place.telnet(script) as console:
        closed = read(place, LOGIN, driver, ssh=9, telnet=console.port)
        assert console.sessions() == [] or all(SECRET not in typed for typed in console.sessions())
        run = read(place, replace(LOGIN, clear_text=True), driver, ssh=9, telnet=console.port)
    assert closed.answers == {Answer.DENIED}
    assert "clear_text = true" in closed.said(facts.Identity)
    whole(run, driver)
    only_read(console)


def test_a_wrong_password_is_tried_once(place: Place) -> None:
    with place.ssh(YAMAHA) as console:
        run = read(place, WRONG, ssh=console.port, times=3)
        server = console.server.read_text()
    assert run.answers == {Answer.LOCKED}
    assert server.count("Failed password") == 1
    assert console.sessions() == []


def test_a_wrong_password_over_telnet_is_tried_once(place: Place) -> None:
    with place.telnet(YAMAHA) as console:
        run = read(place, replace(WRONG, clear_text=True), ssh=9, telnet=console.port, times=3)
    assert run.answers == {Answer.LOCKED}
    assert sum(typed.count(WRONG.secret) for typed in console.sessions()) == 1


def test_a_wrong_administrator_password_is_tried_once(place: Place) -> None:
    wrong = replace(LOGIN, administrator="made-up-but-wrong-2")
    with place.ssh(YAMAHA) as console:
        first = read(place, wrong, ssh=console.port)
        later = read(place, wrong, ssh=console.port)
        right = read(place, LOGIN, ssh=console.port)
    assert set(first.told) == {facts.Identity, facts.Uptime, facts.SshHostKey}
    assert first.readings[facts.RouterConfiguration].answer is Answer.DENIED
    assert later.readings[facts.RouterConfiguration].answer is Answer.LOCKED
    assert sum(typed.count(wrong.administrator) for typed in console.sessions()) == 1
    whole(right, "yamaha")


def test_without_the_administrator_the_site_is_told_what_to_do(place: Place) -> None:
    with place.ssh(YAMAHA) as console:
        run = read(place, replace(LOGIN, administrator=""), ssh=console.port)
    assert set(run.told) == {facts.Identity, facts.Uptime, facts.SshHostKey}
    assert "administrator = " in run.said(facts.RouterConfiguration)
    assert "administrator" not in console.log.read_text()


@pytest.mark.parametrize(
    ("trouble", "answer"),
    [
        ("silent", Answer.UNREACHABLE), ("close", Answer.UNREACHABLE), ("stall", Answer.UNREACHABLE),
        ("taken", Answer.UNREACHABLE), ("flood", Answer.MALFORMED), ("odd", Answer.MALFORMED),
    ],
)  # fmt: skip
@pytest.mark.parametrize("service", ["ssh", "telnet"])
def test_what_goes_wrong_ends_in_time_and_is_told(service: str, trouble: str, answer: Answer, place: Place) -> None:
    script = replace(YAMAHA, trouble=trouble)
    if service == "ssh":
        with place.ssh(script) as console:
            run = read(place, LOGIN, ssh=console.port)
    else:
        with place.telnet(script) as console:
            run = read(place, replace(LOGIN, clear_text=True), ssh=9, telnet=console.port)
    assert run.answers == {answer}, run.said(facts.Identity)
    assert all(detail for detail in map(run.said, run.readings))
    only_read(console)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp"])
def test_pages_and_complaints_in_japanese(encoding: str, place: Place) -> None:
    script = replace(YAMAHA, encoding=encoding, page=4, page_break="---つづく---", above={})
    with place.ssh(script) as console:
        run = read(place, LOGIN, ssh=console.port)
    assert set(run.told) == {facts.Identity, facts.Uptime, facts.SshHostKey}
    assert run.readings[facts.RouterConfiguration].answer is Answer.NOT_SUPPORTED
    assert "コマンド名を確認してください" in run.said(facts.RouterConfiguration)


SITE = """
[site]
id = "konsole"
name = "角の店"
[authorisation]
by = "店主"
from = 2026-01-01
until = 2099-12-31
networks = ["{address}/32"]
[[credential]]
match = "{address}"
username = "{user}"
secret = "env:FUSHINBAN_TEST_SECRET"
administrator = "env:FUSHINBAN_TEST_ABOVE"
[discovery]
methods = ["listed"]
[[device]]
address = "{address}"
name = "出入口のルータ"
kind = "router"
ports = {{ ssh = {ssh}, http = {http} }}
[limits]
port_gap = 0.0
probe_timeout = 0.5
read_timeout = 3.0
"""


class _Page(BaseHTTPRequestHandler):
    """The login page of a router's web interface: by its header the maker is known."""

    server_version, sys_version = "YAMAHA-RT", ""

    def do_GET(self) -> None:
        self.send_error(401)

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def web_page(address: str) -> Iterator[int]:
    """The port of a web page that Yamaha routers have."""
    server = ThreadingHTTPServer((address, 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def test_an_inspection_reads_the_router(place: Place, tmp_path: Path) -> None:
    address = place.address
    site, data = tmp_path / "SITE.toml", tmp_path / "data"
    secrets = {"FUSHINBAN_TEST_SECRET": SECRET, "FUSHINBAN_TEST_ABOVE": ABOVE}
    with place.ssh(YAMAHA) as console, web_page(address) as http:
        text = SITE.format(address=address, user=USER, ssh=console.port, http=http)
        site.write_text(text, encoding="utf-8")
        done = run_command("inspect", site, "--json", "-", data=data, environ=secrets)
        typed = console.sessions()
    assert done.code in (0, 1), done.errors
    result = done.json()
    (device,) = result["devices"]
    assert (device["maker"], device["model"], device["firmware"]) == ("Yamaha", "RTX9999", "99.01.42")
    kept = [*data.rglob("*"), site]
    for secret in SECRETS:
        assert secret not in done.output + done.errors
        assert not [f for f in kept if f.is_file() and secret.encode() in f.read_bytes()]
    only_read(console)
    assert len(typed) == 1, "one dialogue for a whole inspection"
    assert device["mac"] == "00:a0:de:00:53:01"
    assert device["drivers"] == ["services", "yamaha"]
    assert "router_configuration" not in {row["fact"] for row in device["unanswered"]}
    found = {(row["control"], row["outcome"]) for row in result["findings"]}
    assert {("G-3.5-4a", "pass"), ("G-3.4-5d", "fail")} <= found, "its version, and its name on the internet"
    assert {(row["outcome"], row["count"]) for row in result["transcript"] if row["kind"] == "ssh"} == {("ok", 4)}


def test_another_server_in_its_place_hears_no_password(place: Place) -> None:
    with place.ssh(YAMAHA) as console:
        first = read(place, LOGIN, ssh=console.port)
        known = first.told[facts.SshHostKey].words
        whole(read(place, LOGIN, key=known, ssh=console.port), "yamaha")
        before = len(console.sessions())
    with place.dropbear(YAMAHA) as other, place.telnet(YAMAHA) as console:
        run = read(place, replace(LOGIN, clear_text=True), key=known, ssh=other.port, telnet=console.port)
        assert len(other.sessions()) == len(console.sessions()) == before == 2
    assert set(run.told) == {facts.SshHostKey}
    assert run.told[facts.SshHostKey].words not in ("", known)
    assert known in run.said(facts.RouterConfiguration)
    assert [outcome for _, words, outcome in run.lines if words.startswith("log-in")] == ["other key"]
