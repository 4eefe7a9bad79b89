"""Run inside a host: small servers, given as `tcp:PORT`, `picture:PORT` and `udp:PORT`; `ready` on standard output.

`tcp`: a web page behind a login. `picture`: a camera that gives its picture to anybody, at the address that one maker
uses. `udp`: whatever comes is sent back.
"""

import asyncio
import socket
import sys
from functools import partial

_PICTURE = "/axis-cgi/jpg/image.cgi"
_JPEG = b"\xff\xd8\xff\xe0 invented \xff\xd9"


def _answer(kind: str, path: str) -> bytes:
    if kind == "picture" and path == _PICTURE:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {len(_JPEG)}\r\n\r\n"
        return head.encode() + _JPEG
    if kind == "picture" and path == "/":
        page = b"<html><title>Invented camera</title></html>"
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)
    if kind == "picture":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    login = b'WWW-Authenticate: Digest realm="invented", nonce="0"\r\n'
    return b"HTTP/1.1 401 Unauthorized\r\nServer: Invented/1.0\r\n%sContent-Length: 0\r\n\r\n" % login


async def _web(kind: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            words = head.split(b" ", 2)
            writer.write(_answer(kind, words[1].decode("latin-1") if len(words) > 1 else ""))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


class _Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # so it is
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(b"echo " + data, addr)


async def serve(wanted: list[str]) -> None:
    """Until the process is ended."""
    loop = asyncio.get_running_loop()
    for one in wanted:
        kind, _, port = one.partition(":")
        if kind == "udp":
            await loop.create_datagram_endpoint(_Echo, local_addr=("0.0.0.0", int(port)))
            continue
        sock = socket.create_server(("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True)
        await asyncio.start_server(partial(_web, kind), sock=sock)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))
