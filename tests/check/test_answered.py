"""What a person's answer decides."""

from datetime import UTC, date, datetime

import pytest

from fushinban.check.answered import by_answer
from fushinban.model.control import AnswerKind, Outcome, Question, Verdict, unknown
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.model.text import Text

PROMPT = Text("確かめましたか。", "Did you check?")
NOW = datetime(2026, 6, 1, 20, 0, tzinfo=UTC)  # 2 June, five in the morning, in Japan


def decide(kind: AnswerKind, value: str, limit: int | None = None, **more: object) -> Verdict:
    question = Question(prompt=PROMPT, kind=kind, max_age_days=limit)
    return by_answer(question, PersonAnswer(control="G-9.9-1", value=value, **more), NOW)  # type: ignore[arg-type]  # fields of the answer


@pytest.mark.parametrize(
    ("kind", "value", "outcome"),
    [
        (AnswerKind.YES_NO, "yes", Outcome.PASS),
        (AnswerKind.YES_NO, "no", Outcome.FAIL),
        (AnswerKind.YES_NO, "n/a", Outcome.NOT_APPLICABLE),
        (AnswerKind.YES_NO, "perhaps", Outcome.UNKNOWN),
        (AnswerKind.YES_NO, "  ", Outcome.UNKNOWN),
        (AnswerKind.TEXT, "第3版", Outcome.PASS),
        (AnswerKind.TEXT, "no", Outcome.FAIL),
        (AnswerKind.TEXT, "", Outcome.UNKNOWN),
        (AnswerKind.DATE, "2026-05-30", Outcome.PASS),
        (AnswerKind.DATE, "no", Outcome.FAIL),
        (AnswerKind.DATE, "n/a", Outcome.NOT_APPLICABLE),
        (AnswerKind.DATE, "soon", Outcome.UNKNOWN),
    ],
)
def test_outcomes(kind: AnswerKind, value: str, outcome: Outcome) -> None:
    assert decide(kind, value).outcome is outcome


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("2026-05-02", Outcome.PASS),  # 30 days ago, the limit itself
        ("2026-05-01", Outcome.FAIL),
        ("2026-06-02", Outcome.PASS),  # today in Japan, tomorrow in UTC
        ("2026-06-03", Outcome.UNKNOWN),
    ],
)
def test_dates_age_and_do_not_lie_in_the_future(value: str, outcome: Outcome) -> None:
    assert decide(AnswerKind.DATE, value, 30).outcome is outcome


def test_an_old_date_says_how_old_and_what_is_allowed() -> None:
    message = decide(AnswerKind.DATE, "2026-04-01", 30).message
    assert "61日前" in message.ja
    assert "30 days" in message.en


def test_who_answered_when_and_what_is_evidence() -> None:
    verdict = decide(AnswerKind.YES_NO, "yes", by="試験 花子", on=date(2026, 5, 30), note="現地で確認")
    told = verdict.evidence[0].text.ja
    assert all(word in told for word in (PROMPT.ja, "試験 花子", "2026-05-30", "現地で確認"))


def test_evidence_files_are_kept_by_hash_and_missed_where_wanted() -> None:
    question = Question(prompt=PROMPT, evidence_wanted=True)
    answer = PersonAnswer(control="G-9.9-1", value="yes", files=(EvidenceFile(name="a.png", digest="ab" * 32),))
    with_file = by_answer(question, answer, NOW)
    assert ("a.png" in with_file.evidence[1].text.ja, with_file.evidence[1].digest) == (True, "ab" * 32)
    without = by_answer(question, PersonAnswer(control="G-9.9-1", value="yes"), NOW)
    assert without.outcome is Outcome.PASS
    assert "添えられていません" in without.evidence[1].text.ja


def test_the_reason_why_it_was_open_stays_visible() -> None:
    reason = unknown(Text("読めませんでした。", "Not read."))
    verdict = by_answer(Question(prompt=PROMPT), PersonAnswer(control="G-9.9-1", value="yes"), NOW, reason)
    assert "読めませんでした。" in verdict.evidence[-1].text.ja


def test_braces_in_an_answer_are_words_like_others() -> None:
    verdict = decide(AnswerKind.TEXT, "{name} {0}", note="{by}")
    assert "{name} {0}" in verdict.message.ja
    assert "{by}" in verdict.evidence[0].text.ja
