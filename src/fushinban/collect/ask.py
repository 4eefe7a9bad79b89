"""Runs a driver's getters and turns whatever happens into readings: the only place that does."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fushinban import clock
from fushinban.drivers._driver import AnyDriver, Getter
from fushinban.drivers._side_by_side import side_by_side
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, OutOfScope, Unreachable
from fushinban.messages import Text
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.text import say
from fushinban.transport.footprint import digest_of, footprint
from fushinban.transport.session import Session

_ANSWERS: Sequence[tuple[type[DeviceError], Answer]] = (
    (Locked, Answer.LOCKED),
    (Denied, Answer.DENIED),
    (NotSupported, Answer.NOT_SUPPORTED),
    (Malformed, Answer.MALFORMED),
    (Unreachable, Answer.UNREACHABLE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of a device whose reading was broken off: `known` readings by driver name and fact are not
    asked for again. `note` hears of every answer at once; it must return at once."""

    known: Mapping[tuple[str, type[Fact]], Reading[Any]] = field(default_factory=dict)
    note: Callable[[Reading[Any]], None] = lambda _: None


#: For a device that is read from the beginning, in one go.
NO_MEMORY = Memory()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a device may take altogether, in seconds; None: as long as it wants. `heard`: what it has said so far,
    by driver name and fact, so that nothing of it is lost when the time is over."""

    seconds: float | None = None
    heard: dict[tuple[str, type[Fact]], Reading[Any]] = field(default_factory=dict)

    def hearing(self, memory: Memory) -> Memory:
        """The same memory, where everything is heard here too."""

        def note(reading: Reading[Any]) -> None:
            self.heard[reading.source.driver, reading.fact] = reading
            memory.note(reading)

        return Memory(known=memory.known, note=note)


def answer_to(error: DeviceError) -> Answer:
    """The answer that an error stands for."""
    return next((answer for kind, answer in _ANSWERS if isinstance(error, kind)), Answer.UNREACHABLE)


async def ask_driver(
    driver: AnyDriver, session: Session, told: Callable[[str], None], memory: Memory = NO_MEMORY
) -> list[Reading[Any]]:
    """All readings of one driver; `told` hears the name of every fact asked."""
    allowed, skipped = _divided(driver, session)
    if memory.known:
        skipped += [memory.known[driver.name, fact] for fact in allowed if (driver.name, fact) in memory.known]
        allowed = {fact: g for fact, g in allowed.items() if (driver.name, fact) not in memory.known}
    if not allowed:
        return skipped
    try:
        context = await driver.open(session)
    except (DeviceError, OutOfScope) as error:
        return [*skipped, *(_unanswered(driver, fact, g, error) for fact, g in allowed.items())]

    def ask(fact: type[Fact]) -> Awaitable[Reading[Any]]:
        told(fact.key)
        return _ask(driver, fact, allowed[fact], context, memory)

    longest_first = sorted(allowed, key=lambda fact: -allowed[fact].requests)
    asked = await side_by_side(ask, longest_first)
    return [*(asked[fact] for fact in allowed), *skipped]


def unfinished(
    driver: AnyDriver, session: Session, memory: Memory, patience: Patience, error: DeviceError
) -> list[Reading[Any]]:
    """All readings of a driver whose device ran out of time: what was said, and the error for everything else."""
    said = {**memory.known, **patience.heard}
    allowed, skipped = _divided(driver, session)
    return [
        *(said.get((driver.name, fact)) or _unanswered(driver, fact, g, error) for fact, g in allowed.items()),
        *skipped,
    ]


def _divided(driver: AnyDriver, session: Session) -> tuple[dict[type[Fact], Getter[Any]], list[Reading[Any]]]:
    """What the authorisation lets a driver ask, and the readings for the rest."""
    allowed = {fact: g for fact, g in driver.getters.items() if session.allows(g.test)}
    return allowed, [_not_asked(driver, fact, g) for fact, g in driver.getters.items() if fact not in allowed]


async def _ask(
    driver: AnyDriver, fact: type[Fact], getter: Getter[Any], context: object, memory: Memory
) -> Reading[Any]:
    with footprint() as digests:
        try:
            value = await getter.ask(context)
        except (DeviceError, OutOfScope) as error:
            reading = _unanswered(driver, fact, getter, error)
        else:
            source = _source(driver, getter, digest_of(digests))
            reading = Reading(fact=fact, answer=Answer.OK, value=value, source=source)
    memory.note(reading)
    return reading


def _unanswered(
    driver: AnyDriver, fact: type[Fact], getter: Getter[Any], error: DeviceError | OutOfScope
) -> Reading[Any]:
    answer = answer_to(error) if isinstance(error, DeviceError) else Answer.NOT_ASKED
    return Reading(fact=fact, answer=answer, source=_source(driver, getter, ""), detail=error.text)


def _not_asked(driver: AnyDriver, fact: type[Fact], getter: Getter[Any]) -> Reading[Any]:
    detail: Text = say("collect.not-allowed", test=getter.test.label)
    return Reading(fact=fact, answer=Answer.NOT_ASKED, source=_source(driver, getter, ""), detail=detail)


def _source(driver: AnyDriver, getter: Getter[Any], digest: str) -> Source:
    return Source(driver=driver.name, request=getter.request, at=clock.now(), digest=digest)
