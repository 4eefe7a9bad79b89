"""The demonstration: every planted fault is found, none is invented, and the documents are there."""

import json
from pathlib import Path
from typing import Any

import pytest

from fushinban.cli import main
from fushinban.lab.plan import planted, tolerated
from fushinban.lab.plan_file import demonstration_plan

pytestmark = pytest.mark.xdist_group("demo")


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    return int(end.value.code or 0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run of the demonstration, shared by the tests."""
    out = tmp_path_factory.mktemp("demo")
    assert run("demo", "--out", str(out), "--json", str(out / "result.json")) == 0
    return out


@pytest.fixture(scope="module")
def result(demo: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((demo / "result.json").read_text(encoding="utf-8"))
    return found


def failing(result: dict[str, Any]) -> set[tuple[str, str]]:
    """(lab device id, control id) of every failed finding at a device."""
    plan = demonstration_plan()
    by_address = {d.address: d.id for d in plan.devices}
    names = {d["id"]: by_address[d["address"]] for d in result["devices"]}
    return {(names[f["device"]], f["control"]) for f in result["findings"] if f["outcome"] == "fail" and f["device"]}


def test_every_planted_fault_is_found_and_none_invented(result: dict[str, Any]) -> None:
    plan = demonstration_plan()
    found = failing(result)
    assert planted(plan) - found == set(), "missed"
    assert found - planted(plan) - tolerated(plan) == set(), "invented"


def test_the_site_has_twelve_devices_and_about_twenty_faults(result: dict[str, Any]) -> None:
    plan = demonstration_plan()
    assert len(result["devices"]) == len(plan.devices) == 12
    assert len({(d.id, f.fault) for d in plan.devices for f in d.planted}) >= 20


def test_nothing_ended_in_error(result: dict[str, Any]) -> None:
    assert [f for f in result["findings"] if f["outcome"] == "error"] == []


def test_the_device_that_refuses_us_stays_with_partial_identity(result: dict[str, Any]) -> None:
    refusing = next(d for d in result["devices"] if d["address"] == "127.77.0.19")
    assert refusing["identity"] in {"partial", "low"}
    assert refusing["firmware"] == ""
    assert refusing["unanswered"]


def test_no_password_of_the_lab_stands_in_any_output(demo: Path, result: dict[str, Any]) -> None:
    plan = demonstration_plan()
    secrets = {u.password.encode() for d in plan.devices for u in d.users if len(u.password) > 5}
    assert secrets
    for path in demo.rglob("*"):
        if path.is_file() and path.suffix not in {".toml"}:
            content = path.read_bytes()
            assert [s for s in secrets if s in content] == [], path.name


def test_the_documents_are_written(demo: Path) -> None:
    (pdf,), (html,), (workbook,) = demo.glob("*.pdf"), demo.glob("*.html"), demo.glob("*.xlsx")
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert "<html" in html.read_text(encoding="utf-8")
    assert workbook.read_bytes().startswith(b"PK")


def test_the_report_can_be_made_again_offline_in_english(demo: Path, tmp_path: Path) -> None:
    for name in ("SITE.toml",):
        assert (demo / name).is_file()
    code = run(
        "--lang", "en", "report", str(demo / "SITE.toml"), "--data", str(demo / "records"), "--out", str(tmp_path)
    )
    assert code == 1
    (html,) = tmp_path.glob("*.html")
    assert 'lang="en"' in html.read_text(encoding="utf-8")
