"""One-time links: for the first administrator, for new people, for a new pass phrase. Used once, by one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.messages import Text, say
from fushinban.model.audit import Actor, ActorKind
from fushinban.model.rights import Grant, Role
from fushinban.record.acting import acting, actor_now
from fushinban.record.connection import Link as Database
from fushinban.record.connection import cut
from fushinban.record.people.factors import forget_factors as take_factors_off
from fushinban.record.people.models import Invitation, Person
from fushinban.record.people.people import People, checked_email, checked_language, checked_name
from fushinban.record.people.values import Invited, Link, PersonEntry, Purpose
from fushinban.record.store import Store

#: How long a link holds.
LIFETIMES = {
    Purpose.SETUP: timedelta(days=1),
    Purpose.INVITE: timedelta(days=7),
    Purpose.RESET: timedelta(days=1),
}


class Links:
    """Make, find, use and revoke links. Every method may raise StoreError; `actor` None: who acts here.

    A link that is unknown, used, revoked or too old is refused with the same InputError.
    """

    def __init__(self, link: Database) -> None:
        self._link = link
        self._people = People(link)
        self._rows = Invitation._base_manager.using(link.alias)

    @classmethod
    def of(cls, store: Store) -> "Links":
        """The links of a store."""
        return cls(store._link)

    def first_setup(self, *, actor: Actor | None = None) -> Link | None:
        """A link for the first administrator; None as soon as there is a person. Earlier ones hold no more."""
        with self._link.writing():
            if self._people.there_are_any():
                return None
            for old in self._rows.select_for_update().filter(purpose=Purpose.SETUP, used_at=None, revoked_at=None):
                self._end(old, "link.revoked", actor)
            return self._make(Purpose.SETUP, Invitation(), actor)

    def invite(
        self, email: str, grant: Grant, *, name: str = "", language: str = "", actor: Actor | None = None
    ) -> Link:
        """A link with which a new person comes in, with this grant. Raises InputError, Conflict."""
        address = checked_email(email)
        with self._link.writing():
            if self._people.find(address) is not None:
                raise Conflict(say("people.email-taken", email=address))
            self._people.check_grant(grant)
            row = Invitation(
                email=address, name=cut(name.strip(), 200), language=checked_language(language),
                role=grant.role.value, customer=grant.customer, site=grant.site or "", start=grant.start, end=grant.end,
            )  # fmt: skip
            return self._make(Purpose.INVITE, row, actor)

    def reset(self, number: int, *, forget_factors: bool = False, actor: Actor | None = None) -> Link:
        """A link with which a person sets a new pass phrase; earlier ones hold no more. Raises InputError.

        `forget_factors`: using it also takes off the person's second factors.
        """
        with self._link.writing():
            person = self._people.get(number)
            if person is None or not person.active:
                raise InputError(say("people.no-person"))
            for old in self._rows.select_for_update().filter(person=number, used_at=None, revoked_at=None):
                self._end(old, "link.revoked", actor)
            row = Invitation(person_id=number, email=person.email, name=person.name, forget_factors=forget_factors)
            return self._make(Purpose.RESET, row, actor)

    def find(self, secret: str) -> Invited | None:
        """What an open link says; None for any other."""
        with self._link.reading():
            row = self._rows.filter(digest=_digest(secret)).first()
        found = _invited(row) if row is not None else None
        return found if found is not None and found.open(clock.now()) else None

    def open(self) -> tuple[Invited, ...]:
        """Links that can still be used, the newest first."""
        now = clock.now()
        with self._link.reading():
            rows = tuple(self._rows.filter(used_at=None, revoked_at=None, expires_at__gt=now).order_by("-id"))
        return tuple(map(_invited, rows))

    def revoke(self, number: int, *, actor: Actor | None = None) -> None:
        """The link holds no more; nothing happens to one that is used or gone."""
        with self._link.writing():
            row = self._rows.select_for_update().filter(pk=number, used_at=None, revoked_at=None).first()
            if row is not None:
                self._end(row, "link.revoked", actor)

    def use_setup(
        self, secret: str, email: str, name: str, pass_phrase: str, *, language: str = "", address: str = ""
    ) -> PersonEntry:
        """The first person, administrator of everything. Raises InputError for a bad link or a weak pass phrase."""
        email, name = checked_email(email), checked_name(name)
        _check(pass_phrase, Person(email=email, name=name))
        with self._used(secret, Purpose.SETUP, address):
            if self._people.there_are_any():
                raise _bad_link()
            return self._come_in(email, name, language, pass_phrase, Grant(role=Role.ADMINISTRATOR), address)

    def accept(
        self, secret: str, pass_phrase: str, *, name: str = "", language: str = "", address: str = ""
    ) -> PersonEntry:
        """A new person comes in by invitation. Raises InputError for a bad link or a weak pass phrase."""
        invited = self._known(secret, Purpose.INVITE)
        shown = checked_name(name or invited.name or invited.email)
        _check(pass_phrase, Person(email=invited.email, name=shown))
        with self._used(secret, Purpose.INVITE, address) as row:
            grant = _grant(row)
            if grant is None:
                raise _bad_link()
            return self._come_in(row.email, shown, language or row.language, pass_phrase, grant, address)

    def use_reset(self, secret: str, pass_phrase: str, *, address: str = "") -> PersonEntry:
        """A new pass phrase for the link's person; every session ends. Raises InputError."""
        invited = self._known(secret, Purpose.RESET)
        _check(pass_phrase, Person(email=invited.email, name=invited.name))
        with self._used(secret, Purpose.RESET, address) as row:
            person = Person._base_manager.using(self._link.alias).select_for_update().get(pk=row.person_id)
            if not person.is_active:
                raise _bad_link()
            person.set_password(pass_phrase)
            person.save(using=self._link.alias, update_fields=["password"])
            with acting(_actor(person, address)):
                self._link.audit.changed("pass-phrase.changed", "person", str(person.pk), {"link": row.pk})
                if row.forget_factors:
                    take_factors_off(self._link, person.pk)
        found = self._people.get(person.pk)
        assert found is not None
        return found

    def _come_in(  # noqa: PLR0917 - what a person is made of
        self, email: str, name: str, language: str, pass_phrase: str, grant: Grant, address: str
    ) -> PersonEntry:
        person = self._people.make(email, name, language, pass_phrase)
        with acting(_actor(person, address)):
            self._link.audit.changed("person.added", "person", str(person.pk), {"email": person.email})
            self._people.give(person.pk, grant)
        found = self._people.get(person.pk)
        assert found is not None
        return found

    @contextmanager
    def _used(self, secret: str, purpose: Purpose, address: str) -> Iterator[Invitation]:
        """The link as used, with all that is done inside, or not at all. Of two at once one finds it open."""
        now = clock.now()
        with self._link.writing():
            open_ = self._rows.filter(
                digest=_digest(secret), purpose=purpose, used_at=None, revoked_at=None, expires_at__gt=now
            )
            if open_.update(used_at=now) != 1:
                raise _bad_link()
            row = self._rows.get(digest=_digest(secret))
            actor = Actor(kind=ActorKind.PERSON, name=row.email, address=address)
            self._link.audit.changed("link.used", "invitation", str(row.pk), {"purpose": purpose}, actor)
            yield row

    def _known(self, secret: str, purpose: Purpose) -> Invited:
        found = self.find(secret)
        if found is None or found.purpose is not purpose:
            raise _bad_link()
        return found

    def _make(self, purpose: Purpose, row: Invitation, actor: Actor | None) -> Link:
        secret = secrets.token_urlsafe(32)
        now = clock.now()
        row.purpose, row.digest = purpose.value, _digest(secret)
        row.created_at, row.expires_at = now, now + LIFETIMES[purpose]
        row.created_by = cut((actor or actor_now()).name, 200)
        row.save(using=self._link.alias, force_insert=True)
        detail = {"purpose": purpose, "email": row.email, "role": row.role, "expires": row.expires_at}
        self._link.audit.changed("link.made", "invitation", str(row.pk), detail, actor)
        return Link(number=row.pk, purpose=purpose, secret=secret, expires_at=row.expires_at)

    def _end(self, row: Invitation, action: str, actor: Actor | None) -> None:
        row.revoked_at = clock.now()
        row.save(using=self._link.alias, update_fields=["revoked_at"])
        self._link.audit.changed(action, "invitation", str(row.pk), {"purpose": row.purpose}, actor)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def _check(pass_phrase: str, person: Person) -> None:
    """Raises InputError with every weakness, in both languages."""
    try:
        validate_password(pass_phrase, person)
    except ValidationError as error:
        texts = [found for one in error.error_list if isinstance(found := (one.params or {}).get("text"), Text)]
        raise InputError(_together(texts) if texts else say("people.pass-phrase-weak")) from None


def _together(texts: list[Text]) -> Text:
    return Text("".join(t.ja for t in texts), " ".join(t.en for t in texts))


def _bad_link() -> InputError:
    return InputError(say("people.bad-link"))


def _actor(person: Person, address: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=str(person.pk), name=person.name, address=address)


def _grant(row: Invitation) -> Grant | None:
    if not row.role:
        return None
    return Grant(role=Role(row.role), customer=row.customer, site=row.site or None, start=row.start, end=row.end)


def _invited(row: Invitation) -> Invited:
    return Invited(
        number=row.pk,
        purpose=Purpose(row.purpose),
        email=row.email,
        name=row.name,
        grant=_grant(row),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        forget_factors=row.forget_factors,
    )
