"""Signing in and out: pass phrase, second factor, throttling, sessions, what the audit log keeps."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.test import Client

from fushinban import clock
from fushinban.model.rights import Grant, Role
from fushinban.record.people.links import Links
from fushinban.record.people.people import People
from fushinban.record.store import Store
from web.conftest import ClientFor, add_person, add_second_factor, signed_in

PHRASE = "invented otter lamp 42 river"
OTHER = "another invented kettle 77 hill"
EMAIL = "person@example.jp"


def totp(secret: str, step: int = 0) -> str:
    """The digits an authenticator app would show."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()) + step))


def sign_in(client: Client, email: str = EMAIL, phrase: str = PHRASE, **more: str):
    return client.post("/sign-in/", {"login": email, "password": phrase, **more})


def actions(store: Store) -> list[str]:
    return [entry.action for entry in reversed(store.audit.entries(most=200))]


def test_pass_phrase_leads_back_to_where_one_was_going(console: Store) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    client = Client()
    away = client.get("/account/")
    assert (away.status_code, away.headers["Location"]) == (302, "/sign-in/?next=%2Faccount%2F")
    assert 'name="next" value="/account/"' in client.get(away.headers["Location"]).content.decode()
    answer = sign_in(client, next="/account/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200
    passed = next(e for e in console.audit.entries() if e.action == "sign-in.passed")
    assert (passed.actor.name, passed.actor.address) == ("Person", "127.0.0.1")


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\t//evil.example",
    ],
)
def test_going_back_never_leaves_the_console(console: Store, evil: str) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    answer = sign_in(Client(), next=evil)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    switched = Client().post("/preferences/", {"lang": "en", "back": evil})
    assert switched.headers["Location"] == "/"


def test_unknown_address_and_wrong_pass_phrase_look_the_same(console: Store) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    bodies = []
    for email, phrase in ((EMAIL, "wrong one entirely"), ("nobody@example.jp", "wrong one entirely")):
        answer = sign_in(Client(), email, phrase)
        assert answer.status_code == 200
        body = answer.content.decode()
        assert "メールアドレスまたはパスフレーズが違います。" in body
        assert "wrong one" not in body
        bodies.append(re.sub(r'(value="[^"]*"|X-CSRFToken[^\']*)', "", body))
    assert bodies[0] == bodies[1]
    failed = [e for e in console.audit.entries() if e.action == "sign-in.failed"]
    assert {e.id for e in failed} == {EMAIL, "nobody@example.jp"}
    assert "wrong one" not in str(failed)


def test_fifty_failures_close_the_account_but_not_the_others(any_console: Store) -> None:
    add_person(any_console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    add_person(any_console, Grant(role=Role.OPERATOR), email="other@example.jp", pass_phrase=PHRASE)
    refused = 0
    for attempt in range(50):
        client = Client(REMOTE_ADDR=f"192.0.2.{attempt}")
        answer = sign_in(client, phrase=f"wrong one {attempt}")
        refused += "しばらく受け付けません" in answer.content.decode()
    assert refused == 50 - 8
    assert "しばらく受け付けません" in sign_in(Client(REMOTE_ADDR="198.51.100.1")).content.decode()
    assert sign_in(Client(REMOTE_ADDR="198.51.100.1"), "other@example.jp").status_code == 302


def test_one_address_cannot_try_many_accounts(console: Store) -> None:
    codes = [sign_in(Client(), f"p{n}@example.jp", "wrong one").status_code for n in range(40)]
    assert codes.count(429) == 10
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), "p1@example.jp", "wrong").status_code == 200


def test_second_factor_is_asked_and_a_code_works_once(console: Store) -> None:
    person = add_person(console, Grant(role=Role.ADMINISTRATOR), pass_phrase=PHRASE)
    secret = add_second_factor(person)
    client = Client()
    answer = sign_in(client)
    assert answer.headers["Location"] == "/account/second-factor/authenticate/"
    assert client.get("/account/").status_code == 302  # not signed in yet
    assert "最新の数字" in client.post(answer.headers["Location"], {"code": "000000"}).content.decode()
    code = totp(secret)
    assert client.post(answer.headers["Location"], {"code": code}).headers["Location"] == "/"
    assert client.get("/account/").status_code == 200
    again = Client()
    sign_in(again)
    assert "最新の数字" in again.post("/account/second-factor/authenticate/", {"code": code}).content.decode()
    assert {"second-factor.used", "second-factor.failed", "sign-in.passed"} <= set(actions(console))


def test_factor_secrets_are_encrypted_at_rest(console: Store) -> None:
    person = add_person(console, Grant(role=Role.ADMINISTRATOR), pass_phrase=PHRASE)
    secret = add_second_factor(person)
    kept = Authenticator.objects.get(user=person).data["secret"]
    assert secret not in kept
    assert Authenticator.objects.get(user=person).wrap().validate_code(totp(secret))


def test_the_session_key_changes_at_sign_in(console: Store) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    client = Client()
    client.cookies["fushinban_session"] = "planted0planted0planted0planted0"
    sign_in(client)
    assert client.cookies["fushinban_session"].value != "planted0planted0planted0planted0"
    first = client.cookies["fushinban_session"].value
    cookie = client.cookies["fushinban_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    client.post("/sign-out/")
    assert not Session.objects.filter(session_key=first).exists()
    client.cookies["fushinban_session"] = first
    assert client.get("/account/").status_code == 302


def test_idle_and_old_sessions_end(console: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    person = add_person(console, Grant(role=Role.OPERATOR))
    began = clock.now()
    for hours, kept in ((1.9, True), (2.1, False)):
        client = signed_in(person)
        monkeypatch.setattr(clock, "now", lambda h=hours: began + timedelta(hours=h))
        assert (client.get("/account/").status_code == 200) is kept, hours
        monkeypatch.undo()
    client = signed_in(person)
    seen = []
    for hour in range(14):
        monkeypatch.setattr(clock, "now", lambda h=hour: began + timedelta(hours=h))
        seen.append(client.get("/account/").status_code)
    monkeypatch.undo()
    assert seen.index(302) == 13, seen  # in use all the time, and over after twelve hours


def test_somebody_switched_off_is_out_at_once(console: Store) -> None:
    person = add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    client = signed_in(person)
    assert client.get("/account/").status_code == 200
    People.of(console).deactivate(person.pk)
    assert client.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 302
    assert sign_in(Client()).headers.get("Location") in {None, "/account/inactive/"}


def test_forms_without_their_token_are_refused(console: Store) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict)
    assert answer.status_code == 403
    assert "読み込み直し" in answer.content.decode()


def test_sessions_are_listed_and_ended(console: Store) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    here, there, third = Client(), Client(headers={"user-agent": "Other <b>browser</b>"}), Client()
    for client in (here, there, third):
        sign_in(client)
    page = here.get("/account/sessions/").content.decode()
    assert "Other &lt;b&gt;browser" in page
    numbers = re.findall(r'name="session" value="(\d+)"', page)
    assert len(numbers) == 2
    assert here.post("/account/sessions/end/", {"session": numbers[0]}).status_code == 303
    assert [c.get("/account/").status_code for c in (here, there, third)].count(302) == 1
    here.post("/account/sessions/")
    assert [c.get("/account/").status_code for c in (here, there, third)] == [200, 302, 302]
    assert "session.ended" in actions(console)


def test_nobody_ends_the_sessions_of_others(console: Store, client_for: ClientFor) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    mine = Client()
    sign_in(mine)
    from allauth.usersessions.models import UserSession

    number = UserSession.objects.get().pk
    for given in (number, 0, "x", "9" * 30):
        assert client_for(Role.OPERATOR).post("/account/sessions/end/", {"session": given}).status_code == 404
    assert mine.get("/account/").status_code == 200


def test_a_new_pass_phrase_signs_out_everywhere_else(console: Store) -> None:
    add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    wrong = here.post("/account/pass-phrase/", {"oldpassword": "no", "password1": OTHER, "password2": OTHER})
    assert "パスフレーズが違います" in wrong.content.decode()
    weak = here.post("/account/pass-phrase/", {"oldpassword": PHRASE, "password1": "short", "password2": "short"})
    assert weak.status_code == 200
    done = here.post("/account/pass-phrase/", {"oldpassword": PHRASE, "password1": OTHER, "password2": OTHER})
    assert done.status_code == 302
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)
    assert sign_in(Client(), phrase=OTHER).status_code == 302
    assert PHRASE not in str(console.audit.entries())


def test_set_up_link_makes_the_first_administrator_once(console: Store) -> None:
    link = Links.of(console).first_setup()
    assert link is not None
    client = Client()
    place = f"/setup/{link.secret}/"
    assert "はじめの設定" in client.get(place).content.decode()
    given = {
        "organisation": "青空警備",
        "name": "管理 花子",
        "email": "hanako@example.jp",
        "pass_phrase": "short",
        "again": "short",
    }
    weak = client.post(place, given)
    assert weak.status_code == 422
    different = client.post(place, {**given, "pass_phrase": PHRASE, "again": OTHER})
    assert "一致しません" in different.content.decode()
    done = client.post(place, {**given, "pass_phrase": PHRASE, "again": PHRASE})
    assert (done.status_code, done.headers["Location"]) == (302, "/")
    assert client.get("/account/").headers["Location"] == "/account/second-factor/"
    assert "青空警備" in client.get("/account/second-factor/").content.decode()
    assert Client().get(place).status_code == 404
    assert Client().post(place, {**given, "pass_phrase": PHRASE, "again": PHRASE}).status_code == 404
    assert Links.of(console).first_setup() is None
    assert PHRASE not in str(console.audit.entries())


def test_enrolment_of_an_app_gives_recovery_codes_that_work_once(console: Store) -> None:
    add_person(console, Grant(role=Role.ADMINISTRATOR), pass_phrase=PHRASE)
    client = Client()
    sign_in(client)
    page = client.get("/account/second-factor/totp/activate/").content.decode()
    assert "<svg" in page
    assert " style=" not in page
    secret = re.findall(r'id="totp-secret">([A-Z2-7]+)<', page)[0]
    done = client.post("/account/second-factor/totp/activate/", {"code": totp(secret)})
    codes_page = client.get(done.headers["Location"]).content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", codes_page)
    assert len(codes) == 10
    assert client.get("/account/").status_code == 200
    for expected in (302, 200):
        other = Client()
        sign_in(other)
        assert other.post("/account/second-factor/authenticate/", {"code": codes[0]}).status_code == expected
    assert "second-factor.added" in actions(console)


def test_invitation_and_reset(console: Store) -> None:
    links = Links.of(console)
    invited = links.invite("new@example.jp", Grant(role=Role.OPERATOR))
    client = Client()
    place = f"/invite/{invited.secret}/"
    assert "new@example.jp" in client.get(place).content.decode()
    given = {"name": "新田", "pass_phrase": PHRASE, "again": PHRASE}
    assert client.post(place, given).status_code == 302
    assert client.get("/account/").status_code == 200
    assert Client().get(place).status_code == 404
    entry = People.of(console).find("new@example.jp")
    assert entry is not None
    reset = links.reset(entry.number)
    assert Client().get(f"/invite/{reset.secret}/").status_code == 404  # not what it is for
    done = Client().post(f"/reset/{reset.secret}/", {"pass_phrase": OTHER, "again": OTHER})
    assert (done.status_code, done.headers["Location"]) == (303, "/sign-in/")
    assert client.get("/account/").status_code == 302  # signed out everywhere
    assert sign_in(Client(), "new@example.jp", OTHER).status_code == 302


def test_there_is_no_sign_up_and_no_mail(console: Store) -> None:
    for name in ("account-signup", "account-reset-password", "account-email", "socialaccount-signup"):
        assert Client().get(f"/sign-in/none/{name}/").status_code == 404
    page = Client().get("/sign-in/").content.decode()
    assert "/sign-in/none/" not in page


def test_language_is_the_persons_then_the_browsers(console: Store, client_for: ClientFor) -> None:
    assert 'lang="en"' in Client(headers={"accept-language": "en-GB,en;q=0.9"}).get("/sign-in/").content.decode()
    assert 'lang="ja"' in Client(headers={"accept-language": "en;q=0.4, ja;q=0.8"}).get("/sign-in/").content.decode()
    assert 'lang="en"' in Client(headers={"accept-language": "de-DE"}).get("/sign-in/").content.decode()
    assert 'lang="ja"' in Client().get("/sign-in/").content.decode()
    client = client_for(Role.OPERATOR)
    client.post("/preferences/", {"lang": "en", "back": "/account/"})
    assert "Your account" in client.get("/account/").content.decode()
    client.post("/preferences/", {"theme": "dark", "density": "dense", "lang": "xx"})
    page = client.get("/account/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="dense"' in page
    assert 'lang="en"' in page


def test_theme_and_density_go_with_the_person_to_another_browser(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    client.cookies["fushinban_theme"] = "light"  # what the browser held before anybody chose
    assert 'data-theme="light"' in client.get("/account/").content.decode()
    client.post("/preferences/", {"theme": "dark", "density": "dense"})
    elsewhere = Client()
    elsewhere.cookies["fushinban_session"] = client.cookies["fushinban_session"].value
    elsewhere.cookies["fushinban_theme"] = "light"
    page = elsewhere.get("/account/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="dense"' in page
    # Somebody else at the same browser, and the page before signing in, go by the cookie.
    plain = Client()
    plain.cookies["fushinban_theme"] = "light"
    assert 'data-theme="light"' in plain.get("/sign-in/").content.decode()
    plain.cookies["fushinban_theme"] = '"><script>'
    assert 'data-theme="auto"' in plain.get("/sign-in/").content.decode()
    client.post("/preferences/", {"theme": "pink"})
    assert 'data-theme="dark"' in client.get("/account/").content.decode()


def test_whoever_has_a_passkey_can_prove_it_in_every_way(console: Store) -> None:
    person = add_person(console, Grant(role=Role.OPERATOR), pass_phrase=PHRASE)
    add_second_factor(person)
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "鍵", "credential": {}})
    client = signed_in(person)
    for lang, words in (("ja", "パスキーで確認する"), ("en", "By passkey")):
        client.post("/preferences/", {"lang": lang})
        for address in ("/account/prove/", "/account/second-factor/reauthenticate/"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert words in answer.content.decode()
