"""What a device's own answers, and what we know of it, tell of whose it is. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from fushinban.collect.anonymise import Private
from fushinban.model.device import Device
from fushinban.model.facts import (
    Accounts,
    Channels,
    Dns,
    DynamicDns,
    DynamicDnsService,
    Hostname,
    Identity,
    Interfaces,
    LiveSessions,
    MakerAccounts,
    Ntp,
    Profiles,
    RemoteLog,
    RouterConfiguration,
    Scopes,
)
from fushinban.model.reading import Reading
from fushinban.model.site import Site

#: Time servers that everybody may ask.
_PUBLIC = (".ntp.org", "ntp.nict.jp", "time.windows.com", "time.google.com", "time.apple.com", "time.nist.gov")


def private_of(
    readings: Iterable[Reading[Any]], device: Device, site: Site, users: Iterable[str], secrets: Iterable[str]
) -> Private:
    """Everything that must not be kept of this device. `users`: names known besides those it lists."""
    facts = [r.value for r in readings if r.value is not None]
    found = [pair for fact in facts for pair in _values(fact)]
    found += [("serial", device.serial), ("mac", device.mac), ("label", device.name)]
    found += [("label", text) for text in (site.name, site.customer, *site.details.values())]

    def all_of(kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for k, v in found if k == kind and v.strip()))

    return Private(
        secrets=tuple(dict.fromkeys(s for s in secrets if s)),
        serials=all_of("serial"),
        macs=all_of("mac"),
        users=tuple(dict.fromkeys((*all_of("user"), *(u for u in users if u)))),
        hosts=tuple(h for h in all_of("host") if not h.endswith(_PUBLIC) and not _is_number(h)),
        labels=all_of("label"),
        kept=frozenset(all_of("version")),
    )


def _is_number(host: str) -> bool:
    """Addresses are replaced as such."""
    return not any(c.isalpha() for c in host) or ":" in host


def _values(fact: object) -> Iterator[tuple[str, str]]:
    """Kind and text of everything private in a fact."""
    match fact:
        case Identity():
            yield from (("serial", fact.serial), ("version", fact.firmware), ("version", fact.hardware))
        case Hostname() | DynamicDns() | DynamicDnsService():
            yield "host", fact.name
        case Scopes():
            yield from (("label", fact.name), ("label", fact.location))
        case Interfaces():
            yield from (("mac", i.mac) for i in fact.interfaces)
        case Accounts() | MakerAccounts():
            yield from (("user", a.name) for a in fact.accounts)
        case LiveSessions():
            yield from (("user", s.user) for s in fact.sessions)
        case Ntp() | RemoteLog():
            yield from (("host", s) for s in fact.servers)
        case RouterConfiguration():
            yield from (("serial", fact.state.serial), ("version", fact.state.firmware), ("host", fact.state.host_name))
            yield from (("user", a.name) for a in fact.logins)
            yield from (("host", n) for n in (*fact.dynamic_names, *fact.time_servers, *fact.log_hosts))
            yield from (("label", f.name.rpartition(": ")[2]) for f in fact.forwards)
            yield from (("label", i.description) for i in fact.state.interfaces)
        case Dns():
            yield from (("host", s) for s in fact.search)
        case Channels():
            for c in fact.channels:
                yield from (("serial", c.serial), ("mac", c.mac), ("label", c.name), ("user", c.username))
                yield from (("host", c.address), ("version", c.firmware))
        case Profiles():
            yield from (("label", p.name) for p in fact.profiles if not p.name.isascii())
