"""A console for page tests: an empty one quickly, and people signed in with each role."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test import Client, override_settings

from api.conftest import made_world, world
from fushinban import clock
from fushinban.model.rights import Grant, Role
from fushinban.record.store import Store
from fushinban.web import installation
from fushinban.web.settings import open_console
from record.conftest import postgres

__all__ = ["made_world", "postgres", "world"]  # fixtures of other tests, used here too

FILE = "fushinban.sqlite3"

ClientFor = Callable[..., Client]


@pytest.fixture(autouse=True)
def quick_hashes() -> Iterator[None]:
    """Tests sign in often; how slow the real hash is has a test of its own."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def made_console(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a database that is up to date, made once; tests copy it."""
    folder = tmp_path_factory.mktemp("made-console")
    open_console(data_dir=folder).close()
    with sqlite3.connect(folder / FILE) as database:  # all in the one file, so that a copy of it is whole
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return folder


@pytest.fixture
def console(made_console: Path, tmp_path: Path) -> Iterator[Store]:
    """The open store of an empty console on SQLite; `installation.current()` names it."""
    folder = tmp_path / "console"
    shutil.copytree(made_console, folder)
    yield from _opened(f"sqlite:///{folder / FILE}", folder)


@pytest.fixture(params=["sqlite", "postgres"])
def any_console(request: pytest.FixtureRequest, made_console: Path, tmp_path: Path) -> Iterator[Store]:
    """The same on each kind of database; for what may behave differently there."""
    folder = tmp_path / "console"
    if request.param == "sqlite":
        shutil.copytree(made_console, folder)
        yield from _opened(f"sqlite:///{folder / FILE}", folder)
    else:
        yield from _opened(request.getfixturevalue("postgres").database(), folder)


def _opened(url: str, folder: Path) -> Iterator[Store]:
    store = open_console(url, data_dir=folder)
    try:
        yield store
    finally:
        store.close()
        connections["default"].close()
        installation.use(None)


def add_person(store: Store, *grants: Grant, email: str = "person@example.jp", pass_phrase: str | None = None) -> Any:
    """A person with these grants. The pass phrase is an invented one; None: nobody can sign in with one."""
    from fushinban.record.people.models import Person
    from fushinban.record.people.people import People

    people = People.of(store)
    person = people.make(email, email.partition("@")[0].title(), "ja", pass_phrase)
    for grant in grants:
        people.give(person.pk, grant)
    return Person.objects.get(pk=person.pk)


def add_second_factor(person: Any) -> str:
    """An authenticator app for the person; its secret."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def signed_in(person: Any, *, lang: str = "ja") -> Client:
    """A client with a session of this person, as after signing in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["started"] = session["seen"] = clock.now().timestamp()
    session["account_authentication_methods"] = [{"method": "password", "at": time(), "email": person.email}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    client = Client(headers={"accept-language": lang})
    client.cookies["fushinban_session"] = session.session_key
    return client


@pytest.fixture
def client_for(console: Store) -> ClientFor:
    """`client_for(Role.OPERATOR)`, `client_for(Role.CUSTOMER, site="s-1")`; None: nobody signed in.

    Each call makes a person of its own; administrators have their second factor. A role without site or customer holds
    everywhere; a customer's then for one without sites ("Invented Customer").
    """
    count = iter(range(1000))

    def make(role: Role | None, *, site: str | None = None, customer: int | None = None, lang: str = "ja") -> Client:
        if role is None:
            return Client(headers={"accept-language": lang})
        if role is Role.CUSTOMER and site is None and customer is None:
            named = console.customers.named("Invented Customer")
            customer = named.id if named is not None else None
        grant = Grant(role=role, site=site, customer=customer)
        person = add_person(console, grant, email=f"{role.value}-{next(count)}@example.jp")
        if role is Role.ADMINISTRATOR:
            add_second_factor(person)
        if lang != "ja":
            person.language = lang
            person.save(update_fields=["language"])
        return signed_in(person, lang=lang)

    return make
