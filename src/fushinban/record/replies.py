"""Answers kept by idempotency key, so that an action repeated after a broken connection happens once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from fushinban.record._webhook_rows import ReplyRow
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link

#: How long an answer is kept, and how long an action may take before its key is free again.
KEPT = timedelta(hours=24)
AT_WORK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A kept answer. `status` 0: the action is still in progress. `digest`: of the request it answered (hex)."""

    digest: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Replies:
    """Begin, keep and find replies. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = ReplyRow._base_manager.using(link.alias)

    def begin(self, key: str, digest: str, now: datetime) -> Reply | None:
        """Take a key (SHA-256 hex of who and what) for an action; None: go on. Else what another request did with it.

        Exactly one of several processes that begin at once gets None.
        """
        with self._link.reading():
            self._rows.filter(until__lt=now).delete()
            try:
                with transaction.atomic(using=self._link.alias):
                    self._rows.create(id=key, digest=digest, until=now + AT_WORK, headers=_written({}))
            except IntegrityError:
                row = self._rows.filter(id=key).first()
                if row is not None:
                    return Reply(digest=row.digest, status=row.status, headers=_read(row.headers), body=bytes(row.body))
                return Reply(digest=digest, status=0, headers={}, body=b"")
        return None

    def keep(self, key: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Keep the answer of an action that was begun."""
        with self._link.writing():
            self._rows.filter(id=key).update(status=status, headers=_written(headers), body=body, until=now + KEPT)

    def forget(self, now: datetime) -> int:
        """Drop answers that have been kept long enough; how many."""
        with self._link.writing():
            return self._rows.filter(until__lt=now).delete()[0]

    def drop(self, key: str) -> None:
        """Free the key of an action that did not happen."""
        with self._link.writing():
            self._rows.filter(id=key).delete()


def _written(headers: Mapping[str, str]) -> str:
    return encode(dict(headers), Mapping[str, str])


def _read(text: str) -> Mapping[str, str]:
    found: Mapping[str, str] = decode(Mapping[str, str], text)  # type: ignore[type-abstract] # a form, not made
    return found
