"""Restoring: everything is checked first, then put in place whole or not at all."""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar, cast

from fushinban import __version__, clock
from fushinban.errors import InputError, StoreError
from fushinban.jobs.backup import _sqlite
from fushinban.jobs.backup._archive import Member, drain, members, unzipped
from fushinban.jobs.backup._folder import is_keyed
from fushinban.jobs.backup._make import Wanted, staging
from fushinban.jobs.backup._noted import known_schema, note
from fushinban.jobs.backup._postgres import Loader, connected, is_postgres, place_of
from fushinban.jobs.backup._sealed import MAGIC, Unsealer
from fushinban.jobs.backup.values import (
    ABOUT,
    DATA,
    DATABASE,
    FORMAT,
    HEAD_PART,
    MANIFEST,
    SQLITE_PART,
    VERSION,
    About,
    Engine,
    Manifest,
    RestoreResult,
)
from fushinban.messages import say
from fushinban.record.audit_place import head_path
from fushinban.record.codec import decode
from fushinban.record.files import make_private_folder, sync_folder

STAGING = ".restore-"

T = TypeVar("T")

_MOST_ABOUT = 1024 * 1024
_MOST_MANIFEST = 1024 * 1024 * 1024
#: A backup that grows beyond this when it is unpacked, and by more than the factor, is no backup of ours.
_USUAL_BYTES, _MOST_FACTOR = 1024**3, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to restore to. `replace`: move what is there aside (files only, never a PostgreSQL database)."""

    data_dir: Path
    database_url: str
    replace: bool = False

    @property
    def shown(self) -> str:
        """The database, to tell a person."""
        return Wanted(data_dir=self.data_dir, database_url=self.database_url).place

    @property
    def main(self) -> Path | None:
        """The SQLite file of the records, where that is the database."""
        return Wanted(data_dir=self.data_dir, database_url=self.database_url).main


def restore(file: Path, place: Place, pass_phrase: str | None = None) -> RestoreResult:
    """Put a backup in place. Raises InputError before anything is changed for whatever speaks against it.

    StoreError: the disk is full, or the database refuses; then everything is as it was before.
    """
    manifest = verify(file, pass_phrase)
    _check_engine(manifest.about, place)
    make_private_folder(place.data_dir)
    there = _there(place)
    if there and not place.replace:
        raise InputError(say("operations.not-empty", place=place.data_dir, first=there[0].name))
    _check_unused(place.main)
    _check_room(manifest, place.data_dir)
    try:
        aside = _put(file, manifest, place, pass_phrase, there)
    except OSError as error:
        raise StoreError(say("operations.cannot-write", place=place.data_dir, reason=error.strerror or "")) from error
    note("backup.restored", manifest.about, place.data_dir, place.database_url, {"path": str(file.absolute())})
    missing = manifest.about.keyed and not is_keyed(place.data_dir)
    return RestoreResult(manifest=manifest, data_dir=place.data_dir, aside=aside, key_missing=missing)


def verify(file: Path, pass_phrase: str | None = None) -> Manifest:
    """Read a backup from beginning to end and compare every hash; nothing is written anywhere.

    Raises InputError when it is damaged, cut off, of a newer program, or holds what no backup holds.
    """
    with _opened(file, pass_phrase) as stream:
        found: dict[str, tuple[int, str]] = {}
        about: About | None = None
        manifest: Manifest | None = None
        for member in members(stream):
            if manifest is not None or member.name in found:
                raise InputError(say("operations.backup-damaged"))
            if not found:
                about = _about(member)
            elif member.name == MANIFEST:
                manifest = _read(Manifest, member, _MOST_MANIFEST)
                continue
            found[member.name] = (member.size, member.finish())
        drain(stream)
    if manifest is None or about is None or manifest.about != about:
        raise InputError(say("operations.backup-damaged"))
    if {part.name: (part.size, part.sha256) for part in manifest.parts} != found:
        raise InputError(say("operations.backup-damaged"))
    total = sum(part.size for part in manifest.parts)
    if total > _USUAL_BYTES and total > _MOST_FACTOR * file.stat().st_size:
        raise InputError(say("operations.backup-bomb", size=total // 1024**2))
    return manifest


def _about(member: Member) -> About:
    if member.name != ABOUT:
        raise InputError(say("operations.no-backup"))
    about = _read(About, member, _MOST_ABOUT)
    if about.format != FORMAT:
        raise InputError(say("operations.no-backup"))
    newer = about.version > VERSION or _numbers(about.program) > _numbers(__version__)
    if newer or set(about.schema) - known_schema():
        raise InputError(say("operations.backup-newer", theirs=about.program[:40], ours=__version__))
    return about


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,9}", version)[:3])


def _read(kind: type[T], member: Member, limit: int) -> T:
    try:
        return decode(kind, member.all(limit).decode("utf-8", "replace"))
    except StoreError as error:
        # A newer program may write more about itself than this one knows.
        raise InputError(say("operations.backup-unknown")) from error


@contextmanager
def _opened(file: Path, pass_phrase: str | None) -> Iterator[IO[bytes]]:
    try:
        raw = file.open("rb")
    except OSError as error:
        raise InputError(say("record.no-file", name=file, reason=error.strerror)) from error
    with raw:
        head = raw.read(len(MAGIC))
        raw.seek(0)
        if head == MAGIC:
            if pass_phrase is None:
                raise InputError(say("operations.needs-pass-phrase"))
            yield unzipped(cast(IO[bytes], Unsealer(raw, pass_phrase)))
        elif head.startswith(b"\x1f\x8b"):
            yield unzipped(raw)
        else:
            raise InputError(say("operations.no-backup"))


def is_sealed(file: Path) -> bool:
    """Whether the file needs a pass phrase. Raises InputError when it cannot be read."""
    try:
        with file.open("rb") as raw:
            return raw.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise InputError(say("record.no-file", name=file, reason=error.strerror)) from error


def _check_engine(about: About, place: Place) -> None:
    wanted = Engine.POSTGRESQL if is_postgres(place.database_url) else Engine.SQLITE
    if about.engine is not wanted:
        raise InputError(say(f"operations.other-engine-{about.engine.value}"))


def _there(place: Place) -> list[Path]:
    """What is in the way. A key that was put there first, locks, and what a killed restore left, are not."""
    found = [
        path
        for path in sorted(place.data_dir.iterdir())
        if path.suffix not in (".key", ".lock") and not path.name.startswith((".", "before-restore-"))
    ]
    main = place.main
    if main is not None and main.parent.resolve() != place.data_dir.resolve():
        # A log left beside another database would be taken for that of the new one.
        found += [
            path for end in ("", "-wal", "-shm", "-journal", ".audit-head") if (path := Path(f"{main}{end}")).exists()
        ]
    return found


def _check_unused(main: Path | None) -> None:
    """Raises InputError while a server or another command has the database open."""
    if main is None or not main.exists() or not _sqlite.is_sqlite(main):
        return
    with closing(sqlite3.connect(main, isolation_level=None, timeout=1.0)) as connection:
        try:
            # Only the single user of a database may take it out of the mode that several share.
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            raise InputError(say("operations.in-use", place=main)) from error
        except sqlite3.DatabaseError:
            return  # damaged: a good reason to restore
    if mode[0] != "delete":
        raise InputError(say("operations.in-use", place=main))


def _check_room(manifest: Manifest, data_dir: Path) -> None:
    need = sum(part.size for part in manifest.parts if part.name.startswith(DATA) or part.name == SQLITE_PART)
    free = shutil.disk_usage(data_dir).free
    if need > free:
        raise StoreError(say("operations.no-room", place=data_dir, need=need // 1024**2 + 1, free=free // 1024**2))


def _put(file: Path, manifest: Manifest, place: Place, pass_phrase: str | None, there: list[Path]) -> Path | None:
    with ExitStack() as stack:
        folder = stack.enter_context(staging(place.data_dir, STAGING))
        loader, connection = None, None
        if is_postgres(place.database_url):
            connection = stack.enter_context(connected(place.database_url))
            loader = Loader(connection, place_of(place.database_url))
        _unpack(file, manifest, pass_phrase, folder, loader)
        if loader is None:
            _check_record(folder / SQLITE_PART)
        with _moved(folder, place, there) as aside:
            # Last of all, when every file is in place: this makes the rows be there, or takes the files back.
            if connection is not None:
                connection.commit()
    return aside


def _unpack(file: Path, manifest: Manifest, pass_phrase: str | None, folder: Path, loader: Loader | None) -> None:
    """Files into the folder, rows into the database; every hash is compared again, since the file was opened again."""
    expected = {part.name: part.sha256 for part in manifest.parts}
    with _opened(file, pass_phrase) as stream:
        rows = _filed(members(stream), expected, folder, with_rows=loader is not None)
        if loader is None:
            for member in rows:
                raise InputError(say("operations.backup-odd-member", name=member.name[:80]))
        else:
            loader.take(rows)
            loader.end()


def _filed(found: Iterator[Member], expected: dict[str, str], folder: Path, *, with_rows: bool) -> Iterator[Member]:
    """Writes the files among the members; gives on those that are for the database."""
    for member in found:
        if member.name == MANIFEST:
            member.finish()
            continue
        if member.name.startswith(DATA) or member.name == HEAD_PART or (member.name == SQLITE_PART and not with_rows):
            _write(member, folder / member.name)
        elif member.name.startswith(DATABASE):
            yield member
        if member.finish() != expected.get(member.name):
            raise InputError(say("operations.backup-damaged"))


def _write(member: Member, path: Path) -> None:
    for parent in reversed(path.parents):
        # One by one: the parents that `parents=True` makes are open to others.
        if not parent.exists():
            parent.mkdir(mode=0o700)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in member.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _check_record(record: Path) -> None:
    """Raises InputError where the database is missing, StoreError where it is not sound."""
    if not record.is_file():
        raise InputError(say("operations.backup-damaged"))
    _sqlite.check(record)


@contextmanager
def _moved(folder: Path, place: Place, there: list[Path]) -> Iterator[Path | None]:
    """Move what was there aside and the new in; back again when anything goes wrong before the end."""
    moves: list[tuple[Path, Path]] = []
    if place.main is not None:
        make_private_folder(place.main.parent)
    aside = place.data_dir / f"before-restore-{clock.now():%Y%m%d-%H%M%S}" if there else None
    try:
        if aside is not None:
            aside.mkdir(mode=0o700)
            for path in there:
                _move(path, aside / path.name, moves)
        data = folder / DATA
        if data.is_dir():
            for path in sorted(data.iterdir()):
                _move(path, place.data_dir / path.name, moves)
        if (folder / HEAD_PART).is_file():
            _move(folder / HEAD_PART, head_path(place.data_dir, place.main, place.shown), moves)
        if place.main is not None:
            _move(folder / SQLITE_PART, place.main, moves)
        sync_folder(place.data_dir)
        yield aside
    except BaseException:
        for source, target in reversed(moves):
            shutil.move(target, source)
        if aside is not None and aside.is_dir():
            aside.rmdir()  # it is empty again; if not, what is in it is better kept
        raise


def _move(source: Path, target: Path, moves: list[tuple[Path, Path]]) -> None:
    if target.exists() and target.suffix == ".key":
        source.unlink()  # the key that was put there first stays
        return
    shutil.move(source, target)
    moves.append((source, target))
