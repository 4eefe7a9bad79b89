"""What the API itself keeps, on each kind of database: webhooks, kept answers, request counts, streams of findings."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from fushinban import clock
from fushinban.messages import Text
from fushinban.model.control import Outcome, Severity
from fushinban.model.export import ExportQuery
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import EVERYTHING, SiteScope
from fushinban.model.site import SiteKind
from fushinban.record.store import Store
from fushinban.record.webhooks import Attempt
from record.console_samples import CAM, HILL, SEA, three_sites

T = TypeVar("T")
NOW = clock.now()
LEASE = timedelta(seconds=60)


def at_once(store: Store, count: int, act: Callable[[], T]) -> list[T]:
    """The same thing done by several threads at one moment."""
    together = threading.Barrier(count)

    def one(_: int) -> T:
        together.wait()
        return act()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_the_migrations_make_the_tables_of_the_models() -> None:
    loader = MigrationLoader(None)
    found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
    mine = {"WebhookRow", "DeliveryRow", "AttemptRow", "ReplyRow", "RequestCountRow", "EvidenceRow"}
    changed = {str(o) for m in found.get("record", []) for o in m.operations}
    assert not [c for c in changed for name in mine if name.lower() in c.lower()]


def test_a_limit_is_shared_out_once(store: Store) -> None:
    given = at_once(store, 4, lambda: sum(store.request_counts.take("token 1", 7, 5, 40) for _ in range(4)))
    assert sum(given) == 40
    assert store.request_counts.take("token 1", 7, 5, 40) == 0
    assert store.request_counts.take("token 1", 8, 5, 40) == 5
    assert store.request_counts.take("token 2", 8, 5, 3) == 3
    assert store.request_counts.forget(9) == 2


def test_a_key_is_taken_by_one_alone(store: Store) -> None:
    found = at_once(store, 4, lambda: store.replies.begin("a" * 64, "d", NOW))
    assert sum(reply is None for reply in found) == 1
    assert {reply.status for reply in found if reply is not None} == {0}
    store.replies.keep("a" * 64, 200, {"ETag": '"v1"'}, b"\x00\xff", NOW)
    kept = store.replies.begin("a" * 64, "d", NOW)
    assert kept is not None
    assert (kept.status, kept.body) == (200, b"\x00\xff")
    store.replies.drop("a" * 64)
    assert store.replies.begin("a" * 64, "d", NOW) is None


def test_a_delivery_is_taken_by_one_alone(store: Store) -> None:
    hook = store.webhooks.add("https://h.example.com/", ["finding.new"], "", "t", NOW)
    store.webhooks.enqueue("finding.new", {hook.id: '{"駅": "\\u0000"}'}, NOW)
    found = at_once(store, 4, lambda: store.webhooks.take_due(NOW, LEASE))
    assert sorted(map(len, found)) == [0, 0, 0, 1]


def test_a_subscription_is_changed_by_the_faster_one(store: Store) -> None:
    hook = store.webhooks.add("https://h.example.com/", ["finding.new"], "", "t", NOW)
    changed = store.webhooks.change(hook.id, hook.version, hook.url, ["job.failed"], "x", True)
    assert changed is not None
    assert (changed.version, changed.events) == (2, frozenset({"job.failed"}))
    assert store.webhooks.change(hook.id, hook.version, hook.url, ["finding.new"], "", True) is None
    assert store.webhooks.listening("job.failed") == (changed,)
    assert store.webhooks.listening("job.fail") == ()
    assert store.webhooks.listening("finding.new") == ()


def test_the_log_is_paged_and_forgotten(store: Store) -> None:
    hook = store.webhooks.add("https://h.example.com/", ["finding.new"], "", "t", NOW)
    for n in range(5):
        store.webhooks.enqueue("finding.new", {hook.id: "{}"}, NOW + timedelta(seconds=n))
    first = store.webhooks.deliveries(hook.id, None, 3)
    rest = store.webhooks.deliveries(hook.id, (first[-1].created_at, first[-1].id), 3)
    assert [d.created_at for d in (*first, *rest)] == [NOW + timedelta(seconds=n) for n in (4, 3, 2, 1, 0)]
    attempt = Attempt(at=NOW, status=200, milliseconds=3, detail=Text("よし", "fine"))
    store.webhooks.attempted(first[0], attempt, None, True)
    assert store.webhooks.attempts(first[0].id) == (attempt,)
    assert store.webhooks.forget(NOW + timedelta(days=1)) >= 1
    assert store.webhooks.delivery(hook.id, first[0].id) is None
    assert store.webhooks.remove(hook.id)
    assert not store.webhooks.remove(hook.id)


def test_nothing_is_told_of_work_that_is_undone(store: Store) -> None:
    hook = store.webhooks.add("https://h.example.com/", ["finding.new"], "", "t", NOW)

    class UndoneError(Exception):
        """Breaks the work off."""

    try:
        with store.together():
            store.webhooks.enqueue("finding.new", {hook.id: "{}"}, NOW)
            raise UndoneError
    except UndoneError:
        pass
    assert store.webhooks.deliveries(hook.id, None, 3) == ()


def test_findings_stream_in_batches(store: Store) -> None:
    three_sites(store)
    whole = [f for batch in store.finding_stream.batches(ExportQuery(), EVERYTHING, 4) for f in batch]
    assert len(whole) == 6 + 3 + 2
    assert {f.site_name for f in whole} == {"渋谷駅前店", "横浜倉庫", "山の手マンション"}
    assert store.ownership.of("sea-1") == store.ownership.of("sea-2") != store.ownership.of("hill-1")
    assert store.ownership.of("alone") is None


def test_evidence_belongs_to_its_site(store: Store) -> None:
    store.evidence_of_site.note("a", "0" * 64, "x.jpg", "t")
    store.evidence_of_site.note("a", "0" * 64, "x.jpg", "t")
    assert store.evidence_of_site.holds("a", "0" * 64)
    assert not store.evidence_of_site.holds("b", "0" * 64)


@pytest.mark.parametrize(
    "filters",
    [
        {}, {"accepted": True}, {"accepted": False}, {"maker": "Example"}, {"maker": "none"}, {"device": CAM},
        {"site": SEA.id, "device": ""}, {"place": SiteKind.SHOP}, {"place": SiteKind.OTHER}, {"text": "カメラ0"},
        {"text": "渋谷"}, {"text": "海"}, {"text": "…"}, {"text": "nothing-like-this"},
        {"outcomes": frozenset({Outcome.FAIL}), "accepted": False, "text": "192.0.2.10"},
        {"severities": frozenset({Severity.HIGH}), "customer": 1},
    ],
)  # fmt: skip
def test_an_export_follows_every_filter_of_the_list(store: Store, filters: dict[str, Any]) -> None:
    three_sites(store)
    failed = FindingsQuery(outcomes=frozenset({Outcome.FAIL}), site=SEA.id)
    number = store.findings.numbers(EVERYTHING, failed)[0]
    store.acceptances.accept(EVERYTHING, [number], reason="待つ", by="試験", until=clock.now() + timedelta(days=3))
    for scope in (EVERYTHING, SiteScope(sites=frozenset({HILL.id}))):
        listed = {f.id for f in store.findings.search(scope, FindingsQuery(**filters), most=200).items}
        batches = store.finding_stream.batches(ExportQuery(**filters), scope, 4)
        assert {f.number for batch in batches for f in batch} == listed
