"""Runs a driver's getters and turns whatever happens into readings: the only place that does."""

from collections.abc import Callable, Sequence
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


def answer_to(error: DeviceError) -> Answer:
    """The answer that an error stands for."""
    return next((answer for kind, answer in _ANSWERS if isinstance(error, kind)), Answer.UNREACHABLE)


async def ask_driver(driver: AnyDriver, session: Session, told: Callable[[str], None]) -> list[Reading[Any]]:
    """All readings of one driver; `told` hears the name of every fact asked."""
    allowed = {fact: g for fact, g in driver.getters.items() if session.allows(g.test)}
    skipped = [_not_asked(driver, fact, g) for fact, g in driver.getters.items() if fact not in allowed]
    if not allowed:
        return skipped
    try:
        context = await driver.open(session)
    except (DeviceError, OutOfScope) as error:
        return [*skipped, *(_unanswered(driver, fact, g, error) for fact, g in allowed.items())]
    longest_first = sorted(allowed, key=lambda fact: -allowed[fact].requests)
    asked = await side_by_side(lambda fact: _ask(driver, fact, allowed[fact], context, told), longest_first)
    return [*(asked[fact] for fact in allowed), *skipped]


async def _ask(
    driver: AnyDriver, fact: type[Fact], getter: Getter[Any], context: object, told: Callable[[str], None]
) -> Reading[Any]:
    told(fact.key)
    with footprint() as digests:
        try:
            value = await getter.ask(context)
        except (DeviceError, OutOfScope) as error:
            return _unanswered(driver, fact, getter, error)
    return Reading(fact=fact, answer=Answer.OK, value=value, source=_source(driver, getter, digest_of(digests)))


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
