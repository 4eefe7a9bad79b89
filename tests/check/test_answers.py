"""Answers of people: every usual form is read, everything else is refused by name."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.check.answers import TEXT_LIMIT, evidence_names, parse_answer, parse_answers
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.model.text import Text

DIGEST = "ab" * 32


def control(kind: AnswerKind | None, control_id: str = "G-9.9-1") -> Control:
    words = Text("試験用です。", "For the test.")
    return Control(
        id=control_id, title=words, requirement=words, strength=Strength.REQUIRED, severity=Severity.LOW,
        who=(Who.OPERATOR,), when=(When.PERIODIC,), rationale=words, remedy=words,
        question=Question(prompt=words, kind=kind) if kind else None, not_verifiable=None if kind else words,
    )  # fmt: skip


YES_NO, DATE, TEXT = control(AnswerKind.YES_NO), control(AnswerKind.DATE), control(AnswerKind.TEXT)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (True, "yes"), (False, "no"), ("yes", "yes"), ("NO", "no"), ("n/a", "n/a"), ("はい", "yes"), ("いいえ", "no"),
        ("該当なし", "n/a"), ("○", "yes"), ("×", "no"), (" はい ", "yes"),
    ],
)  # fmt: skip
def test_yes_and_no(raw: object, value: str) -> None:
    assert parse_answer(YES_NO, raw, "answers.x") == PersonAnswer(control="G-9.9-1", value=value)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 9, 0), "2026-01-05"),  # noqa: DTZ001 — a local date-time is what TOML gives here
        (datetime(2026, 1, 4, 16, 0, tzinfo=UTC), "2026-01-05"),
        ("2026/1/5", "2026-01-05"), ("令和8年1月5日", "2026-01-05"), ("R8.1.5", "2026-01-05"),
        ("２０２６/１/５", "2026-01-05"),
        ("いいえ", "no"), (False, "no"), ("該当なし", "n/a"),
    ],
)  # fmt: skip
def test_dates(raw: object, value: str) -> None:
    assert parse_answer(DATE, raw, "answers.x").value == value


def test_text() -> None:
    assert parse_answer(TEXT, "  田中（店長） ", "answers.x").value == "田中（店長）"
    assert parse_answer(TEXT, "該当なし", "answers.x").value == "n/a"


@pytest.mark.parametrize(
    ("asked", "raw"),
    [
        (YES_NO, "たぶん"), (YES_NO, 1), (YES_NO, date(2026, 1, 5)), (YES_NO, None), (YES_NO, ["yes"]), (YES_NO, ""),
        (DATE, "はい"), (DATE, True), (DATE, 20260105), (DATE, "2026-02-30"), (DATE, datetime.max.replace(tzinfo=UTC)),
        (TEXT, ""), (TEXT, "   "), (TEXT, 3), (TEXT, "x" * (TEXT_LIMIT + 1)), (TEXT, "\ud800"),
    ],
)  # fmt: skip
def test_what_does_not_answer_the_question_is_refused(asked: Control, raw: object) -> None:
    with pytest.raises(InputError) as caught:
        parse_answer(asked, raw, "answers.G-9.9-1")
    assert "answers.G-9.9-1" in caught.value.text.ja
    assert "answers.G-9.9-1" in caught.value.text.en


def test_a_table_gives_everything() -> None:
    raw = {
        "answer": "はい", "by": " 試験 花子 ", "on": "令和8年5月20日", "note": "口頭で確認",
        "evidence": ["受領書　写し.pdf", {"file": "photo.jpg", "sha256": DIGEST.upper()}],
    }  # fmt: skip
    found = parse_answer(YES_NO, raw, "answers.x", {"受領書　写し.pdf": "cd" * 32})
    assert found == PersonAnswer(
        control="G-9.9-1", value="yes", by="試験 花子", on=date(2026, 5, 20), note="口頭で確認",
        files=(EvidenceFile(name="受領書　写し.pdf", digest="cd" * 32), EvidenceFile(name="photo.jpg", digest=DIGEST)),
    )  # fmt: skip
    assert evidence_names(raw) == ("受領書　写し.pdf", "photo.jpg")


def test_one_evidence_file_may_stand_alone_and_unhashed() -> None:
    found = parse_answer(YES_NO, {"answer": True, "evidence": "a.pdf"}, "answers.x")
    assert found.files == (EvidenceFile(name="a.pdf", digest=""),)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ({"answer": "yes", "who": "x"}, "who"),
        ({"by": "x"}, "answer"),
        ({"answer": "maybe"}, "answer"),
        ({"answer": "yes", "by": 3}, "by"),
        ({"answer": "yes", "note": ["x"]}, "note"),
        ({"answer": "yes", "on": "yesterday"}, "on"),
        ({"answer": "yes", "on": 5}, "on"),
        ({"answer": "yes", "evidence": 5}, "evidence"),
        ({"answer": "yes", "evidence": [5]}, "evidence"),
        ({"answer": "yes", "evidence": [""]}, "evidence"),
        ({"answer": "yes", "evidence": ["a\nb"]}, "evidence"),
        ({"answer": "yes", "evidence": [{"name": "a"}]}, "evidence"),
        ({"answer": "yes", "evidence": [{"file": "a", "sha256": "zz"}]}, "evidence"),
    ],
)
def test_a_wrong_table_is_refused_by_the_name_of_its_key(raw: object, word: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_answer(YES_NO, raw, "answers.G-9.9-1")
    assert word in caught.value.text.en
    assert word in caught.value.text.ja


def test_evidence_that_changed_since_is_refused() -> None:
    raw = {"answer": True, "evidence": [{"file": "a.pdf", "sha256": DIGEST}]}
    assert parse_answer(YES_NO, raw, "x", {"a.pdf": DIGEST}).files[0].digest == DIGEST
    with pytest.raises(InputError, match=r"a\.pdf"):
        parse_answer(YES_NO, raw, "x", {"a.pdf": "cd" * 32})


def test_a_control_without_a_question_takes_no_answer() -> None:
    with pytest.raises(InputError, match=r"G-9\.9-1"):
        parse_answer(control(None), True, "answers.x")


def test_a_section_names_what_is_wrong_in_it() -> None:
    catalogue = {c.id: c for c in (control(AnswerKind.YES_NO, "G-1"), control(AnswerKind.DATE, "G-2"))}
    found = parse_answers(catalogue, {"G-1": True, "G-2": date(2026, 1, 5)}, "answers")
    assert {i: a.value for i, a in found.items()} == {"G-1": "yes", "G-2": "2026-01-05"}
    with pytest.raises(InputError, match="G-3"):
        parse_answers(catalogue, {"G-3": True}, "answers")
    with pytest.raises(InputError, match=r"answers\.G-2"):
        parse_answers(catalogue, {"G-1": True, "G-2": "?"}, "answers")
    with pytest.raises(InputError, match=r"\[answers\]"):
        parse_answers(catalogue, ["G-1"], "answers")


@pytest.mark.parametrize("control_id", [i for i, c in controls().items() if c.question])
def test_no_is_an_answer_to_every_question_of_the_catalogue(control_id: str) -> None:
    assert parse_answer(controls()[control_id], "いいえ", "answers").value == "no"


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["answer", "by", "on", "note", "evidence", "file", "sha256", "x", ""]), inner, max_size=4
        )
        | st.dictionaries(st.integers(), inner, max_size=2)
    ),
    max_leaves=8,
)


@given(asked=st.sampled_from([YES_NO, DATE, TEXT]), raw=anything)
def test_anything_at_all_is_an_answer_or_an_input_error(asked: Control, raw: object) -> None:
    evidence_names(raw)
    try:
        found = parse_answer(asked, raw, "answers.x")
    except InputError:
        return
    assert found.value
    if asked is YES_NO:
        assert found.value in {"yes", "no", "n/a"}
    if asked is DATE and found.value not in {"no", "n/a"}:
        assert date.fromisoformat(found.value).isoformat() == found.value


@given(st.text())
def test_any_text_is_an_answer_or_an_input_error(text: str) -> None:
    for asked in (YES_NO, DATE):
        said = ""
        try:
            value = parse_answer(asked, text, "answers.x").value
        except InputError as error:
            value, said = "", error.text.ja
        assert bool(value) != ("answers.x" in said)
