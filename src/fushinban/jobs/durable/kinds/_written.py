"""Writes the documents of an inspection that are not written yet."""

from pathlib import Path

from fushinban.jobs.documents import place_of, with_acceptances, write_at
from fushinban.jobs.durable.task import Task
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang
from fushinban.reports import reports


def write_missing(task: Task, inspection: Inspection) -> int:
    """Write into `documents/<inspection>/` of the data folder; how many there are then. Stops between two."""
    lang: Lang = "en" if task.order.lang == "en" else "ja"
    folder = task.workshop.data_dir / "documents" / inspection.id
    noted = {Path(d.path) for d in task.store.documents.of(inspection.site.id, inspection.id)}
    told = with_acceptances(inspection, task.store)
    for report in reports().values():
        path = place_of(report, told, folder, lang)
        if path not in noted or not path.exists():
            write_at(path, report, told, lang, task.store)
        task.attendant.advance(True)
        task.attendant.check()
    return len(reports())
