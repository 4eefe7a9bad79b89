"""Routers whose command line is played inside the test's own process: over SSH by asyncssh, over Telnet by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import asyncssh
from console_player import Player, Script


@dataclass
class Played:
    """What went on. `sessions`: the players, one a session; `logins`: passwords tried over SSH."""

    port: int = 0
    sessions: list[Player] = field(default_factory=list)
    logins: int = 0
    open_now: int = 0
    most: int = 0

    @property
    def heard(self) -> list[str]:
        """Every line typed, over all sessions."""
        return [line for player in self.sessions for line in player.heard]

    def came(self) -> None:
        self.open_now += 1
        self.most = max(self.most, self.open_now)


@cache
def host_key() -> Any:
    """One key for all pretend routers."""
    return asyncssh.generate_private_key("ssh-ed25519")


@asynccontextmanager
async def ssh_router(script: Script, username: str, password: str, *, refuse: bool = False) -> AsyncIterator[Played]:
    """A router over SSH on loopback."""
    played = Played()
    connections: list[Any] = []

    class Server(asyncssh.SSHServer):
        def connection_made(self, conn: Any) -> None:
            connections.append(conn)
            played.came()

        def connection_lost(self, exc: Exception | None) -> None:
            played.open_now -= 1

        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, name: str, given: str) -> bool:
            played.logins += 1
            return not refuse and (name, given) == (username, password)

    async def session(process: Any) -> None:
        player = Player(script)
        played.sessions.append(player)
        await _play(player, process.stdin.read, process.stdout.write, process.stdout.drain)
        process.exit(0)

    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[host_key()], process_factory=session, encoding=None,
        line_editor=False, login_timeout=20,
    )  # fmt: skip
    played.port = server.sockets[0].getsockname()[1]
    try:
        yield played
    finally:
        server.close()
        for connection in connections:
            connection.abort()
            await connection.wait_closed()
        await server.wait_closed()
        await asyncio.sleep(0)


@asynccontextmanager
async def telnet_router(script: Script, *, noise: bytes = b"\xff\xfb\x01\xff\xfb\x03") -> AsyncIterator[Played]:
    """A router over Telnet on loopback; `noise`: the options that it negotiates first."""
    played = Played()
    tasks: set[asyncio.Task[None]] = set()

    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        played.came()
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        player = Player(script)
        played.sessions.append(player)
        writer.write(noise)
        try:
            await _play(player, _without_options(reader), writer.write, writer.drain)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            played.open_now -= 1
            writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(session, "127.0.0.1", 0)
    played.port = server.sockets[0].getsockname()[1]
    try:
        yield played
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def _without_options(reader: asyncio.StreamReader) -> Callable[[int], Any]:
    async def read(size: int) -> bytes:
        data = await reader.read(size)
        while data[:1] == b"\xff" and len(data) >= 3:
            data = data[3:] or await reader.read(size)
        return data

    return read


async def _play(player: Player, read: Any, write: Any, drain: Any) -> None:
    write(player.start())
    while not player.ended:
        data = await read(4096)
        if not data:
            return
        write(player.feed(data))
        await drain()
        while player.floods:
            write(b"ip filter 1 pass * * * * *\r\n" * 200)
            await drain()
