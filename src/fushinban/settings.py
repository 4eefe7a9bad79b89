"""Where things are kept on this machine. Environment first, then the user's own data folder."""

import os
from pathlib import Path

import platformdirs


def data_dir() -> Path:
    """Folder of the store, vault, attempt budget and documents (`FUSHINBAN_DATA`)."""
    given = os.environ.get("FUSHINBAN_DATA")
    return Path(given) if given else Path(platformdirs.user_data_path("fushinban"))


def database_url() -> str:
    """`FUSHINBAN_DATABASE`, or an SQLite file in the data folder."""
    return os.environ.get("FUSHINBAN_DATABASE") or f"sqlite:///{data_dir() / 'fushinban.sqlite3'}"
