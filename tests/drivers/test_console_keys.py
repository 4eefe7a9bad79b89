"""SSH host keys of routers: noted, and no password goes to another one than before; levels of the UNIVERGE IX."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from console_devices import Played, host_key, ssh_router, telnet_router
from console_player import Script
from fake_device import PASSWORD, USERNAME, fake_module

from fushinban.clock import now
from fushinban.collect.device import collect, identify
from fushinban.collect.flatten import sheet_of
from fushinban.drivers import drivers
from fushinban.model import facts
from fushinban.model.credential import Credential
from fushinban.model.device import ANY_KEY, Device, Target
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.sheet import Importance, Stage, differences
from fushinban.model.site import Authorisation, Limits, TestKind
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript

YAMAHA = fake_module("yamaha")
LOGIN = Credential(username=USERNAME, secret=PASSWORD, administrator=PASSWORD, origin="invented")
#: What the pretend routers show, as OpenSSH writes it.
SHOWN = f"ssh-ed25519 {host_key().get_fingerprint()}"
OTHER = "ssh-ed25519 SHA256:" + "A" * 43
ALLOWED = Authorisation(
    by="test", start=datetime(2020, 1, 1, tzinfo=UTC), end=datetime(2099, 1, 1, tzinfo=UTC),
    networks=(ip_network("127.0.0.1/32"),), tests=frozenset({TestKind.READ, TestKind.PORTS}),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What one router was read as, what it heard, the lines of the transcript, and the attempts that were counted."""

    record: DeviceRecord
    played: Played
    lines: list[tuple[str, str]]

    @property
    def key(self) -> str:
        value = self.reading(facts.SshHostKey).value
        assert isinstance(value, facts.SshHostKey)
        return value.words

    def reading(self, fact: type[Any]) -> Reading[Any]:
        return next(r for r in self.record.readings if r.fact is fact)


def visit(
    key: str, folder: Path, *, telnet: bool = False, login: Credential = LOGIN, ix: Script | None = None
) -> Visited:
    """Read a pretend router that has shown this key before: a Yamaha, or an IX of this script."""
    script = ix or replace(YAMAHA.SCRIPT, level_password=PASSWORD)
    driver, maker = ("yamaha", "Yamaha") if ix is None else ("nec_ix", "NEC")
    asks = {"ask_username": "Username: ", "ask_password": "Password: ", "username": USERNAME, "password": PASSWORD}
    router: AbstractAsyncContextManager[Played] = (
        telnet_router(replace(script, **asks)) if telnet else ssh_router(script, USERNAME, PASSWORD)
    )

    async def go() -> Visited:
        limits, transcript = Limits(port_gap=0.0, probe_timeout=0.3), Transcript()
        async with router as played, Door("s", ALLOWED, limits, AttemptBudget(folder / "attempts"), transcript) as door:
            ports = {"ssh": 1, "telnet": played.port} if telnet else {"ssh": played.port, "telnet": 1}
            target = Target(address="127.0.0.1", ports=ports)
            device = Device(id="r", site="s", target=target, maker=maker, host_key=key)
            async with door.session(target, login, None, None, device.expected_key) as session:
                own = {driver: drivers()[driver]}
                record = await collect(session, device, own)
            lines = [(line.operation, line.outcome) for line in transcript.lines()]
        return Visited(record=record, played=played, lines=lines)

    return asyncio.run(go())


def test_the_first_key_is_noted_and_remembered(tmp_path: Path) -> None:
    found = visit("", tmp_path)
    assert found.key == SHOWN
    assert found.record.device.host_key == SHOWN
    assert found.reading(facts.RouterConfiguration).answer is Answer.OK


def test_the_same_key_is_let_in_with_its_type_or_without(tmp_path: Path) -> None:
    for known in (SHOWN, SHOWN.split()[1]):
        found = visit(known, tmp_path)
        assert found.reading(facts.RouterConfiguration).answer is Answer.OK
        assert found.record.device.host_key == known


def test_no_password_goes_to_another_key_and_the_change_is_told(tmp_path: Path) -> None:
    found = visit(OTHER, tmp_path)
    assert (found.played.logins, found.played.heard) == (0, [])
    assert found.key == SHOWN, "so that the sheets differ"
    assert found.record.device.host_key == OTHER, "what one visit shows does not become the key to expect"
    refused = found.reading(facts.RouterConfiguration)
    assert refused.answer is Answer.DENIED
    assert refused.detail is not None
    for said in (refused.detail.ja, refused.detail.en):
        assert OTHER in said
        assert SHOWN in said
    assert (f"log-in {SHOWN}", "other key") in found.lines
    # It was no attempt: with the key accepted, the same login is sent.
    again = visit(SHOWN, tmp_path)
    assert (again.played.logins, again.reading(facts.Identity).answer) == (1, Answer.OK)


def test_a_changed_key_is_a_grave_change_of_the_sheet(tmp_path: Path) -> None:
    before = visit("", tmp_path).reading(facts.SshHostKey)
    algorithm, fingerprint = OTHER.split()
    now_shown = replace(before, value=facts.SshHostKey(algorithm=algorithm, fingerprint=fingerprint))
    installed = sheet_of("r", Stage.INSTALLED, now(), (before,))
    (change,) = differences(installed, sheet_of("r", Stage.ACTUAL, now(), (now_shown,)), only=["ssh_host_key."])
    assert (change.importance, change.after) == (Importance.MAJOR, fingerprint)
    assert change.label.ja.endswith("鍵の指紋（SHA-256）")


def test_a_person_may_want_no_comparison(tmp_path: Path) -> None:
    found = visit(ANY_KEY, tmp_path)
    assert found.reading(facts.RouterConfiguration).answer is Answer.OK
    assert found.record.device.host_key == SHOWN, "the word itself is never remembered"


def test_where_ssh_was_there_before_nothing_goes_over_telnet(tmp_path: Path) -> None:
    clear = replace(LOGIN, clear_text=True)
    found = visit(SHOWN, tmp_path, telnet=True, login=clear)
    refused = found.reading(facts.RouterConfiguration)
    assert refused.answer is Answer.DENIED
    assert refused.detail is not None
    assert "Telnet" in refused.detail.en
    assert PASSWORD not in found.played.heard
    assert USERNAME not in found.played.heard
    fresh = visit("", tmp_path, telnet=True, login=clear)
    assert fresh.reading(facts.RouterConfiguration).answer is Answer.OK
    assert fresh.reading(facts.SshHostKey).answer is Answer.NOT_SUPPORTED
    assert fresh.record.device.host_key == ""


IX: Script = replace(fake_module("nec_ix").SCRIPT, complaint="% show running-config -- Invalid command.")


def test_a_user_with_the_monitor_right_reads_an_ix(tmp_path: Path) -> None:
    found = visit("", tmp_path, ix=replace(IX, prompt="shop-1% ", above_prompt="shop-1(config)% "))
    assert found.reading(facts.RouterConfiguration).answer is Answer.OK
    assert found.played.sessions[0].asked[-2:] == ["enable-config", "show running-config (above)"]


def test_the_configuration_mode_is_entered_only_where_the_site_names_administrator(tmp_path: Path) -> None:
    found = visit("", tmp_path, ix=IX, login=replace(LOGIN, administrator=""))
    assert "enable-config" not in found.played.heard
    assert found.reading(facts.Identity).answer is Answer.OK
    refused = found.reading(facts.RouterConfiguration)
    assert refused.answer is Answer.DENIED
    assert refused.detail is not None
    assert "administrator" in refused.detail.en


def test_nobody_is_thrown_out_of_the_configuration_mode(tmp_path: Path) -> None:
    found = visit("", tmp_path, ix=replace(IX, climb="", complaint="% CONFIG process is occupied."))
    refused = found.reading(facts.RouterConfiguration)
    assert refused.answer is Answer.UNREACHABLE
    assert refused.detail is not None
    assert "Somebody else" in refused.detail.en
    assert not [line for line in found.played.heard if line.startswith(("svintr", "configure"))]


def test_a_device_that_names_another_maker_is_believed() -> None:
    listed = Device(id="r", site="s", target=Target(address="192.0.2.1"), maker="NEC", listed=True)
    assert identify(listed, {}).maker == "NEC"
    said = facts.Identity(maker="Yamaha", model="RTX9999", firmware="99.01.42", serial="", hardware="")
    source = Source(driver="yamaha", request="show environment", at=now())
    reading = Reading(fact=facts.Identity, answer=Answer.OK, value=said, source=source)
    assert identify(listed, {facts.Identity: reading}).maker == "Yamaha"
