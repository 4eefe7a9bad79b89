"""Jobs: lists, one job, its stream; who sees them, and when a stream ends."""

import asyncio
import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from asgiref.sync import ThreadSensitiveContext
from django.contrib.sessions.models import Session
from django.test import Client

from fushinban import clock
from fushinban.messages import Text
from fushinban.model.job import JobKind, JobOrder, JobState
from fushinban.model.rights import Grant, Role
from fushinban.record.store import Store
from fushinban.web import _live, _pulse
from fushinban.web._live import LivePage
from record.console_samples import HILL, SEA
from web.conftest import ClientFor, add_person, signed_in

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def jobs(console: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two sites of two customers with a job each, and one for both; streams look often."""
    monkeypatch.setattr(LivePage, "pause", 0.01)
    monkeypatch.setattr(_live, "RENEWED", 0.0)
    monkeypatch.setattr(_pulse, "EVERY", 0.0)
    console.sites.save(SEA)
    console.sites.save(HILL)
    for name, site in (("sea-job", SEA.id), ("hill-job", HILL.id)):
        console.jobs.ask(name, JobOrder(kind=JobKind.INSPECTION, site=site), HOSTILE)
    console.jobs.ask("both", JobOrder(kind=JobKind.SELECTION, sites=(SEA.id, HILL.id)), "山田")
    return console


def read(answer: Any, most: int = 40, then: Any = None) -> list[tuple[str, dict[str, str]]]:
    """The events of a stream until it ends (or so many pieces); `then(n)` is called after each piece."""

    async def take() -> list[bytes]:
        pieces: list[bytes] = []
        async with ThreadSensitiveContext():  # a thread of its own, as the console gives to each stream
            async for piece in answer.streaming_content:
                pieces.append(piece)
                if then is not None:
                    await asyncio.to_thread(then, len(pieces))
                if len(pieces) == most:
                    break
            await answer.streaming_content.aclose()
        return pieces

    text = b"".join(asyncio.run(take())).decode()
    events = [dict(line.split(": ", 1) for line in part.splitlines() if ": " in line) for part in text.split("\n\n")]
    return [(e["event"], json.loads(e["data"])) for e in events if "event" in e]


def stream(client: Client, path: str, **headers: str) -> Any:
    return client.get(path, headers={"accept": "text/event-stream", **headers})


def test_a_job_is_shown_live_until_it_is_over(jobs: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    page = client.get("/jobs/sea-job/").content.decode()
    assert 'data-live="/jobs/sea-job/live/"' in page
    assert "<noscript>" in page
    assert "間もなく始まります" in page
    answer = stream(client, "/jobs/sea-job/live/")
    assert answer["Content-Type"].startswith("text/event-stream")

    def work(count: int) -> None:
        if count == 3:
            jobs.jobs.begin("sea-job", "worker")
            jobs.jobs.progress("sea-job", Text("読み取り", "Reading"), 10, 7, 2)
        if count == 6:
            jobs.jobs.end("sea-job", JobState.DONE, Text("終わりました。", "Complete."))

    events = read(answer, most=400, then=work)
    assert [name for name, _ in events] == ["parts", "parts", "parts", "over"]
    assert 'max="10" value="7"' in events[1][1]["job-progress"]
    assert "終わりました。" in events[2][1]["job-progress"]
    over = client.get("/jobs/sea-job/").content.decode()
    assert "data-live" not in over
    assert "終わりました。" in over


def test_a_lost_connection_goes_on_where_it_was(jobs: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    mark = str(jobs.jobs.version())
    assert read(stream(client, "/jobs/sea-job/live/", **{"last-event-id": mark}), most=4) == []
    assert read(stream(client, "/jobs/sea-job/live/", **{"last-event-id": "x\u3042"}), most=4)[0][0] == "parts"


def test_the_stream_is_not_a_way_around_the_page(jobs: Store, client_for: ClientFor) -> None:
    owner = jobs.customers.of_site(HILL.id)
    client = client_for(Role.CUSTOMER, customer=owner)
    for wrong in ("sea-job", "both", "missing", "%00", "x" * 300):
        for path in (f"/jobs/{wrong}/", f"/jobs/{wrong}/live/"):
            assert stream(client, path).status_code == HTTPStatus.NOT_FOUND, path
    assert stream(client_for(None), "/jobs/hill-job/live/").status_code == HTTPStatus.FOUND
    assert "hill-job" in client.get("/jobs/hill-job/").content.decode()
    (name, parts), *_ = read(stream(client, "/inspections/live/"), most=3)
    assert name == "parts"
    assert HILL.name in parts["running"]
    assert SEA.name not in parts["running"]


@pytest.mark.parametrize("how", ["grant", "expiry", "session", "inactive"])
def test_a_right_that_ends_ends_the_stream(jobs: Store, how: str) -> None:
    from fushinban.record.people.people import People

    people = People.of(jobs)
    person = add_person(jobs, Grant(role=Role.OPERATOR, site=SEA.id))
    client = signed_in(person)
    answer = stream(client, "/jobs/sea-job/live/")

    def end(count: int) -> None:
        if count != 4:
            return
        if how == "grant":
            entry = people.get(person.pk)
            assert entry is not None
            for held in entry.grants:
                people.end_grant(held.number)
        elif how == "expiry":
            from fushinban.record.people.models import GrantRow

            GrantRow.objects.filter(person=person.pk).update(end=clock.now() - timedelta(seconds=1))
        elif how == "session":
            Session.objects.all().delete()
        else:
            type(person).objects.filter(pk=person.pk).update(is_active=False)

    seen: list[int] = []

    def look(count: int) -> None:
        end(count)
        seen.append(count)

    read(answer, most=300, then=look)
    assert 4 <= len(seen) < 50, "it ended by itself"


def test_one_person_has_a_bounded_number_of_streams(
    jobs: Store, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_live, "MOST_OF_ONE", 1)
    client = client_for(Role.OPERATOR)
    first = stream(client, "/jobs/sea-job/live/")
    statuses: list[int] = []

    def more(count: int) -> None:
        if count == 1:
            statuses.append(stream(client, "/jobs/sea-job/live/").status_code)

    read(first, most=3, then=more)
    assert statuses == [HTTPStatus.TOO_MANY_REQUESTS]
    assert stream(client, "/jobs/sea-job/live/").status_code == HTTPStatus.OK, "the first one has ended"


def test_cancelling_asks_and_is_audited(jobs: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    assert "この仕事を中止しますか" in client.post("/jobs/sea-job/", {"action": "cancel"}).content.decode()
    assert jobs.jobs.get("sea-job").state is JobState.QUEUED
    client.post("/jobs/sea-job/", {"action": "cancel", "confirmed": "yes"})
    assert jobs.jobs.get("sea-job").state is JobState.CANCELLED
    assert [e.id for e in jobs.audit.entries(action="job.cancelled")] == ["sea-job"]
    narrow = client_for(Role.OPERATOR, site=SEA.id)
    for job in ("hill-job", "both"):
        answer = narrow.post(f"/jobs/{job}/", {"action": "cancel", "confirmed": "yes"})
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert jobs.jobs.get("hill-job").state is JobState.QUEUED
    assert (
        client_for(Role.CUSTOMER, site=HILL.id).post("/jobs/hill-job/", {"action": "cancel"}).status_code
        == HTTPStatus.FORBIDDEN
    )
    assert "中止する" not in client_for(Role.AUDITOR).get("/jobs/hill-job/").content.decode()


def test_the_list_its_filters_and_scope(jobs: Store, client_for: ClientFor) -> None:
    jobs.jobs.cancel("hill-job")
    client = client_for(Role.OPERATOR)

    def rows(query: str) -> int:
        return client.get("/jobs/" + query).content.decode().count('<th scope="row"')

    queries = ("", "?state=queued", "?state=cancelled", "?kind=selection", f"?site={SEA.id}", "?site=%00", "?state=x")
    assert [rows(q) for q in queries] == [3, 2, 1, 1, 1, 3, 3]
    narrow = client_for(Role.OPERATOR, site=SEA.id).get("/jobs/").content.decode()
    assert narrow.count('<th scope="row"') == 1
    assert HILL.name not in narrow
    assert client.get("/jobs/?after=x").status_code == HTTPStatus.BAD_REQUEST
    page = client.get("/jobs/sea-job/").content.decode() + client.get("/jobs/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_selection_is_for_those_who_may_see_all_of_its_sites(jobs: Store) -> None:
    person = add_person(jobs, *(Grant(role=Role.OPERATOR, site=s) for s in (SEA.id, HILL.id)), email="both@example.jp")
    client = signed_in(person)
    assert 'href="/jobs/both/"' in client.get("/jobs/").content.decode()
    assert "both" in client.get("/jobs/both/").content.decode()
    cancelled = client.post("/jobs/both/", {"action": "cancel", "confirmed": "yes"})
    assert cancelled.status_code == HTTPStatus.SEE_OTHER
    assert jobs.jobs.get("both").state is JobState.CANCELLED
    half = signed_in(add_person(jobs, Grant(role=Role.OPERATOR, site=SEA.id), email="half@example.jp"))
    assert half.get("/jobs/both/").status_code == HTTPStatus.NOT_FOUND
    assert "both" not in half.get("/jobs/").content.decode()


def test_a_selection_shows_its_parts(jobs: Store, client_for: ClientFor) -> None:
    jobs.jobs.note_over(
        "both.0",
        JobOrder(kind=JobKind.INSPECTION, site=SEA.id),
        "山田",
        JobState.FAILED,
        Text("だめ", "No"),
        parent="both",
    )
    page = client_for(Role.OPERATOR).get("/jobs/both/").content.decode()
    assert 'href="/jobs/both.0/"' in page
    assert "だめ" in page
