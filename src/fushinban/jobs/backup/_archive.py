"""The archive: a tar file of plain files, read by a reader of our own that takes nothing but plain files.

Ordinary programs can open it too (`tar -xzf`). Reading keeps to limits everywhere: a hostile file costs no memory.
"""

import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from gzip import BadGzipFile, GzipFile
from io import BytesIO
from typing import IO, Protocol

from fushinban.errors import InputError
from fushinban.jobs.backup.values import ABOUT, DATA, DATABASE, MANIFEST, Part, Section
from fushinban.messages import say

_BLOCK = 512
_CHUNK = 1024 * 1024
_LONGEST_NAME = 4096
_MOST_MEMBERS = 2_000_000
_LONG_NAME_FLAG = b"L"


class _Reads(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ArchiveWriter:
    """Writes members one after the other; `end` ends the archive."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.parts: list[Part] = []

    def add_bytes(self, name: str, section: Section, content: bytes) -> None:
        """Add a member from memory."""
        self.add(name, section, len(content), BytesIO(content))

    def add(self, name: str, section: Section, size: int, source: _Reads) -> None:
        """Add a member of exactly `size` bytes, hashed on the way. Raises EOFError when the source has less."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._target.write(info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape"))
        seen = hashlib.sha256()
        left = size
        while left:
            chunk = source.read(min(_CHUNK, left))
            if not chunk:
                raise EOFError(name)
            seen.update(chunk)
            self._target.write(chunk)
            left -= len(chunk)
        self._target.write(b"\0" * (-size % _BLOCK))
        self.parts.append(Part(name=name, section=section, size=size, sha256=seen.hexdigest()))

    def end(self) -> None:
        """Write the end of the archive."""
        self._target.write(b"\0" * (2 * _BLOCK))


class Member:
    """One member while it is read: its size, its bytes, and the hash of what was read so far."""

    def __init__(self, name: str, size: int, source: _Reads) -> None:
        self.name = name
        self.size = size
        self._source = source
        self._left = size
        self._seen = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        wanted = min(size, self._left)
        if not wanted:
            return b""
        found = _exactly(self._source, wanted)
        self._left -= wanted
        self._seen.update(found)
        return found

    def chunks(self) -> Iterator[bytes]:
        """The rest, in pieces of at most 1 MiB."""
        while chunk := self.read(_CHUNK):
            yield chunk

    def all(self, limit: int) -> bytes:
        """The whole content. Raises InputError beyond the limit (bytes)."""
        if self.size > limit:
            raise InputError(say("operations.backup-damaged"))
        return b"".join(self.chunks())

    def finish(self) -> str:
        """Read what is left; the SHA-256 of the whole in hex."""
        for _ in self.chunks():
            pass
        return self._seen.hexdigest()


def members(source: IO[bytes]) -> Iterator[Member]:
    """The members of an archive, in order; each must be used before the next is asked for.

    Raises InputError for anything but plain files with plain relative names.
    """
    for _ in range(_MOST_MEMBERS):
        header = _header(source)
        if header is None:
            return
        name = header.name
        if header.type == _LONG_NAME_FLAG:
            name = _long_name(header, source)
            header = _header(source)
            if header is None:
                raise InputError(say("operations.backup-damaged"))
        if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise InputError(say("operations.backup-odd-member", name=_shown(name)))
        check_name(name)
        member = Member(name, header.size, source)
        yield member
        member.finish()
        _skip_padding(source, member.size)
    raise InputError(say("operations.backup-damaged"))


def check_name(name: str) -> None:
    """Raises InputError for a name that could lead out of the folder it is restored into."""
    if name in (ABOUT, MANIFEST):
        return
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and len(part.encode("utf-8", "replace")) <= 255 for part in parts)
    controls = any(ord(letter) < 32 or letter == "\\" for letter in name)
    if not name.startswith((DATA, DATABASE)) or not plain or controls:
        raise InputError(say("operations.backup-odd-member", name=_shown(name)))


def unzipped(source: IO[bytes]) -> IO[bytes]:
    """The tar stream inside a compressed one; what is damaged in it becomes an InputError."""
    return _Unzipped(source)  # type: ignore[return-value] # all that is used of a stream is `read`


class _Unzipped:
    def __init__(self, source: IO[bytes]) -> None:
        self._stream = GzipFile(fileobj=source, mode="rb")

    def read(self, size: int, /) -> bytes:
        try:
            return self._stream.read(size)
        except (BadGzipFile, zlib.error) as error:
            raise InputError(say("operations.backup-damaged")) from error
        except EOFError as error:
            raise InputError(say("operations.backup-cut")) from error


def drain(source: IO[bytes]) -> None:
    """Read to the end, where check sums stand. Raises InputError when anything but the end of a tar file follows."""
    for _ in range(64):
        rest = source.read(_CHUNK)
        if not rest:
            return
        if rest.strip(b"\0"):
            break
    raise InputError(say("operations.backup-damaged"))


def _header(source: IO[bytes]) -> tarfile.TarInfo | None:
    block = _exactly(source, _BLOCK)
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        if block == b"\0" * _BLOCK:
            return None
        raise InputError(say("operations.backup-damaged")) from error
    if header.size < 0:
        raise InputError(say("operations.backup-damaged"))
    return header


def _long_name(header: tarfile.TarInfo, source: IO[bytes]) -> str:
    if not 0 < header.size <= _LONGEST_NAME:
        raise InputError(say("operations.backup-damaged"))
    name = _exactly(source, header.size)
    _skip_padding(source, header.size)
    return name.rstrip(b"\0").decode("utf-8", "surrogateescape")


def _skip_padding(source: IO[bytes], size: int) -> None:
    _exactly(source, -size % _BLOCK)


def _exactly(source: _Reads, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = source.read(size - len(found))
        if not more:
            raise InputError(say("operations.backup-cut"))
        found += more
    return found


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:80])
