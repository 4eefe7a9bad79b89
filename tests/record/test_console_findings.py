"""Findings across sites, acceptances, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.model.acceptance import LONGEST, AcceptanceEnd
from fushinban.model.control import Outcome, Severity
from fushinban.model.listing import FacetBy, FindingsQuery, FindingsSort, ListedFinding
from fushinban.model.rights import EVERYTHING, NOTHING, SiteScope
from fushinban.model.site import SiteKind
from fushinban.record import _text_match
from fushinban.record.store import Store
from record.console_samples import CAM, HILL, REC, SEA, SEA_TWO, USUAL, inspected, queries, result, three_sites

NOW = clock.now()
UNTIL = NOW + timedelta(days=90)


def _owner(store: Store, site: str) -> int:
    owner = store.sites.owner(site)
    assert owner is not None
    return owner.id


def _all(store: Store, scope: SiteScope = EVERYTHING, **query: object) -> list[ListedFinding]:
    return list(store.findings.search(scope, FindingsQuery(**query), most=200).items)  # type: ignore[arg-type] # as given


def _accept(store: Store, findings: list[ListedFinding], **changes: object) -> tuple[int, ...]:
    values = {"reason": "交換まで待つ", "by": "試験 花子", "until": UNTIL, "now": NOW, **changes}
    given = store.acceptances.accept(EVERYTHING, [f.id for f in findings], **values)  # type: ignore[arg-type] # the same
    assert given.refused == ()
    return tuple(a.id for a in given.accepted)


def test_findings_stand_worst_first(store: Store) -> None:
    three_sites(store)
    found = _all(store)
    assert len(found) == 11
    kinds = [(f.finding.outcome, f.finding.severity) for f in found]
    assert kinds[:2] == [(Outcome.FAIL, Severity.CRITICAL)] * 2
    assert kinds[2:6] == [(Outcome.FAIL, Severity.HIGH)] * 4
    rest = [Outcome.UNKNOWN] * 2 + [Outcome.NOT_APPLICABLE] + [Outcome.PASS] * 2
    assert [outcome for outcome, _ in kinds[6:]] == rest
    assert (found[0].site_name, found[0].device_title) == (HILL.name, f"{HILL.name} カメラ0")
    assert found[0].customer == store.sites.owner(HILL.id)
    assert found[0].current
    assert found[0].acceptance is None


def test_only_the_newest_inspection_is_current(store: Store) -> None:
    three_sites(store)
    (old,) = _all(store, site=SEA.id, control="G-3.4-4a")
    newest = inspected(store, result(SEA, [(CAM, "G-2.1-2", Outcome.FAIL, Severity.HIGH)], minutes=60))
    (found,) = _all(store, site=SEA.id)
    assert found.inspection == newest
    assert {f.inspection for f in store.findings.find(site=SEA.id)} == {newest}
    assert len(store.findings.find(site=SEA.id, newest_only=False)) == 7
    again = store.findings.get(EVERYTHING, old.id)
    assert again is not None
    assert (again.current, again.finding) == (False, old.finding)


_NARROWED: tuple[tuple[dict[str, object], int], ...] = (
    ({"outcomes": frozenset({Outcome.FAIL})}, 6),
    ({"severities": frozenset({Severity.CRITICAL, Severity.LOW})}, 4),
    ({"outcomes": frozenset({Outcome.FAIL}), "severities": frozenset({Severity.HIGH})}, 4),
    ({"control": "G-2.1-2"}, 4),
    ({"control": "G-2.1-2", "maker": "Example"}, 3),
    ({"maker": "Ｐａｎｏｒａｍａ"}, 2),
    ({"site": SEA_TWO.id}, 3),
    ({"site": SEA.id, "device": REC}, 2),
    ({"site": SEA.id, "device": ""}, 2),
    ({"place": SiteKind.CONDOMINIUM}, 2),
    ({"place": SiteKind.SCHOOL}, 0),
    ({"accepted": True}, 0),
    ({"accepted": False}, 11),
    ({"text": "渋谷"}, 6),
    ({"text": "hill-1-0000"}, 2),
    ({"text": "どこにもない"}, 0),
    ({"text": "海"}, 9),
)


def test_findings_are_narrowed(store: Store) -> None:
    three_sites(store)
    for query, count in _NARROWED:
        page = store.findings.search(EVERYTHING, FindingsQuery(**query), most=200)  # type: ignore[arg-type] # as given
        assert len(page.items) == count, query
        assert page.total in (None, count), query
        assert page.next is None


def test_totals_come_from_counters_where_they_can(store: Store) -> None:
    three_sites(store)
    sea = _owner(store, SEA.id)
    failing = frozenset({Outcome.FAIL})
    for query, total in (
        (FindingsQuery(), 11),
        (FindingsQuery(outcomes=failing, control="G-2.1-2"), 4),
        (FindingsQuery(customer=sea), 9),
        (FindingsQuery(site=SEA.id, control="G-2.1-2", maker="Example"), 1),
        (FindingsQuery(outcomes=failing, maker="Example"), 5),
    ):
        page = store.findings.search(EVERYTHING, query)
        assert (page.total, len(page.items)) == (total, total)
    assert store.findings.search(EVERYTHING, FindingsQuery(control="G-2.1-2", maker="Example")).total is None
    assert store.findings.search(NOTHING).total == 0


def test_page_after_page_gives_each_finding_once(store: Store) -> None:
    three_sites(store)
    asked = (FindingsQuery(), FindingsQuery(control="G-2.1-2"), FindingsQuery(text="海"))
    for sort, query in product(FindingsSort, asked):
        whole = [f.id for f in store.findings.search(EVERYTHING, query, sort=sort).items]
        assert len(set(whole)) == len(whole) > 3
        seen, cursor = [], None
        for _ in whole:
            page = store.findings.search(EVERYTHING, query, sort=sort, cursor=cursor, most=1)
            seen += [f.id for f in page.items]
            cursor = page.next
        assert (seen, cursor) == (whole, None)
        if sort is FindingsSort.NEWEST:
            assert whole == sorted(whole, reverse=True)


def test_a_wrong_cursor_is_refused(store: Store) -> None:
    three_sites(store)
    good = store.findings.search(EVERYTHING, most=1).next
    assert good
    other = store.findings.search(EVERYTHING, FindingsQuery(control="G-2.1-2"), most=1).next
    for wrong in ("x", "é", good[:-4], other, "bnVsbA", good + "a" * 4000):
        with pytest.raises(InputError):
            store.findings.search(EVERYTHING, cursor=wrong)


def test_facets_agree_with_what_is_listed(store: Store) -> None:
    three_sites(store)
    _accept(store, _all(store, site=SEA.id, device=REC, outcomes=frozenset({Outcome.FAIL})))
    sea = _owner(store, SEA.id)
    both = SiteScope(sites=frozenset({SEA.id, SEA_TWO.id}))
    whole = store.findings.facets(EVERYTHING, FacetBy.CONTROL)
    assert [(f.value, f.open, f.accepted, f.unknown, f.worst) for f in whole] == [
        ("G-3.4-4a", 2, 0, 0, Severity.CRITICAL),
        ("G-2.1-2", 3, 1, 0, Severity.HIGH),
        ("G-3.6-2", 0, 0, 2, None),
    ]
    makers = store.findings.facets(EVERYTHING, FacetBy.MAKER)
    assert {f.value: (f.open, f.accepted) for f in makers} == {"Example": (5, 0), "Ｐａｎｏｒａｍａ": (0, 1)}
    for by in FacetBy:
        of_customer = store.findings.facets(EVERYTHING, by, FindingsQuery(customer=sea))
        assert of_customer == store.findings.facets(SiteScope(customers=frozenset({sea})), by)
        assert of_customer == store.findings.facets(both, by)
    assert store.findings.facets(both, FacetBy.CONTROL, FindingsQuery(site=HILL.id)) == ()
    assert store.findings.facets(NOTHING, FacetBy.CONTROL) == ()


def test_an_accepted_failure_is_neither_open_nor_passed(store: Store) -> None:
    three_sites(store)
    (chosen,) = _all(store, site=SEA.id, control="G-3.4-4a")
    (number,) = _accept(store, [chosen])
    (listed,) = _all(store, site=SEA.id, control="G-3.4-4a")
    assert listed.acceptance is not None
    assert listed.acceptance.id == number
    terms = (listed.acceptance.reason, listed.acceptance.by, listed.acceptance.until)
    assert terms == ("交換まで待つ", "試験 花子", UNTIL)
    assert listed.finding.outcome is Outcome.FAIL
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert (state.outcomes.failed, state.outcomes.accepted, state.outcomes.passed) == (2, 1, 1)
    assert (state.outcomes.worst, state.exposed) == (Severity.HIGH, 0)
    line = store.devices.line(EVERYTHING, SEA.id, CAM)
    assert line is not None
    assert (line.failed, line.accepted, line.worst) == (1, 1, Severity.HIGH)
    assert store.overview.totals(EVERYTHING).outcomes.accepted == 1
    assert [f.id for f in _all(store, accepted=True)] == [chosen.id]
    assert chosen.id not in [f.id for f in _all(store, outcomes=frozenset({Outcome.FAIL}), accepted=False)]


def test_an_acceptance_outlives_inspections_while_the_control_fails(store: Store) -> None:
    three_sites(store)
    (number,) = _accept(store, _all(store, site=SEA.id, control="G-3.4-4a"))
    inspected(store, result(SEA, USUAL, minutes=60))
    assert store.overview.totals(EVERYTHING).outcomes.accepted == 1
    unsure = [(CAM, "G-3.4-4a", Outcome.UNKNOWN, Severity.CRITICAL)]
    inspected(store, result(SEA, unsure, minutes=70))
    assert store.overview.totals(EVERYTHING).outcomes.accepted == 0
    inspected(store, result(SEA, USUAL, minutes=80))
    (listed,) = _all(store, site=SEA.id, control="G-3.4-4a")
    assert listed.acceptance is not None
    inspected(store, result(SEA, [(CAM, "G-3.4-4a", Outcome.PASS, Severity.CRITICAL)], minutes=90))
    ended = store.acceptances.get(EVERYTHING, number)
    assert ended is not None
    assert (ended.end, ended.version) == (AcceptanceEnd.RESOLVED, 2)
    inspected(store, result(SEA, USUAL, minutes=100))
    assert _all(store, accepted=True) == []


def test_a_graver_failure_is_not_covered(store: Store) -> None:
    three_sites(store)
    (number,) = _accept(store, _all(store, site=SEA.id, device=REC, control="G-2.1-2"))
    inspected(store, result(SEA, [(REC, "G-2.1-2", Outcome.FAIL, Severity.CRITICAL)], minutes=60))
    ended = store.acceptances.get(EVERYTHING, number)
    assert ended is not None
    assert ended.end is AcceptanceEnd.GRAVER
    (listed,) = _all(store, site=SEA.id)
    assert listed.acceptance is None


def test_an_acceptance_ends_on_its_day_by_itself(store: Store) -> None:
    three_sites(store)
    (number,) = _accept(store, _all(store, site=SEA.id, control="G-3.4-4a"))
    page = store.findings.search(EVERYTHING, FindingsQuery(accepted=True), now=UNTIL - timedelta(seconds=1))
    assert len(page.items) == 1
    assert store.overview.totals(EVERYTHING, now=UNTIL).outcomes.accepted == 0
    ended = store.acceptances.get(EVERYTHING, number)
    assert ended is not None
    assert (ended.end, ended.ended_at, ended.ended_by) == (AcceptanceEnd.EXPIRED, UNTIL, "")
    state = store.overview.site(EVERYTHING, SEA.id)
    assert state is not None
    assert (state.outcomes.failed, state.outcomes.worst) == (3, Severity.CRITICAL)


def test_documents_tell_what_holds_and_what_ran_out_but_not_what_was_taken_back(store: Store) -> None:
    three_sites(store)
    chosen = _all(store, site=SEA.id, outcomes=frozenset({Outcome.FAIL}))
    soon, taken, *_ = chosen
    (over,) = _accept(store, [soon], until=NOW + timedelta(hours=1))
    (gone,) = _accept(store, [taken])
    told = store.acceptances.told(SEA.id)
    assert {a.id for a in told} == {over, gone}
    assert all(a.end is None for a in told)
    store.acceptances.withdraw(EVERYTHING, gone, version=1, by="試験")
    store.overview.expire(NOW + timedelta(days=1))
    (left,) = store.acceptances.told(SEA.id)
    assert (left.id, left.end) == (over, AcceptanceEnd.EXPIRED)
    (anew,) = _accept(store, [soon])
    assert [a.id for a in store.acceptances.told(SEA.id)] == [anew], "the newest alone"
    assert store.acceptances.told(HILL.id) == ()


def test_the_daily_job_ends_all_that_ran_out(store: Store) -> None:
    three_sites(store)
    _accept(store, _all(store, outcomes=frozenset({Outcome.FAIL})))
    assert store.overview.expire(UNTIL - timedelta(days=1)) == 0
    assert store.overview.expire(UNTIL) == 3
    assert store.overview.expire(UNTIL) == 0
    assert store.overview.totals(EVERYTHING).outcomes.failed == 6


def test_an_acceptance_is_withdrawn_and_renewed_with_its_history(store: Store) -> None:
    three_sites(store)
    (chosen,) = _all(store, site=SEA.id, control="G-3.4-4a")
    (number,) = _accept(store, [chosen])
    later = UNTIL + timedelta(days=30)
    with pytest.raises(Conflict):
        store.acceptances.withdraw(EVERYTHING, number, version=7, by="試験")
    new = store.acceptances.renew(EVERYTHING, number, version=1, reason="部品待ち", by="別の人", until=later, now=NOW)
    assert (new.until, new.version, new.severity) == (later, 1, Severity.CRITICAL)
    assert not [p for p in store.audit.verify() if not p.note], "the log knows of the new acceptance too"
    with pytest.raises(InputError, match="or it has ended"):
        store.acceptances.withdraw(EVERYTHING, number, version=2, by="試験")
    gone = store.acceptances.withdraw(EVERYTHING, new.id, version=1, by="試験", reason="直した", now=NOW)
    assert (gone.end, gone.ended_by, gone.end_reason) == (AcceptanceEnd.WITHDRAWN, "試験", "直した")
    history = store.acceptances.history(EVERYTHING, SEA.id, CAM, "G-3.4-4a")
    assert [a.id for a in history] == [new.id, number]
    assert store.overview.totals(EVERYTHING).outcomes.failed == 6
    _accept(store, [chosen])
    assert len(store.acceptances.history(EVERYTHING, SEA.id, CAM, "G-3.4-4a")) == 3


def test_what_cannot_be_accepted_is_named(store: Store) -> None:
    three_sites(store)
    failing = _all(store, site=SEA.id, outcomes=frozenset({Outcome.FAIL}))
    (unsure,) = _all(store, site=SEA.id, outcomes=frozenset({Outcome.UNKNOWN}))
    (foreign,) = _all(store, site=HILL.id, control="G-3.4-4a")
    _accept(store, failing[:1])
    sea = SiteScope(customers=frozenset({_owner(store, SEA.id)}))
    wanted = [failing[0].id, failing[1].id, failing[1].id, unsure.id, foreign.id, -1, 2**70]
    given = store.acceptances.accept(sea, wanted, reason="理由", by="試験", until=UNTIL, now=NOW)
    assert [a.control for a in given.accepted] == [failing[1].finding.control]
    said = {r.finding: r.why.en for r in given.refused}
    assert "already" in said[failing[0].id]
    assert "Only what fails" in said[unsure.id]
    # What is another customer's looks like what is not there.
    assert said[foreign.id] == f"There is no finding {foreign.id}."
    assert said.keys() == {failing[0].id, unsure.id, foreign.id, -1, 2**70}
    inspected(store, result(SEA, USUAL, minutes=60))
    old = store.acceptances.accept(sea, [failing[2].id], reason="理由", by="試験", until=UNTIL, now=NOW)
    assert "not of the newest" in old.refused[0].why.en


def test_an_acceptance_needs_a_reason_and_an_end(store: Store) -> None:
    three_sites(store)
    number = _all(store)[0].id
    for reason, until in (
        ("  ", UNTIL), ("長" * 2001, UNTIL), ("理由", NOW), ("理由", NOW + LONGEST + timedelta(seconds=1)),
    ):  # fmt: skip
        with pytest.raises(InputError):
            store.acceptances.accept(EVERYTHING, [number], reason=reason, by="試験", until=until, now=NOW)
    with pytest.raises(InputError, match="At most 500"):
        store.acceptances.accept(EVERYTHING, range(1, 502), reason="理由", by="試験", until=UNTIL, now=NOW)
    assert store.acceptances.search(EVERYTHING).items == ()


def test_many_are_accepted_at_once(store: Store) -> None:
    many = [(CAM, f"G-{n}", Outcome.FAIL, Severity.LOW) for n in range(500)]
    inspected(store, result(SEA, many))
    numbers = store.findings.numbers(EVERYTHING, FindingsQuery(outcomes=frozenset({Outcome.FAIL})))
    given = store.acceptances.accept(EVERYTHING, numbers, reason="理由", by="試験", until=UNTIL, now=NOW)
    assert (len(given.accepted), given.refused) == (500, ())
    assert store.overview.totals(EVERYTHING).outcomes.accepted == 500


def test_acceptances_are_listed_by_their_end(store: Store) -> None:
    three_sites(store)
    failing = _all(store, outcomes=frozenset({Outcome.FAIL}))
    for days, finding in enumerate(reversed(failing), start=1):
        _accept(store, [finding], until=NOW + timedelta(days=days))
    ends, cursor = [], None
    for _ in failing:
        page = store.acceptances.search(EVERYTHING, cursor=cursor, most=1)
        ends += [a.until for a in page.items]
        cursor = page.next
    assert (ends, cursor) == ([NOW + timedelta(days=n) for n in range(1, 7)], None)
    soon = store.acceptances.search(EVERYTHING, before=NOW + timedelta(days=3))
    assert len(soon.items) == 2
    assert {a.site for a in store.acceptances.search(EVERYTHING, site=HILL.id).items} == {HILL.id}


def test_nobody_sees_another_customers_findings(store: Store) -> None:
    three_sites(store)
    _accept(store, _all(store, site=SEA.id, outcomes=frozenset({Outcome.FAIL})))
    foreign = _all(store, site=SEA.id)
    (kept,) = store.acceptances.search(EVERYTHING, site=SEA.id, most=1).items
    hill = _owner(store, HILL.id)
    for scope in (SiteScope(customers=frozenset({hill})), SiteScope(sites=frozenset({HILL.id})), NOTHING):
        assert {f.finding.site for f in _all(store, scope)} <= {HILL.id}
        for query in (
            {"site": SEA.id}, {"customer": _owner(store, SEA.id)}, {"text": "海"}, {"text": "渋谷"}, {"accepted": True},
            {"place": SiteKind.SHOP}, {"site": SEA.id, "device": CAM},
        ):  # fmt: skip
            assert _all(store, scope, **query) == []
            page = store.findings.search(scope, FindingsQuery(**query))  # type: ignore[arg-type] # as given
            assert page.total in (None, 0)
        assert all(store.findings.get(scope, f.id) is None for f in foreign)
        assert store.findings.of_device(scope, SEA.id, CAM) == ()
        assert store.findings.of_inspection(scope, foreign[0].inspection).items == ()
        assert store.findings.history(scope, SEA.id, CAM).inspections == ()
        assert store.findings.numbers(scope, FindingsQuery(site=SEA.id)) == ()
        assert store.acceptances.search(scope).items == ()
        assert store.acceptances.get(scope, kept.id) is None
        assert store.acceptances.history(scope, SEA.id, kept.device, kept.control) == ()
        with pytest.raises(InputError, match="not found"):
            store.acceptances.withdraw(scope, kept.id, version=1, by="試験")
        with pytest.raises(InputError, match="not found"):
            store.acceptances.renew(scope, kept.id, version=1, reason="x", by="試験", until=UNTIL, now=NOW)


def test_the_findings_of_a_device_and_their_history(store: Store) -> None:
    three_sites(store)
    second = inspected(store, result(SEA, [(CAM, "G-2.1-2", Outcome.PASS, Severity.HIGH)], minutes=60))
    (now,) = store.findings.of_device(EVERYTHING, SEA.id, CAM)
    assert (now.finding.outcome, now.inspection) == (Outcome.PASS, second)
    history = store.findings.history(EVERYTHING, SEA.id, CAM)
    assert history.inspections[0].id == second
    assert [line.current for line in history.inspections] == [True, False]
    assert history.outcomes == {"G-2.1-2": (Outcome.PASS, Outcome.FAIL), "G-3.4-4a": (None, Outcome.FAIL)}


def test_findings_ask_little(store: Store) -> None:
    three_sites(store)
    _accept(store, _all(store, site=SEA.id, control="G-3.4-4a"))
    sea = SiteScope(customers=frozenset({_owner(store, SEA.id)}))
    counts = {}
    for name, scope, query in (
        ("all", EVERYTHING, FindingsQuery()),
        ("failing", EVERYTHING, FindingsQuery(outcomes=frozenset({Outcome.FAIL}), accepted=False)),
        ("control and maker", EVERYTHING, FindingsQuery(control="G-2.1-2", maker="Example")),
        ("customer", sea, FindingsQuery(control="G-2.1-2")),
        ("text", EVERYTHING, FindingsQuery(text="渋谷")),
    ):
        with queries(store) as captured:
            store.findings.search(scope, query)
        counts[name] = len(captured)
    assert counts == {"all": 6, "failing": 5, "control and maker": 6, "customer": 5, "text": 7}
    with queries(store) as captured:
        store.findings.facets(EVERYTHING, FacetBy.CONTROL)
    assert len(captured) == 2
    with queries(store) as captured:
        store.findings.of_device(EVERYTHING, SEA.id, CAM)
    assert len(captured) == 5


def test_accepting_many_asks_no_more_than_accepting_one(store: Store) -> None:
    three_sites(store)
    first, *others = _all(store, outcomes=frozenset({Outcome.FAIL}))
    with queries(store) as one:
        _accept(store, [first])
    with queries(store) as five:
        _accept(store, others)
    assert len(five) - len(one) <= 12  # SQLite is asked for each changed row


@pytest.mark.parametrize("limits", [(8, 64, 400), (0, 64, 400), (0, 0, 0)], ids=["few", "some", "many"])
def test_a_text_finds_all_that_it_fits_however_many(
    store: Store, monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int, int]
) -> None:
    """One by one, read together, or walked in order: the same findings in the same order, page by page."""
    for name, limit in zip(("_FEW", "_SOME_SITES", "_SOME_DEVICES"), limits, strict=True):
        monkeypatch.setattr(_text_match, name, limit)
    three_sites(store)
    everything = {f.id: f for f in _all(store)}
    for text, fits in (
        ("海", {SEA.id, SEA_TWO.id}), ("渋谷", {SEA.id}), ("hill", {HILL.id}), ("…", set()), ("見つからない", set()),
    ):  # fmt: skip
        named = {n for n, f in everything.items() if f.finding.site in fits}
        for sort, scope in product(FindingsSort, (EVERYTHING, SiteScope(sites=frozenset({SEA.id, HILL.id})))):
            expected = [f.id for f in _all(store, scope) if f.id in named]
            query = FindingsQuery(text=text)
            found, cursor = list[int](), None
            while True:
                page = store.findings.search(scope, query, sort=sort, cursor=cursor, most=2)
                found += [f.id for f in page.items]
                cursor = page.next
                if cursor is None:
                    break
            assert found == (expected if sort is FindingsSort.WORST else sorted(expected, reverse=True)), (text, sort)
    narrow = FindingsQuery(text="カメラ1", site=SEA.id, outcomes=frozenset({Outcome.FAIL}))
    one = {n for n, f in everything.items() if f.finding.site == SEA.id and f.finding.device == REC}
    expected = {n for n in one if everything[n].finding.outcome is Outcome.FAIL}
    assert {f.id for f in store.findings.search(EVERYTHING, narrow).items} == expected


def test_a_text_that_fits_many_asks_few_questions(store: Store) -> None:
    for number in range(30):
        inspected(store, result(replace(SEA, id=f"many-{number:02d}", name=f"多い店{number}"), USUAL, minutes=number))
    with queries(store) as asked:
        store.findings.search(EVERYTHING, FindingsQuery(text="多い店"), most=50)
    assert len(asked) <= 12
    found = store.findings.search(EVERYTHING, FindingsQuery(text="多い店"), most=200)
    assert len({f.finding.site for f in found.items}) == 30, "all of them, and not the first eight"
