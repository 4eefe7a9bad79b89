"""Runs a lab in a process of its own, as real devices are other machines too."""

import multiprocessing
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from fushinban.errors import InputError
from fushinban.model.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLab:
    """Where the site file of a running lab is, and the environment in which its `env:` secrets stand."""

    site_file: Path
    environment: Mapping[str, str]


@contextmanager
def running_lab(plan: Path | None, folder: Path) -> Iterator[RunningLab]:
    """Start a lab (the demonstration when `plan` is None), write its site file into `folder`, stop it at the end."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(plan, there), daemon=True)
    process.start()
    there.close()
    try:
        site_toml, secrets = _first_word(here)
        folder.mkdir(parents=True, exist_ok=True)
        site_file = folder / "SITE.toml"
        site_file.write_text(site_toml, encoding="utf-8")
        yield RunningLab(site_file=site_file, environment={**os.environ, **secrets})
    finally:
        process.terminate()
        process.join(10)


def _first_word(here: Connection) -> tuple[str, dict[str, str]]:
    if not here.poll(60):
        raise InputError(say("cli.lab-silent"))
    try:
        kind, *rest = here.recv()
    except EOFError as error:
        raise InputError(say("cli.lab-silent")) from error
    if kind == "wrong":
        raise InputError(rest[0])
    return rest[0], rest[1]


def _serve(plan: Path | None, there: Connection) -> None:
    import asyncio

    from fushinban.errors import FushinbanError
    from fushinban.lab.plan_file import demonstration_plan, load_plan
    from fushinban.lab.site import Lab, serve

    def ready(lab: Lab) -> None:
        there.send(("ready", lab.site_toml(), dict(lab.environment())))

    try:
        asyncio.run(serve(load_plan(plan) if plan else demonstration_plan(base_port=0), ready))
    except FushinbanError as error:
        there.send(("wrong", error.text))
    except OSError as error:
        there.send(("wrong", say("cli.lab-port", error=error.strerror or str(error))))
    except KeyboardInterrupt:
        pass
