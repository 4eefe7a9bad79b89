"""A stream sealed with a pass phrase: AES-256-GCM in chunks, so that memory stays flat and nothing unchecked is used.

    magic (21 bytes) · salt (16) · nonce prefix (7) · chunk … chunk

A chunk is four bytes of length (big endian) and that much cipher text with its tag. The nonce of a chunk is prefix,
counter (4 bytes) and a last byte that is 1 for the final chunk only: chunks cannot be left out, swapped or cut off.
"""

import os
from io import BufferedIOBase, RawIOBase
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from fushinban.errors import InputError
from fushinban.messages import say

MAGIC = b"fushinban sealed v1\r\n"
#: Pass phrases below this many characters are refused.
SHORTEST = 12

_CHUNK = 256 * 1024
#: 128 MiB and about half a second for each guess (N of scrypt).
_COST = 2**17
_TAG = 16
_SALT, _PREFIX = 16, 7


def check_pass_phrase(pass_phrase: str) -> None:
    """Raises InputError for a pass phrase that could be guessed in an afternoon."""
    if len(pass_phrase) < SHORTEST or len(set(pass_phrase)) < 5:
        raise InputError(say("operations.pass-phrase-short", shortest=SHORTEST))


class Sealer(BufferedIOBase):
    """Seals what is written to it into `target`. `close` writes the last chunk and leaves `target` open."""

    def __init__(self, target: IO[bytes], pass_phrase: str) -> None:
        salt, self._prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._head = MAGIC + salt + self._prefix
        self._cipher = _cipher(pass_phrase, salt)
        self._target = target
        self._waiting = bytearray()
        self._count = 0
        target.write(self._head)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; a chunk goes out when there is more than one waiting."""
        given = bytes(data)  # type: ignore[call-overload] # any buffer, as the base class says
        self._waiting += given
        while len(self._waiting) > _CHUNK:
            self._put(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return len(given)

    def close(self) -> None:
        """Write the last chunk, once."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def abandon(self) -> None:
        """Close without a last chunk: what was written so far stays unreadable."""
        super().close()

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._prefix, self._count, last), plain, self._head)
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)
        self._count += 1


class Unsealer(RawIOBase):
    """Reads what a Sealer wrote; gives out only what was checked. Raises InputError for the wrong pass phrase."""

    def __init__(self, source: IO[bytes], pass_phrase: str) -> None:
        self._head = source.read(len(MAGIC) + _SALT + _PREFIX)
        if len(self._head) != len(MAGIC) + _SALT + _PREFIX or not self._head.startswith(MAGIC):
            raise InputError(say("operations.backup-damaged"))
        self._prefix = self._head[-_PREFIX:]
        self._cipher = _cipher(pass_phrase, self._head[len(MAGIC) : -_PREFIX])
        self._source = source
        self._plain = memoryview(b"")
        self._count = 0
        self._ended = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with checked bytes; 0 at the end."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type] # any buffer, as the base class says
        while not self._plain and not self._ended:
            self._next()
        size = min(len(target), len(self._plain))
        target[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _next(self) -> None:
        length = int.from_bytes(self._exactly(4), "big")
        if not _TAG <= length <= _CHUNK + _TAG:
            raise InputError(say("operations.backup-damaged"))
        self._plain = memoryview(self._opened(self._exactly(length)))
        self._count += 1

    def _opened(self, sealed: bytes) -> bytes:
        for last in (False, True):
            try:
                plain = self._cipher.decrypt(_nonce(self._prefix, self._count, last), sealed, self._head)
            except InvalidTag:
                continue
            if last and self._source.read(1):
                raise InputError(say("operations.backup-damaged"))
            self._ended = last
            return plain
        raise InputError(say("operations.backup-damaged" if self._count else "operations.wrong-pass-phrase"))

    def _exactly(self, size: int) -> bytes:
        found = self._source.read(size)
        if len(found) != size:
            raise InputError(say("operations.backup-cut"))
        return found


def _cipher(pass_phrase: str, salt: bytes) -> AESGCM:
    derived = Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(pass_phrase.encode("utf-8", "surrogatepass"))
    return AESGCM(derived)


def _nonce(prefix: bytes, count: int, last: bool) -> bytes:
    return prefix + count.to_bytes(4, "big") + bytes([last])
