"""Remembers, per getter, what raw answers it was made from, without drivers having to carry them along."""

import hashlib
from contextvars import ContextVar
from types import TracebackType

_seen: ContextVar[list[str] | None] = ContextVar("footprint", default=None)


class footprint:
    """Collect the SHA-256 (hex) of every raw answer received inside this block (and tasks started in it)."""

    __slots__ = ("_token",)

    def __enter__(self) -> list[str]:
        digests: list[str] = []
        self._token = _seen.set(digests)
        return digests

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _seen.reset(self._token)


def note_answer(raw: bytes) -> None:
    """Called by every session for every raw answer body."""
    digests = _seen.get()
    if digests is not None:
        digests.append(hashlib.sha256(raw).hexdigest())


def note_digests(digests: list[str]) -> None:
    """Called where one answer serves several getters: what it was made from counts for each of them."""
    seen = _seen.get()
    if seen is not None:
        seen.extend(digests)


def digest_of(digests: list[str]) -> str:
    """One digest for a fact: that of its only answer, or of the digests of several in order."""
    if len(digests) < 2:
        return digests[0] if digests else ""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
