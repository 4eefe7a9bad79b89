"""The audit log as a file: JSON Lines or CSV, with its chain, so that it can be checked elsewhere."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import orjson

from fushinban.clock import in_japan
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.audit import Actor, ActorKind, AuditEntry, AuditProblem, Fault
from fushinban.record.audit_chain import entry_hash, moment_text

#: Begins a CSV file, so that spreadsheet programs see that it is UTF-8.
BOM = "\ufeff"

#: The columns of the CSV.
COLUMNS = (
    "number", "at", "at_japan", "actor_kind", "actor_id", "actor_name", "address", "action", "kind", "id", "detail",
    "digest", "previous", "hash", "seal", "key",
)  # fmt: skip

#: A spreadsheet takes a cell that begins so for a formula; a quotation mark is put before it (and before one itself).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")

_LONGEST_LINE = 64 * 1024


def json_lines(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    """One line per entry: a JSON object that ends with a line feed."""
    for entry in entries:
        said = {
            "number": entry.number,
            "at": moment_text(entry.at),
            "actor": {
                "kind": str(entry.actor.kind), "id": entry.actor.id, "name": entry.actor.name,
                "address": entry.actor.address,
            },
            "action": entry.action,
            "kind": entry.kind,
            "id": entry.id,
            "detail": dict(entry.detail),
            "digest": entry.digest,
            "previous": entry.previous,
            "hash": entry.hash,
            "seal": entry.seal,
            "key": entry.key,
        }  # fmt: skip
        yield orjson.dumps(said) + b"\n"


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """The rows of a CSV file, the heading with the byte order mark first; formulas of spreadsheets are disarmed."""
    yield BOM + _row(COLUMNS)
    for entry in entries:
        actor, detail = entry.actor, orjson.dumps(dict(entry.detail), option=orjson.OPT_SORT_KEYS).decode()
        yield _row(
            (
                str(entry.number), moment_text(entry.at), in_japan(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
                str(actor.kind), actor.id, actor.name, actor.address, entry.action, entry.kind, entry.id, detail,
                entry.digest, entry.previous, entry.hash, entry.seal, entry.key,
            )
        )  # fmt: skip


def write_export(entries: Iterable[AuditEntry], path: Path) -> int:
    """Write `.jsonl` or `.csv`, as the name ends; how many entries. Raises InputError."""
    check_target(path)
    count = 0

    def counted() -> Iterator[AuditEntry]:
        nonlocal count
        for entry in entries:
            count += 1
            yield entry

    lines = json_lines(counted()) if path.suffix.lower() == ".jsonl" else (t.encode() for t in csv_lines(counted()))
    try:
        with path.open("wb") as file:
            file.writelines(lines)
    except OSError as error:
        raise InputError(say("audit.cannot-write", place=path, reason=error.strerror)) from error
    return count


def check_target(path: Path) -> None:
    """Raises InputError for a name with another ending."""
    if path.suffix.lower() not in {".jsonl", ".csv"}:
        raise InputError(say("audit.export-kind"))


def verify_export(path: Path) -> Iterator[AuditProblem]:
    """Check the chain of an exported `.jsonl` without any key; each problem. Raises InputError for another file."""
    last: AuditEntry | None = None
    for entry in read_export(path):
        where = str(entry.number)
        if entry_hash(entry, _detail_text(entry)) != entry.hash:
            text = say("audit.entry-changed", number=entry.number, table=path.name)
            yield AuditProblem(fault=Fault.CHANGED, text=text, table=path.name, row=where, number=entry.number)
        elif last is not None and (entry.number != last.number + 1 or entry.previous != last.hash):
            first, end = last.number + 1, max(entry.number - 1, last.number + 1)
            text = say("audit.entry-missing", first=first, last=end, table=path.name)
            yield AuditProblem(fault=Fault.MISSING, text=text, table=path.name, row=where, number=entry.number)
        last = entry


def read_export(path: Path) -> Iterator[AuditEntry]:
    """The entries of an exported `.jsonl`. Raises InputError for a file that is none."""
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE + 1):
                number += 1
                yield parse_line(line, path.name, number)
    except OSError as error:
        raise InputError(say("record.no-file", name=path, reason=error.strerror)) from error


def parse_line(line: bytes, name: str, number: int) -> AuditEntry:
    """The entry of one line. Raises InputError for any bytes that are none."""
    try:
        if len(line) > _LONGEST_LINE:
            raise ValueError("too long")
        return _entry(orjson.loads(line))
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise InputError(say("audit.bad-export", place=name, line=number)) from error


def _entry(said: Any) -> AuditEntry:
    texts = {name: _text(said[name]) for name in ("action", "kind", "id", "digest", "previous", "hash", "seal", "key")}
    actor = {name: _text(said["actor"][name]) for name in ("id", "name", "address")}
    at = datetime.fromisoformat(_text(said["at"]))
    if type(said["number"]) is not int or not isinstance(said["detail"], dict) or at.tzinfo is None:
        raise ValueError("wrong type")
    moment_text(at)  # a moment that has no UTC is none
    return AuditEntry(
        number=said["number"],
        at=at,
        actor=Actor(kind=ActorKind(_text(said["actor"]["kind"])), **actor),
        detail=said["detail"],
        **texts,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _detail_text(entry: AuditEntry) -> str:
    return orjson.dumps(dict(entry.detail), option=orjson.OPT_SORT_KEYS).decode()


def _row(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([f"'{c}" if c.startswith(_FORMULA) else c for c in cells])
    return text.getvalue()
