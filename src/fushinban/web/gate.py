"""In front of Django: which hosts are answered, how much and how slowly may be sent, and in which threads work is done.

Pages are synchronous code. Each request is answered in one of a fixed set of threads that live as long as the process
(`THREADS`): Python runs one of them at a time, so more would only lengthen the queue of each, while fewer would leave
the processor idle during database waits and pass-phrase hashing. Each thread keeps its database connection, so a
process holds `THREADS` of them. Event streams (Accept: text/event-stream) wait most of the time; each has a thread
only while it begins, and they are counted apart.
"""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver

from fushinban.web.installation import Reach, current

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

THREADS = 8
STREAMS = 200
#: The whole body of a request must have come within this time, seconds, and be no larger than this, bytes.
BODY_SECONDS = 60.0
MOST_BODY = 32 * 1024 * 1024


class Console(ASGIHandler):
    """Django in the fixed threads."""

    def __init__(self) -> None:
        super().__init__()
        get_resolver().url_patterns  # noqa: B018 - all pages are loaded now, so that a wrong one stops the start
        hold = current().store.hold
        self._threads = [ThreadPoolExecutor(1, f"page-{n}", initializer=hold) for n in range(THREADS)]
        self._free: asyncio.LifoQueue[ThreadPoolExecutor] | None = None
        self._streams = asyncio.Semaphore(STREAMS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in a free thread, or a stream in one of its own."""
        if _is_stream(scope):
            async with self._streams, ThreadSensitiveContext():
                await self.handle(scope, receive, send)
            return
        if self._free is None:
            self._free = asyncio.LifoQueue()
            for thread in self._threads:
                self._free.put_nowait(thread)
        try:
            body = _Sent(await self.read_body(receive), receive)
        except RequestAborted:
            return
        borrowed = _Borrowed(self._free, await self._free.get(), send)
        try:
            async with ThreadSensitiveContext(executor=borrowed.executor):
                await self.handle(scope, body, borrowed.send)
        finally:
            borrowed.give_back()

    def load_middleware(self, is_async: bool = False) -> None:
        """What stands around the pages is ordinary code like them: on its way a request never changes threads."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, made in one stay in a thread."""
        return await sync_to_async(self.get_response)(request)

    async def read_body(self, receive: Receive) -> IO[bytes]:
        """The body, in memory or, when larger, on disk. Read before a thread is taken: a slow sender holds none."""
        if isinstance(receive, _Sent):
            return receive.body
        return await super().read_body(receive)

    def close(self) -> None:
        """Let the threads end."""
        for thread in self._threads:
            thread.submit(current().store.let_go)
            thread.shutdown(wait=True)


class Gate:
    """The outermost application: hosts and bodies."""

    def __init__(self, inside: Console, reach: Reach) -> None:
        self._inside = inside
        self._hosts = reach.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] != "http":
            raise ValueError(scope["type"])
        if not self._known(scope):
            await _refuse(send, 421, b"unknown host")
        elif _declared(scope) > MOST_BODY:
            await _refuse(send, 413, b"too large")
        else:
            try:
                await self._inside(scope, _Metered(receive), send)
            except TooMuch:
                await _refuse(send, 413, b"too large")
            except TimeoutError:
                await _refuse(send, 408, b"too slow")

    def _known(self, scope: Scope) -> bool:
        """A name of ours, or the very address that the visitor reached."""
        host = _host(scope)
        if host in self._hosts:
            return True
        server = scope.get("server") or ("",)
        try:
            return ipaddress.ip_address(host) == ipaddress.ip_address(server[0])
        except ValueError:
            return False


class TooMuch(Exception):
    """The body is larger than anything a page takes."""


class _Metered:
    """Reads the body of one request, within its size and time."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0
        self._whole = False
        self._until = asyncio.get_running_loop().time() + BODY_SECONDS

    async def __call__(self) -> Message:
        if self._whole:  # from here on only the end of the connection is waited for, which may take its time
            return await self._receive()
        async with asyncio.timeout_at(self._until):
            message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > MOST_BODY:
            raise TooMuch
        self._whole = not message.get("more_body", False)
        return message


class _Sent:
    """A body that is there; only the end of the connection is still to be heard of."""

    def __init__(self, body: IO[bytes], receive: Receive) -> None:
        self.body = body
        self._receive = receive

    async def __call__(self) -> Message:
        return await self._receive()


class _Borrowed:
    """A thread until the answer begins: a slow reader holds none either."""

    def __init__(self, home: asyncio.LifoQueue[ThreadPoolExecutor], executor: ThreadPoolExecutor, send: Send) -> None:
        self.executor = executor
        self._home: asyncio.LifoQueue[ThreadPoolExecutor] | None = home
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass on; the page is made when its first message comes."""
        self.give_back()
        await self._send(message)

    def give_back(self) -> None:
        """Let others use the thread."""
        if self._home is not None:
            self._home.put_nowait(self.executor)
            self._home = None


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _is_stream(scope: Scope) -> bool:
    return scope["method"] == "GET" and _header(scope, b"accept").startswith("text/event-stream")


def _declared(scope: Scope) -> int:
    text = _header(scope, b"content-length")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _host(scope: Scope) -> str:
    text = _header(scope, b"host").lower().rstrip(".")
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].rstrip(".")


async def _refuse(send: Send, status: int, word: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": word + b"\n"})
