"""People on record: who they are, what they may do, from when to when."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef, Q

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.messages import say
from fushinban.model.audit import Actor
from fushinban.model.rights import Grant, Rights, Role
from fushinban.record._console_rows import CustomerRow
from fushinban.record.acting import actor_now
from fushinban.record.connection import Link, cut
from fushinban.record.models import SiteRow
from fushinban.record.people.administrators import one_stays
from fushinban.record.people.models import GrantRow, Person
from fushinban.record.people.rights import grant_of
from fushinban.record.people.values import HeldGrant, PersonEntry
from fushinban.record.store import Store


class People:
    """Find people, give and end grants. Every method may raise StoreError; `actor` None: who acts here.

    Whatever is changed is in the audit log in the same transaction.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._people = Person._base_manager.using(link.alias)
        self._grants = GrantRow._base_manager.using(link.alias)

    @classmethod
    def of(cls, store: Store) -> "People":
        """The people of a store."""
        return cls(store._link)

    def find(self, email: str) -> PersonEntry | None:
        """The person with this e-mail address, whatever its case; or None."""
        return self._one(Q(email__iexact=email.strip()))

    def get(self, number: int) -> PersonEntry | None:
        """The person with this number, or None."""
        return self._one(Q(pk=number))

    def list(
        self, *, text: str = "", active: bool | None = None, after: str = "", most: int = 1000
    ) -> tuple[PersonEntry, ...]:
        """People by e-mail address, after the address `after`; `text`: part of the name or address."""
        rows = self._people.filter(email__gt=after)
        if text:
            rows = rows.filter(Q(email__icontains=text) | Q(name__icontains=text))
        if active is not None:
            rows = rows.filter(is_active=active)
        with self._link.reading():
            return self._entries(tuple(rows.order_by("email")[:most]))

    def of_scope(self, *, customer: int | None = None, site: str | None = None) -> tuple[PersonEntry, ...]:
        """People with a grant for this customer or this site by name."""
        grants = self._grants.filter(person=OuterRef("pk"))
        wanted = grants.filter(customer=customer) if customer is not None else grants.filter(site=site or "-")
        with self._link.reading():
            return self._entries(tuple(self._people.filter(Exists(wanted)).order_by("email")))

    def there_are_any(self) -> bool:
        """Whether there is at least one person."""
        with self._link.reading():
            return self._people.exists()

    def rights_of(self, number: int, now: datetime | None = None) -> Rights:
        """What a person may do at this moment; nothing for somebody unknown or not active."""
        found = self.get(number)
        return found.rights(now or clock.now()) if found is not None else Rights()

    def add(
        self, email: str, name: str, grant: Grant, *, language: str = "", actor: Actor | None = None
    ) -> PersonEntry:
        """A person who signs in through an outside provider, or gets a link later. Raises InputError, Conflict."""
        with self._link.writing():
            person = self.make(email, name, language)
            self._give(person.pk, grant, actor)
            self._link.audit.changed("person.added", "person", str(person.pk), {"email": person.email}, actor)
        return self._known(person.pk)

    def make(self, email: str, name: str, language: str = "", pass_phrase: str | None = None) -> Person:
        """The row of a new person, on record with its entry in the audit log or not at all.

        Raises InputError, Conflict for an address that is taken.
        """
        address, shown = checked_email(email), checked_name(name)
        person = Person(email=address, name=shown, language=checked_language(language), created_at=clock.now())
        if pass_phrase is None:
            person.set_unusable_password()
        else:
            person.set_password(pass_phrase)  # takes its time: before anybody has to wait for the database
        with self._link.writing():
            if self._people.filter(email__iexact=address).exists():
                raise Conflict(say("people.email-taken", email=address))
            person.save(using=self._link.alias, force_insert=True)  # `watch` adds the entry to this piece of work
        return person

    def change(
        self, number: int, *, name: str | None = None, language: str | None = None, actor: Actor | None = None
    ) -> PersonEntry:
        """Change what is given. Raises InputError."""
        with self._link.writing():
            person = self._row(number)
            person.name = person.name if name is None else checked_name(name)
            person.language = person.language if language is None else checked_language(language)
            person.save(using=self._link.alias, update_fields=["name", "language"])
            self._link.audit.changed("person.changed", "person", str(number), actor=actor)
        return self._known(number)

    def give(self, number: int, grant: Grant, *, actor: Actor | None = None) -> HeldGrant:
        """Give a person a grant. Raises InputError for one that makes no sense."""
        with self._link.writing():
            self._row(number)
            row = self._give(number, grant, actor)
        return held(row)

    def end_grant(self, grant_number: int, *, at: datetime | None = None, actor: Actor | None = None) -> HeldGrant:
        """End a grant now or at a later moment. Raises InputError when it would leave no administrator."""
        now = clock.now()
        with one_stays(self._link):
            row = self._grants.select_for_update().filter(pk=grant_number).first()
            if row is None:
                raise InputError(say("people.no-grant"))
            if row.end is None or row.end > now:
                row.end = max(at, now) if at is not None else now
                row.save(using=self._link.alias, update_fields=["end"])
                detail = {"person": row.person_id, "role": row.role, "end": row.end}
                self._link.audit.changed("grant.ended", "grant", str(row.pk), detail, actor)
        return held(row)

    def deactivate(self, number: int, *, actor: Actor | None = None) -> PersonEntry:
        """Nothing opens for this person any more; tokens and links die with it. Raises InputError."""
        return self._set_active(number, False, "person.deactivated", actor)

    def activate(self, number: int, *, actor: Actor | None = None) -> PersonEntry:
        """Take a person back. Raises InputError."""
        return self._set_active(number, True, "person.activated", actor)

    def check_grant(self, grant: Grant) -> None:
        """Raises InputError for a grant that makes no sense."""
        now = clock.now()
        if grant.customer is not None and grant.site is not None:
            raise InputError(say("people.grant-both"))
        if grant.role is Role.CUSTOMER and grant.customer is None and grant.site is None:
            raise InputError(say("people.grant-customer"))
        if grant.end is not None and grant.end <= max(now, grant.start or now):
            raise InputError(say("people.grant-over"))
        if grant.site is not None and not _exists(SiteRow, self._link.alias, grant.site):
            raise InputError(say("people.no-site", site=grant.site))
        if grant.customer is not None and not _exists(CustomerRow, self._link.alias, grant.customer):
            raise InputError(say("people.no-customer", customer=grant.customer))

    def _give(self, number: int, grant: Grant, actor: Actor | None) -> GrantRow:
        self.check_grant(grant)
        row = self._grants.create(
            person_id=number,
            role=grant.role.value,
            customer=grant.customer,
            site=grant.site or "",
            start=grant.start,
            end=grant.end,
            created_at=clock.now(),
            created_by=cut((actor or actor_now()).name, 200),
        )
        detail = {
            "person": number, "role": grant.role, "customer": grant.customer, "site": grant.site, "end": grant.end,
        }  # fmt: skip
        self._link.audit.changed("grant.given", "grant", str(row.pk), detail, actor)
        return row

    def _set_active(self, number: int, active: bool, action: str, actor: Actor | None) -> PersonEntry:
        with one_stays(self._link):
            person = self._row(number)
            if person.is_active != active:
                person.is_active = active
                person.save(using=self._link.alias, update_fields=["is_active"])
                self._link.audit.changed(action, "person", str(number), {"email": person.email}, actor)
        return self._known(number)

    def _row(self, number: int) -> Person:
        person = self._people.select_for_update().filter(pk=number).first()
        if person is None:
            raise InputError(say("people.no-person"))
        return person

    def _known(self, number: int) -> PersonEntry:
        return cast("PersonEntry", self.get(number))  # just written

    def _one(self, which: Q) -> PersonEntry | None:
        with self._link.reading():
            return next(iter(self._entries(tuple(self._people.filter(which)[:1]))), None)

    def _entries(self, rows: Sequence[Person]) -> tuple[PersonEntry, ...]:
        grants: dict[int, list[HeldGrant]] = {}
        for row in self._grants.filter(person__in=[p.pk for p in rows]).order_by("id"):
            grants.setdefault(row.person_id, []).append(held(row))
        return tuple(_entry(person, grants.get(person.pk, [])) for person in rows)


def checked_email(email: str) -> str:
    """The address in small letters. Raises InputError for one that is none."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InputError(say("people.bad-email")) from None
    if len(address) > 254:
        raise InputError(say("people.bad-email"))
    return address


def checked_name(name: str) -> str:
    """The name without what nobody sees. Raises InputError for an empty or overlong one."""
    shown = "".join(c for c in name if c.isprintable()).strip()
    if not shown or len(shown) > 200:
        raise InputError(say("people.bad-name"))
    return shown


def checked_language(language: str) -> str:
    """`ja`, `en` or nothing. Raises InputError."""
    if language not in {"", "ja", "en"}:
        raise InputError(say("people.bad-language"))
    return language


def held(row: GrantRow) -> HeldGrant:
    """The grant of a row."""
    return HeldGrant(
        number=row.pk,
        person=row.person_id,
        grant=grant_of(row),
        created_at=row.created_at,
        created_by=row.created_by,
    )


def _entry(person: Person, grants: Sequence[HeldGrant]) -> PersonEntry:
    return PersonEntry(
        number=person.pk,
        email=person.email,
        name=person.name,
        language=person.language,
        active=person.is_active,
        created_at=person.created_at,
        last_seen=person.last_login,
        has_pass_phrase=person.has_usable_password(),
        grants=tuple(grants),
    )


def _exists(kind: type[SiteRow | CustomerRow], alias: str, key: object) -> bool:
    return bool(kind._base_manager.using(alias).filter(pk=key).exists())
