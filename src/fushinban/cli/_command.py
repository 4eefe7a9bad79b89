"""What a command is, and what commands share."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fushinban import settings
from fushinban.model.text import Lang, Text, say

if TYPE_CHECKING:
    from fushinban.record.store import Store
    from fushinban.record.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its words (`sheet`, or `lab up`), its help, and the function that Typer calls."""

    name: str
    function: Callable[..., Any]

    @property
    def help(self) -> Text:
        """`cli.help-<name>` of the messages."""
        return say(f"cli.help-{self.name.replace(' ', '-')}")


class Exit:
    """Exit codes that mean something."""

    FINE = 0
    FAILS = 1
    REFUSED = 2
    NOTHING = 3
    INTERRUPTED = 130


@dataclass(slots=True)
class Surface:
    """How this run of the command line speaks. Set once, before a command runs."""

    lang: Lang = "ja"


surface = Surface()


def open_records(data: Path | None) -> "tuple[Store, Vault]":
    """The store and the vault of the data folder (`--data`, else `FUSHINBAN_DATA`, else the user's own)."""
    # Imported here: Django takes a quarter of a second that `--help` need not wait for.
    from fushinban.record.setup import open_store
    from fushinban.record.vault import Vault

    folder = data or settings.data_dir()
    url = f"sqlite:///{folder / 'fushinban.sqlite3'}" if data else settings.database_url()
    return open_store(url, data_dir=folder), Vault(folder)


def write_out(content: bytes) -> None:
    """Write all of it to standard output. An unbuffered stream may take a part only, and would lose the rest."""
    sys.stdout.flush()
    rest = memoryview(content)
    while rest:
        taken = sys.stdout.buffer.write(rest)
        rest = rest[taken:]
    sys.stdout.buffer.flush()
