"""Reads columns of tables with GetBulk, side by side, and never without end."""

from collections.abc import Sequence

from fushinban.transport.ber import Oid
from fushinban.transport.session import Session
from fushinban.transport.snmp_message import Bound, read_bindings
from fushinban.transport.values import SnmpQuestion

#: Objects of one answer: what most agents put into one datagram of an Ethernet frame.
_OBJECTS = 40
#: Questions for one table at most: a switch with some hundred interfaces.
_QUESTIONS = 60


async def read_columns(session: Session, columns: Sequence[Oid], questions: int = _QUESTIONS) -> bytes:
    """All rows of these columns, as lists of objects one after the other; at most so many questions are asked."""
    at = {column: column for column in columns}
    parts: list[bytes] = []
    while at and len(parts) < questions:
        repetitions = max(1, _OBJECTS // len(at))
        answer = await session.snmp(SnmpQuestion(oids=tuple(at.values()), repetitions=repetitions))
        parts.append(answer)
        at = _onward(at, read_bindings(answer), repetitions)
    return b"".join(parts)


def _onward(at: dict[Oid, Oid], bound: Sequence[Bound], repetitions: int) -> dict[Oid, Oid]:
    """Where each column goes on; none that has ended, and none whose names do not grow (an agent in a circle).

    Row after row the answer has one object of each column; an agent may break it off anywhere.
    """
    columns = list(at)
    ahead = dict(at)
    for place, one in enumerate(bound[: repetitions * len(columns)]):
        column = columns[place % len(columns)]
        if column not in ahead:
            continue
        if one.value is not None and one.oid[: len(column)] == column and one.oid > ahead[column]:
            ahead[column] = one.oid
        else:
            del ahead[column]
    moved = any(ahead[column] != at[column] for column in ahead)
    return ahead if moved else {}
