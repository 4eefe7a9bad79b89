"""`fushinban report SITE.toml`: the documents of the newest recorded inspection, made anew, offline."""

import typer

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, JsonOption, OutOption, SiteArgument
from fushinban.cli._site import exit_code, usual_folder, write_all, write_json
from fushinban.errors import InputError
from fushinban.model.text import say


def _report(site: SiteArgument, out: OutOption = None, json: JsonOption = None, data: DataOption = None) -> None:
    import os

    from fushinban.cli._shown import show_inspection
    from fushinban.jobs.site_file import load_site

    site_id = load_site(site, os.environ).site.id
    inspection = open_records(data)[0].inspections.newest(site_id)
    if inspection is None:
        raise InputError(say("cli.no-inspection", site=site_id))
    folder = out if out is not None or json is not None else usual_folder(inspection)
    written = write_all(inspection, folder, data) + write_json(inspection, json)
    if str(json) != "-":
        show_inspection(inspection, written, surface.lang)
    raise typer.Exit(exit_code(inspection))


COMMAND = Command(name="report", function=_report)
