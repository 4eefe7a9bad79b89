"""`fushinban demo --out DIR`: the demonstration site, inspected from beginning to end."""

from pathlib import Path
from typing import Annotated

import typer

from fushinban.cli._command import Command, surface
from fushinban.cli._options import JsonOption, KindOption, OutOption, RouterUpnpOption, worded
from fushinban.model.site import InspectionKind


def _demo(
    out: OutOption = None,
    json: JsonOption = None,
    kind: KindOption = InspectionKind.INSTALLATION,
    plan: Annotated[Path | None, typer.Option("--lab", help=worded("lab"))] = None,
    router_upnp: RouterUpnpOption = False,
) -> None:
    from fushinban.cli._lab_process import running_lab
    from fushinban.cli._shown import show_inspection
    from fushinban.cli._site import run_inspection, write_all, write_json

    folder = out or Path("demo-out")
    # The demonstration keeps its own records, so that it never mixes with those of real sites.
    data = folder / "records"
    with running_lab(plan, folder, router_upnp=router_upnp) as lab:
        inspection = run_inspection(lab.site_file, kind, data=data, environ=lab.environment)
    written = write_all(inspection, folder, data) + write_json(inspection, json)
    show_inspection(inspection, written, surface.lang)
    # A demonstration that finds the planted faults has done its work: it ends well.
    raise typer.Exit(0)


COMMAND = Command(name="demo", function=_demo)
