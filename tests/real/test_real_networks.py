"""Discovery and inspection of hosts on a real wire: multicast, sweep, neighbour table, and whom they never touch."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from real_inspector import run
from real_lab import RunningLab, lab_process
from real_network import Host, NoNamespaces, Wire, watching, wire
from real_programs import missing, running, says

from fushinban.lab.plan import DevicePlan, LabPlan, LabUser

NeedsProgram = Callable[[str], str]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("namespaces")]

PASSWORD = "made-up-Kujaku-71!"
METHODS = '["ws-discovery", "sweep", "ssdp", "mdns", "neighbours"]'
SITE = """
[site]
id = "wire"
name = "有線試験"
[authorisation]
by = "店主"
from = 2026-01-01
until = 2099-12-31
networks = ["192.0.2.0/28"]
[[credential]]
match = "192.0.2.0/28"
username = "audit"
secret = "env:FUSHINBAN_TEST_SECRET"
[discovery]
methods = {methods}
[limits]
port_gap = 0.0
connect_timeout = 0.8
read_timeout = 3.0
"""
IGNORED = '[[device]]\naddress = "192.0.2.11"\nname = "据え置き"\nignored = true\n'

_AVAHI = """
[server]
host-name=axis-test
use-ipv6=no
enable-dbus=no
allow-interfaces=eth0
[publish]
publish-workstation=no
publish-hinfo=no
"""
_AXIS = """<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>AXIS M3045-V - 倉庫</name><service><type>_axis-video._tcp</type><port>80</port>
<txt-record>macaddress={mac}</txt-record></service></service-group>
"""
_ROUTER = """
ext_ifname=wan0
listening_ip=eth0
http_port=5000
enable_natpmp=no
enable_upnp=yes
uuid=7a1c3c1e-0d61-4c8e-9a5d-0123456789ab
serial=12345678
model_number=1
friendly_name=Asagiri Router
lease_file={folder}/leases
minissdpdsocket={folder}/minissdpd.sock
"""


@pytest.fixture
def site_wire(needs_root: None, needs_program: NeedsProgram) -> Iterator[Wire]:
    try:
        with wire(needs_program("ip")) as made:
            yield made
    except NoNamespaces as error:
        missing(f"network namespaces cannot be made: {error}")


def camera_plan(name: str, address: str, **more: Any) -> LabPlan:
    """One ONVIF camera; its serial number, and with it its endpoint id, follow from its name."""
    device = DevicePlan(
        id=name, address=address, serial=f"SN-{name}", name=name, location="倉庫",
        services=frozenset({"http", "rtsp", "ws-discovery"}),
        users=(LabUser(name="audit", password=PASSWORD),), login="audit", **more,
    )  # fmt: skip
    return LabPlan(id=name, name=name, devices=(device,))


@contextmanager
def camera(host: Host, folder: Path, **more: Any) -> Iterator[RunningLab]:
    """A camera at the usual ports of a host."""
    plan = camera_plan(host.name, host.address, **more)
    with lab_process(plan, folder, before=host.inside, usual_ports=True) as lab:
        yield lab


@contextmanager
def announcer(needs_program: NeedsProgram, host: Host, folder: Path) -> Iterator[None]:
    """avahi-daemon that announces a camera. It reads /etc/avahi only, so it is given one of its own."""
    program = needs_program("avahi-daemon")
    home, state = folder / "avahi", folder / "avahi-run"
    (home / "services").mkdir(parents=True)
    state.mkdir()
    (home / "avahi-daemon.conf").write_text(_AVAHI)
    mac = host.mac.replace(":", "").upper()
    (home / "services" / "camera.service").write_text(_AXIS.format(mac=mac), encoding="utf-8")
    mounts = f"mount --bind {home} /etc/avahi && mount --bind {state} /run"
    start = f"{mounts} && exec {program} --no-drop-root --no-chroot --no-rlimits"
    log = folder / "avahi.log"
    with running([*host.inside, "sh", "-c", start], log, says(log, "successfully established")):
        yield


@contextmanager
def router(needs_program: NeedsProgram, made: Wire, host: Host, folder: Path) -> Iterator[None]:
    """miniupnpd, as many routers have it, with a second cable to nowhere as its line to the internet."""
    made.second_cable(host, "wan0", "198.51.100.9")
    configuration = folder / "miniupnpd.conf"
    configuration.write_text(_ROUTER.format(folder=folder))
    command = [*host.inside, needs_program("miniupnpd"), "-d", "-f", str(configuration)]
    command += ["-P", str(folder / "miniupnpd.pid")]
    with running(command, folder / "miniupnpd.log", says(folder / "miniupnpd.log", "HTTP listening on port")):
        yield


class Inspector:
    """The laptop: runs the commands on its own host, with one set of records."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        self.site = folder / "SITE.toml"
        self.data = folder / "records"
        self.data.mkdir()

    def discover(self, *listed: str, methods: str = METHODS) -> dict[str, dict[str, Any]]:
        """The devices by address; no method may have failed."""
        self.site.write_text(SITE.format(methods=methods) + "".join(listed), encoding="utf-8")
        ended = run("discover", self.site, "--json", "-", data=self.data, before=self.host.inside)
        assert ended.code == 0, ended.errors
        result = ended.json()
        assert result["problems"] == []
        found = {d["address"]: d for d in result["devices"]}
        assert len(found) == len(result["devices"]), "each device once"
        return found

    def inspect(self) -> dict[str, Any]:
        """The result of a whole inspection."""
        self.site.write_text(SITE.format(methods=METHODS), encoding="utf-8")
        environ = {"FUSHINBAN_TEST_SECRET": PASSWORD}
        ended = run("inspect", self.site, "--json", "-", data=self.data, environ=environ, before=self.host.inside)
        assert ended.code in (0, 1), ended.errors
        return ended.json()


def groups(devices: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {address: d["group"] for address, d in devices.items()}


def test_a_site_on_a_wire(needs_program: NeedsProgram, site_wire: Wire, tmp_path: Path) -> None:
    inspector = Inspector(site_wire.host("inspector", "192.0.2.1"), tmp_path)
    first, second = site_wire.host("cam-a", "192.0.2.5"), site_wire.host("cam-b", "192.0.2.6")
    gate, axis = site_wire.host("router", "192.0.2.9"), site_wire.host("axis", "192.0.2.10")
    silent, stranger = site_wire.host("silent", "192.0.2.11"), site_wire.host("stranger", "192.0.2.200")
    with ExitStack() as site:
        watch = site.enter_context(watching(stranger, tmp_path))
        stranger_lab = site.enter_context(camera(stranger, tmp_path))
        site.enter_context(router(needs_program, site_wire, gate, tmp_path))
        site.enter_context(announcer(needs_program, axis, tmp_path))
        site.enter_context(camera(second, tmp_path))
        with camera(first, tmp_path, xaddr_host=stranger.address):
            found = inspector.discover()
            check_first(found, first, second, gate, axis, silent)
            again = inspector.discover(IGNORED)
            assert groups(again) == {**dict.fromkeys(found, "same"), silent.address: "ignored"}
            inspection = inspector.inspect()
        second.plug(up=False)
        first.move("192.0.2.7")
        with camera(first, tmp_path):
            moved = inspector.discover()
            second.plug(up=True)
            back = inspector.discover()

        check_inspection(inspection, first, second)
        assert groups(moved)[second.address] == "gone"
        assert "192.0.2.5" not in moved
        assert moved["192.0.2.7"]["group"] == "changed"
        assert moved["192.0.2.7"]["id"] == found["192.0.2.5"]["id"]
        assert moved["192.0.2.7"]["mac"] == first.mac
        assert moved["192.0.2.7"]["changes"] == ["address: 192.0.2.5 → 192.0.2.7"]
        assert back[second.address]["group"] == "back"
        assert back[second.address]["id"] == found[second.address]["id"]
        others = {a: g for a, g in groups(back).items() if a != second.address}
        # What a person set aside stays so, though the site file no longer lists it; it is there once.
        assert others == {**dict.fromkeys(others, "same"), silent.address: "ignored"}

        packets = watch.packets()
        assert stranger_lab.states()["stranger"].requests == 0
    mine = [p for p in packets if p.source == inspector.host.address]
    assert any(p.cast == "group" and p.destination == "239.255.255.250" for p in mine), "it hears calls to all"
    assert [p for p in mine if p.destination == stranger.address and p.protocol != "arp-tell"] == []


def check_first(found: dict[str, dict[str, Any]], *hosts: Host) -> None:
    """Everybody inside the authorised network is found, is new, and is known by MAC."""
    first, second, gate, axis, silent = hosts
    assert {a: d["mac"] for a, d in found.items()} == {h.address: h.mac for h in hosts}
    assert set(groups(found).values()) == {"new"}
    for host in (first, second):
        device = found[host.address]
        assert (device["kind"], device["model"], device["name"]) == ("camera", "AG-200", host.name)
    assert (found[gate.address]["kind"], found[gate.address]["name"]) == ("router", "Asagiri Router")
    assert (found[axis.address]["kind"], found[axis.address]["name"]) == ("camera", "AXIS M3045-V - 倉庫")
    assert (found[axis.address]["maker"], found[axis.address]["model"]) == ("Axis", "M3045-V")
    assert (found[silent.address]["kind"], found[silent.address]["maker"]) == ("other", "")
    assert len({d["id"] for d in found.values()}) == len(hosts)


def check_inspection(result: dict[str, Any], *cameras: Host) -> None:
    """The cameras are read with their login although one names a foreign host in its addresses."""
    devices = {d["address"]: d for d in result["devices"]}
    for host in cameras:
        device = devices[host.addresses[0]]
        assert device["serial"] == f"SN-{host.name}"
        assert [a["name"] for a in device["accounts"]] == ["audit"]
        assert device["mac"] == host.mac
    assert {d["address"] for d in result["devices"]} <= {f"192.0.2.{n}" for n in range(1, 15)}
