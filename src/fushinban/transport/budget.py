"""The budget of failed logins: one per device, on disk, shared by every process that logs in.

A reservation is written before a password leaves and is a failure until it is settled, so a crash never gives an
attempt away. A password that a device once refused is not tried there again until a person clears the record.
"""

import hashlib
import os
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fushinban.clock import monotonic
from fushinban.errors import Locked
from fushinban.makers import Lockout
from fushinban.messages import say

#: Failures allowed where the maker's rule is unknown or unverified.
CAUTIOUS = 2
_DAY = 86_400.0
#: A reservation of a living process is taken as "being tried now" for this long (s).
_IN_FLIGHT = 120.0
_ITERATIONS = 60_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, username TEXT NOT NULL, secret TEXT NOT NULL, layer TEXT NOT NULL,
    at REAL NOT NULL, state TEXT NOT NULL, counts INTEGER NOT NULL, owner TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_device ON attempt (device);
CREATE TABLE IF NOT EXISTS salt (value BLOB NOT NULL);
"""


class Known(Locked):
    """The device refused this very login before; it is not tried again until a person allows it."""


class Busy(Locked):
    """Another process, or another task of this one, is trying the very same login now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One reserved attempt; it must be settled or cancelled."""

    id: int
    device: str
    username: str
    layer: str


class AttemptBudget:
    """Attempts per device, kept in one SQLite file. Every method may block on the disk for up to `patience` s."""

    def __init__(self, path: Path, *, patience: float = 5.0) -> None:
        self._path = path
        self._patience = patience
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = f"{os.getpid()}:{secrets.token_hex(8)}"
        self._derived: dict[tuple[str, str], str] = {}

    def reserve(
        self, device_key: str, username: str, secret_fingerprint: str, rule: Lockout | None, now: datetime, *,
        layer: str = "",
    ) -> Ticket:  # fmt: skip
        """Reserve one attempt. Raises Locked when none may be made, Busy while the same login is being tried.

        `layer` tells log-ins apart that a device may judge differently (web, ONVIF, RTSP): a refusal of one layer
        stops all layers until the same password was accepted on some layer of the device.
        """
        at = now.timestamp()
        with self._transaction() as db:
            rows = [_Row(*row) for row in db.execute(_ROWS, (device_key,))]
            same = [r for r in rows if r.username == username and r.secret == secret_fingerprint]
            self._refuse_known(same, username, layer, at)
            limit = failures_allowed(rule)
            counted = [r for r in rows if r.counts and _fresh(r, rule, at)]
            if len(counted) >= limit:
                self._refuse_spent(counted, limit, username, at)
            row = (device_key, username, secret_fingerprint, layer, at, "reserved", 1, self._owner)
            made = db.execute(_INSERT, row)
            assert made.lastrowid is not None
            return Ticket(id=made.lastrowid, device=device_key, username=username, layer=layer)

    def settle(self, ticket: Ticket, accepted: bool | None) -> None:
        """Write down how the attempt ended; None: could not be told, which counts as a failure.

        A success clears what counts against this account on this layer. If the file cannot be written, the
        reservation stays, and with it the failure: nothing is raised.
        """
        try:
            with self._transaction() as db:
                self._settle(db, ticket, accepted)
        except Locked:
            return

    def cancel(self, ticket: Ticket) -> None:
        """Take a reservation back because no password left (the connection could not be opened)."""
        try:
            with self._transaction() as db:
                db.execute("DELETE FROM attempt WHERE id = ?", (ticket.id,))
        except Locked:
            return

    def failures(self, device_key: str, rule: Lockout | None, now: datetime) -> int:
        """How many failures count against the device now."""
        with self._transaction() as db:
            rows = [_Row(*row) for row in db.execute(_ROWS, (device_key,))]
        return sum(1 for r in rows if r.counts and _fresh(r, rule, now.timestamp()))

    def forget(self, device_key: str) -> None:
        """A person has checked the device and its password: forget all its attempts."""
        with self._transaction() as db:
            db.execute("DELETE FROM attempt WHERE device = ?", (device_key,))

    def fingerprint(self, username: str, secret: str) -> str:
        """A slow salted fingerprint for a secret that came without a keyed one; the salt lives in the file."""
        known = self._derived.get((username, secret))
        if known is None:
            with self._transaction() as db:
                salt = bytes(db.execute("SELECT value FROM salt").fetchone()[0])
            text = f"{username}\0{secret}".encode()
            known = hashlib.pbkdf2_hmac("sha256", text, salt, _ITERATIONS).hex()
            self._derived[username, secret] = known
        return known

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _refuse_known(self, same: "list[_Row]", username: str, layer: str, at: float) -> None:
        accepted = any(r.state == "accepted" for r in same)
        refused = [r for r in same if r.state == "refused" and (r.layer == layer or not accepted)]
        if refused:
            raise Known(say("transport.locked-known", username=username))
        if any(self._in_flight(row, at) for row in same):
            raise Busy(say("transport.locked-busy", username=username))

    def _refuse_spent(self, counted: "list[_Row]", limit: int, username: str, at: float) -> None:
        """Nothing is left; where that is only because of attempts under way, waiting may help."""
        if sum(1 for row in counted if not self._in_flight(row, at)) < limit:
            raise Busy(say("transport.locked-busy", username=username))
        raise Locked(say("transport.locked-budget", count=len(counted), limit=limit))

    def _in_flight(self, row: "_Row", at: float) -> bool:
        return row.state == "reserved" and abs(at - row.at) < _IN_FLIGHT and self._alive(row.owner)

    def _settle(self, db: sqlite3.Connection, ticket: Ticket, accepted: bool | None) -> None:
        if not accepted:
            state = "unclear" if accepted is None else "refused"
            db.execute("UPDATE attempt SET state = ? WHERE id = ?", (state, ticket.id))
            return
        account = (ticket.device, ticket.username, ticket.layer)
        # Older successes say nothing new, and unclear attempts are explained; refusals stay as "never again".
        db.execute(_FORGET_UNCLEAR, account)
        db.execute(_STOP_COUNTING, account)
        for number, owner in db.execute(_RESERVED, account).fetchall():
            if number != ticket.id and not self._alive(owner):
                db.execute("DELETE FROM attempt WHERE id = ?", (number,))
        db.execute("UPDATE attempt SET state = 'accepted', counts = 0 WHERE id = ?", (ticket.id,))

    def _alive(self, owner: str) -> bool:
        if owner == self._owner:
            return True
        pid = int(owner.partition(":")[0])
        if pid == os.getpid():
            # Another budget object of this process, or an older process that had this number.
            return True
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction; whatever SQLite cannot do becomes Locked, because then no login may be made."""
        with self._lock:
            try:
                db = self._open()
                db.execute("BEGIN IMMEDIATE")
            except (sqlite3.Error, OSError) as error:
                raise Locked(say("transport.locked-file", reason=str(error))) from error
            try:
                yield db
                db.execute("COMMIT")
            except sqlite3.Error as error:
                _roll_back(db)
                raise Locked(say("transport.locked-file", reason=str(error))) from error
            except BaseException:
                _roll_back(db)
                raise

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            db = sqlite3.connect(
                self._path, timeout=self._patience, isolation_level=None, check_same_thread=False, cached_statements=16
            )
            try:
                _prepare(db, self._patience)
            except sqlite3.Error:
                db.close()
                raise
            self._connection = db
            weakref.finalize(self, db.close)
        return self._connection


@dataclass(frozen=True, slots=True)
class _Row:
    username: str
    secret: str
    layer: str
    at: float
    state: str
    counts: int
    owner: str


_ROWS = "SELECT username, secret, layer, at, state, counts, owner FROM attempt WHERE device = ?"
_INSERT = (
    "INSERT INTO attempt (device, username, secret, layer, at, state, counts, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_FORGET_UNCLEAR = (
    "DELETE FROM attempt WHERE device = ? AND username = ? AND layer = ? AND state IN ('accepted', 'unclear')"
)
_STOP_COUNTING = "UPDATE attempt SET counts = 0 WHERE device = ? AND username = ? AND layer = ? AND state = 'refused'"
_RESERVED = "SELECT id, owner FROM attempt WHERE device = ? AND username = ? AND layer = ? AND state = 'reserved'"


def failures_allowed(rule: Lockout | None) -> int:
    """At most half of what the maker allows before it locks, at least one; two where the rule is not verified."""
    if rule is None:
        return CAUTIOUS
    half = max(1, rule.attempts // 2)
    return half if rule.verified else min(CAUTIOUS, half)


def _fresh(row: _Row, rule: Lockout | None, at: float) -> bool:
    """Whether a failure still counts: a day at least; for ever where the maker's lock never opens by itself."""
    if rule is None:
        return at - row.at < _DAY
    if rule.duration <= 0:
        return True
    return at - row.at < max(rule.window, rule.duration, _DAY)


def _prepare(db: sqlite3.Connection, patience: float) -> None:
    """Tables and salt. A reservation is written before a password leaves, and outlives the program, however it ends;
    WAL may lose the newest ones where the power fails, which waiting for the disk at every log-in would not be worth.
    """
    _switch_to_wal(db, patience)
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN IMMEDIATE")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        db.execute(statement)
    if db.execute("SELECT count(*) FROM salt").fetchone()[0] == 0:
        db.execute("INSERT INTO salt VALUES (?)", (os.urandom(16),))
    db.execute("COMMIT")


def _switch_to_wal(db: sqlite3.Connection, patience: float) -> None:
    """SQLite does not wait by itself when two processes switch at once."""
    end = monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if monotonic() > end:
                raise
            time.sleep(0.02)


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")
