"""One answer of a person to one question, kept with its history; two who answer the same are told of each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fushinban import clock
from fushinban.check.answers import TEXT_LIMIT, parse_answer
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.control import AnswerKind, Control
from fushinban.model.finding import Coverage, CoverageState, EvidenceFile, PersonAnswer
from fushinban.model.japanese import parse_japanese_date
from fushinban.record.store import Store
from fushinban.record.values import AnswerEntry

#: How the form says that the answer is the date beside it.
DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a form says, cleaned of control characters but not yet checked.

    `seen`: how many answers it knew of; None: it does not matter.
    """

    value: str
    day: str = ""
    text: str = ""
    note: str = ""
    by: str = ""
    on: str = ""
    files: tuple[EvidenceFile, ...] = ()
    seen: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of an answer. `history`: the newest first. `saved` False: somebody else answered meanwhile."""

    history: tuple[AnswerEntry, ...]
    saved: bool


def questions() -> Mapping[str, Control]:
    """All controls that ask a person, in the order of the guide."""
    return {control.id: control for control in controls().values() if control.question is not None}


def is_needed(control: str, coverage: Coverage | None) -> bool:
    """Whether an answer can still change anything: devices did not settle the control at the last inspection."""
    if coverage is None:
        return True
    return coverage.states.get(control) != CoverageState.VERIFIED or coverage.gaps.get(control, 0) > 0


def answer_question(store: Store, site_id: str, control: Control, given: Given, *, same_again: bool = True) -> Answered:
    """Keep an answer. Raises InputError for what is no answer to this question.

    Where somebody else answered since the form was shown, nothing is kept; sent again with the number of answers that
    there are now, it becomes the newest, and theirs stays in the history. `same_again`: the very same answer is taken
    all the same (a form that was sent twice).
    """
    answer = to_answer(control, given)
    with store.together():
        store.evidence_of_site.lock(site_id)
        held = store.answers.history(site_id, control.id)
        same = same_again and bool(held) and held[0].answer == answer
        if given.seen not in (None, len(held)) and not same:
            return Answered(history=held, saved=False)
        store.answers.save(site_id, answer)
        return Answered(history=store.answers.history(site_id, control.id), saved=True)


def to_answer(control: Control, given: Given) -> PersonAnswer:
    """The answer that a form gives. Raises InputError with a sentence for the person who filled it in."""
    today = clock.in_japan(clock.now()).date()
    if len(given.note) > TEXT_LIMIT or len(given.text) > TEXT_LIMIT or len(given.by) > TEXT_LIMIT:
        raise InputError(say("page_questionnaire.too-long", limit=TEXT_LIMIT))
    on = _day(given.on, today) if given.on else today
    raw = {
        "answer": _value(control, given, today), "by": given.by, "on": on, "note": given.note,
        "evidence": [{"file": f.name, "sha256": f.digest} for f in given.files],
    }  # fmt: skip
    return parse_answer(control, raw, control.id)


def kept_files(
    store: Store, site_id: str, known: Sequence[AnswerEntry], wanted: Sequence[str]
) -> tuple[EvidenceFile, ...]:
    """Files handed in before that the new answer keeps, by digest: of earlier answers, or uploaded just now."""
    names = {file.digest: file.name for entry in reversed(known) for file in entry.answer.files}
    found = []
    for given in dict.fromkeys(wanted):
        digest, _, name = given.partition(":")
        if digest in names:
            found.append(EvidenceFile(name=names[digest], digest=digest))
        elif store.evidence_of_site.holds(site_id, digest):
            found.append(EvidenceFile(name=name[:150] or digest[:12], digest=digest))
    return tuple(found)


def _value(control: Control, given: Given, today: date) -> str:
    kind = control.question.kind if control.question is not None else AnswerKind.YES_NO
    if given.value in {"no", "n/a"}:
        return given.value
    if kind is AnswerKind.YES_NO and given.value == "yes":
        return "yes"
    if kind is AnswerKind.DATE and (given.value == DATE or given.day):
        return _day(given.day, today).isoformat()
    if kind is AnswerKind.TEXT and given.text:
        return given.text
    raise InputError(say("page_questionnaire.choose"))


def _day(text: str, today: date) -> date:
    day = parse_japanese_date(text)
    if day is None:
        raise InputError(say("page_questionnaire.no-day"))
    if day > today:
        raise InputError(say("questionnaire.future-date"))
    return day
