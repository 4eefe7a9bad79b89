"""The demonstration: every planted fault is found, none is invented, and the documents are there."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fushinban.cli import main
from fushinban.jobs.exposure import exposure_of
from fushinban.lab.plan import planted, tolerated, with_upnp
from fushinban.lab.plan_file import demonstration_plan
from fushinban.model.filtering import ForwardKind
from fushinban.record.setup import open_store

pytestmark = pytest.mark.xdist_group("demo")

#: What a shop owner reads first, and the router's own words.
SENTENCE = "「駐車場カメラ」の映像が、インターネットのだれからでも、パスワードなしで見られる状態です。"
SENTENCE_EN = "Anybody on the internet can watch “駐車場カメラ” without a password."


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


@pytest.fixture(scope="module")
def switched(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """The router's UPnP switched on, and one more inspection of the same site: folder, result, what was printed."""
    out = tmp_path_factory.mktemp("switched")
    shutil.copytree(demo, out, dirs_exist_ok=True)
    command = [sys.executable, "-m", "fushinban", "demo", "--router-upnp", "--out", str(out), "--json", "-"]
    ended = subprocess.run(command, capture_output=True, check=True, timeout=120)
    head, brace, rest = ended.stdout.decode().partition("{")
    found, end = json.JSONDecoder().raw_decode(brace + rest)
    return out, found, head + (brace + rest)[end:]


def test_switched_on_every_planted_fault_is_found_and_none_invented(
    result: dict[str, Any], switched: tuple[Path, dict[str, Any], str]
) -> None:
    plan = with_upnp(demonstration_plan())
    found = failing(switched[1])
    assert planted(plan) - found == set(), "missed"
    assert found - planted(plan) - tolerated(plan) == set(), "invented"
    # One more inspection of the same devices at the same ports: nothing but the switch has changed.
    assert found - failing(result) == planted(plan) - planted(demonstration_plan())


def test_switched_on_the_finding_names_the_camera_behind(switched: tuple[Path, dict[str, Any], str]) -> None:
    _, result, _ = switched
    names = {d["id"]: d["name"] for d in result["devices"]}
    found = {
        names[f["device"]]: f for f in result["findings"] if f["control"] == "G-3.4-5d" and f["severity"] == "critical"
    }
    assert set(found) == {"駐車場カメラ", "ルータ"}
    assert all(f["message"].startswith(SENTENCE) for f in found.values())
    assert "外側の8080番（TCP）から「駐車場カメラ」（127.77.0.14）の" in found["ルータ"]["message"]
    assert "ルータ（203.0.113.7）：TCP 8080番 → 127.77.0.14" in found["駐車場カメラ"]["evidence"][0]["text"]


def test_switched_on_the_sentence_stands_where_people_look(
    demo: Path, switched: tuple[Path, dict[str, Any], str], needs_program: Callable[[str], str]
) -> None:
    out, _, printed = switched
    assert SENTENCE in printed
    (html,), (svg,), (pdf,) = out.glob("*.html"), out.glob("*.svg"), out.glob("*.pdf")
    assert SENTENCE in html.read_text(encoding="utf-8")
    assert "外から 8080" in svg.read_text(encoding="utf-8")
    command = [needs_program("pdftotext"), str(pdf), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert SENTENCE in "".join(text.split())
    for suffix in ("html", "svg"):
        (before,) = demo.glob(f"*.{suffix}")
        assert not {SENTENCE, "外から 8080"} & set(before.read_text(encoding="utf-8").split("<"))


def test_switched_on_the_mapping_and_what_it_exposes_are_kept(switched: tuple[Path, dict[str, Any], str]) -> None:
    known = exposure_of(open_store(data_dir=switched[0] / "records"), "minato-shoten")
    assert [(t.ja, t.en) for t in known.reached] == [(SENTENCE, SENTENCE_EN)]
    assert known.prediction is not None
    (row,) = known.prediction.openings
    assert (row.devices, row.kind, row.reach.anyone) == (("駐車場カメラ",), ForwardKind.UPNP, True)
    assert 8080 in row.reach.outside_ports


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
