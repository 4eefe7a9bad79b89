"""People, what they may do, and the links with which they come in."""

from datetime import datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, page_of, read_cursor
from fushinban.api.problems import ProblemError
from fushinban.api.shapes import Flag, Given, Line, LineOrNone, Moment, Number
from fushinban.jobs import granting
from fushinban.messages import Text, say
from fushinban.model.rights import PERMISSIONS, Grant, Permission, Role
from fushinban.record.people.links import Links
from fushinban.record.people.people import People
from fushinban.record.people.values import HeldGrant, Invited, PersonEntry

RESOURCE = Resource("people", Text("利用者と権限", "People and rights"))

_VIEW, _EDIT = Permission.PEOPLE_VIEW, Permission.PEOPLE_EDIT


class GrantIn(Given):
    """A role for everything, for one customer's sites, or for one site, until it ends.

    `end` is needed for people from outside: installer and customer.
    """

    role: Role
    customer: Number | None = None
    site: Line | None = None
    start: Moment | None = None
    end: Moment | None = None

    def grant(self) -> Grant:
        """As the store wants it."""
        return Grant(role=self.role, customer=self.customer, site=self.site, start=self.start, end=self.end)


class GrantOut(Schema):
    """A grant on record. 権限"""

    id: int
    role: str
    customer: int | None
    site: str | None
    start: datetime | None
    end: datetime | None
    created_at: datetime
    created_by: str


class PersonOut(Schema):
    """Somebody who signs in. 利用者"""

    id: int
    email: str = Field(examples=["sato@example.com"])
    name: str
    language: str
    active: bool
    created_at: datetime
    last_seen: datetime | None
    grants: list[GrantOut]


class PersonFilter(Schema):
    """Which people."""

    text: str = Field("", max_length=200)
    active: bool | None = None


class PersonChange(Given):
    """What becomes of a person; what is not given stays."""

    name: Line | None = None
    active: Flag | None = None


class InvitationIn(Given):
    """Whom to invite, and with what rights."""

    email: str = Field(min_length=3, max_length=254, examples=["suzuki@example.com"])
    name: LineOrNone = ""
    grant: GrantIn


class InvitationOut(Schema):
    """A link on record, without its secret. 招待"""

    id: int
    purpose: str
    email: str
    name: str
    created_at: datetime
    created_by: str
    expires_at: datetime


class InvitationMade(Schema):
    """A link just made. `secret` is shown this once; it belongs behind the console's address."""

    id: int
    secret: str
    expires_at: datetime


class EndIn(Given):
    """When a grant ends; now without it."""

    at: Moment | None = None


@RESOURCE.get(
    "/people", "listPeople", Text("利用者の一覧", "List people"), permission=_VIEW, whole=True,
    answers={200: Page[PersonOut]},
)  # fmt: skip
def list_people(call: Call, filters: Query[PersonFilter], page: Query[PageQuery]) -> Page[PersonOut]:
    """People by e-mail address."""
    place = read_cursor("people", page.cursor)
    after = str(place[0]) if place else ""
    found = _people(call).list(text=filters.text, active=filters.active, after=after, most=page.most + 1)
    return page_of("people", [_out(p) for p in found], [(p.email,) for p in found], page.most)


@RESOURCE.get(
    "/people/{person_id}", "getPerson", Text("利用者の詳細", "One person"), permission=_VIEW, whole=True,
    answers={200: PersonOut},
)  # fmt: skip
def get_person(call: Call, person_id: int) -> PersonOut:
    """One person with all grants, ended ones included."""
    return _out(_person(call, person_id))


@RESOURCE.post(
    "/people/{person_id}/change", "changePerson", Text("利用者を変える", "Change a person"), permission=_EDIT,
    whole=True, answers={200: PersonOut},
)  # fmt: skip
def change_person(call: Call, person_id: int, body: PersonChange) -> PersonOut:
    """Change the name, or whether anything opens for a person. The last administrator stays one."""
    _person(call, person_id)
    people = _people(call)
    with call.store.together():
        if body.name is not None:
            people.change(person_id, name=body.name)
        if body.active is not None:
            (people.activate if body.active else people.deactivate)(person_id)
    return _out(_person(call, person_id))


@RESOURCE.post(
    "/people/{person_id}/grants", "giveGrant", Text("権限を与える", "Give a grant"), permission=_EDIT, whole=True,
    answers={201: GrantOut},
)  # fmt: skip
def give_grant(call: Call, person_id: int, body: GrantIn) -> GrantOut:
    """Give a person a role; an installer's and a customer's must end. A token cannot give more than it has itself."""
    _person(call, person_id)
    _check_role(call, body.role)
    return _grant(granting.give(call.store, person_id, body.grant()))


@RESOURCE.post(
    "/people/{person_id}/grants/{grant_id}/end", "endGrant", Text("権限を終える", "End a grant"), permission=_EDIT,
    whole=True, answers={200: GrantOut},
)  # fmt: skip
def end_grant(call: Call, person_id: int, grant_id: int, body: EndIn) -> GrantOut:
    """End a grant now or later. The last administrator stays one."""
    call.had(next((g for g in _person(call, person_id).grants if g.number == grant_id), None))
    return _grant(_people(call).end_grant(grant_id, at=body.at))


@RESOURCE.get(
    "/invitations", "listInvitations", Text("招待の一覧", "Open links"), permission=_VIEW, whole=True,
    answers={200: list[InvitationOut]},
)  # fmt: skip
def list_invitations(call: Call) -> list[InvitationOut]:
    """Links that can still be used, the newest first."""
    return [_invited(i) for i in Links.of(call.store).open()]


@RESOURCE.post(
    "/invitations", "invite", Text("招待する", "Invite somebody"), permission=_EDIT, whole=True,
    answers={201: InvitationMade},
)  # fmt: skip
def invite(call: Call, body: InvitationIn) -> InvitationMade:
    """Make a link with which a new person comes in. A token cannot give more than it has itself."""
    _check_role(call, body.grant.role)
    made = granting.invite(call.store, body.email, body.grant.grant(), name=body.name, language=call.lang)
    return InvitationMade(id=made.number, secret=made.secret, expires_at=made.expires_at)


@RESOURCE.delete(
    "/invitations/{invitation_id}", "revokeInvitation", Text("招待を取り消す", "Revoke a link"), permission=_EDIT,
    whole=True, answers={204: None},
)  # fmt: skip
def revoke_invitation(call: Call, invitation_id: int) -> None:
    """The link holds no more."""
    links = Links.of(call.store)
    call.had(next((i for i in links.open() if i.number == invitation_id), None))
    links.revoke(invitation_id)


def _people(call: Call) -> People:
    return People.of(call.store)


def _person(call: Call, number: int) -> PersonEntry:
    return call.had(_people(call).get(number) if 0 < number < 2**63 else None)


def _check_role(call: Call, role: Role) -> None:
    only = call.caller.rights.only
    if only is not None and not PERMISSIONS[role] <= only:
        raise ProblemError("forbidden", say("api.more-than-own"))


def _out(person: PersonEntry) -> PersonOut:
    return PersonOut(
        id=person.number, email=person.email, name=person.name, language=person.language, active=person.active,
        created_at=person.created_at, last_seen=person.last_seen, grants=[_grant(g) for g in person.grants],
    )  # fmt: skip


def _grant(held: HeldGrant) -> GrantOut:
    grant = held.grant
    return GrantOut(
        id=held.number, role=grant.role.value, customer=grant.customer, site=grant.site, start=grant.start,
        end=grant.end, created_at=held.created_at, created_by=held.created_by,
    )  # fmt: skip


def _invited(invited: Invited) -> InvitationOut:
    return InvitationOut(
        id=invited.number, purpose=invited.purpose.value, email=invited.email, name=invited.name,
        created_at=invited.created_at, created_by=invited.created_by, expires_at=invited.expires_at,
    )  # fmt: skip
