"""Who did what, when, to which thing: the words of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from fushinban.messages import ids
from fushinban.model.text import Named, Text, say

#: What an entry may say besides: small values only, never a secret.
Detail = Mapping[str, object]


class ActorKind(Named):
    """What sort of actor did something."""

    PERSON = "person"
    TOKEN = "token"
    SYSTEM = "system"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. `id`: number of the person or token, or user number of the operating system; `address`: from where."""

    kind: ActorKind
    id: str = ""
    name: str = ""
    address: str = ""


#: The program by itself: schedules, clearing up, work resumed after a restart.
SYSTEM = Actor(kind=ActorKind.SYSTEM)


def nobody(address: str = "") -> Actor:
    """A visitor who has not signed in."""
    return Actor(kind=ActorKind.PERSON, address=address)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry. `kind` and `id`: the thing; `digest`: what its content was after the change, where it is sealed.

    `previous`, `hash`: the chain (SHA-256, hex); `seal`: HMAC of the hash with the key named by `key` (hex).
    """

    number: int
    at: datetime
    actor: Actor
    action: str
    kind: str
    id: str
    detail: Detail = field(default_factory=dict)
    digest: str = ""
    previous: str = ""
    hash: str = ""
    seal: str = ""
    key: str = ""


class Fault(Named):
    """What verification can find wrong."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    CUT_OFF = "cut-off"
    OTHER_KEY = "other-key"
    UNSEALED = "unsealed"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditProblem:
    """One thing that verification found.

    `table` and `row`: where; `number`: of the entry of the log, where it is one. `note`: worth knowing, but no sign of
    tampering.
    """

    fault: Fault
    text: Text
    table: str
    row: str = ""
    number: int | None = None
    note: bool = False


@lru_cache(maxsize=512)
def action_label(action: str) -> Text:
    """What an action is called to people; one without a sentence of its own is shown as it is."""
    message = f"audit.action-{action}"
    return say(message) if message in ids() else Text(action, action)
