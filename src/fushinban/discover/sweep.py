"""A paced TCP sweep of the authorised ranges over a short list of camera ports, and a look at the places we know."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from fushinban import clock
from fushinban.discover.found import Found
from fushinban.errors import InputError, OutOfScope, Unreachable
from fushinban.messages import say
from fushinban.model.device import CAMERA_PORTS, Target
from fushinban.model.discovery import Method, Sighting
from fushinban.model.facts import PortState
from fushinban.model.site import Network
from fushinban.transport.door import Door
from fushinban.transport.session import Session

#: The first two are tried on every address; the others only where one of them answered or refused.
FIRST = ("http", "rtsp")
REST = ("https", "http-8000", "http-alt", "sdk-34567", "sdk-37777", "telnet")

#: A /20. Larger networks take hours and are nearly always a slip of the pen.
MAX_ADDRESSES = 4096
_AT_ONCE = 64


def check_size(networks: Sequence[Network]) -> None:
    """Raises InputError when one of the networks is too large to be swept."""
    for network in networks:
        if network.num_addresses > MAX_ADDRESSES:
            raise InputError(say("discover.sweep-too-large", network=network, limit=MAX_ADDRESSES))


def addresses(networks: Sequence[Network]) -> Iterator[str]:
    """Every host address of the networks, each once. InputError: one of them is too large to be swept."""
    check_size(networks)
    seen: set[str] = set()
    for network in networks:
        for host in network.hosts():
            if str(host) not in seen:
                seen.add(str(host))
                yield str(host)


async def sweep(door: Door, networks: Sequence[Network], places: Iterable[Target]) -> Found:
    """All addresses of the networks; where `places` stand, their own ports instead of the usual ones."""
    known = list(places)
    taken = {t.address for t in known if t.ports}
    targets = [t for t in known if t.ports] + [Target(address=a) for a in addresses(networks) if a not in taken]
    return await _look(door, targets, Method.SWEEP, thorough=True)


async def look_at(door: Door, places: Iterable[Target]) -> Found:
    """Whether anything answers at the places we know; stops at the first open port of each."""
    return await _look(door, list(places), Method.LISTED, thorough=False)


async def _look(door: Door, targets: Sequence[Target], method: Method, *, thorough: bool) -> Found:
    turn = asyncio.Semaphore(_AT_ONCE)
    refusing: set[str] = set()

    async def one(target: Target) -> Sighting | None:
        async with turn:
            states = await _knock(door, target, thorough=thorough)
        open_ports = {s: target.port(s) for s, state in states.items() if state is PortState.OPEN}
        if not open_ports:
            if PortState.CLOSED in states.values():
                refusing.add(target.address)
            return None
        return Sighting(method=method, address=target.address, at=clock.now(), ports=open_ports)

    found = await asyncio.gather(*(one(t) for t in targets))
    return Found(sightings=tuple(s for s in found if s is not None), refusing=frozenset(refusing))


async def _knock(door: Door, target: Target, *, thorough: bool) -> dict[str, PortState]:
    """The state of each port by service name; stops early on an address without any sign of life."""
    session = door.session(target)
    own = tuple(s for s in target.ports if s in CAMERA_PORTS)
    first = list(dict.fromkeys((*(s for s in (*FIRST, *REST) if s in own), *FIRST)))[:2]
    states = dict.fromkeys((*first, *own, *REST), PortState.FILTERED)
    try:
        found = await asyncio.gather(*(_state(door, session, s) for s in first))
        states.update(zip(first, found, strict=True))
        alive = any(state is not PortState.FILTERED for state in found)
        for service in [s for s in states if s not in first] if alive else []:
            if not thorough and PortState.OPEN in states.values():
                break
            states[service] = await _state(door, session, service)
    except OutOfScope:
        return {}
    finally:
        await session.close()
    return states


async def _state(door: Door, session: Session, service: str) -> PortState:
    try:
        state = (await session.port(service)).state
    except Unreachable:
        return PortState.FILTERED
    if state is not PortState.FILTERED:  # a silent port may have missed the call
        door.note_look(session.target, session.target.port(service), state)
    return state
