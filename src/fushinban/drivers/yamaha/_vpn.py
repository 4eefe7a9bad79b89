"""Tunnels: which way into the router they open for people or sites outside."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field

from fushinban.drivers.yamaha._lines import Command
from fushinban.model.filtering import Line
from fushinban.model.intervals import ANY_ADDRESS, NOTHING, Intervals, network, ports
from fushinban.model.router import OwnService, Purpose

_UDP, _TCP, _GRE, _ESP = 17, 6, 47, 50


@dataclass(slots=True)
class _Tunnel:
    encapsulation: str = "ipsec"
    enabled: bool = False
    policies: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


class Vpn:
    """What was said of tunnels and of the protocols they come in by."""

    def __init__(self) -> None:
        self._tunnels: dict[str, _Tunnel] = {}
        self._gateways: dict[str, str] = {}
        self._remote: dict[str, Command] = {}
        self._nat_traversal: dict[str, Command] = {}
        self._said: dict[str, Command] = {}

    def define(self, command: Command) -> bool:
        """A command of a tunnel or its protocol; False for what is not read here."""
        words = command.words
        if words[0] in ("l2tp", "pptp", "ipsec") and command.word(1) in ("service", "use"):
            self._said[words[0]] = command
        elif command.starts("ipsec", "tunnel") and command.word(2).isdigit():
            self._tunnel(command.tunnel).policies.append(words[2])
        elif command.starts("ipsec", "sa", "policy") and len(words) > 4:
            self._gateways[words[3]] = words[4]
        elif command.starts("ipsec", "ike", "remote", "address"):
            self._remote[command.word(4)] = command
        elif command.starts("ipsec", "ike", "nat-traversal"):
            self._nat_traversal[command.word(3)] = command
        elif words[0] == "tunnel":
            return self._of_tunnel(command)
        else:
            return False
        return True

    def _of_tunnel(self, command: Command) -> bool:
        kind = command.word(1)
        if kind == "encapsulation":
            self._tunnel(command.tunnel).encapsulation = command.word(2)
            self._tunnel(command.tunnel).lines.append(command.line)
        elif kind in ("enable", "disable"):
            for one in self._meant(command):
                one.enabled = (kind == "enable") is not command.removed
        elif kind == "template":
            self._tunnel(command.tunnel).lines.append(command.line)
        else:
            return kind == "select"
        return True

    def _meant(self, command: Command) -> list[_Tunnel]:
        number = command.word(2)
        return list(self._tunnels.values()) if number == "all" else [self._tunnel(number)]

    def _tunnel(self, number: str) -> _Tunnel:
        return self._tunnels.setdefault(number, _Tunnel())

    def carrier(self, number: str) -> str:
        """How a tunnel wraps its packets: `ipsec`, `l2tp`, `ipip`, `map-e` and so on."""
        return self._tunnel(number).encapsulation

    def enabled(self, number: str) -> bool:
        """Whether a tunnel works."""
        return self._tunnel(number).enabled

    def all(self) -> Iterator[OwnService]:
        """The ways in that are open to the tunnels' other ends."""
        peers, lines = self._peers()
        off = self._said.get("ipsec")
        if peers and not (off is not None and off.words[1:3] == ("use", "off")):
            yield _service("ipsec (IKE)", _UDP, ports("500"), peers, lines)
            yield _service("ipsec (ESP)", _ESP, NOTHING, peers, lines)
            traversal = [c for c in self._nat_traversal.values() if c.word(4) == "on" and not c.removed]
            if traversal:
                yield _service("ipsec (NAT-T)", _UDP, ports("4500"), peers, (*lines, traversal[0].line))
        for name, protocol, listening in (("l2tp", _UDP, "1701"), ("pptp", _TCP, "1723")):
            said = self._said.get(name)
            if said is not None and said.words[1:3] == ("service", "on") and not said.removed:
                yield _service(name, protocol, ports(listening), ANY_ADDRESS, (said.line,))
                if name == "pptp":
                    yield _service("pptp (GRE)", _GRE, NOTHING, ANY_ADDRESS, (said.line,))

    def _peers(self) -> tuple[Intervals, tuple[Line, ...]]:
        """Who may begin an IPsec connection: written addresses, or everybody for `any` and for names."""
        found, lines = NOTHING, []
        for tunnel in self._tunnels.values():
            for policy in tunnel.policies if tunnel.enabled else ():
                remote = self._remote.get(self._gateways.get(policy, ""))
                if remote is None or remote.removed:
                    continue
                lines.append(remote.line)
                found = found | _peer(remote.word(5))
        return found, tuple(lines)


def _peer(text: str) -> Intervals:
    try:
        return network(ipaddress.ip_network(text))
    except ValueError:
        return ANY_ADDRESS


def _service(name: str, protocol: int, listening: Intervals, sources: Intervals, lines: tuple[Line, ...]) -> OwnService:
    return OwnService(
        name=name, purpose=Purpose.VPN, protocol=protocol, ports=listening, sources=sources,
        lines=tuple(dict.fromkeys(lines)),
    )  # fmt: skip
