"""API tokens: shown once, kept as a hash, never with more rights than their owner has now."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from zlib import crc32

from fushinban import clock
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.audit import Actor
from fushinban.model.rights import Permission, Rights
from fushinban.record.connection import Link, cut
from fushinban.record.models import SiteRow
from fushinban.record.people.models import ApiToken
from fushinban.record.people.people import People, checked_name
from fushinban.record.people.values import NewToken, TokenEntry, TokenUse
from fushinban.record.store import Store

#: Every token begins with it, so that scanners for lost secrets can find one.
PREFIX = "fsb_"

LONGEST = timedelta(days=366)

#: How often the last use is written down, unless the address changes.
_SEEN_EVERY = timedelta(minutes=1)

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET, _CHECK = 43, 6  # 256 and 32 bits in 62 letters
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_SECRET + _CHECK}}}")


class Tokens:
    """Make, list, check and revoke tokens. Every method may raise StoreError; `actor` None: who acts here."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._people = People(link)
        self._rows = ApiToken._base_manager.using(link.alias)

    @classmethod
    def of(cls, store: Store) -> "Tokens":
        """The tokens of a store."""
        return cls(store._link)

    def make(
        self,
        owner: int,
        name: str,
        permissions: Iterable[Permission],
        expires_at: datetime,
        *,
        customer: int | None = None,
        site: str | None = None,
        actor: Actor | None = None,
    ) -> NewToken:
        """A new token of a person. Raises InputError: no permission given or held, no end, or one over a year away."""
        now = clock.now()
        wanted = frozenset(permissions)
        if not now < expires_at <= now + LONGEST:
            raise InputError(say("people.token-period"))
        if customer is not None and site is not None:
            raise InputError(say("people.grant-both"))
        rights = self._people.rights_of(owner, now).narrowed(wanted).within(customer, site, self._customers((site,)))
        if not wanted or not all(rights.anywhere(p) for p in wanted):
            raise InputError(say("people.token-more"))
        text = new_text()
        with self._link.writing():
            row = self._rows.create(
                owner_id=owner, name=checked_name(name)[:100], digest=_digest(text), hint=text[-4:],
                permissions=" ".join(sorted(wanted)), customer=customer, site=site or "", created_at=now,
                expires_at=expires_at,
            )  # fmt: skip
            detail = {
                "owner": owner, "name": row.name, "permissions": sorted(wanted), "customer": customer, "site": site,
                "expires": expires_at,
            }  # fmt: skip
            self._link.audit.changed("token.made", "token", str(row.pk), detail, actor)
        return NewToken(text=text, entry=_entry(row))

    def of_owner(self, owner: int) -> tuple[TokenEntry, ...]:
        """A person's tokens, the newest first."""
        return self._found(owner=owner)

    def all(self) -> tuple[TokenEntry, ...]:
        """Everybody's tokens, the newest first."""
        return self._found()

    def get(self, number: int) -> TokenEntry | None:
        """One token, or None."""
        return next(iter(self._found(pk=number)), None)

    def revoke(self, number: int, *, owner: int | None = None, actor: Actor | None = None) -> None:
        """The token opens nothing any more. `owner`: only when it is that person's. Raises InputError."""
        with self._link.writing():
            row = self._rows.select_for_update().filter(pk=number).first()
            if row is None or (owner is not None and row.owner_id != owner):
                raise InputError(say("people.no-token"))
            if row.revoked_at is None:
                row.revoked_at = clock.now()
                row.save(using=self._link.alias, update_fields=["revoked_at"])
                self._link.audit.changed("token.revoked", "token", str(number), {"name": row.name}, actor)

    def verify(self, text: str, now: datetime, address: str = "") -> TokenUse:
        """Who calls and with what rights. Raises InputError that says what is wrong with the token.

        Somebody who guesses learns nothing: only who holds a real token is told that it has expired or was revoked.
        """
        if not is_token(text):
            raise InputError(say("people.token-form"))
        with self._link.reading():
            row = self._rows.filter(digest=_digest(text)).first()
        if row is None:
            raise InputError(say("people.token-unknown"))
        entry = _entry(row)
        _check_period(entry, now)
        person = self._people.get(entry.owner)
        if person is None or not person.active:
            raise InputError(say("people.token-owner"))
        self._used(row, now, address)
        return TokenUse(token=entry, person=person, rights=self._narrowed(entry, person.rights(now)))

    def _narrowed(self, entry: TokenEntry, rights: Rights) -> Rights:
        sites = {entry.site, *(g.site for g in rights.grants)} if entry.site or entry.customer is not None else set()
        return rights.narrowed(entry.permissions).within(entry.customer, entry.site, self._customers(sites))

    def _customers(self, sites: Iterable[str | None]) -> dict[str, int | None]:
        """The customer of each of these sites."""
        named = sorted({s for s in sites if s is not None})
        if not named:
            return {}
        with self._link.reading():
            rows = SiteRow._base_manager.using(self._link.alias).filter(pk__in=named)
            return dict(rows.values_list("id", "owner_id"))

    def _used(self, row: ApiToken, now: datetime, address: str) -> None:
        source = cut(address, 64)
        last = row.last_used_at
        if last is None or row.last_used_from != source or now - last >= _SEEN_EVERY:
            # Without an entry of its own: what the token does is in the log, each time.
            with self._link.writing():
                self._rows.filter(pk=row.pk).update(last_used_at=now, last_used_from=source)

    def _found(self, **which: object) -> tuple[TokenEntry, ...]:
        with self._link.reading():
            return tuple(map(_entry, self._rows.filter(**which).order_by("-id")))


def new_text() -> str:
    """A new token: prefix, 256 random bits, checksum; letters and digits only."""
    secret = _letters(secrets.randbits(256), _SECRET)
    return f"{PREFIX}{secret}{_checksum(secret)}"


def is_token(text: str) -> bool:
    """Whether a text has the form of a token and its checksum fits: a mistyped one is known without the database."""
    if not _FORM.fullmatch(text):
        return False
    secret, check = text[len(PREFIX) : -_CHECK], text[-_CHECK:]
    return _checksum(secret) == check


def _checksum(secret: str) -> str:
    return _letters(crc32(secret.encode()), _CHECK)


def _letters(number: int, length: int) -> str:
    found = ""
    for _ in range(length):
        number, rest = divmod(number, len(_LETTERS))
        found = _LETTERS[rest] + found
    return found


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _check_period(entry: TokenEntry, now: datetime) -> None:
    if entry.revoked_at is not None:
        raise InputError(say("people.token-revoked"))
    if now >= entry.expires_at:
        raise InputError(say("people.token-expired"))


def _entry(row: ApiToken) -> TokenEntry:
    known = {p.value for p in Permission}
    return TokenEntry(
        number=row.pk,
        owner=row.owner_id,
        name=row.name,
        hint=row.hint,
        # A permission that is no more opens nothing.
        permissions=frozenset(Permission(p) for p in row.permissions.split() if p in known),
        customer=row.customer,
        site=row.site or None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
    )
