"""What all getters share: the agent's system group, asked first, and what is asked only where it is needed."""

from dataclasses import dataclass
from functools import partial

from fushinban.drivers.services._once import Once
from fushinban.drivers.snmp import _objects
from fushinban.drivers.snmp._makers import own_objects
from fushinban.drivers.snmp._table import read_columns
from fushinban.drivers.snmp._values import Objects
from fushinban.errors import NotSupported
from fushinban.messages import say
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.session import Session
from fushinban.transport.values import SnmpQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpContext:
    """One agent. `system`: the list of objects of the system group; `own`: those of the maker's own that say who it is;
    `parts`: the first rows of its table of parts (ENTITY-MIB)."""

    session: Session
    system: Once[bytes]
    own: Once[bytes]
    parts: Once[bytes]


async def open_snmp(session: Session) -> SnmpContext:
    """Ask for the system group. Raises Denied where the site has no rule for SNMP here, Unreachable for silence,
    NotSupported for an agent without a system group."""
    with footprint() as digests:
        data = await session.snmp(SnmpQuestion(oids=_objects.SYSTEM))
    objects = Objects.read(data)
    if not objects:
        raise NotSupported(say("snmp.no-system"))

    async def first() -> bytes:
        note_digests(digests)
        return data

    own = own_objects(objects.name(_objects.OBJECT_ID)).oids
    return SnmpContext(
        session=session,
        system=Once(first),
        own=Once(partial(_own, session, own)),
        parts=Once(partial(read_columns, session, _objects.PARTS, 1)),
    )


async def _own(session: Session, oids: tuple[tuple[int, ...], ...]) -> bytes:
    return await session.snmp(SnmpQuestion(oids=oids)) if oids else b""
