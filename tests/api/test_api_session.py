"""The browser session at the API: signed in by cookie, changes only with the CSRF token."""

from http import HTTPStatus

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from api.api_world import ROOT, World
from fushinban import clock
from fushinban.model.rights import Role
from fushinban.record.people.models import Person


def session_of(world: World, role: Role) -> tuple[Client, str]:
    """A client with a session of that person, and its CSRF token."""
    person = Person.objects.get(pk=world.people[role])
    session, token = SessionStore(), _get_new_csrf_string()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["started"] = session["seen"] = clock.now().timestamp()
    session.save()
    client = Client(enforce_csrf_checks=True)
    client.cookies["fushinban_session"] = session.session_key
    client.cookies["fushinban_csrf"] = token
    return client, token


def test_reading_needs_the_cookie_alone(world: World) -> None:
    client, _ = session_of(world, Role.OPERATOR)
    answer = client.get(f"{ROOT}/me")
    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["token"] is None
    assert Client().get(f"{ROOT}/me").status_code == HTTPStatus.UNAUTHORIZED


def test_a_change_without_the_csrf_token_is_refused(world: World) -> None:
    client, token = session_of(world, Role.OPERATOR)
    path = f"{ROOT}/sites/{world.sea.site}/devices/{world.sea.device}/ignore"
    body = {"ignored": True}
    for headers in ({}, {"x-csrftoken": "x" * 64}, {"x-csrftoken": token[:-1]}):
        answer = client.post(path, body, content_type="application/json", headers=headers)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert answer.json()["type"].endswith(":csrf")
    forged = client.post(path, body, content_type="text/plain")
    assert forged.status_code == HTTPStatus.FORBIDDEN
    device = world.store.devices.get(world.sea.site, world.sea.device)
    assert device is not None
    assert not device.ignored
    answer = client.post(path, body, content_type="application/json", headers={"x-csrftoken": token})
    assert answer.status_code == HTTPStatus.OK, answer.content


def test_a_wrong_token_never_falls_back_to_the_session(world: World) -> None:
    client, _ = session_of(world, Role.OPERATOR)
    answer = client.get(f"{ROOT}/sites", headers={"authorization": "Bearer fsb_wrong"})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_an_administrator_without_a_second_factor_gets_nothing(world: World) -> None:
    client, _ = session_of(world, Role.ADMINISTRATOR)
    answer = client.get(f"{ROOT}/people")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert b"@example.jp" not in answer.content


def test_a_session_makes_a_token_that_works_and_is_shown_once(world: World) -> None:
    client, token = session_of(world, Role.OPERATOR)
    until = clock.now().replace(year=clock.now().year + 1).isoformat()
    body = {"name": "SIEM", "permissions": ["export", "site-view"], "expires_at": until}
    made = client.post(f"{ROOT}/me/tokens", body, content_type="application/json", headers={"x-csrftoken": token})
    assert made.status_code == HTTPStatus.CREATED, made.content
    text = made.json()["text"]
    assert text.encode() not in client.get(f"{ROOT}/me/tokens").content
    assert Client().get(f"{ROOT}/sites", headers={"authorization": f"Bearer {text}"}).status_code == HTTPStatus.OK
    assert Client().get(f"{ROOT}/people", headers={"authorization": f"Bearer {text}"}).status_code == 403
