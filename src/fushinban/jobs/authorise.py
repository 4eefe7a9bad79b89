"""Writes the `[authorisation]` of a site file, keeping everything else in it as it stands."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from fushinban import clock
from fushinban.errors import FushinbanError, InputError
from fushinban.jobs.documents import write_whole
from fushinban.jobs.site_file import load_site
from fushinban.model.site import Authorisation, TestKind
from fushinban.model.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person says they were allowed. Dates `YYYY-MM-DD` in Japan; `start` None: today."""

    by: str
    start: str | None
    until: str
    networks: tuple[str, ...]
    tests: frozenset[TestKind]
    name: str | None
    customer: str | None


def write_grant(path: Path, grant: Grant) -> Authorisation:
    """Write it and read it back as an inspection would; a wrong file is not left behind."""
    before = path.read_bytes() if path.exists() else None
    document = _document(path, before, grant)
    authorisation = tomlkit.table()
    authorisation["by"] = grant.by
    authorisation["from"] = _date(grant.start, "--from") if grant.start else clock.now().astimezone(clock.JST).date()
    authorisation["until"] = _date(grant.until, "--until")
    authorisation["networks"] = list(grant.networks)
    authorisation["tests"] = sorted(t.value for t in grant.tests)
    document["authorisation"] = authorisation
    write_whole(path, tomlkit.dumps(document).encode())
    try:
        return load_site(path, os.environ).authorisation
    except FushinbanError:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            write_whole(path, before)
        raise


def _document(path: Path, before: bytes | None, grant: Grant) -> tomlkit.TOMLDocument:
    if before is not None:
        try:
            return tomlkit.parse(before.decode())
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise InputError(say("cli.not-toml", path=str(path), error=str(error))) from error
    document = tomlkit.document()
    site = tomlkit.table()
    site["id"] = path.stem.lower()
    site["name"] = grant.name or path.stem
    site["customer"] = grant.customer or ""
    site["kind"] = "shop"
    document["site"] = site
    return document


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(say("cli.not-a-date", option=option, given=text)) from error
