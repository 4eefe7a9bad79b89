"""People and rights: who sees the page, invitations, roles with an end, the last administrator, links shown once."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from fushinban import clock
from fushinban.model.rights import Grant, Role
from fushinban.record.people.links import Links
from fushinban.record.people.people import People
from fushinban.record.store import Store
from web.conftest import add_person

ClientFor = Callable[..., Client]

INVITE = {"action": "invite", "email": "sato@example.jp", "name": "佐藤", "role": "installer", "end": "2099-03-31"}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.INSTALLER, Role.CUSTOMER])
def test_closed_for_those_who_may_not(client_for: ClientFor, role: Role) -> None:
    """Neither the list nor a person opens."""
    client = client_for(role)
    assert client.get("/people/").status_code == 403
    assert client.post("/people/", INVITE).status_code == 403


def test_an_auditor_sees_and_changes_nothing(client_for: ClientFor, console: Store) -> None:
    """The list without its forms; a forged action is refused."""
    client = client_for(Role.AUDITOR)
    page = client.get("/people/")
    assert page.status_code == 200
    assert 'name="action"' not in page.content.decode().split("<main", 1)[1]
    assert client.post("/people/", INVITE).status_code == 403
    assert Links.of(console).open() == ()


def test_invitation_is_shown_once_and_works(client_for: ClientFor, console: Store) -> None:
    """The link is in the answer to the form, and nowhere afterwards; it leads to the invited person's page."""
    client = client_for(Role.ADMINISTRATOR)
    made = client.post("/people/", INVITE)
    assert made.status_code == 200
    found = re.search(r"http://testserver(/invite/[\w-]+/)", made.content.decode())
    assert found
    listed = client.get("/people/").content.decode()
    assert "sato@example.jp" in listed
    assert found[1] not in listed
    assert Client().get(found[1]).status_code == 200
    (open_link,) = Links.of(console).open()
    assert open_link.grant is not None
    assert open_link.grant.role is Role.INSTALLER
    client.post("/people/", {"action": "revoke", "link": str(open_link.number)})
    assert Client().get(found[1]).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "not an address"},
        {"role": ""},
        {"role": "emperor"},
        {"end": "2000-01-01"},
        {"end": "31.3.2099"},
        {"customer": "x"},
        {"customer": "99999"},
        {"site": "no-such-site"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    client_for: ClientFor, console: Store, wrong: dict[str, str]
) -> None:
    """The form comes back with one sentence and with what was given."""
    answer = client_for(Role.ADMINISTRATOR).post("/people/", {**INVITE, **wrong})
    assert answer.status_code == 422
    assert "note-danger" in answer.content.decode()
    assert "佐藤" in answer.content.decode()
    assert Links.of(console).open() == ()


@pytest.mark.parametrize("role", ["installer", "customer"])
def test_people_from_outside_have_an_end(client_for: ClientFor, console: Store, role: str) -> None:
    """Without one nothing is given; the form comes back with the usual day, and that is taken."""
    from record.console_samples import SEA

    console.sites.save(SEA)
    client = client_for(Role.ADMINISTRATOR)
    person = add_person(console, email="out@example.jp")
    for place, action in (("/people/", "invite"), (f"/people/{person.pk}/", "give")):
        given = {**INVITE, "action": action, "role": role, "site": SEA.id, "end": ""}
        refused = client.post(place, given)
        assert refused.status_code == 422
        page = refused.content.decode()
        assert "期限が必要です" in page
        found = re.search(r'type="date" name="end" value="([0-9-]{10})"[^>]*aria-invalid="true"', page)
        assert found
        days = (date.fromisoformat(found[1]) - clock.in_japan(clock.now()).date()).days
        assert days == {"installer": 90, "customer": 365}[role]
        assert client.post(place, {**given, "end": found[1]}).status_code in (200, 302, 303)
    assert [i.grant.role.value for i in Links.of(console).open() if i.grant] == [role]
    (held,) = People.of(console).get(person.pk).grants  # type: ignore[union-attr]
    assert held.grant.end is not None


def test_roles_without_an_end_that_were_given_before_still_hold(client_for: ClientFor, console: Store) -> None:
    """Nobody loses what they have."""
    from record.console_samples import SEA

    console.sites.save(SEA)
    assert client_for(Role.INSTALLER, site=SEA.id).get(f"/sites/{SEA.id}/").status_code == 200


def test_hostile_names_stay_text(client_for: ClientFor, console: Store) -> None:
    """A name that is markup is shown as it was written."""
    person = add_person(console, Grant(role=Role.AUDITOR), email="x@example.jp")
    People.of(console).change(person.pk, name='"><script>alert(1)</script>')
    client = client_for(Role.ADMINISTRATOR)
    for address in ("/people/", f"/people/{person.pk}/"):
        body = client.get(address).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;" in body


def test_roles_begin_and_end(client_for: ClientFor, console: Store) -> None:
    """A role given by the form is in force; ended, it is not, and stays on the page as ended."""
    person = add_person(console, email="y@example.jp")
    client = client_for(Role.ADMINISTRATOR)
    client.post(f"/people/{person.pk}/", {"action": "give", "role": "operator", "end": "2099-12-31"})
    (held,) = People.of(console).get(person.pk).grants  # type: ignore[union-attr]
    assert held.grant.end is not None
    assert clock.in_japan(held.grant.end).date().isoformat() == "2099-12-31"
    client.post(f"/people/{person.pk}/", {"action": "end", "grant": str(held.number)})
    assert People.of(console).rights_of(person.pk).roles == frozenset()


def test_a_grant_of_somebody_else_is_not_ended(client_for: ClientFor, console: Store) -> None:
    """The number of another person's grant is not there."""
    one = add_person(console, Grant(role=Role.OPERATOR), email="one@example.jp")
    other = add_person(console, Grant(role=Role.OPERATOR), email="two@example.jp")
    foreign = People.of(console).get(other.pk).grants[0].number  # type: ignore[union-attr]
    answer = client_for(Role.ADMINISTRATOR).post(f"/people/{one.pk}/", {"action": "end", "grant": str(foreign)})
    assert answer.status_code == 404
    assert People.of(console).rights_of(other.pk).roles == {Role.OPERATOR}


def test_stopping_asks_first_and_spares_the_last_administrator(client_for: ClientFor, console: Store) -> None:
    """Nothing happens before it is confirmed; the only administrator stays one."""
    person = add_person(console, Grant(role=Role.OPERATOR), email="z@example.jp")
    client = client_for(Role.ADMINISTRATOR)
    assert "confirmed" in client.post(f"/people/{person.pk}/", {"action": "deactivate"}).content.decode()
    assert People.of(console).get(person.pk).active  # type: ignore[union-attr]
    client.post(f"/people/{person.pk}/", {"action": "deactivate", "confirmed": "yes"})
    assert not People.of(console).get(person.pk).active  # type: ignore[union-attr]
    last = next(p for p in People.of(console).list() if Role.ADMINISTRATOR in p.rights(clock.now()).roles)
    answer = client.post(f"/people/{last.number}/", {"action": "deactivate", "confirmed": "yes"})
    assert answer.status_code == 400
    assert People.of(console).get(last.number).active  # type: ignore[union-attr]


def test_unknown_numbers_are_not_there(client_for: ClientFor) -> None:
    """Neither a missing nor an absurd number breaks anything."""
    client = client_for(Role.ADMINISTRATOR)
    for number in ("999999", "9" * 40):
        assert client.get(f"/people/{number}/").status_code == 404
