"""A real gateway (miniupnpd on nftables) with a real NAT between two wires: what a real client had it open is found."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from real_inspector import run
from real_lab import lab_process
from real_network import Host, NoNamespaces, Wire, wire
from real_programs import missing, running, says

from fushinban.lab.plan import DevicePlan, LabPlan, LabUser

NeedsProgram = Callable[[str], str]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("namespaces")]

#: miniupnpd opens nothing on a router whose line has an address for documentation. This one is held by an interface
#: of a namespace alone, and no packet to it leaves that wire.
LINE, OUTSIDER = "203.0.112.9", "203.0.112.1"
ROUTER, CAMERA, INSPECTOR = "192.0.2.9", "192.0.2.20", "192.0.2.1"

PASSWORD = "made-up-Kujaku-72!"
SITE = f"""
[site]
id = "nat"
name = "角の店"
[authorisation]
by = "店主"
from = 2026-01-01
until = 2099-12-31
networks = ["192.0.2.0/27"]
[[credential]]
match = "192.0.2.0/27"
username = "audit"
secret = "env:FUSHINBAN_TEST_SECRET"
[discovery]
methods = ["listed", "ssdp"]
[[device]]
address = "{CAMERA}"
name = "レジの上"
kind = "camera"
[[device]]
address = "{ROUTER}"
name = "出入口のルータ"
[limits]
port_gap = 0.0
connect_timeout = 0.8
probe_timeout = 0.8
read_timeout = 3.0
"""

#: The layout that the nftables build expects by its default names.
RULES = """
table inet filter {
    chain forward { type filter hook forward priority 0; policy accept; jump miniupnpd; }
    chain miniupnpd { }
    chain prerouting { type nat hook prerouting priority -100; policy accept; jump prerouting_miniupnpd; }
    chain postrouting {
        type nat hook postrouting priority 100; policy accept
        jump postrouting_miniupnpd
        oifname "wan0" masquerade
    }
    chain prerouting_miniupnpd { }
    chain postrouting_miniupnpd { }
}
"""
CONFIGURATION = """
ext_ifname=wan0
listening_ip=eth0
http_port=0
enable_natpmp=no
enable_upnp=yes
secure_mode=yes
uuid=7a1c3c1e-0d61-4c8e-9a5d-0123456789ac
friendly_name=Asagiri Router
lease_file={folder}/leases
minissdpdsocket={folder}/minissdpd.sock
allow 1024-65535 192.0.2.0/24 1-65535
deny 0-65535 0.0.0.0/0 0-65535
"""


@pytest.fixture
def wires(needs_root: None, needs_program: NeedsProgram) -> Iterator[tuple[Wire, Wire]]:
    try:
        with wire(needs_program("ip")) as inside, wire(needs_program("ip")) as outside:
            yield inside, outside
    except NoNamespaces as error:
        missing(f"network namespaces cannot be made: {error}")


def inside_of(host: Host, *command: str) -> str:
    """Run a command on a host; what it wrote."""
    ended = subprocess.run([*host.inside, *command], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def nat(needs_program: NeedsProgram, router: Host, outside: Wire, folder: Path) -> None:
    """Make a host a router with NAT, its line on the outside wire."""
    outside.join(router, "wan0", LINE)
    rules = folder / "rules.nft"
    rules.write_text(RULES)
    inside_of(router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
    inside_of(router, needs_program("nft"), "-f", str(rules))


@contextmanager
def upnp(needs_program: NeedsProgram, router: Host, folder: Path) -> Iterator[None]:
    """The router's UPnP, switched on."""
    configuration, log = folder / "miniupnpd.conf", folder / "miniupnpd.log"
    configuration.write_text(CONFIGURATION.format(folder=folder))
    command = [*router.inside, needs_program("miniupnpd"), "-d", "-f", str(configuration)]
    with running([*command, "-P", str(folder / "miniupnpd.pid")], log, says(log, "HTTP listening on port")):
        yield


@contextmanager
def camera(host: Host, folder: Path) -> Iterator[None]:
    plan = LabPlan(
        id="camera", name="camera",
        devices=(
            DevicePlan(
                id="camera", address=host.address, serial="SN-nat", name="camera", location="倉庫",
                services=frozenset({"http", "rtsp"}), users=(LabUser(name="audit", password=PASSWORD),), login="audit",
            ),
        ),
    )  # fmt: skip
    with lab_process(plan, folder, before=host.inside, usual_ports=True):
        yield


def inspected(host: Host, folder: Path) -> dict[str, Any]:
    """One whole inspection from the laptop."""
    data = folder / "records"
    data.mkdir(exist_ok=True)
    site = folder / "SITE.toml"
    site.write_text(SITE, encoding="utf-8")
    environ = {"FUSHINBAN_TEST_SECRET": PASSWORD}
    ended = run("inspect", site, "--json", "-", data=data, environ=environ, before=host.inside)
    assert ended.code in (0, 1), ended.errors
    return ended.json()


def finding(result: dict[str, Any], control: str, address: str) -> dict[str, Any]:
    ids = {d["address"]: d["id"] for d in result["devices"]}
    (found,) = [f for f in result["findings"] if f["control"] == control and f["device"] == ids[address]]
    return dict(found)


def reached_from_outside(host: Host) -> str:
    """What an outsider sees at the line's port 8080: the head of the answer, or nothing."""
    script = (
        "import socket\n"
        "try:\n"
        f"    s = socket.create_connection(('{LINE}', 8080), 3)\n"
        "    s.settimeout(3); s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); print(s.recv(200).decode('latin-1'))\n"
        "except OSError as error:\n"
        "    print('nothing:', type(error).__name__)\n"
    )
    return inside_of(host, "python3", "-c", script)


def test_switching_upnp_on_is_found_in_one_inspection(
    needs_program: NeedsProgram, wires: tuple[Wire, Wire], tmp_path: Path
) -> None:
    client = needs_program("upnpc")
    lan, internet = wires
    laptop, router, eye = lan.host("laptop", INSPECTOR), lan.host("router", ROUTER), lan.host("cam", CAMERA)
    outsider = internet.host("outsider", OUTSIDER)
    nat(needs_program, router, internet, tmp_path)
    inside_of(eye, "ip", "route", "add", "default", "via", ROUTER)
    with camera(eye, tmp_path):
        before = inspected(laptop, tmp_path)
        assert finding(before, "G-3.4-5d", ROUTER)["outcome"] == "unknown"
        assert finding(before, "G-3.4-5d", CAMERA)["outcome"] == "unknown"
        assert reached_from_outside(outsider).startswith("nothing:")

        with upnp(needs_program, router, tmp_path):
            opened = inside_of(eye, client, "-e", "NVR", "-a", CAMERA, "80", "8080", "TCP")
            assert f"external {LINE}:8080 TCP is redirected to internal {CAMERA}:80" in opened
            assert reached_from_outside(outsider).startswith("HTTP/1."), "the hole is a real one"
            after = inspected(laptop, tmp_path)
            closed = inside_of(eye, client, "-d", "8080", "TCP")
            assert "UPNP_DeletePortMapping() returned : 0" in closed
            empty = inspected(laptop, tmp_path)

    devices = {d["address"]: d for d in after["devices"]}
    assert devices[ROUTER]["kind"] == "router"
    at_router, at_camera = (finding(after, "G-3.4-5d", address) for address in (ROUTER, CAMERA))
    assert (at_router["outcome"], at_router["severity"]) == ("fail", "high")
    assert f"外側の8080番（TCP）から「レジの上」（{CAMERA}）の80番" in at_router["message"]
    assert (at_camera["outcome"], at_camera["severity"]) == ("fail", "high")
    assert at_camera["message"].startswith("「レジの上」に、インターネットのだれからでも接続できる状態です。")
    assert any("NVR" in e["text"] and LINE in e["text"] for e in at_router["evidence"])
    assert finding(after, "G-3.4-5a", ROUTER)["outcome"] == "fail"
    line = [f for f in after["findings"] if f["control"] == "G-3.5-3e"]
    assert [f["outcome"] for f in line] == ["pass"]
    assert LINE in line[0]["message"]

    now_empty = finding(empty, "G-3.4-5d", ROUTER)
    assert (now_empty["outcome"], now_empty["severity"]) == ("fail", "medium"), "UPnP is on, though nothing is open"
    assert finding(empty, "G-3.4-5d", CAMERA)["outcome"] == "unknown"
