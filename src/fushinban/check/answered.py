"""What a person's answer to a control's question decides. Values are as `answer_parser` leaves them."""

from datetime import date, datetime, timedelta

from fushinban.model.control import (
    AnswerKind,
    Evidence,
    Question,
    Verdict,
    failed,
    not_applicable,
    passed,
    unknown,
)
from fushinban.model.finding import PersonAnswer
from fushinban.model.text import Text, say

#: A date written in Japan may be tomorrow in UTC.
TIME_ZONE_SLACK = timedelta(days=1)

#: Answers as a person would say them.
_WORDS = {"yes": Text("はい", "yes"), "no": Text("いいえ", "no"), "n/a": Text("該当なし", "not applicable")}


def by_answer(question: Question, answer: PersonAnswer, now: datetime, unread: Verdict | None = None) -> Verdict:
    """The verdict of an answer, which stands in for the automatic 検証不可 `unread`. What is unreadable stays open."""
    word = answer.value.strip()
    evidence = _evidence(question, answer, unread)
    if not word:
        return unknown(say("check.answer-empty"), *evidence)
    if word == "n/a":
        return not_applicable(say("check.answer-not-applicable"), *evidence)
    if word == "no":
        return failed(say("check.answer-no"), *evidence)
    if question.kind is AnswerKind.DATE:
        return _by_date(word, question.max_age_days, now, evidence)
    if question.kind is AnswerKind.TEXT:
        return passed(say("check.answer-text", value=word), *evidence)
    if word == "yes":
        return passed(say("check.answer-yes"), *evidence)
    return unknown(say("check.answer-unreadable", value=word, expected=say("check.expected-yes-no")), *evidence)


def _by_date(word: str, limit: int | None, now: datetime, evidence: tuple[Evidence, ...]) -> Verdict:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return unknown(say("check.answer-unreadable", value=word, expected=say("check.expected-date")), *evidence)
    if day > (now + TIME_ZONE_SLACK).date():
        return unknown(say("check.answer-date-future", date=day), *evidence)
    days = max(0, (now.date() - day).days)
    if limit is not None and days > limit:
        return failed(say("check.answer-date-old", date=day, days=days, limit=limit), *evidence)
    return passed(say("check.answer-date", date=day, days=days), *evidence)


def _evidence(question: Question, answer: PersonAnswer, unread: Verdict | None) -> tuple[Evidence, ...]:
    nothing = Text("", "")
    told = say(
        "check.answered-by",
        prompt=question.prompt,
        value=_WORDS.get(answer.value.strip(), Text(answer.value.strip(), answer.value.strip())),
        by=say("check.answered-by-name", by=answer.by) if answer.by else nothing,
        on=say("check.answered-on", on=answer.on) if answer.on else nothing,
        note=say("check.answered-note", note=answer.note) if answer.note else nothing,
    )
    files = [Evidence(text=say("check.evidence-file", name=f.name), digest=f.digest) for f in answer.files]
    if question.evidence_wanted and not files:
        files = [Evidence(text=say("check.evidence-wanted"))]
    reason = [Evidence(text=say("check.not-checked-because", reason=unread.message))] if unread else []
    return (Evidence(text=told), *files, *reason)
