"""Rules of the house that a machine can hold."""

import ast
import re
from pathlib import Path

import pytest

import fushinban

SOURCE = Path(fushinban.__file__).parent
ROOT = SOURCE.parent.parent
MODULES = sorted(SOURCE.rglob("*.py"))

#: Files that may be longer than 400 lines, and functions longer than 45: these lists may only shrink.
LONG_FILES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_files_and_functions_stay_short() -> None:
    long_files = {
        str(p.relative_to(SOURCE))
        for p in MODULES
        if "migrations" not in p.parts and p.read_text(encoding="utf-8").count("\n") > 400
    }
    long_functions = {
        f"{p.relative_to(SOURCE)}:{f.name}" for p in MODULES for f in functions(p) if f.end_lineno - f.lineno > 45
    }
    assert long_files <= LONG_FILES
    assert long_functions <= LONG_FUNCTIONS


def test_only_the_clock_asks_the_clock() -> None:
    asking = re.compile(r"\b(datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|monotonic)\()")
    found = [
        str(p.relative_to(SOURCE))
        for p in MODULES
        if p.name != "clock.py" and asking.search(p.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("word", ["utils", "common", "helpers", "core", "lib", "misc"])
def test_no_module_has_a_name_that_says_nothing(word: str) -> None:
    assert [p for p in SOURCE.rglob("*") if p.stem == word] == []


def test_no_text_names_a_package_registry() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js")
    texts = [p for p in ROOT.glob("*") if p.is_file()] + MODULES + list((ROOT / "docs").rglob("*.md"))
    for path in texts:
        content = path.read_text(encoding="utf-8", errors="ignore")
        assert not any(host in content for host in hosts), path
