"""The interfaces of a UNIVERGE IX, and which of them lead outside."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field

from fushinban.drivers._router_text import Notes
from fushinban.drivers.nec_ix._running import Block, Running, Statement
from fushinban.model.filtering import Family
from fushinban.model.router import Interface, Role, Route

IPInterface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
#: Tunnels through which the internet is reached, not a site of one's own.
_UPLINK_TUNNELS = ("4-over-6", "map-e", "map-t", "ds-lite", "6rd")


@dataclass(slots=True)
class Port:
    """One `interface` block that is not shut down."""

    name: str
    block: Block
    role: Role = Role.OTHER
    addresses: list[IPInterface] = field(default_factory=list)
    assigned: set[Family] = field(default_factory=set)

    @property
    def hides(self) -> bool:
        """Whether addresses are translated here."""
        return self.block.has("ip napt enable") or self.block.has("ip nat enable")

    @property
    def leads_outside(self) -> bool:
        """Whether it translates addresses, or gets its own from a provider."""
        ways = ("encapsulation pppoe", "ipv6 address autoconfig", "ipv6 dhcp client")
        return self.hides or Family.V4 in self.assigned or any(self.block.has(way) for way in ways)


class Interfaces:
    """All interfaces that are up, and the routes."""

    def __init__(self, running: Running, notes: Notes) -> None:
        self._notes = notes
        self._running = running
        self.ports: dict[str, Port] = {}
        for block in running.blocks_of("interface"):
            name = "".join(block.head.after(1))
            if name and not block.has("shutdown"):
                self.ports[name] = Port(name, block)
        for port in self.ports.values():
            self._read_addresses(port)
        self._share_prefix()
        self.routes = tuple(self._read_routes())
        self._give_roles()
        self._note_bridges()

    def all(self) -> tuple[Interface, ...]:
        """Those with an address or a role."""
        return tuple(
            Interface(
                name=port.name, role=port.role, addresses=tuple(port.addresses), assigned=frozenset(port.assigned),
                lines=(port.block.head.line, *(s.line for s in port.block.body if "address" in s.words)),
                description=" ".join(d.after(1)[0] for d in port.block.said("description")[:1] if d.after(1)),
            )
            for port in self.ports.values()
            if port.role is not Role.OTHER or port.addresses or port.assigned
        )  # fmt: skip

    def _read_addresses(self, port: Port) -> None:
        for statement in (*port.block.said("ip address"), *port.block.said("ipv6 address")):
            family = Family.V4 if statement.words[0] == "ip" else Family.V6
            said = statement.after(2)
            if not said or said[0] in ("dhcp", "ipcp", "autoconfig", "map-e"):
                port.assigned.add(family)
                continue
            try:
                found = ipaddress.ip_interface(said[0])
            except ValueError:
                self._notes.add(statement.line, "wrong-value", name=f"{statement.words[0]} address")
                continue
            if not found.ip.is_link_local:
                port.addresses.append(found)
        if port.block.has("ipv6 dhcp client"):
            port.assigned.add(Family.V6)

    def _share_prefix(self) -> None:
        """Interfaces to which a prefix of the provider goes: by DHCPv6 (`ia-pd`), by proxy, or announced by RA."""
        names = set()
        for block in self._running.blocks_of("ipv6 dhcp client-profile"):
            names |= {word for s in block.said("ia-pd subscriber") for word in s.after(2)[:1]}
        for port in self.ports.values():
            names |= {word for s in port.block.said("ipv6 nd proxy") for word in s.after(3)[:1]}
        outside = any(Family.V6 in port.assigned for port in self.ports.values())
        for port in self.ports.values():
            announced = outside and port.block.has("ipv6 nd ra enable")
            fixed = any(a.version == 6 for a in port.addresses)
            if port.name in names or (announced and not fixed):
                port.assigned.add(Family.V6)

    def _read_routes(self) -> Iterator[Route]:
        for statement in (*self._running.said("ip route"), *self._running.said("ipv6 route")):
            said = statement.after(2)
            everywhere = "0.0.0.0/0" if statement.words[0] == "ip" else "::/0"
            try:
                to = ipaddress.ip_network(everywhere if said[0] == "default" else said[0], strict=False)
                name = self._way(said[1])
            except (ValueError, IndexError):
                self._notes.add(statement.line, "wrong-value", name=f"{statement.words[0]} route")
                continue
            if name is not None:
                yield Route(destinations=to, interface=name, lines=(statement.line,))
            elif "." not in said[1] or not said[1].startswith(("Null", "null")):
                self._note_way(statement, said[1])

    def _note_way(self, statement: Statement, said: str) -> None:
        """An interface that is shut down carries nothing; one that is nowhere is worth a note."""
        known = {"".join(block.head.after(1)) for block in self._running.blocks_of("interface")}
        if said not in known:
            self._notes.add(statement.line, "undefined", name=said)

    def _way(self, said: str) -> str | None:
        if said in self.ports:
            return said
        try:
            place = ipaddress.ip_address(said)
        except ValueError:
            return None
        return next((p.name for p in self.ports.values() if any(place in a.network for a in p.addresses)), None)

    def _give_roles(self) -> None:
        leading = {route.interface for route in self.routes if route.destinations.prefixlen == 0}
        for port in self.ports.values():
            mode = " ".join(word for s in port.block.said("tunnel mode")[:1] for word in s.after(2))
            if mode and not mode.startswith(_UPLINK_TUNNELS):
                port.role = Role.TUNNEL
            elif mode or port.name in leading or port.leads_outside:
                port.role = Role.WAN
            elif (port.addresses or port.assigned) and not port.name.startswith(("Loopback", "Null")):
                port.role = Role.LAN

    def _note_bridges(self) -> None:
        """A bridge between outside and inside lets packets by without the router looking at them as a router."""
        for port in self.ports.values():
            for statement in port.block.said("bridge-group") if port.role is Role.WAN else ():
                self._notes.add(statement.line, "rewrites")
