"""Findings across sites and one finding: what is shown, to whom, and accepting."""

import html
import re
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import pytest

from fushinban import clock
from fushinban.model.acceptance import AcceptanceEnd
from fushinban.model.control import Outcome
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import EVERYTHING, Role
from fushinban.record.store import Store
from web.conftest import ClientFor
from web.page_samples import CAM, HILL, REC, SEA, finding_of, hostile_site, owner, queries_of, shown, two_sites


def numbers_in(page: str) -> list[str]:
    """The findings that a page lists, in its order."""
    return re.findall(r'<a href="/findings/([0-9]+)/"', page)


DAY = (clock.in_japan(clock.now()).date() + timedelta(days=30)).isoformat()


def test_the_list_stands_worst_first_with_its_numbers(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    page = shown(client_for(Role.OPERATOR).get("/findings/"))
    assert "直すところが 5 件あります" in page
    assert page.index("緊急</span>") < page.index("検証不可</span>", page.index("<tbody>"))
    assert SEA.name in page
    assert HILL.name in page
    english = shown(client_for(Role.OPERATOR, lang="en").get("/findings/"))
    assert "5 things need to be put right" in english


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("outcome=fail", 5),
        ("outcome=unknown", 1),
        ("outcome=fail&outcome=unknown", 6),
        ("severity=critical", 2),
        ("control=G-2.1-2", 3),
        ("maker=Example&outcome=fail", 4),
        ("site=hill-1", 2),
        (f"site=sea-1&device={REC}", 2),
        ("site=sea-1&device=", 2),
        ("accepted=yes", 0),
        ("text=渋谷", 6),
        ("outcome=nonsense&severity=&accepted=maybe&customer=x&sort=%00&text=%00", 8),
    ],
)
def test_filters_stand_in_the_address(console: Store, client_for: ClientFor, query: str, count: int) -> None:
    two_sites(console)
    assert len(numbers_in(shown(client_for(Role.OPERATOR).get(f"/findings/?{query}")))) == count


def test_pages_go_on_where_the_last_ended(console: Store, client_for: ClientFor) -> None:
    two_sites(console, more=60)
    client = client_for(Role.OPERATOR)
    first = shown(client.get("/findings/?site=sea-1"))
    (older,) = re.findall(r'href="([^"]+)" rel="next"', first)
    second = shown(client.get(f"/findings/{html.unescape(older)}"))
    numbers = [number for page in (first, second) for number in numbers_in(page)]
    assert len(numbers) == len(set(numbers)) == 66
    assert client.get("/findings/?after=nonsense").status_code == HTTPStatus.BAD_REQUEST


def test_a_customer_sees_and_finds_only_their_own(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.CUSTOMER, customer=owner(console, SEA.id))
    foreign = finding_of(console, HILL.id, "G-2.1-2")
    for query in ("", f"?site={HILL.id}", f"?customer={owner(console, HILL.id)}", "?text=山の手"):
        page = shown(client.get(f"/findings/{query}"))
        assert HILL.name not in page
        assert str(foreign.id) not in numbers_in(page)
        assert (numbers_in(page) != []) is (query == "")
    assert client.get(f"/findings/{foreign.id}/").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/findings/999999999/").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/findings/{10**30}/").status_code == HTTPStatus.NOT_FOUND
    assert 'name="number"' not in shown(client.get("/findings/"))


def test_hostile_texts_are_only_text(console: Store, client_for: ClientFor) -> None:
    hostile_site(console)
    client = client_for(Role.ADMINISTRATOR)
    number = finding_of(console, "bad-1", "G-2.1-2").id
    for address in ("", f"{number}/", "accept/?all=1", "?maker=%3Cscript%3Ealert(1)%3C/script%3E"):
        assert "&lt;script&gt;alert" in shown(client.get(f"/findings/{address}"))


def test_the_number_of_queries_does_not_grow(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.OPERATOR)
    few = queries_of(client, console, "/findings/")
    two_sites(console, more=40)
    assert queries_of(client, console, "/findings/") <= few <= 20
    number = finding_of(console, SEA.id, "G-2.1-2").id
    assert queries_of(client, console, f"/findings/{number}/") <= 24


def test_several_are_accepted_with_one_reason(any_console: Store) -> None:
    from fushinban.model.rights import Grant
    from web.conftest import add_person, signed_in

    store = any_console
    two_sites(store)
    client = signed_in(add_person(store, Grant(role=Role.OPERATOR)))
    chosen = [finding_of(store, SEA.id, "G-2.1-2"), finding_of(store, SEA.id, "G-2.1-2", REC)]
    passed = finding_of(store, SEA.id, "G-3.5-0a", "")
    asked = "&".join(f"number={f.id}" for f in [*chosen, passed])
    form = shown(client.get(f"/findings/accept/?{asked}"))
    assert "2 件の不適合を受け入れます" in form
    assert "選んだうち 1 件は対象になりません" in form
    sent = {"action": "accept", "number": [f.id for f in chosen], "reason": "次の工事で\n交換", "until": DAY}
    answer = client.post("/findings/accept/", sent, follow=True)
    assert "2 件の指摘を受け入れました" in shown(answer)
    found = finding_of(store, SEA.id, "G-2.1-2")
    assert found.acceptance is not None
    assert (found.acceptance.reason, found.acceptance.by) == ("次の工事で\n交換", "Person")
    assert clock.in_japan(found.acceptance.until).strftime("%H:%M") == "00:00"
    entries = store.audit.entries(action="finding.accepted")
    assert [e.actor.name for e in entries] == ["Person"] * 2
    again = client.post("/findings/accept/", sent, follow=True)
    assert "2 件はできませんでした" in shown(again)


def test_all_that_a_filter_fits(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.OPERATOR)
    numbers = numbers_in(shown(client.get("/findings/accept/?all=1&control=G-2.1-2")))
    assert len(numbers) == 3
    client.post("/findings/accept/", {"action": "accept", "number": numbers, "reason": "待つ", "until": DAY})
    open_now = FindingsQuery(outcomes=frozenset({Outcome.FAIL}), accepted=False)
    assert len(console.findings.search(EVERYTHING, open_now).items) == 2
    assert "取り下げる受け入れがありません" in shown(client.get("/findings/withdraw/?all=1&site=nowhere"))
    pairs = re.findall(r'name="acceptance" value="([0-9:]+)"', shown(client.get("/findings/withdraw/?all=1")))
    sent = {"action": "withdraw", "acceptance": pairs, "reason": "直した"}
    done = client.post("/findings/withdraw/", sent, follow=True)
    assert "3 件の受け入れを取り下げました" in shown(done)
    assert len(console.findings.search(EVERYTHING, open_now).items) == 5
    stale = client.post("/findings/withdraw/", sent, follow=True)
    assert "3 件はできませんでした" in shown(stale)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": " \n "}, "受け入れる理由を書いてください"),
        ({"until": "2001-01-01"}, "これから先の日"),
        ({"until": "9999-12-31"}, "期限"),
        ({"until": "いつか"}, "期限の日付を読み取れません"),
        ({"number": ["x", "-1"]}, "指摘が選ばれていません"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    console: Store, client_for: ClientFor, changed: dict[str, object], said: str
) -> None:
    two_sites(console)
    number = finding_of(console, SEA.id, "G-2.1-2").id
    sent = {"action": "accept", "number": [number], "reason": "待つ理由", "until": DAY, **changed}
    answer = client_for(Role.OPERATOR).post("/findings/accept/", sent)
    page = shown(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert said in page
    assert ("待つ理由" in page) or "reason" in changed or "number" in changed
    assert console.acceptances.search(EVERYTHING).items == ()


def test_nobody_accepts_for_others(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    number = finding_of(console, HILL.id, "G-2.1-2").id
    sent = {"action": "accept", "number": [number], "reason": "x", "until": DAY}
    for role in (Role.AUDITOR, Role.INSTALLER, Role.CUSTOMER):
        client = client_for(role, site=HILL.id)
        assert client.get("/findings/accept/?all=1").status_code == HTTPStatus.FORBIDDEN
        assert client.post("/findings/accept/", sent).status_code == HTTPStatus.FORBIDDEN
        assert client.post(f"/findings/{number}/", sent).status_code == HTTPStatus.FORBIDDEN
    elsewhere = client_for(Role.OPERATOR, site=SEA.id)
    assert "見つかりません" in shown(elsewhere.post("/findings/accept/", sent, follow=True))
    assert elsewhere.post(f"/findings/{number}/", sent).status_code == HTTPStatus.NOT_FOUND
    assert console.acceptances.search(EVERYTHING).items == ()


def test_one_finding_says_what_to_do(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    found = finding_of(console, SEA.id, "G-2.1-2")
    page = shown(client_for(Role.OPERATOR).get(f"/findings/{found.id}/"))
    proof = ("証拠", "onvif GetUsers", "cd" * 32)
    for part in (found.finding.message.ja, "Telnetが閉じている", "Telnetを無効にし", *proof, "ETSI EN 303 645"):
        assert part in page
    assert page.count("定期点検") >= 2
    assert f"/sites/{SEA.id}/devices/{CAM}/" in page


def test_accept_change_and_withdraw_one(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    number = finding_of(console, SEA.id, "G-2.1-2").id
    client, other = client_for(Role.OPERATOR), client_for(Role.ADMINISTRATOR)
    address = f"/findings/{number}/"
    sent = {"action": "accept", "reason": "部品待ち", "until": DAY}
    assert "受け入れました" in shown(client.post(address, sent, follow=True))
    late = shown(other.post(address, {**sent, "reason": "別の理由"}), HTTPStatus.CONFLICT)
    assert "すでに受け入れられています" in late
    assert "別の理由" in late
    assert "部品待ち" in late
    held = finding_of(console, SEA.id, "G-2.1-2").acceptance
    assert held is not None
    mark = {"acceptance": held.id, "version": held.version}
    renewed = other.post(address, {**sent, **mark, "action": "renew", "reason": "延期"}, follow=True)
    assert "変更しました" in shown(renewed)
    stale = client.post(address, {**sent, **mark, "action": "renew", "reason": "失われない"})
    assert "失われない" in shown(stale, stale.status_code)
    assert stale.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    now = finding_of(console, SEA.id, "G-2.1-2").acceptance
    assert now is not None
    done = client.post(address, {"action": "withdraw", "acceptance": now.id, "version": now.version}, follow=True)
    assert "取り下げました" in shown(done)
    history = console.acceptances.history(EVERYTHING, SEA.id, CAM, "G-2.1-2")
    assert [a.end for a in history] == [AcceptanceEnd.WITHDRAWN] * 2
    assert [a.reason for a in history] == ["延期", "部品待ち"]


def test_an_acceptance_of_something_else_is_not_touched(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.OPERATOR)
    mine, other = finding_of(console, SEA.id, "G-2.1-2"), finding_of(console, HILL.id, "G-2.1-2")
    client.post(f"/findings/{other.id}/", {"action": "accept", "reason": "x", "until": DAY})
    held = finding_of(console, HILL.id, "G-2.1-2").acceptance
    assert held is not None
    sent = {"action": "withdraw", "acceptance": held.id, "version": held.version}
    assert client.post(f"/findings/{mine.id}/", sent).status_code == HTTPStatus.BAD_REQUEST
    assert finding_of(console, HILL.id, "G-2.1-2").acceptance is not None


def test_an_old_finding_leads_to_the_newest(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    newest = finding_of(console, SEA.id, "G-2.1-2")
    old = next(
        f for line in console.inspections.page(EVERYTHING).items if not line.current
        for f in console.findings.of_inspection(EVERYTHING, line.id).items if f.finding.control == "G-2.1-2"
    )  # fmt: skip
    page = shown(client_for(Role.OPERATOR).get(f"/findings/{old.id}/"))
    assert "古い点検のものです" in page
    assert f"/findings/{newest.id}/" in page
    answer = client_for(Role.OPERATOR).post(f"/findings/{old.id}/", {"action": "accept", "reason": "x", "until": DAY})
    assert "最新の点検のものではありません" in shown(answer, HTTPStatus.CONFLICT)


def test_export_links_are_for_those_who_may(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    asked = {"outcome": "fail", "accepted": "no", "maker": "Example", "customer": "1", "site": SEA.id, "place": "shop"}
    words = urlencode({**asked, "text": "渋谷"}).replace("&", "&amp;")
    page = shown(client_for(Role.OPERATOR).get(f"/findings/?{urlencode({**asked, 'text': '渋谷'})}"))
    for form in ("csv", "csv-cp932", "ocsf"):
        assert f"/api/v1/exports/findings?format={form}&amp;{words}" in page, "the export has the filters of the list"
    assert "/api/v1/exports" not in shown(client_for(Role.INSTALLER).get("/findings/"))


def test_several_by_number_keep_to_the_scope(console: Store) -> None:
    two_sites(console)
    from fushinban.model.rights import SiteScope

    mine, other = finding_of(console, SEA.id, "G-2.1-2"), finding_of(console, HILL.id, "G-2.1-2")
    scope = SiteScope(customers=frozenset({owner(console, SEA.id)}))
    assert console.findings.several(scope, [other.id, mine.id, mine.id, -5, 2**70]) == (mine,)
