"""Evidence files kept by their SHA-256 in `evidence/`: the same content once, never changed, private to the user."""

import hashlib
import os
import re
import tempfile
from io import BytesIO
from pathlib import Path
from typing import IO

from fushinban.errors import InputError, StoreError
from fushinban.messages import say
from fushinban.model.finding import EvidenceFile
from fushinban.record.files import make_private_folder, sync_folder

#: The largest file that is taken as evidence, bytes.
MOST_BYTES = 256 * 1024 * 1024

_CHUNK = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class EvidenceFolder:
    """The folder of evidence files. What is kept was flushed to disk before its hash is given out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Keep bytes; their SHA-256 (hex). Raises StoreError when they cannot be kept."""
        return self._copy(BytesIO(content), "")

    def keep_file(self, source: Path) -> EvidenceFile:
        """Keep a copy of a file, hashed while it is copied.

        Raises InputError when it cannot be read or is too large, StoreError when it cannot be kept.
        """
        try:
            stream = source.open("rb")
        except OSError as error:
            raise InputError(say("record.no-file", name=source.name, reason=error.strerror)) from error
        with stream:
            return EvidenceFile(name=source.name, digest=self._copy(stream, source.name))

    def path(self, digest: str) -> Path:
        """Where the content with this hash is. Raises StoreError when it is not kept."""
        path = self._folder / digest
        if not _DIGEST.fullmatch(digest) or not path.is_file():
            raise StoreError(say("record.no-evidence", digest=digest[:64]))
        return path

    def check(self, digest: str) -> None:
        """Read the content again; StoreError when it is gone or no longer the one that was handed in."""
        path = self.path(digest)
        try:
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise StoreError(say("record.folder", place=path, reason=error.strerror)) from error
        if found != digest:
            raise StoreError(say("record.evidence-changed", digest=digest))

    def _copy(self, stream: IO[bytes], name: str) -> str:
        make_private_folder(self._folder)
        try:
            handle, temporary = tempfile.mkstemp(prefix=".new.", dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as target:
                    digest = _copy_hashed(stream, target, name)
                Path(temporary).replace(self._folder / digest)
            finally:
                Path(temporary).unlink(missing_ok=True)
            sync_folder(self._folder)
        except OSError as error:
            raise StoreError(say("record.folder", place=self._folder, reason=error.strerror)) from error
        return digest


def _copy_hashed(stream: IO[bytes], target: IO[bytes], name: str) -> str:
    seen, size = hashlib.sha256(), 0
    while chunk := _read(stream, name):
        size += len(chunk)
        if size > MOST_BYTES:
            raise InputError(say("record.evidence-large", name=name, limit=MOST_BYTES // 1024 // 1024))
        seen.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return seen.hexdigest()


def _read(stream: IO[bytes], name: str) -> bytes:
    try:
        return stream.read(_CHUNK)
    except OSError as error:
        raise InputError(say("record.no-file", name=name, reason=error.strerror)) from error
