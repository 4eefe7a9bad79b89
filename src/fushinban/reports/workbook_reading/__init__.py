"""Reading an edited 設定シート workbook back.

A folder of the catalogue that holds no report: reading stands beside writing, but makes no document.
"""

from fushinban.reports.workbook_reading._content import (
    Judgement,
    ParameterEdit,
    UnknownColumn,
    WorkbookContent,
    WorkRecord,
    parse_workbook,
    read_workbook,
)

CATALOGUE_FOLDER = True

__all__ = [
    "Judgement",
    "ParameterEdit",
    "UnknownColumn",
    "WorkRecord",
    "WorkbookContent",
    "parse_workbook",
    "read_workbook",
]
