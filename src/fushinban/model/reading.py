"""One answer of one device to one question."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from fushinban.model.facts.base import Fact
from fushinban.model.text import Named, Text

F = TypeVar("F", bound=Fact)


class Answer(Named):
    """What came back. Only OK carries a value."""

    OK = "ok"
    NOT_SUPPORTED = "not-supported"
    DENIED = "denied"
    LOCKED = "locked"
    UNREACHABLE = "unreachable"
    MALFORMED = "malformed"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer came from: driver, request, SHA-256 of the raw answer (hex, may be empty), time (UTC)."""

    driver: str
    request: str
    at: datetime
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[F]):
    """The answer to "what is this fact?" from one device. `value` is there exactly when the answer is OK."""

    fact: type[F]
    answer: Answer
    source: Source
    value: F | None = None
    detail: Text | None = None
