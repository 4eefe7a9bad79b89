"""Files on their way to a browser: always saved, never shown, whatever they hold."""

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from fushinban.api.problems import ProblemError
from fushinban.messages import say

_CHUNK = 256 * 1024


def attachment(path: Path, name: str) -> StreamingHttpResponse:
    """A file as a download under a name, in pieces. The name is quoted by Django; the content is never guessed."""
    try:
        content = path.open("rb")
        size = path.stat().st_size
    except OSError as error:
        raise ProblemError("unavailable", say("api.file-gone")) from error
    response = StreamingHttpResponse(_chunks(content), content_type="application/octet-stream")
    # The file is closed with the answer, also where the reader goes away before its end.
    response._resource_closers.append(content.close)  # type: ignore[attr-defined] # Django's own way, not in its stubs
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Length"] = str(size)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


async def in_pieces(lines: Iterator[bytes], at_once: int = 500) -> AsyncIterator[bytes]:
    """So many lines at once, made in a thread when the reader wants them: a slow reader holds them, no transaction."""
    while part := await sync_to_async(lambda: list(islice(lines, at_once)))():
        yield b"".join(part)


async def _chunks(content: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await sync_to_async(content.read)(_CHUNK):
        yield chunk
