"""What a RouterOS router offers by itself: management, VPN servers, small network services."""

from collections.abc import Iterator

from fushinban.drivers.mikrotik._book import Book, Item
from fushinban.model.filtering import ANY_INTERFACE, BOTH, Family, Line, Names
from fushinban.model.intervals import ANY_ADDRESS, Intervals, addresses, ports
from fushinban.model.router import OwnService, Purpose, UpnpServer

TCP, UDP, GRE, ESP = 6, 17, 47, 50
_V4 = frozenset({Family.V4})
_SHOWN = {"www": "http", "www-ssl": "https"}
MENUS = frozenset(
    {
        "ip service", "snmp", "snmp community", "ip dns", "ip socks", "ip proxy", "ip smb", "ip tftp",
        "tool bandwidth-server", "ip upnp", "ip upnp interfaces", "ip nat-pmp", "ip nat-pmp interfaces", "ip cloud",
        "interface l2tp-server server", "interface pptp-server server", "interface sstp-server server",
        "interface ovpn-server server", "interface wireguard", "ip ipsec peer", "system ntp server",
    }
)  # fmt: skip


def services_of(book: Book) -> tuple[OwnService, ...]:
    """All services that run. Those of `/ip service` and the bandwidth test run from the factory on."""
    found = (_management(book), _snmp(book), _small(book), _upnp_door(book), _vpn(book))
    return tuple(service for group in found for service in group)


def upnp_of(book: Book) -> UpnpServer:
    """Whether devices inside may open ports, by UPnP or NAT-PMP. Off unless switched on."""
    upnp, pmp = book.setting("ip upnp"), book.setting("ip nat-pmp")
    on = [item for item in (upnp, pmp) if item.says("enabled")]
    lines = tuple(line for item in on or [upnp] for line in item.causes)
    return UpnpServer(enabled=bool(on), lines=lines)


def _management(book: Book) -> Iterator[OwnService]:
    for item in book.active("ip service"):
        if item.says("dynamic"):
            continue  # a connection that is open now, which newer versions list here too
        name = item.get("name")
        number = _number(book, item, "port")
        if not name or number is None:
            continue
        yield OwnService(
            name=_SHOWN.get(name, name), purpose=Purpose.MANAGEMENT, protocol=TCP, ports=number,
            sources=_sources(book, item, "address"), lines=item.causes, by_default=not item.lines,
        )  # fmt: skip
    test = book.setting("tool bandwidth-server")
    if test.says("enabled", default=not book.complete):
        yield OwnService(
            name="bandwidth-test", purpose=Purpose.NETWORK, protocol=TCP, ports=ports("2000"), lines=test.causes,
            by_default=not test.lines,
        )  # fmt: skip


def _snmp(book: Book) -> Iterator[OwnService]:
    settings = book.setting("snmp")
    if not settings.says("enabled"):
        return
    communities = book.active("snmp community")
    allowed = [_sources(book, item, "addresses") for item in communities]
    yield OwnService(
        name="snmp", purpose=Purpose.MANAGEMENT, protocol=UDP, ports=ports("161"),
        sources=Intervals.of(r for one in allowed for r in one) if allowed else ANY_ADDRESS,
        lines=(*settings.causes, *(line for item in communities for line in item.lines)),
    )  # fmt: skip


def _small(book: Book) -> Iterator[OwnService]:
    """Services that are off until somebody switches them on."""
    for menu, key, name, protocols, port in (
        ("ip dns", "allow-remote-requests", "dns", (UDP, TCP), "53"),
        ("ip socks", "enabled", "socks", (TCP,), "1080"),
        ("ip proxy", "enabled", "proxy", (TCP,), "8080"),
        ("ip smb", "enabled", "smb", (TCP,), "445"),
        ("system ntp server", "enabled", "ntp", (UDP,), "123"),
    ):
        item = book.setting(menu)
        if not item.says(key):
            continue
        number = (_number(book, item, "port") if menu in ("ip socks", "ip proxy") else None) or ports(port)
        for protocol in protocols:
            yield OwnService(name=name, purpose=Purpose.NETWORK, protocol=protocol, ports=number, lines=item.causes)
    for item in book.active("ip tftp"):
        yield OwnService(
            name="tftp", purpose=Purpose.NETWORK, protocol=UDP, ports=ports("69"), lines=item.causes,
            sources=_sources(book, item, "ip-addresses"),
        )  # fmt: skip


def _upnp_door(book: Book) -> Iterator[OwnService]:
    """Where UPnP and NAT-PMP listen: at the interfaces that are told to be internal."""
    for menu, name, doors in (
        ("ip upnp", "upnp", ((UDP, "1900"), (TCP, "2828"))),
        ("ip nat-pmp", "nat-pmp", ((UDP, "5351"),)),
    ):
        item = book.setting(menu)
        if not item.says("enabled"):
            continue
        inside = [one for one in book.active(f"{menu} interfaces") if one.get("type") == "internal"]
        entering = Names.of(*(one.get("interface") for one in inside))
        for protocol, port in doors:
            yield OwnService(
                name=name, purpose=Purpose.NETWORK, protocol=protocol, ports=ports(port), entering=entering,
                families=_V4, lines=item.causes,
            )  # fmt: skip


def _vpn(book: Book) -> Iterator[OwnService]:
    l2tp = book.setting("interface l2tp-server server")
    if l2tp.says("enabled"):
        yield _door("l2tp", UDP, ports("1701"), l2tp.causes)
        if l2tp.get("use-ipsec", "no") != "no":
            yield from _ipsec(l2tp.causes)
    pptp = book.setting("interface pptp-server server")
    if pptp.says("enabled"):
        yield _door("pptp", TCP, ports("1723"), pptp.causes)
        yield _door("pptp", GRE, Intervals(), pptp.causes)
    sstp = book.setting("interface sstp-server server")
    if sstp.says("enabled"):
        yield _door("sstp", TCP, _number(book, sstp, "port") or ports("443"), sstp.causes)
    for item in book.items("interface ovpn-server server"):
        # A named server (RouterOS 7.17 and later) is off unless it says that it is not.
        if item.says("enabled") or (item.get("name") and item.get("disabled") in ("no", "false")):
            protocol = UDP if item.get("protocol") == "udp" else TCP
            yield _door("openvpn", protocol, _number(book, item, "port") or ports("1194"), item.causes)
    for item in book.active("interface wireguard"):
        number = _number(book, item, "listen-port")
        if number is not None:
            yield _door("wireguard", UDP, number, item.causes)
    peers = book.active("ip ipsec peer")
    if peers:
        yield from _ipsec(tuple(line for item in peers for line in item.lines))
    cloud = book.setting("ip cloud")
    if cloud.get("back-to-home-vpn") in ("enabled", "ddns-and-enabled"):
        book.notes.add(cloud.lines[0], "relay")


def _ipsec(lines: tuple[Line, ...]) -> Iterator[OwnService]:
    yield _door("ipsec", UDP, ports("500", "4500"), lines, BOTH)
    yield _door("ipsec", ESP, Intervals(), lines, BOTH)


def _door(
    name: str, protocol: int, number: Intervals, lines: tuple[Line, ...], families: frozenset[Family] = BOTH
) -> OwnService:
    return OwnService(
        name=name, purpose=Purpose.VPN, protocol=protocol, ports=number, entering=ANY_INTERFACE, families=families,
        lines=lines,
    )  # fmt: skip


def _number(book: Book, item: Item, key: str) -> Intervals | None:
    text = item.get(key)
    if not text:
        return None
    try:
        return ports(text)
    except ValueError:
        for line in item.lines[:1]:
            book.notes.add(line, "wrong-value", name=key)
        return None


def _sources(book: Book, item: Item, key: str) -> Intervals:
    """Who may ask, by the service's own list; everybody where there is none."""
    text = item.get(key)
    try:
        listed = [one for one in text.split(",") if one]
        return addresses(*listed) if listed and "::/0" not in listed else ANY_ADDRESS
    except ValueError:
        for line in item.lines[:1]:
            book.notes.add(line, "wrong-value", name=key)
        return ANY_ADDRESS
