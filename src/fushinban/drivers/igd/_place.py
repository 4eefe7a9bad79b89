"""Where documents and actions of a gateway stand: on the device that was asked, and nowhere else."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from fushinban.errors import Malformed
from fushinban.messages import say

_HTTP = 80
_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A port of the device, and a path with its query."""

    port: int
    path: str


def own_place(url: str, address: str) -> Place:
    """The place of an address that the device names. Raises Malformed for anything but HTTP on the device itself.

    A gateway that sends us to another host would turn this program against a third one, so that is never followed.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _HTTP
    except ValueError:
        raise _elsewhere(url) from None
    host = (parts.hostname or "").partition("%")[0]
    if parts.scheme.lower() != "http" or host != address.partition("%")[0].lower():
        raise _elsewhere(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isprintable() or " " in path or not path.startswith("/"):
        raise _elsewhere(url)
    return Place(port=port, path=path)


def announced_place(text: str) -> Place | None:
    """`5000/rootDesc.xml`, as discovery keeps it; None for anything else."""
    digits, slash, path = text.partition("/")
    port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    if not slash or not 0 < port < 65536:
        return None
    return Place(port=port, path=f"/{path}")


def base_url(address: str, place: Place) -> str:
    """The address of a document on the device, to which others in it are relative."""
    host = f"[{address.partition('%')[0]}]" if ":" in address else address
    return f"http://{host}:{place.port}{place.path}"


def joined(base: str, url: str, address: str) -> Place:
    """The place of a relative or whole address. Raises Malformed."""
    try:
        return own_place(urljoin(base, url), address)
    except ValueError:
        raise _elsewhere(url) from None


def _elsewhere(url: str) -> Malformed:
    shown = "".join(c for c in url[:_LONGEST] if c.isprintable())
    return Malformed(say("igd.elsewhere", url=shown))
