"""Nothing leaves that the authorisation does not allow."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.errors import OutOfScope
from fushinban.model.site import Authorisation, TestKind
from fushinban.transport.scope import Scope

# Public and private addresses below are only judged; no test sends anything to them.
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def scope(*networks: str, tests: frozenset[TestKind] = frozenset(TestKind)) -> Scope:
    return Scope(
        Authorisation(
            by="owner", start=NOW - timedelta(days=1), end=NOW + timedelta(days=1),
            networks=tuple(ip_network(n) for n in networks), tests=tests,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("192.168.1.0/24", "192.168.1.64"),
        ("127.0.0.0/8", "127.3.2.1"),
        ("169.254.0.0/16", "169.254.9.9"),
        ("192.0.2.0/24", "192.0.2.10"),
        ("198.51.100.0/24", "198.51.100.1"),
        ("2001:db8::/32", "2001:db8::1"),
        ("fe80::/10", "fe80::1%eth0"),
        ("fd00::/8", "fd12::1"),
        ("::1/128", "::1"),
        ("8.8.8.8/32", "8.8.8.8"),
        ("2606:4700::1111/128", "2606:4700::1111"),
        ("192.168.1.0/24", "::ffff:192.168.1.5"),
    ],
)
def test_allowed(network: str, address: str) -> None:
    guard = scope(network)
    guard.check(address, TestKind.READ, NOW)
    assert guard.covers(address)


@pytest.mark.parametrize(
    ("network", "address", "why"),
    [
        ("192.168.1.0/24", "192.168.2.1", "outside"),
        ("192.168.1.0/24", "fe80::1", "outside"),
        ("0.0.0.0/0", "8.8.8.8", "public"),
        ("8.8.8.8/31", "8.8.8.8", "public"),
        ("::/0", "2606:4700::1111", "public"),
        ("0.0.0.0/0", "::ffff:8.8.8.8", "public"),
        ("0.0.0.0/0", "239.255.255.250", "one device"),
        ("0.0.0.0/0", "255.255.255.255", "one device"),
        ("0.0.0.0/0", "0.0.0.0", "one device"),
        ("::/0", "ff02::c", "one device"),
        ("::/0", "::", "one device"),
        ("0.0.0.0/0", "camera.example", "not an IP"),
        ("0.0.0.0/0", "localhost", "not an IP"),
        ("127.0.0.0/8", "127.1", "not an IP"),
        ("127.0.0.0/8", "0x7f000001", "not an IP"),
        ("127.0.0.0/8", "127.0.0.1\n", "not an IP"),
    ],
)
def test_refused_and_said_why(network: str, address: str, why: str) -> None:
    guard = scope(network)
    with pytest.raises(OutOfScope, match=why) as error:
        guard.check(address, TestKind.READ, NOW)
    assert address in error.value.text.ja
    assert not guard.covers(address)


def test_time_and_kind() -> None:
    guard = scope("192.168.1.0/24", tests=frozenset({TestKind.READ}))
    guard.check("192.168.1.1", TestKind.READ, NOW + timedelta(days=1))
    with pytest.raises(OutOfScope, match="over"):
        guard.check("192.168.1.1", TestKind.READ, NOW + timedelta(days=1, seconds=1))
    with pytest.raises(OutOfScope, match="not begun"):
        guard.check("192.168.1.1", TestKind.READ, NOW - timedelta(days=1, seconds=1))
    with pytest.raises(OutOfScope, match="does not allow") as error:
        guard.check("192.168.1.1", TestKind.DEFAULT_PASSWORD, NOW)
    assert TestKind.DEFAULT_PASSWORD.label.ja in error.value.text.ja
    guard.check_any("192.168.1.1", (TestKind.ANONYMOUS, TestKind.READ), NOW)
    assert not guard.allows(TestKind.PORTS)


def test_multicast_groups() -> None:
    guard = scope("192.168.1.0/24")
    for group in ("239.255.255.250", "224.0.0.251", "ff02::c", "ff02::fb"):
        guard.check_multicast(group, NOW)
    for group in ("239.1.2.3", "224.0.1.1", "192.168.1.1", "ff0e::c", "x"):
        with pytest.raises(OutOfScope):
            guard.check_multicast(group, NOW)
    with pytest.raises(OutOfScope):
        guard.check_multicast("239.255.255.250", NOW + timedelta(days=2))
    with pytest.raises(OutOfScope):
        scope("192.168.1.0/24", tests=frozenset({TestKind.READ})).check_multicast("239.255.255.250", NOW)


def test_printer_ports() -> None:
    guard = scope("192.168.1.0/24")
    guard.check_port("192.168.1.1", 9000)
    for port in (515, 631, 9100, 9107):
        with pytest.raises(OutOfScope):
            guard.check_port("192.168.1.1", port)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_no_public_address_through_a_wide_network(address: object) -> None:
    guard = scope("0.0.0.0/0", "::/0")
    try:
        guard.check(str(address), TestKind.READ, NOW)
    except OutOfScope:
        return
    assert not address.is_global  # type: ignore[attr-defined]


@given(st.text(max_size=40))
def test_any_text_is_judged(address: str) -> None:
    guard = scope("192.168.1.0/24")
    assert guard.covers(address) == (guard._judge(address) is None)
