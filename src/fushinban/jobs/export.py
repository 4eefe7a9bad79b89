"""Brings findings to other programs: a file, a stream, or a syslog receiver. Noted in the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from platform import node
from typing import BinaryIO

from fushinban.errors import InputError
from fushinban.messages import Lang, say
from fushinban.model.export import ExportedFinding, ExportFormat, ExportQuery
from fushinban.model.rights import EVERYTHING
from fushinban.record.store import Store
from fushinban.reports.exports import export_bytes, syslog_message
from fushinban.transport.syslog import MOST_DATAGRAM, SyslogReceiver, SyslogSender, SyslogWay


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTarget:
    """A syslog receiver: `way` is udp, tcp or tls."""

    host: str
    port: int
    way: str = "tcp"
    ca_file: str | None = None


@dataclass(slots=True)
class _Count:
    findings: int = 0


def export_to_stream(store: Store, query: ExportQuery, kind: ExportFormat, lang: Lang, out: BinaryIO) -> int:
    """Write the findings; how many. What the stream refuses is an InputError."""
    count = _Count()
    try:
        for piece in export_bytes(_counted(store, query, count), kind, lang):
            out.write(piece)
        out.flush()
    except OSError as error:
        raise InputError(say("cli.cannot-write", path=getattr(out, "name", "-"), error=error.strerror or "")) from error
    return count.findings


def export_to_file(store: Store, query: ExportQuery, kind: ExportFormat, lang: Lang, path: Path) -> int:
    """The same into a file, whole or not at all."""
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            count = export_to_stream(store, query, kind, lang, out)
        partial.replace(path)
    except OSError as error:
        raise InputError(say("cli.cannot-write", path=str(path), error=error.strerror or "")) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def export_to_syslog(store: Store, query: ExportQuery, target: ExportTarget, lang: Lang) -> int:
    """Send every finding as one message; how many. Raises Unreachable."""
    way = SyslogWay(target.way)
    receiver = SyslogReceiver(host=target.host, port=target.port, way=way, ca_file=target.ca_file)
    most = MOST_DATAGRAM if way is SyslogWay.UDP else None
    host, count = node(), _Count()
    with SyslogSender(receiver) as sender:
        for batch in _counted(store, query, count):
            sender.send(syslog_message(f, lang, host, most) for f in batch)
    return count.findings


def _counted(store: Store, query: ExportQuery, count: _Count) -> Iterator[tuple[ExportedFinding, ...]]:
    for batch in store.finding_stream.batches(query, EVERYTHING):
        count.findings += len(batch)
        yield batch
