"""Writes the documents of an inspection and keeps note of each."""

import hashlib
from pathlib import Path

from fushinban import clock
from fushinban.errors import InputError
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, say
from fushinban.record.store import Store
from fushinban.reports import Report, reports


def write_documents(inspection: Inspection, folder: Path, lang: Lang, store: Store | None) -> list[Path]:
    """Write every report into the folder (made when missing); the paths written, in the order of the catalogue."""
    return [write_document(report, inspection, folder, lang, store) for report in reports().values()]


def write_document(report: Report, inspection: Inspection, folder: Path, lang: Lang, store: Store | None) -> Path:
    """Write one report into the folder and note it; its path."""
    path = folder / report.file_name(inspection, lang)
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
