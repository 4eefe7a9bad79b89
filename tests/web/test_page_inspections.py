"""Lists of inspections, one inspection, two compared, starting them: what is shown, to whom, at what cost."""

from dataclasses import replace
from html import unescape
from http import HTTPStatus
from pathlib import Path

import pytest

from fushinban.jobs.business_days import due_after
from fushinban.jobs.site_setup import import_site_file
from fushinban.messages import Text
from fushinban.model.control import Outcome, Severity
from fushinban.model.finding import PersonAnswer
from fushinban.model.inspection import TranscriptCount
from fushinban.model.job import JobKind, JobOrder, JobState
from fushinban.model.rights import Role
from fushinban.model.schedule import Rhythm, Schedule
from fushinban.record.store import Store
from record.console_samples import ALONE, CAM, HILL, REC, SEA, USUAL, inspected, queries, result, three_sites
from web.conftest import ClientFor

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
F, P, U = Outcome.FAIL, Outcome.PASS, Outcome.UNKNOWN
LIST = "/inspections/"


@pytest.fixture
def sites(console: Store) -> Store:
    """Two customers, three sites inspected."""
    three_sites(console)
    return console


def newest(store: Store, site: str) -> str:
    entry = store.inspections.newest_entry(site)
    assert entry is not None
    return entry.id


def ask(store: Store, site: str, name: str = "job-1") -> None:
    store.jobs.ask(name, JobOrder(kind=JobKind.INSPECTION, site=site), "山田")


def test_running_planned_and_done(sites: Store, client_for: ClientFor) -> None:
    ask(sites, HILL.id)
    sites.jobs.begin("job-1", "worker")
    sites.jobs.progress("job-1", Text("機器の設定を読み取っています", "Reading the devices"), 9, 4, 1)
    sites.schedules.save(Schedule(site=SEA.id, rhythm=Rhythm.MONTHLY), 0, due_after)
    page = client_for(Role.OPERATOR).get(LIST).content.decode()
    assert "1 か所の現場を点検しています" in page
    assert 'max="9" value="4"' in page
    assert "届かなかったもの 1" in page
    assert 'data-live="/inspections/live/"' in page
    planned = page.split("<h2>これからの予定</h2>")[1].split("</section>")[0]
    assert SEA.name in planned
    assert HILL.name not in planned
    assert page.count('<th scope="row"') == 3


def test_nothing_yet_says_what_to_do(console: Store, client_for: ClientFor) -> None:
    page = client_for(Role.OPERATOR).get(LIST).content.decode()
    assert "最初の点検を始めてください" in page
    assert "進行中の点検はありません" in page
    assert "data-live" not in page


def test_filters_stand_in_the_address(sites: Store, client_for: ClientFor) -> None:
    sites.inspections.begin(SEA, result(SEA, ()).kind, result(SEA, ()).authorisation, result(SEA, ()).started_at)
    client = client_for(Role.OPERATOR)

    def rows(query: str) -> int:
        return client.get(LIST + query).content.decode().count('<th scope="row"')

    assert [rows(q) for q in ("", "?finished=no", "?finished=yes", f"?site={SEA.id}")] == [4, 1, 3, 2]
    assert rows("?kind=incident") == 0
    assert "条件に合うものはありません" in client.get(LIST + "?kind=incident").content.decode()
    assert [rows(q) for q in ("?kind=nonsense", "?site=%00", "?site=missing", "?customer=x")] == [4, 4, 0, 4]
    assert client.get(LIST + "?after=nonsense").status_code == HTTPStatus.BAD_REQUEST


def test_a_customer_sees_only_its_own(sites: Store, client_for: ClientFor) -> None:
    owner = sites.customers.of_site(HILL.id)
    ask(sites, SEA.id, "sea-job")
    ask(sites, HILL.id, "hill-job")
    client = client_for(Role.CUSTOMER, customer=owner)
    page = client.get(LIST).content.decode()
    assert HILL.name in page
    assert SEA.name not in page
    assert "sea-job" not in page
    mine, theirs = newest(sites, HILL.id), newest(sites, SEA.id)
    for path in ("", "devices/", f"compare/?before={mine}"):
        assert client.get(f"{LIST}{theirs}/{path}").status_code == HTTPStatus.NOT_FOUND, path
    assert client.get(f"{LIST}{mine}/").status_code == HTTPStatus.OK
    assert client.get(f"{LIST}{mine}/compare/?before={theirs}").status_code == HTTPStatus.NOT_FOUND
    for wrong in ("%00", "x" * 200, "missing", "..%2f"):
        assert client.get(f"{LIST}{wrong}/").status_code == HTTPStatus.NOT_FOUND, wrong


def test_one_inspection(sites: Store, client_for: ClientFor) -> None:
    plain = result(SEA, USUAL, minutes=30)
    answers = {"G-3.5-0a": PersonAnswer(control="G-3.5-0a", value="yes", by="港花子", note=HOSTILE)}
    transcript = (
        TranscriptCount(kind="http", outcome="ok", count=1234),
        TranscriptCount(kind="http", outcome="refused", count=2),
    )
    number = inspected(sites, replace(plain, answers=answers, transcript=transcript))
    client = client_for(Role.OPERATOR)
    page = unescape(client.get(f"{LIST}{number}/").content.decode())
    assert "すぐに直すべきところが 1 件ありました" in page
    assert page.count('<th scope="row" data-label="内容"') == 3, "what failed stands first"
    everything = client.get(f"{LIST}{number}/?outcome=all").content.decode()
    assert everything.count('<th scope="row" data-label="内容"') == len(USUAL)
    unknown = client.get(f"{LIST}{number}/?outcome=unknown").content.decode()
    assert "検証不可" in unknown
    assert unknown.count('<th scope="row" data-label="内容"') == 1
    assert "港花子" in page
    assert "はい" in page
    assert "1,236" in page
    assert "refused 2" in page
    assert "<script>alert(1)" not in client.get(f"{LIST}{number}/").content.decode()
    devices = client.get(f"{LIST}{number}/devices/").content.decode()
    assert devices.count('<th scope="row" data-label="機器"') == 2
    assert f"/sites/{SEA.id}/devices/{CAM}/" in devices


def test_an_unfinished_inspection_says_so(sites: Store, client_for: ClientFor) -> None:
    plain = result(SEA, USUAL, minutes=40)
    number = sites.inspections.begin(SEA, plain.kind, plain.authorisation, plain.started_at)
    sites.inspections.keep_device(number, plain.records[0])
    page = client_for(Role.OPERATOR).get(f"{LIST}{number}/").content.decode()
    assert "この点検は完了していません（機器 1 台まで記録）" in page
    assert "帳票を作る" not in page


def test_hostile_texts_of_devices_are_shown_as_words(sites: Store, client_for: ClientFor) -> None:
    plain = result(HILL, USUAL, minutes=50)
    bad = HOSTILE + "\u202e" + "あ" * 1000
    records = tuple(replace(r, device=replace(r.device, name=bad)) for r in plain.records)
    findings = tuple(replace(f, message=Text(bad, bad)) for f in plain.findings)
    number = inspected(sites, replace(plain, records=records, findings=findings))
    client = client_for(Role.OPERATOR)
    for path in ("", "?outcome=all", "devices/", f"compare/?before={newest_before(sites)}"):
        page = client.get(f"{LIST}{number}/{path}").content.decode()
        assert "&lt;script&gt;" in page, path
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def newest_before(store: Store) -> str:
    return store.inspections.list(HILL.id)[1].id


def test_what_came_went_and_stayed(sites: Store, client_for: ClientFor) -> None:
    before = newest(sites, SEA.id)
    later = (
        (CAM, "G-2.1-2", P, Severity.HIGH), (CAM, "G-3.4-4a", U, Severity.CRITICAL), (REC, "G-2.1-2", F, Severity.HIGH),
        (REC, "G-2.2-2", F, Severity.LOW),
    )  # fmt: skip
    after = inspected(sites, result(SEA, later, minutes=60))
    page = client_for(Role.OPERATOR).get(f"{LIST}{after}/compare/?before={before}").content.decode()
    came, gone, stayed = (part.split("</section>")[0] for part in page.split('<section class="panel">')[1:4])
    assert "新しい不適合 1 件、なくなった不適合 2 件" in page
    assert "G-2.2-2" in came
    assert came.count("<li>") == 1
    assert "適合" in gone
    assert "検証不可" in gone
    assert gone.count("<li>") == 2
    assert "G-2.1-2" in stayed
    assert stayed.count("<li>") == 1
    assert f"{SEA.name} カメラ1" in stayed
    other = newest(sites, HILL.id)
    answer = client_for(Role.OPERATOR).get(f"{LIST}{after}/compare/?before={other}")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "同じ現場の" in answer.content.decode()
    assert client_for(Role.OPERATOR).get(f"{LIST}{after}/compare/").status_code == HTTPStatus.NOT_FOUND


def test_the_number_of_queries_does_not_grow(sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)

    def cost(path: str) -> int:
        with queries(sites) as captured:
            assert client.get(path).status_code == HTTPStatus.OK
        return len(captured)

    pages = (
        LIST,
        f"{LIST}{newest(sites, SEA.id)}/",
        f"{LIST}{newest(sites, SEA.id)}/devices/",
        "/jobs/",
        "/documents/",
    )
    for page in pages:
        client.get(page)  # what a process asks for once
    few = [cost(page) for page in pages]
    for n in range(12):
        inspected(sites, result(replace(SEA, id=f"more-{n}", name=f"店{n}"), USUAL, minutes=100 + n))
        ask(sites, f"more-{n}", f"job-{n}")
        sites.schedules.save(Schedule(site=f"more-{n}", rhythm=Rhythm.MONTHLY), 0, due_after)
        sites.documents.save(
            f"more-{n}", "", "inspection-pdf", Path(f"/x/{n}.pdf"), "0" * 64, result(SEA, ()).started_at
        )
    many = [cost(page) for page in pages]
    assert all(after <= before + 3 for before, after in zip(few, many, strict=True)), (few, many)
    assert max(many) <= 26, many


# --- starting ---

TOML = """
[site]
id = "sea-1"
name = "渋谷駅前店"
customer = "株式会社海"
[authorisation]
by = "店長"
from = 2020-01-01
until = {until}
networks = ["192.0.2.0/24"]
"""


def set_up(store: Store, folder: Path, until: str = "2099-01-01") -> None:
    path = folder / "SITE.toml"
    path.write_text(TOML.format(until=until), encoding="utf-8")
    import_site_file(store, path)


def test_starting_one_inspection(sites: Store, client_for: ClientFor, tmp_path: Path) -> None:
    set_up(sites, tmp_path)
    client = client_for(Role.INSTALLER)
    page = client.get("/sites/sea-1/inspect/").content.decode()
    assert "192.0.2.0/24" in page
    assert 'value="periodic" checked' in page
    assert "disabled" not in page
    given = {"action": "start", "kind": "incident", "lang": "en"}
    answer = client.post("/sites/sea-1/inspect/", given)
    job = sites.jobs.active("sea-1")
    assert job is not None
    assert answer["Location"] == f"/jobs/{job.id}/"
    assert (job.order.inspection_kind.value, job.order.documents, job.order.lang) == ("incident", False, "en")
    assert job.asked_by == "Installer-0"
    assert client.post("/sites/sea-1/inspect/", given)["Location"] == f"/jobs/{job.id}/", "the same one"
    assert "点検しています" in client.get("/sites/sea-1/inspect/").content.decode()
    assert [e.id for e in sites.audit.entries(action="job.asked")] == [job.id]


def test_what_is_not_allowed_is_not_started(sites: Store, client_for: ClientFor, tmp_path: Path) -> None:
    client = client_for(Role.OPERATOR)
    assert "承諾がまだ記録されていません" in client.get("/sites/sea-1/inspect/").content.decode()
    assert client.post("/sites/sea-1/inspect/", {"action": "start"}).status_code == HTTPStatus.BAD_REQUEST
    set_up(sites, tmp_path, until="2021-01-01")
    assert "新しい承諾を記録してください" in client.get("/sites/sea-1/inspect/").content.decode()
    answer = client.post("/sites/sea-1/inspect/", {"action": "start"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "終わりました" in answer.content.decode()
    assert sites.jobs.active("sea-1") is None
    for role in (Role.AUDITOR, Role.CUSTOMER):
        assert client_for(role, site="sea-1").get("/sites/sea-1/inspect/").status_code == HTTPStatus.FORBIDDEN


def test_starting_several_asks_first_and_stays_in_scope(sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    assert f'value="{SEA.id}" form="selection"' in client.get("/").content.decode()
    assert 'form="selection"' not in client_for(Role.AUDITOR).get("/").content.decode()
    given = {"action": "start", "site": [SEA.id, HILL.id, SEA.id]}
    assert "2 か所の現場を点検しますか" in client.post(LIST, given).content.decode()
    answer = client.post(LIST, {**given, "confirmed": "yes"})
    (job,) = sites.jobs.list(kind=JobKind.SELECTION).jobs
    assert answer["Location"] == f"/jobs/{job.id}/"
    assert job.order.sites == (SEA.id, HILL.id)
    assert client.post(LIST, {"action": "start"}).status_code == HTTPStatus.BAD_REQUEST
    narrow = client_for(Role.OPERATOR, site=SEA.id)
    assert narrow.post(LIST, {**given, "confirmed": "yes"}).status_code == HTTPStatus.NOT_FOUND
    assert narrow.post(LIST, {"action": "start", "site": SEA.id, "confirmed": "yes"})["Location"] == LIST
    assert client_for(Role.AUDITOR).post(LIST, given).status_code == HTTPStatus.FORBIDDEN
    assert len(sites.jobs.list(kind=JobKind.SELECTION).jobs) == 2


def test_documents_are_asked_for(sites: Store, client_for: ClientFor) -> None:
    number = newest(sites, SEA.id)
    answer = client_for(Role.OPERATOR).post(f"{LIST}{number}/", {"action": "documents", "lang": "en"})
    (job,) = sites.jobs.list(kind=JobKind.DOCUMENTS).jobs
    assert answer["Location"] == f"/jobs/{job.id}/"
    assert (job.order.inspection, job.order.lang, job.state) == (number, "en", JobState.QUEUED)
    customer = client_for(Role.CUSTOMER, site=SEA.id)
    assert customer.post(f"{LIST}{number}/", {"action": "documents"}).status_code == HTTPStatus.FORBIDDEN
    assert "帳票を作る" not in customer.get(f"{LIST}{number}/").content.decode()


def test_english_is_complete(sites: Store, client_for: ClientFor) -> None:
    sites.sites.save(ALONE)
    client = client_for(Role.OPERATOR, lang="en")
    page = client.get(f"{LIST}{newest(sites, SEA.id)}/").content.decode()
    assert "1 things had to be put right at once" in page
    assert "Requests made" in page
    assert "Inspections done and planned" in client.get(LIST).content.decode()
