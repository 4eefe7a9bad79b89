"""The neighbour table of this computer: which MAC address answered for which IP address. Sends nothing."""

import asyncio
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.transport.door import Door

_TABLE = Path("/proc/net/arp")
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_NOBODY = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An address on the same link and its MAC (lower-case colon form)."""

    address: str
    mac: str


async def get_neighbours(door: Door) -> tuple[Neighbour, ...]:
    """What the operating system knows by now, only of addresses that the authorisation covers, by address."""
    found = await _from_arp_table() + await _from_ip_program()
    table = {n.address: n for n in found if door.scope.covers(n.address)}
    return tuple(table[address] for address in sorted(table))


async def _from_arp_table() -> tuple[Neighbour, ...]:
    try:
        return parse_arp_table(await asyncio.to_thread(_TABLE.read_bytes))
    except OSError:
        return ()


async def _from_ip_program() -> tuple[Neighbour, ...]:
    """`ip -j neigh` knows IPv6 as well; it is left out where it is missing, slow or odd."""
    program = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return ()
    try:
        process = await asyncio.create_subprocess_exec(
            program, "-j", "neigh", "show",
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
    """Linux's /proc/net/arp: address, type, flags, MAC, mask, device; incomplete entries are left out."""
    found = []
    for line in raw.decode("utf-8", errors="replace").splitlines()[1:]:
        columns = line.split()
        if len(columns) >= 6 and columns[2] != "0x0":
            found.append((columns[0], columns[3]))
    return _proper(found)


def parse_ip_neighbours(raw: bytes) -> tuple[Neighbour, ...]:
    """The JSON of `ip -j neigh`: objects with `dst`, `lladdr` and `state`. Raises Malformed."""
    try:
        rows = json.loads(raw or b"[]")
    except (ValueError, RecursionError):
        raise Malformed(say("transport.neighbours-broken")) from None
    if not isinstance(rows, list):
        raise Malformed(say("transport.neighbours-broken"))
    found = []
    for row in rows:
        if isinstance(row, dict) and row.get("state") not in (["FAILED"], ["INCOMPLETE"]):
            found.append((row.get("dst"), row.get("lladdr")))
    return _proper(found)


def _proper(pairs: list[tuple[object, object]] | list[tuple[str, str]]) -> tuple[Neighbour, ...]:
    kept = []
    for address, mac in pairs:
        if isinstance(address, str) and isinstance(mac, str):
            lower = mac.lower()
            if _MAC.fullmatch(lower) and lower not in _NOBODY:
                kept.append(Neighbour(address=address, mac=lower))
    return tuple(kept)
