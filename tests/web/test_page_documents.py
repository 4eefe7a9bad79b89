"""Documents: the list and its filters, files to save or look at, whose they are, what is on record of it."""

import hashlib
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import pytest

from fushinban import clock
from fushinban.model.rights import EVERYTHING, Role, SiteScope
from fushinban.record.store import Store
from fushinban.record.values import Document, DocumentsQuery
from record.console_samples import HILL, SEA
from web.conftest import ClientFor

LIST = "/documents/"
HOSTILE = "<script>alert(1)</script>"


def make(
    store: Store, site: str, kind: str, name: str, content: bytes = b"content", *, inspection: str = "i-1"
) -> Document:
    folder = store.data_dir / "documents" / inspection
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return store.documents.save(site, inspection, kind, path, hashlib.sha256(content).hexdigest(), clock.now())


@pytest.fixture
def papers(console: Store) -> Store:
    """Two sites of two customers, with documents."""
    console.sites.save(SEA)
    console.sites.save(HILL)
    make(console, SEA.id, "inspection-pdf", "点検報告書_渋谷駅前店_20261123.pdf", b"%PDF-1.7 sea")
    make(console, SEA.id, "inspection-html", "点検報告書_渋谷駅前店_20261123.html", b"<script>alert(1)</script>")
    make(console, HILL.id, "settings", "設定シート_山の手.xlsx", b"PK hill", inspection="i-2")
    return console


def numbered(store: Store, site: str) -> list[int]:
    return [line.document.id for line in store.documents.page(EVERYTHING, DocumentsQuery(site=site)).items]


def test_the_list_and_its_filters(papers: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)

    def rows(query: str) -> int:
        return client.get(LIST + query).content.decode().count('<th scope="row"')

    queries = (
        "",
        "?kind=settings",
        f"?site={SEA.id}",
        "?inspection=i-2",
        "?kind=x",
        "?site=%00",
        "?kind=settings&site=x",
    )
    assert [rows(q) for q in queries] == [3, 1, 2, 1, 3, 3, 0]
    page = client.get(LIST).content.decode()
    assert hashlib.sha256(b"PK hill").hexdigest() in page
    assert "点検報告書_渋谷駅前店_20261123.pdf" in page
    assert page.count("?show=1") == 2, "a workbook can only be saved"
    assert client.get(LIST + "?after=x").status_code == HTTPStatus.BAD_REQUEST


def test_nothing_yet_says_what_to_do(console: Store, client_for: ClientFor) -> None:
    assert "点検の一覧へ" in client_for(Role.OPERATOR).get(LIST).content.decode()


def test_a_file_is_saved_under_its_japanese_name(papers: Store, client_for: ClientFor) -> None:
    number = numbered(papers, SEA.id)[1]
    answer = client_for(Role.OPERATOR).get(f"{LIST}{number}/")
    assert answer.getvalue() == b"%PDF-1.7 sea"
    name = quote("点検報告書_渋谷駅前店_20261123.pdf")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    (entry,) = papers.audit.entries(action="document.downloaded")
    assert (entry.id, entry.detail["site"]) == (str(number), SEA.id)


def test_what_is_looked_at_is_shut_in(papers: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    number = numbered(papers, SEA.id)[0]
    shown = client.get(f"{LIST}{number}/?show=1")
    assert shown.getvalue() == b"<script>alert(1)</script>"
    assert shown["Content-Type"].startswith("text/html")
    policy = shown["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    sheet = client.get(f"{LIST}{numbered(papers, HILL.id)[0]}/?show=1")
    assert sheet["Content-Disposition"].startswith("attachment"), "a workbook is never shown"
    sheet.close()


def test_documents_of_others_are_not_there(papers: Store, client_for: ClientFor) -> None:
    owner = papers.customers.of_site(HILL.id)
    client = client_for(Role.CUSTOMER, customer=owner)
    page = client.get(LIST).content.decode()
    assert "山の手" in page
    assert "渋谷" not in page
    for number in (*numbered(papers, SEA.id), 0, 999, 10**30):
        assert client.get(f"{LIST}{number}/").status_code == HTTPStatus.NOT_FOUND, number
    assert client.get(f"{LIST}{numbered(papers, HILL.id)[0]}/").getvalue() == b"PK hill"
    assert client_for(None).get(f"{LIST}1/").status_code == HTTPStatus.FOUND
    assert papers.audit.entries(action="document.downloaded")[0].detail["site"] == HILL.id


def test_a_file_that_was_changed_or_is_gone_is_not_handed_out(papers: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    pdf, html = (papers.documents.get(n) for n in reversed(numbered(papers, SEA.id)))
    assert pdf is not None
    assert html is not None
    Path(pdf.path).write_bytes(b"%PDF-1.7 other")
    Path(html.path).unlink()
    for document in (pdf, html):
        answer = client.get(f"{LIST}{document.id}/")
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert "作り直してください" in answer.content.decode()
    assert papers.audit.entries(action="document.downloaded") == ()


def test_no_path_on_record_leads_out_of_the_data_folder(papers: Store, client_for: ClientFor, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of the server")
    made = papers.documents.save(
        SEA.id, "", "x", papers.data_dir / "documents" / ".." / ".." / "secret.txt", "0" * 64, clock.now()
    )
    answer = client_for(Role.OPERATOR).get(f"{LIST}{made.id}/")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert b"of the server" not in answer.content


def test_hostile_names_end_no_header_and_are_words(papers: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    made = make(papers, SEA.id, HOSTILE[:40], 'a"; x=y\r\nSet-Cookie: a=b <script>alert(1)<\u2215script>.pdf')
    page = client.get(LIST).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    answer = client.get(f"{LIST}{made.id}/")
    assert answer.getvalue() == b"content"
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
    assert "\n" not in answer["Content-Disposition"]
    assert "\r" not in answer["Content-Disposition"]


def test_pages_of_the_store(any_console: Store) -> None:
    any_console.sites.save(SEA)
    any_console.sites.save(HILL)
    for n in range(5):
        any_console.documents.save((SEA, HILL)[n % 2].id, "", "k", Path(f"/d/{n}"), f"{n:064}", clock.now())
    owner = any_console.customers.of_site(SEA.id)
    assert owner is not None
    first = any_console.documents.page(SiteScope(customers=frozenset({owner})), DocumentsQuery(), most=2)
    rest = any_console.documents.page(
        SiteScope(customers=frozenset({owner})), DocumentsQuery(), cursor=first.next, most=2
    )
    assert [line.document.title for line in (*first.items, *rest.items)] == ["4", "2", "0"]
    assert {line.site_name for line in first.items} == {SEA.name}
    assert rest.next is None
    assert any_console.documents.page(SiteScope(), DocumentsQuery()).items == ()
    assert any_console.documents.get(first.items[0].document.id) == first.items[0].document
    assert any_console.documents.get(0) is None
    assert any_console.documents.get(2**70) is None
    assert any_console.sites.names([SEA.id, "x"]) == {SEA.id: SEA.name}
    assert any_console.devices.titles(SEA.id, ["x"]) == {}
    assert any_console.schedules.coming(EVERYTHING, 3) == ()
