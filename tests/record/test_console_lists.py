"""Devices, inspections and the search of the console, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.errors import InputError
from fushinban.model.control import Outcome, Severity
from fushinban.model.device import DeviceKind
from fushinban.model.listing import DevicesQuery, HitKind, InspectionsQuery
from fushinban.model.paging import MOST_ON_A_PAGE, page_size, read_cursor, write_cursor
from fushinban.model.rights import EVERYTHING, NOTHING, SiteScope
from fushinban.model.site import InspectionKind
from fushinban.record._grams import grams, terms
from fushinban.record.store import Store
from record.console_samples import ALONE, CAM, HILL, REC, SEA, SEA_TWO, USUAL, inspected, queries, result, three_sites
from record.samples import AUTHORISATION, START, device


def _owner(store: Store, site: str) -> int:
    owner = store.customers.of_site(site)
    assert owner is not None
    return owner


def _devices(store: Store, scope: SiteScope = EVERYTHING, **query: object) -> list[tuple[str, str]]:
    page = store.devices.search(scope, DevicesQuery(**query))  # type: ignore[arg-type] # as given
    assert page.total in (None, len(page.items))
    return [(line.device.site, line.device.id) for line in page.items]


def test_devices_are_listed_and_narrowed(store: Store) -> None:
    three_sites(store)
    both = [(site.id, device_id) for site in (HILL, SEA, SEA_TWO) for device_id in (CAM, REC)]
    assert _devices(store) == both
    assert _devices(store, ignored=False) == both
    assert _devices(store, kind=DeviceKind.RECORDER) == both[1::2]
    assert _devices(store, maker="Example") == both[::2]
    assert _devices(store, site=SEA.id) == both[2:4]
    assert _devices(store, customer=_owner(store, HILL.id)) == both[:2]
    assert _devices(store, ignored=True) == []
    line = store.devices.line(EVERYTHING, SEA.id, CAM)
    assert line is not None
    assert (line.failed, line.unknown, line.worst, line.site_name) == (2, 0, Severity.CRITICAL, SEA.name)
    assert store.devices.makers(EVERYTHING) == ("Example", "Ｐａｎｏｒａｍａ")


@pytest.mark.parametrize("text", ["", "カメラ"])
def test_devices_come_page_by_page(store: Store, text: str) -> None:
    three_sites(store)
    for narrowed in ({}, {"kind": DeviceKind.CAMERA}):
        query = DevicesQuery(text=text, **narrowed)  # type: ignore[arg-type] # as given
        whole = [line.device for line in store.devices.search(EVERYTHING, query).items]
        assert len(whole) == (3 if narrowed else 6)
        seen, cursor = [], None
        for _ in whole:
            page = store.devices.search(EVERYTHING, query, cursor=cursor, most=1)
            seen += [line.device for line in page.items]
            cursor = page.next
        assert (seen, cursor) == (whole, None)
    with pytest.raises(InputError):
        store.devices.search(EVERYTHING, DevicesQuery(text="x"), cursor="bad")


def test_devices_are_found_by_what_stands_on_them(store: Store) -> None:
    three_sites(store)
    for text in ("渋谷駅前店", "ｶﾒﾗ1 渋谷", "sea-1-0001", "SEA-1-0001", "sea-1 ２ＣＤ1143"):
        assert (SEA.id, REC) in _devices(store, text=text), text
    assert len(_devices(store, text="00:00:5e:00:53:01")) == 3
    assert len(_devices(store, text="192.0.2.11")) == 3
    assert len(_devices(store, text="ds-2cd1143")) == 3
    assert len(_devices(store, text="2cd1143")) == 3
    assert len(_devices(store, text="panorama")) == 3
    assert len(_devices(store, text="パノラマ")) == 0
    assert _devices(store, text="' OR 1=1 -- \" * ( ) & | ! :*") == []
    assert _devices(store, text="渋谷", site=HILL.id) == []


def test_what_is_renamed_or_dropped_is_found_no_more(store: Store) -> None:
    three_sites(store)
    store.devices.save([replace(store.devices.of(SEA.id)[0], name="改札口")])
    assert _devices(store, text="改札") == [(SEA.id, CAM)]
    store.devices.drop(SEA.id, CAM)
    assert _devices(store, text="改札") == []
    store.sites.save(replace(SEA, name="池袋店"))
    assert [h.ref for h in store.search.find(EVERYTHING, "渋谷", kinds=frozenset({HitKind.SITE}))] == []
    assert [h.ref for h in store.search.find(EVERYTHING, "池袋")] == [SEA.id]


def test_the_search_goes_across_all(store: Store) -> None:
    three_sites(store)
    store.documents.save(SEA.id, "", "report", Path("/somewhere/渋谷駅前店_点検報告書.pdf"), "ab" * 32, START)
    hits = store.search.find(EVERYTHING, "渋谷")
    assert [h.kind for h in hits] == [HitKind.SITE, HitKind.DEVICE, HitKind.DEVICE, HitKind.DOCUMENT]
    assert (hits[0].title, hits[0].detail, hits[0].ref) == (SEA.name, SEA.customer, SEA.id)
    (customer,) = store.search.find(EVERYTHING, "丘管理", kinds=frozenset({HitKind.CUSTOMER}))
    assert (customer.ref, customer.title) == (str(_owner(store, HILL.id)), HILL.customer)
    assert "G-2.1-2" in [h.ref for h in store.search.find(EVERYTHING, "telnet")]
    assert [h.ref for h in store.search.find(EVERYTHING, "g-3.4-4a")] == ["G-3.4-4a"]
    assert len(store.search.find(EVERYTHING, "カメラ", most=2, kinds=frozenset({HitKind.DEVICE}))) == 2
    for nothing in ("", "   ", "()", "渋谷 横浜"):
        assert store.search.find(EVERYTHING, nothing) == ()


def test_nobody_finds_what_is_another_customers(store: Store) -> None:
    three_sites(store)
    store.documents.save(SEA.id, "", "report", Path("/x/渋谷.pdf"), "ab" * 32, START)
    # A name that copies the marks by which a search is narrowed gains nothing.
    forged = store.search._index._rows.filter(site=HILL.id).values_list("grams", flat=True)[0].split()[-3:]
    store.devices.save([replace(d, name="渋谷 " + " ".join(forged)) for d in store.devices.of(SEA.id)])
    hill = _owner(store, HILL.id)
    old = next(e.id for e in store.inspections.list(SEA.id))
    for scope in (SiteScope(customers=frozenset({hill})), SiteScope(sites=frozenset({HILL.id})), NOTHING):
        for text in ("渋谷", "海", "カメラ", "example", "sea"):
            assert {h.site for h in store.search.find(scope, text) if h.kind is not HitKind.CONTROL} <= {HILL.id, ""}
            assert all(h.ref == str(hill) for h in store.search.find(scope, text, kinds=frozenset({HitKind.CUSTOMER})))
            assert {site for site, _ in _devices(store, scope, text=text)} <= {HILL.id}
        assert {site for site, _ in _devices(store, scope)} <= {HILL.id}
        assert _devices(store, scope, site=SEA.id) == []
        assert _devices(store, scope, customer=_owner(store, SEA.id)) == []
        assert store.devices.line(scope, SEA.id, CAM) is None
        assert {line.site for line in store.inspections.page(scope).items} <= {HILL.id}
        assert store.inspections.page(scope, InspectionsQuery(site=SEA.id)).items == ()
        assert store.inspections.line(scope, old) is None
        assert store.inspections.summary(scope, old) is None
        assert store.inspections.records(scope, old).items == ()
        assert store.inspections.record(old, CAM, scope) is None
        assert store.inspections.compare(scope, old, old) is None
    assert store.devices.makers(NOTHING) == ()


def test_inspections_come_page_by_page(store: Store) -> None:
    three_sites(store)
    open_one = store.inspections.begin(ALONE, InspectionKind.INCIDENT, AUTHORISATION, START + timedelta(days=1))
    whole = [line.id for line in store.inspections.page(EVERYTHING).items]
    assert whole == [e.id for e in store.inspections.list()]
    seen, cursor = [], None
    for _ in whole:
        page = store.inspections.page(EVERYTHING, cursor=cursor, most=1)
        seen += [line.id for line in page.items]
        cursor = page.next
    assert (seen, cursor) == (whole, None)
    (line,) = store.inspections.page(EVERYTHING, InspectionsQuery(finished=False)).items
    assert (line.id, line.ended_at, line.current, line.site_name) == (open_one, None, False, ALONE.name)
    (line,) = store.inspections.page(EVERYTHING, InspectionsQuery(site=SEA.id, finished=True)).items
    assert (line.current, line.devices, line.failed, line.customer) == (True, 2, 3, store.sites.owner(SEA.id))
    assert len(store.inspections.page(EVERYTHING, InspectionsQuery(customer=_owner(store, SEA.id))).items) == 2
    assert len(store.inspections.page(EVERYTHING, InspectionsQuery(kind=InspectionKind.PERIODIC)).items) == 3


def test_an_inspection_is_read_without_loading_it(store: Store) -> None:
    number = inspected(store, result(SEA, USUAL))
    whole = store.inspections.get(number)
    summary = store.inspections.summary(EVERYTHING, number)
    assert summary is not None
    assert (summary.site, summary.coverage, summary.transcript) == (SEA, whole.coverage, whole.transcript)
    assert (summary.outcomes.failed, summary.outcomes.unknown, summary.line.current) == (3, 1, True)
    assert sum(summary.groups.values()) == 2
    records = store.inspections.records(EVERYTHING, number)
    assert [(r.device, r.failed, r.reached) for r in records.items] == [(CAM, 2, True), (REC, 1, True)]
    assert records.items[0].title == f"{SEA.name} カメラ0"
    first = store.inspections.records(EVERYTHING, number, most=1)
    assert store.inspections.records(EVERYTHING, number, most=1, cursor=first.next).items == records.items[1:]
    assert store.inspections.record(number, REC) == whole.records[1]
    assert store.inspections.record(number, "none") is None
    page = store.findings.of_inspection(EVERYTHING, number, most=4)
    rest = store.findings.of_inspection(EVERYTHING, number, cursor=page.next)
    assert tuple(f.finding for f in (*page.items, *rest.items)) == whole.findings
    failing = store.findings.of_inspection(EVERYTHING, number, outcome=Outcome.FAIL)
    assert len(failing.items) == 3


def test_two_inspections_are_compared(store: Store) -> None:
    before = inspected(store, result(SEA, USUAL))
    after = inspected(
        store,
        result(
            SEA,
            [
                (CAM, "G-2.1-2", Outcome.FAIL, Severity.HIGH),
                (CAM, "G-3.4-4a", Outcome.UNKNOWN, Severity.CRITICAL),
                (CAM, "G-2.2-2", Outcome.FAIL, Severity.CRITICAL),
            ],
            minutes=60,
        ),
    )
    found = store.inspections.compare(EVERYTHING, before, after)
    assert found is not None
    assert [(f.control, f.device) for f in found.came] == [("G-2.2-2", CAM)]
    assert [(f.control, f.device) for f in found.stayed] == [("G-2.1-2", CAM)]
    gone = {(f.control, f.device): f.outcome for f in found.gone}
    # What nobody could check did not simply pass; what is not judged any more is shown as it was.
    assert gone == {("G-3.4-4a", CAM): Outcome.UNKNOWN, ("G-2.1-2", REC): Outcome.FAIL}
    assert (found.came_count, found.stayed_count, found.gone_count) == (1, 1, 2)
    other = inspected(store, result(HILL, USUAL))
    with pytest.raises(InputError):
        store.inspections.compare(EVERYTHING, before, other)
    assert store.inspections.compare(EVERYTHING, before, "none") is None


def test_lists_ask_little(store: Store) -> None:
    three_sites(store)
    number = store.inspections.list(SEA.id)[0].id
    counts = []
    for ask in (
        lambda: store.devices.search(EVERYTHING),
        lambda: store.devices.search(EVERYTHING, DevicesQuery(text="カメラ")),
        lambda: store.devices.line(EVERYTHING, SEA.id, CAM),
        lambda: store.inspections.page(EVERYTHING),
        lambda: store.inspections.summary(EVERYTHING, number),
        lambda: store.inspections.records(EVERYTHING, number),
        lambda: store.inspections.record(number, CAM),
        lambda: store.search.find(EVERYTHING, "渋谷"),
    ):
        with queries(store) as captured:
            ask()
        counts.append(len(captured))
    assert counts == [3, 4, 3, 3, 5, 4, 1, 4]


def test_a_device_of_a_new_site_is_counted_at_once(store: Store) -> None:
    store.sites.save(SEA)
    store.devices.save([device(1, site=SEA.id), device(2, site=SEA.id, ignored=True)])
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert (state.devices, state.cameras) == (1, 1)


@given(st.text(max_size=60))
def test_any_text_becomes_words_that_find_it(text: str) -> None:
    words = set(grams(text).split(" "))
    for word, beginning in terms(text):
        assert word in words or (beginning and any(w.startswith(word) for w in words))
        assert word.isalnum()


_WHOLE = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.one_of(st.integers(-(2**63), 2**63 - 1), _WHOLE)))
def test_a_cursor_comes_back(place: list[int | str]) -> None:
    kinds = [type(v) for v in place]
    if any(isinstance(v, str) and "\0" in v for v in place):
        return
    assert read_cursor("q", write_cursor("q", place), kinds) == tuple(place)


@given(st.text())
def test_any_cursor_is_read_or_refused(text: str) -> None:
    try:
        found = read_cursor("q", text, (int, str))
    except InputError:
        return
    assert found is None
    assert text == ""


def test_a_page_has_its_bounds() -> None:
    assert [page_size(n) for n in (-5, 0, 1, 10**9)] == [1, 1, 1, MOST_ON_A_PAGE]
