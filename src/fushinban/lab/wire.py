"""HTTP/1.1 and RTSP/1.0 messages on the wire: any bytes give a request, nothing yet, or Malformed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from fushinban.errors import Malformed
from fushinban.messages import say

HEAD_LIMIT = 16 * 1024
BODY_LIMIT = 1024 * 1024

_REASONS = {
    200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 415: "Unsupported Media Type", 454: "Session Not Found", 461: "Unsupported Transport",
    490: "Account Blocked", 500: "Internal Server Error", 501: "Not Implemented",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: method, target as sent, version, headers (lower case; repeated ones joined by newlines), body."""

    method: str
    target: str
    version: str
    headers: Mapping[str, str]
    body: bytes = b""
    tls: bool = False

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


class Ending(Enum):
    """What happens to the connection when the answer is written."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    ENDLESS = "endless"
    RAW = "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. `declared`: a false Content-Length; RAW sends the body alone, RESET nothing, ENDLESS never stops."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    ending: Ending = Ending.KEEP
    declared: int | None = None


def malformed(reason: str) -> Malformed:
    """The error for bytes that are no request."""
    return Malformed(say("lab.bad-message", reason=reason))


def take_request(data: bytes | bytearray, *, tls: bool = False) -> tuple[Request, int] | None:
    """The first whole request in the buffer and its length; None where more bytes are needed. Raises Malformed."""
    end = data.find(b"\r\n\r\n", 0, HEAD_LIMIT + 4)
    if end < 0:
        if len(data) > HEAD_LIMIT:
            raise malformed("header too long")
        return None
    method, target, version, headers = _parse_head(bytes(data[:end]))
    length = _body_length(headers)
    start = end + 4
    if len(data) < start + length:
        return None
    body = bytes(data[start : start + length])
    request = Request(method=method, target=target, version=version, headers=headers, body=body, tls=tls)
    return request, start + length


def _parse_head(head: bytes) -> tuple[str, str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[0].replace("-", "").isalnum() or not parts[2].startswith(("HTTP/", "RTSP/")):
        raise malformed("no request line")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise malformed("no header line")
        key = name.lower()
        value = value.strip()
        headers[key] = f"{headers[key]}\n{value}" if key in headers else value
    return parts[0], parts[1], parts[2], headers


def _body_length(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise malformed("a body without Content-Length")
    given = headers.get("content-length", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 10) or int(given) > BODY_LIMIT:
        raise malformed("bad Content-Length")
    return int(given)


def render(version: str, reply: Reply, extra: tuple[tuple[str, str], ...] = ()) -> bytes:
    """The bytes of an answer with its headers; a RAW one is its body alone."""
    if reply.ending is Ending.RAW:
        return reply.body
    lines = [f"{version} {reply.status} {_REASONS.get(reply.status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in (*extra, *reply.headers)]
    if reply.ending is not Ending.ENDLESS and (reply.body or version.startswith("HTTP/") or reply.declared):
        lines.append(f"Content-Length: {len(reply.body) if reply.declared is None else reply.declared}")
    if reply.ending in (Ending.CLOSE, Ending.ENDLESS):
        lines.append("Connection: close")
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + reply.body


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderParameters:
    """A header such as `Digest realm="x", qop=auth`: the scheme in lower case and its parameters."""

    scheme: str
    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A parameter, empty where it is not there."""
        return self.values.get(name, "")


def parse_authorization(value: str) -> HeaderParameters:
    """Read an Authorization header. Raises Malformed for unclosed quotes or a parameter without a value."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        return HeaderParameters(scheme=scheme.lower())
    found: dict[str, str] = {}
    position, rest = 0, rest.strip()
    while position < len(rest):
        equals = rest.find("=", position)
        if equals < 0:
            raise malformed("a parameter without a value")
        name = rest[position:equals].strip(" ,\t").lower()
        text, position = _parameter(rest, equals + 1)
        if name in found:
            raise malformed("a parameter twice")
        found[name] = text
        position += len(rest[position:]) - len(rest[position:].lstrip(" ,\t"))
    return HeaderParameters(scheme="digest", values=found)


def _parameter(text: str, start: int) -> tuple[str, int]:
    if not text.startswith('"', start):
        comma = text.find(",", start)
        end = len(text) if comma < 0 else comma
        return text[start:end].strip(), end
    out: list[str] = []
    position = start + 1
    while position < len(text):
        char = text[position]
        if char == '"':
            return "".join(out), position + 1
        if char == "\\" and position + 1 < len(text):
            position += 1
            char = text[position]
        out.append(char)
        position += 1
    raise malformed("an unclosed quote")
