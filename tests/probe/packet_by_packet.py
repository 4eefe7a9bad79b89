"""A router that handles one packet at a time, rule by rule, written as plainly as possible: the algebra's judge.

It knows nothing of sets: a packet is five numbers. A rule whose condition is unclear is tried both ways, so that one
packet can have several fates.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fushinban.model.filtering import Action, Family, Hook, Match, Rule, RuleList, Stage, State
from fushinban.model.intervals import ANY_PORT, INTERNET, number_of
from fushinban.model.router import Role, RouterState

PORTED = {6, 17}


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. Ports are 0 where the protocol has none."""

    protocol: int
    source: int
    source_port: int
    destination: int
    port: int

    def answer(self) -> "Packet":
        return Packet(self.protocol, self.destination, self.port, self.source, self.source_port)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a packet ended: an inside interface, or the router itself (empty), with its last destination."""

    interface: str
    destination: int
    port: int


@dataclass(frozen=True, slots=True)
class Situation:
    state: State
    entering: str
    leaving: str
    translated: bool


def meets(match: Match, packet: Packet, now: Situation) -> bool:
    """Whether all conditions but an unclear one hold."""
    if now.state not in match.states or match.translated not in (None, now.translated):
        return False
    if now.entering not in match.entering or now.leaving not in match.leaving:
        return False
    if packet.protocol not in match.protocols:
        return False
    if packet.source not in match.sources or packet.destination not in match.destinations:
        return False
    if packet.protocol in PORTED:
        return packet.source_port in match.source_ports and packet.port in match.destination_ports
    return match.source_ports == ANY_PORT and match.destination_ports == ANY_PORT


class Router:
    """The packet's way as the docstring of `fushinban.model.router` tells it."""

    def __init__(self, state: RouterState) -> None:
        self.state = state
        self.lists = {one.name: one for one in state.lists}
        self.own = {number_of(a.ip) for i in state.interfaces for a in i.addresses}

    def fates(self, wan: str, packet: Packet) -> set[Arrival | None]:
        """All that can happen to a packet of an outsider; None: it is lost, or nobody can answer it."""
        now = Situation(State.NEW, wan, "", False)
        return {end for ok in self.stage(Stage.ARRIVE, wan, packet, now) for end in self._arrived(ok, wan, packet, now)}

    def _arrived(self, ok: bool, wan: str, packet: Packet, now: Situation) -> Iterator[Arrival | None]:
        if not ok:
            yield None
            return
        for changed, own, there in self.translations(wan, packet, now):
            if changed is None:
                yield None
                continue
            then = replace(now, translated=there)
            for entered in self.stage(Stage.ENTER, wan, changed, then):
                if entered:
                    yield from self.deliver(wan, packet, changed, then, own)
                else:
                    yield None

    def translations(self, wan: str, packet: Packet, now: Situation) -> Iterator[tuple[Packet | None, bool, bool]]:
        hooks = [RuleList(name="upnp", rules=self.state.mappings)]
        hooks += [self.lists[h.rules] for h in self.state.hooks if h.stage is Stage.TRANSLATE and wan in h.interfaces]
        yield from self._translate(hooks, packet, now)

    def _translate(
        self, hooks: list[RuleList], packet: Packet, now: Situation
    ) -> Iterator[tuple[Packet | None, bool, bool]]:
        if not hooks:
            yield packet, False, False
            return
        for action, rule in self.walk(hooks[0], packet, now):
            if action is Action.ACCEPT:
                yield from self._translate(hooks[1:], packet, now)
            elif action is Action.TRANSLATE:
                assert rule is not None
                for changed in sent_on(rule, packet):
                    assert rule.target is not None
                    yield changed, rule.target.own, True
            else:
                yield None, False, False

    def deliver(self, wan: str, first: Packet, packet: Packet, now: Situation, own: bool) -> Iterator[Arrival | None]:
        if own or packet.destination in self.own:
            yield from self.receive(wan, first, packet, now)
            return
        inside = self.way_out(packet.destination)
        if inside is None:
            yield None
            return
        there = replace(now, leaving=inside)
        back = Situation(State.ESTABLISHED, inside, wan, now.translated)
        answer = packet.answer()
        steps = [
            lambda: self.stage(Stage.FORWARD, wan, packet, there),
            lambda: self.stage(Stage.LEAVE, inside, packet, there),
            lambda: self.stage(Stage.DEPART, inside, packet, there),
            lambda: self.answered(Stage.ARRIVE, inside, packet, answer, back),
            lambda: self.answered(Stage.ENTER, inside, packet, answer, back),
            lambda: self.answered(Stage.FORWARD, inside, packet, answer, back),
            lambda: self.answered(Stage.LEAVE, wan, packet, answer, back),
            lambda: self.answered(Stage.DEPART, wan, packet, first.answer(), back),
        ]
        for ok in all_of(steps):
            yield Arrival(inside, packet.destination, packet.port) if ok else None

    def receive(self, wan: str, first: Packet, packet: Packet, now: Situation) -> Iterator[Arrival | None]:
        back = Situation(State.ESTABLISHED, "", wan, now.translated)
        heard = any(
            s.protocol == packet.protocol
            and (packet.port in s.ports or packet.protocol not in PORTED)
            and packet.source in s.sources
            and wan in s.entering
            for s in self.state.services
        )
        steps = [
            lambda: [heard],
            lambda: self.stage(Stage.INPUT, wan, packet, now),
            lambda: self.answered(Stage.OUTPUT, wan, packet, packet.answer(), back),
            lambda: self.answered(Stage.LEAVE, wan, packet, packet.answer(), back),
            lambda: self.answered(Stage.DEPART, wan, packet, first.answer(), back),
        ]
        for ok in all_of(steps):
            yield Arrival("", packet.destination, packet.port) if ok else None

    def way_out(self, destination: int) -> str | None:
        best: tuple[int, str] | None = None
        roles = {i.name: i.role for i in self.state.interfaces}
        for interface in self.state.interfaces:
            for address in interface.addresses:
                if number_of(address.network.network_address) <= destination <= number_of(
                    address.network.broadcast_address
                ) and (best is None or address.network.prefixlen > best[0]):
                    best = address.network.prefixlen, interface.name
        for route in self.state.routes:
            if destination in route.covered and (best is None or route.destinations.prefixlen > best[0]):
                best = route.destinations.prefixlen, route.interface
        return best[1] if best and roles[best[1]] is not Role.WAN else None

    def hooks(self, stage: Stage, at: str) -> list[Hook]:
        return [h for h in self.state.hooks if h.stage is stage and at in h.interfaces and Family.V4 in h.families]

    def stage(self, stage: Stage, at: str, packet: Packet, now: Situation) -> Iterator[bool]:
        steps = [lambda h=h: self.passes(self.lists[h.rules], packet, now) for h in self.hooks(stage, at)]
        yield from all_of(steps)

    def answered(self, stage: Stage, at: str, first: Packet, answer: Packet, back: Situation) -> Iterator[bool]:
        opposite = {
            Stage.ARRIVE: (Stage.LEAVE, Stage.DEPART), Stage.ENTER: (Stage.LEAVE, Stage.DEPART),
            Stage.LEAVE: (Stage.ARRIVE, Stage.ENTER), Stage.DEPART: (Stage.ARRIVE, Stage.ENTER),
            Stage.OUTPUT: (Stage.INPUT,), Stage.FORWARD: (),
        }[stage]  # fmt: skip
        tracked = [m for o in opposite for h in self.hooks(o, at) for m in self.lists[h.rules].tracked]
        now = Situation(State.NEW, "", "", False)
        if any(meets(m, first, now) for m in tracked):
            yield True
            return
        yield from self.stage(stage, at, answer, back)

    def passes(self, rules: RuleList, packet: Packet, now: Situation) -> Iterator[bool]:
        for action, _ in self.walk(rules, packet, now):
            yield action is Action.ACCEPT

    def walk(self, rules: RuleList, packet: Packet, now: Situation) -> Iterator[tuple[Action, Rule | None]]:
        for action, rule in self.rules(rules.rules, packet, now):
            yield (rules.default, None) if action is Action.RETURN else (action, rule)

    def rules(self, rules: tuple[Rule, ...], packet: Packet, now: Situation) -> Iterator[tuple[Action, Rule | None]]:
        if not rules:
            yield Action.RETURN, None
            return
        rule, rest = rules[0], rules[1:]
        if not meets(rule.match, packet, now) or rule.action is Action.CONTINUE:
            yield from self.rules(rest, packet, now)
            return
        if rule.match.unclear:
            yield from self.rules(rest, packet, now)
        if rule.action is Action.JUMP:
            for action, inner in self.rules(self.lists[rule.jump].rules, packet, now):
                if action is Action.RETURN:
                    yield from self.rules(rest, packet, now)
                else:
                    yield action, inner
        else:
            yield rule.action, rule


def all_of(steps: list) -> Iterator[bool]:
    """Every combination of what the steps can say, as one word."""
    if not steps:
        yield True
        return
    for ok in set(steps[0]()):
        if ok:
            yield from all_of(steps[1:])
        else:
            yield False


def sent_on(rule: Rule, packet: Packet) -> Iterator[Packet]:
    target = rule.target
    assert target is not None
    addresses = [packet.destination + target.address_shift]
    if target.addresses is not None:
        addresses = [n for first, last in target.addresses for n in range(first, last + 1)]
    ports = [packet.port]
    if packet.protocol in PORTED:
        ports = [packet.port + target.port_shift]
        if target.ports is not None:
            ports = [n for first, last in target.ports for n in range(first, last + 1)]
    for address in addresses:
        for port in ports:
            yield replace(packet, destination=address, port=port)


def outside(number: int, state: RouterState) -> bool:
    """Whether an address is an outsider's."""
    router = Router(state)
    return number in INTERNET and number not in router.own and router.way_out(number) is None
