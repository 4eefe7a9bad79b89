"""What the documents show works as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fushinban.jobs.site_file import load_site
from fushinban.lab.plan_file import load_plan
from fushinban.model.site import TestKind

ROOT = Path(__file__).resolve().parents[2]


def block(document: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", (ROOT / "docs" / document).read_text(encoding="utf-8"), re.S)
    assert found
    return found.group(1)


def test_the_site_file_of_the_document_is_right(tmp_path: Path) -> None:
    path = tmp_path / "SITE.toml"
    path.write_text(block("site-file.md", "toml"), encoding="utf-8")
    site = load_site(path, {})
    assert site.site.name == "駅前店"
    assert TestKind.DEFAULT_PASSWORD not in site.authorisation.tests
    assert site.listed[0].target.port("http") == 8080
    assert set(site.answers) == {"G-3.6-4", "G-3.5-4c"}


def test_the_lab_file_of_the_document_is_right(tmp_path: Path) -> None:
    path = tmp_path / "LAB.toml"
    recording = tmp_path / "captures"
    recording.mkdir()
    (recording / "camera.tar.gz").write_bytes(b"")
    path.write_text(block("lab.md", "toml"), encoding="utf-8")
    plan = load_plan(path)
    assert [d.id for d in plan.devices] == ["cam-01", "rec-01"]
    assert [f.fault for f in plan.devices[0].planted] == ["open-telnet", "wrong-clock"]


@pytest.mark.parametrize("document", sorted((ROOT / "docs").rglob("*.md")) + sorted(ROOT.glob("*.md")), ids=str)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_the_reference_pages_are_those_of_the_code() -> None:
    command = [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
