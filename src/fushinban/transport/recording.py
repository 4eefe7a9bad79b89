"""Recordings of real devices, read without unpacking anything to disk.

Three shapes: an archive (`.tar.gz`) or folder of `capture_*.json` files, each one request with its answer; and a folder
of answer files named after their operation (`get_users.xml`, `GetUsers.xml`, `device.GetUsers.xml`).
"""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from fushinban.errors import InputError, Malformed
from fushinban.messages import say
from fushinban.transport.xml import Element, child, local, namespace, parse

MAX_FILE = 8 * 1024 * 1024
MAX_FILES = 2000
MAX_TOTAL = 256 * 1024 * 1024

_CAPTURE = re.compile(r"capture_\w+\.json")
_FIXTURE = re.compile(r"(?:[A-Za-z0-9]+\.)?(?:Get[A-Za-z0-9]+|get_[a-z0-9_]+)\.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recorded exchange. `namespace` and `arguments` are those of the request; empty where it was not kept.

    `arguments`: local name and text of each leaf. `anonymous`: the request is known to have carried no login.
    """

    operation: str
    namespace: str
    path: str
    arguments: tuple[tuple[str, str], ...]
    anonymous: bool
    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """All exchanges of one device, in the order in which they were made (or of their file names)."""

    name: str
    exchanges: tuple[Recorded, ...]


def load_recording(path: Path) -> Recording:
    """Read a recording of any shape. Raises InputError naming the path where it cannot be read or holds nothing."""
    try:
        files = sorted(_files(path), key=lambda pair: pair[0])
        exchanges = tuple(e for name, data in files if (e := _exchange(name, data)) is not None)
    except (OSError, EOFError, tarfile.TarError, ValueError, RecursionError) as error:
        raise InputError(say("transport.recording-unreadable", path=path, reason=_reason(error))) from error
    if not exchanges:
        raise InputError(say("transport.recording-empty", path=path))
    return Recording(name=path.name, exchanges=exchanges)


def _reason(error: BaseException) -> str:
    return str(error).partition("\n")[0][:120] or type(error).__name__


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names (without folders) and contents of the files that belong to a recording."""
    if path.is_dir():
        for file in sorted(path.iterdir())[:MAX_FILES]:
            if _belongs(file.name) and file.is_file():
                with file.open("rb") as stream:
                    yield file.name, _bounded(stream.read(MAX_FILE + 1))
    else:
        with path.open("rb") as raw:
            yield from _members(_Capped(raw))


def _members(stream: "_Capped") -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for count, member in enumerate(archive):
            if count >= MAX_FILES:
                raise ValueError(f"more than {MAX_FILES} files")
            name = PurePosixPath(member.name).name
            if member.isfile() and _belongs(name):
                content = archive.extractfile(member)
                assert content is not None
                yield name, _bounded(content.read(MAX_FILE + 1))


def _belongs(name: str) -> bool:
    return bool(_CAPTURE.fullmatch(name) or _FIXTURE.fullmatch(name))


def _bounded(data: bytes) -> bytes:
    if len(data) > MAX_FILE:
        raise ValueError(f"a file is larger than {MAX_FILE} bytes")
    return data


class _Capped(io.RawIOBase):
    """Unpacks gzip as a stream, and no more than a recording can sensibly hold."""

    def __init__(self, raw: io.BufferedReader) -> None:
        self._stream = gzip.GzipFile(fileobj=raw, mode="rb")
        self._left = MAX_TOTAL

    def read(self, size: int = -1) -> bytes:
        """The next unpacked bytes. Raises ValueError beyond the limit."""
        data = self._stream.read(size if 0 <= size <= self._left else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"more than {MAX_TOTAL} bytes unpacked")
        return data

    def readable(self) -> bool:
        return True


def _exchange(name: str, data: bytes) -> Recorded | None:
    return _from_capture(data) if name.endswith(".json") else _from_fixture(name, data)


def _from_capture(data: bytes) -> Recorded | None:
    """One `capture_*.json`: operation_name, endpoint, request_body, response_body, status_code."""
    row = json.loads(data)
    if not isinstance(row, dict) or not isinstance(row.get("operation_name"), str):
        return None
    response, status = row.get("response_body"), row.get("status_code")
    if not isinstance(response, str) or not isinstance(status, int):
        return None
    request = _request(str(row.get("request_body") or ""))
    return Recorded(
        operation=row["operation_name"],
        namespace=request.namespace,
        path=urlsplit(str(row.get("endpoint") or "")).path,
        arguments=request.arguments,
        anonymous=request.anonymous,
        status=status,
        body=response.encode("utf-8"),
    )


def _from_fixture(name: str, data: bytes) -> Recorded | None:
    """The operation stands in the answer itself; the file name is asked only where the answer is a fault."""
    stem = name.removesuffix(".xml").rpartition(".")[2]
    operation, space = "".join(word[:1].upper() + word[1:] for word in stem.split("_")), ""
    try:
        answer = _first_of_body(parse(data))
    except Malformed:
        answer = None
    if answer is not None and local(answer).endswith("Response"):
        operation, space = local(answer).removesuffix("Response"), namespace(answer)
    if not operation.startswith("Get"):
        return None
    return Recorded(
        operation=operation, namespace=space, path="", arguments=(), anonymous=False, status=200, body=data
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """What a request body asks for."""

    namespace: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    anonymous: bool = False


def _request(body: str) -> AskedFor:
    try:
        envelope = parse(body.encode("utf-8"))
    except Malformed:
        return AskedFor()
    operation = _first_of_body(envelope)
    anonymous = child(envelope, "Header", "Security") is None
    return AskedFor(anonymous=anonymous) if operation is None else asked_for(operation, anonymous)


def asked_for(operation: Element, anonymous: bool) -> AskedFor:
    """Namespace and arguments of the element that names the operation."""
    leaves = [(local(e), (e.text or "").strip()) for e in operation.iter() if len(e) == 0 and e is not operation]
    return AskedFor(namespace=namespace(operation), arguments=tuple(leaves), anonymous=anonymous)


def _first_of_body(envelope: Element) -> Element | None:
    body = child(envelope, "Body")
    return next((e for e in body if isinstance(e.tag, str)), None) if body is not None else None
