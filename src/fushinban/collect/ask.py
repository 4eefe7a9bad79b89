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


def answer_to(error: DeviceError) -> Answer:
    """The answer that an error stands for."""
    return next((answer for kind, answer in _ANSWERS if isinstance(error, kind)), Answer.UNREACHABLE)


async def ask_driver(
    driver: AnyDriver, session: Session, told: Callable[[str], None], memory: Memory = NO_MEMORY
) -> list[Reading[Any]]:
    """All readings of one driver; `told` hears the name of every fact asked."""
    allowed = {fact: g for fact, g in driver.getters.items() if session.allows(g.test)}
    skipped = [_not_asked(driver, fact, g) for fact, g in driver.getters.items() if fact not in allowed]
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
