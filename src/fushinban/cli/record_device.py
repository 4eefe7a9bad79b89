"""`fushinban record-device SITE.toml --device ID --out DIR`: an anonymised recording of one device."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, SiteArgument, worded

DeviceOption = Annotated[str, typer.Option("--device", metavar="ID", help=worded("recorded-device"))]
FolderOption = Annotated[Path, typer.Option("--out", metavar="DIR", help=worded("recording-folder"))]


def _record(site: SiteArgument, device: DeviceOption, out: FolderOption, data: DataOption = None) -> None:
    from fushinban.cli._progress import shown_progress
    from fushinban.jobs.means import Means
    from fushinban.jobs.record_device import record_device
    from fushinban.jobs.site_file import load_site
    from fushinban.model.text import say

    site_file = load_site(site, os.environ)
    store, vault = open_records(data)
    with shown_progress(surface.lang) as progress:
        means = Means(store=store, vault=vault, environ=os.environ, progress=progress, folder=site.resolve().parent)
        saved = record_device(site_file, device, out, means)
    counts = {"http": saved.http, "soap": saved.soap, "console": saved.console, "left_out": saved.left_out}
    told = say("record_device.saved", folder=saved.folder, **counts)
    console = Console(highlight=False)
    for line in (told, say("record_device.look")):
        console.print(line.of(surface.lang), markup=False, soft_wrap=True)


COMMAND = Command(name="record-device", function=_record)
