"""Looks from outside for tests. All addresses are of documentation ranges."""

from datetime import datetime, timedelta

from fushinban.model.facts import Gate, PortState
from fushinban.model.reflection import Reflection, SeenPort


def outside_look(address: str, at: datetime) -> Reflection:
    """A look that took ten seconds: a camera with an open picture, and a closed port."""
    ports = (
        SeenPort(port=80, state=PortState.OPEN, speaks="http", banner="Invented/1.0", picture=Gate.OPEN),
        SeenPort(port=23, state=PortState.CLOSED),
    )
    return Reflection(address=address, nonce="0f" * 16, started=at, ended=at + timedelta(seconds=10), ports=ports)
