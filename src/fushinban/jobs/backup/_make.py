"""Making a backup while the server runs: one moment of every database first, then the files it speaks of."""

import errno
import gzip
import os
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from fushinban import __version__, clock
from fushinban.errors import InputError, StoreError
from fushinban.jobs.backup import _folder
from fushinban.jobs.backup._archive import ArchiveWriter
from fushinban.jobs.backup._last import note_backup
from fushinban.jobs.backup._noted import note
from fushinban.jobs.backup._postgres import Moment, connected, is_postgres, place_of
from fushinban.jobs.backup._sealed import Sealer, check_pass_phrase
from fushinban.jobs.backup._sqlite import Snapshot, snapshots
from fushinban.jobs.backup.values import (
    ABOUT,
    DATA,
    HEAD_PART,
    MANIFEST,
    SQLITE_PART,
    About,
    BackupResult,
    Engine,
    Manifest,
    Section,
)
from fushinban.messages import say
from fushinban.record.audit_place import head_path
from fushinban.record.codec import encode
from fushinban.record.files import sync_folder
from fushinban.record.vault_key import find_key

#: Folders of a backup or restore that was killed begin like this; the next one clears them away.
STAGING = ".backup-"

_NAMED = "fushinban-%Y%m%d-%H%M%S.backup"
_PATTERN = "fushinban-????????-??????.backup"
_DOCUMENTS = "record_documentrow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to back up. `pass_phrase`: seal the file with it. `keep`: in a folder, how many backups stay (0: all)."""

    data_dir: Path
    database_url: str
    with_key: bool = False
    pass_phrase: str | None = None
    overwrite: bool = False
    keep: int = 0

    def __repr__(self) -> str:
        return f"Wanted(data_dir={str(self.data_dir)!r}, database={self.place!r})"

    @property
    def place(self) -> str:
        """The database, to tell a person."""
        return place_of(self.database_url) if is_postgres(self.database_url) else str(self.main)

    @property
    def main(self) -> Path | None:
        """The SQLite file of the records, where that is the database."""
        if is_postgres(self.database_url):
            return None
        if not self.database_url.startswith("sqlite:///"):
            raise InputError(say("record.bad-url", scheme=self.database_url.partition(":")[0][:20]))
        return Path(self.database_url.removeprefix("sqlite:///"))


def backup(target: Path, wanted: Wanted) -> BackupResult:
    """Write one file with everything, while others go on working; `target` may be a folder, which gives it a name.

    The file has its name only when it is whole. Raises InputError for a wrong request, StoreError when a database
    cannot be read or the disk is full.
    """
    if wanted.pass_phrase is not None:
        check_pass_phrase(wanted.pass_phrase)
    main = wanted.main
    if main is not None and not main.is_file():
        raise InputError(say("operations.nothing-to-back-up", place=wanted.place))
    began, made_at = clock.monotonic(), clock.now()
    path = target / made_at.strftime(_NAMED) if target.is_dir() else target
    if path.exists() and not wanted.overwrite:
        raise InputError(say("operations.file-exists", path=path))
    with _telling_full(path.parent), _part_file(path) as file:
        with _compressed(file, wanted.pass_phrase) as stream:
            archive = ArchiveWriter(stream)
            about, elsewhere = _write(archive, wanted, made_at)
            manifest = Manifest(about=about, parts=tuple(archive.parts))
            archive.add_bytes(MANIFEST, Section.OTHER, encode(manifest).encode())
            archive.end()
        size = file.tell()
    note_backup(wanted.data_dir, made_at, path, size)
    detail = {"path": str(path.absolute()), "size": size, "sealed": wanted.pass_phrase is not None}
    note("backup.made", about, wanted.data_dir, wanted.database_url, {**detail, "with_key": about.with_key})
    return BackupResult(
        path=path,
        manifest=manifest,
        size=size,
        seconds=clock.monotonic() - began,
        elsewhere=elsewhere,
        key_apart=about.keyed and not about.with_key,
        removed=_remove_older(path.parent, wanted.keep) if target.is_dir() else (),
    )


def _write(archive: ArchiveWriter, wanted: Wanted, made_at: Any) -> tuple[About, int]:
    key = find_key(wanted.data_dir, os.environ) if wanted.with_key else None
    # Before the moment of the database: a head that is behind its log is usual, one that is ahead means tampering.
    head_at = head_path(wanted.data_dir, wanted.main, wanted.place)
    head = head_at.read_bytes() if head_at.is_file() else None
    with ExitStack() as stack:
        moment = None
        if is_postgres(wanted.database_url):
            moment = Moment(stack.enter_context(connected(wanted.database_url)))
        found = stack.enter_context(snapshots(_folder.databases(wanted.data_dir, wanted.main)))
        records: Moment | Snapshot = moment or next(s for s in found if _is(s.path, wanted.main))
        about = About(
            program=__version__,
            made_at=made_at,
            engine=Engine.POSTGRESQL if moment else Engine.SQLITE,
            schema=_schema(records),
            data_dir=str(wanted.data_dir.absolute()),
            keyed=_folder.is_keyed(wanted.data_dir),
            with_key=key is not None,
        )
        archive.add_bytes(ABOUT, Section.OTHER, encode(about).encode())
        elsewhere = _elsewhere(records, about.data_dir)
        if head is not None:
            archive.add_bytes(HEAD_PART, Section.DATABASE, head)
        _write_databases(archive, wanted, found)
        if moment is not None:
            moment.write(archive)
    _write_files(archive, wanted, {snapshot.path for snapshot in found})
    if key is not None:
        archive.add_bytes(DATA + _folder.KEY_FILE, Section.KEY, b64encode(key) + b"\n")
        for other in _folder.other_keys(wanted.data_dir):
            archive.add_bytes(DATA + other.name, Section.KEY, other.read_bytes())
    return about, elsewhere


def _schema(records: Moment | Snapshot) -> tuple[str, ...]:
    """The migrations of our own tables. Raises InputError where there are none: nothing of ours is in there."""
    statement = "SELECT name FROM {} WHERE app = 'record' ORDER BY name"
    if isinstance(records, Moment):
        table = records.table("django_migrations")
        rows = records.rows(statement.format(table.words)) if table else []
    else:
        rows = records.rows(statement.format("django_migrations")) if "django_migrations" in records.tables() else []
    if not rows:
        raise InputError(say("operations.no-records"))
    return tuple(str(name) for (name,) in rows)


def _elsewhere(records: Moment | Snapshot, data_dir: str) -> int:
    """How many documents on record lie outside the data folder."""
    count = f"SELECT count(*) FROM {{}} WHERE substr(path, 1, {len(data_dir) + 1}) <> "  # noqa: S608 - a number
    if isinstance(records, Moment):
        table = records.table(_DOCUMENTS)
        rows = records.rows(count.format(table.words) + "%s", data_dir + "/") if table else [(0,)]
    else:
        there = _DOCUMENTS in records.tables()
        rows = records.rows(count.format(_DOCUMENTS) + "?", data_dir + "/") if there else [(0,)]
    return int(cast(int, rows[0][0]))


def _write_databases(archive: ArchiveWriter, wanted: Wanted, found: list[Snapshot]) -> None:
    with staging(wanted.data_dir, STAGING) as folder:
        for snapshot in found:
            need, free = snapshot.path.stat().st_size, shutil.disk_usage(folder).free
            if need > free:
                raise StoreError(say("operations.no-room", place=folder.parent, need=_mb(need), free=_mb(free)))
            copy = folder / "copy"
            snapshot.copy_to(copy)
            # Writers' logs can be emptied again as soon as this one is copied.
            snapshot.close()
            if _is(snapshot.path, wanted.main):
                name, section = SQLITE_PART, Section.DATABASE
            else:
                relative = snapshot.path.relative_to(wanted.data_dir)
                name, section = DATA + relative.as_posix(), _folder.section_of(relative)
            with copy.open("rb") as source:
                archive.add(name, section, copy.stat().st_size, source)
            copy.unlink()


def _write_files(archive: ArchiveWriter, wanted: Wanted, done: set[Path]) -> None:
    resolved = {path.resolve() for path in done}
    for path in _folder.files(wanted.data_dir):
        if path.resolve() in resolved:
            continue
        relative = path.relative_to(wanted.data_dir)
        try:
            source = path.open("rb")
        except FileNotFoundError:
            continue  # its time was over, and it was taken away since it was listed
        with source:
            size = os.fstat(source.fileno()).st_size
            try:
                archive.add(DATA + relative.as_posix(), _folder.section_of(relative), size, source)
            except EOFError as error:
                raise StoreError(say("operations.file-changed", path=path)) from error


@contextmanager
def staging(data_dir: Path, prefix: str) -> Iterator[Path]:
    """A private folder in the data folder (so that no copy leaves its protection), cleared away in any case."""
    for left in data_dir.glob(prefix + "*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=data_dir, ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _part_file(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its name at the end, flushed to disk, and is gone when anything goes wrong."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def _compressed(file: IO[bytes], pass_phrase: str | None) -> Iterator[IO[bytes]]:
    """The stream to write the archive to: compressed, and sealed where there is a pass phrase."""
    sealer = Sealer(file, pass_phrase) if pass_phrase is not None else None
    target = cast(BytesIO, sealer if sealer is not None else file)
    packed = gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=target, mtime=0)
    try:
        yield cast(IO[bytes], packed)
        packed.close()
    except BaseException:
        if sealer is not None:
            sealer.abandon()
        raise
    if sealer is not None:
        sealer.close()


@contextmanager
def _telling_full(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreError(say("operations.disk-full", place=folder)) from error
        raise StoreError(say("operations.cannot-write", place=folder, reason=error.strerror or "")) from error


def _remove_older(folder: Path, keep: int) -> tuple[Path, ...]:
    """Of the backups that were given their names here, the oldest beyond `keep` (0: none) are removed."""
    named = sorted(folder.glob(_PATTERN))
    removed = tuple(named[:-keep]) if keep else ()
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def _is(path: Path, main: Path | None) -> bool:
    return main is not None and path.resolve() == main.resolve()


def _mb(size: int) -> int:
    return max(1, size // 1024 // 1024)
