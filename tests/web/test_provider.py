"""Signing in through a real OpenID provider: only who was invited, by an address the provider has verified."""

import html
import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from fushinban.errors import InputError
from fushinban.model.rights import Grant, Role
from fushinban.record.people.people import People
from fushinban.record.store import Store
from fushinban.web.signin.provider import provider_settings
from web.conftest import add_person, add_second_factor

PEOPLE = {
    "known": {"email": "person@example.jp", "email_verified": True},
    "unverified": {"email": "person@example.jp", "email_verified": False},
    "unsaid": {"email": "person@example.jp"},
    "stranger": {"email": "stranger@example.jp", "email_verified": True},
    "nameless": {},
}

PROVIDER = """
import json, sys
from oidc_provider_mock import User, run_server_in_thread
users = [User(sub=sub, claims=claims) for sub, claims in json.loads(sys.argv[1]).items()]
with run_server_in_thread(user_claims=users) as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A running provider, in a process of its own (it warns of its own parts); its address."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROVIDER, json.dumps(PEOPLE)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    assert port.isdigit()
    yield f"http://localhost:{port}"
    process.communicate(timeout=20)  # it ends with its standard input


@pytest.fixture
def configured(console: Store, provider: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The console with this provider."""
    environ = {
        "FUSHINBAN_OIDC_ISSUER": provider,
        "FUSHINBAN_OIDC_CLIENT": "fushinban",
        "FUSHINBAN_OIDC_SECRET": "an invented client secret",
        "FUSHINBAN_OIDC_NAME": "社内アカウント",
    }
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", provider_settings(environ)["SOCIALACCOUNT_PROVIDERS"])
    return console


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, req, fp, code, msg, headers):
        return fp


def away(client: Client, next_: str = "/account/") -> str:
    """Where the sign-in page leads."""
    page = client.get(f"/sign-in/?next={next_}").content.decode()
    assert "社内アカウント" in page
    place = re.findall(r'<form method="post" action="(/sign-in/with/[^"]+)"', page)[0]
    leaving = client.post(place, {"next": next_})
    assert leaving.status_code == 200  # no redirect after a form: the policy would stop it
    return html.unescape(re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', leaving.content.decode())[0])


def through(client: Client, sub: str, next_: str = "/account/"):
    """Sign in at the provider, and come back."""
    form = urllib.parse.urlencode({"sub": sub}).encode()
    with urllib.request.build_opener(_Stay).open(away(client, next_), form) as answer:
        back = answer.headers["Location"]
    assert back.startswith("http://testserver/sign-in/with/oidc/sso/login/callback/")
    return client.get(back.removeprefix("http://testserver")), back


def test_somebody_invited_comes_in(configured: Store) -> None:
    add_person(configured, Grant(role=Role.OPERATOR))
    for _ in range(2):  # the first time joins the two, later times find them joined
        client = Client()
        answer, _ = through(client, "known")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
        assert client.get("/account/").status_code == 200
    assert len(People.of(configured).list()) == 1


@pytest.mark.parametrize("sub", ["stranger", "unverified", "unsaid", "nameless"])
def test_nobody_else_does(configured: Store, sub: str) -> None:
    add_person(configured, Grant(role=Role.OPERATOR))
    client = Client()
    answer, _ = through(client, sub)
    assert answer.status_code == 403
    assert "招待されていません" in answer.content.decode()
    assert client.get("/account/").status_code == 302
    assert len(People.of(configured).list()) == 1
    assert any(e.action == "sign-in.failed" for e in configured.audit.entries())


def test_the_second_factor_is_asked_all_the_same(configured: Store) -> None:
    add_second_factor(add_person(configured, Grant(role=Role.ADMINISTRATOR)))
    client = Client()
    answer, _ = through(client, "known")
    assert answer.headers["Location"] == "/account/second-factor/authenticate/"
    assert client.get("/account/").status_code == 302


def test_an_answer_for_another_browser_or_twice_is_refused(configured: Store) -> None:
    add_person(configured, Grant(role=Role.OPERATOR))
    first = Client()
    _, back = through(first, "known")
    for client in (Client(), first):
        client.post("/sign-out/")
        client.get(back.removeprefix("http://testserver"))
        assert client.get("/account/").status_code == 302


def test_somebody_switched_off_stays_out(configured: Store) -> None:
    person = add_person(configured, Grant(role=Role.OPERATOR))
    through(Client(), "known")
    People.of(configured).deactivate(person.pk)
    client = Client()
    through(client, "known")
    assert client.get("/account/").status_code == 302


def test_going_back_stays_here(configured: Store) -> None:
    add_person(configured, Grant(role=Role.OPERATOR))
    answer, _ = through(Client(), "known", "//evil.example/")
    assert answer.headers["Location"] == "/"


def test_a_provider_that_is_gone_is_told(configured: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = provider_settings(
        {"FUSHINBAN_OIDC_ISSUER": "http://localhost:1", "FUSHINBAN_OIDC_CLIENT": "a", "FUSHINBAN_OIDC_SECRET": "b"}
    )
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", gone["SOCIALACCOUNT_PROVIDERS"])
    answer = Client().post("/sign-in/with/oidc/sso/login/")
    assert answer.status_code == 200
    assert "完了しませんでした" in answer.content.decode()


def test_settings_are_checked() -> None:
    assert provider_settings({}) == {"SOCIALACCOUNT_PROVIDERS": {}}
    whole = {
        "FUSHINBAN_OIDC_ISSUER": "https://idp.example",
        "FUSHINBAN_OIDC_CLIENT": "c",
        "FUSHINBAN_OIDC_SECRET": "invented",
    }  # fmt: skip
    app = provider_settings(whole)["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"][0]
    assert (app["name"], app["settings"]["server_url"]) == ("idp.example", "https://idp.example")
    for name in whole:
        with pytest.raises(InputError, match="incomplete"):
            provider_settings({k: v for k, v in whole.items() if k != name})
    for issuer in ("http://idp.example", "ftp://idp.example", "idp.example", "https://"):
        with pytest.raises(InputError, match="https"):
            provider_settings({**whole, "FUSHINBAN_OIDC_ISSUER": issuer})
    with pytest.raises(InputError, match="file"):
        provider_settings({**whole, "FUSHINBAN_OIDC_SECRET_FILE": "/nowhere/secret"})
