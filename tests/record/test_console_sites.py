"""Customers, counters and the overview, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fushinban.errors import Conflict, InputError
from fushinban.model.control import Outcome, Severity
from fushinban.model.overview import CoverageCounts, SiteNeed, SitesQuery, SitesSort, Totals
from fushinban.model.rights import EVERYTHING, NOTHING, SiteScope
from fushinban.model.schedule import Rhythm, Schedule
from fushinban.model.sheet import Change, Importance
from fushinban.model.site import SiteKind
from fushinban.model.text import Text
from fushinban.record.store import Store
from record.console_samples import ALONE, CAM, HILL, REC, SEA, SEA_TWO, inspected, queries, result, three_sites
from record.samples import START


def _customer(store: Store, name: str) -> int:
    return next(c.id for c in store.customers.all() if c.name == name)


def _ids(store: Store, scope: SiteScope = EVERYTHING, **query: object) -> list[str]:
    return [s.site for s in store.overview.sites(scope, SitesQuery(**query)).items]  # type: ignore[arg-type] # as given


def test_a_site_belongs_to_the_customer_it_names(store: Store) -> None:
    three_sites(store)
    sea, hill = store.sites.owner(SEA.id), store.sites.owner(HILL.id)
    assert sea is not None
    assert hill is not None
    assert (sea.name, hill.name) == (SEA.customer, HILL.customer)
    assert store.sites.owner(SEA_TWO.id) == sea
    assert store.sites.owner(ALONE.id) is None
    assert store.customers.of_site(SEA.id) == sea.id
    assert store.customers.of_site("nowhere") is None
    assert store.customers.get(sea.id) == sea
    assert store.customers.get(10**6) is None


def test_a_renamed_customer_keeps_its_sites_and_its_former_name(store: Store) -> None:
    three_sites(store)
    sea = _customer(store, SEA.customer)
    line = store.customers.rename(sea, "  株式会社　大海 ", 1)
    assert (line.name, line.version) == ("株式会社 大海", 2)
    assert store.sites.get(SEA.id) == replace(SEA, customer="株式会社 大海")
    store.sites.save(SEA)  # a site file on some laptop still says the old name
    assert store.sites.get(SEA.id) == replace(SEA, customer="株式会社 大海")
    assert store.customers.of_site(SEA.id) == sea
    assert len(store.customers.all()) == 2
    assert _ids(store, text="大海") == [SEA.id, SEA_TWO.id]
    with pytest.raises(Conflict):
        store.customers.rename(sea, "別の名", 1)
    with pytest.raises(InputError, match="is, or was, used"):
        store.customers.rename(sea, HILL.customer, 2)
    with pytest.raises(InputError, match="was not found"):
        store.customers.rename(999, "別の名", 1)
    for wrong in ("  ", "長" * 301):
        with pytest.raises(InputError):
            store.customers.rename(sea, wrong, 2)


def test_customers_are_listed_with_sums_over_the_sites_one_may_see(store: Store) -> None:
    three_sites(store)
    hill, sea = store.customers.list(EVERYTHING).items
    assert (sea.name, sea.sites, sea.devices, sea.failed, sea.unknown) == (SEA.customer, 2, 4, 4, 2)
    assert (sea.worst, hill.worst, hill.failed) == (Severity.CRITICAL, Severity.CRITICAL, 2)
    assert store.customers.list(EVERYTHING, text="海").items == (sea,)
    (only,) = store.customers.list(SiteScope(sites=frozenset({SEA_TWO.id}))).items
    assert (only.sites, only.failed, only.worst) == (1, 1, Severity.HIGH)
    assert store.customers.list(NOTHING).items == ()
    first = store.customers.list(EVERYTHING, most=1)
    assert first.items == (hill,)
    second = store.customers.list(EVERYTHING, most=1, cursor=first.next)
    assert (second.items, second.next) == ((sea,), None)


def test_a_site_in_numbers(store: Store) -> None:
    three_sites(store)
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    counts = state.outcomes
    assert (counts.failed, counts.unknown, counts.passed, counts.not_applicable, counts.accepted) == (3, 1, 1, 1, 0)
    assert (counts.critical, counts.high, counts.worst, counts.all) == (1, 2, Severity.CRITICAL, 6)
    assert (state.devices, state.cameras, state.recorders) == (2, 1, 1)
    assert (state.exposed, state.exposed_by) == (1, ("G-3.4-4a",))
    assert state.coverage == CoverageCounts(verified=1)
    assert (state.inspected_at, state.kind) == (START + timedelta(minutes=5), SiteKind.SHOP)
    never = store.overview.site(EVERYTHING, ALONE.id)
    assert never is not None
    assert (never.inspection, never.inspected_at, never.customer, never.outcomes.all) == (None, None, None, 0)


def test_numbers_follow_the_next_inspection_and_the_devices(store: Store) -> None:
    three_sites(store)
    change = Change(key="dns", label=Text("DNS", "DNS"), before="a", after="b", importance=Importance.MAJOR)
    plain = result(SEA, [(CAM, "G-2.1-2", Outcome.PASS, Severity.HIGH)], minutes=60)
    changed = replace(plain.records[0], changes=(change, change))
    inspected(store, replace(plain, records=(changed, plain.records[1])))
    store.devices.ignore(SEA.id, REC)
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert (state.changes, state.exposed, state.outcomes.failed, state.outcomes.passed) == (2, 0, 0, 1)
    assert (state.devices, state.recorders) == (1, 0)
    store.devices.drop(SEA.id, CAM)
    totals = store.overview.totals(EVERYTHING)
    assert (totals.devices, totals.sites_changed, totals.changes, totals.sites_exposed) == (4, 1, 2, 1)


def test_an_older_inspection_that_ends_late_changes_nothing(store: Store) -> None:
    three_sites(store)
    before = store.overview.site(EVERYTHING, SEA.id)
    inspected(store, result(SEA, [], minutes=-600))
    assert store.overview.site(EVERYTHING, SEA.id) == before


def test_sites_stand_worst_first_and_page_by_page(store: Store) -> None:
    three_sites(store)
    fine = replace(ALONE, id="fine", name="問題なし")
    inspected(store, result(fine, [(CAM, "G-2.1-2", Outcome.PASS, Severity.HIGH)]))
    order = [SEA.id, HILL.id, SEA_TWO.id, ALONE.id, "fine"]
    # The same severity: the one with more of it first, then by id.
    assert sorted(_ids(store)[:2]) == sorted(order[:2])
    assert _ids(store)[2:] == order[2:]
    for sort in SitesSort:
        whole = _ids(store, sort=sort)
        cursor, seen = None, []
        for _ in range(5):
            page = store.overview.sites(EVERYTHING, SitesQuery(sort=sort), cursor=cursor, most=1)
            seen += [s.site for s in page.items]
            cursor = page.next
        assert (seen, cursor) == (whole, None)
    with pytest.raises(InputError):
        store.overview.sites(EVERYTHING, SitesQuery(text="x"), cursor=store.overview.sites(EVERYTHING, most=1).next)


def test_sites_are_narrowed(store: Store) -> None:
    three_sites(store)
    assert sorted(_ids(store, text="ｼﾌﾞﾔ")) == []
    assert _ids(store, text="渋谷") == [SEA.id]
    assert _ids(store, text="SEA-2") == [SEA_TWO.id]
    assert _ids(store, kind=SiteKind.CONDOMINIUM) == [HILL.id]
    assert _ids(store, customer=_customer(store, HILL.customer)) == [HILL.id]
    assert _ids(store, need=SiteNeed.NEVER) == [ALONE.id]
    assert _ids(store, need=SiteNeed.UNKNOWN) == [SEA.id, SEA_TWO.id]
    assert sorted(_ids(store, need=SiteNeed.EXPOSED)) == [HILL.id, SEA.id]
    assert _ids(store, need=SiteNeed.CHANGED) == []
    assert len(_ids(store, need=SiteNeed.FAILING)) == 3


def test_what_is_due(store: Store) -> None:
    three_sites(store)
    store.overview.due(SEA.id, START, "定期点検")
    store.overview.due(HILL.id, START + timedelta(days=3))
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert (state.next_due, state.due_what) == (START, "定期点検")
    now = START + timedelta(days=1)
    totals = store.overview.totals(EVERYTHING, now=now)
    assert (totals.overdue, totals.due) == (1, 1)
    assert _ids(store, sort=SitesSort.DUE)[:2] == [SEA.id, HILL.id]
    page = store.overview.sites(EVERYTHING, SitesQuery(need=SiteNeed.DUE), now=now)
    assert [s.site for s in page.items] == [SEA.id]
    store.overview.due(SEA.id, None)
    assert store.overview.totals(EVERYTHING, now=now).overdue == 0


def test_totals_agree_however_they_are_summed(store: Store) -> None:
    three_sites(store)
    whole = store.overview.totals(EVERYTHING)
    named = SiteScope(sites=frozenset({SEA.id, SEA_TWO.id, HILL.id, ALONE.id}))
    assert whole == store.overview.totals(named)
    assert (whole.sites, whole.never_inspected, whole.sites_failing, whole.sites_critical) == (4, 1, 3, 2)
    assert (whole.devices, whole.cameras, whole.recorders, whole.exposed) == (6, 3, 3, 2)
    assert (whole.outcomes.failed, whole.outcomes.unknown, whole.outcomes.critical) == (6, 2, 2)
    sea = SiteScope(customers=frozenset({_customer(store, SEA.customer)}))
    assert store.overview.totals(sea) == store.overview.totals(SiteScope(sites=frozenset({SEA.id, SEA_TWO.id})))
    mixed = replace(sea, sites=frozenset({HILL.id, SEA.id}))
    assert store.overview.totals(mixed).sites == 3
    assert store.overview.totals(NOTHING) == Totals()


def test_a_site_that_moves_to_another_customer_takes_everything_along(store: Store) -> None:
    three_sites(store)
    store.sites.save(replace(SEA, customer=HILL.customer, kind=SiteKind.OFFICE))
    sea, hill = (SiteScope(customers=frozenset({_customer(store, c)})) for c in (SEA.customer, HILL.customer))
    assert [store.overview.totals(s).sites for s in (sea, hill)] == [1, 2]
    assert store.overview.totals(hill).outcomes.failed == 5
    assert {f.finding.site for f in store.findings.search(sea).items} == {SEA_TWO.id}
    assert {f.finding.site for f in store.findings.search(hill).items} == {SEA.id, HILL.id}
    assert {line.device.site for line in store.devices.search(sea).items} == {SEA_TWO.id}
    assert {line.site for line in store.inspections.page(hill).items} == {SEA.id, HILL.id}
    assert [h.ref for h in store.search.find(sea, "渋谷")] == []
    assert SEA.id in [h.ref for h in store.search.find(hill, "渋谷")]


def test_nobody_sees_another_customers_sites(store: Store) -> None:
    three_sites(store)
    hill = SiteScope(customers=frozenset({_customer(store, HILL.customer)}))
    for scope in (hill, SiteScope(sites=frozenset({HILL.id}))):
        assert _ids(store, scope) == [HILL.id]
        assert _ids(store, scope, customer=_customer(store, SEA.customer)) == []
        assert store.overview.site(scope, SEA.id) is None
        assert store.sites.get(SEA.id, scope) is None
        assert not store.sites.covered(scope, SEA.id)
        assert store.sites.get(HILL.id, scope) == HILL
        assert store.sites.covered(scope, HILL.id)
        assert [c.name for c in store.customers.list(scope).items] == [HILL.customer]
    assert _ids(store, NOTHING) == []


def test_the_overview_asks_little(store: Store) -> None:
    three_sites(store)
    with queries(store) as listed:
        store.overview.sites(EVERYTHING)
    with queries(store) as summed:
        store.overview.totals(EVERYTHING)
    with queries(store) as one:
        store.overview.site(EVERYTHING, SEA.id)
    with queries(store) as customers:
        store.customers.list(EVERYTHING)
    assert [len(c) for c in (listed, summed, one, customers)] == [3, 3, 3, 2]


def test_counting_many_sites_anew_costs_no_more_questions(store: Store) -> None:
    three_sites(store)
    with queries(store) as one:
        store.overview.recount(SEA.id)
    with queries(store) as three:
        store.overview.recount(SEA.id, SEA_TWO.id, HILL.id)
    assert len(three) - len(one) <= 4  # SQLite is asked for each changed row
    assert store.overview.totals(EVERYTHING).outcomes.failed == 6


def test_a_schedule_says_what_is_due_at_its_site(store: Store) -> None:
    three_sites(store)
    schedule = Schedule(site=SEA.id, rhythm=Rhythm.MONTHLY)
    moment = START + timedelta(days=40)
    version = store.schedules.save(schedule, 0, lambda _schedule, _now: moment)
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert state.next_due == moment
    entry = store.schedules.get(SEA.id)
    assert entry is not None
    assert entry.version == version
    assert store.schedules.move_on(entry, moment + timedelta(days=30), None, moment)
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert state.next_due == moment + timedelta(days=30)
    store.schedules.drop(SEA.id)
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert state.next_due is None
