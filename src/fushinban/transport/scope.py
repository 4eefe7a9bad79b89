"""What the site's authorisation allows. Everything else is refused before a packet leaves."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime

from fushinban.clock import shown
from fushinban.errors import OutOfScope
from fushinban.messages import Text, say
from fushinban.model.site import Authorisation, TestKind

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Raw printing, LPD and IPP: connecting may print, so it never happens.
PRINTER_PORTS = frozenset({515, 631, *range(9100, 9108)})

_GROUPS = tuple(ipaddress.ip_network(n) for n in ("224.0.0.0/24", "239.255.255.0/24", "ff02::/16", "ff05::/16"))
_REMEMBERED = 100_000


class Scope:
    """Judges each packet by address, time and kind of test."""

    def __init__(self, authorisation: Authorisation) -> None:
        self._authorisation = authorisation
        self._refusals: dict[str, Text | None] = {}

    @property
    def authorisation(self) -> Authorisation:
        """What it judges by."""
        return self._authorisation

    def allows(self, test: TestKind) -> bool:
        """Whether this kind of test is allowed at all."""
        return test in self._authorisation.tests

    def covers(self, address: str) -> bool:
        """Whether the address itself may be touched, the time and kind of test aside."""
        return self._address(address) is None

    def check(self, address: str, test: TestKind, now: datetime) -> None:
        """Raise OutOfScope unless this address may be sent this kind of test at this moment."""
        self.check_any(address, (test,), now)

    def check_any(self, address: str, tests: Iterable[TestKind], now: datetime) -> None:
        """The same where any one of several kinds of test is enough; the first is named in the refusal."""
        refusal = self._address(address) or self._moment(address, now)
        if refusal is not None:
            raise OutOfScope(refusal)
        wanted = tuple(tests)
        if self._authorisation.tests.isdisjoint(wanted):
            raise OutOfScope(say("transport.scope-test", test=wanted[0].label, address=address))

    def check_port(self, address: str, port: int) -> None:
        """Raise OutOfScope for a port that prints."""
        if port in PRINTER_PORTS:
            raise OutOfScope(say("transport.scope-printer", port=port, address=address))

    def check_multicast(self, group: str, now: datetime) -> None:
        """Raise OutOfScope unless a discovery call may be sent to this multicast group at this moment."""
        found = _literal(group)
        if found is None or not any(found in n for n in _GROUPS if n.version == found.version):
            raise OutOfScope(say("transport.scope-group", group=group))
        refusal = self._moment(group, now)
        if refusal is not None:
            raise OutOfScope(refusal)
        if not self.allows(TestKind.DISCOVERY):
            raise OutOfScope(say("transport.scope-test", test=TestKind.DISCOVERY.label, address=group))

    def _address(self, address: str) -> Text | None:
        """Why the address is refused; remembered, because it is asked before every packet."""
        try:
            return self._refusals[address]
        except KeyError:
            pass
        if len(self._refusals) >= _REMEMBERED:
            self._refusals.clear()
        refusal = self._judge(address)
        self._refusals[address] = refusal
        return refusal

    def _judge(self, address: str) -> Text | None:
        found = _literal(address)
        if found is None:
            return say("transport.scope-hostname", address=address)
        if _special(found):
            return say("transport.scope-special", address=address)
        networks = [n for n in self._authorisation.networks if n.version == found.version and found in n]
        if not networks:
            return say("transport.scope-outside", address=address)
        if found.is_global and not any(n.num_addresses == 1 for n in networks):
            return say("transport.scope-public", address=address)
        return None

    def _moment(self, address: str, now: datetime) -> Text | None:
        if now < self._authorisation.start:
            return say("transport.scope-early", address=address, start=shown(self._authorisation.start))
        if now > self._authorisation.end:
            return say("transport.scope-late", address=address, end=shown(self._authorisation.end))
        return None


def _literal(address: str) -> Address | None:
    """The address, an IPv4 address written as IPv6 taken for what it is; None for anything but an IP literal."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _special(address: Address) -> bool:
    """Addresses that never stand for one device. Python counts 240.0.0.0/4 and 255.255.255.255 as reserved."""
    reserved = isinstance(address, ipaddress.IPv4Address) and address.is_reserved
    return address.is_multicast or address.is_unspecified or reserved
