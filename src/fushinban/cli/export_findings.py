"""`fushinban export findings`: the newest findings of all sites for other programs, as a file or over syslog."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, worded
from fushinban.errors import InputError
from fushinban.model.control import Outcome, Severity
from fushinban.model.text import say


class Way(StrEnum):
    """Formats of files, and syslog."""

    OCSF = "ocsf"
    CSV = "csv"
    CSV_CP932 = "csv-cp932"
    SYSLOG = "syslog"


class Carrier(StrEnum):
    """How syslog messages travel."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


_FORMAT = typer.Option("--format", help=worded("export-format"))
_OUT = typer.Option("--out", help=worded("export-out"))
_SITE = typer.Option("--site", help=worded("export-site"))
_OUTCOME = typer.Option("--outcome", help=worded("export-outcome"))
_SEVERITY = typer.Option("--severity", help=worded("export-severity"))
_HOST = typer.Option("--syslog-host", help=worded("export-host"))
_PORT = typer.Option("--syslog-port", min=1, max=65535, help=worded("export-port"))
_CARRIER = typer.Option("--syslog-way", help=worded("export-way"))
_CA = typer.Option("--syslog-ca", help=worded("export-ca"))


def _export(
    form: Annotated[Way, _FORMAT] = Way.CSV,
    out: Annotated[Path | None, _OUT] = None,
    site: Annotated[str | None, _SITE] = None,
    outcome: Annotated[list[Outcome] | None, _OUTCOME] = None,
    severity: Annotated[list[Severity] | None, _SEVERITY] = None,
    host: Annotated[str | None, _HOST] = None,
    port: Annotated[int, _PORT] = 514,
    way: Annotated[Carrier, _CARRIER] = Carrier.TCP,
    ca_file: Annotated[Path | None, _CA] = None,
    data: DataOption = None,
) -> None:
    from fushinban.jobs.export import ExportTarget, export_to_file, export_to_stream, export_to_syslog
    from fushinban.model.export import ExportFormat, ExportQuery

    query = ExportQuery(outcomes=frozenset(outcome or ()), severities=frozenset(severity or ()), site=site)
    with open_records(data)[0] as store:
        if form is Way.SYSLOG:
            if host is None:
                raise InputError(say("export.needs-receiver"))
            target = ExportTarget(host=host, port=port, way=way.value, ca_file=str(ca_file) if ca_file else None)
            count = export_to_syslog(store, query, target, surface.lang)
        elif out is None:
            count = export_to_stream(store, query, ExportFormat(form.value), surface.lang, sys.stdout.buffer)
        else:
            count = export_to_file(store, query, ExportFormat(form.value), surface.lang, out)
    typer.echo(say("export.wrote", count=count).of(surface.lang), err=True)


COMMAND = Command(name="export findings", function=_export)
