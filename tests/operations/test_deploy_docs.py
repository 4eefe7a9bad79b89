"""What the deployment pages say exists: commands and options, files, variables, measurements; both languages alike."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from fushinban.cli._main import build_app
from fushinban.jobs.backup import values

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "docs/deploy.md", ROOT / "docs/deploy.en.md")
UNITS = sorted((ROOT / "docs/deploy").glob("*.service"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _blocks(text: str) -> Iterator[str]:
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()


def _commands(lines: Iterator[str] | list[str]) -> list[list[str]]:
    """Arguments of every `fushinban …` in lines of a shell, whatever stands before it."""
    found = []
    for line in lines:
        words = shlex.split(line.strip())
        for place, word in enumerate(words):
            # A name that is the argument of another program (a user, a container) is followed by no command.
            called = word == "fushinban" and (place == 0 or "=" in words[place - 1] or words[place - 1] == "fushinban")
            if (called or word.endswith("/bin/fushinban")) and place + 1 < len(words):
                found.append(words[place + 1 :])
                break
    return found


def _documented() -> list[tuple[str, list[str]]]:
    found = [(page.name, command) for page in PAGES for command in _commands(list(_blocks(_text(page))))]
    for unit in UNITS:
        lines = [line.removeprefix("ExecStart=") for line in _text(unit).splitlines() if line.startswith("ExecStart=")]
        found += [(unit.name, command) for command in _commands(lines)]
    text = _text(ROOT / "docs/deploy/Containerfile")
    (command,) = re.findall(r"^CMD \[(.*)\]$", text, re.MULTILINE)
    return [*found, ("Containerfile", re.findall(r'"([^"]*)"', command))]


def _parse(arguments: list[str]) -> None:
    """Parse as the program does, without running anything."""
    # Typer may bring a Click of its own: only its own classes are used here.
    command: Any = typer.main.get_command(build_app("en"))
    context = command.context_class(command, info_name="fushinban")
    rest = arguments
    while isinstance(command, TyperGroup):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, name
        command, context = found, found.context_class(found, info_name=name, parent=context)
    command.parse_args(context, list(rest))


def test_the_pages_show_the_commands_that_matter() -> None:
    for page in PAGES:
        words = {command[0] for name, command in _documented() if name == page.name}
        assert words == {"serve", "doctor", "backup", "restore"}
    assert len(_documented()) >= 24


@pytest.mark.parametrize(("where", "arguments"), _documented())
def test_every_command_line_is_one_that_exists(where: str, arguments: list[str]) -> None:
    assert where
    _parse(arguments)


@pytest.mark.parametrize(
    "wrong", [["backup", "x", "--no-such"], ["no-such"], ["serve", "--workers", "many"], ["backup"]]
)
def test_one_that_does_not_exist_would_be_noticed(wrong: list[str]) -> None:
    with pytest.raises(Exception, match=r"(?i)no such|missing|valid integer"):
        _parse(wrong)


def test_both_languages_say_the_same() -> None:
    japanese, english = (_text(page) for page in PAGES)
    assert list(_blocks(japanese)) == list(_blocks(english))
    assert [len(line.split()[0]) for line in japanese.splitlines() if line.startswith("#")] == [
        len(line.split()[0]) for line in english.splitlines() if line.startswith("#")
    ]
    for pattern in (r"`(fushinban_\w+)", r"`(FUSHINBAN_\w+)`", r"\]\((deploy/[\w.-]+)\)"):
        assert re.findall(pattern, japanese) == re.findall(pattern, english)


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        text = _text(page)
        heads = {_anchor(line) for line in text.splitlines() if line.startswith("#")}
        links = re.findall(r"\]\(([^)]+)\)", text)
        assert len(links) > 8
        for link in links:
            assert link.removeprefix("#") in heads if link.startswith("#") else (page.parent / link).exists(), link


def _anchor(line: str) -> str:
    return re.sub(r"[^\w\- ]", "", line.lstrip("# ").strip().lower()).replace(" ", "-")


def test_every_measurement_exists() -> None:
    source = _text(ROOT / "src/fushinban/web/metrics.py")
    named = set(re.findall(r"`(fushinban_\w+)", _text(PAGES[0])))
    assert len(named) > 7
    for name in named:
        assert f'"{name.removesuffix("_total")}"' in source, name


def test_every_variable_is_read_somewhere() -> None:
    source = "".join(_text(path) for path in (ROOT / "src/fushinban").rglob("*.py"))
    for name in set(re.findall(r"FUSHINBAN_[A-Z_]+", _text(PAGES[0]))):
        assert f'"{name}"' in source, name


def test_every_folder_that_is_said_to_be_backed_up_is_a_section() -> None:
    for name in ("evidence", "documents", "lake"):
        assert f"`{name}`" in _text(PAGES[0])
        assert values.Section(name)


@pytest.mark.parametrize("unit", [path.name for path in UNITS])
def test_units_are_well_formed_and_hardened(unit: str, needs_program: Callable[[str], str], tmp_path: Path) -> None:
    program = needs_program("systemd-analyze")
    # The program is not installed where the unit says: anything that can be executed stands for it here.
    copy = tmp_path / unit
    copy.write_text(_text(ROOT / "docs/deploy" / unit).replace("/opt/fushinban/bin/fushinban", "/bin/true"))
    checked = subprocess.run([program, "verify", str(copy)], capture_output=True, text=True, timeout=60, check=False)
    told = [line for line in checked.stderr.splitlines() if unit in line]
    assert (checked.returncode, told) == (0, [])
    judged = subprocess.run(
        [program, "security", "--offline=true", "--threshold=20", str(copy)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout[-400:]


def test_the_timer_is_well_formed(needs_program: Callable[[str], str]) -> None:
    program = needs_program("systemd-analyze")
    text = _text(ROOT / "docs/deploy/fushinban-backup.timer")
    (when,) = re.findall(r"^OnCalendar=(.*)$", text, re.MULTILINE)
    checked = subprocess.run([program, "calendar", when], capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0
    assert "02:30:00" in checked.stdout


def test_the_container_runs_as_an_ordinary_user_with_locked_packages() -> None:
    text = _text(ROOT / "docs/deploy/Containerfile")
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-deps ." in line for line in installs)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${BASE}"}
    for name in re.findall(r"[\w/-]*requirements[\w-]*\.txt", text):
        assert (ROOT / name).exists() or (ROOT / "docs/deploy" / name).exists()


def test_the_driver_is_the_one_that_is_tested() -> None:
    def locked(path: Path) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        name = ""
        for line in _text(path).splitlines():
            if match := re.match(r"([a-z0-9.-]+==\S+)", line):
                name = match.group(1)
            found.setdefault(name, []).extend(re.findall(r"sha256:[0-9a-f]{64}", line))
        return found

    whole, part = locked(ROOT / "requirements-dev.txt"), locked(ROOT / "docs/deploy/requirements-postgresql.txt")
    drivers = {name: hashes for name, hashes in whole.items() if name.startswith("psycopg")}
    assert len(drivers) == 2
    assert {name: hashes for name, hashes in part.items() if name} == drivers
