"""What is said of an inspection: its headline, the requests that were made, the answers of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fushinban.controls import controls
from fushinban.messages import Text, ids, say
from fushinban.model.finding import PersonAnswer
from fushinban.model.inspection import TranscriptCount
from fushinban.model.listing import InspectionLine, InspectionSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """How many requests of one kind were made, and how many ended without a good answer."""

    kind: Text
    count: int
    other: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """An answer with the question it belongs to."""

    answer: PersonAnswer
    question: Text
    value: Text


def headline_of(line: InspectionLine, summary: InspectionSummary | None) -> Text:
    """What a shop owner must know of this inspection."""
    if summary is None:
        return say("page_inspections.head-unfinished", devices=line.devices)
    outcomes = summary.outcomes
    if outcomes.critical:
        return say("page_inspections.head-critical", count=outcomes.critical)
    if outcomes.failed or outcomes.accepted:
        return say("page_inspections.head-failed", count=outcomes.failed + outcomes.accepted)
    if outcomes.unknown or outcomes.error:
        return say("page_inspections.head-unknown", count=outcomes.unknown + outcomes.error)
    return say("page_inspections.head-fine")


def transcript_lines(counts: Iterable[TranscriptCount]) -> tuple[Requests, ...]:
    """Requests by kind, the outcomes other than "ok" beside them."""
    by_kind: dict[str, list[TranscriptCount]] = {}
    for one in counts:
        by_kind.setdefault(one.kind, []).append(one)
    return tuple(
        Requests(
            kind=_word("kind", kind),
            count=sum(one.count for one in some),
            other=tuple((one.outcome, one.count) for one in some if one.outcome != "ok"),
        )
        for kind, some in sorted(by_kind.items())
    )


def answer_lines(answers: Mapping[str, PersonAnswer]) -> tuple[AnswerLine, ...]:
    """Answers in the order of the guide."""
    return tuple(
        AnswerLine(
            answer=answer,
            question=_question(control),
            value=_PLAIN.get(answer.value) or Text(answer.value, answer.value),
        )
        for control, answer in sorted(answers.items())
    )


_PLAIN = {
    "yes": say("page_inspections.answer-yes"),
    "no": say("page_inspections.answer-no"),
    "n/a": say("page_inspections.answer-not-applicable"),
}


def _question(control: str) -> Text:
    found = controls().get(control)
    if found is None:
        return Text(control, control)
    return found.question.prompt if found.question is not None else found.title


def _word(area: str, value: str) -> Text:
    message = f"words.{area}-{value}"
    return say(message) if message in ids() else Text(value, value)
