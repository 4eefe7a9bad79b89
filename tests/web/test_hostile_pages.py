"""Every page of the catalogue against hostile visitors, texts and addresses. New pages are walked too."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from api.api_world import Place, World
from fushinban import clock
from fushinban.model.facts import Account, Accounts, Identity, Level, OpenPorts, Port, PortState, WebPage, WebPages
from fushinban.model.finding import PersonAnswer
from fushinban.model.inspection import DeviceRecord
from fushinban.model.listing import FindingsQuery, InspectionsQuery
from fushinban.model.reading import Answer, Reading
from fushinban.model.rights import EVERYTHING, Grant, Permission, Role
from fushinban.model.sheet import Change, Importance, Parameter, Stage
from fushinban.model.text import Text
from fushinban.record.people.links import Links
from fushinban.record.people.people import People
from fushinban.record.people.tokens import Tokens
from fushinban.web import organisation
from fushinban.web._live import LivePage
from fushinban.web._page import ORGANISATION, Access, Page
from fushinban.web.catalogue import pages
from fushinban.web.middleware import HEADERS
from record.console_samples import SEA, USUAL, inspected, result
from record.samples import readings, sheet
from web.conftest import add_person, add_second_factor, signed_in
from web.page_samples import FORMULA, HOSTILE, IMAGE, SCRIPT, hostile
from web.walking import Read, address, addresses, known, parts_of

ELSEWHERE = "evil.example.com"
EVIL = (
    f"https://{ELSEWHERE}/", f"//{ELSEWHERE}/", f"///{ELSEWHERE}/", f"\\\\{ELSEWHERE}/", f"/\\{ELSEWHERE}/",
    f"https:{ELSEWHERE}/", f"javascript:alert('{ELSEWHERE}')", f"/\t/{ELSEWHERE}/", f"\x00//{ELSEWHERE}/",
    f"http://testserver@{ELSEWHERE}/",
)  # fmt: skip
_LEADING = ("next", "back", "url")
ODD = ("x" * 2000, "a\0b", "長" * 2000, "\0", "9" * 60, "-1", "１２", "../../etc/passwd", "%00", "{'a': [1]}", "\u202e")
#: Names that pages read from the address besides their form fields.
ASKED = (
    "after", "before", "sort", "text", "q", "site", "customer", "device", "control", "maker", "kind", "state",
    "outcome", "severity", "accepted", "columns", "only", "show", "step", "question", "area", "inspection", "next",
    "back", "actor", "from", "until", "form", "part", "role", "action", "number", "finding", "chosen", "all", "base",
    "version", "lang",
)  # fmt: skip


@pytest.fixture
def visitor(world: World) -> Client:
    """An administrator of everything."""
    return _of(world, Grant(role=Role.ADMINISTRATOR), "everything@example.jp")


def _of(world: World, grant: Grant, email: str, lang: str = "ja") -> Client:
    person = add_person(world.store, grant, email=email)
    add_second_factor(person)
    person.language = lang
    person.save(update_fields=["language"])
    return signed_in(person, lang=lang)


def _values(world: World, place: Place) -> dict[str, str]:
    return dict(known(world, place, world.people[Role.OPERATOR]))


def _read(page: type[Page]) -> bool:
    """Whether a page is read at once (a live one goes on for ever)."""
    return not issubclass(page, LivePage)


def _get(client: Client, place: str, *given: Any) -> Any:
    """An answer; a file that it hands over is closed again."""
    answer = client.get(place, *given)
    answer.close()
    return answer


def _html(answer: HttpResponse) -> bool:
    return answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming


# --- requests of other sites ---


def test_no_action_without_our_own_form(world: World) -> None:
    administrator = People.of(world.store)
    client = _of(world, Grant(role=Role.ADMINISTRATOR), "csrf@example.jp")
    client.handler.enforce_csrf_checks = True
    before = administrator.list()
    places = addresses(_values(world, world.sea))
    asked = 0
    for page in pages():
        for name in page.actions():
            answer = client.post(places[page.name], {"action": name, "confirmed": "yes"})
            assert answer.status_code == HTTPStatus.FORBIDDEN, (page, name)
            asked += 1
    assert asked > 30
    for place in (
        "/sign-in/",
        "/sign-out/",
        "/account/pass-phrase/",
        "/account/sessions/",
        "/account/second-factor/totp/deactivate/",
    ):
        assert client.post(place, {}).status_code == HTTPStatus.FORBIDDEN, place
    assert administrator.list() == before
    assert client.get("/account/").status_code == HTTPStatus.OK


# --- things of others ---

SITE_PAGES = [
    page
    for page in pages()
    if parts_of(page) and page.permission not in ORGANISATION and page.permission is not Access.EVERYBODY
]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CUSTOMER])
def test_what_belongs_to_another_customer_is_not_there(world: World, role: Role) -> None:
    """Every part of every address in turn, and all parts together; the answer is the one for what never was."""
    client = _of(world, Grant(role=role, customer=world.sea.customer), "sea@example.jp")
    mine, theirs = _values(world, world.sea), _values(world, world.hill)
    assert len(SITE_PAGES) > 10
    for page in SITE_PAGES:
        if _read(page) and _get(client, address(page, mine)).status_code == HTTPStatus.FORBIDDEN:
            continue  # not for this role at all, whosesoever it is
        for place in _mixed(page, mine, theirs):
            answer = _get(client, place)
            assert answer.status_code == HTTPStatus.NOT_FOUND, (page, place)
            assert not any(name in answer.content.decode() for name in ("山の手", "丘管理")), place


def _mixed(page: type[Page], mine: dict[str, str], theirs: dict[str, str]) -> Iterator[str]:
    yield address(page, theirs)
    if "site_id" in parts_of(page):
        yield address(page, {**mine, "site_id": theirs["site_id"]})
    else:
        nothing = {**mine, "findings": "999999", "documents": "999999", "job_id": "none", "inspection_id": "none"}
        yield address(page, nothing)
    if "digest" in parts_of(page):
        yield address(page, {**theirs, "site_id": mine["site_id"]})


def test_no_action_reaches_another_customer(world: World) -> None:
    client = _of(world, Grant(role=Role.ADMINISTRATOR, customer=world.sea.customer), "sea@example.jp")
    theirs = _values(world, world.hill)
    walked = 0
    for page in SITE_PAGES:
        for name in page.actions():
            answer = client.post(
                address(page, theirs), {"action": name, "confirmed": "yes", "reason": "x", "until": "2026-12-24"}
            )
            assert answer.status_code == HTTPStatus.NOT_FOUND, (page, name)
            walked += 1
    assert walked > 8


def test_bulk_work_and_filters_stay_inside_ones_own(world: World) -> None:
    client = _of(world, Grant(role=Role.ADMINISTRATOR, customer=world.sea.customer), "sea@example.jp")
    numbers = world.store.findings.numbers(EVERYTHING, FindingsQuery(site=world.hill.site))
    before = _accepted(world)
    until = (clock.now() + timedelta(days=9)).date().isoformat()
    for place in ("/findings/accept/", "/findings/withdraw/"):
        given: dict[str, Any] = {
            "finding": numbers,
            "chosen": numbers,
            "reason": "x",
            "until": until,
            "confirmed": "yes",
            "site": "hill-1",
        }
        client.post(place, given)
        client.post(f"{place}?site=hill-1", given)
    assert _accepted(world) == before
    for place in ("/findings/", "/inspections/", "/jobs/", "/documents/", "/search/", "/"):
        for query in ("", "?site=hill-1", f"?customer={world.hill.customer}", "?q=山の手", "?text=山の手"):
            text = client.get(place + query).content.decode()
            assert "/sites/hill-1/" not in text, place + query
            assert "丘管理" not in text, place + query


def _accepted(world: World) -> int:
    return len(world.store.findings.numbers(EVERYTHING, FindingsQuery(site=world.hill.site, accepted=True)))


def test_a_person_of_the_organisation_cannot_be_reached_from_a_customer(world: World) -> None:
    client = _of(world, Grant(role=Role.ADMINISTRATOR, customer=world.sea.customer), "sea@example.jp")
    for page in pages():
        if page.permission in ORGANISATION and _read(page):
            answer = client.get(address(page, _values(world, world.hill)))
            assert answer.status_code == HTTPStatus.FORBIDDEN, page


# --- leading elsewhere ---


@pytest.mark.parametrize("turn", range(len(_LEADING)))
def test_nothing_leads_to_another_host(world: World, visitor: Client, turn: int) -> None:
    """Each name with a different address; all pages in turn, so that the names have each several."""
    asked = {name: EVIL[(turn * 3 + n) % len(EVIL)] for n, name in enumerate(_LEADING)}
    values = _values(world, world.sea)
    for page in pages():
        if not _read(page):
            continue
        answer = _get(visitor, address(page, values), asked)
        _stays(answer, (page, asked))
    for place in ("/preferences/", "/sign-out/"):
        _stays(visitor.post(place, {**asked, "lang": "ja"}), place)
    stranger = Client()
    for place in (
        "/sign-in/",
        "/sign-in/with/oidc/none/login/",
        "/account/prove/",
        "/account/second-factor/authenticate/",
    ):
        _stays(stranger.get(place, asked), place)
        _stays(stranger.post(place, {**asked, "login": "a@example.jp", "password": "x"}), place)


def test_signing_in_leads_only_home(world: World) -> None:
    phrase = "invented heron beneath silver gate 19"
    add_person(world.store, Grant(role=Role.OPERATOR), email="way@example.jp", pass_phrase=phrase)
    for evil in EVIL[:8]:
        answer = Client().post(
            f"/sign-in/?next={evil}".replace("\t", "%09"), {"login": "way@example.jp", "password": phrase, "next": evil}
        )
        assert answer.status_code == HTTPStatus.FOUND, evil
        _stays(answer, evil)
    inside = Client().post(
        "/sign-in/", {"login": "way@example.jp", "password": phrase, "next": "/findings/?site=sea-1"}
    )
    assert inside.headers["Location"] == "/findings/?site=sea-1"


def _stays(answer: HttpResponse, what: object) -> None:
    """No redirect and no link of the page goes to another host."""
    place = answer.headers.get("Location", "/")
    assert place.startswith("/"), (what, place)
    assert not re.match(r"[/\\\s\x00]{2}", place), (what, place)
    if _html(answer):
        for lead in Read(answer.content.decode()).leads:
            assert urlsplit(lead).netloc == "", (what, lead)
            assert not re.match(r"\s*[/\\]\s*[/\\]", lead), (what, lead)


# --- texts of devices and files ---


_PORT = Port(number=23, service="telnet", state=PortState.OPEN)
_WEB = WebPage(port=80, tls=False, status=200)


def _hostile_record(plain: DeviceRecord) -> DeviceRecord:
    source = readings()[0].source
    facts = (
        Identity(maker=SCRIPT, model=IMAGE, firmware=SCRIPT, serial=FORMULA),
        Accounts(accounts=(Account(name=HOSTILE, level=Level.ADMINISTRATOR),)),
        OpenPorts(ports=(replace(_PORT, speaks=SCRIPT, banner=f"{SCRIPT}{IMAGE}"),)),
        WebPages(pages=(replace(_WEB, server=SCRIPT, title=IMAGE, realm=SCRIPT, redirect="javascript:alert(3)"),)),
    )
    bad = tuple(
        Reading(fact=type(f), answer=Answer.OK, source=replace(source, driver=SCRIPT, request=IMAGE), value=f)
        for f in facts
    )
    denied = Reading(fact=WebPages, answer=Answer.DENIED, source=source, detail=Text(HOSTILE, HOSTILE))
    parameter = Parameter(
        key=f"accounts[{SCRIPT}].level", value=f"{IMAGE}{SCRIPT}", label=Text(SCRIPT, IMAGE), section=Identity.section
    )
    bad_sheet = replace(sheet(plain.device.id), parameters=(parameter,), by=SCRIPT)
    change = Change(key=parameter.key, label=parameter.label, before=IMAGE, after=SCRIPT, importance=Importance.MAJOR)
    return replace(plain, readings=(*bad, denied), sheets={Stage.ACTUAL: bad_sheet}, changes=(change,))


@pytest.fixture
def bad_world(world: World) -> World:
    """The installation with a site, people and papers whose every text is hostile; its places stand as `hill`."""
    store, site_id = world.store, "bad-1"
    # Twice, so that there is something to compare.
    for minutes in (5, 65):
        plain = hostile(result(replace(SEA, id=site_id), USUAL, minutes=minutes))
        number = inspected(store, replace(plain, records=tuple(_hostile_record(r) for r in plain.records)))
    device = store.devices.of(site_id)[0].id
    for stage in (Stage.ACTUAL, Stage.INSTALLED):
        store.sheets.save(
            site_id, replace(_hostile_record(plain.records[0]).sheets[Stage.ACTUAL], device=device, stage=stage)
        )
    store.answers.save(site_id, PersonAnswer(control="G-3.6-2", value="no", by=SCRIPT, note=HOSTILE))
    evidence = store.evidence.keep(b"hostile")
    store.evidence_of_site.note(site_id, evidence, f"{SCRIPT}.jpg", SCRIPT)
    path = store.data_dir / "documents" / site_id / "<img src=x onerror=alert(2)>.pdf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF hostile")
    store.documents.save(site_id, number, "inspection-pdf", path, "ab" * 32, clock.now())
    findings = store.findings.numbers(EVERYTHING, FindingsQuery(site=site_id))
    held = store.acceptances.accept(
        EVERYTHING, findings, reason=HOSTILE, by=SCRIPT, until=clock.now() + timedelta(days=9)
    )
    assert held.accepted
    person = People.of(store).add("bad@example.jp", f"{SCRIPT}{IMAGE}"[:150], Grant(role=Role.INSTALLER, site=site_id))
    Links.of(store).invite("guest@example.jp", Grant(role=Role.CUSTOMER, site=site_id), name=IMAGE)
    Tokens.of(store).make(person.number, SCRIPT, [Permission.SITE_VIEW], clock.now() + timedelta(days=1), site=site_id)
    organisation.rename(f"{SCRIPT}{IMAGE}")
    bad = replace(world.hill, site=site_id, inspection=number, finding=findings[0], device=device, evidence=evidence)
    return replace(world, hill=bad, people={**world.people, Role.OPERATOR: person.number})


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_texts_of_devices_and_files_stay_text_in_every_page(bad_world: World, lang: str) -> None:
    client = _of(bad_world, Grant(role=Role.ADMINISTRATOR), "reader@example.jp", lang)
    values = _values(bad_world, bad_world.hill)
    queries = (
        "",
        f"?q={SCRIPT}&text={SCRIPT}&control={IMAGE}",
        f"?maker={SCRIPT}&sort={IMAGE}&columns={SCRIPT}&site={IMAGE}",
    )
    hit = set()
    for page in pages():
        if not _read(page):
            continue
        for query in queries:
            answer = _get(client, address(page, values) + query)
            assert answer.status_code < 500, (page, query)
            if not _html(answer):
                continue
            text = answer.content.decode()
            assert Read(text).problems == [], (page, query)
            if "&lt;script&gt;alert(1)" in text and not query:
                hit.add(page.name)
    # The texts were there to be read: a page that forgets to show them proves nothing.
    assert {
        "overview",
        "site",
        "device",
        "findings",
        "finding",
        "inspection",
        "documents",
        "people",
        "person",
    } <= hit, hit


def test_compared_inspections_and_files_stay_text(bad_world: World, visitor: Client) -> None:
    newest = bad_world.hill.inspection
    known_ones = bad_world.store.inspections.page(EVERYTHING, InspectionsQuery(site="bad-1")).items
    (earlier,) = [one.id for one in known_ones if one.id != newest]
    place = f"/inspections/{newest}/compare/?before={earlier}"
    answer = visitor.get(place)
    assert answer.status_code == HTTPStatus.OK
    assert Read(answer.content.decode()).problems == []
    drawn = set()
    for look in ("", "?theme=dark", "?narrow=1", "?narrow=1&theme=dark", '?theme="><script>&narrow=%00'):
        picture = visitor.get("/sites/bad-1/network.svg" + look)
        assert picture.status_code == HTTPStatus.OK
        # The picture's own style sheet stands in it; nothing else may.
        assert [one for one in Read(picture.content.decode()).problems if one != "<style> {}"] == []
        assert picture.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        drawn.add(picture.content)
    assert len(drawn) == 4


# --- headers, odd addresses, weight ---


@pytest.mark.parametrize("role", [None, Role.CUSTOMER, Role.ADMINISTRATOR])
def test_the_policy_is_on_every_answer(world: World, role: Role | None) -> None:
    customer = world.sea.customer if role is Role.CUSTOMER else None
    client = Client() if role is None else _of(world, Grant(role=role, customer=customer), "policy@example.jp")
    for name, place in addresses(_values(world, world.sea)).items():
        for answer in (client.get(place), client.options(place), client.delete(place)):
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, name
            assert "unsafe-inline" not in policy or "sandbox" in policy, name
            for header in HEADERS:
                assert answer.headers[header], (name, header)
            assert answer.headers["Cache-Control"], name
            answer.close()


@pytest.mark.parametrize("turn", [None, 0, 1, 2])
def test_odd_values_break_no_page(world: World, visitor: Client, turn: int | None) -> None:
    """Every field and filter with a value that nobody types; without `turn` all have one of the first two."""
    visitor.raise_request_exception = False
    values = _values(world, world.sea)
    for page in pages():
        if not _read(page):
            continue
        place = address(page, values)
        fields = Read(visitor.get(place).content.decode()).fields if page.template else set()
        fields = sorted((fields | set(ASKED)) - {"csrfmiddlewaretoken", "action"})
        for given in _odd(fields, turn):
            answer = _get(visitor, place, given)
            assert answer.status_code < 500, (page, given)
            for name in page.actions():
                answer = visitor.post(place, {**given, "action": name})
                assert answer.status_code < 500, (page, name, given)


def _odd(fields: list[str], turn: int | None) -> Iterator[dict[str, str]]:
    if turn is None:
        yield dict.fromkeys(fields, ODD[0])
        yield dict.fromkeys(fields, ODD[1])
    else:
        yield {name: ODD[(n * 3 + turn) % len(ODD)] for n, name in enumerate(fields)}


@pytest.mark.parametrize(
    "value", ["x" * 2000, "a%00b", "%00", "長" * 700, "9" * 300, "..%2f..%2fetc", "%e2%80%ae", "%22%3E%3Cimg"]
)
def test_odd_parts_of_addresses_break_no_page(world: World, visitor: Client, value: str) -> None:
    visitor.raise_request_exception = False
    values = _values(world, world.sea)
    for page in SITE_PAGES:
        for part in parts_of(page):
            noun = page.path.split("/")[0]
            odd = {**values, part: value, **({noun: value} if part == "number" else {})}
            answer = visitor.get(address(page, odd))
            assert answer.status_code == HTTPStatus.NOT_FOUND, (page, part, answer.status_code)


def test_the_first_page_is_light(world: World, visitor: Client) -> None:
    """Overview with all it loads, as a browser takes it (compressed where the server does): under 150 KB."""
    headers = {"accept-encoding": "gzip, br"}
    page = visitor.get("/", headers=headers)
    text = visitor.get("/").content.decode()
    assets = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
    assert len(assets) >= 5
    weight = len(_body(page))
    for asset in assets:
        weight += len(_body(visitor.get(asset, headers=headers)))
    assert weight < 150_000, weight


def _body(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else bytes(answer.content)
