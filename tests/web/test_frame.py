"""What surrounds every page: headers, assets, tables, streams, refusals, hostile texts."""

import asyncio
import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hashers
from django.http import Http404, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from fushinban import clock
from fushinban.errors import Conflict, InputError, OutOfScope, StoreError
from fushinban.messages import Text, ids, say
from fushinban.model.control import Outcome, Severity
from fushinban.model.rights import Grant, Permission, Role
from fushinban.record.store import Store
from fushinban.web import assets, urls
from fushinban.web._live import Glance, LivePage
from fushinban.web._page import Access, Page, action
from fushinban.web.listing import Column, make_listing
from fushinban.web.settings import console_settings
from fushinban.web.tags.words import distance
from record.samples import SITE
from web.blocks_urls import HOSTILE, BlocksPage
from web.conftest import ClientFor, add_person, signed_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Failing(Page):
    path = "test/failing/<str:kind>/"
    name = "failing"
    permission = Access.SIGNED_IN
    template = "pages/account.html"

    def context(self, kind: str) -> dict[str, object]:
        text = Text("言葉", f"words of {HOSTILE}")
        raise {
            "input": InputError(text), "conflict": Conflict(text), "scope": OutOfScope(text), "store": StoreError(text),
            "gone": Http404("secret reason"), "broken": RuntimeError("secret detail"),
        }[kind]  # fmt: skip


class OneSite(Page):
    path = "test/site/<str:site_id>/"
    name = "one-site"
    permission = Permission.SITE_VIEW

    def get(self, request: object, *args: object, **kwargs: object) -> HttpResponse:
        return HttpResponse(self.site(str(kwargs["site_id"])).name)

    @action(Permission.SITE_EDIT)
    def rename(self, site_id: str) -> HttpResponse:
        return HttpResponse("renamed " + self.site(site_id).name)

    @action(Permission.SITE_VIEW)
    def look(self, site_id: str) -> HttpResponse:
        return HttpResponse("looked at " + self.site(site_id).name)


class Count(LivePage):
    path = "test/live/<int:most>/"
    name = "live"
    permission = Permission.SITE_VIEW
    pause = 0.01
    longest = 0.05

    def look(self, mark: str, **where: Any) -> Glance | None:
        if where["most"] == 404:
            raise Http404
        count = int(mark or 0) + 1
        if count > where["most"]:
            return None
        return Glance(mark=str(count), parts={"n": f"<b>{count}</b>\n"}, over=count == where["most"] == 3)


urlpatterns = [
    *urls.urlpatterns,
    *(path(p.path, p.as_view(), name=p.name) for p in (BlocksPage, Failing, OneSite, Count)),
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture(autouse=True)
def with_test_pages() -> Iterator[None]:
    templates = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], "tests/web/templates"]}]
    with override_settings(ROOT_URLCONF=__name__, TEMPLATES=templates):
        yield


def test_headers_of_every_kind_of_answer(client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    for address, status in (
        ("/account/", 200),
        ("/none/", 404),
        ("/healthz", 200),
        ("/metrics", 200),
        ("/test/failing/broken/", 500),
    ):
        client.raise_request_exception = False
        answer = client.get(address)
        assert answer.status_code == status, address
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "no-store" in answer.headers["Cache-Control"], address
        assert "Server" not in answer.headers


@pytest.mark.parametrize(
    ("kind", "status"),
    [("input", 400), ("conflict", 409), ("scope", 400), ("store", 503), ("gone", 404), ("broken", 500)],
)
def test_failures_become_a_page_with_one_sentence(client_for: ClientFor, kind: str, status: int) -> None:
    client = client_for(Role.OPERATOR, lang="en")
    client.raise_request_exception = False
    answer = client.get(f"/test/failing/{kind}/")
    body = answer.content.decode()
    assert answer.status_code == status
    assert "secret" not in body
    assert HOSTILE not in body
    assert "Traceback" not in body
    assert ("words of &lt;script&gt;" in body) is (kind in {"input", "conflict", "scope", "store"})


def test_sites_of_others_look_like_sites_that_are_not_there(console: Store, client_for: ClientFor) -> None:
    console.sites.save(SITE)
    number = console.customers.named("Somebody else")
    assert number is not None
    stranger, own = client_for(Role.CUSTOMER, customer=number.id), client_for(Role.CUSTOMER, site=SITE.id)
    assert own.get(f"/test/site/{SITE.id}/").content.decode() == SITE.name
    foreign, missing = stranger.get(f"/test/site/{SITE.id}/"), stranger.get("/test/site/no-such-site/")
    assert foreign.status_code == missing.status_code == 404
    clean = [re.sub(rb'(value="[^"]*"|"X-CSRFToken": "[^"]*")', b"", a.content) for a in (foreign, missing)]
    assert clean[0] == clean[1]
    assert SITE.name.encode() not in foreign.content
    assert stranger.get("/test/site/" + "x" * 5000 + "/").status_code == 404
    by_customer = console.customers.of_site(SITE.id)
    if by_customer is not None:
        assert client_for(Role.CUSTOMER, customer=by_customer).get(f"/test/site/{SITE.id}/").status_code == 200


def test_actions_have_permissions_of_their_own(console: Store, client_for: ClientFor) -> None:
    console.sites.save(SITE)
    place = f"/test/site/{SITE.id}/"
    auditor, operator = client_for(Role.AUDITOR), client_for(Role.OPERATOR)
    assert auditor.post(place, {"action": "look"}).status_code == 200
    assert auditor.post(place, {"action": "rename"}).status_code == 403
    assert operator.post(place, {"action": "rename"}).status_code == 200
    for name in ("", "site", "dispatch", "__class__", "no-such", "context", "store"):
        assert operator.post(place, {"action": name}).status_code == 404, name
    # A right to edit at one site is none at another where one may only look.
    other = SITE.__class__(**{**{f: getattr(SITE, f) for f in SITE.__dataclass_fields__}, "id": "site-other"})
    console.sites.save(other)
    person = add_person(
        console, Grant(role=Role.AUDITOR), Grant(role=Role.INSTALLER, site=SITE.id), email="two@example.jp"
    )
    both = signed_in(person)
    assert both.get("/test/site/site-other/").status_code == 200
    assert both.post(place, {"action": "rename"}).status_code == 200
    assert both.post("/test/site/site-other/", {"action": "rename"}).status_code == 404


def test_hostile_texts_stay_text_in_every_block(client_for: ClientFor) -> None:
    page = client_for(Role.OPERATOR).get("/dev/blocks/").content.decode()
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") >= 3
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*src=)[^>]*>", page)
    assert not re.search(r"\son[a-z]+=", page)


def test_unknown_is_never_shown_as_nothing() -> None:
    shown = Template('{% tile "a" value "/x/" %}').render(Context({"lang": "ja", "value": None}))
    assert "–" in shown
    assert "検証不可" in shown
    assert ">0<" in Template('{% tile "a" value "/x/" %}').render(Context({"lang": "ja", "value": 0}))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_states_have_shape_word_and_colour(lang: str) -> None:
    seen = set()
    for outcome in Outcome:
        shown = Template("{% state o 3 %}").render(Context({"lang": lang, "o": outcome}))
        shape, word = re.findall(r'aria-hidden="true">(.)</span><span class="word">([^<]+)', shown)[0]
        assert word.strip() == getattr(outcome.label, lang)
        assert f"state-{outcome.value}" in shown
        seen.add(shape)
    assert seen == set("✓✕?–!")
    for severity in Severity:
        assert getattr(severity.label, lang) in Template("{% severity s %}").render(
            Context({"lang": lang, "s": severity})
        )


def test_moments_show_japan_time_and_how_long_ago() -> None:
    moment = clock.now() - timedelta(days=3)
    shown = Template("{% when m %}").render(Context({"lang": "ja", "m": moment}))
    assert clock.in_japan(moment).strftime("%Y-%m-%d %H:%M") in shown
    assert "JST (UTC+9)" in shown
    assert "3日前" in shown
    assert "–" in Template("{% when m %}").render(Context({"lang": "ja", "m": None}))
    for seconds in (0, 50, 4000, 90_000, 9_000_000, 90_000_000):
        for sign in (-1, 1):
            assert distance(clock.now() + timedelta(seconds=sign * seconds), "en")


COLUMNS = (
    Column(key="name", label=Text("名", "Name"), sort="name", fixed=True),
    Column(key="size", label=Text("大", "Size"), number=True),
    Column(key="seen", label=Text("見", "Seen"), sort="seen"),
)


def _listing(address: str, session: dict[str, object] | None = None, **more: Any) -> Any:
    request = RequestFactory().get(address)
    request.session = session if session is not None else {}  # type: ignore[assignment]
    rows = [SimpleNamespace(name=HOSTILE, size=3)]
    return make_listing(request, "t", COLUMNS, rows, empty=Text("無", "none"), **more)


def test_filters_stay_in_the_address_and_columns_are_kept() -> None:
    session: dict[str, object] = {}
    listing = _listing("/t/?kind=a%26b&kind=c&after=zzz&columns=size", session, following="next1", sort="name")
    assert listing.older == "?kind=a%26b&kind=c&after=next1"
    assert listing.newest == "?kind=a%26b&kind=c"
    assert listing.sorted_by(COLUMNS[2]) == "?kind=a%26b&kind=c&sort=seen"
    assert [c.key for c in listing.heads] == ["name", "size"]
    assert listing.filtered
    assert [c.key for c in _listing("/t/", session).heads] == ["name", "size"]
    assert [c.key for c in _listing("/t/?columns=", session).heads] == ["name"]
    assert [c.key for c in _listing("/t/?columns=evil,seen,%3Cb%3E", session).heads] == ["name", "seen"]
    assert not _listing("/t/?sort=name", {}).filtered
    session["columns-t"] = "damaged"
    assert [c.key for c in _listing("/t/", session).heads] == ["name", "size", "seen"]


def test_confirmation_asks_for_the_name(client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    asked = client.post("/dev/blocks/", {"action": "remove", "other": HOSTILE}).content.decode()
    assert "本町店" in asked
    assert 'name="confirmed" value="yes"' in asked
    assert HOSTILE not in asked
    assert 'name="other"' in asked
    wrong = client.post("/dev/blocks/", {"action": "remove", "confirmed": "yes", "typed": "別の店"})
    assert "一致しません" in wrong.content.decode()
    done = client.post("/dev/blocks/", {"action": "remove", "confirmed": "yes", "typed": "本町店"}, follow=True)
    assert "削除しました。" in done.content.decode()


def test_assets_are_small_named_by_content_and_kept(client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    page = client.get("/dev/blocks/", headers={"accept-encoding": "gzip"})
    body = gzip.decompress(page.content).decode()
    names = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body)))
    assert len(names) >= 6
    total = len(page.content)
    for name in names:
        answer = client.get(name, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        total += len(answer.content)
    assert total < 60_000, total  # of 150 kB that a first page may take, pictures of a site included
    assert client.get(f"/static/{assets.version()}/console/../settings.py").status_code == 404
    assert client.get(f"/static/{assets.version()}/%2e%2e/urls.py").status_code == 404
    plain = client.get(names[0])
    assert plain.headers["Content-Encoding"] == "identity" or plain.headers.get("Content-Encoding") is None
    with pytest.raises(KeyError):
        assets.address("console/none.css")


def test_no_asset_names_another_host_or_has_inline_parts() -> None:
    for name, asset in assets.assets().items():
        if name.startswith("console/") and name.endswith((".css", ".js")):
            text = asset.content.decode()
            assert "http://" not in text, name
            assert "https://" not in text, name
            assert "eval(" not in text, name


def _received(response: Any) -> str:
    async def read() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return asyncio.run(read()).decode()


def test_streams_tell_what_is_new_and_end(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    answer = client.get("/test/live/3/", headers={"accept": "text/event-stream"})
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    text = _received(answer)
    assert [line for line in text.splitlines() if line.startswith("id:")] == ["id: 1", "id: 2", "id: 3", "id: 3"]
    assert 'data: {"n": "<b>1</b>\\n"}' in text
    assert text.rstrip().endswith("event: over\ndata: {}")
    later = _received(client.get("/test/live/3/", headers={"last-event-id": "2"}))
    assert "id: 1" not in later
    quiet = _received(client.get("/test/live/1/"))
    assert "over" not in quiet
    assert ":\n\n" in quiet
    assert client.get("/test/live/404/").status_code == 404
    assert Client().get("/test/live/3/").status_code == 302


def test_htmx_is_led_to_the_sign_in_page_as_a_whole(console: Store) -> None:
    answer = Client().get("/account/", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in/")


def test_both_languages_of_every_sentence_of_ours() -> None:
    ours = [i for i in ids() if i.partition(".")[0] in {"web", "signin", "doctor"}]
    assert len(ours) > 150
    for message in ours:
        text = say(message)
        assert text.ja != text.en, message
        assert re.findall(r"{\w+}", text.ja).sort() == re.findall(r"{\w+}", text.en).sort()
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", text.en), message


def test_pass_phrases_are_kept_by_a_slow_hash() -> None:
    with override_settings(PASSWORD_HASHERS=console_settings({})["PASSWORD_HASHERS"]):
        assert get_hashers()[0].algorithm == "scrypt"


def test_readiness_tells_a_database_that_is_gone(console: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError, connection

    assert Client().get("/readyz").status_code == 200

    def gone(*_: object) -> object:
        raise DatabaseError("secret place")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
