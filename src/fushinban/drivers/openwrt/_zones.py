"""Zones of OpenWrt's firewall: which interfaces they hold, and what they do by default."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fushinban.drivers._router_text import Notes
from fushinban.drivers.openwrt._conditions import WrongValue, families_of, whole_of
from fushinban.drivers.openwrt._network import Network
from fushinban.drivers.openwrt._sections import Section
from fushinban.model.filtering import BOTH, Action, Family, Line, Match, Names
from fushinban.model.intervals import ANY_ADDRESS, Intervals, addresses

_POLICIES = ("accept", "reject", "drop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone. `sources`: the source addresses that belong to it; `hides`: what goes out there gets its address."""

    name: str
    section: Section
    interfaces: frozenset[str] = frozenset()
    sources: Intervals = ANY_ADDRESS
    families: frozenset[Family] = BOTH
    policies: dict[str, Action] = field(default_factory=dict)
    hides: bool = False

    @property
    def names(self) -> Names:
        """Its interfaces as a set of names."""
        return Names(names=self.interfaces)

    def entering(self) -> Match:
        """Packets that come in through it."""
        return Match(entering=self.names, sources=self.sources & whole_of(self.families))

    def lines(self, option: str) -> tuple[Line, ...]:
        """The lines behind one of its policies."""
        name = self.section.lines.get("name", [])
        return (self.section.head, *name, *self.section.lines.get(option, ()))


def policy_of(section: Section | None, option: str, default: Action) -> Action:
    """ACCEPT, REJECT or DROP, also in small letters or cut short. Raises WrongValue."""
    said = section.get(option).lower() if section is not None else ""
    if not said:
        return default
    found = next((policy for policy in _POLICIES if policy.startswith(said)), None)
    if found is None:
        raise WrongValue(option)
    return Action(found)


def zones_of(sections: Iterable[Section], network: Network, defaults: dict[str, Action], notes: Notes) -> list[Zone]:
    """All zones at work, in the order of the configuration; one with a wrong value is none, as in fw4."""
    found: list[Zone] = []
    for section in sections:
        if section.kind != "zone" or not section.says("enabled", default=True):
            continue
        try:
            found.append(_zone(section, network, defaults))
        except WrongValue as error:
            notes.add(section.line_of(str(error)), "wrong-value", name=error)
    return found


def _zone(section: Section, network: Network, defaults: dict[str, Action]) -> Zone:
    name = section.get("name")
    if not name:
        raise WrongValue("name")
    families = families_of(section) or BOTH
    sources = ANY_ADDRESS
    if section.words("subnet"):
        try:
            sources = addresses(*section.words("subnet"))
        except ValueError as error:
            raise WrongValue("subnet") from error
    policies = {option: policy_of(section, option, defaults[option]) for option in ("input", "output", "forward")}
    return Zone(
        name=name, section=section, interfaces=_interfaces(section, network), sources=sources, families=families,
        policies=policies, hides=section.says("masq") or section.says("masq6"),
    )  # fmt: skip


def _interfaces(section: Section, network: Network) -> frozenset[str]:
    found: set[str] = set()
    without: set[str] = set()
    for word in section.words("network"):
        (without if word.startswith("!") else found).update(network.names_on(word.lstrip("!")))
    for word in section.words("device"):
        names = network.names() if word == "+" else network.names_of_device(word.lstrip("!"))
        (without if word.startswith("!") else found).update(names)
    if section.words("subnet") and not found:
        found = set(network.names())
    return frozenset((found or set(network.names())) - without if without else found)
