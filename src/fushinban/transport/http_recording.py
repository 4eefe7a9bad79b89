"""Recordings of plain HTTP: what a device's own web interface answered, question by question, in one JSON file.

    {"recording": "http", "origin": "…", "hand_made": false, "realm": "…",
     "exchanges": [{"method": "GET", "path": "/a.cgi?b=c", "status": 200, "type": "text/plain", "text": "…"}, …]}

`asked`: text that must stand in the body of a POST. `base64` in the place of `text`: bytes that are no text.
`anonymous`: it is told without a login.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fushinban.errors import InputError
from fushinban.messages import say

MAX_FILE = 32 * 1024 * 1024
_MOST = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRecorded:
    """One question and its answer. `path`: with its query, as it was asked."""

    path: str
    body: bytes
    method: str = "GET"
    asked: bytes = b""
    status: int = 200
    type: str = ""
    anonymous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRecording:
    """What one device answered. `hand_made`: written from documents, not by a device; `realm`: of its login."""

    exchanges: tuple[HttpRecorded, ...]
    name: str = ""
    origin: str = ""
    realm: str = "recording"
    hand_made: bool = True

    def find(self, method: str, target: str, body: bytes = b"") -> HttpRecorded | None:
        """The recorded answer to a question; the one whose `asked` says most of several. None: it was not recorded."""
        fitting = (e for e in self.exchanges if e.method == method and e.path == target and e.asked in body)
        return max(fitting, key=lambda e: len(e.asked), default=None)


def load_http_recording(path: Path) -> HttpRecording:
    """Read a recording. Raises InputError naming the file where it cannot be read or holds nothing."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise ValueError(f"larger than {MAX_FILE} bytes")
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or found.get("recording") != "http":
            raise ValueError("no recording of HTTP")
        rows = found["exchanges"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("no list of exchanges")
        recording = HttpRecording(
            exchanges=tuple(_exchange(row) for row in rows[:_MOST]),
            name=path.name,
            origin=str(found.get("origin", "")),
            realm=str(found.get("realm") or "recording"),
            hand_made=bool(found.get("hand_made", True)),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        reason = str(error).partition("\n")[0][:120] or type(error).__name__
        raise InputError(say("transport.recording-unreadable", path=path, reason=reason)) from error
    if not recording.exchanges:
        raise InputError(say("transport.recording-empty", path=path))
    return recording


def _exchange(row: Mapping[str, Any]) -> HttpRecorded:
    packed = row.get("base64")
    body = base64.b64decode(packed, validate=True) if isinstance(packed, str) else str(row.get("text", "")).encode()
    status = row.get("status", 200)
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise ValueError(f"status {status}")
    return HttpRecorded(
        method=str(row.get("method", "GET")).upper(),
        path=str(row["path"]),
        asked=str(row.get("asked", "")).encode(),
        status=status,
        type=str(row.get("type", "")),
        anonymous=bool(row.get("anonymous", False)),
        body=body,
    )
