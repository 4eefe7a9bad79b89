"""One inspection of a site at a time, whoever makes it: a worker of the console, another machine, a command.

On SQLite a lock file beside the database, on PostgreSQL a lock of the server that belongs to a connection. Both free
themselves when the process that holds them dies, whatever kills it.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from fushinban.errors import Conflict, StoreError
from fushinban.messages import say
from fushinban.record.connection import Link
from fushinban.record.files import make_private_file, make_private_folder
from fushinban.record.job_values import SiteTurn

#: A dead or cut-off machine loses its turns after about 25 s.
_KEEPALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


class SiteTurns:
    """Take the turn of a site."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def take(self, site_id: str) -> SiteTurn | None:
        """The turn, or None while somebody else inspects the site. Raises StoreError."""
        if self._link.connection.vendor == "sqlite":
            return self._file(site_id)
        return _ServerTurn.taken(self._link, _number(site_id))

    @contextmanager
    def taken(self, site_id: str) -> Iterator[SiteTurn]:
        """The turn for the time of the block. Raises Conflict while somebody else inspects the site."""
        turn = self.take(site_id)
        if turn is None:
            raise Conflict(say("jobs.site-busy", site=site_id))
        with turn:
            yield turn

    def _file(self, site_id: str) -> SiteTurn | None:
        name = str(self._link.connection.settings_dict["NAME"])
        # By the database, not by the data folder: that is what the processes share.
        folder = Path(name).parent / "turns"
        make_private_folder(folder)
        path = folder / sha256(site_id.encode()).hexdigest()[:32]
        make_private_file(path)
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:
            os.close(handle)
            raise
        return _FileTurn(handle)


class _FileTurn(SiteTurn):
    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class _ServerTurn(SiteTurn):
    """Holds a connection of its own: the lock belongs to it."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def taken(cls, link: Link, number: int) -> "SiteTurn | None":
        known = link.connection.settings_dict
        settings = dict(known)
        given = dict(known.get("OPTIONS") or {})
        given["options"] = f"{given.get('options', '')} {_KEEPALIVE}".strip()
        settings["OPTIONS"] = given
        connection = connections[link.alias].__class__(settings, link.alias)
        connection.inc_thread_sharing()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
                if cursor.fetchone()[0]:
                    return cls(connection)
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            raise StoreError(say("record.no-server", place=link.place)) from error
        connection.close()
        return None

    def held(self) -> bool:
        # Never on a connection that was closed meanwhile: Django would open a new one, without the lock.
        with self._lock:
            if self._closed:
                return False
            try:
                with self._connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            except (DatabaseError, InterfaceError):
                return False
            return True

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._connection.close()


def _number(site_id: str) -> int:
    """A number of 64 bits for PostgreSQL, the same on every machine."""
    return int.from_bytes(sha256(b"fushinban site " + site_id.encode()).digest()[:8], "big", signed=True)
