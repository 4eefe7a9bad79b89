"""The ONVIF driver over real recordings that were damaged on the way: facts or errors of the tree, nothing else."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onvif_recorded import WHOLE, recording

from fushinban.drivers.onvif import DRIVER
from fushinban.errors import DeviceError
from fushinban.transport.recording import Recorded, Recording
from fushinban.transport.replay import ReplaySession

#: What is asked before all else; spared in half of the cases, so that the rest is asked too.
FIRST = frozenset({"GetSystemDateAndTime", "GetServices"})

#: What is put over a piece of an answer.
PIECES = b'| <|>|</|&|\x00|\xff\xfe|<x>|true|]]>|"|-1|\x8a\xbf'.split(b"|")


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_damaged_recordings_give_facts_or_malformed(corpora: Path, name: str, data: st.DataObject) -> None:
    """Every answer of a real device is cut, or a piece of it overwritten, at a place that hypothesis chooses."""
    start = data.draw(st.floats(0, 1, exclude_max=True))
    piece = data.draw(st.sampled_from(PIECES))
    cut, spared = data.draw(st.booleans()), data.draw(st.sampled_from([FIRST, frozenset()]))

    def damaged(one: Recorded) -> Recorded:
        if one.operation in spared:
            return one
        begin = one.body.find(b"Body>") + 5
        at = begin + int((len(one.body) - begin) * start)
        body = one.body[:at] + piece + (b"" if cut else one.body[at + len(piece) :])
        return Recorded(
            operation=one.operation, namespace=one.namespace, path=one.path, arguments=one.arguments,
            anonymous=one.anonymous, status=one.status, body=body,
        )  # fmt: skip

    broken = Recording(name=name, exchanges=tuple(damaged(e) for e in recording(corpora / name).exchanges))
    assert asyncio.run(_read_all(ReplaySession(broken))) > 0


async def _read_all(session: ReplaySession) -> int:
    """How many getters gave a fact or an error of the tree; anything else is raised."""
    try:
        context = await DRIVER.open(session)
    except DeviceError:
        return 1
    told = 0
    for kind, getter in DRIVER.getters.items():
        try:
            told += isinstance(await getter.ask(context), kind)
        except DeviceError:
            told += 1
    assert told == len(DRIVER.getters)
    return told
