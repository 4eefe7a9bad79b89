"""The record of a run of "Am I Infected?": made by a person in a browser, never by this program (its terms forbid it).

What the person saw becomes the answers of two rows of the guide: that the check was made, and that it was made from
the cameras' own line. The second is said only where the address that the service showed is the line's own.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from fushinban import clock
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.jobs.answering import DATE, Given, answer_question
from fushinban.messages import say
from fushinban.model.finding import EvidenceFile
from fushinban.model.text import Named
from fushinban.record.store import Store

#: Where a person makes the check. Never called by this program.
SERVICE = "https://amii.ynu.codes"
#: The rows of the guide: that it was made, and from where.
MADE, FROM_INSIDE = "G-3.5-5j", "G-3.5-5k"
_MOST_NOTE = 500


class CheckResult(Named):
    """What the service said."""

    CLEAN = "clean"
    SUSPECT = "suspect"
    NO_RESULT = "no-result"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfectionCheck:
    """One run as a person reports it. `day` as typed; `shown`: the outside address that the service named."""

    result: CheckResult
    day: str
    shown: str
    by: str
    note: str = ""
    files: tuple[EvidenceFile, ...] = ()


def is_own_line(store: Store, site_id: str, address: str) -> bool | None:
    """Whether this is the address that the site's line was last seen with; None where it was never seen.

    Raises InputError for what is no address.
    """
    try:
        given = ip_address(address.strip())
    except ValueError as error:
        raise InputError(say("page_exposure.amii-address-shape")) from error
    look = store.outside.last(site_id, given.version)
    return None if look is None else ip_address(look.address) == given


def record_check(store: Store, site_id: str, check: InfectionCheck) -> bool:
    """Keep a run as answers; whether it was made from the cameras' line for sure.

    Raises InputError: no date, no address, or the address of another line: that check says nothing of this site.
    """
    if check.result is CheckResult.NO_RESULT:
        raise InputError(say("page_exposure.amii-no-result"))
    own = is_own_line(store, site_id, check.shown)
    if own is False:
        raise InputError(say("page_exposure.amii-other-line", shown=check.shown.strip()))
    told = say("page_exposure.amii-note", result=check.result.label, shown=check.shown.strip()).ja
    note = f"{told} {check.note}".strip()[:_MOST_NOTE]
    today = clock.in_japan(clock.now()).date().isoformat()
    made = Given(value=DATE, day=check.day, note=note, by=check.by, on=today, files=check.files, seen=None)
    with store.together():
        answer_question(store, site_id, controls()[MADE], made)
        if own:
            inside = Given(value="yes", note=note, by=check.by, on=today, files=check.files, seen=None)
            answer_question(store, site_id, controls()[FROM_INSIDE], inside)
    return bool(own)
