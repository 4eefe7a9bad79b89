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


async def look_around(door: Door, seen: Collection[str] = ()) -> Found:
    """Who is there in the computer's own segment, inside the authorised networks; `seen`: addresses that answered.

    The table keeps what has left. So an entry counts where the address answered something else in this run, or where
    the system has just heard of it and its MAC answered at no other address: then it has moved.
    """
    rows = await get_neighbours(door, seen)
    elsewhere = {n.mac for n in rows if n.address in seen}
    there = [n for n in rows if n.address in seen or (n.heard and n.mac not in elsewhere)]
    return Found(sightings=sightings_of([(n.address, n.mac) for n in there], clock.now()))
