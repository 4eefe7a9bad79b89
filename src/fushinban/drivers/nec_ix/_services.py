"""What a UNIVERGE IX offers by itself: it offers nothing that its configuration does not switch on."""

from collections.abc import Iterable, Iterator

from fushinban.drivers._router_text import Notes
from fushinban.drivers.nec_ix._access_lists import AccessLists
from fushinban.drivers.nec_ix._running import Running, Statement
from fushinban.model.filtering import Family
from fushinban.model.intervals import ANY_ADDRESS, ANY_V4, ANY_V6, Intervals, ports
from fushinban.model.router import Line, OwnService, Purpose, UpnpServer

TCP, UDP, ESP, GRE = 6, 17, 50, 47
_SERVERS = {
    "telnet-server": ("telnet", TCP, "23", Purpose.MANAGEMENT),
    "ssh-server": ("ssh", TCP, "22", Purpose.MANAGEMENT),
    "http-server": ("http", TCP, "80", Purpose.MANAGEMENT),
    "https-server": ("https", TCP, "443", Purpose.MANAGEMENT),
    "ftp-server": ("ftp", TCP, "21", Purpose.MANAGEMENT),
    "tftp-server": ("tftp", UDP, "69", Purpose.MANAGEMENT),
    "snmp-agent": ("snmp", UDP, "161", Purpose.MANAGEMENT),
    "proxy-dns": ("dns", UDP, "53", Purpose.NETWORK),
    "ntp": ("ntp", UDP, "123", Purpose.NETWORK),
}
_FAMILIES = {"ip": Family.V4, "ipv6": Family.V6}


class Services:
    """Reads the statements about services."""

    def __init__(self, running: Running, lists: dict[Family, AccessLists], notes: Notes) -> None:
        self._running = running
        self._lists = lists
        self._notes = notes

    def all(self) -> tuple[OwnService, ...]:
        """All that run."""
        return (*self._servers(), *self._vpn())

    def upnp(self) -> UpnpServer:
        """UPnP, off unless a line switches it on."""
        lines = tuple(s.line for s in self._running.said("upnp") if "enable" in s.words)
        return UpnpServer(enabled=bool(lines), lines=lines)

    def _servers(self) -> Iterator[OwnService]:
        for word, (name, protocol, port, purpose) in _SERVERS.items():
            for top, family in _FAMILIES.items():
                enabled = self._enabled(word, top)
                if not enabled:
                    continue
                about = self._running.said(f"{word} {top}")
                yield OwnService(
                    name=name, purpose=purpose, protocol=protocol, ports=self._port(about, port),
                    sources=self._sources(word, about, family), families=frozenset({family}),
                    lines=(*(s.line for s in enabled), *(s.line for s in about if s not in enabled)),
                )  # fmt: skip

    def _enabled(self, word: str, top: str) -> list[Statement]:
        """`… ip enable`, said to the router or (the name server) to an interface."""
        below = [s for block in self._running.blocks_of("interface") for s in block.said(f"{word} {top} enable")]
        return [*self._running.said(f"{word} {top} enable"), *below]

    def _port(self, about: Iterable[Statement], default: str) -> Intervals:
        for statement in about:
            words = statement.after(2)
            if words[:1] == ("port",):
                try:
                    return ports(words[1])
                except (ValueError, IndexError):
                    self._notes.add(statement.line, "wrong-value", name="port")
        return ports(default)

    def _sources(self, word: str, about: Iterable[Statement], family: Family) -> Intervals:
        """Who may ask: by the access list of the server, or of the communities of SNMP."""
        whole = ANY_V4 if family is Family.V4 else ANY_V6
        named = [s for s in about if s.after(2)[:1] == (("community",) if word == "snmp-agent" else ("access-list",))]
        if not named:
            return ANY_ADDRESS
        return Intervals.of(r for s in named for r in self._listed(word, s, family) & whole)

    def _listed(self, word: str, statement: Statement, family: Family) -> Intervals:
        words = statement.after(4 if word == "snmp-agent" else 3)
        if not words:
            return ANY_ADDRESS
        found = self._lists[family].find(words[0])
        if found is None:
            self._notes.add(statement.line, "undefined", name=words[0])
            return ANY_ADDRESS
        return found.sources()

    def _vpn(self) -> Iterator[OwnService]:
        tunnels = [
            (s, " ".join(s.after(2)))
            for block in self._running.blocks_of("interface")
            if not block.has("shutdown")
            for s in block.said("tunnel mode")
        ]
        ike = [s.line for s in (*self._running.said("ike policy"), *self._running.said("ikev2 authentication"))]
        ike += [s.line for s, mode in tunnels if "ipsec" in mode]
        if ike:
            yield _door("ipsec", UDP, ports("500", "4500"), ike)
            yield _door("ipsec", ESP, Intervals(), ike)
        for statement, mode in tunnels:
            if mode.startswith("l2tp-lns"):
                yield _door("l2tp", UDP, ports("1701"), [statement.line])
            elif mode.startswith("pptp"):
                yield _door("pptp", TCP, ports("1723"), [statement.line])
                yield _door("pptp", GRE, Intervals(), [statement.line])


def _door(name: str, protocol: int, number: Intervals, lines: list[Line]) -> OwnService:
    return OwnService(name=name, purpose=Purpose.VPN, protocol=protocol, ports=number, lines=tuple(lines))
