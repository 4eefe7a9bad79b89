"""`audit verify`, `audit export`, `person list`, `person link`, as people run them."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fushinban import settings
from fushinban.errors import InputError
from fushinban.model.rights import Grant, Role
from fushinban.record.people.links import Links
from fushinban.record.people.people import People
from fushinban.record.setup import open_store
from fushinban.web.settings import open_console
from people.conftest import _closed
from people.full_console import PASS_PHRASE
from record.samples import SITE


def _run(*words: object, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fushinban", "--lang", "en", *map(str, words)]
    around = {**os.environ, **environ}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=around)


def test_verify_says_what_is_wrong_and_with_its_exit_code(tmp_path: Path) -> None:
    with open_store(data_dir=tmp_path) as store:
        store.sites.save(SITE)
    fine = _run("audit", "verify", "--data", tmp_path)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "Nothing was changed" in fine.stdout
    with sqlite3.connect(tmp_path / "fushinban.sqlite3") as database:
        database.execute("UPDATE record_siterow SET name = 'other'")
    database.close()
    wrong = _run("audit", "verify", "--data", tmp_path)
    assert wrong.returncode == 1
    assert f"{SITE.id} in table record_siterow was changed" in wrong.stdout
    assert _run("audit", "verify", "--log-only", "--data", tmp_path).returncode == 0
    said = json.loads(_run("audit", "verify", "--json", "--data", tmp_path).stdout)
    assert (said["good"], said["problems"][0]["row"], said["problems"][0]["fault"]) == (False, SITE.id, "changed")
    assert said["problems"][0]["ja"]


def test_an_export_is_written_noted_and_verified(tmp_path: Path) -> None:
    with open_store(data_dir=tmp_path) as store:
        store.sites.save(SITE)
    target = tmp_path / "log.jsonl"
    assert "entries" in _run("audit", "export", target, "--data", tmp_path).stdout
    assert json.loads(target.read_text(encoding="utf-8").splitlines()[-1])["action"] == "audit.exported"
    assert _run("audit", "verify", "--file", target).returncode == 0
    target.write_text(target.read_text(encoding="utf-8").replace("shop-1", "shop-2"), encoding="utf-8")
    assert _run("audit", "verify", "--file", target).returncode == 1
    assert _run("audit", "export", tmp_path / "log.txt", "--data", tmp_path).returncode == 2
    assert _run("audit", "verify", "--file", tmp_path / "none.jsonl").returncode == 2


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://console.example.jp/", "https://console.example.jp"),
        ("http://192.0.2.7:8443", "http://192.0.2.7:8443"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("", ""),
    ],
)
def test_the_address_of_the_console(monkeypatch: pytest.MonkeyPatch, given: str, shown: str) -> None:
    monkeypatch.setenv("FUSHINBAN_ADDRESS", given)
    assert settings.console_address() == shown


@pytest.mark.parametrize(
    "given",
    ["console.example.jp", "ftp://x", "https://", "https://a:b@x", "https://x/?q=1", "https://x:99999", "https://[::1",
     "javascript:alert(1)", "https://x\u202e.jp"],
)  # fmt: skip
def test_what_is_no_address_of_a_console_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("FUSHINBAN_ADDRESS", given)
    with pytest.raises(InputError, match="FUSHINBAN_ADDRESS"):
        settings.console_address()


def test_a_link_is_whole_where_the_address_is_known(tmp_path: Path, sqlite_template: Path) -> None:
    (tmp_path / "fushinban.sqlite3").write_bytes(sqlite_template.read_bytes())
    store = open_console(f"sqlite:///{tmp_path / 'fushinban.sqlite3'}", data_dir=tmp_path)
    People.of(store).add("anna@example.jp", "安奈", Grant(role=Role.ADMINISTRATOR))
    _closed(store)
    made = _run("person", "link", "anna@example.jp", "--data", tmp_path, FUSHINBAN_ADDRESS="https://console.example.jp")
    assert made.returncode == 0
    assert made.stdout.strip().splitlines()[-1].startswith("https://console.example.jp/reset/")


def test_people_are_listed_and_get_a_link(tmp_path: Path, sqlite_template: Path) -> None:
    (tmp_path / "fushinban.sqlite3").write_bytes(sqlite_template.read_bytes())
    store = open_console(f"sqlite:///{tmp_path / 'fushinban.sqlite3'}", data_dir=tmp_path)
    people = People.of(store)
    number = people.add("anna@example.jp", "[bold]安奈", Grant(role=Role.ADMINISTRATOR)).number
    _closed(store)
    listed = _run("person", "list", "--data", tmp_path)
    assert listed.returncode == 0
    assert "anna@example.jp" in listed.stdout
    assert "[bold]安奈" in listed.stdout
    made = _run("person", "link", "ANNA@example.jp", "--data", tmp_path)
    assert made.returncode == 0
    secret = made.stdout.strip().splitlines()[-1].split("/")[2]
    assert "FUSHINBAN_ADDRESS" in made.stdout
    assert _run("person", "link", "nobody@example.jp", "--data", tmp_path).returncode == 2
    store = open_console(f"sqlite:///{tmp_path / 'fushinban.sqlite3'}", data_dir=tmp_path)
    (entry,) = store.audit.entries(action="link.made")
    assert entry.actor.kind.value == "command"
    found = Links.of(store).find(secret)
    assert found is not None
    assert found.forget_factors
    assert Links.of(store).use_reset(secret, PASS_PHRASE).number == number
    assert list(store.audit.verify()) == []
    _closed(store)


@pytest.mark.parametrize("words", [("--help",), ("audit", "--help"), ("person", "--help")])
def test_help_loads_nothing_of_django(words: tuple[str, ...]) -> None:
    code = (
        "import sys; from fushinban.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(any(n.partition('.')[0] in {'django', 'allauth'} for n in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60, check=True)
    assert out.stdout.splitlines()[-1] == "False"
