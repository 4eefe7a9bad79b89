"""Reads one HTTP/1.x (or RTSP/1.0) answer from whatever bytes a device sends. No I/O, bounded in every direction."""

import re
import zlib
from typing import NoReturn

from fushinban.errors import Malformed
from fushinban.messages import say

MAX_HEAD = 64 * 1024
MAX_LINES = 200
_MAX_INTERIM = 10
_MAX_CHUNK_LINE = 1024

_STATUS = re.compile(r"(?:HTTP|ICY|RTSP)(?:/(\d)(?:\.(\d))?)?[ \t]+(\d{3})(?!\d)")
_STARTS = (b"HTTP", b"RTSP", b"ICY ")
_DIGITS = re.compile(r"\d{1,18}")
_HEX = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,12})[ \t]*(?:;|$)")


class AnswerReader:
    """Fed with bytes until `done`. Then `status`, `headers`, `body()`, `truncated` and `keep_alive` hold.

    `limit`: bytes of body kept; what is longer is cut and `truncated` set. `head_only`: done after the header.
    `bodiless`: the answer has no body whatever its header says (HEAD). `rtsp`: without Content-Length no body.
    """

    __slots__ = (
        "_at_chunk_end", "_body", "_buffer", "_in_trailer", "_interim", "_left", "_mode", "bodiless", "done",
        "head_only", "headers", "keep_alive", "limit", "rtsp", "status", "truncated",
    )  # fmt: skip

    def __init__(self, limit: int, *, head_only: bool = False, bodiless: bool = False, rtsp: bool = False) -> None:
        self.limit = limit
        self.head_only = head_only
        self.bodiless = bodiless
        self.rtsp = rtsp
        self.status = 0
        self.headers: dict[str, str] = {}
        self.keep_alive = False
        self.truncated = False
        self.done = False
        self._buffer = b""
        self._body: bytes | bytearray = b""
        self._left = 0
        self._at_chunk_end = False
        self._in_trailer = False
        self._interim = 0
        self._mode = _head

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises Malformed for what is not such an answer."""
        self._buffer = self._buffer + data if self._buffer else data
        while not self.done and self._mode(self):
            pass
        if self.done and self._buffer:
            # Bytes that nobody asked for: the connection is out of step and must not be used again.
            self.keep_alive = False
            self._buffer = b""

    def end(self) -> None:
        """The device closed the connection. A body that ends early is `truncated`; a header that does is Malformed."""
        if self.done:
            return
        self.keep_alive = False
        if self._mode is _head:
            self._fail("no end of header")
        self.truncated = self.truncated or self._mode is not _until_close
        self.done = True

    def body(self) -> bytes:
        """The body, unpacked where the device packed it although nobody asked for that."""
        raw = bytes(self._body)
        coding = self.headers.get("content-encoding", "").strip().lower()
        return self._unpacked(raw) if coding in ("gzip", "x-gzip", "deflate") and raw else raw

    def _unpacked(self, raw: bytes) -> bytes:
        unpack = zlib.decompressobj(47)  # gzip or zlib, told by the data
        try:
            plain = unpack.decompress(raw, self.limit)
        except zlib.error:
            return raw
        self.truncated = self.truncated or bool(unpack.unconsumed_tail)
        return plain

    def _keep(self, data: bytes) -> bool:
        """Keep body bytes up to the limit; False when the limit ended the answer."""
        room = self.limit - len(self._body)
        taken = data if len(data) <= room else data[:room]
        if not self._body:
            self._body = taken
        elif taken:
            if isinstance(self._body, bytes):
                self._body = bytearray(self._body)
            self._body += taken
        if len(data) > room:
            self.truncated, self.keep_alive, self.done = True, False, True
            self._buffer = b""
            return False
        return True

    def _fail(self, reason: str) -> NoReturn:
        raise Malformed(say("transport.rtsp-head" if self.rtsp else "transport.http-head", reason=reason))


def _head(reader: AnswerReader) -> bool:
    buffer = reader._buffer
    end, gap = buffer.find(b"\r\n\r\n"), 4
    bare = buffer.find(b"\n\n", 0, end if end >= 0 else len(buffer))
    if bare >= 0:
        end, gap = bare, 2
    if end < 0 or end > MAX_HEAD:
        _check_start(reader, buffer)
        if len(buffer) > MAX_HEAD:
            reader._fail("header too long")
        return False
    reader._buffer = buffer[end + gap :]
    lines = buffer[:end].decode("latin-1").replace("\r\n", "\n").split("\n")
    _check_start(reader, buffer)
    if len(lines) > MAX_LINES:
        reader._fail("too many header lines")
    version = _read_status(reader, lines[0])
    reader.headers = _read_headers(lines)
    if 100 <= reader.status < 200 and reader.status != 101:
        reader._interim += 1
        if reader._interim > _MAX_INTERIM:
            reader._fail("interim answers without end")
        return True
    _choose_body(reader, version)
    return True


def _check_start(reader: AnswerReader, buffer: bytes) -> None:
    """A device that talks something else is recognised by its first bytes, not after 64 KiB."""
    if buffer.startswith(_STARTS):
        return
    start = buffer[:5].lstrip(b"\r\n")
    if start and not any(start[:4] == word[: len(start[:4])] for word in _STARTS):
        reader._fail("no status line")


def _read_status(reader: AnswerReader, line: str) -> tuple[int, int]:
    found = _STATUS.match(line)
    if found is None:
        reader._fail("no status line")
    reader.status = int(found.group(3))
    return int(found.group(1) or 1), int(found.group(2) or 0)


def _read_headers(lines: list[str]) -> dict[str, str]:
    """Names in lower case; repeated ones joined by newlines; folded lines joined by a blank; nonsense skipped."""
    headers: dict[str, str] = {}
    name = ""
    for line in lines[1:]:
        if line[:1] in (" ", "\t"):
            if name:
                headers[name] = f"{headers[name]} {line.strip()}"
            continue
        before, colon, value = line.partition(":")
        name = before.strip().lower() if colon else ""
        if name:
            headers[name] = f"{headers[name]}\n{value.strip()}" if name in headers else value.strip()
    return headers


def _choose_body(reader: AnswerReader, version: tuple[int, int]) -> None:
    headers, status = reader.headers, reader.status
    connection = headers.get("connection", "").lower()
    reader.keep_alive = "close" not in connection and (version >= (1, 1) or reader.rtsp or "keep-alive" in connection)
    if reader.head_only or reader.bodiless or status in (204, 304) or status < 200:
        # After `head_only` a body may follow that is not read: the connection cannot be used again.
        reader.keep_alive = reader.keep_alive and not reader.head_only and status >= 200
        reader._buffer = b"" if reader.head_only else reader._buffer
        reader.done = True
    elif "chunked" in headers.get("transfer-encoding", "").lower():
        reader._mode = _chunked
    elif "content-length" in headers:
        reader._left = _length(reader, headers["content-length"])
        reader._mode = _counted
        reader.done = reader._left == 0
    elif reader.rtsp:
        reader.done = True
    else:
        reader.keep_alive = False
        reader._mode = _until_close


def _length(reader: AnswerReader, value: str) -> int:
    if value.isascii() and value.isdigit() and _DIGITS.fullmatch(value):  # nearly always one plain number
        return int(value)
    values = {part.strip() for part in re.split(r"[\n,]", value)}
    number = values.pop() if len(values) == 1 else ""
    if not _DIGITS.fullmatch(number):
        reader._fail("Content-Length")
    return int(number)


def _counted(reader: AnswerReader) -> bool:
    data = reader._buffer
    if not data:
        return False
    left = reader._left
    take, reader._buffer = (data, b"") if len(data) <= left else (data[:left], data[left:])
    reader._left = left - len(take)
    if reader._keep(take):
        reader.done = reader._left == 0
    return False


def _until_close(reader: AnswerReader) -> bool:
    data, reader._buffer = reader._buffer, b""
    reader._keep(data)
    return False


def _chunked(reader: AnswerReader) -> bool:
    """All whole chunks in the buffer, by position: thousands of tiny chunks must not copy the rest each time."""
    data, at = reader._buffer, 0
    while not reader.done:
        if reader._left:
            take = data[at : at + reader._left]
            at += len(take)
            reader._left -= len(take)
            if not reader._keep(take):
                return False
            if reader._left or not take:
                break
            reader._at_chunk_end = True
            continue
        newline = data.find(b"\n", at)
        if newline < 0:
            if len(data) - at > _MAX_CHUNK_LINE:
                reader._fail("chunk size")
            break
        line, at = data[at:newline].rstrip(b"\r"), newline + 1
        _chunk_line(reader, line)
    reader._buffer = data[at:]
    return False


def _chunk_line(reader: AnswerReader, line: bytes) -> None:
    """The end of a chunk, the size of the next one, or a line of the trailer."""
    if reader._in_trailer:
        reader._interim += 1
        if reader._interim > MAX_LINES:
            reader._fail("too many trailer lines")
        reader.done = line.strip() == b""
    elif reader._at_chunk_end:
        if line:
            reader._fail("chunk end")
        reader._at_chunk_end = False
    else:
        size = _HEX.match(line)
        if size is None or len(line) > _MAX_CHUNK_LINE:
            reader._fail("chunk size")
        reader._left = int(size.group(1), 16)
        reader._in_trailer = reader._left == 0
