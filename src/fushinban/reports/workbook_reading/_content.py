"""Reads an edited 設定シート workbook back, as people write in Japan, and refuses what could harm.

Source of the habits (full-width text, 〃, ○×, era dates, merged cells): the parameter-sheet practice of the trade.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from fushinban.errors import InputError
from fushinban.model.japanese import Mark, nfkc, parse_japanese_date, parse_mark
from fushinban.model.sheet import Stage
from fushinban.model.text import Text, say
from fushinban.reports._values import canonical_value
from fushinban.reports.workbook import digest_of
from fushinban.reports.workbook.layout import FORM, ID, META, SHEETS, Sheet, parse_row_id
from fushinban.reports.workbook.manual import MANUAL, MANUAL_PREFIX
from fushinban.reports.workbook_reading._grid import Grid, read_grids

#: Stages that people write; the actual one is only ever read from devices.
EDITABLE = (Stage.FACTORY, Stage.PLANNED, Stage.INSTALLED)
_PARAMETER_SHEETS = ("cameras", "recorders", "routers", "switches", "clients")
_HEADER_WITHIN = 12
_PASSWORD = re.compile(
    r"パスワード|暗証|合言葉|秘密鍵|password|passwd|passphrase|pass\s*word|(?<![a-z])pwd?(?![a-z])|secret|community",
    re.I,
)
#: Headings that speak about passwords without holding one.
_ABOUT = re.compile(
    r"変更|責任者|保管|規則|複雑|履歴|強度|有無|最終|期限|確認|changed|responsible|kept|policy|strength|review", re.I
)
_DITTO = frozenset({"〃", '"', "''", "々", "同上", "仝", "ditto", "″", "”"})
_NOTHING = frozenset({"-", "－", "ー", "‐", "―", "—", "–", "なし", "無し", "（なし）", "(なし)", "(none)"})
#: Our own rows are known; one that somebody renamed may hold anything.
_MANUAL_LABELS = frozenset(nfkc(t.of(g)) for items in MANUAL.values() for _, _, t in items for g in ("ja", "en"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterEdit:
    """One value that stands for one parameter at one stage. An empty cell is not an edit.

    `as_actual`: the cell says the same as the one of the actual value. Then the value read from the device is meant,
    also where a cell cannot show it as it is (control characters, very long text).
    """

    device: str
    key: str
    stage: Stage
    value: str
    as_actual: bool
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The 判定 mark of one parameter row, who made it, and a remark."""

    device: str
    key: str
    mark: Mark
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRecord:
    """One row of 作業記録. `on` is None where the date could not be read; `on_text` is what was written."""

    number: str
    on: date | None
    on_text: str
    by: str
    device: str
    what: str
    before: str
    after: str
    why: str
    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownColumn:
    """A column that this product did not make. `refused`: it looks like passwords, so no value of it was kept."""

    sheet: str
    heading: str
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookContent:
    """What a workbook says. `edited`: the parameter values differ from those that were exported (None: cannot tell).

    `site_details` holds what stands on 基本情報 and 連絡先 by key, `name` and `customer` among them.
    """

    schema: str
    site_id: str
    inspection: str
    exported_at: datetime | None
    site_details: Mapping[str, str]
    parameters: tuple[ParameterEdit, ...]
    judgements: tuple[Judgement, ...]
    work_records: tuple[WorkRecord, ...]
    unknown_columns: tuple[UnknownColumn, ...]
    warnings: tuple[Text, ...]
    edited: bool | None = None


def read_workbook(path: Path) -> WorkbookContent:
    """Read an .xlsx file. InputError for another format, macros, external links, bombs, or a file without our ids."""
    if path.suffix.casefold() not in {".xlsx", ""}:
        raise InputError(say("report.wb-not-xlsx", file=path.name))
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(say("report.wb-unreadable", file=path.name, error=error.strerror or "")) from error
    return parse_workbook(raw, path.name)


def parse_workbook(raw: bytes, name: str = "workbook.xlsx") -> WorkbookContent:
    """As `read_workbook`, from bytes; `name` is used in sentences."""
    reader = _Reader()
    grids = read_grids(raw, name)
    by_title = {nfkc(title.of(lang)): s for s in SHEETS.values() for title in (s.title,) for lang in ("ja", "en")}
    meta: dict[str, str] = {}
    for grid in grids:
        if grid.title == META:
            meta = {row[0]: row[1] for row in grid.rows if len(row) > 1}
        elif sheet := by_title.get(nfkc(grid.title)):
            reader.take(sheet, grid)
    if not meta.get("schema") or not reader.sheets:
        raise InputError(say("report.wb-not-ours", file=name))
    return reader.content(meta)


@dataclass(slots=True)
class _Reader:
    """Collects what the sheets say."""

    details: dict[str, str] = field(default_factory=dict)
    parameters: list[ParameterEdit] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    work: list[WorkRecord] = field(default_factory=list)
    unknown: list[UnknownColumn] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)
    written: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    sheets: int = 0

    def take(self, sheet: Sheet, grid: Grid) -> None:
        """Read one sheet whose title is ours."""
        if not sheet.columns:
            return
        table = self._table(sheet, grid)
        if table is None:
            self.warnings.append(say("report.wb-no-heading", sheet=grid.title))
            return
        self.sheets += 1
        for number, row in table:
            if sheet.key in _PARAMETER_SHEETS:
                self._parameter(grid.title, number, row)
            elif sheet.key in ("basics", "contacts"):
                self._detail(row)
            elif sheet.key == "work":
                self._work(grid.title, number, row)

    def content(self, meta: Mapping[str, str]) -> WorkbookContent:
        """Everything, frozen."""
        digest = meta.get("digest", "")
        return WorkbookContent(
            schema=meta["schema"],
            site_id=meta.get("site", ""),
            inspection=meta.get("inspection", ""),
            exported_at=_moment(meta.get("exported_at", "")),
            site_details=self.details,
            parameters=tuple(self.parameters),
            judgements=tuple(self.judgements),
            work_records=tuple(self.work),
            unknown_columns=tuple(self.unknown),
            warnings=tuple(self.warnings),
            edited=digest_of(self.written) != digest if digest else None,
        )

    def _table(self, sheet: Sheet, grid: Grid) -> Iterator[tuple[int, dict[str, str]]] | None:
        """Rows below the headings by column key, ditto marks and merged cells filled in; None without headings."""
        known = {nfkc(c.title.of(lang)).casefold(): c.key for c in sheet.columns for lang in ("ja", "en")}
        for index, row in enumerate(grid.rows[:_HEADER_WITHIN]):
            headings = [nfkc(cell) for cell in row]
            places = {known[h.casefold()]: p for p, h in reversed(list(enumerate(headings))) if h.casefold() in known}
            if len(places) * 2 >= len(sheet.columns):
                self._strangers(grid.title, headings, known)
                return self._rows(sheet, grid.rows, index + 1, places)
        return None

    def _strangers(self, title: str, headings: list[str], known: Mapping[str, str]) -> None:
        for heading in headings:
            if heading and heading.casefold() not in known:
                refused = password_like(heading)
                self.unknown.append(UnknownColumn(sheet=title, heading=heading, refused=refused))
                if refused:
                    self.warnings.append(say("report.wb-password-column", sheet=title, heading=heading))

    def _rows(
        self, sheet: Sheet, rows: Sequence[Sequence[str]], start: int, places: Mapping[str, int]
    ) -> Iterator[tuple[int, dict[str, str]]]:
        above: dict[str, str] = {}
        for number, row in enumerate(rows[start:], start=start + 1):
            cells = {key: row[place] if place < len(row) else "" for key, place in places.items()}
            for key, cell in cells.items():
                if cell.strip() in _DITTO and key not in (ID, FORM):
                    cells[key] = above.get(key, "")
            above = cells
            if any(c.strip() for c in cells.values()):
                yield number, {key: cells.get(key, "") for key in (c.key for c in sheet.columns)}

    def _parameter(self, title: str, number: int, row: Mapping[str, str]) -> None:
        if row[FORM] in ("secret", "unread"):
            return
        found = parse_row_id(row[ID])
        if found is None:
            if any(row[stage].strip() for stage in EDITABLE):
                self.warnings.append(say("report.wb-row-without-id", sheet=title, row=number))
            return
        device, key = found
        self.written.append((row[ID], [row[stage] for stage in EDITABLE]))
        if key.startswith(MANUAL_PREFIX) and password_like(row["item"]) and nfkc(row["item"]) not in _MANUAL_LABELS:
            self.warnings.append(say("report.wb-password-row", sheet=title, row=number))
            return
        for stage in EDITABLE:
            value = cell_value(row[stage], row[FORM])
            if value:
                same = row[stage] == row[Stage.ACTUAL]
                self.parameters.append(
                    ParameterEdit(
                        device=device, key=key, stage=stage, value=value, as_actual=same, sheet=title, row=number
                    )
                )
        mark = parse_mark(row["mark"])
        if mark is not None:
            self.judgements.append(
                Judgement(device=device, key=key, mark=mark, by=nfkc(row["by"]), note=row["note"].strip())
            )

    def _detail(self, row: Mapping[str, str]) -> None:
        found = parse_row_id(row[ID])
        if found is not None and found[0] == "site" and row["value"].strip():
            self.details[found[1]] = cell_value(row["value"], "")

    def _work(self, title: str, number: int, row: Mapping[str, str]) -> None:
        if not any(row[k].strip() for k in ("what", "before", "after", "why")):
            return
        on = parse_japanese_date(row["on"])
        if on is None:
            self.warnings.append(say("report.wb-no-date", sheet=title, row=number, date=nfkc(row["on"])))
        self.work.append(
            WorkRecord(
                number=nfkc(row["number"]),
                on=on,
                on_text=nfkc(row["on"]),
                by=nfkc(row["by"]),
                device=nfkc(row["device"]),
                what=row["what"].strip(),
                before=cell_value(row["before"], ""),
                after=cell_value(row["after"], ""),
                why=row["why"].strip(),
                approval=nfkc(row["approval"]),
            )
        )


def password_like(heading: str) -> bool:
    """Whether a heading names a password itself, and not when it was changed, where it is kept, or its rules."""
    plain = nfkc(heading)
    return bool(_PASSWORD.search(plain)) and not _ABOUT.search(plain)


def cell_value(written: str, form: str) -> str:
    """The canonical value of a cell: of はい/いいえ and other words of its form, empty for － and the like.

    Full-width letters and digits become ordinary ones where nothing Japanese stands beside them (`１９２．０．２．１`);
    a name such as `カメラ１（北）` is kept as it was written, since the device may have it so.
    """
    plain = nfkc(written)
    if written.strip() in _NOTHING or plain in _NOTHING:
        return ""
    return canonical_value(plain if plain.isascii() else written.strip(), form)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
