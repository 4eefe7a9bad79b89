"""The site's side: asks a reflector to look at the line, and believes only what the registered key has signed."""

import base64
import hashlib
import hmac
import secrets
import socket
import ssl
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fushinban import clock
from fushinban.errors import InputError, Malformed, Unreachable
from fushinban.messages import say
from fushinban.model.facts.access import Gate
from fushinban.model.facts.services import PortState
from fushinban.model.reflection import Reflection, SeenPort
from fushinban.transport.outward import OutwardRules
from fushinban.transport.webhook import WebhookAnswer, post

#: A look ends after this time at the latest, seconds.
LONGEST_LOOK = 75.0
#: What begins the text form of a public key.
KEY_PREFIX = "ed25519:"
#: What the signature is made over besides the content, so that it can stand for nothing else.
SIGNED_AS = b"fushinban reflection 1\n"
#: How far the reflector's clock may be from this one: the history of addresses is told by the times of its looks.
_CLOCKS_DIFFER = timedelta(minutes=10)
_MOST_ANSWER = 256 * 1024
_MOST_TEXT = 200
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
_KNOWN = frozenset({"unknown-token", "too-many-looks", "not-from-the-internet", "busy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectorPlace:
    """A reflector as a site knows it: where it is, its public key (`ed25519:…`), and the site's token there.

    `rules`: which addresses may be connected to (a reflector stands on the open internet unless these say otherwise).
    """

    address: str
    key: str
    token: str = field(repr=False)
    rules: OutwardRules = OutwardRules()  # noqa: RUF009 - a frozen value


async def ask_reflector(place: ReflectorPlace, family: int, context: ssl.SSLContext | None = None) -> Reflection:
    """One look from outside, over IPv4 (`family` 4) or IPv6 (6). Takes up to about 80 seconds.

    Raises InputError (address or key), OutOfScope (an address that is not allowed), Unreachable (down, slow, refuses),
    Malformed (not what the key signed for this request, or of another time).
    """
    key = public_key(place.key)
    nonce = secrets.token_hex(16)
    base = place.address.rstrip("/")
    headers = {"Authorization": f"Bearer {_plain(place.token)}"}

    async def call(path: str, body: dict[str, str], seconds: float) -> WebhookAnswer:
        answer = await post(
            base + path, orjson.dumps(body), headers, place.rules, seconds=seconds, context=context,
            family=_FAMILIES[family],
            most=_MOST_ANSWER,
        )  # fmt: skip
        if answer.status != 200:
            raise Unreachable(say("reflector.refused", reason=_reason(answer)))
        return answer

    asked = clock.now()
    given = _challenge((await call("/v1/challenges", {"nonce": nonce}, 15.0)).body)
    body = {"challenge": given, "proof": proof_of(place.token, given)}
    answer = await call("/v1/looks", body, LONGEST_LOOK + 10)
    seen = opened(answer.body, key, nonce)
    _check_fits(seen, family, asked)
    return replace(seen, watcher=answer.address)


def _check_fits(seen: Reflection, family: int, asked: datetime) -> None:
    """Whether a look is of the address family and the time that were asked for. Raises Malformed."""
    if ip_address(seen.address).version != family:
        raise Malformed(say("reflector.another-question"))
    if not asked - _CLOCKS_DIFFER <= seen.started <= seen.ended <= clock.now() + _CLOCKS_DIFFER:
        raise Malformed(say("reflector.wrong-clock", at=clock.shown(seen.started)))


def _plain(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(say("reflector.refused", reason=say("reflector.reason-unknown-token")))
    return token


def _challenge(body: bytes) -> str:
    try:
        found = orjson.loads(body)["challenge"]
    except (ValueError, TypeError, KeyError) as error:
        raise Malformed(say("reflector.not-signed")) from error
    if not isinstance(found, str) or len(found) > 200:
        raise Malformed(say("reflector.not-signed"))
    return found


def _reason(answer: WebhookAnswer) -> object:
    """Why it refused, in our words where we know the code; never its own text, which may be anything."""
    try:
        code = orjson.loads(answer.body)["title"]
    except (ValueError, TypeError, KeyError):
        code = ""
    if isinstance(code, str) and code in _KNOWN:
        return say(f"reflector.reason-{code}")
    shown = code if isinstance(code, str) and code.isascii() and code.isprintable() and len(code) < 60 else ""
    return say("reflector.reason-other", status=answer.status, code=shown)


def proof_of(token: str, challenge: str) -> str:
    """What answers a challenge: HMAC-SHA256 of it under the token, hex."""
    return hmac.new(token.encode(), challenge.encode(), hashlib.sha256).hexdigest()


def public_key(text: str) -> Ed25519PublicKey:
    """The key that a person typed in. Raises InputError."""
    try:
        raw = base64.b64decode(text.removeprefix(KEY_PREFIX), validate=True)
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise InputError(say("reflector.bad-public-key")) from error


def opened(answer: bytes, key: Ed25519PublicKey, nonce: str) -> Reflection:
    """What a signed answer says. Raises Malformed: not signed by this key, for another question, or no reflection."""
    try:
        sealed = orjson.loads(answer)
        content = base64.b64decode(sealed["content"], validate=True)
        key.verify(base64.b64decode(sealed["signature"], validate=True), SIGNED_AS + content)
    except InvalidSignature:
        raise Malformed(say("reflector.wrong-signature")) from None
    except (ValueError, TypeError, KeyError) as error:
        raise Malformed(say("reflector.not-signed")) from error
    try:
        seen = _reflection(orjson.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Malformed(say("reflector.unreadable")) from error
    if seen.nonce != nonce:
        raise Malformed(say("reflector.another-question"))
    return seen


def _reflection(data: Any) -> Reflection:
    moments = [datetime.fromisoformat(data[name]) for name in ("started", "ended")]
    if any(m.tzinfo is None or not 1970 < m.year < 9999 for m in moments):
        raise ValueError("a time without its zone, or of no time of ours")
    address = ip_address(_text(data["address"]))
    if getattr(address, "scope_id", None):
        raise ValueError("an address of one link")
    ports = tuple(_port(p) for p in data["ports"])
    if len(ports) > 65535 or len({p.port for p in ports}) != len(ports):
        raise ValueError("ports")
    return Reflection(
        address=str(address), nonce=str(data["nonce"]), started=moments[0], ended=moments[1],
        ports=ports,
    )  # fmt: skip


def _port(data: Any) -> SeenPort:
    number = data["port"]
    if type(number) is not int or not 0 < number < 65536:
        raise ValueError("a port number")
    picture = data.get("picture")
    return SeenPort(
        port=number, state=PortState(data["state"]), speaks=_text(data.get("speaks", ""))[:20],
        banner=_text(data.get("banner", "")), picture=Gate(picture) if picture is not None else None,
    )  # fmt: skip


def _text(value: Any) -> str:
    """A text of a stranger's machine, as one printable line."""
    if not isinstance(value, str):
        raise TypeError("a text")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)[:_MOST_TEXT]
