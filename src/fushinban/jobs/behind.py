"""Where the open ports of a look led, as known at that time: kept with the look, so that it can be told later."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from fushinban.jobs.exposure import exposure_of
from fushinban.jobs.site_file import SiteFile
from fushinban.model.intervals import address_of
from fushinban.model.mismatch import ComparedPort
from fushinban.model.outside import BehindPort, OutsideLook
from fushinban.model.reflection import Reflection
from fushinban.probe.explain import inside_of
from fushinban.record.store import Store


def behind(store: Store, site_file: SiteFile, seen: Reflection, key: str) -> tuple[BehindPort, ...]:
    """What stands behind the open ports of a look that is not kept yet, by what is known of the site now."""
    family = ip_address(seen.address).version
    look = OutsideLook(
        id=0, site=site_file.site.id, at=seen.started, family=family, address=seen.address, reflector=key, seen=seen
    )
    known = exposure_of(store, look.site, site_file, (look,))
    if known.comparison is None:
        return tuple(BehindPort(port=port.port) for port in seen.open)
    return tuple(place for port in known.comparison.ports if port.open for place in _places(port))


def _places(port: ComparedPort) -> Iterable[BehindPort]:
    found = [*_devices(port), *_own(port)]
    return found or [BehindPort(port=port.port)]


def _devices(port: ComparedPort) -> Iterator[BehindPort]:
    for row in port.rows:
        goal = inside_of(row, port.address, port.port)
        address = goal[0] if goal is not None else None
        if address is None and row.inside.size == 1:
            address = address_of(row.inside.first)
        yield BehindPort(
            port=port.port, device="、".join(row.devices[:4]) if row.inside.size == 1 else "",
            address=str(address) if address is not None else "", inside_port=goal[1] if goal is not None else None,
            kind=row.kind, lines=row.reach.lines,
        )  # fmt: skip


def _own(port: ComparedPort) -> Iterator[BehindPort]:
    for own in port.own:
        lines = tuple(dict.fromkeys(line for way in own.ways for line in way.lines))
        yield BehindPort(port=port.port, own=own.service.name, lines=lines)
