"""The program's own journal: one event per line, as JSON or readable at a terminal, without secrets.

Whatever a library says passes through `blank`, which takes out all that looks like a secret: rather a line that tells
less than one that tells too much. Ids of people, never their addresses. The audit log of the store is another thing.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import TextIO

#: Loggers of the libraries that would otherwise write on their own.
LIBRARIES = (
    "uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "django", "django.server", "django.request",
    "django.security", "django.db.backends", "dbos", "sqlalchemy", "allauth", "asyncio", "py.warnings",
)  # fmt: skip

BLANK = "***"

#: What an event may carry besides its name. Anything else given to `event` is a mistake of the programmer.
FIELDS = frozenset(
    {
        "request", "person", "job", "site", "device", "inspection", "worker", "method", "page", "status", "seconds",
        "count", "size", "state", "reason", "address", "attempt",
    }
)  # fmt: skip

_EVENT = "fushinban_event"
_LONGEST = 20_000

_context: ContextVar[Mapping[str, object]] = ContextVar("journal", default={})  # noqa: B039 - never changed in place


class Form(Enum):
    """How the journal is written."""

    JSON = "json"
    PLAIN = "plain"


def event(name: str, /, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one event, e.g. `event("job-ended", job=…, seconds=…)`. Fields are those of FIELDS (ValueError)."""
    if unknown := fields.keys() - FIELDS:
        raise ValueError(f"no fields of the journal: {sorted(unknown)}")
    logging.getLogger("fushinban").log(level, "%s", name, extra={_EVENT: fields})


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """Every line written inside carries these fields (a request's or a job's id)."""
    if unknown := fields.keys() - FIELDS:
        raise ValueError(f"no fields of the journal: {sorted(unknown)}")
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def open_journal(stream: TextIO | None = None, form: Form | None = None, level: int = logging.INFO) -> logging.Handler:
    """Send everything that is logged to the stream (standard error), by default readable at a terminal, else JSON.

    Takes the place of all handlers, those of the libraries included; may be called again.
    """
    target = sys.stderr if stream is None else stream
    chosen = form or (Form.PLAIN if target.isatty() else Form.JSON)
    handler = _Quiet(target)
    handler.setFormatter(_Json() if chosen is Form.JSON else _Plain())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    # It adds a handler of its own where it finds none.
    dbos = logging.getLogger("dbos")
    dbos.handlers[:], dbos.propagate = [handler], False
    # Its lines hold whole addresses; `web.request_log` writes one line for each request instead.
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("sqlalchemy", "django.db.backends", "asyncio"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    return handler


class _Quiet(logging.StreamHandler[TextIO]):
    """A line that cannot be written is lost; the usual way would print its arguments as they are."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing."""


class _Json(logging.Formatter):
    """`{"at": …, "level": …, "logger": …, "event": …, …}` on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _message(record),
            **_fields(record),
        }
        if error := _error(record):
            line["error"] = error
        return json.dumps(line, ensure_ascii=False)


class _Plain(logging.Formatter):
    """`12:34:56 INFO event key=value …` for a person at a terminal; line breaks and control characters shown as ␤."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the lines of an error below it."""
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        words = [at, f"{record.levelname:<7}", _message(record)]
        words += [f"{key}={value}" for key, value in _fields(record).items()]
        line = "".join(letter if letter.isprintable() else "␤" for letter in " ".join(words))
        error = _error(record)
        if not error:
            return line
        return line + "\n" + "\n".join(f"    {_printable(part)}" for part in error.splitlines())


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "␤" for letter in text)


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError, IndexError):
        text = str(record.msg)  # the arguments do not fit the sentence: the sentence alone
    return blank(text)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    given: Mapping[str, object] = getattr(record, _EVENT, {})
    return {key: _value(value) for key, value in {**_context.get(), **given}.items() if value is not None}


def _value(value: object) -> object:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 4)
    return blank(str(value))


def _error(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return blank("".join(traceback.format_exception(*record.exc_info)))


_NAMES = (
    r"pass(?:word|wd|phrase|_phrase|-phrase|\ phrase|code)?|pwd|pw|pin|otp|totp|secret|token|csrf\w*|api[_-]?key|"
    r"\w*key|(?<![A-Za-z])auth\w*|authori[sz]ation|cookie|set-cookie|session\w*|signature|credential\w*|nonce|response|"
    r"code|state|"
    r"パスワード|パスフレーズ|暗証番号|秘密|合言葉"
)
#: A name that announces a secret, in quotes, and its value in quotes: both ends of the value are known.
_QUOTED = re.compile(
    rf"""(?i)(["'])((?:\w|[.\-]){{0,40}}(?:{_NAMES})(?:\w|[.\-]){{0,20}})\1(\s*[:=,]\s*)(b?)"""
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
)
#: The same without quotes: nobody knows where such a value ends, so the rest of the line goes.
_OPEN = re.compile(rf"""(?i)((?:\w|[.\-]){{0,40}}(?:{_NAMES})(?:\w|[.\-]){{0,20}}["']?\s*(?:=>|[:=：＝]))[^\r\n]*""")
_SCHEME = re.compile(r"(?i)\b(bearer|basic|digest|negotiate)\s+[^\r\n]+")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.\-]{1,20}://)[^\s/]*(?:/[^\s@]*)?@")
_QUERY = re.compile(r"(?i)(\b[a-z][a-z0-9+.\-]{1,20}://[^\s?#]*|(?<=\s)/[^\s?#]*|^/[^\s?#]*)[?#]\S+")
_MAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:]+")
_PRIVATE = re.compile(r"-----BEGIN [^-]*-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL)
_RUN = re.compile(r"[A-Za-z0-9_\-+=~%]{16,}")
_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9]{8}-[0-9]{6}-[0-9a-f]{8}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9\-+]+|[=\-_~+]+"
)
_WORDS = r"(?:[A-Za-z]?[a-z]{1,24}|[A-Z]?[a-z]{2,24}(?:[A-Z][a-z]{2,24}){1,6}|[A-Z]{1,15})"
_PLAIN_WORD = re.compile(rf"{_WORDS}(?:[_\-](?:{_WORDS}|[0-9]{{1,4}}))*")


def blank(text: str) -> str:
    """The text without what looks like a secret, a personal address or a one-time link; at most 20,000 characters."""
    short = text[:_LONGEST]
    short = _PRIVATE.sub(BLANK, short)
    short = _USERINFO.sub(rf"\1{BLANK}@", short)
    short = _QUERY.sub(rf"\1?{BLANK}", short)
    short = _QUOTED.sub(rf"\1\2\1\3{BLANK}", short)
    short = _OPEN.sub(_unless_blank, short)
    short = _SCHEME.sub(rf"\1 {BLANK}", short)
    short = _MAIL.sub(_mail, short)
    return _RUN.sub(_run, short)


def _unless_blank(found: re.Match[str]) -> str:
    """A value already taken out with both its ends known keeps what stands behind it."""
    rest = found.group(0)[len(found.group(1)) :]
    return found.group(0) if rest.lstrip().startswith(BLANK) else f"{found.group(1)} {BLANK}"


def _mail(found: re.Match[str]) -> str:
    return found.group(0) if found.group(0).startswith(BLANK) else BLANK


def _run(found: re.Match[str]) -> str:
    """A long run of letters and digits is a token, unless it is an id of ours or reads like words."""
    text = found.group(0)
    return text if _ID.fullmatch(text) or _PLAIN_WORD.fullmatch(text) else BLANK
