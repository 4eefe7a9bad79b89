"""The map of the guide: all rows, over all sites and at one, and filters."""

from http import HTTPStatus

import pytest

from fushinban.controls import controls
from fushinban.model.overview import CoverageCounts
from fushinban.model.rights import EVERYTHING, NOTHING, Role, SiteScope
from fushinban.record.store import Store
from web.conftest import ClientFor
from web.page_samples import HILL, SEA, hostile_site, owner, queries_of, shown, two_sites


def test_every_row_of_the_guide_is_there(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    page = shown(client_for(Role.AUDITOR).get("/coverage/"))
    for control in controls():
        assert f'id="{control}"' in page
    assert "全 115 項目のうち" in page
    assert "/findings/?control=G-2.1-2" in page
    english = shown(client_for(Role.AUDITOR, lang="en").get("/coverage/"))
    assert "How far the guide&#x27;s 115 items are examined" in english


def test_counts_of_sites_by_state(any_console: Store) -> None:
    store = any_console
    two_sites(store)
    counted = store.overview.coverage(EVERYTHING)
    assert counted["G-2.1-2"] == CoverageCounts(verified=1)
    assert counted["G-3.6-2"] == CoverageCounts(could_not=1)
    assert counted["G-001"] == CoverageCounts(verified=1)
    mine = SiteScope(customers=frozenset({owner(store, SEA.id)}))
    assert store.overview.coverage(mine) == {c: n for c, n in counted.items() if c != "G-001"}
    named = SiteScope(sites=frozenset({SEA.id}))
    assert store.overview.coverage(named) == store.overview.coverage(mine)
    assert store.overview.coverage(NOTHING) == {}
    store.overview.recount(SEA.id, HILL.id)
    assert store.overview.coverage(EVERYTHING) == counted


def test_one_site_says_why_it_could_not(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    page = shown(client_for(Role.OPERATOR).get(f"/coverage/{SEA.id}/"))
    row = page[page.index('id="G-3.6-2"') : page.index('id="G-3.6-3"')]
    assert "検証できなかった" in row
    assert "確かめられなかった理由" in row
    assert f"/sites/{SEA.id}/questionnaire/?question=G-3.6-2" in row
    assert f"control=G-3.6-2&amp;site={SEA.id}" in row
    row = page[page.index('id="G-2.1-2"') : page.index('id="G-2.1-3"')]
    assert "1 台の機器で確かめられませんでした" in row
    assert "検証した" in row


@pytest.mark.parametrize(
    ("query", "has", "lacks"),
    [
        ("decided=answer", "G-2.1-5", "G-2.1-2"),
        ("decided=auto", "G-2.1-2", "G-2.1-5"),
        ("area=checkpoint-1", "G-2.1-2", "G-3.6-2"),
        ("state=verified", "G-2.1-2", "G-3.6-2"),
        ("area=nonsense&decided=x&state=y", "G-2.1-2", "G-9"),
    ],
)
def test_filters(console: Store, client_for: ClientFor, query: str, has: str, lacks: str) -> None:
    two_sites(console)
    for place in ("/coverage/", f"/coverage/{SEA.id}/"):
        page = shown(client_for(Role.OPERATOR).get(f"{place}?{query}"))
        assert f'id="{has}"' in page
        assert f'id="{lacks}"' not in page
    nothing = client_for(Role.OPERATOR).get("/coverage/?decided=none&state=answered")
    assert "条件に合う項目はありません" in shown(nothing)


def test_a_customer_counts_only_their_own(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.CUSTOMER, customer=owner(console, HILL.id))
    page = shown(client.get("/coverage/"))
    row = page[page.index('id="G-3.6-2"') : page.index('id="G-3.6-3"')]
    assert "まだ数がありません" in row
    assert client.get(f"/coverage/{SEA.id}/").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/coverage/none/").status_code == HTTPStatus.NOT_FOUND


def test_a_site_without_inspection_verifies_nothing(console: Store, client_for: ClientFor) -> None:
    console.sites.save(SEA)
    page = shown(client_for(Role.OPERATOR).get(f"/coverage/{SEA.id}/"))
    assert "まだ点検していないため" in page
    assert "●" not in page


def test_hostile_texts_are_only_text(console: Store, client_for: ClientFor) -> None:
    hostile_site(console)
    assert "&lt;script&gt;" in shown(client_for(Role.OPERATOR).get("/coverage/bad-1/"))


def test_the_number_of_queries_does_not_grow(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.OPERATOR)
    few = queries_of(client, console, "/coverage/")
    one = queries_of(client, console, f"/coverage/{SEA.id}/")
    two_sites(console, more=30)
    assert queries_of(client, console, "/coverage/") <= few <= 14
    assert queries_of(client, console, f"/coverage/{SEA.id}/") <= one <= 24
