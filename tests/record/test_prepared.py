"""Questions that are worded once: the same answers as Django's own, on both databases, and no place lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet, Sum

from fushinban.record._console_rows import CustomerRow, SiteStateRow, TallyRow
from fushinban.record._prepared import Given, Prepared, PreparedList
from fushinban.record.store import Store

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@Prepared
def _newer(alias: str) -> QuerySet[Any, Any]:
    return CustomerRow._base_manager.using(alias).filter(name__gt=Given("name")).order_by("name")


@PreparedList
def _sums(alias: str, buckets: list[Given]) -> QuerySet[Any, Any]:
    rows = TallyRow._base_manager.using(alias).filter(bucket__in=buckets, dimension=Given("dimension"))
    return rows.values_list("value").annotate(all=Sum("amount")).order_by("value")


@Prepared
def _due(alias: str) -> QuerySet[Any, Any]:
    rows = SiteStateRow._base_manager.using(alias).filter(recount_at__lte=Given("now"))
    return rows.order_by("recount_at").values_list("site_id", "recount_at")


@PreparedList
def _lost(alias: str, sites: list[Given]) -> QuerySet[Any, Any]:
    return SiteStateRow._base_manager.using(alias).filter(site_id__in=sites).values_list("inspection")


def _alias(store: Store) -> str:
    return store._link.alias


def test_objects_are_those_that_django_makes(store: Store) -> None:
    rows = CustomerRow._base_manager.using(_alias(store))
    for name in ("上野", "渋谷", "<b>新宿</b>"):
        rows.create(name=name)
    for name in ("", "上野", "龍"):
        found = _newer.models(store._link.connection, CustomerRow, name=name)
        assert found == list(rows.filter(name__gt=name).order_by("name"))
        assert all(not one._state.adding and one._state.db == _alias(store) for one in found)
    assert len(_newer.models(store._link.connection, CustomerRow, name="")) == 3


def test_lists_of_every_length(store: Store) -> None:
    rows = TallyRow._base_manager.using(_alias(store))
    for n in range(150):
        rows.create(bucket=f"t{n}", dimension="q", value=f"v{n % 3}", amount=n)
        rows.create(bucket=f"t{n}", dimension="other", value="v0", amount=1000)
    connection = store._link.connection
    for size in (1, 2, 3, 5, 128):
        buckets = [f"t{n}" for n in range(size)]
        wanted = rows.filter(bucket__in=buckets, dimension="q").values_list("value").annotate(all=Sum("amount"))
        assert _sums.rows(connection, buckets, dimension="q") == [tuple(row) for row in wanted.order_by("value")]
    assert _sums.rows(connection, [], dimension="q") == []
    # A long list is asked for in pieces: their answers stand side by side.
    pieces = _sums.rows(connection, [f"t{n}" for n in range(150)], dimension="q")
    assert len(pieces) == 6
    assert sum(amount for _, amount in pieces) == sum(range(150))


def test_moments_are_aware_and_compared(store: Store) -> None:
    from record.samples import SITE

    store.sites.save(SITE)
    rows = SiteStateRow._base_manager.using(_alias(store))
    rows.filter(site_id=SITE.id).update(recount_at=NOW)
    moment = store._link.moment
    assert _due.rows(store._link.connection, now=moment(NOW)) == [(SITE.id, NOW)]
    assert _due.rows(store._link.connection, now=moment(NOW - timedelta(seconds=1))) == []


def test_a_lost_place_or_a_wrong_name_is_an_error(store: Store) -> None:
    connection = store._link.connection
    with pytest.raises(RuntimeError, match="worded for"):
        _lost.rows(connection, ["a"])  # Django takes the places of a list of foreign keys for values
    with pytest.raises(RuntimeError, match="worded for"):
        _newer.rows(connection)
    with pytest.raises(RuntimeError, match="worded for"):
        _newer.rows(connection, name="a", other="b")
