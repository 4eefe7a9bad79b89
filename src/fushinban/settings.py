"""Where things are kept on this machine. Environment first, then the user's own data folder."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from fushinban.errors import InputError
from fushinban.messages import say


def data_dir() -> Path:
    """Folder of the store, vault, attempt budget and documents (`FUSHINBAN_DATA`)."""
    given = os.environ.get("FUSHINBAN_DATA")
    return Path(given) if given else Path(platformdirs.user_data_path("fushinban"))


def database_url() -> str:
    """`FUSHINBAN_DATABASE`, or an SQLite file in the data folder."""
    return os.environ.get("FUSHINBAN_DATABASE") or f"sqlite:///{data_dir() / 'fushinban.sqlite3'}"


def console_address() -> str:
    """The address at which people open the console (`FUSHINBAN_ADDRESS`), without a slash at its end; empty where
    nobody said it. Raises InputError for one that is none."""
    given = os.environ.get("FUSHINBAN_ADDRESS", "").strip().rstrip("/")
    if given and not _is_address(given):
        raise InputError(say("people.bad-address", given=given[:200]))
    return given


def _is_address(given: str) -> bool:
    try:
        parts = urlsplit(given)
        plain = parts.port != 0 and parts.username is None and not parts.query and not parts.fragment
    except ValueError:
        return False
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and given.isprintable()
