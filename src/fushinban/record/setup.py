"""Opening the store: settings, tables brought up to date under a lock. Django is loaded here and not before."""

import importlib.util
import pkgutil
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from fushinban import settings
from fushinban.errors import InputError, StoreError
from fushinban.messages import say
from fushinban.record import migrations
from fushinban.record.files import locked_file, make_private_file, make_private_folder
from fushinban.record.store import Store

if TYPE_CHECKING:
    from fushinban.record.connection import Link

__all__ = ["BUSY_SECONDS", "Store", "open_store"]

#: How long to wait for another process's write before saying that the database is in use, seconds.
BUSY_SECONDS = 15.0

_APP = "fushinban.record.apps.RecordConfig"
_ADVISORY_LOCK = 0x66757368  # any number that no other program uses: "fush"
#: The console answers in a fixed set of threads that live as long as it does; each keeps its connection.
_LASTING = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
_CACHE_TABLE = "console_cache"
_SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the database is. `shown`: how to name it to a person, without a password."""

    shown: str
    alias: str
    options: dict[str, Any]
    file: Path | None


def open_store(
    database_url: str | None = None,
    *,
    data_dir: Path | None = None,
    busy_seconds: float = BUSY_SECONDS,
    console: bool = False,
) -> Store:
    """Open (and make or bring up to date, where needed) the store; close it with `close` or a `with` block.

    `database_url`: `sqlite:///FILE` or `postgres://USER:PASSWORD@HOST/NAME`; by default as the settings say. `console`:
    Django was configured for the console before, this becomes its database `default`, and all its applications' tables
    are brought up to date. Not to be called in the thread of an event loop. Raises InputError for a wrong setting,
    StoreError for a database that cannot be used: locked, full, damaged, or made by a newer program.
    """
    folder = data_dir if data_dir is not None else settings.data_dir()
    url = database_url or (settings.database_url() if data_dir is None else f"sqlite:///{folder / 'fushinban.sqlite3'}")
    place = _place(url, busy_seconds)
    make_private_folder(folder)
    if place.file is not None:
        make_private_folder(place.file.parent)
        make_private_file(place.file)
    if console:
        place = replace(place, alias="default", options={**place.options, **_LASTING})
        _forget(place.alias)
    _configure(place)
    from fushinban.record.connection import Link  # noqa: PLC0415 - loads Django

    link = Link(place.alias, place.shown)
    try:
        if console:
            _bring_console_up_to_date(link, place)
        else:
            _bring_up_to_date(link, place)
    except BaseException:
        link.close()
        raise
    return Store(link, folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """What a database is like, without having changed it. `missing`: tables are still to be brought up to date.

    `version`: of the server or of SQLite; `place`: where it is, without a password.
    """

    place: str
    kind: str
    version: tuple[int, ...]
    missing: bool


def look_at(database_url: str) -> DatabaseState:
    """Reach a database and look, changing nothing. Raises InputError, StoreError (also for one of a newer program)."""
    place = _place(database_url, BUSY_SECONDS)
    if place.file is not None and not place.file.exists():
        return DatabaseState(place=place.shown, kind="sqlite", version=sqlite3.sqlite_version_info, missing=True)
    _configure(place)
    from fushinban.record.connection import Link  # noqa: PLC0415 - loads Django

    link = Link(place.alias, place.shown)
    try:
        with link.reading():
            missing = _missing(link, place)
            version = tuple(link.connection.get_database_version())
            return DatabaseState(place=place.shown, kind=link.connection.vendor, version=version, missing=missing)
    finally:
        link.close()


def _place(url: str, busy_seconds: float) -> _Place:
    scheme, _, rest = url.partition(":")
    alias = "store-" + sha256(f"{busy_seconds} {url}".encode()).hexdigest()[:24]
    if scheme == "sqlite" and rest.startswith("///") and len(rest) > 3:
        file = Path(rest[3:])
        options = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(file),
            "OPTIONS": {"timeout": busy_seconds, "transaction_mode": "IMMEDIATE", "init_command": _SQLITE_START},
        }
        return _Place(shown=str(file), alias=alias, options=options, file=file)
    if scheme in ("postgres", "postgresql"):
        return _postgres(url, alias, busy_seconds)
    raise InputError(say("record.bad-url", scheme=scheme[:20]))


def _postgres(url: str, alias: str, busy_seconds: float) -> _Place:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(say("record.bad-url", scheme="postgres")) from error
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise InputError(say("record.bad-url", scheme="postgres"))
    if importlib.util.find_spec("psycopg") is None:
        raise InputError(say("record.no-psycopg"))
    limits = f"-c lock_timeout={int(busy_seconds * 1000)}"
    options = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": 10, "options": limits, **dict(parse_qsl(parts.query))},
    }
    return _Place(shown=f"{parts.hostname or ''}/{name}", alias=alias, options=options, file=None)


def _configure(place: _Place) -> None:
    """Set Django up once per process, and make this database known to it."""
    from django.apps import apps  # noqa: PLC0415 - loaded only when a store is opened
    from django.conf import settings as django_settings  # noqa: PLC0415 - the same
    from django.db import DEFAULT_DB_ALIAS, connections  # noqa: PLC0415 - the same

    if not django_settings.configured:
        django_settings.configure(INSTALLED_APPS=[_APP], DATABASES={}, USE_TZ=True, LOGGING_CONFIG=None)
    if not apps.ready:
        # What `django.setup` does, without the URL and HTTP parts that it loads besides.
        apps.populate(django_settings.INSTALLED_APPS)
    if place.alias not in connections.databases or place.alias == DEFAULT_DB_ALIAS:
        known = connections.configure_settings({DEFAULT_DB_ALIAS: {}} | {place.alias: place.options})
        connections.databases[place.alias] = known[place.alias]


def _forget(alias: str) -> None:
    """Let go of this thread's connection of an earlier console: the alias gets another database."""
    from django.db import connections  # noqa: PLC0415 - the console has loaded it

    if alias in connections.databases:
        connections[alias].close()
        del connections[alias]


def _bring_up_to_date(link: "Link", place: _Place) -> None:
    with link.reading():
        if not _missing(link, place):
            return
    with _migration_lock(link, place), link.reading():
        if _missing(link, place):
            _migrate(link)


def _missing(link: "Link", place: _Place) -> bool:
    """Whether migrations are still to be run. Compares names only: loading Django's migration graph takes longer."""
    ours = {module.name for module in pkgutil.iter_modules(migrations.__path__)}
    theirs = _recorded(link)
    if theirs - ours:
        raise StoreError(say("record.newer", place=place.shown, names=", ".join(sorted(theirs - ours))))
    return theirs != ours


def _recorded(link: "Link") -> set[str]:
    with link.connection.cursor() as cursor:
        if "django_migrations" not in link.connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT name FROM django_migrations WHERE app = %s", ["record"])
        return {name for (name,) in cursor.fetchall()}


def _migration_lock(link: "Link", place: _Place) -> AbstractContextManager[None]:
    if place.file is not None:
        return locked_file(place.file.with_name(place.file.name + ".lock"))
    return link.advisory_lock(_ADVISORY_LOCK)


def _migrate(link: "Link") -> None:
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - only for a new or older database

    executor = MigrationExecutor(link.connection)
    executor.migrate(executor.loader.graph.leaf_nodes("record"))


def _bring_console_up_to_date(link: "Link", place: _Place) -> None:
    """The same for all applications of the console, and the table of what its processes share for a while."""
    with link.reading():
        if not _console_missing(link, place):
            return
    with _migration_lock(link, place), link.reading():
        if _console_missing(link, place):
            from django.core.management import call_command  # noqa: PLC0415 - only for a new or older database
            from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - the same

            executor = MigrationExecutor(link.connection)
            executor.migrate(executor.loader.graph.leaf_nodes())
            call_command("createcachetable", _CACHE_TABLE, database=link.alias, verbosity=0)


def _console_missing(link: "Link", place: _Place) -> bool:
    """Whether something is still to be made. Raises StoreError when a newer program has been here."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 - the console has loaded Django

    loader = MigrationLoader(link.connection)
    applied, known = set(loader.applied_migrations or ()), set(loader.disk_migrations or ())
    newer = sorted(f"{app}.{name}" for app, name in applied - known if app in {"record", "people"})
    if newer:
        raise StoreError(say("record.newer", place=place.shown, names=", ".join(newer)))
    with link.connection.cursor() as cursor:
        tables = link.connection.introspection.table_names(cursor)
    return bool(known - applied) or _CACHE_TABLE not in tables
