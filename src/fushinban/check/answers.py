"""Answers of people as `[answers]` of a site file gives them: pure parsing, no file is opened here."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from fushinban.clock import JST
from fushinban.errors import InputError
from fushinban.model.control import AnswerKind, Control
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.model.japanese import parse_japanese_date, parse_mark
from fushinban.model.text import say

#: Longest text a person may write into one field, in characters.
TEXT_LIMIT = 2000
_KEYS = frozenset({"answer", "by", "on", "note", "evidence"})
_EVIDENCE_KEYS = frozenset({"file", "sha256"})


def parse_answers(
    controls: Mapping[str, Control], section: object, where: str, digests: Mapping[str, str] | None = None
) -> dict[str, PersonAnswer]:
    """The whole `[answers]` section by control id. Raises InputError naming the key that is wrong."""
    if not isinstance(section, Mapping):
        raise InputError(say("questionnaire.not-a-table", where=where))
    found = {}
    for key, raw in section.items():
        control = controls.get(key)
        if control is None:
            raise InputError(say("questionnaire.unknown-control", where=where, control=key))
        found[control.id] = parse_answer(control, raw, f"{where}.{key}", digests)
    return found


def parse_answer(control: Control, raw: object, where: str, digests: Mapping[str, str] | None = None) -> PersonAnswer:
    """One answer: a plain value, or a table {answer, by, on, note, evidence}.

    `digests`: SHA-256 (hex) of evidence files by name, as far as the caller hashed them. Raises InputError with
    `where` for anything that is not an answer to this control's question.
    """
    if control.question is None:
        raise InputError(say("questionnaire.not-asked", where=where, key=control.id))
    if not isinstance(raw, Mapping):
        return PersonAnswer(control=control.id, value=_value(control.question.kind, raw, where))
    for key in raw:
        if key not in _KEYS:
            raise InputError(say("questionnaire.unknown-key", where=where, key=key))
    if "answer" not in raw:
        raise InputError(say("questionnaire.no-answer", where=where))
    return PersonAnswer(
        control=control.id,
        value=_value(control.question.kind, raw["answer"], f"{where}.answer"),
        by=_text(raw.get("by", ""), where, "by"),
        on=_date_or_none(raw.get("on"), where),
        note=_text(raw.get("note", ""), where, "note"),
        files=_files(raw.get("evidence", []), where, digests or {}),
    )


def evidence_names(raw: object) -> tuple[str, ...]:
    """Names of the evidence files of one raw answer, for the caller to hash; empty where there are none."""
    rows = raw.get("evidence", []) if isinstance(raw, Mapping) else []
    several = rows if isinstance(rows, (list, tuple)) else [rows]
    names = [row.get("file") if isinstance(row, Mapping) else row for row in several]
    return tuple(n.strip() for n in names if isinstance(n, str) and is_file_name(n))


def is_file_name(text: str) -> bool:
    """Whether this can stand for a file in a record: not empty, no control characters, not endless."""
    return bool(text.strip()) and _writable(text) and not any(unicodedata.category(c) == "Cc" for c in text)


def _value(kind: AnswerKind, raw: object, where: str) -> str:
    mark = _mark(raw)
    if kind is AnswerKind.YES_NO:
        if mark is None:
            raise InputError(say("questionnaire.want-yes-no", where=where))
        return mark
    if mark is not None and mark != "yes":
        return mark
    if kind is AnswerKind.DATE:
        day = _date(raw)
        if day is None:
            raise InputError(say("questionnaire.want-date", where=where))
        return day.isoformat()
    if not isinstance(raw, str) or not raw.strip() or not _writable(raw):
        raise InputError(say("questionnaire.want-text", where=where, limit=TEXT_LIMIT))
    return raw.strip()


def _mark(raw: object) -> str | None:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return parse_mark(raw) if isinstance(raw, str) else None


def _date(raw: object) -> date | None:
    if isinstance(raw, datetime):
        # A moment with an offset is a day in Japan, where the site is.
        return _day_in_japan(raw)
    if isinstance(raw, date):
        return raw
    return parse_japanese_date(raw) if isinstance(raw, str) else None


def _day_in_japan(moment: datetime) -> date | None:
    try:
        return moment.astimezone(JST).date() if moment.tzinfo else moment.date()
    except OverflowError:  # the first or last day of the calendar
        return None


def _date_or_none(raw: object, where: str) -> date | None:
    if raw is None:
        return None
    day = _date(raw)
    if day is None:
        raise InputError(say("questionnaire.wrong-date", where=where, key="on"))
    return day


def _text(raw: object, where: str, key: str) -> str:
    if not isinstance(raw, str) or not _writable(raw):
        raise InputError(say("questionnaire.wrong-text", where=where, key=key, limit=TEXT_LIMIT))
    return raw.strip()


def _writable(text: str) -> bool:
    """Short enough, and free of half characters (lone surrogates) that no file can hold."""
    return len(text) <= TEXT_LIMIT and not any("\ud800" <= c <= "\udfff" for c in text)


def _files(raw: object, where: str, digests: Mapping[str, str]) -> tuple[EvidenceFile, ...]:
    rows = [raw] if isinstance(raw, str) else raw
    if not isinstance(rows, (list, tuple)):
        raise InputError(say("questionnaire.wrong-evidence", where=where))
    return tuple(_file(row, where, digests) for row in rows)


def _file(row: object, where: str, digests: Mapping[str, str]) -> EvidenceFile:
    table = {"file": row} if isinstance(row, str) else row
    if not isinstance(table, Mapping) or "file" not in table or not set(table) <= _EVIDENCE_KEYS:
        raise InputError(say("questionnaire.wrong-evidence", where=where))
    name, stated = table["file"], table.get("sha256", "")
    if not (isinstance(name, str) and is_file_name(name)) or not (isinstance(stated, str) and _is_sha256(stated)):
        raise InputError(say("questionnaire.wrong-evidence", where=where))
    name, stated = name.strip(), stated.lower()
    found = digests.get(name, "").lower()
    if stated and found and stated != found:
        raise InputError(say("questionnaire.evidence-changed", where=where, file=name))
    return EvidenceFile(name=name, digest=found or stated)


def _is_sha256(text: str) -> bool:
    return text == "" or (len(text) == 64 and all(c in "0123456789abcdefABCDEF" for c in text))
