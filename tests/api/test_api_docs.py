"""Every example of docs/api.md is run with real curl against a real server."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.api_world import World
from fushinban import clock
from fushinban.jobs.webhooks import signature
from fushinban.model.rights import Role

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
EXAMPLES = dict(
    re.findall(r"<!-- run: (\w+) -->\n```(?:sh|python)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
)


@pytest.fixture
def run(live: tuple[str, World], tmp_path: Path, needs_program: Callable[[str], str]) -> Callable[[str], str]:
    """Runs one example in a shell; what it wrote."""
    address, world = live
    needs_program("curl")
    until = (clock.now() + timedelta(days=30)).isoformat()
    given = {
        "FUSHINBAN": address, "TOKEN": world.tokens[Role.ADMINISTRATOR], "SITE": world.hill.site,
        "FINDING": str(world.hill.finding), "UNTIL": until, "PATH": os.environ["PATH"],
    }  # fmt: skip

    def example(name: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", EXAMPLES[name]], env=given, cwd=tmp_path, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return example


def test_every_curl_example_is_run() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    with_curl = [b for b in blocks if "curl" in b]
    assert set(with_curl) == {e for e in EXAMPLES.values() if "curl" in e}
    assert len(with_curl) >= 11


def test_reading(run: Callable[[str], str]) -> None:
    assert json.loads(run("who"))["name"] == "Administrator"
    assert {s["id"] for s in json.loads(run("sites"))["items"]} == {"sea-1", "hill-1"}
    found = json.loads(run("findings"))["items"]
    assert found
    assert {f["outcome"] for f in found} == {"fail"}
    assert {f["severity"] for f in found} <= {"critical", "high"}
    page = json.loads(run("pages"))
    assert len(page["items"]) == 5
    assert page["next"]


def test_acting(run: Callable[[str], str]) -> None:
    job = json.loads(run("inspect"))
    assert job["site"] == "hill-1"
    assert job["kind"] == "inspection"
    assert "event: job\n" in run("live")
    accepted: dict[str, Any] = json.loads(run("accept"))
    assert [len(accepted["accepted"]), len(accepted["refused"])] in ([1, 0], [0, 1])
    assert run("accept") != "", "the same key gives the same answer"
    saved = json.loads(run("schedule"))
    assert (saved["rhythm"], saved["weekday"]) == ("quarterly", "tuesday")


def test_errors(run: Callable[[str], str]) -> None:
    body = json.loads(run("error"))
    assert body["status"] == 422
    assert {e["pointer"] for e in body["errors"]} == {"#/findings", "#/reason", "#/until"}


def test_exports(run: Callable[[str], str], tmp_path: Path) -> None:
    events = [json.loads(line) for line in run("ocsf").splitlines()]
    assert events
    assert {e["class_uid"] for e in events} == {2003}
    run("csv")
    text = (tmp_path / "findings.csv").read_bytes().decode("utf-8-sig")
    assert text.startswith("番号,")


def test_exposure(run: Callable[[str], str]) -> None:
    assert set(json.loads(run("exposure"))) == {"looks", "router", "told_by", "prediction", "compared"}
    assert json.loads(run("holders")) == []


def test_webhooks(run: Callable[[str], str]) -> None:
    made = json.loads(run("webhook"))
    assert made["secret"].startswith("whsec_")
    space: dict[str, Any] = {}
    exec(EXAMPLES["verify"], space)
    body = '{"a": "駅"}'.encode()
    header = signature(made["secret"], body, clock.now())
    assert space["genuine"](made["secret"], header, body)
    assert not space["genuine"](made["secret"], header, body + b" ")
    assert not space["genuine"](made["secret"], signature(made["secret"], body, clock.now() - timedelta(hours=1)), body)
