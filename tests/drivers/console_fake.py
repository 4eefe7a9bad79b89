"""What pretend routers with a command line share: moods, played over SSH in the test's own process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from console_devices import Played, ssh_router
from console_player import Script
from fake_device import PASSWORD, USERNAME, Mood, Seen, Served

from fushinban.model.device import Target

MOODS = frozenset(
    {
        Mood.GOOD, Mood.DENIED, Mood.FORBIDDEN, Mood.BUSY, Mood.SILENT, Mood.DRIPPING, Mood.GARBAGE, Mood.EMPTY,
        Mood.CUT, Mood.ABSENT, Mood.OTHER,
    }
)  # fmt: skip


def router(good: Script, forbidden: str) -> Callable[[Mood], AbstractAsyncContextManager[Served]]:
    """Serves a router of this script; `forbidden`: what it says to a user without the right to a command."""

    @asynccontextmanager
    async def serve(mood: Mood) -> AsyncIterator[Served]:
        if mood in (Mood.SILENT, Mood.DRIPPING):
            async with _speechless(drips=mood is Mood.DRIPPING) as served:
                yield served
            return
        refuse = mood is Mood.DENIED
        async with ssh_router(_in_mood(good, mood, forbidden), USERNAME, PASSWORD, refuse=refuse) as played:
            served = _Live(target=Target(address="127.0.0.1", ports={"ssh": played.port}))
            served.played = played
            yield served
            served.seen = [Seen("GET", "log-in", login=True)] * played.logins
            served.seen += [Seen("GET", line) for player in played.sessions for line in player.asked]
            served.said = [text.encode(good.encoding, "replace") for player in played.sessions for text in player.said]
            served.most_connections = played.most

    return serve


class _Live(Served):
    """Filled when it has ended."""

    played: Played


def _in_mood(good: Script, mood: Mood, forbidden: str) -> Script:
    match mood:
        case Mood.FORBIDDEN:
            return replace(good, answers={}, above={}, complaint=forbidden, level_refused=forbidden)
        case Mood.ABSENT:
            return replace(good, answers={}, above={})
        case Mood.BUSY:
            return replace(good, trouble="taken")
        case Mood.OTHER:
            return replace(good, prompt="user@host:~$ ")
        case Mood.GARBAGE:
            return _changed(good, lambda _: bytes(range(256)).decode("latin-1") * 3)
        case Mood.EMPTY:
            return _changed(good, lambda _: "")
        case Mood.CUT:
            return _changed(good, lambda text: text[: len(text) // 2])
        case _:
            return good


def _changed(good: Script, change: Callable[[str], str]) -> Script:
    answers = {command: change(text) for command, text in good.answers.items()}
    return replace(good, answers=answers, above={command: change(text) for command, text in good.above.items()})


@asynccontextmanager
async def _speechless(*, drips: bool) -> AsyncIterator[Served]:
    """Takes connections and says nothing, or a byte at a time without end."""
    tasks: set[asyncio.Task[None]] = set()

    async def session(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while True:
                await asyncio.sleep(0.05)
                if drips:
                    writer.write(b"S")
                    await writer.drain()
        except OSError:
            return
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(session, "127.0.0.1", 0)
    try:
        yield Served(target=Target(address="127.0.0.1", ports={"ssh": server.sockets[0].getsockname()[1]}))
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
