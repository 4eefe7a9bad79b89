"""Builds the command tree in the chosen language, runs it, and turns errors into exit codes."""

import gc
import os
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import typer
from rich.console import Console

import fushinban.cli
from fushinban import __version__, catalogue
from fushinban.cli._command import Command, Exit, surface
from fushinban.errors import FushinbanError, InputError, OutOfScope
from fushinban.messages import Lang
from fushinban.model.text import say


@cache
def commands() -> dict[str, Command]:
    """All commands by name."""
    return catalogue.load(fushinban.cli, "COMMAND", Command, lambda c: c.name)


def named(arguments: list[str]) -> dict[str, Command]:
    """The command that the first words name, alone, so that the others need not be loaded; all where that is not
    enough: for help on everything, and for words that name none."""
    words = [word.replace("-", "_") for word in arguments[:2]]
    for size in (2, 1):
        module = "_".join(words[:size])
        if len(words) >= size and module.isidentifier() and find_spec(f"{fushinban.cli.__name__}.{module}"):
            command = getattr(import_module(f"{fushinban.cli.__name__}.{module}"), "COMMAND", None)
            if isinstance(command, Command) and command.name.split() == arguments[: command.name.count(" ") + 1]:
                return {command.name: command}
    return commands()


def build_app(lang: Lang, arguments: list[str] | None = None) -> typer.Typer:
    """The Typer application with help in one language; with `arguments`, as far as they need it."""
    surface.lang = lang
    app = typer.Typer(
        help=say("cli.help").of(lang), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    app.callback()(_root)
    groups: dict[str, typer.Typer] = {}
    for command in (commands() if arguments is None else named(arguments)).values():
        parent, _, name = command.name.rpartition(" ")
        if parent and parent not in groups:
            groups[parent] = typer.Typer(help=say(f"cli.help-{parent}").of(lang), no_args_is_help=True)
            app.add_typer(groups[parent], name=parent)
        home = groups[parent] if parent else app
        home.command(name, help=command.help.of(lang))(command.function)
    return app


def _root(
    lang: str = typer.Option("ja", "--lang", help="ja / en", envvar="FUSHINBAN_LANG"),
    version: bool = typer.Option(False, "--version", help="fushinban --version"),
) -> None:
    if version:
        sys.stdout.write(f"fushinban {__version__}\n")
        raise typer.Exit


def main(arguments: list[str] | None = None) -> None:
    """Entry point of `fushinban`; leaves through SystemExit."""
    # A run makes hundreds of thousands of values that stay and hardly any cycles: the usual rhythm of the collector
    # took a third of the processor time of a large inspection.
    gc.set_threshold(100_000, 20, 50)
    given = sys.argv[1:] if arguments is None else arguments
    lang, rest = chosen_language(given)
    rest = in_full(rest)
    try:
        app = build_app(lang, rest)
        app(rest, prog_name="fushinban", standalone_mode=True)
    except FushinbanError as error:
        complain(error.text.of(lang))
        raise SystemExit(_code(error)) from None
    except KeyboardInterrupt:
        complain(say("cli.interrupted").of(lang))
        raise SystemExit(Exit.INTERRUPTED) from None
    except SystemExit as left:
        # Inside a command Typer turns Ctrl-C into this exit code without a word.
        if left.code == Exit.INTERRUPTED:
            complain(say("cli.interrupted").of(lang))
        raise
    finally:
        # The process ends: looking through everything that was read for cycles would only take time.
        gc.freeze()


def in_full(arguments: list[str]) -> list[str]:
    """`exposure SITE.toml` is short for `exposure look SITE.toml`."""
    if len(arguments) > 1 and arguments[0] == "exposure" and arguments[1].endswith(".toml"):
        return ["exposure", "look", *arguments[1:]]
    return arguments


def chosen_language(arguments: list[str]) -> tuple[Lang, list[str]]:
    """`--lang en` may stand anywhere; the environment comes second, Japanese is the rest."""
    rest = list(arguments)
    chosen = os.environ.get("FUSHINBAN_LANG", "ja")
    for index, word in enumerate(arguments):
        if word == "--lang" and index + 1 < len(arguments):
            chosen = arguments[index + 1]
            del rest[index : index + 2]
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
            del rest[index]
    if chosen not in {"ja", "en"}:
        complain(say("cli.language", given=chosen).ja)
        raise SystemExit(Exit.REFUSED)
    return ("en" if chosen == "en" else "ja"), rest


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    Console(stderr=True, highlight=False, markup=False).print(f"fushinban: {sentence}", soft_wrap=True)


def _code(error: FushinbanError) -> int:
    return Exit.REFUSED if isinstance(error, InputError | OutOfScope) else Exit.NOTHING
