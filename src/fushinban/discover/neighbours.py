"""The neighbour table of this computer: MAC addresses of devices in the same segment, without sending anything."""

from collections.abc import Collection, Iterable
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


async def look_around(door: Door, began: float, seen: Collection[str] = ()) -> Found:
    """Who is there in the computer's own segment, inside the authorised networks.

    The table keeps what has left. So an entry counts where its address is among the `seen` (it answered or refused in
    this run), or where the system heard of it since the run `began` (monotonic) or takes it to be reachable; but not
    where its MAC was seen at another address, for then it has moved.
    """
    rows = await get_neighbours(door, seen)
    lasted = clock.monotonic() - began
    elsewhere = {n.mac for n in rows if n.address in seen}
    heard = (n for n in rows if n.reachable or n.quiet <= lasted)
    there = [n for n in rows if n.address in seen] + [n for n in heard if n.mac not in elsewhere]
    return Found(sightings=sightings_of([(n.address, n.mac) for n in there], clock.now()))
