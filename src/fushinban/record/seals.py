"""Seals of rows: a keyed digest of a row's columns, the same from what is written and from what is read back."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from fushinban.record.sealed import Sealed

#: Bytes of one mark: half of a seal with moving columns, the whole of one without.
MARK = 16

#: Sums of seals are kept below this.
MODULUS = 1 << 256

#: What the audit log says of a thing that is not there any more.
GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Number and sum of the seals of some rows."""

    count: int = 0
    total: int = 0

    def plus(self, seals: Iterable[bytes]) -> "Tally":
        """With these rows."""
        given = [int.from_bytes(s, "big") for s in seals]
        return Tally(count=self.count + len(given), total=(self.total + sum(given)) % MODULUS)

    def minus(self, seals: Iterable[bytes]) -> "Tally":
        """Without these rows."""
        given = [int.from_bytes(s, "big") for s in seals]
        return Tally(count=self.count - len(given), total=(self.total - sum(given)) % MODULUS)

    def and_(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(count=self.count + other.count, total=(self.total + other.total) % MODULUS)

    @property
    def hex(self) -> str:
        """The sum in hex."""
        return f"{self.total:064x}"


class Sealer:
    """Makes seals with one key."""

    def __init__(self, key: bytes) -> None:
        self._start = hashlib.blake2b(key=key, digest_size=MARK)

    def mark(self, kind: str, values: Sequence[object]) -> bytes:
        """The keyed digest of a row's values (text, numbers, truth values, times, bytes or None)."""
        # A time in UTC, so that it is written the same wherever it came from. Asked here, not in a function: this is
        # done for every value of every row.
        alike = [v if type(v) is not datetime or v.tzinfo is UTC else v.astimezone(UTC) for v in values]
        digest = self._start.copy()
        digest.update(orjson.dumps((kind, *alike), default=_plain, option=orjson.OPT_SORT_KEYS))
        return digest.digest()

    def sealing(self, sealed: Sealed) -> Callable[[Sequence[object]], bytes]:
        """`seal` for many rows of one kind, without the ways that lead to it for each."""
        return partial(self.seal, sealed) if sealed.moving else partial(self.mark, sealed.kind)

    def seal(self, sealed: Sealed, values: Sequence[object]) -> bytes:
        """The seal of a row from its values, in the order of `columns` and then `moving`."""
        if not sealed.moving:
            return self.mark(sealed.kind, values)
        fixed = self.mark(sealed.kind, values[: len(sealed.columns)])
        return self.moved(sealed, fixed, values[len(sealed.columns) :])

    def moved(self, sealed: Sealed, seal: bytes, values: Sequence[object]) -> bytes:
        """The seal of a row of which only the `moving` columns changed."""
        fixed = bytes(seal[:MARK])
        return fixed + self.mark(f"{sealed.kind} moving", (fixed.hex(), *values))

    def __repr__(self) -> str:
        return "Sealer()"


def _plain(value: Any) -> object:
    """What JSON does not know: bytes are written as their hash."""
    if isinstance(value, bytes | bytearray | memoryview):
        return hashlib.sha256(value).hexdigest()
    return str(value)
