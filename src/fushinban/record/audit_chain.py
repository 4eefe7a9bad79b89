"""The chain of the audit log. Each hash covers all that its entry says and the hash before; a keyed seal covers it.

The chain alone (SHA-256) can be checked by anybody who holds an export. The seal (HMAC-SHA256) cannot be made by
somebody who has only the database: its key comes from the master key of the vault.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from fushinban.model.audit import Actor, ActorKind, AuditEntry
from fushinban.record.seals import Sealer, Tally
from fushinban.record.vault import Vault

if TYPE_CHECKING:
    from fushinban.record._audit_rows import AuditRow

#: Stands before the first entry.
START = ""

FORMAT = "fushinban-audit-1"

#: Columns of the table, in the order of `row_of`.
COLUMNS = (
    "number", "at", "actor_kind", "actor_id", "actor_name", "address", "action", "kind", "object", "detail", "digest",
    "previous", "hash", "seal", "key",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the log: number and hash of the newest entry, and the name of the key of the seals."""

    number: int = 0
    hash: str = START
    key: str = ""


class AuditKeys:
    """The keys of the audit log, derived from the master key. Nothing of them is shown."""

    def __init__(self, derived: Callable[[str], bytes]) -> None:
        self._chain = derived("audit log")
        self.rows = Sealer(derived("audit rows"))
        self.id = sha256(b"audit key id" + self._chain).hexdigest()[:16]

    @classmethod
    def of(cls, data_dir: Path) -> "AuditKeys":
        """The keys of a data folder. Raises StoreError when the vault's key cannot be had."""
        return cls(Vault(data_dir).derived)

    def seal(self, entry_hash: str) -> str:
        """The seal of an entry."""
        return self._sealed("entry", entry_hash)

    def head_seal(self, head: Head) -> str:
        """The seal of the end of the log."""
        return self._sealed("head", f"{head.number} {head.hash}")

    def group_seal(self, kind: str, group: str, version: int, tally: Tally) -> str:
        """The seal of the state of a group."""
        return self._sealed("group", orjson.dumps((kind, group, version, tally.count, tally.hex)).decode())

    def _sealed(self, purpose: str, text: str) -> str:
        return hmac.digest(self._chain, f"{purpose} {text}".encode(), "sha256").hex()

    def __repr__(self) -> str:
        return "AuditKeys()"


def entry_hash(entry: AuditEntry, detail: str) -> str:
    """The hash of an entry: SHA-256 of a JSON list of all it says. `detail`: its text as it is kept."""
    said = (
        FORMAT, entry.number, moment_text(entry.at), str(entry.actor.kind), entry.actor.id, entry.actor.name,
        entry.actor.address, entry.action, entry.kind, entry.id, detail, entry.digest, entry.key, entry.previous,
    )  # fmt: skip
    return sha256(orjson.dumps(said)).hexdigest()


def moment_text(moment: datetime) -> str:
    """UTC with microseconds: `2026-11-23T06:04:05.000000+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def linked(entry: AuditEntry, detail: str, head: Head, keys: AuditKeys) -> AuditEntry:
    """The entry as the next after `head`."""
    placed = replace(entry, number=head.number + 1, previous=head.hash, key=keys.id)
    own = entry_hash(placed, detail)
    return replace(placed, hash=own, seal=keys.seal(own))


def entry_of(row: "AuditRow") -> AuditEntry:
    """The entry of a row."""
    return AuditEntry(
        number=row.number,
        at=row.at,
        actor=Actor(kind=_actor_kind(row.actor_kind), id=row.actor_id, name=row.actor_name, address=row.address),
        action=row.action,
        kind=row.kind,
        id=row.object,
        detail=detail_of(row.detail),
        digest=row.digest,
        previous=row.previous,
        hash=row.hash,
        seal=row.seal,
        key=row.key,
    )


def detail_of(text: str) -> dict[str, object]:
    """The detail from its text; empty where somebody made it unreadable (verification says so)."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _actor_kind(text: str) -> ActorKind:
    return ActorKind(text) if text in list(ActorKind) else ActorKind.SYSTEM
