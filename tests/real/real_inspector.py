"""fushinban as a person runs it: a process of its own, from which only its output, files and exit code are taken."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    errors: str

    def json(self) -> dict[str, Any]:
        """What `--json -` wrote."""
        result: dict[str, Any] = json.loads(self.output)
        return result

    def sentence(self) -> str:
        """The one line on standard error; anything else there is a failure of the test."""
        lines = self.errors.splitlines()
        assert len(lines) == 1, self.errors
        assert lines[0].startswith("fushinban: "), self.errors
        return lines[0].removeprefix("fushinban: ")


def start(
    *arguments: object,
    data: Path,
    environ: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    lang: str = "ja",
) -> "subprocess.Popen[str]":
    """Start `fushinban`; `before`: a command that starts it (in a namespace, with a limit)."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("FUSHINBAN_")}
    surroundings = {**inherited, **(environ or {}), "FUSHINBAN_DATA": str(data), "FUSHINBAN_LANG": lang}
    return subprocess.Popen(
        [*before, sys.executable, "-m", "fushinban", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=data.parent,
        env={**surroundings, "PYTHONWARNINGS": "error", "PYTHONUTF8": "1"},
    )


def end(process: "subprocess.Popen[str]", seconds: float = 60.0) -> Ended:
    """Wait for it; it is killed when it takes too long."""
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ended(code=process.returncode, output=output, errors=errors)


def run(
    *arguments: object,
    data: Path,
    environ: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    lang: str = "ja",
    seconds: float = 60.0,
) -> Ended:
    """Run `fushinban` to its end."""
    return end(start(*arguments, data=data, environ=environ, before=before, lang=lang), seconds)
