"""`fushinban audit export FILE`: the audit log as JSON Lines or CSV."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, worded
from fushinban.model.text import say


def _export(
    target: Annotated[Path, typer.Argument(metavar="FILE", help=worded("audit-target"))],
    data: DataOption = None,
) -> None:
    from fushinban.record.audit_export import check_target, write_export

    check_target(target)
    with open_records(data)[0] as store:
        store.audit.write(None, "audit.exported", "audit", "", {"file": target.name})
        count = write_export(store.audit.all(), target)
    told = say("audit.exported", entries=count, place=str(target)).of(surface.lang)
    Console(highlight=False, markup=False, soft_wrap=True).print(told)


COMMAND = Command(name="audit export", function=_export)
