"""Style sheets, scripts and pictures: read once, kept compressed in memory, named by the digest of all of them.

The digest in the address lets browsers keep them for good and never mix two versions; addresses inside one file that
point at another stay relative.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse

#: What of the installed packages is served; everything under `console/` is ours.
_FOREIGN = frozenset({"django_htmx/htmx-2.min.js"})
_SMALL = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file. `packed`: gzip, or None where that saves nothing."""

    content: bytes
    packed: bytes | None
    kind: str


@cache
def assets() -> dict[str, Asset]:
    """All files that are served, by name."""
    found: dict[str, Asset] = {}
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            if name not in found and (name.startswith("console/") or name in _FOREIGN):
                with storage.open(name) as file:
                    found[name] = _asset(name, file.read())
    return found


@cache
def version() -> str:
    """Digest over all files, 16 hex digits."""
    digest = sha256()
    for name, asset in sorted(assets().items()):
        digest.update(name.encode() + b"\0" + sha256(asset.content).digest())
    return digest.hexdigest()[:16]


def address(name: str) -> str:
    """Where the file is served. Raises KeyError for a file that is not there."""
    assets()[name]
    return f"/static/{version()}/{name}"


def serve(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """One file."""
    asset = assets().get(name)
    if asset is None:
        raise Http404
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    content = asset.content
    if asset.packed is not None:
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            content = asset.packed
            headers["Content-Encoding"] = "gzip"
        else:
            headers["Content-Encoding"] = "identity"
    return HttpResponse(content, content_type=asset.kind, headers=headers)


def _asset(name: str, content: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in {"application/javascript", "image/svg+xml", "application/json"}
    packed = gzip.compress(content, 9, mtime=0) if text and len(content) > _SMALL else None
    return Asset(content=content, packed=packed, kind=f"{kind}; charset=utf-8" if text else kind)
