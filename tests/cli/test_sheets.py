"""Parameter sheets through the command: written, edited by hand, read back, adopted."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fushinban.cli import main

pytestmark = pytest.mark.xdist_group("sheets")

LAB = """
[lab]
name = "設定シートの試験"
id = "sheets"
base_port = 0
[[device]]
id = "cam-01"
address = "127.77.9.11"
name = "入口"
maker = "Asagiri Denki"
model = "AG-210"
users = [{ name = "kanri", password = "Tsubame-Rondo-vK7-52", level = "Administrator" }]
"""


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    return int(end.value.code or 0)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    plan = folder / "LAB.toml"
    plan.write_text(LAB, encoding="utf-8")
    assert run("demo", "--lab", str(plan), "--out", str(folder / "out")) == 0
    return folder / "out"


def sheets(out: Path, *arguments: str) -> int:
    return run("sheet", str(out / "SITE.toml"), "--data", str(out / "records"), *arguments)


def columns(sheet: Any) -> dict[str, int]:
    """Column number by heading, from the row that holds 設計値."""
    for row in sheet.iter_rows(min_row=1, max_row=12):
        found = {str(c.value).strip(): c.column for c in row if c.value}
        if "設計値" in found:
            return found
    raise AssertionError("no heading row")


def test_a_planned_value_written_by_hand_comes_back(out: Path, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "sheet.xlsx"
    assert sheets(out, "--write", str(path)) == 0
    book = openpyxl.load_workbook(path)
    sheet = book["カメラ設定"]
    heads = columns(sheet)
    rows = [r for r in sheet.iter_rows() if any("ntp.servers" in str(c.value) for c in r if c.value)]
    assert len(rows) == 1, "the hidden id names the parameter"
    sheet.cell(row=rows[0][0].row, column=heads["設計値"]).value = "１９２．０．２．１"
    book.save(path)
    assert sheets(out, "--read", str(path), "--by", "佐藤") == 0
    assert "1台" in capsys.readouterr().out
    again = tmp_path / "again.xlsx"
    assert sheets(out, "--write", str(again)) == 0
    values = [str(c.value) for r in openpyxl.load_workbook(again)["カメラ設定"].iter_rows() for c in r if c.value]
    assert "192.0.2.1" in values, "full-width digits are read as digits"


def test_reading_back_an_unedited_workbook_changes_nothing(out: Path, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "sheet.xlsx"
    assert sheets(out, "--write", str(path)) == 0
    assert sheets(out, "--read", str(path)) == 0
    assert "0台" in capsys.readouterr().out


def test_the_settings_of_today_can_be_adopted_as_the_factory_state(out: Path, capsys: Any) -> None:
    assert sheets(out, "--adopt", "factory", "--device", "cam-01") == 0
    assert "初期設定" in capsys.readouterr().out
    assert sheets(out, "--adopt", "actual") == 2


def test_a_workbook_of_another_site_is_refused(out: Path, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "sheet.xlsx"
    assert sheets(out, "--write", str(path)) == 0
    site = (out / "SITE.toml").read_text(encoding="utf-8").replace('id = "sheets"', 'id = "another"')
    (tmp_path / "SITE.toml").write_text(site, encoding="utf-8")
    assert run("sheet", str(tmp_path / "SITE.toml"), "--data", str(out / "records"), "--read", str(path)) == 2
    assert "sheets" in capsys.readouterr().err


def test_a_second_inspection_compares_with_the_installed_sheet(out: Path, tmp_path: Path) -> None:
    plan = out.parent / "LAB.toml"
    intruder = '{ name = "intruder", password = "Nazo-Karasu-Q9-77", level = "Administrator" }'
    changed = LAB.replace("users = [", f'hostname = "renamed"\nusers = [{intruder}, ')
    plan.write_text(changed, encoding="utf-8")
    result = tmp_path / "r.json"
    assert run("demo", "--lab", str(plan), "--out", str(out), "--json", str(result), "--kind", "periodic") == 0
    failed = {
        f["control"] for f in json.loads(result.read_text(encoding="utf-8"))["findings"] if f["outcome"] == "fail"
    }
    assert {"G-3.5-2d", "G-3.5-2e"} <= failed
