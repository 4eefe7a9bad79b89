"""Calls into multicast groups, in each address family that the authorised networks have."""

import asyncio
from dataclasses import dataclass

from fushinban.errors import DeviceError, OutOfScope
from fushinban.transport.datagrams import Heard, ask_multicast
from fushinban.transport.door import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A question to a multicast group: its IPv4 and IPv6 address, port, how long to listen (s), how often to ask."""

    v4: str
    v6: str
    port: int
    listen: float
    repeats: int = 2


async def ask_groups(door: Door, call: Call, *payloads: bytes) -> list[Heard]:
    """All answers to all payloads. Raises the first error only where not one call could be made."""
    versions = {n.version for n in door.scope.authorisation.networks}
    groups = [group for version, group in ((4, call.v4), (6, call.v6)) if version in versions]
    asked = (ask_multicast(door, g, call.port, p, call.listen, repeats=call.repeats) for g in groups for p in payloads)
    answers: list[Heard] = []
    errors: list[DeviceError | OutOfScope] = []
    for result in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(result, DeviceError | OutOfScope):
            errors.append(result)
        elif isinstance(result, BaseException):
            raise result
        else:
            answers += result
    if errors and len(errors) == len(groups) * len(payloads):
        raise errors[0]
    return answers
