"""Runs a real console in a process of its own, as people run it."""

import os
import re
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

HERE = Path(__file__).resolve().parent
_START = """
import sys
{before}
from fushinban.web import settings
urlconf = sys.argv.pop(1)
if urlconf:
    known = settings._templates()
    known["DIRS"].append({templates!r})
    settings.configure(ROOT_URLCONF=urlconf, TEMPLATES=[known])
from fushinban.cli import main
main()
"""


@dataclass(kw_only=True)
class Running:
    """A console that answers. `set_up_link`: printed at the first start."""

    process: subprocess.Popen[str]
    address: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def set_up_link(self) -> str:
        """The link, or nothing."""
        return next(iter(re.findall(r"https?://\S+/setup/\S+", "\n".join(self.lines))), "")


def command(*options: object, urlconf: str = "", before: str = "") -> list[str]:
    """The command line of `fushinban serve`. `before`: code that runs first in the new process."""
    start = _START.format(templates=str(HERE / "templates"), before=before)
    return [sys.executable, "-c", start, urlconf, "--lang", "en", "serve", *map(str, options)]


def environment(**more: str) -> dict[str, str]:
    """Our environment with the sources in it."""
    paths = [str(HERE.parents[1] / "src"), str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more}


@contextmanager
def running(data: Path, *options: object, urlconf: str = "", before: str = "", **environ: str) -> Iterator[Running]:
    """A console on a free port, until it answers; ended at the end."""
    given = command("--data", data, *options, urlconf=urlconf, before=before)
    if "--listen" not in options:
        given += ["--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        given, env=environment(**environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    found = Running(process=process)
    reader = threading.Thread(target=_read, args=(found,), daemon=True)
    reader.start()
    try:
        _wait(found)
        yield found
    finally:
        process.terminate()
        process.wait(30)
        reader.join(5)
        if process.stdout is not None:
            process.stdout.close()


def _read(found: Running) -> None:
    assert found.process.stdout is not None
    for line in found.process.stdout:
        found.lines.append(line.rstrip())


def _wait(found: Running) -> None:
    end = monotonic() + 40
    while monotonic() < end and found.process.poll() is None:
        if not found.address:
            places = re.findall(r"running at (https?://\S+)", "\n".join(found.lines))
            found.address = places[0] if places else ""
        if found.address and _answers(found.address):
            return
        sleep(0.1)
    raise AssertionError("the console did not start:\n" + "\n".join(found.lines))


def _answers(address: str) -> bool:
    try:
        # Whatever its certificate says: only whether it has begun is asked.
        context = ssl._create_unverified_context()
        scheme, port = address.partition(":")[0], address.rpartition(":")[2]
        with urllib.request.urlopen(f"{scheme}://127.0.0.1:{port}/healthz", timeout=5, context=context) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
