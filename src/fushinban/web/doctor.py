"""Looks an installation over: each line a state and a sentence with what to do. Changes nothing."""

import http.client
import os
import shutil
import ssl
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from fushinban import clock
from fushinban.errors import FushinbanError
from fushinban.messages import Text, say
from fushinban.model.text import Named
from fushinban.web.listen import Wanted, check, open_socket

if TYPE_CHECKING:
    from fushinban.record.store import Store

_GIGABYTE = 1024**3
#: Below this much free space nothing can be kept safely, and below the other it is time to act, bytes.
_NO_SPACE, _LITTLE_SPACE = _GIGABYTE // 4, 2 * _GIGABYTE
_OLDEST_POSTGRESQL = (14,)
_EXPIRES_SOON = timedelta(days=30)
#: This program did not exist before; a clock that says so is wrong.
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(minutes=5)


class Health(Named):
    """How one thing is."""

    FINE = "fine"
    CARE = "care"
    WRONG = "wrong"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at."""

    name: str
    health: Health
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What to look at."""

    data_dir: Path
    database_url: str
    wanted: Wanted
    environ: Mapping[str, str]


def examine(patient: Patient) -> tuple[Line, ...]:
    """Look at everything; a thing that cannot be looked at is a line too."""
    lines = [_told(name, check_one, patient) for name, check_one in _CHECKS]
    if all(line.health is not Health.WRONG for line in lines if line.name in {"data", "database", "key"}):
        lines += _inside(patient)
    return tuple(lines)


def _told(name: str, look: Callable[[Patient], Line], patient: Patient) -> Line:
    try:
        return look(patient)
    except FushinbanError as error:
        return Line(name=name, health=Health.WRONG, text=error.text)
    except OSError as error:
        return _line(name, Health.WRONG, "doctor.cannot-look", reason=error.strerror or type(error).__name__)


def _line(name: str, health: Health, message: str, **values: object) -> Line:
    return Line(name=name, health=health, text=say(message, **values))


def _data(patient: Patient) -> Line:
    folder = patient.data_dir
    if not folder.exists():
        return _line("data", Health.CARE, "doctor.data-none", place=folder)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return _line("data", Health.WRONG, "doctor.data-rights", place=folder)
    if mode & 0o077:
        return _line("data", Health.WRONG, "doctor.data-open", place=folder, mode=f"{mode:o}")
    return _line("data", Health.FINE, "doctor.data-fine", place=folder)


def _space(patient: Patient) -> Line:
    folder = next(place for place in (patient.data_dir, *patient.data_dir.absolute().parents) if place.exists())
    free = shutil.disk_usage(folder).free
    shown = f"{free / _GIGABYTE:.1f}"
    if free < _NO_SPACE:
        return _line("space", Health.WRONG, "doctor.space-none", free=shown)
    if free < _LITTLE_SPACE:
        return _line("space", Health.CARE, "doctor.space-little", free=shown)
    return _line("space", Health.FINE, "doctor.space-fine", free=shown)


def _key(patient: Patient) -> Line:
    from fushinban.record.vault import Vault
    from fushinban.record.vault_key import find_key

    vault = Vault(patient.data_dir, patient.environ)
    names = vault.names()
    if find_key(patient.data_dir, patient.environ) is None and not names:
        return _line("key", Health.CARE, "doctor.key-none")
    vault.check()
    return _line("key", Health.FINE, "doctor.key-fine", count=len(names))


def _database(patient: Patient) -> Line:
    from fushinban.record.setup import look_at

    found = look_at(patient.database_url)
    version = ".".join(map(str, found.version))
    if found.kind == "postgresql" and found.version < _OLDEST_POSTGRESQL:
        oldest = _OLDEST_POSTGRESQL[0]
        return _line("database", Health.WRONG, "doctor.database-old", version=version, oldest=oldest)
    if found.missing:
        return _line("database", Health.CARE, "doctor.database-behind", place=found.place)
    kind = "PostgreSQL" if found.kind == "postgresql" else "SQLite"
    return _line("database", Health.FINE, "doctor.database-fine", place=found.place, kind=kind, version=version)


def _clock(patient: Patient) -> Line:
    now = clock.now()
    if now < _BEGINNING:
        return _line("clock", Health.WRONG, "doctor.clock-behind", now=clock.shown(now))
    return _line("clock", Health.FINE, "doctor.clock-fine", now=clock.shown(now))


def _certificate(patient: Patient) -> Line:
    path = patient.wanted.certificate
    if path is None:
        return _line("certificate", Health.UNCHECKED, "doctor.certificate-none")
    check(patient.wanted)
    read = x509.load_pem_x509_certificates(path.read_bytes())[0]
    left = read.not_valid_after_utc - clock.now()
    until = clock.shown_date(read.not_valid_after_utc)
    if left <= timedelta(0):
        return _line("certificate", Health.WRONG, "doctor.certificate-over", until=until)
    if left < _EXPIRES_SOON:
        return _line("certificate", Health.CARE, "doctor.certificate-soon", until=until, days=left.days)
    return _line("certificate", Health.FINE, "doctor.certificate-fine", until=until)


def _port(patient: Patient) -> Line:
    place = check(patient.wanted)
    if _answers(place.host, place.port, secure=place.certificate is not None):
        return _line("port", Health.FINE, "doctor.port-ours", address=patient.wanted.listen)
    open_socket(place).close()
    return _line("port", Health.FINE, "doctor.port-free", address=patient.wanted.listen)


def _answers(host: str, port: int, *, secure: bool) -> bool:
    """Whether a console of ours serves there already."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not bound
    if secure:
        # Only whether it is ours is asked; nothing is sent that a certificate would have to protect.
        context = ssl._create_unverified_context()  # noqa: S323 - see above
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, timeout=3, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status == 200 and answer.read(10) == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


_CHECKS: tuple[tuple[str, Callable[[Patient], Line]], ...] = (
    ("data", _data),
    ("space", _space),
    ("key", _key),
    ("database", _database),
    ("clock", _clock),
    ("certificate", _certificate),
    ("port", _port),
)


def _inside(patient: Patient) -> Iterator[Line]:
    """What the records themselves say; only where the database is up to date, since opening would change it."""
    from fushinban.record.setup import look_at, open_store

    if look_at(patient.database_url).missing:
        return
    with open_store(patient.database_url, data_dir=patient.data_dir) as store:
        for name, look in (("audit", _audit), ("newest", _newest), ("workers", _workers)):
            yield _told(name, lambda _, look=look: look(store), patient)  # type: ignore[misc]  # a bound look


def _audit(store: "Store") -> Line:
    """The end of the log against the mark outside the database; the whole log is for `fushinban audit verify`."""
    head = store.audit.head
    marked = store.audit.head_file.read(store.audit.keys)
    if marked.damaged:
        return _line("audit", Health.WRONG, "doctor.audit-damaged")
    if marked.head is not None and marked.head.number > head.number:
        return _line("audit", Health.WRONG, "doctor.audit-cut", known=marked.head.number, found=head.number)
    return _line("audit", Health.FINE, "doctor.audit-fine", count=head.number)


def _newest(store: "Store") -> Line:
    """A record from the future tells that this clock went back."""
    newest = next(iter(store.audit.entries(most=1)), None)
    if newest is not None and newest.at > clock.now() + _AHEAD:
        return _line("newest", Health.WRONG, "doctor.clock-back", newest=clock.shown(newest.at))
    return _line("newest", Health.FINE, "doctor.newest-fine")


def _workers(store: "Store") -> Line:
    living = store.jobs.living(timedelta(minutes=2))
    if not living:
        return _line("workers", Health.CARE, "doctor.workers-none")
    return _line("workers", Health.FINE, "doctor.workers-fine", count=len(living))
