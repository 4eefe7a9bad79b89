"""Findings for other programs: OCSF events, tables for spreadsheets, syslog messages. Pure: batches in, bytes out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from fushinban.model.export import ExportedFinding, ExportFormat
from fushinban.model.text import Lang
from fushinban.reports.exports._csv import CP932, UTF8, csv_head, csv_rows
from fushinban.reports.exports._ocsf import OCSF_VERSION, ocsf_event, ocsf_line
from fushinban.reports.exports._syslog import syslog_message

#: Nothing in this folder is a document for the catalogue of reports.
CATALOGUE_FOLDER = True

__all__ = [
    "CATALOGUE_FOLDER",
    "FORMATS",
    "OCSF_VERSION",
    "FileFormat",
    "export_bytes",
    "ocsf_event",
    "ocsf_line",
    "syslog_message",
]

Batch = tuple[ExportedFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """One way to write a file: media type, ending, its first bytes, and the bytes of a batch."""

    media_type: str
    suffix: str
    head: Callable[[Lang], bytes]
    batch: Callable[[Batch, Lang], bytes]


def export_bytes(batches: Iterable[Batch], kind: ExportFormat, lang: Lang) -> Iterator[bytes]:
    """The whole file in pieces, one per batch: only one batch is held at a time."""
    form = FORMATS[kind]
    head = form.head(lang)
    if head:
        yield head
    for batch in batches:
        yield form.batch(batch, lang)


FORMATS: Mapping[ExportFormat, FileFormat] = {
    ExportFormat.OCSF: FileFormat(
        media_type="application/x-ndjson",
        suffix=".ndjson",
        head=lambda _lang: b"",
        batch=lambda batch, lang: b"".join(ocsf_line(f, lang) for f in batch),
    ),
    ExportFormat.CSV: FileFormat(
        media_type="text/csv; charset=utf-8",
        suffix=".csv",
        head=lambda lang: csv_head(lang, UTF8),
        batch=lambda batch, lang: csv_rows(batch, lang, UTF8),
    ),
    ExportFormat.CSV_CP932: FileFormat(
        media_type="text/csv; charset=Shift_JIS",
        suffix=".csv",
        head=lambda lang: csv_head(lang, CP932),
        batch=lambda batch, lang: csv_rows(batch, lang, CP932),
    ),
}
