"""Runs an inspection for a command: reads the site file, opens the records, shows progress, writes documents."""

import gc
import os
from collections.abc import Mapping
from pathlib import Path

from fushinban import clock
from fushinban.cli._command import Exit, open_records, surface, write_out
from fushinban.cli._progress import shown_progress
from fushinban.model.control import Outcome
from fushinban.model.inspection import Inspection
from fushinban.model.site import InspectionKind


def run_inspection(
    site_path: Path, kind: InspectionKind | None, *, data: Path | None, environ: Mapping[str, str] | None = None
) -> Inspection:
    """Inspect the site of a file (as the file says when `kind` is None) and keep the result in the records."""
    from fushinban.jobs.inspect import inspect
    from fushinban.jobs.means import Means
    from fushinban.jobs.site_file import load_site

    # Until the process ends, hardly any of what an inspection makes is thrown away: looking through it for cycles
    # took a twentieth of the processor time. A bound stays, for sites of thousands of devices.
    gc.set_threshold(1_000_000, 20, 50)
    environment = os.environ if environ is None else environ
    site_file = load_site(site_path, environment)
    store, vault = open_records(data)
    with shown_progress(surface.lang) as progress:
        means = Means(
            store=store, vault=vault, environ=environment, progress=progress, folder=site_path.resolve().parent
        )
        return inspect(site_file, kind or site_file.kind, means)


def write_all(inspection: Inspection, out: Path | None, data: Path | None) -> list[Path]:
    """Write the documents into `out` (nothing when None)."""
    if out is None:
        return []
    from fushinban.jobs.documents import write_documents

    return write_documents(inspection, out, surface.lang, open_records(data)[0])


def write_json(inspection: Inspection, target: Path | None) -> list[Path]:
    """Write the JSON result to a file, or to standard output for `-`."""
    if target is None:
        return []
    from fushinban.jobs.documents import write_whole
    from fushinban.reports.result_json import to_bytes

    content = to_bytes(inspection, surface.lang)
    if str(target) == "-":
        write_out(content)
        return []
    write_whole(target, content)
    return [target]


def usual_folder(inspection: Inspection) -> Path:
    """Where documents go when nobody says: a new folder here, named by site and time (Japan)."""
    moment = inspection.started_at.astimezone(clock.JST).strftime("%Y%m%d-%H%M")
    return Path(f"fushinban-{inspection.site.id}-{moment}")


def exit_code(inspection: Inspection) -> int:
    """0 nothing fails, 1 something fails, 3 nothing could be inspected."""
    if not any(r.reached for r in inspection.records):
        return Exit.NOTHING
    failing = any(f.outcome is Outcome.FAIL for f in inspection.findings)
    return Exit.FAILS if failing else Exit.FINE
