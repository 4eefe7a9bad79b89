"""`fushinban inspect SITE.toml`: the main job."""

import typer

from fushinban.cli._command import Command, Exit, surface
from fushinban.cli._options import DataOption, JsonOption, KindOption, OutOption, SiteArgument
from fushinban.cli._site import exit_code, run_inspection, usual_folder, write_all, write_json


def _inspect(
    site: SiteArgument,
    out: OutOption = None,
    json: JsonOption = None,
    kind: KindOption = None,
    data: DataOption = None,
) -> None:
    from fushinban.cli._main import complain
    from fushinban.cli._shown import show_inspection
    from fushinban.model.text import say

    inspection = run_inspection(site, kind, data=data)
    folder = out if out is not None or json is not None else usual_folder(inspection)
    written = write_all(inspection, folder, data) + write_json(inspection, json)
    if str(json) != "-":
        show_inspection(inspection, written, surface.lang)
    code = exit_code(inspection)
    if code == Exit.NOTHING:
        complain(say("inspect.nothing").of(surface.lang))
    raise typer.Exit(code)


COMMAND = Command(name="inspect", function=_inspect)
