"""`fushinban authorise SITE.toml`: writes down who allowed what, on which networks, until when."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, surface
from fushinban.cli._options import worded
from fushinban.model.site import USUAL_TESTS, TestKind
from fushinban.model.text import say


def _authorise(
    site: Annotated[Path, typer.Argument(metavar="SITE.toml", help=worded("site-new"))],
    by: Annotated[str, typer.Option("--by", help=worded("by"))],
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help=worded("until"))],
    network: Annotated[list[str], typer.Option("--network", help=worded("network"))],
    start: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help=worded("from"))] = None,
    test: Annotated[list[TestKind] | None, typer.Option("--test", help=worded("test"))] = None,
    name: Annotated[str | None, typer.Option("--name", help=worded("site-name"))] = None,
    customer: Annotated[str | None, typer.Option("--customer", help=worded("customer"))] = None,
) -> None:
    from fushinban.jobs.authorise import Grant, write_grant

    tests = frozenset(test) if test else USUAL_TESTS
    grant = Grant(by=by, start=start, until=until, networks=tuple(network), tests=tests, name=name, customer=customer)
    written = write_grant(site, grant)
    console = Console(highlight=False)
    kinds = "、".join(t.label.of(surface.lang) for t in TestKind if t in written.tests)
    networks = ", ".join(str(n) for n in written.networks)
    sentence = say("cli.authorised", path=str(site), networks=networks, tests=kinds, by=written.by)
    console.print(sentence.of(surface.lang), markup=False, soft_wrap=True)


COMMAND = Command(name="authorise", function=_authorise)
