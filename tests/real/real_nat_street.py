"""A shop behind a real router, and the street before it: who is there, what they serve, and what the router does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from real_lab import lab_process
from real_nat import Filter, Forward, Gateway
from real_nat_net import PORT, Person, ReflectorAt, address6, make_router, reflector, route, serving
from real_network import Host, Wire
from real_programs import running, says

from fushinban.lab.plan import DevicePlan, LabPlan, LabUser

NeedsProgram = Callable[[str], str]

#: A line must have an address of the internet: those kept for documentation are none to a reflector or to miniupnpd.
#: These are held by interfaces of namespaces alone, and no packet to them leaves those wires (3ffe::/16 is nobody's).
LINE, EYE, STRANGER, HEAD_OFFICE = (f"203.0.112.{n}" for n in (9, 1, 77, 88))
LINE6, EYE6, STRANGER6 = "3ffe:83:ff::9", "3ffe:83:ff::1", "3ffe:83:ff::77"
#: Inside it must be private, or the addresses would count as the internet's.
ROUTER, LAPTOP, CAMERA, RECORDER, DOOR, OLD, NOBODY = (f"192.168.83.{n}" for n in (9, 2, 20, 21, 22, 25, 26))
ROUTER6, LAPTOP6, CAMERA6 = "3ffe:83:1::9", "3ffe:83:1::2", "3ffe:83:1::20"
INSIDE = {"laptop": LAPTOP, "router": ROUTER, "camera": CAMERA, "recorder": RECORDER, "door": DOOR, "old": OLD}
OUTSIDE = {"eye": EYE, "stranger": STRANGER, "office": HEAD_OFFICE}
SERVERS = {
    "camera": ("picture:8090", "tcp:8443"),
    "recorder": ("tcp:8083", "tcp:8084", "tcp:8089", "udp:5555"),
    "door": ("tcp:80", "picture:8090"),
    "laptop": ("tcp:8080", "tcp:8081"),
    "router": ("tcp:80",),
}
PASSWORD = "made-up-Kujaku-72!"

SITE = f"""
[site]
id = "nat"
name = "角の店"
[authorisation]
by = "店主"
from = 2026-01-01
until = 2099-12-31
networks = ["192.168.83.0/27"]
[discovery]
methods = ["listed", "ssdp", "sweep"]
[[device]]
address = "{CAMERA}"
name = "レジの上"
kind = "camera"
[[device]]
address = "{RECORDER}"
name = "録画機"
kind = "recorder"
[[device]]
address = "{DOOR}"
name = "入口"
kind = "camera"
[[device]]
address = "{ROUTER}"
name = "出入口のルータ"
kind = "router"
[limits]
port_gap = 0.0
connect_timeout = 0.5
probe_timeout = 0.5
read_timeout = 3.0
"""

UPNP = """
ext_ifname=wan0
listening_ip=eth0
http_port=0
enable_natpmp=no
enable_upnp=yes
secure_mode=yes
upnp_table_name=fw4
upnp_nat_table_name=fw4
upnp_forward_chain=upnp_forward
upnp_nat_chain=upnp_prerouting
upnp_nat_postrouting_chain=upnp_postrouting
uuid=7a1c3c1e-0d61-4c8e-9a5d-0123456789ac
friendly_name=Asagiri Router
lease_file={folder}/leases
minissdpdsocket={folder}/minissdpd.sock
allow 1024-65535 192.168.83.0/24 1-65535
deny 0-65535 0.0.0.0/0 0-65535
"""

GATEWAY = Gateway(
    line4=f"{LINE}/24", home4=f"{ROUTER}/24", line6=f"{LINE6}/64", home6=f"{ROUTER6}/64", own=(80,), upnp=True,
    next4=EYE, next6=EYE6,
    forwards=(
        Forward(name="rtsp", port="554", to=CAMERA),
        Forward(name="page", port="8081", to=CAMERA, to_port="80"),
        Forward(name="picture", port="82", to=DOOR, to_port="8090"),
        Forward(name="range", port="8083-8085", to=RECORDER),
        Forward(name="voice", port="5555", to=RECORDER, protocol="udp"),
        Forward(name="gone", port="8888", to=NOBODY, to_port="80"),
        Forward(name="office", port="443", to=RECORDER, to_port="8083", source=HEAD_OFFICE),
        Forward(name="watcher", port="8443", to=RECORDER, to_port="8083", source=EYE),
        Forward(name="stopped", port="88", to=RECORDER, to_port="8089"),
        Forward(name="missed", port="10080", to=RECORDER, to_port="8083"),
        Forward(name="before", port="9000", to=RECORDER, to_port="8083"),
        Forward(name="closed", port="81", to=RECORDER, to_port="8099"),
    ),
    filters=(
        Filter(name="stop", action="DROP", port="8089", inside=True, to=RECORDER),
        Filter(name="miss", action="DROP", port="10080"),
        Filter(name="web", action="ACCEPT", port="80"),
        Filter(name="v6 page", action="ACCEPT", port="8090", inside=True, to=CAMERA6, family="ipv6"),
        Filter(name="v6 again", action="ACCEPT", port="8443", inside=True, to=CAMERA6, family="ipv6"),
        Filter(name="v6 laptop", action="ACCEPT", port="8080", inside=True, to=LAPTOP6, family="ipv6"),
        Filter(name="v6 shut", action="DROP", port="8081", inside=True, to=LAPTOP6, family="ipv6"),
    ),
    script="""
    chain own_rules { type filter hook prerouting priority raw; iifname "wan0" tcp dport 9000 drop; }
    """,
)  # fmt: skip


#: The same router with two forwards alone, none of which keeps a look waiting.
QUIET = replace(GATEWAY, forwards=GATEWAY.forwards[:2], filters=(), upnp=False, script="")

#: Another router: a filter before the translation, one after it, and everything else to one device.
OPEN_HOUSE = Gateway(
    line4=f"{LINE}/24", home4=f"{ROUTER}/24", next4=EYE, own=(80,),
    forwards=(
        Forward(name="page", port="8081", to=CAMERA, to_port="80"),
        Forward(name="before", port="9000", to=RECORDER, to_port="8083"),
        Forward(name="stopped", port="88", to=RECORDER, to_port="8089"),
        Forward(name="taken", port="8081", to=DOOR, to_port="80"),
        Forward(name="everything", to=RECORDER),
    ),
    filters=(
        Filter(name="early", action="DROP", port="9000", before=True),
        Filter(name="late", action="DROP", port="8089", inside=True, to=RECORDER),
        Filter(name="web", action="ACCEPT", port="80"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Everybody."""

    laptop: Host
    router: Host
    door: Host
    old: Host
    stranger: Host
    office: Host
    seeing: ReflectorAt
    person: Person


def cameras() -> LabPlan:
    user = (LabUser(name="audit", password=PASSWORD),)
    return LabPlan(
        id="cameras",
        name="cameras",
        devices=(
            DevicePlan(
                id="till",
                address=CAMERA,
                serial="S1",
                services=frozenset({"http", "rtsp"}),
                users=user,
                snapshot_open=True,
                stream_open=True,
                open_operations=frozenset({"GetProfiles", "GetSnapshotUri", "GetStreamUri"}),
            ),
        ),
    )


@contextmanager
def street(
    needs_program: NeedsProgram, wires: tuple[Wire, Wire], folder: Path, gateway: Gateway = GATEWAY, *,
    front: tuple[Wire, Gateway] | None = None, watcher: tuple[str, tuple[str, ...]] = ("eye", ()),
) -> Iterator[Street]:  # fmt: skip
    """Everybody at work behind this router. `front`: a router before it, on a wire of their own; `watcher`: the host on
    which the reflector runs, and its further options."""
    lan, internet = wires
    hosts = {name: lan.host(name, address) for name, address in INSIDE.items()}
    hosts |= {name: internet.host(name, address) for name, address in OUTSIDE.items()}
    router, nft = hosts["router"], needs_program("nft")
    if front is None:
        internet.join(router, "wan0", gateway.line)
    else:
        middle, before = front
        box = middle.host("front", before.home4.partition("/")[0])
        internet.join(box, "wan0", before.line)
        middle.join(router, "wan0", gateway.line)
        make_router(box, nft, before, folder)
        route(router, "default", gateway.next4)
    for name in ("laptop", "camera", "recorder", "door", "old"):
        route(hosts[name], "default", ROUTER)
    _number_six(hosts)
    make_router(router, nft, gateway, folder)
    with ExitStack() as stack:
        stack.enter_context(lab_process(cameras(), folder, before=hosts["camera"].inside, usual_ports=True))
        for name, servers in SERVERS.items():
            stack.enter_context(serving(hosts[name], folder, *servers))
        name, more = watcher
        places = [f"{hosts[name].address}:{PORT}", *([f"[{EYE6}]:{PORT}"] if name == "eye" else [])]
        seeing = stack.enter_context(reflector(hosts[name], folder, *places, more=more))
        person = Person(hosts["laptop"], folder, seeing, {"4": EYE, "6": EYE6})
        chosen = {n: hosts[n] for n in ("laptop", "router", "door", "old", "stranger", "office")}
        yield Street(seeing=seeing, person=person, **chosen)


def _number_six(hosts: dict[str, Host]) -> None:
    """Addresses and ways of IPv6."""
    router = hosts["router"]
    address6(router, f"{LINE6}/64", interface="wan0")
    address6(router, f"{ROUTER6}/64")
    for name, address in (("laptop", LAPTOP6), ("camera", CAMERA6), ("eye", EYE6), ("stranger", STRANGER6)):
        address6(hosts[name], f"{address}/64")
    for name in ("laptop", "camera"):
        route(hosts[name], "default", ROUTER6)
    for name in ("eye", "stranger"):
        route(hosts[name], "3ffe:83:1::/64", LINE6)


@contextmanager
def upnp(needs_program: NeedsProgram, router: Host, folder: Path) -> Iterator[None]:
    """The router's UPnP, switched on."""
    configuration, log = folder / "miniupnpd.conf", folder / "miniupnpd.log"
    configuration.write_text(UPNP.format(folder=folder))
    command = [*router.inside, needs_program("miniupnpd"), "-d", "-f", str(configuration)]
    with running([*command, "-P", str(folder / "miniupnpd.pid")], log, says(log, "HTTP listening on port")):
        yield
