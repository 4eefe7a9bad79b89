"""Where the master key of the vault comes from. Nothing here puts a key into a message or a `repr`."""

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

from fushinban.errors import InputError, StoreError
from fushinban.messages import say
from fushinban.record.files import replace_file

_NAME = "vault.key"


def find_key(folder: Path, environ: Mapping[str, str]) -> bytes | None:
    """The 32 bytes of the key; None when none was given and no key file was made yet.

    Raises InputError for a key given wrongly, StoreError for a key file of ours that others can read.
    """
    text = environ.get("FUSHINBAN_KEY")
    if text:
        return _key(text, "FUSHINBAN_KEY")
    named = environ.get("FUSHINBAN_KEY_FILE")
    if named:
        return _key(_text(Path(named)), f"FUSHINBAN_KEY_FILE ({named})")
    path = folder / _NAME
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        raise StoreError(say("record.vault-key-open", place=path))
    return _key(_text(path), str(path))


def make_key(folder: Path) -> bytes:
    """Make a key file (mode 0600) in the data folder. The caller holds the vault's lock. Raises StoreError."""
    key = os.urandom(32)
    try:
        replace_file(folder / _NAME, b64encode(key) + b"\n")
    except OSError as error:
        raise StoreError(say("record.vault-cannot-write", place=folder / _NAME, reason=error.strerror)) from error
    return key


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(1000).decode("ascii", "replace")
    except OSError as error:
        raise InputError(say("record.no-file", name=path, reason=error.strerror)) from error


def _key(text: str, origin: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        # No cause is chained: it could repeat the text.
        raise InputError(say("record.vault-key-shape", origin=origin)) from None
    return key
