"""Acceptance (受け入れ): a person lives with a failed control for a stated reason until a stated day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fushinban import clock
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.control import Severity
from fushinban.model.text import Named, Text

#: How long one acceptance may last at most; and how many findings one action may accept.
LONGEST = timedelta(days=366)
MOST_AT_ONCE = 500

_LONGEST_REASON = 2000


class AcceptanceEnd(Named):
    """Why an acceptance ended.

    RESOLVED: a later inspection found the control no longer failing (passed or does not apply). GRAVER: it fails more
    gravely than what was accepted. 検証不可 ends nothing: nobody could tell.
    """

    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RESOLVED = "resolved"
    GRAVER = "graver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """One acceptance of one control of one device (`device` empty: of the site). Times are aware UTC.

    `severity`: of the finding that was accepted. `version` grows with every change; give it back to change it again.
    """

    id: int
    site: str
    device: str
    control: str
    severity: Severity
    reason: str
    by: str
    at: datetime
    until: datetime
    ended_at: datetime | None = None
    end: AcceptanceEnd | None = None
    ended_by: str = ""
    end_reason: str = ""
    version: int = 1

    @property
    def last_day(self) -> str:
        """The last day in Japan on which it holds, `2027-03-31`: the end of a day is the beginning of the next."""
        return clock.shown_date(self.until - timedelta(microseconds=1))

    def holds(self, now: datetime) -> bool:
        """Whether it is in force at this moment."""
        return self.end is None and now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A finding that was not accepted, by its number, and why."""

    finding: int
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceResult:
    """What became of a bulk acceptance, in the order of what was given."""

    accepted: tuple[Acceptance, ...]
    refused: tuple[Refused, ...] = ()


def check_terms(reason: str, until: datetime, now: datetime) -> str:
    """The reason without space around it. Raises InputError without a reason, or for a wrong end."""
    said = reason.strip()
    if not said:
        raise InputError(say("console.no-reason"))
    if len(said) > _LONGEST_REASON:
        raise InputError(say("console.reason-long", most=_LONGEST_REASON))
    if until <= now:
        raise InputError(say("console.until-past"))
    if until > now + LONGEST:
        raise InputError(say("console.until-far"))
    return said
