"""Search across all: groups, scope, empty states."""

import pytest

from fushinban.model.rights import Role
from fushinban.record.store import Store
from web.conftest import ClientFor
from web.page_samples import CAM, HILL, SEA, hostile_site, owner, queries_of, shown, two_sites


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("渋谷", f"/sites/{SEA.id}/"),
        ("SEA-1-0000", f"/sites/{SEA.id}/devices/{CAM}/"),
        ("192.0.2.10", f"/sites/{SEA.id}/devices/{CAM}/"),
        ("Telnet", "/coverage/#G-2.1-2"),
        ("株式会社海", "/?text="),
    ],
)
def test_everything_is_found(console: Store, client_for: ClientFor, text: str, address: str) -> None:
    two_sites(console)
    page = shown(client_for(Role.OPERATOR).get("/search/", {"q": text}))
    assert address in page
    assert f"「{text}」の検索結果" in page


def test_more_of_one_kind(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.OPERATOR)
    page = shown(client.get("/search/?q=G"))
    assert "kind=control" in page
    more = shown(client.get("/search/?q=G&kind=control"))
    assert more.count("data-result") == 100
    assert "すべての種類から探す" in more


def test_only_what_one_may_see(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    client = client_for(Role.CUSTOMER, customer=owner(console, SEA.id))
    assert "見つかりませんでした" in shown(client.get("/search/", {"q": HILL.name}))
    assert f"/sites/{SEA.id}/" in shown(client.get("/search/", {"q": SEA.name}))


def test_empty_states_say_what_to_do(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    assert "言葉を入力してください" in shown(client.get("/search/"))
    assert "言葉を減らすか" in shown(client.get("/search/?q=nothing-like-it"))
    assert "Nothing was found" in shown(client_for(Role.OPERATOR, lang="en").get("/search/?q=zzz"))


STRANGE = (
    "\0", "<script>alert(1)</script>", '"><img src=x onerror=1>', "%", "'", "\u202e", "x" * 5000, "(", "NEAR(", '"',
)  # fmt: skip


def test_any_text_is_searched_for(any_console: Store) -> None:
    from fushinban.model.rights import Grant
    from web.conftest import add_person, signed_in

    client = signed_in(add_person(any_console, Grant(role=Role.OPERATOR)))
    for text in STRANGE:
        assert 'role="search"' in shown(client.get("/search/", {"q": text})), text


def test_hostile_titles_are_only_text(console: Store, client_for: ClientFor) -> None:
    hostile_site(console)
    page = shown(client_for(Role.OPERATOR).get("/search/", {"q": "script"}))
    assert "&lt;script&gt;alert" in page


def test_the_number_of_queries_does_not_grow(console: Store, client_for: ClientFor) -> None:
    two_sites(console)
    assert queries_of(client_for(Role.OPERATOR), console, "/search/?q=sea") <= 18
