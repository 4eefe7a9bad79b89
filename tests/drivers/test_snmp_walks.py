"""Recorded walks of real devices (corpora, `snmp/`), read as a replay and over UDP from snmpsim."""

import asyncio
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.collect.device import collect
from fushinban.drivers import drivers
from fushinban.model import facts
from fushinban.model.credential import SnmpAccess
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.recording import Recording
from fushinban.transport.replay import ReplaySession
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import SnmpQuestion
from fushinban.transport.walk import load_walk

FOLDER = ("snmp", "murrant+librenms", "tests", "snmpsim")

#: Maker, model, firmware, hardware, kind of every walk, as the device's own description has them.
DEVICES: Mapping[str, tuple[str, str, str, str, str]] = {
    "alaxala_ax2430s": ("ALAXALA", "AX2430", "11.1.C", "", "switch"),
    "allied_websmart": ("Allied Telesis", "AT-GS950/24", "", "", "switch"),
    "axiscam": ("Axis", "P5534-E", "5.40.9.2", "188.1", "camera"),
    "axiscam_box": ("Axis", "Q1656", "10.12.240", "900", "camera"),
    "axiscam_p1354": ("Axis", "P1354", "5.90.1.2", "1BB.2", "camera"),
    "axiscam_p1375": ("Axis", "P1375", "10.1.0", "795", "camera"),
    "axiscam_p1425-le-mk-ii": ("Axis", "P1425-LE Mk II", "8.40.43", "741", "camera"),
    "axiscam_p1435-le": ("Axis", "P1435-LE", "9.80.69", "70D", "camera"),
    "axiscam_q6055-e": ("Axis", "Q6055-E", "7.40.1", "725.2", "camera"),
    "axisdocserver": ("Axis", "1234", "", "", "other"),
    "buffalo": ("Buffalo", "TeraStation TS5400R", "3.00", "", "server"),
    "edgeos_erl": ("Ubiquiti", "EdgeRouter Lite", "", "", "router"),
    "edgeswitch_8xp": ("Ubiquiti", "EdgeSwitch 8XP", "2.1.0", "", "switch"),
    "hikvision-nvr": ("Hikvision", "", "", "", "other"),
    "moxa-etherdevice_edsg512e": ("Moxa", "EDS-G512E-T", "V6.5 build 25021113", "", "switch"),
    "openwrt": ("OpenWrt", "", "", "", "router"),
    "qnap_ts431": ("QNAP", "TS-X31", "4.2.2", "", "server"),
    "routeros_rb760igs": ("MikroTik", "RB760iGS", "7.1.1", "", "router"),
    "routeros_rb952ui": ("MikroTik", "RB952Ui-5ac2nD", "", "", "router"),
}

#: Walks that hold the whole table of interfaces: how many there are, and the most datagrams that reading them takes.
INTERFACES = {
    "alaxala_ax2430s": 26, "allied_websmart": 33, "axiscam_box": 2, "axiscam_p1375": 1, "axiscam_p1425-le-mk-ii": 2,
    "axiscam_p1435-le": 2, "axiscam_q6055-e": 1, "edgeswitch_8xp": 9, "moxa-etherdevice_edsg512e": 12, "openwrt": 18,
    "routeros_rb760igs": 10,
}  # fmt: skip
#: Requests of a whole reading, counted over all walks; it only shrinks.
MOST_REQUESTS = 7


@pytest.fixture(scope="module")
def folder(corpora: Path) -> Path:
    return corpora.joinpath(*FOLDER)


def values(readings: list[Reading[Any]]) -> dict[type[Fact], Any]:
    return {r.fact: r.value for r in readings if r.answer is Answer.OK}


class CountingSession(ReplaySession):
    """Counts questions."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(Recording(name=name, exchanges=()), walk=load_walk(folder / f"{name}.snmprec"))
        self.asked = 0

    async def snmp(self, question: SnmpQuestion) -> bytes:
        self.asked += 1
        return await super().snmp(question)


def replayed(folder: Path, name: str) -> tuple[dict[type[Fact], Any], int]:
    """The facts of a walk, and how many questions they took."""
    session = CountingSession(folder, name)
    return values(asyncio.run(ask_driver(drivers()["snmp"], session, lambda _: None))), session.asked


def told(folder: Path, name: str) -> dict[type[Fact], Any]:
    """The facts of a walk."""
    return replayed(folder, name)[0]


def test_every_walk_has_its_place_here(folder: Path) -> None:
    assert {file.stem for file in folder.glob("*.snmprec")} == set(DEVICES)


@pytest.mark.parametrize("name", DEVICES)
def test_a_walk_is_read_into_its_device(folder: Path, name: str) -> None:
    found, requests = replayed(folder, name)
    assert requests <= MOST_REQUESTS
    identity: facts.Identity = found[facts.Identity]
    assert (identity.maker, identity.model, identity.firmware, identity.hardware) == DEVICES[name][:4]
    assert found[facts.SnmpSystem].description
    assert found[facts.SnmpSettings] == facts.SnmpSettings(v2c=True), "a recording tells nothing of the community"
    assert (facts.Interfaces in found) is (name in INTERFACES)
    for interface in found[facts.Interfaces].interfaces if name in INTERFACES else ():
        assert interface.mac == "" or re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", interface.mac)
        for address in (*interface.ipv4, *interface.ipv6):
            assert ip_address(address.partition("/")[0])


@pytest.mark.parametrize(("name", "count"), INTERFACES.items())
def test_every_interface_is_listed_once(folder: Path, name: str, count: int) -> None:
    rows = told(folder, name)[facts.Interfaces].interfaces
    assert len(rows) == count == len({row.token for row in rows})


def test_addresses_stand_at_their_interfaces(folder: Path) -> None:
    loopback, line = told(folder, "axiscam_box")[facts.Interfaces].interfaces
    assert (loopback.name, loopback.mac, loopback.ipv4) == ("lo", "", ("127.0.0.1/8",))
    assert (line.name, line.mtu, line.enabled, line.ipv4_enabled) == ("eth0", 1500, True, True)
    assert line.mac.startswith("b8:a4:4f:"), "a prefix of the maker"
    assert {a.partition("/")[2] for a in line.ipv4} == {"21", "16"}
    held = {a for row in told(folder, "openwrt")[facts.Interfaces].interfaces for a in row.ipv4}
    assert len(held) == 7


def test_serial_numbers_come_from_the_makers_own_objects(folder: Path) -> None:
    assert re.fullmatch(r"08\d{8}[A-Z]{4}\d{9}WCVU", told(folder, "hikvision-nvr")[facts.Identity].serial)
    assert re.fullmatch(r"[0-9A-F]{12}", told(folder, "routeros_rb760igs")[facts.Identity].serial)


def test_running_times(folder: Path) -> None:
    running = {name: found[facts.Uptime].seconds for name in DEVICES if facts.Uptime in (found := told(folder, name))}
    assert running == {
        "allied_websmart": 3434898, "axiscam_box": 13545, "axiscam_p1375": 8859337, "axiscam_p1425-le-mk-ii": 567732,
        "axiscam_p1435-le": 1189113, "edgeswitch_8xp": 2834555, "hikvision-nvr": 854471, "openwrt": 38347746,
        "routeros_rb760igs": 2681,
    }  # fmt: skip


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_that_nothing_else_knows_becomes_known(folder: Path, name: str) -> None:
    """A device of which only SNMP tells gets maker, model and kind; what other drivers say is missing."""
    session = ReplaySession(Recording(name=name, exchanges=()), walk=load_walk(folder / f"{name}.snmprec"))
    blank = Device(id="d", site="s", target=Target(address="192.0.2.1"))
    known = {n: drivers()[n] for n in ("onvif", "snmp", "igd")}
    device = asyncio.run(collect(session, blank, known)).device
    assert (device.maker, device.model, device.kind.value) == (DEVICES[name][0], DEVICES[name][1], DEVICES[name][4])
    listed = replace(blank, kind=DeviceKind.SERVER)
    assert asyncio.run(collect(session, listed, known)).device.kind is DeviceKind.SERVER, "what a person said stays"


def _is_bound(port: int) -> bool:
    """Whether somebody holds this UDP port of loopback."""
    rows = Path("/proc/net/udp").read_text().splitlines()[1:]
    return any(row.split()[1] == f"0100007F:{port:04X}" for row in rows)


@pytest.fixture(scope="module")
def simulator(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """snmpsim over all walks; the port at which it answers."""
    cache = tmp_path_factory.mktemp("snmpsim")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    program = Path(__file__).with_name("snmp_simulator.py")
    log = (cache / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, str(program), str(folder), str(cache), f"127.0.0.1:{port}"], stdout=log, stderr=log
    )
    try:
        end = time.monotonic() + 60
        while not _is_bound(port):
            assert process.poll() is None, (cache / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() < end, "snmpsim does not begin to listen"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)
        log.close()


async def _live(port: int, community: str, folder: Path) -> tuple[dict[type[Fact], Any], int]:
    now = clock.now()
    allowed = Authorisation(
        by="t", start=now - timedelta(hours=1), end=now + timedelta(hours=1), networks=(ip_network("127.0.0.0/8"),)
    )
    transcript = Transcript()
    target = Target(address="127.0.0.1", ports={"snmp": port})
    async with (
        Door("s", allowed, Limits(read_timeout=5.0), AttemptBudget(folder / "b"), transcript) as door,
        door.session(target, snmp=SnmpAccess(secret=community)) as session,
    ):
        return values(await ask_driver(drivers()["snmp"], session, lambda _: None)), len(transcript.lines())


@pytest.mark.parametrize("name", DEVICES)
def test_another_programs_agent_tells_the_same(folder: Path, simulator: int, tmp_path: Path, name: str) -> None:
    live, requests = asyncio.run(_live(simulator, name, tmp_path))
    expected, questions = replayed(folder, name)
    assert set(live) == set(expected)
    for fact in set(live) - {facts.Uptime, facts.SnmpSettings}:
        assert live[fact] == expected[fact]
    assert live[facts.SnmpSettings] == facts.SnmpSettings(v2c=True, usual_community=False)
    assert questions <= requests <= MOST_REQUESTS
