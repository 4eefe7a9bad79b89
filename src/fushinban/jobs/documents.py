"""Writes the documents of an inspection and keeps note of each."""

import hashlib
from dataclasses import replace
from pathlib import Path

from fushinban import clock
from fushinban.errors import InputError
from fushinban.model.control import Outcome
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, say
from fushinban.record.store import Store
from fushinban.reports import Report, reports


def write_documents(inspection: Inspection, folder: Path, lang: Lang, store: Store | None) -> list[Path]:
    """Write every report into the folder (made when missing); the paths written, in the order of the catalogue."""
    told = with_acceptances(inspection, store) if store is not None else inspection
    return [write_document(report, told, folder, lang, store) for report in reports().values()]


def with_acceptances(inspection: Inspection, store: Store) -> Inspection:
    """The inspection with what people accepted of its failures, as it stands now."""
    failed = {(f.device, f.control) for f in inspection.findings if f.outcome is Outcome.FAIL}
    held = tuple(a for a in store.acceptances.told(inspection.site.id) if (a.device, a.control) in failed)
    return replace(inspection, acceptances=held)


def place_of(report: Report, inspection: Inspection, folder: Path, lang: Lang) -> Path:
    """Where a document of the console stands: what tells other acceptances is another document, and replaces none."""
    name = report.file_name(inspection, lang)
    if not report.findings or not inspection.acceptances:
        return (folder / name).absolute()
    said = "\n".join(f"{a.id} {a.version} {a.end}" for a in inspection.acceptances)
    return (folder / f"accepted-{hashlib.sha256(said.encode()).hexdigest()[:12]}" / name).absolute()


def write_document(report: Report, inspection: Inspection, folder: Path, lang: Lang, store: Store | None) -> Path:
    """Write one report into the folder and note it; its path."""
    return write_at(folder / report.file_name(inspection, lang), report, inspection, lang, store)


def write_at(path: Path, report: Report, inspection: Inspection, lang: Lang, store: Store | None) -> Path:
    """Write one report to this path and note it."""
    content = report.make(inspection, lang)
    write_whole(path, content)
    if store is not None:
        digest = hashlib.sha256(content).hexdigest()
        store.documents.save(inspection.site.id, inspection.id, report.id, path, digest, clock.now())
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. What the disk refuses is an InputError that names the path."""
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(say("cli.cannot-write", path=str(path), error=error.strerror or "")) from error
