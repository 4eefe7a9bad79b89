"""利用者と権限: who can sign in, what they may do, the links with which they come in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.jobs import granting
from fushinban.messages import Text, say
from fushinban.model.rights import PERMISSIONS, Permission, Role
from fushinban.record.people.links import Links
from fushinban.record.people.people import People
from fushinban.record.people.values import HeldGrant, Invited, Link, PersonEntry, Purpose
from fushinban.web._grants import grant_choices, grant_from, where_of
from fushinban.web._page import Menu, Page, action
from fushinban.web.listing import Column, make_listing

_ON_A_PAGE = 50
_ROUTES = {Purpose.INVITE: "invite", Purpose.RESET: "reset", Purpose.SETUP: "setup"}

_COLUMNS = (
    Column(key="name", label=say("page_people.name"), fixed=True),
    Column(key="rights", label=say("page_people.rights")),
    Column(key="state", label=say("page_people.state")),
    Column(key="seen", label=say("page_people.seen")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGrant:
    """A grant as the page says it."""

    number: int
    role: Role
    where: Text
    held: HeldGrant
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One line of the list."""

    person: PersonEntry
    grants: tuple[ShownGrant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedRow:
    """An open link, and where its grant holds."""

    link: Invited
    where: Text | None


class PeoplePage(Page):
    """Everybody who can sign in, and the links that are open."""

    path = "people/"
    name = "people"
    permission = Permission.PEOPLE_VIEW
    template = "pages/people.html"
    menu = Menu(label="page_people.menu", order=200)

    def context(self, *args: object, **kwargs: object) -> Mapping[str, object]:
        """The list, open links, the form of an invitation."""
        asked = self.request.GET
        people = People.of(self.store)
        text, after = asked.get("text", "").strip()[:100], asked.get("after", "")[:254]
        found = people.list(text=text, after=after, most=_ON_A_PAGE + 1)
        rows = [PersonRow(person=p, grants=self._grants(p)) for p in found[:_ON_A_PAGE]]
        more = rows[-1].person.email if len(found) > _ON_A_PAGE else None
        listing = make_listing(self.request, "people", _COLUMNS, rows, following=more, empty=say("page_people.empty"))
        return {
            "listing": listing,
            "invited": [InvitedRow(link=i, where=self._where(i)) for i in Links.of(self.store).open()],
            "choices": grant_choices(self.store),
            "may_edit": self.rights.may(Permission.PEOPLE_EDIT),
            "roles": roles_explained(),
        }

    @action(Permission.PEOPLE_EDIT)
    def invite(self) -> HttpResponse:
        """Make a link for somebody new; it is shown this once."""
        given = {key: str(value) for key, value in self.request.POST.items()}
        try:
            made = granting.invite(
                self.store, given.get("email", ""), grant_from(given), name=given.get("name", ""), language=self.lang
            )
        except (InputError, Conflict) as error:
            again = {**self.context(), "choices": grant_choices(self.store, given, error), "wrong": error.text}
            return self.show(again, status=422)
        return _show_link(self, made, given.get("email", ""))

    @action(Permission.PEOPLE_EDIT)
    def revoke(self) -> HttpResponse:
        """An open link holds no more."""
        Links.of(self.store).revoke(number_of(self.request.POST.get("link", "")))
        self.tell(say("page_people.revoked"))
        return self.to("people")

    def _grants(self, person: PersonEntry) -> tuple[ShownGrant, ...]:
        return tuple(g for g in shown_grants(self, person) if not g.over)

    def _where(self, invited: Invited) -> Text | None:
        return where_of(self.store, invited.grant) if invited.grant is not None else None


class PersonPage(Page):
    """One person: what they may do, from when until when."""

    path = "people/<int:number>/"
    name = "person"
    permission = Permission.PEOPLE_VIEW
    template = "pages/person.html"

    def context(self, number: int) -> Mapping[str, object]:
        """The person and the grants, those that ended too."""
        person = self._person(number)
        return {
            "entry": person,
            "grants": shown_grants(self, person),
            "choices": grant_choices(self.store),
            "may_edit": self.rights.may(Permission.PEOPLE_EDIT),
            "roles": roles_explained(),
        }

    @action(Permission.PEOPLE_EDIT)
    def give(self, number: int) -> HttpResponse:
        """Give a role."""
        given = {key: str(value) for key, value in self.request.POST.items()}
        self._person(number)
        try:
            granting.give(self.store, number, grant_from(given))
        except InputError as error:
            again = {**self.context(number), "choices": grant_choices(self.store, given, error), "wrong": error.text}
            return self.show(again, status=422)
        self.tell(say("page_people.given"))
        return self.to("person", number=number)

    @action(Permission.PEOPLE_EDIT)
    def end(self, number: int) -> HttpResponse:
        """End a role now."""
        grant = number_of(self.request.POST.get("grant", ""))
        if grant not in {g.number for g in self._person(number).grants}:
            raise Http404
        People.of(self.store).end_grant(grant)
        self.tell(say("page_people.ended"))
        return self.to("person", number=number)

    @action(Permission.PEOPLE_EDIT)
    def deactivate(self, number: int) -> HttpResponse:
        """Nothing opens for this person any more."""
        person = self._person(number)
        asked = self.confirm(
            title=say("page_people.deactivate-title", name=person.name),
            sentences=(say("page_people.deactivate-what"), say("page_people.deactivate-back")),
            button=say("page_people.deactivate"),
        )
        if asked is not None:
            return asked
        People.of(self.store).deactivate(number)
        self.tell(say("page_people.deactivated", name=person.name))
        return self.to("person", number=number)

    @action(Permission.PEOPLE_EDIT)
    def activate(self, number: int) -> HttpResponse:
        """Take the person back."""
        person = self._person(number)
        People.of(self.store).activate(number)
        self.tell(say("page_people.activated", name=person.name))
        return self.to("person", number=number)

    @action(Permission.PEOPLE_EDIT)
    def reset(self, number: int) -> HttpResponse:
        """Make a link for a new pass phrase; it is shown this once."""
        person = self._person(number)
        forget = self.request.POST.get("factors") == "forget"
        return _show_link(self, Links.of(self.store).reset(number, forget_factors=forget), person.email)

    def _person(self, number: int) -> PersonEntry:
        found = People.of(self.store).get(number) if number < 2**63 else None
        if found is None:
            raise Http404
        return found


def shown_grants(page: Page, person: PersonEntry) -> tuple[ShownGrant, ...]:
    """The grants of a person in words, those in force first."""
    now = clock.now()
    shown = [
        ShownGrant(
            number=h.number, role=h.grant.role, where=where_of(page.store, h.grant), held=h,
            over=h.grant.end is not None and h.grant.end <= now,
        )
        for h in person.grants
    ]  # fmt: skip
    return tuple(sorted(shown, key=lambda g: g.over))


def roles_explained() -> tuple[tuple[Role, tuple[Permission, ...]], ...]:
    """Each role and what it may do, in the order of the permissions."""
    return tuple((role, tuple(p for p in Permission if p in PERMISSIONS[role])) for role in Role)


def number_of(given: str) -> int:
    """A number from a form; one that belongs to nothing where it is none."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0


def _show_link(page: Page, made: Link, email: str) -> HttpResponse:
    address = page.request.build_absolute_uri(reverse(_ROUTES[made.purpose], kwargs={"secret": made.secret}))
    return page.show({"address": address, "email": email, "link": made}, template="pages/one_time_link.html")


PAGES = (PeoplePage, PersonPage)
