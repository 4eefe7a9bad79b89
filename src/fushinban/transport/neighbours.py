"""The neighbour table of this computer: which MAC address answered for which IP address. Sends nothing."""

import asyncio
import json
import re
import shutil
from collections.abc import Container
from dataclasses import dataclass
from math import inf
from pathlib import Path

from fushinban.clock import monotonic
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.transport.door import Door

_TABLE = Path("/proc/net/arp")
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_NOBODY = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})
_PATIENCE = 5.0
#: Linux asks for an old entry again 5 s after it was used, three times in three seconds.
_SETTLES = 9.0
_LOOK_AGAIN = 0.5
_ASKING = frozenset({"DELAY", "PROBE"})
_NOT_THERE = frozenset({"FAILED", "INCOMPLETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An address on the same link and its MAC (lower-case colon form).

    `reachable`: the system takes it to be there now; it does so for up to 45 s after it last heard of it. `quiet`:
    seconds since then. `asking`: the system is finding out whether it is still there.
    """

    address: str
    mac: str
    reachable: bool = False
    asking: bool = False
    quiet: float = inf


async def get_neighbours(door: Door, seen: Container[str] = ()) -> tuple[Neighbour, ...]:
    """What the operating system knows by now, only of addresses that the authorisation covers, by address.

    Waits up to nine seconds while it is finding out whether an address is still there that is not among the `seen`.
    """
    end = monotonic() + _SETTLES
    while True:
        found = await _from_arp_table() + await _from_ip_program()
        table = {n.address: n for n in found if door.scope.covers(n.address)}
        if not any(n.asking and n.address not in seen for n in table.values()) or monotonic() > end:
            return tuple(table[address] for address in sorted(table))
        await asyncio.sleep(_LOOK_AGAIN)


async def _from_arp_table() -> tuple[Neighbour, ...]:
    try:
        return parse_arp_table(await asyncio.to_thread(_TABLE.read_bytes))
    except OSError:
        return ()


async def _from_ip_program() -> tuple[Neighbour, ...]:
    """`ip -s -j neigh` knows IPv6 as well; it is left out where it is missing, slow or odd."""
    program = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return ()
    try:
        process = await asyncio.create_subprocess_exec(
            program, "-s", "-j", "neigh", "show",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return ()
    try:
        async with asyncio.timeout(_PATIENCE):
            output, _ = await process.communicate()
        return parse_ip_neighbours(output)
    except (TimeoutError, Malformed):
        return ()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def parse_arp_table(raw: bytes) -> tuple[Neighbour, ...]:
    """Linux's /proc/net/arp: address, type, flags, MAC, mask, device; incomplete entries are left out.

    It does not tell old entries from those just heard.
    """
    found = []
    for line in raw.decode("utf-8", errors="replace").splitlines()[1:]:
        columns = line.split()
        if len(columns) >= 6 and columns[2] != "0x0":
            found.append(_proper(columns[0], columns[3]))
    return tuple(n for n in found if n is not None)


def parse_ip_neighbours(raw: bytes) -> tuple[Neighbour, ...]:
    """The JSON of `ip -s -j neigh`: objects with `dst`, `lladdr`, `state` and `confirmed` (s ago). Raises Malformed."""
    try:
        rows = json.loads(raw or b"[]")
    except (ValueError, RecursionError):
        raise Malformed(say("transport.neighbours-broken")) from None
    if not isinstance(rows, list):
        raise Malformed(say("transport.neighbours-broken"))
    found = []
    for row in rows:
        states = row.get("state") if isinstance(row, dict) else None
        named = frozenset(s for s in states if isinstance(s, str)) if isinstance(states, list) else frozenset()
        if isinstance(row, dict) and not named & _NOT_THERE:
            found.append(_proper(row.get("dst"), row.get("lladdr"), named, row.get("confirmed")))
    return tuple(n for n in found if n is not None)


def _proper(
    address: object, mac: object, states: frozenset[str] = frozenset(), confirmed: object = None
) -> Neighbour | None:
    if not isinstance(address, str) or not isinstance(mac, str):
        return None
    lower = mac.lower()
    if not _MAC.fullmatch(lower) or lower in _NOBODY:
        return None
    return Neighbour(
        address=address,
        mac=lower,
        reachable="REACHABLE" in states,
        asking=bool(states & _ASKING),
        quiet=confirmed if isinstance(confirmed, int) else inf,
    )
