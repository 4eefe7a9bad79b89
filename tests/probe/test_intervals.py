"""The algebra of intervals against plain sets of numbers."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.model.intervals import (
    ANY_V4,
    ANY_V6,
    GLOBAL_V4,
    GLOBAL_V6,
    NOTHING,
    Intervals,
    address_of,
    addresses,
    number_of,
    ports,
)

SMALL = st.integers(0, 30)
RANGES = st.lists(st.tuples(SMALL, SMALL), max_size=8)


def plain(one: Intervals) -> set[int]:
    return {n for first, last in one for n in range(first, last + 1)}


def is_tidy(one: Intervals) -> bool:
    ordered = all(a <= b for a, b in one.ranges)
    return ordered and all(left[1] + 1 < right[0] for left, right in zip(one.ranges, one.ranges[1:], strict=False))


@given(RANGES, RANGES)
def test_operations_are_those_of_sets(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    a, b = Intervals.of(left), Intervals.of(right)
    pa, pb = plain(a), plain(b)
    for result, wanted in ((a & b, pa & pb), (a | b, pa | pb), (a - b, pa - pb)):
        assert plain(result) == wanted
        assert is_tidy(result)
    assert a.covers(b) == (pb <= pa)
    assert a.meets(b) == bool(pa & pb)
    assert a.size == len(pa)
    assert bool(a) == bool(pa)
    assert all((n in a) == (n in pa) for n in range(-1, 33))
    assert plain(a.moved(5)) == {n + 5 for n in pa}
    if pa:
        assert (a.first, a.last) == (min(pa), max(pa))


@given(st.lists(st.tuples(SMALL, SMALL), max_size=12), st.lists(st.tuples(SMALL, SMALL), max_size=12))
def test_taking_away_one_by_one_equals_taking_away_at_once(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    rest = Intervals.of(left)
    for one in right:
        rest = rest - Intervals.of([one])
    assert rest == Intervals.of(left) - Intervals.of(right)


@given(st.ip_addresses())
def test_every_address_has_its_place(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return
    number = number_of(address)
    assert address_of(number) == address
    assert (number in ANY_V4) == (address.version == 4)
    assert (number in ANY_V6) == (address.version == 6)


def test_addresses_are_read_in_every_form() -> None:
    assert addresses("192.0.2.1/24") == addresses("192.0.2.0-192.0.2.255")
    assert addresses("2001:db8::1") - addresses("2001:db8::/64") == NOTHING
    assert addresses("192.0.2.1", "192.0.2.2") == addresses("192.0.2.1-192.0.2.2")
    assert not addresses("192.168.0.0/16").meets(GLOBAL_V4)
    assert GLOBAL_V4.covers(addresses("203.0.113.0/24"))
    assert not GLOBAL_V6.meets(addresses("fe80::/10", "fc00::/7"))


@pytest.mark.parametrize("text", ["", "300.1.1.1", "10.0.0.1-2001:db8::1", "10.0.0.0/33", "*"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        addresses(text)


def test_ports() -> None:
    assert ports("80", "8000-8010").size == 12
    for wrong in ("65536", "9-8", "x", "-1"):
        with pytest.raises(ValueError, match=r".*"):
            ports(wrong)
    with pytest.raises(ValueError, match=r"^$"):
        _ = NOTHING.first
