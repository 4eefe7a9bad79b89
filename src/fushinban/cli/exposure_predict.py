"""`fushinban exposure predict --config FILE`: what outsiders reach through a router, from its saved configuration."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, Exit, surface, write_out
from fushinban.cli._options import worded

if TYPE_CHECKING:
    from fushinban.model.exposure import Prediction


def _predict(
    config: Annotated[Path, typer.Option("--config", metavar="FILE", help=worded("exposure-config"))],
    kind: Annotated[str, typer.Option("--kind", help=worded("exposure-kind"))] = "",
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help=worded("exposure-json"))] = None,
) -> None:
    from fushinban.cli._exposure_shown import show_prediction
    from fushinban.errors import StoreError
    from fushinban.jobs.prediction import predict_file
    from fushinban.model.text import say
    from fushinban.probe.reading import known_kinds
    from fushinban.reports._exposure import exposure_bytes

    prediction = predict_file(config, kind)
    content = exposure_bytes(prediction, surface.lang) if as_json is not None else b""
    if as_json is not None and str(as_json) == "-":
        write_out(content)
    else:
        console = Console(highlight=False)
        show_prediction(prediction, known_kinds()[prediction.kind].of(surface.lang), console, surface.lang)
        if as_json is not None:
            try:
                as_json.write_bytes(content)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise StoreError(say("exposure.unwritable", path=str(as_json), reason=reason)) from error
            console.print(say("cli.wrote", path=str(as_json)).of(surface.lang), markup=False, soft_wrap=True)
    raise typer.Exit(_code(prediction))


def _code(prediction: "Prediction") -> int:
    """Something open fails (a VPN is meant to be); an incomplete prediction that found nothing is no good news."""
    from fushinban.model.router import Purpose

    own = any(one.reachable and one.service.purpose is not Purpose.VPN for one in prediction.management)
    if prediction.openings or own:
        return Exit.FAILS
    return Exit.FINE if prediction.complete else Exit.NOTHING


COMMAND = Command(name="exposure predict", function=_predict)
