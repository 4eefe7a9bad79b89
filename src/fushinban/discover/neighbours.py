"""The neighbour table of this computer: MAC addresses of devices in the same segment, without sending anything."""

from collections.abc import Iterable
from datetime import datetime

from fushinban import clock
from fushinban.discover.found import Found, plain_mac
from fushinban.model.discovery import Method, Sighting
from fushinban.transport.door import Door
from fushinban.transport.neighbours import get_neighbours


def sightings_of(rows: Iterable[tuple[str, str]], at: datetime) -> tuple[Sighting, ...]:
    """A sighting per row of address and MAC; rows without a usable MAC are left out."""
    return tuple(
        Sighting(method=Method.NEIGHBOURS, address=address, at=at, mac=mac)
        for address, text in rows
        if (mac := plain_mac(text))
    )


async def look_around(door: Door) -> Found:
    """Everybody inside the authorised networks that this computer has talked to lately in its own segment."""
    return Found(sightings=sightings_of([(n.address, n.mac) for n in await get_neighbours(door)], clock.now()))
