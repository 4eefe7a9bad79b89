"""SNMP with net-snmp's agent (Debian's snmpd): v2c, and users of v3 with each kind of protection."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from real_programs import running

from fushinban.collect.ask import ask_driver
from fushinban.drivers import drivers
from fushinban.errors import Denied, Unreachable
from fushinban.model import facts
from fushinban.model.credential import SnmpAccess, SnmpHash
from fushinban.model.device import Target
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer
from fushinban.transport.door import Door
from fushinban.transport.live import LiveSession
from fushinban.transport.values import SnmpQuestion

NeedsProgram = Callable[[str], str]
OpenDoor = Callable[[], AbstractAsyncContextManager[Door]]
pytestmark = pytest.mark.slow

#: All invented. net-snmp wants at least eight characters.
USERS = {
    "sha": SnmpAccess(username="sha", secret="made-up-proof-1"),
    "sha256": SnmpAccess(
        username="sha256", secret="made-up-proof-2", digest=SnmpHash.SHA256, privacy="made-up-cover-2"
    ),
    "sha512": SnmpAccess(
        username="sha512", secret="made-up-proof-3", digest=SnmpHash.SHA512, privacy="made-up-cover-3"
    ),
    "md5": SnmpAccess(username="md5", secret="made-up-proof-4", digest=SnmpHash.MD5, privacy="made-up-cover-4"),
}
_NAMES = {SnmpHash.MD5: "MD5", SnmpHash.SHA1: "SHA", SnmpHash.SHA256: "SHA-256", SnmpHash.SHA512: "SHA-512"}
COMMUNITY = "made-up-community"
DESCR = SnmpQuestion(oids=((1, 3, 6, 1, 2, 1, 1, 1, 0),))


def configuration(address: str, port: int) -> str:
    """An agent that lets this machine read, by a community or as one of the users."""
    users = "".join(
        f'createUser {u.username} {_NAMES[u.digest]} "{u.secret}"'
        + (f' AES "{u.privacy}"' if u.privacy else "")
        + f"\nrouser {u.username} {'priv' if u.privacy else 'auth'}\n"
        for u in USERS.values()
    )
    return (
        f"agentAddress udp:{address}:{port}\nrocommunity {COMMUNITY} 127.0.0.0/8\nrocommunity public 127.0.0.0/8\n"
        f"sysDescr RTX9999 Rev.99.01.02 (invented)\nsysName deguchi\nsysLocation 倉庫\n{users}"
    )


class Snmpd:
    """Starts agents at one port; each start continues the state of the one before."""

    def __init__(self, program: str, address: str, folder: Path) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((address, 0))
            port = sock.getsockname()[1]
        self.target = Target(address=address, ports={"snmp": port})
        self._folder = folder
        (folder / "state").mkdir()
        file = folder / "snmpd.conf"
        file.write_text(configuration(address, port), encoding="utf-8")
        self._command = [program, "-f", "-Lo", "-p", str(folder / "pid")]
        self._place = f"{socket.inet_aton(address)[::-1].hex().upper()}:{port:04X}"

    def run(self, log: str = "snmpd.log") -> AbstractContextManager[object]:
        """A running agent, for the length of a block."""
        state = self._folder / "state"
        environ = {
            "SNMP_PERSISTENT_DIR": str(state), "SNMPCONFPATH": f"{self._folder}:{state}", "MIBS": "",
            "PATH": "/usr/sbin:/usr/bin:/bin",
        }  # fmt: skip

        def bound(pid: int) -> bool:
            rows = Path(f"/proc/{pid}/net/udp").read_text().splitlines()[1:]
            return any(row.split()[1] == self._place for row in rows)

        return running(self._command, self._folder / log, bound, environ=environ)


@pytest.fixture
def snmpd(needs_program: NeedsProgram, address: str, tmp_path: Path) -> Snmpd:
    return Snmpd(needs_program("snmpd"), address, tmp_path)


@pytest.fixture
def agent(snmpd: Snmpd) -> Iterator[Target]:
    """A running snmpd."""
    with snmpd.run():
        yield snmpd.target


def told(open_door: OpenDoor, target: Target, access: SnmpAccess) -> tuple[dict[type[Fact], Any], list[str]]:
    """What the driver reads, and the outcomes in the transcript."""

    async def go() -> tuple[dict[type[Fact], Any], list[str]]:
        async with open_door() as door, door.session(target, snmp=access) as session:
            readings = await ask_driver(drivers()["snmp"], session, lambda _: None)
            lines = door.transcript.lines()
        found = {r.fact: r.value for r in readings if r.answer is Answer.OK}
        return found, [line.outcome for line in lines]

    return asyncio.run(go())


def refused(open_door: OpenDoor, target: Target, access: SnmpAccess, error: type[Exception]) -> list[str]:
    """Asked twice, it raises twice; the outcomes in the transcript."""

    async def ask(session: LiveSession) -> None:
        for _ in range(2):
            with pytest.raises(error):
                await session.snmp(DESCR)

    async def go() -> list[str]:
        async with open_door() as door, door.session(target, snmp=access) as session:
            await ask(session)
            return [line.outcome for line in door.transcript.lines()]

    return asyncio.run(go())


def check(found: dict[type[Fact], Any]) -> None:
    assert found[facts.Identity] == facts.Identity(maker="Yamaha", model="RTX9999", firmware="99.01.02")
    assert found[facts.Hostname].name == "deguchi"
    assert found[facts.SnmpSystem].location == "倉庫"
    own = {a for i in found[facts.Interfaces].interfaces for a in i.ipv4}
    assert "127.0.0.1/8" in own
    # The agent tells the time of this machine, not its own few seconds.
    with Path("/proc/uptime").open() as file:
        assert abs(found[facts.Uptime].seconds - float(file.read().split()[0])) < 10


def test_v2c_and_v3_tell_the_same(agent: Target, open_door: OpenDoor) -> None:
    found, outcomes = told(open_door, agent, SnmpAccess(secret=COMMUNITY))
    check(found)
    assert set(outcomes) == {"ok"}
    assert found[facts.SnmpSettings] == facts.SnmpSettings(v2c=True, usual_community=False)
    for user in USERS.values():
        secret, outcomes = told(open_door, agent, user)
        assert secret[facts.SnmpSettings] == facts.SnmpSettings(v3=True)
        assert set(outcomes) == {"ok"}
        for fact in (facts.Identity, facts.Hostname, facts.SnmpSystem, facts.Interfaces):
            assert secret[fact] == found[fact]


def test_a_community_that_everybody_knows_is_told_as_that(agent: Target, open_door: OpenDoor) -> None:
    found, _ = told(open_door, agent, SnmpAccess(secret="public"))
    assert found[facts.SnmpSettings].usual_community is True


def test_a_wrong_community_is_silence(agent: Target, open_door: OpenDoor) -> None:
    begun = time.monotonic()
    assert refused(open_door, agent, SnmpAccess(secret="made-up-other"), Unreachable) == ["unreachable"] * 2
    assert time.monotonic() - begun < 6


@pytest.mark.parametrize(
    "access",
    [
        SnmpAccess(username="nobody", secret="made-up-proof-1"),
        SnmpAccess(username="sha", secret="made-up-wrong-1"),
        SnmpAccess(username="sha", secret="made-up-proof-1", digest=SnmpHash.SHA256),
    ],
    ids=["unknown user", "wrong password", "wrong hash"],
)
def test_a_refused_user_is_asked_once(agent: Target, open_door: OpenDoor, access: SnmpAccess) -> None:
    assert refused(open_door, agent, access, Denied) == ["ok", "ok"], "who it is, and the one attempt"


def test_a_wrong_password_for_encryption_is_asked_once(agent: Target, open_door: OpenDoor) -> None:
    wrong = SnmpAccess(username="sha256", secret="made-up-proof-2", digest=SnmpHash.SHA256, privacy="made-up-wrong-2")
    assert refused(open_door, agent, wrong, Unreachable) == ["ok", "unreachable"]


def test_an_agent_that_is_started_anew_is_asked_with_its_new_clock(snmpd: Snmpd, open_door: OpenDoor) -> None:
    """Its engine keeps its name, counts one start more, and its seconds begin at nothing."""

    async def go() -> list[bytes]:
        async with open_door() as door, door.session(snmpd.target, snmp=USERS["sha256"]) as session:
            with snmpd.run("first.log"):
                first = await session.snmp(DESCR)
            with snmpd.run("second.log"):
                return [first, await session.snmp(DESCR)]

    first, second = asyncio.run(go())
    assert first == second
