"""The questions at the rack: asked one by one, skipped, stopped, answered with evidence, written down and read back."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban import clock
from fushinban.check.answers import TEXT_LIMIT, parse_answers
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.jobs.questionnaire import answers_to_toml, ask, hash_evidence, open_questions
from fushinban.model.control import AnswerKind, Control, Question, Severity, Strength, When, Who
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.model.text import Lang, Text


def control(control_id: str, kind: AnswerKind | None, *, evidence: bool = False, age: int | None = None) -> Control:
    words = Text("試験用の文です。", "A sentence for the test.")
    prompt = Text("掲示はありますか。", "Is there a notice?")
    question = (
        Question(prompt=prompt, kind=kind, hint=words, evidence_wanted=evidence, max_age_days=age) if kind else None
    )
    return Control(
        id=control_id, title=words, requirement=words, strength=Strength.REQUIRED, severity=Severity.LOW,
        who=(Who.OPERATOR,), when=(When.PERIODIC,), rationale=words, remedy=words, question=question,
    )  # fmt: skip


YES_NO = control("G-1", AnswerKind.YES_NO)
PROOF = control("G-2", AnswerKind.YES_NO, evidence=True)
DATE = control("G-3", AnswerKind.DATE, age=184)
TEXT = control("G-4", AnswerKind.TEXT)


def typing(*lines: str | type[BaseException]) -> Callable[[str], str]:
    """A person who types these lines; anything asked beyond them fails the test."""
    rest: Iterator[str | type[BaseException]] = iter(lines)

    def reader(prompt: str) -> str:
        assert prompt.strip()
        line = next(rest)
        if not isinstance(line, str):
            raise line
        return line

    return reader


def run(
    questions: list[Control], *lines: str | type[BaseException], lang: Lang = "ja"
) -> tuple[list[PersonAnswer], str]:
    shown: list[str] = []
    return ask(questions, typing(*lines), shown.append, lang, by="試験 花子"), "\n".join(shown)


def today() -> date:
    return clock.now().astimezone(clock.JST).date()


def test_open_questions_are_those_unanswered_in_the_order_of_the_guide() -> None:
    catalogue = controls()
    asked = [i for i, c in catalogue.items() if c.question]
    answered = {asked[0]: PersonAnswer(control=asked[0], value="yes")}
    found = [c.id for c in open_questions(catalogue.values(), answered)]
    assert found == asked[1:]
    assert found.index("G-3.6-9") < found.index("G-3.6-10")
    assert all(catalogue[i].question for i in found)


def test_a_control_without_a_question_is_not_asked() -> None:
    assert open_questions([control("G-0", None), YES_NO], {}) == [YES_NO]


def test_every_kind_of_question_is_answered() -> None:
    taken, shown = run([YES_NO, DATE, TEXT], "はい", "2026年1月5日", "田中")
    assert [(a.control, a.value) for a in taken] == [("G-1", "yes"), ("G-3", "2026-01-05"), ("G-4", "田中")]
    assert all(a.by == "試験 花子" and a.on == today() for a in taken)
    assert "掲示はありますか。" in shown
    assert "184日以内" in shown
    assert "[3/3] G-4" in shown
    assert "3件の回答" in shown


def test_it_speaks_english() -> None:
    _, shown = run([YES_NO], "yes", lang="en")
    assert "Is there a notice?" in shown
    assert "掲示" not in shown


def test_enter_skips_and_a_wrong_answer_is_asked_again() -> None:
    taken, shown = run([YES_NO, DATE, TEXT], "", "いつか", "R8.1.5", "")
    assert [(a.control, a.value) for a in taken] == [("G-3", "2026-01-05")]
    assert "G-3" in shown
    assert "日付" in shown


def test_a_day_in_the_future_is_asked_again() -> None:
    later = (today() + timedelta(days=2)).isoformat()
    taken, shown = run([DATE], later, today().isoformat())
    assert taken[0].value == today().isoformat()
    assert "明日以降" in shown


@pytest.mark.parametrize("stop", ["q", "Ｑ", " 終了 ", EOFError, KeyboardInterrupt])
def test_stopping_keeps_what_was_answered(stop: str | type[BaseException]) -> None:
    taken, shown = run([YES_NO, DATE, TEXT], "はい", stop)
    assert [a.control for a in taken] == ["G-1"]
    assert "1件の回答" in shown


def test_no_and_not_applicable_ask_for_a_reason() -> None:
    taken, shown = run(
        [YES_NO, PROOF, DATE], "いいえ", "次回行う", "該当なし", "", "no", "x" * (TEXT_LIMIT + 1), "まだ"
    )
    assert [(a.value, a.note) for a in taken] == [("no", "次回行う"), ("n/a", ""), ("no", "まだ")]
    assert str(TEXT_LIMIT) in shown


def test_stopping_at_the_reason_keeps_the_answer() -> None:
    taken, _ = run([YES_NO, DATE], "いいえ", "q")
    assert [(a.control, a.value, a.note) for a in taken] == [("G-1", "no", "")]


def test_evidence_is_taken_by_its_hash(tmp_path: Path) -> None:
    first, second = tmp_path / "受領書　写し.pdf", tmp_path / "photo.jpg"
    first.write_bytes(b"signed")
    second.write_bytes(b"picture" * 100_000)
    missing = str(tmp_path / "missing.pdf")
    taken, shown = run([PROOF, DATE], "はい", missing, str(tmp_path), str(first), str(second), "", "")
    assert taken[0].files == (
        EvidenceFile(name=str(first), digest=hashlib.sha256(b"signed").hexdigest()),
        EvidenceFile(name=str(second), digest=hashlib.sha256(b"picture" * 100_000).hexdigest()),
    )
    assert missing in shown


def test_stopping_among_the_evidence_keeps_the_files_given(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"a")
    taken, _ = run([PROOF, DATE], "はい", str(file), KeyboardInterrupt)
    assert [f.name for f in taken[0].files] == [str(file)]


@pytest.mark.parametrize("name", ["", "a\x00b", "a\nb", "no/such/file", "~nobody-of-that-name/x", "\ud800"])
def test_what_is_no_readable_file_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        hash_evidence(Path(name))


lines = st.text(max_size=40).map(str.strip).filter(bool)
files = st.builds(
    EvidenceFile,
    name=lines.filter(lambda t: not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in t)),
    digest=st.sampled_from(["", "ab" * 32]),
)


def answer_of(asked: Control, value: st.SearchStrategy[str]) -> st.SearchStrategy[PersonAnswer]:
    return st.builds(
        PersonAnswer, control=st.just(asked.id), value=value, by=st.text(max_size=20).map(str.strip),
        on=st.none() | st.dates(), note=st.text(max_size=40).map(str.strip),
        files=st.lists(files, max_size=2).map(tuple),
    )  # fmt: skip


@given(
    st.tuples(
        answer_of(YES_NO, st.sampled_from(["yes", "no", "n/a"])),
        answer_of(DATE, st.sampled_from(["no", "n/a"]) | st.dates(min_value=date(1000, 1, 1)).map(date.isoformat)),
        answer_of(TEXT, lines.map(lambda t: f"「{t}」")),
    )
)
def test_answers_written_down_are_read_back_the_same(answers: tuple[PersonAnswer, ...]) -> None:
    catalogue = {c.id: c for c in (YES_NO, DATE, TEXT)}
    section = tomllib.loads(answers_to_toml(answers))["answers"]
    assert parse_answers(catalogue, section, "answers") == {a.control: a for a in answers}


def test_nothing_answered_is_an_empty_section() -> None:
    assert tomllib.loads(answers_to_toml([])) == {"answers": {}}
