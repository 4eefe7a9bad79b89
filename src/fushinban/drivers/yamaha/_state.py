"""All commands of a configuration, put together to the state of the router."""

from fushinban.drivers._router_text import Notes, loosely_blanked
from fushinban.drivers.yamaha._filters import Filters
from fushinban.drivers.yamaha._interfaces import NAMES, Draft, Interfaces
from fushinban.drivers.yamaha._lines import Command, Listing
from fushinban.drivers.yamaha._people import People
from fushinban.drivers.yamaha._plain import is_not_followed, is_without_bearing
from fushinban.drivers.yamaha._services import Services
from fushinban.drivers.yamaha._translation import Outside, Translation
from fushinban.drivers.yamaha._vpn import Vpn
from fushinban.model.filtering import Action, Family, Hook, RuleList, Stage
from fushinban.model.intervals import ANY_V4, NOTHING, Intervals, network, number_of
from fushinban.model.router import Interface, Origin, Role, Route, RouterState, UpnpServer

_FAMILIES = {"ip": Family.V4, "ipv6": Family.V6}


class Reader:
    """Reads one command after the other; `state` is then the router."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._notes = Notes()
        self._filters = Filters(self._notes)
        self._translation = Translation(self._notes)
        self._interfaces = Interfaces(self._notes)
        self._services = Services(self._notes)
        self._vpn = Vpn()
        self._people = People()
        self._applied: dict[tuple[Family, str, str], Command] = {}
        self._off: dict[Family, Command | None] = {}
        self._bridges: list[Command] = []
        self._upnp = UpnpServer(enabled=False)

    def read(self, command: Command) -> None:
        """One command. What is understood by no reader and known as without bearing by none is noted."""
        words = command.words
        if words[0] in _FAMILIES and self._ip(_FAMILIES[words[0]], command):
            return
        if self._named(command):
            return
        if is_without_bearing(words):
            return
        self._notes.add(command.line, "not-followed" if is_not_followed(words) else "unknown-command")

    def _named(self, command: Command) -> bool:
        words = command.words
        match words[0]:
            case "nat":
                return command.word(1) == "descriptor" and self._translation.define(command)
            case "pp" | "pppoe" | "ppp":
                return self._connection(command)
            case "tunnel" | "ipsec" | "l2tp" | "pptp":
                if command.tunnel:
                    self._interfaces.named(f"tunnel{command.tunnel}")
                return self._vpn.define(command)
            case "upnp" if command.word(1) == "use":
                self._upnp = UpnpServer(enabled=command.word(2) == "on" and not command.removed, lines=(command.line,))
                return True
            case "lan" if command.word(1) == "shutdown":
                if len(words) == 3 and NAMES.fullmatch(words[2]):
                    self._interfaces.named(words[2]).enabled = command.removed
                return True
            case "bridge" if command.word(1) == "member":
                self._bridges.append(command)
                return True
            case "description" if NAMES.fullmatch(command.word(1)):
                self._interfaces.named(words[1]).description = loosely_blanked(" ".join(words[2:]))
                return True
        return self._people.define(command, self._notes) or self._services.define(command)

    def _ip(self, family: Family, command: Command) -> bool:
        second, third = command.word(1), command.word(2)
        if second == "filter":
            known = third.isdigit() or (third in ("dynamic", "set") and command.word(3) not in ("", "timer"))
            if known:
                self._filters.define(family, command)
            return known
        if second == "route" and third != "change":
            self._interfaces.route(family, command)
            return True
        if second == "routing" and third in ("on", "off"):
            self._off[family] = None if third == "on" or command.removed else command
            return True
        if second not in ("pp", "tunnel") and not NAMES.fullmatch(second):
            return False
        if third not in ("address", "secondary", "secure", "nat", "prefix"):
            return False
        name = self._interface(command)
        if name:
            self._at_interface(family, name, third, command)
        return True

    def _interface(self, command: Command) -> str:
        name = command.words[1]
        if name not in ("pp", "tunnel"):
            return name
        selected = command.pp if name == "pp" else command.tunnel
        if not selected:
            self._notes.add(command.line, "not-selected")
            return ""
        return name + selected

    def _at_interface(self, family: Family, name: str, what: str, command: Command) -> None:
        if what in ("address", "secondary"):
            if "address" in command.words:
                self._interfaces.address(family, name, command)
        elif what == "prefix":
            self._interfaces.prefix(name, command)
        elif command.words[2:4] in (("secure", "filter"), ("nat", "descriptor")):
            self._interfaces.named(name)
            key = (family, name, what if what == "nat" else f"filter {command.word(4)}")
            self._applied.pop(key, None)
            if not command.removed:
                self._applied[key] = command
        else:
            self._notes.add(command.line, "unknown-command")

    def _connection(self, command: Command) -> bool:
        words = command.words
        match words[:2]:
            case ("pp", "select"):
                if command.pp:
                    self._interfaces.named(f"pp{command.pp}").private |= command.pp == "anonymous"
            case ("pp", "enable" | "disable"):
                for draft in self._meant(command.word(2)):
                    draft.enabled = (words[1] == "enable") is not command.removed
            case ("pp", "bind") if command.word(2).startswith("tunnel"):
                self._interfaces.named(f"pp{command.pp}").private = True
            case ("pp", "bind"):
                pass
            case ("pppoe", "use"):
                self._interfaces.named(f"pp{command.pp}").outer = not command.removed
            case ("ppp", "ipcp") if words[2:4] == ("ipaddress", "on"):
                self._interfaces.named(f"pp{command.pp}").assigned.add(Family.V4)
            case _:
                return False
        return True

    def _meant(self, number: str) -> list[Draft]:
        if number == "all":
            return [d for name, d in self._interfaces.drafts().items() if name.startswith("pp")]
        return [self._interfaces.named(f"pp{number}")]

    def state(self, listing: Listing) -> RouterState:
        """The router that all commands together describe."""
        for line in listing.torn:
            self._notes.add(line, "torn")
        routes = self._settle()
        interfaces = tuple(draft.finished() for draft in self._interfaces.drafts().values())
        lists, hooks = self._at_work(interfaces)
        return RouterState(
            kind="yamaha",
            origin=self._origin,
            maker="Yamaha",
            model=listing.heading.model,
            firmware=listing.heading.firmware,
            serial=listing.heading.serial,
            host_name=self._people.host_name,
            interfaces=interfaces,
            routes=routes,
            lists=lists,
            hooks=hooks,
            services=(*self._services.all(interfaces), *self._vpn.all()),
            upnp=self._upnp,
            accounts=self._people.accounts(),
            dynamic_names=self._people.dynamic_names,
            time_servers=self._people.time_servers,
            log_hosts=self._people.log_hosts,
            schedules=self._people.schedules,
            unread=self._notes.all(),
            line_count=listing.lines,
        )

    def _settle(self) -> tuple[Route, ...]:
        """What follows from everything together: which tunnels work, which interfaces lead outside."""
        drafts = self._interfaces.drafts()
        for name, draft in drafts.items():
            if name.startswith("tunnel"):
                draft.enabled, draft.carrier = self._vpn.enabled(name[6:]), self._vpn.carrier(name[6:])
        routes = self._interfaces.routed()
        for family, name, what in self._applied:
            draft = drafts[name]
            if what == "nat" and not name.startswith("tunnel"):
                draft.outer = True
                if not any(a.version == 4 for a in draft.addresses):
                    draft.assigned.add(family)
            elif what == "nat" and draft.outer:
                draft.assigned.add(family)
        for draft in drafts.values():
            if any(a.version == 4 for a in draft.addresses):
                draft.assigned.discard(Family.V4)
        for command in self._bridges:
            if any(drafts[word].outer for word in command.words[3:] if word in drafts):
                self._notes.add(command.line, "not-followed")
        return routes

    def _at_work(self, interfaces: tuple[Interface, ...]) -> tuple[tuple[RuleList, ...], tuple[Hook, ...]]:
        found: list[tuple[RuleList, Hook]] = []
        for (family, name, what), command in self._applied.items():
            if what == "nat":
                found.extend(self._translation.applied(name, command, _outside(name, interfaces)))
            else:
                found.extend(self._filters.applied(family, name, command))
        for family, off in self._off.items():
            if off is not None:
                name = f"{family} routing off"
                found.append((
                    RuleList(name=name, default=Action.DROP, default_lines=(off.line,)),
                    Hook(stage=Stage.FORWARD, rules=name, families=frozenset({family})),
                ))  # fmt: skip
        return tuple(one for one, _ in found), tuple(hook for _, hook in found)


def _outside(name: str, interfaces: tuple[Interface, ...]) -> Outside:
    own, inside = NOTHING, NOTHING
    for interface in interfaces:
        for address in interface.addresses:
            if address.version != 4:
                continue
            if interface.name == name:
                own = own | Intervals.single(number_of(address.ip))
            elif interface.role is not Role.WAN:
                inside = inside | network(address.network)
    return Outside(own=own, possible=ANY_V4 - inside)
