"""Runs a lab in a process of its own, as real devices are other machines too."""

import multiprocessing
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from fushinban.errors import InputError
from fushinban.model.text import say

#: As `lab.plan` has them; importing it here would slow every command down.
_LOWEST, _HIGHEST = 1024, 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLab:
    """Where the site file of a running lab is, and the environment in which its `env:` secrets stand."""

    site_file: Path
    environment: Mapping[str, str]


@contextmanager
def running_lab(plan: Path | None, folder: Path, *, router_upnp: bool = False) -> Iterator[RunningLab]:
    """Start a lab (the demonstration when `plan` is None), write its site file into `folder`, stop it at the end.

    `router_upnp`: with the UPnP of its router switched on. The demonstration takes the ports that it had in this
    folder before, where they are free: another port would look like a change of every device.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(
        target=_serve, args=(plan, _earlier_base(folder / "SITE.toml"), router_upnp, there), daemon=True
    )
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


def _earlier_base(site_file: Path) -> int:
    """Where the ports of the demonstration began that left this site file; 0 where there is none."""
    try:
        base = tomllib.loads(site_file.read_text(encoding="utf-8"))["device"][0]["ports"]["http"] - 80
    except (OSError, ValueError, LookupError, TypeError):
        return 0
    return base if isinstance(base, int) and _LOWEST <= base <= _HIGHEST else 0


def _serve(plan: Path | None, base: int, router_upnp: bool, there: Connection) -> None:
    import asyncio

    from fushinban.errors import FushinbanError
    from fushinban.lab.plan import with_upnp
    from fushinban.lab.plan_file import demonstration_plan, load_plan
    from fushinban.lab.ports import PortTaken
    from fushinban.lab.site import Lab, serve

    def ready(lab: Lab) -> None:
        there.send(("ready", lab.site_toml(), dict(lab.environment())))

    try:
        site = load_plan(plan) if plan else demonstration_plan(base_port=base)
        site = with_upnp(site) if router_upnp else site
        try:
            asyncio.run(serve(site, ready))
        except PortTaken:
            if plan or not base:
                raise
            asyncio.run(serve(replace(site, base_port=0), ready))
    except FushinbanError as error:
        there.send(("wrong", error.text))
    except OSError as error:
        there.send(("wrong", say("cli.lab-port", error=error.strerror or str(error))))
    except KeyboardInterrupt:
        pass
