"""Filter, raw and nat of RouterOS as rule lists and hooks; what no rule decides is accepted, as RouterOS does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from fushinban.drivers._icmp import without_types
from fushinban.drivers.mikrotik._book import Book, Item
from fushinban.drivers.mikrotik._interfaces import Interfaces
from fushinban.drivers.mikrotik._match import AddressList, Surroundings, WrongValue, matches_of
from fushinban.drivers.mikrotik._target import kind_of, target_of
from fushinban.model.filtering import Action, Family, ForwardKind, Hook, Rule, RuleList, Stage
from fushinban.model.intervals import ANY_V4, Intervals, addresses

_ACTIONS = {
    "accept": Action.ACCEPT, "drop": Action.DROP, "reject": Action.REJECT, "tarpit": Action.REJECT,
    "return": Action.RETURN, "jump": Action.JUMP, "dst-nat": Action.TRANSLATE, "redirect": Action.TRANSLATE,
    "netmap": Action.TRANSLATE, "fasttrack-connection": Action.CONTINUE, "passthrough": Action.CONTINUE,
    "log": Action.CONTINUE, "add-src-to-address-list": Action.CONTINUE, "add-dst-to-address-list": Action.CONTINUE,
    "notrack": Action.CONTINUE,
}  # fmt: skip
_TABLES = ("raw", "nat", "filter")
_STAGES = {
    ("raw", "prerouting"): Stage.ARRIVE, ("raw", "output"): Stage.OUTPUT, ("nat", "dstnat"): Stage.TRANSLATE,
    ("filter", "input"): Stage.INPUT, ("filter", "forward"): Stage.FORWARD, ("filter", "output"): Stage.OUTPUT,
}  # fmt: skip
#: Chains through which nothing comes in: those of source translation.
_OUTGOING = frozenset({("nat", "srcnat"), ("nat", "output"), ("nat", "input")})
_FAMILIES = (("ip", Family.V4), ("ipv6", Family.V6))
MENUS = frozenset(
    f"{top} firewall {table}" for top, _ in _FAMILIES for table in (*_TABLES, "address-list", "connection tracking")
) | {"ip settings"}


class Chains:
    """All that decides on packets. `mappings`: forwards that devices asked for by UPnP (seen over REST alone)."""

    def __init__(self, book: Book, interfaces: Interfaces) -> None:
        self._book = book
        self.lists: list[RuleList] = []
        self.hooks: list[Hook] = []
        self.mappings: list[Rule] = []
        for top, family in _FAMILIES:
            around = Surroundings(interfaces=interfaces, lists=_address_lists(book, top), own=interfaces.own)
            for table in _TABLES:
                self._read_table(f"{top} firewall {table}", table, family, around)
            self._note_settings(top, family)

    def _read_table(self, menu: str, table: str, family: Family, around: Surroundings) -> None:
        chains: dict[str, list[Rule]] = {}
        for item in self._book.active(menu):
            chain = item.get("chain")
            if (table, chain) in _OUTGOING:
                continue
            found = list(self._rules(menu, item, around))
            if table == "nat" and _is_mapping(item):
                self.mappings.extend(_as_mapping(rule) for rule in found)
            else:
                chains.setdefault(chain, []).extend(found)
        for chain, rules in _with_jumps(menu, chains):
            stage = _STAGES.get((table, chain))
            default = Action.RETURN if stage is None else Action.ACCEPT
            self.lists.append(RuleList(name=f"{menu}/{chain}", rules=tuple(rules), default=default))
            if stage is not None:
                self.hooks.append(Hook(stage=stage, rules=f"{menu}/{chain}", families=frozenset({family})))

    def _rules(self, menu: str, item: Item, around: Surroundings) -> Iterator[Rule]:
        """The rules of one command; none, and noted, where it cannot be read."""
        line, action = item.lines[0], _ACTIONS.get(item.get("action", "accept"))
        if action is None or not item.get("chain"):
            self._book.notes.add(line, "wrong-value", name="chain" if action is not None else "action")
            return
        if item.get("action") == "notrack":
            self._book.notes.add(line, "rewrites")
        if action is Action.JUMP and not item.get("jump-target"):
            self._book.notes.add(line, "wrong-value", name="jump-target")
            return
        try:
            matches = matches_of(item.values, around)
            targets = [target_of(item, match) if action is Action.TRANSLATE else None for match in matches]
        except WrongValue as error:
            self._book.notes.add(line, "wrong-value", name=str(error))
            return
        for match, target in zip(matches, targets, strict=True):
            rule = Rule(
                action=action, match=match, target=target, kind=kind_of(item, match), lines=item.causes,
                jump=f"{menu}/{item.get('jump-target')}" if action is Action.JUMP else "", name=item.get("comment"),
            )  # fmt: skip
            yield without_types(rule)

    def _note_settings(self, top: str, family: Family) -> None:
        tracking = self._book.setting(f"{top} firewall connection tracking")
        if tracking.get("enabled") == "no":
            self._book.notes.add(tracking.lines[0], "rewrites")
        settings = self._book.setting(f"{top} settings")
        if settings.get("ip-forward" if top == "ip" else "forward") in ("no", "false"):
            name = f"{top} settings/forward"
            self.lists.append(RuleList(name=name, default=Action.DROP, default_lines=settings.causes))
            self.hooks.append(Hook(stage=Stage.FORWARD, rules=name, families=frozenset({family})))


def _is_mapping(item: Item) -> bool:
    """A forward that a device asked for: made by itself, with the protocol's name in its comment."""
    said = item.get("comment").lower()
    return item.says("dynamic") and item.get("chain") == "dstnat" and ("upnp" in said or "pmp" in said)


def _as_mapping(rule: Rule) -> Rule:
    match = replace(rule.match, destinations=rule.match.destinations & ANY_V4)  # it translates nothing else
    return replace(rule, kind=ForwardKind.UPNP, match=match)


def _with_jumps(menu: str, chains: dict[str, list[Rule]]) -> Iterable[tuple[str, list[Rule]]]:
    """All chains, those that are jumped to but have no rule as well (a jump there comes straight back)."""
    wanted = {rule.jump.removeprefix(f"{menu}/") for rules in chains.values() for rule in rules if rule.jump}
    return [*chains.items(), *((name, []) for name in sorted(wanted - chains.keys()))]


def _address_lists(book: Book, top: str) -> Mapping[str, AddressList]:
    """Lists by name: what is written down, and whether more may be in it while the router runs."""
    written: dict[str, list[Intervals]] = {}
    open_ended = _filled_lists(book, top)
    for item in book.active(f"{top} firewall address-list"):
        name, text = item.get("list"), item.get("address")
        try:
            written.setdefault(name, []).append(addresses(text))
        except ValueError:
            open_ended.add(name)  # a host name, looked up again and again
    return {
        name: AddressList(
            known=Intervals.of(r for one in written.get(name, []) for r in one), open_ended=name in open_ended
        )
        for name in {*written, *open_ended}
    }


def _filled_lists(book: Book, top: str) -> set[str]:
    """Lists to which rules add addresses."""
    return {
        item.get("address-list")
        for table in (*_TABLES, "mangle")
        for item in book.active(f"{top} firewall {table}")
        if item.get("action").endswith("-to-address-list")
    }
