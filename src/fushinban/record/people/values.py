"""What the stores of people hand out."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from fushinban.model.rights import Grant, Permission, Rights


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGrant:
    """A grant on record: its number, whose it is, who gave it and when."""

    number: int
    person: int
    grant: Grant
    created_at: datetime
    created_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """One person with all grants, ended ones included. `last_seen`: the last sign-in."""

    number: int
    email: str
    name: str
    language: str
    active: bool
    created_at: datetime
    last_seen: datetime | None
    has_pass_phrase: bool
    grants: tuple[HeldGrant, ...] = ()

    def rights(self, now: datetime) -> Rights:
        """What the person may do at this moment: nothing, when not active."""
        held = tuple(h.grant for h in self.grants if h.grant.holds(now)) if self.active else ()
        return Rights(grants=held)


class Purpose(StrEnum):
    """What a one-time link is for: the first administrator, a new person, a new pass phrase."""

    SETUP = "setup"
    INVITE = "invite"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link that was just made. `secret` is shown once and kept nowhere."""

    number: int
    purpose: Purpose
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What a link on record says, without its secret."""

    number: int
    purpose: Purpose
    email: str
    name: str
    grant: Grant | None
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    forget_factors: bool = False

    def open(self, now: datetime) -> bool:
        """Whether the link can still be used."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEntry:
    """An API token on record, without its text. `hint`: its last characters."""

    number: int
    owner: int
    name: str
    hint: str
    permissions: frozenset[Permission]
    customer: int | None
    site: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token that was just made. `text` is shown once and kept nowhere."""

    text: str = field(repr=False)
    entry: TokenEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUse:
    """Who calls with a token, and what that call may do."""

    token: TokenEntry
    person: PersonEntry
    rights: Rights
