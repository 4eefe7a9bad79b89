"""Looks for secrets in bytes that are about to be kept: as they are, and in every usual disguise. Pure.

It knows the secrets, so it can be sure: digests and digest responses are computed and compared, not guessed at.
"""

import base64
import binascii
import hashlib
import html
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, unquote_to_bytes
from xml.sax.saxutils import escape

_HASHES = ("md5", "sha1", "sha256", "sha512")
_ESCAPE = re.compile(rb"\\\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
#: Runs that may be Base64, of either alphabet.
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{6,}")
_REALM = re.compile(rb"realm\W{1,3}([^\"'&<]{1,120})", re.IGNORECASE)
_FIELD = re.compile(rb"(\w+)\s*=\s*\\?\"?([^\",\\\s]+)")
_DIGEST = re.compile(rb"Digest\s+((?:[^\r\n<]){20,2000})", re.IGNORECASE)
_NONCE = re.compile(rb"Nonce[^>]{0,200}>([A-Za-z0-9+/=]{4,200})<")
_CREATED = re.compile(rb"Created[^>]{0,200}>([0-9TZ:.+-]{10,40})<")
_METHODS = ("GET", "POST", "PUT", "DESCRIBE", "OPTIONS", "SETUP", "PLAY")
#: A needle shorter than this stands in any text by chance.
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret, and the user names with which it may have been sent. `repr` shows neither."""

    text: str = field(repr=False)
    usernames: tuple[str, ...] = field(default=(), repr=False)


def find_leaks(data: bytes, secrets: Iterable[Secret]) -> tuple[str, ...]:
    """The disguises in which a secret was found (`plain`, `base64`, `md5`, …), each once; never the secret."""
    realms = sorted({m[1].decode("utf-8", "replace") for m in _REALM.finditer(data)})[:20]
    found: set[str] = set()
    layers = _layers(data)
    looks = tuple(dict.fromkeys(look for layer in layers for look in _looks(layer)))
    # One long text is searched quickly, a hundred thousand short ones are not.
    packed = (*layers, *(b"\x00\xff".join(_unpacked(layer)) for layer in layers))
    for secret in secrets:
        if secret.text:
            found.update(_found(secret, data, looks, packed, realms))
    return tuple(sorted(found))


def _looks(data: bytes) -> tuple[bytes, ...]:
    """The data in lower case, and without the breaks that long values are wrapped with."""
    lowered = data.lower()
    return (lowered, re.sub(rb"(?:\\[rnt]|\s)+", b"", lowered))


def _layers(data: bytes) -> tuple[bytes, ...]:
    """The data as it is, and as it reads when the escapes of JSON, XML and addresses are taken off in turn."""
    layers = [data]
    for take_off in (_without_json, _without_xml, unquote_to_bytes) * 3:
        layers.append(take_off(layers[-1]))
    return tuple(dict.fromkeys(layers))


def _without_json(data: bytes) -> bytes:
    if b"\\" not in data:
        return data
    return _ESCAPE.sub(_letter, data)


def _letter(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return chr(int(match[1], 16)).encode("utf-8", "surrogatepass")
    return _SIMPLE.get(match[2], match[2])


def _without_xml(data: bytes) -> bytes:
    return (
        html.unescape(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogatepass")
        if b"&" in data
        else data
    )


def _unpacked(layer: bytes) -> Iterator[bytes]:
    """What Base64 hides."""
    joined = re.sub(rb"[\r\n]+\s*", b"", layer)
    for text in {layer, joined}:
        for match in _BASE64.finditer(text):
            plain = match[0].replace(b"-", b"+").replace(b"_", b"/")
            # A run may begin with letters that do not belong to it.
            for start in range(min(4, len(plain))):
                part = plain[start:]
                try:
                    yield base64.b64decode(part[: len(part) // 4 * 4] + _tail(part))
                except (binascii.Error, ValueError):
                    continue


def _tail(part: bytes) -> bytes:
    rest = part[len(part) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _found(
    secret: Secret, data: bytes, looks: Sequence[bytes], packed: Collection[bytes], realms: Sequence[str]
) -> Iterator[str]:
    for kind, needle in _plain_forms(secret.text):
        if any(needle in text for text in packed):
            yield kind
    for kind, needle in (*_coded_forms(secret.text), *_login_digests(secret, realms)):
        lowered = needle.lower()
        if len(needle) >= _SHORTEST and any(lowered in text for text in looks):
            yield kind
    if _answers_challenge(secret, data):
        yield "digest response"
    if _is_token(secret, data):
        yield "UsernameToken"


def _plain_forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """As it is, and as texts of different kinds write it."""
    yield "plain", secret.encode()
    for name in ("utf-16-le", "utf-16-be", "latin-1", "shift_jis"):
        try:
            yield name, secret.encode(name)
        except UnicodeEncodeError:
            continue
    yield "xml", escape(secret, {'"': "&quot;", "'": "&apos;"}).encode()
    yield "xml", escape(secret).encode()
    yield "json", json.dumps(secret)[1:-1].encode()
    yield "json", json.dumps(secret, ensure_ascii=False)[1:-1].encode()


def _coded_forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """Encodings whose letters may be of either case, and digests."""
    raw = secret.encode()
    yield "url", quote(secret, safe="").encode()
    yield "url", quote_plus(secret).encode()
    yield "url", "".join(f"%{byte:02x}" for byte in raw).encode()
    yield "hex", raw.hex().encode()
    yield "hex", raw.hex(":").encode()
    yield "hex", raw.hex(" ").encode()
    for name in _HASHES:
        digest = hashlib.new(name, raw, usedforsecurity=False).digest()
        yield name, digest.hex().encode()
        yield name, base64.b64encode(digest).rstrip(b"=")


def _login_digests(secret: Secret, realms: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """What HTTP digest is computed from (HA1): as good as the password itself."""
    for realm in realms:
        for username in secret.usernames:
            for name in ("md5", "sha256"):
                yield "HA1", _hash(name, f"{username}:{realm}:{secret.text}").encode()


def _hash(name: str, text: str) -> str:
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _answers_challenge(secret: Secret, data: bytes) -> bool:
    """Whether an Authorization value in the data was computed with the secret."""
    for match in _DIGEST.finditer(data):
        fields = {m[1].decode().lower(): m[2].decode("utf-8", "replace") for m in _FIELD.finditer(match[1])}
        given = fields.get("response", "").lower()
        if given and any(given == r for r in _responses(secret, fields)):
            return True
    return False


def _responses(secret: Secret, fields: dict[str, str]) -> Iterator[str]:
    name = "sha256" if "256" in fields.get("algorithm", "") else "md5"
    nonce, session = fields.get("nonce", ""), fields.get("algorithm", "").lower().endswith("-sess")
    for username in {*secret.usernames, fields.get("username", "")}:
        first = _hash(name, f"{username}:{fields.get('realm', '')}:{secret.text}")
        if session:
            first = _hash(name, f"{first}:{nonce}:{fields.get('cnonce', '')}")
        for method in _METHODS:
            second = _hash(name, f"{method}:{fields.get('uri', '')}")
            middle = [nonce, fields.get("nc", ""), fields.get("cnonce", ""), fields.get("qop", "")]
            yield _hash(name, ":".join([first, *middle, second]))
            yield _hash(name, f"{first}:{nonce}:{second}")


def _is_token(secret: Secret, data: bytes) -> bool:
    """Whether a WS-Security password digest in the data was computed with the secret."""
    for nonce in {m[1] for m in _NONCE.finditer(data)}:
        try:
            raw = base64.b64decode(nonce)
        except (binascii.Error, ValueError):
            continue
        for created in {m[1] for m in _CREATED.finditer(data)}:
            digest = hashlib.sha1(raw + created + secret.text.encode(), usedforsecurity=False).digest()
            if base64.b64encode(digest) in data:
                return True
    return False
