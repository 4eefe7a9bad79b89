"""Writes the documents of an inspection that are not written yet."""

from pathlib import Path

from fushinban.jobs.documents import write_document
from fushinban.jobs.durable.task import Task
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang
from fushinban.reports import reports


def write_missing(task: Task, inspection: Inspection) -> int:
    """Write into `documents/<inspection>/` of the data folder; how many there are then. Stops between two."""
    lang: Lang = "en" if task.order.lang == "en" else "ja"
    folder = task.workshop.data_dir / "documents" / inspection.id
    noted = {Path(d.path) for d in task.store.documents.of(inspection.site.id, inspection.id)}
    for report in reports().values():
        path = (folder / report.file_name(inspection, lang)).absolute()
        if path not in noted or not path.exists():
            write_document(report, inspection, folder, lang, task.store)
        task.attendant.advance(True)
        task.attendant.check()
    return len(reports())
