"""OpenWrt's firewall as rule lists and hooks, in the order in which fw4 (and fw3 alike) writes the rules out.

Input and forward: answers first, then rules for any zone, then the zone's own list: its rules in the order of the file,
then (forward only) the forwardings, then whatever a redirect has translated, then the zone's policy; what no zone has
decided meets the defaults. Redirects stand in a list per zone; the zone's `forward` policy is for its own interfaces.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from fushinban.drivers._icmp import without_types
from fushinban.drivers._router_text import Notes
from fushinban.drivers.openwrt._conditions import (
    AddressSet,
    Surroundings,
    WrongValue,
    address_set,
    families_of,
    matches_of,
    ports_of,
)  # fmt: skip
from fushinban.drivers.openwrt._firewall_options import OPTIONS
from fushinban.drivers.openwrt._network import Network, Zones
from fushinban.drivers.openwrt._sections import Section
from fushinban.drivers.openwrt._zones import Zone, policy_of, zones_of
from fushinban.model.filtering import (
    ANY_INTERFACE,
    BOTH,
    Action,
    Family,
    ForwardKind,
    Hook,
    Match,
    Names,
    Rule,
    RuleList,
    Stage,
    State,
    Target,
)  # fmt: skip
from fushinban.model.intervals import ANY_ADDRESS, ANY_PORT, NOTHING, Intervals, addresses

_ANSWERS = Rule(action=Action.ACCEPT, match=Match(states=frozenset({State.ESTABLISHED, State.RELATED})))
#: What miniupnpd writes at the end of the forward chain lets through what it has translated.
_MAPPED = Rule(action=Action.ACCEPT, match=Match(translated=True))
_INVALID = Match(states=frozenset({State.INVALID}))
_TARGETS = ("accept", "reject", "drop", "notrack", "helper", "mark", "dscp", "dnat", "snat", "masquerade")
#: miniupnpd's own hook: what it does follows from its settings and the mappings that devices ask for.
_KNOWN_INCLUDES = ("miniupnpd",)


class Firewall:
    """All that decides on packets."""

    def __init__(self, sections: Iterable[Section], network: Network, notes: Notes) -> None:
        self._notes = notes
        self._network = network
        self._sections = [s for s in sections if self._is_known(s)]
        self._defaults_section = next((s for s in self._sections if s.kind == "defaults"), None)
        self._defaults = {option: self._default(option) for option in ("input", "output", "forward")}
        self.zones = zones_of(self._sections, network, self._defaults, notes)
        self._around = Surroundings(network=network, sets=self._sets())
        self._by_name = {zone.name: zone for zone in self.zones}
        self._chains: dict[str, list[Rule]] = {}
        for section in self._sections:
            self._carefully(section, self._read_rule, "rule")
        for section in self._sections:
            self._carefully(section, self._read_forwarding, "forwarding")
        for section in self._sections:
            self._carefully(section, self._read_redirect, "redirect")
        self.lists = tuple(self._lists()) if self._sections else ()
        self.hooks = tuple(self._hooks()) if self._sections else ()

    @property
    def sides(self) -> Zones:
        """The interfaces by what their zones are."""

        def interfaces(zones: Iterable[Zone]) -> frozenset[str]:
            return frozenset(name for zone in zones for name in zone.interfaces)

        return Zones(
            outside=interfaces(z for z in self.zones if z.name.lower().startswith("wan")),
            hiding=interfaces(z for z in self.zones if z.hides), all=interfaces(self.zones),
        )  # fmt: skip

    def _is_known(self, section: Section) -> bool:
        known = OPTIONS.get(section.kind)
        if known is None:
            for line in section.causes:
                self._notes.add(line, "unknown-section")
            return False
        for option in section.options.keys() - known:
            self._notes.add(section.line_of(option), "unknown-option", name=option)
        if section.kind == "include" and section.says("enabled", default=True):
            if not any(name in section.get("path") for name in _KNOWN_INCLUDES):
                for line in section.causes:
                    self._notes.add(line, "script")
            return False
        return True

    def _default(self, option: str) -> Action:
        try:
            return policy_of(self._defaults_section, option, Action.DROP)
        except WrongValue:
            assert self._defaults_section is not None
            self._notes.add(self._defaults_section.line_of(option), "wrong-value", name=option)
            return Action.DROP

    def _sets(self) -> dict[str, AddressSet]:
        return {s.get("name"): _address_set(s) for s in self._sections if s.kind == "ipset" and s.get("name")}

    def _carefully(self, section: Section, read: Callable[[Section], None], kind: str) -> None:
        """Read a section of this kind; one that is off is passed over, a wrong one noted and left out, as fw4 does."""
        if section.kind != kind:
            return
        if not section.is_flag("enabled"):
            self._notes.add(section.line_of("enabled"), "wrong-value", name="enabled")
            return
        if not section.says("enabled", default=True):
            return
        try:
            read(section)
        except WrongValue as error:
            self._notes.add(section.line_of(str(error)), "wrong-value", name=error)

    def _zone(self, section: Section, option: str) -> Zone | None:
        """The zone that an option names; None for `*` and for nothing. Raises WrongValue for an unknown one."""
        said = section.get(option)
        if said in ("", "*"):
            return None
        if said not in self._by_name:
            raise WrongValue(option)
        return self._by_name[said]

    def _add(self, chain: str, rules: Iterable[Rule]) -> None:
        self._chains.setdefault(chain, []).extend(rules)

    def _read_rule(self, section: Section) -> None:
        source, destination = self._zone(section, "src"), self._zone(section, "dest")
        to_any, from_any = section.get("dest") == "*", section.get("src") == "*"
        action = _action(section)
        if action is None:
            return
        families = _common(families_of(section), source, destination)
        if not families:
            return
        entering, leaving = self._doors(section, destination)
        matches = matches_of(section, self._around, entering=entering, leaving=leaving, families=families)
        if source is not None or from_any:
            base = "forward" if destination is not None or to_any else "input"
            chain = base if source is None else f"{base}_{source.name}"
        else:
            chain = "output"
        self._add(chain, (_rule(action, match, section) for match in matches))

    def _doors(self, section: Section, destination: Zone | None) -> tuple[Names, Names]:
        leaving = destination.names if destination is not None else ANY_INTERFACE
        device = section.get("device")
        if not device:
            return ANY_INTERFACE, leaving
        names = Names(names=self._network.names_of_device(device))
        return (ANY_INTERFACE, names) if section.get("direction") in ("out", "egress") else (names, leaving)

    def _read_forwarding(self, section: Section) -> None:
        for option in ("src", "dest"):
            if not section.get(option):
                raise WrongValue(option)
        source, destination = self._zone(section, "src"), self._zone(section, "dest")
        families = _common(families_of(section), source, destination)
        if not families:
            return
        leaving = destination.names if destination is not None else ANY_INTERFACE
        match = matches_of(_everything(section), self._around, leaving=leaving, families=families)
        chain = "forward" if source is None else f"forward_{source.name}"
        self._add(chain, (_rule(Action.ACCEPT, one, section) for one in match))

    def _read_redirect(self, section: Section) -> None:
        if section.get("target", "DNAT").lower().startswith("s"):
            return  # rewrites the source of what goes out
        source = self._zone(section, "src")
        if source is None:
            raise WrongValue("src")
        self._zone(section, "dest")
        inside = _inside(section, self._around)
        families = families_of(section) or _families_by_address(section)
        matches = matches_of(section, self._around, outer=True, families=families & source.families)
        rules = [
            Rule(
                action=Action.TRANSLATE, match=match, target=_target(section, match, inside), lines=section.causes,
                kind=_kind(section, match), name=section.get("name"),
            )
            for match in (replace(one, sources=one.sources & source.sources) for one in matches)
        ]  # fmt: skip
        self._add(f"dstnat_{source.name}", rules)

    def _lists(self) -> Iterator[RuleList]:
        defaults = self._defaults_section
        invalid = [Rule(action=Action.DROP, match=_INVALID)] if defaults and defaults.says("drop_invalid") else []
        for base in ("input", "forward", "output"):
            jumps = [
                Rule(action=Action.JUMP, match=zone.entering(), jump=f"{base}_{zone.name}")
                for zone in self.zones
                if base != "output" and zone.interfaces
            ]
            lines = tuple(defaults.lines.get(base, ())) if defaults else ()
            mapped = (_MAPPED,) if base == "forward" else ()
            yield RuleList(
                name=base, rules=(_ANSWERS, *invalid, *self._chains.get(base, ()), *jumps, *mapped),
                default=self._defaults[base], default_lines=lines,
            )  # fmt: skip
        for zone in self.zones:
            yield from self._zone_lists(zone)

    def _zone_lists(self, zone: Zone) -> Iterator[RuleList]:
        redirects = self._chains.get(f"dstnat_{zone.name}", [])
        opened = [Rule(action=Action.ACCEPT, match=Match(translated=True))] if redirects else []
        last = Rule(action=zone.policies["input"], lines=zone.lines("input"))
        yield RuleList(
            name=f"input_{zone.name}", default=Action.RETURN,
            rules=(*self._chains.get(f"input_{zone.name}", ()), *opened, last),
        )  # fmt: skip
        within = Rule(action=zone.policies["forward"], match=Match(leaving=zone.names), lines=zone.lines("forward"))
        yield RuleList(
            name=f"forward_{zone.name}", default=Action.RETURN,
            rules=(*self._chains.get(f"forward_{zone.name}", ()), *opened, within),
        )  # fmt: skip
        if redirects:
            yield RuleList(name=f"dstnat_{zone.name}", rules=tuple(redirects))

    def _hooks(self) -> Iterator[Hook]:
        for zone in self.zones:
            if f"dstnat_{zone.name}" in self._chains:
                yield Hook(stage=Stage.TRANSLATE, rules=f"dstnat_{zone.name}", interfaces=zone.names)
        yield Hook(stage=Stage.INPUT, rules="input")
        yield Hook(stage=Stage.FORWARD, rules="forward")
        yield Hook(stage=Stage.OUTPUT, rules="output")


def _action(section: Section) -> Action | None:
    """What a rule does; None where it only marks or classifies. Raises WrongValue."""
    said = section.get("target").lower()
    if not said:
        return None
    found = next((target for target in _TARGETS if target.startswith(said)), None)
    if found is None:
        raise WrongValue("target")
    return Action(found) if found in ("accept", "reject", "drop") else None


def _common(families: frozenset[Family] | None, *zones: Zone | None) -> frozenset[Family]:
    """The families of a section and its zones together."""
    found = families or BOTH
    for zone in zones:
        found = found & zone.families if zone is not None else found
    return found


def _rule(action: Action, match: Match, section: Section) -> Rule:
    return without_types(Rule(action=action, match=match, lines=section.causes, name=section.get("name")))


def _everything(section: Section) -> Section:
    """A forwarding has no conditions but its zones and family."""
    return Section(package=section.package, kind=section.kind, head=section.head, options={"proto": ["all"]})


def _inside(section: Section, around: Surroundings) -> Intervals | None:
    """Where packets are sent: the first address of `dest_ip`; None: to the router itself."""
    words = section.words("dest_ip")
    if not words:
        return None
    found = address_set(section, "dest_ip", around)
    if words[0].startswith("!") or not found:
        raise WrongValue("dest_ip")
    return found


def _families_by_address(section: Section) -> frozenset[Family]:
    """Without a word on it a redirect is for the family of its addresses, and for IPv4 where it has none."""
    words = [word for option in ("src_ip", "src_dip", "dest_ip") for word in section.words(option)]
    return frozenset({Family.V6 if any(":" in word for word in words) else Family.V4})


def _target(section: Section, match: Match, inside: Intervals | None) -> Target:
    """The new destination. Without `dest_port` the port stays; one that lies in the wanted range stays as well."""
    ports = None
    if section.words("dest_port") and (6 in match.protocols or 17 in match.protocols):
        wanted = ports_of(section, "dest_port")
        ports = None if wanted.size > 1 and wanted.covers(match.destination_ports) else wanted
    return Target(own=True, ports=ports) if inside is None else Target(addresses=inside, ports=ports)


def _kind(section: Section, match: Match) -> ForwardKind:
    if match.destination_ports != ANY_PORT or section.words("dest_port"):
        return ForwardKind.STATIC
    return ForwardKind.ONE_TO_ONE if match.destinations != ANY_ADDRESS else ForwardKind.DMZ


def _address_set(section: Section) -> AddressSet:
    """A set with one dimension of addresses can be expressed; others, and those loaded from files, cannot."""
    kinds = section.words("match")
    if len(kinds) != 1:
        return AddressSet(open_ended=True)
    side, _, kind = kinds[0].rpartition("_")
    if kind not in ("ip", "net"):
        return AddressSet(open_ended=True)
    try:
        known = addresses(*section.words("entry")) if section.words("entry") else NOTHING
    except ValueError:
        return AddressSet(open_ended=True)
    to = "destination" if side in ("dst", "dest") else "source"
    return AddressSet(known=known, to=to, open_ended=bool(section.get("loadfile") or section.get("external")))
