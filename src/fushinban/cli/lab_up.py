"""`fushinban lab up LAB.toml`: a pretend site on loopback, until Ctrl-C; the demonstration where none is named."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, surface
from fushinban.cli._options import RouterUpnpOption, worded
from fushinban.model.text import say


def _up(
    plan: Annotated[Path | None, typer.Argument(metavar="LAB.toml", help=worded("lab"))] = None,
    site_out: Annotated[Path | None, typer.Option("--site-out", help=worded("site-out"))] = None,
    router_upnp: RouterUpnpOption = False,
) -> None:
    from fushinban.jobs.documents import write_whole
    from fushinban.lab.gateway_web import PATH
    from fushinban.lab.plan import with_upnp
    from fushinban.lab.plan_file import demonstration_plan, load_plan
    from fushinban.lab.site import Lab, serve

    console = Console(highlight=False)
    name = plan.stem if plan else "demonstration"
    site = load_plan(plan) if plan else demonstration_plan()
    if router_upnp:
        site = with_upnp(site)

    def ready(lab: Lab) -> None:
        site_path = site_out or (plan or Path("demonstration.toml")).with_name(f"{name}-site.toml")
        write_whole(site_path, lab.site_toml().encode())
        console.print(say("cli.lab-up", count=len(lab.devices), site=str(site_path)).of(surface.lang), markup=False)
        for variable, value in lab.environment().items():
            console.print(f"export {variable}='{value}'", markup=False)
        for router in (state.plan for state in lab.devices.values() if state.gateway is not None):
            page = f"http://{router.address}:{lab.ports['http']}{PATH}"
            told = say("cli.lab-upnp", router=router.name or router.id, page=page, user=router.login)
            console.print(told.of(surface.lang), markup=False)
        console.print(say("cli.lab-stop").of(surface.lang), markup=False)

    with suppress(KeyboardInterrupt):  # the way to stop it
        asyncio.run(serve(site, ready))


COMMAND = Command(name="lab up", function=_up)
