"""What a backup says of itself, and what backup and restore give back."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

FORMAT = "fushinban-backup"
VERSION = 1

#: Names inside the archive.
ABOUT, MANIFEST = "about.json", "manifest.json"
DATA, DATABASE = "data/", "database/"
SQLITE_PART = DATABASE + "record.sqlite3"
SCHEMA_PART = DATABASE + "schema.json"
ROWS = DATABASE + "rows/"
HEAD_PART = DATABASE + "audit-head"


class Engine(Enum):
    """Which kind of database was backed up; it can be restored into one of the same kind."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Section(Enum):
    """What a part of a backup belongs to."""

    DATABASE = "database"
    JOBS = "jobs"
    VAULT = "vault"
    KEY = "key"
    ATTEMPTS = "attempts"
    EVIDENCE = "evidence"
    DOCUMENTS = "documents"
    LAKE = "lake"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The first member of the archive: enough to refuse what this program cannot restore.

    `schema`: the migrations of `record` that the database had. `data_dir`: where the data folder was.
    `keyed`: there was a key; `with_key`: it is in the backup.
    """

    format: str = FORMAT
    version: int = VERSION
    program: str
    made_at: datetime
    engine: Engine
    schema: tuple[str, ...]
    data_dir: str
    keyed: bool
    with_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One member of the archive: size in bytes, SHA-256 in hex."""

    name: str
    section: Section
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The last member: every other part, in the order of the archive."""

    about: About
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupResult:
    """A finished backup. `elsewhere`: documents on record that lie outside the data folder and are not in it.

    `key_apart`: there is a key, and it is not in the backup.
    """

    path: Path
    manifest: Manifest
    size: int
    seconds: float
    elsewhere: int
    key_apart: bool
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreResult:
    """A finished restore. `aside`: where what was there before lies. `key_missing`: logins cannot be opened yet."""

    manifest: Manifest
    data_dir: Path
    aside: Path | None
    key_missing: bool
