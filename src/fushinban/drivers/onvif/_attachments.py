"""Binary content of an answer: base64 inside the envelope, or a part beside it (MTOM, RFC 2387 multipart)."""

import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote

from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.transport.xml import Element, child, local

_OPENING = re.compile(rb"\s*--([^\r\n]{1,200})\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CONTENT_ID = re.compile(rb"^content-id:\s*<?([^>\r\n]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The envelope, and the parts beside it by content id."""

    envelope: bytes
    attached: tuple[tuple[str, bytes], ...] = ()

    def find(self, element: Element) -> bytes | None:
        """The bytes that an `xs:base64Binary` element holds or points to; None for a part that did not come along.

        Raises Malformed for what is not base64.
        """
        include = child(element, "Include")
        if include is None:
            return decode(element.text or "", local(element))
        wanted = unquote((include.get("href") or "").removeprefix("cid:"))
        return next((body for name, body in self.attached if name == wanted), None)

    def content(self, element: Element) -> bytes:
        """The same, but a part that did not come along is Malformed."""
        found = self.find(element)
        if found is None:
            raise Malformed(say("onvif.missing", element="Include"))
        return found


def decode(text: str, name: str) -> bytes:
    """Base64 with any white space. Raises Malformed."""
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError as error:
        raise Malformed(say("onvif.value", element=name)) from error


def open_parts(data: bytes) -> Parts:
    """Take a multipart answer apart; anything else is an envelope as it stands."""
    opening = _OPENING.match(data)
    if not opening:
        return Parts(envelope=data)
    bodies: list[tuple[str, bytes]] = []
    for part in data[opening.start(1) - 2 :].split(b"--" + opening[1])[1:]:
        end = _HEAD_END.search(part)
        if part.startswith(b"--") or end is None:
            break
        name = _CONTENT_ID.search(part[: end.start()])
        body = part[end.end() :].removesuffix(b"\n").removesuffix(b"\r")
        bodies.append((name[1].decode("latin-1").strip() if name else "", body))
    if not bodies:
        raise Malformed(say("onvif.unexpected", expected="multipart"))
    return Parts(envelope=bodies[0][1], attached=tuple(bodies[1:]))
