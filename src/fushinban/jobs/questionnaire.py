"""Asks a person what no device can tell, takes evidence files by their hash, and writes the answers down."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from fushinban import clock
from fushinban.check.answers import is_file_name, parse_answer
from fushinban.errors import InputError
from fushinban.model.control import AnswerKind, Control, Question
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.model.text import Lang, Text, say

#: Shows a prompt and returns one line; may raise EOFError or KeyboardInterrupt to stop.
Reader = Callable[[str], str]
#: Shows one line; what it returns does not matter.
Writer = Callable[[str], object]

_QUIT = frozenset({"q", "ｑ", "quit", "終了"})


class _Stop(Exception):
    """The person wants no more questions."""


def open_questions(controls: Iterable[Control], answers: Mapping[str, PersonAnswer]) -> list[Control]:
    """Controls that ask a person and have no answer yet, in the order given (the catalogue's is the guide's)."""
    return [c for c in controls if c.question is not None and c.id not in answers]


def ask(
    questions: Sequence[Control], reader: Reader, writer: Writer, lang: Lang, *, by: str = ""
) -> list[PersonAnswer]:
    """Put the questions one by one. Enter skips, `q`, end of input or Ctrl-C stops; what was answered is returned."""
    desk = _Desk(reader, writer, lang)
    taken: list[PersonAnswer] = []
    desk.tell(say("questionnaire.heading", count=len(questions)))
    try:
        for number, control in enumerate(questions, 1):
            desk.tell(
                say("questionnaire.progress", number=number, count=len(questions), id=control.id, title=control.title)
            )
            answer = _ask_one(desk, control)
            if answer is not None:
                taken.append(replace(answer, by=by, on=_today()))
                for fuller in _with_details(desk, control, taken[-1]):
                    taken[-1] = fuller
    except (_Stop, EOFError, KeyboardInterrupt):
        pass  # stopping early is an ordinary way to end: the answers so far are good
    desk.tell(say("questionnaire.saved", count=len(taken)))
    return taken


def hash_evidence(path: Path) -> EvidenceFile:
    """The file's name as given and its SHA-256. Raises InputError where it cannot be read."""
    name = str(path)
    unreadable = say("questionnaire.evidence-unreadable", file=name)
    if not is_file_name(name):
        raise InputError(unreadable)
    try:
        with path.expanduser().open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, RuntimeError) as error:  # ~ without a home folder
        raise InputError(unreadable) from error
    return EvidenceFile(name=name, digest=digest)


def answers_to_toml(answers: Iterable[PersonAnswer]) -> str:
    """The `[answers]` section in the order given; `parse_answers` reads back the same values."""
    lines = ["[answers]"]
    lines += [f"{_quoted(a.control)} = {_table(a)}" for a in answers]
    return "\n".join(lines) + "\n"


class _Desk:
    """The person on the other side, in one language."""

    def __init__(self, reader: Reader, writer: Writer, lang: Lang) -> None:
        self._reader, self._writer, self._lang = reader, writer, lang

    def tell(self, text: Text) -> None:
        self._writer(text.of(self._lang))

    def ask(self, prompt: Text) -> str:
        """One line without space around it; raises _Stop for `q`."""
        line = self._reader(prompt.of(self._lang)).strip()
        if line.casefold() in _QUIT:
            raise _Stop
        return line


def _ask_one(desk: _Desk, control: Control) -> PersonAnswer | None:
    """One question until it is answered properly or skipped."""
    question = control.question
    assert question is not None  # open_questions leaves no other
    _explain(desk, question)
    while line := desk.ask(say(f"questionnaire.prompt-{question.kind.value}")):
        try:
            answer = parse_answer(control, line, control.id)
        except InputError as error:
            desk.tell(error.text)
            continue
        if question.kind is AnswerKind.DATE and _in_future(answer.value):
            desk.tell(say("questionnaire.future-date"))
            continue
        return answer
    return None


def _explain(desk: _Desk, question: Question) -> None:
    desk.tell(question.prompt)
    if question.hint is not None:
        desk.tell(question.hint)
    if question.max_age_days is not None:
        desk.tell(say("questionnaire.max-age", days=question.max_age_days))
    if question.evidence_wanted:
        desk.tell(say("questionnaire.evidence-hint"))


def _with_details(desk: _Desk, control: Control, answer: PersonAnswer) -> Iterator[PersonAnswer]:
    """The answer with its reason (no, n/a) or its evidence files, again after each so that stopping loses nothing."""
    if answer.value in {"no", "n/a"}:
        if note := _note(desk, control, answer):
            yield replace(answer, note=note)
    elif control.question is not None and control.question.evidence_wanted:
        for file in _evidence(desk):
            answer = replace(answer, files=(*answer.files, file))
            yield answer


def _note(desk: _Desk, control: Control, answer: PersonAnswer) -> str:
    while line := desk.ask(say("questionnaire.prompt-note")):
        try:
            return parse_answer(control, {"answer": answer.value, "note": line}, control.id).note
        except InputError as error:
            desk.tell(error.text)
    return ""


def _evidence(desk: _Desk) -> Iterator[EvidenceFile]:
    while line := desk.ask(say("questionnaire.prompt-evidence")):
        try:
            file = hash_evidence(Path(line))
        except InputError as error:
            desk.tell(error.text)
            continue
        desk.tell(say("questionnaire.evidence-taken", file=file.name, digest=file.digest[:12]))
        yield file


def _today() -> date:
    return clock.now().astimezone(clock.JST).date()


def _in_future(value: str) -> bool:
    return value not in {"no", "n/a"} and date.fromisoformat(value) > _today()


def _table(answer: PersonAnswer) -> str:
    fields = [f"answer = {_quoted(answer.value)}"]
    if answer.by:
        fields.append(f"by = {_quoted(answer.by)}")
    if answer.on is not None:
        fields.append(f"on = {answer.on.isoformat()}")
    if answer.note:
        fields.append(f"note = {_quoted(answer.note)}")
    if answer.files:
        fields.append(f"evidence = [{', '.join(_file(f) for f in answer.files)}]")
    return "{ " + ", ".join(fields) + " }"


def _file(file: EvidenceFile) -> str:
    if not file.digest:
        return _quoted(file.name)
    return f"{{ file = {_quoted(file.name)}, sha256 = {_quoted(file.digest)} }}"


def _quoted(text: str) -> str:
    """A TOML basic string. JSON escapes are the same, but for DEL, which TOML wants escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
