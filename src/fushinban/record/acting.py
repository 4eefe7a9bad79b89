"""Who acts at this moment, for what is written down by stores that are not told. Loads nothing of Django."""

import os
import platform
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from fushinban.model.audit import Actor, ActorKind

_ACTING: ContextVar[Actor | None] = ContextVar("acting", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Whatever is written inside, in this thread or task, was done by this actor."""
    token = _ACTING.set(actor)
    try:
        yield
    finally:
        _ACTING.reset(token)


def actor_now() -> Actor:
    """Who acts here; outside `acting` it is the command line."""
    return _ACTING.get() or command_actor()


@cache
def command_actor() -> Actor:
    """The command line: the user of the operating system (and who became it through sudo), and the machine's name."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = ""
    through = os.environ.get("SUDO_USER", "")
    shown = f"{name} ({through})" if through and through != name else name
    return Actor(kind=ActorKind.COMMAND, id=str(number), name=shown[:200], address=platform.node()[:64])
