"""HTTP authentication: reading challenges, and the digest answer of RFC 7616 and RFC 2617 (RTSP uses the same)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_MAX_HEADER = 8 * 1024
_SEPARATORS = re.compile(r"[\s,]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,30})(?=[\s,]|$)[ \t]*")
_PARAMETER = re.compile(r'([A-Za-z][A-Za-z0-9_*-]{0,40})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))')
_SKIP = re.compile(r"[^\n,]*")
_ESCAPED = re.compile(r"\\(.)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

#: Strength of the digests this client can make; the stronger one is answered.
_HASHES: Mapping[str, tuple[int, Callable[[bytes], str]]] = {
    "MD5": (1, lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest()),
    "SHA-256": (2, lambda data: hashlib.sha256(data).hexdigest()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One challenge of a 401: the scheme in lower case, its parameters with names in lower case."""

    scheme: str
    parameters: Mapping[str, str]

    def get(self, name: str) -> str:
        """A parameter, empty when absent."""
        return self.parameters.get(name, "")

    @property
    def stale(self) -> bool:
        """The device says that only its nonce was out of date: the login itself was not judged."""
        return self.get("stale").lower() == "true"


@lru_cache(maxsize=256)  # the same refusal is looked at for its login, its scheme and its next nonce
def parse_challenges(header: str) -> tuple[Challenge, ...]:
    """All challenges of WWW-Authenticate; several header lines are joined by newlines. Nonsense is passed over."""
    found: list[Challenge] = []
    at, text = 0, header[:_MAX_HEADER]
    while (at := _after_separators(text, at)) < len(text):
        scheme = _SCHEME.match(text, at)
        if scheme is None:
            skipped = _SKIP.match(text, at)
            at = max(at + 1, skipped.end() if skipped else 0)
            continue
        at = _after_separators(text, scheme.end())
        parameters: dict[str, str] = {}
        while (parameter := _PARAMETER.match(text, at)) is not None:
            name, quoted, plain = parameter.groups()
            parameters.setdefault(name.lower(), _ESCAPED.sub(r"\1", quoted) if quoted is not None else plain)
            at = _after_separators(text, parameter.end())
        found.append(Challenge(scheme=scheme.group(1).lower(), parameters=parameters))
    return tuple(found)


def _after_separators(text: str, at: int) -> int:
    found = _SEPARATORS.match(text, at)
    return found.end() if found else at


def best_challenge(challenges: tuple[Challenge, ...], *, basic: bool) -> Challenge | None:
    """The strongest challenge that can be answered: SHA-256 over MD5, digest over Basic (only where allowed)."""
    ranked = [(rank, c) for c in challenges if (rank := _rank(c, basic)) > 0]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _rank(challenge: Challenge, basic: bool) -> int:
    if challenge.scheme == "basic":
        return 1 if basic else 0
    if challenge.scheme != "digest" or not challenge.get("nonce"):
        return 0
    qops = _qops(challenge)
    known = _HASHES.get(_algorithm(challenge))
    return known[0] + 1 if known and (not qops or "auth" in qops) else 0


def _algorithm(challenge: Challenge) -> str:
    return (challenge.get("algorithm").upper() or "MD5").removesuffix("-SESS")


def _qops(challenge: Challenge) -> list[str]:
    return [q for q in re.split(r"[\s,]+", challenge.get("qop").lower()) if q]


class Basic:
    """Basic authentication; whoever makes one has made sure that the connection is encrypted."""

    __slots__ = ("_value",)

    def __init__(self, username: str, secret: str) -> None:
        self._value = "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode("ascii")

    def authorise(self, method: str, uri: str) -> str:  # noqa: ARG002  # same face as Digest
        """The Authorization value."""
        return self._value

    def renew(self, challenge: Challenge) -> None:
        """Basic knows no nonce."""


class Digest:
    """Answers to one challenge: counts its uses, takes the next nonce, never shows the secret."""

    __slots__ = (
        "_after", "_before", "_challenge", "_cnonce", "_count", "_hash", "_login", "_secret_hash", "_username",
        "_with_qop",
    )  # fmt: skip

    def __init__(self, challenge: Challenge, username: str, secret: str) -> None:
        self._username = username
        self._hash = _HASHES[_algorithm(challenge)][1]
        self._login = self._hash(f"{username}:{challenge.get('realm')}:{secret}".encode())
        self.renew(challenge)

    @property
    def nonce(self) -> str:
        """The nonce in use."""
        return self._challenge.get("nonce")

    def fits(self, challenge: Challenge) -> bool:
        """Whether a challenge is for the same realm and algorithm, so that its nonce may be taken over."""
        same = challenge.get("realm") == self._challenge.get("realm")
        return same and challenge.scheme == "digest" and _algorithm(challenge) == _algorithm(self._challenge)

    def renew(self, challenge: Challenge, cnonce: str = "") -> None:
        """Begin with a new nonce of the same realm and algorithm."""
        self._challenge = challenge
        self._count = 0
        self._cnonce = cnonce or secrets.token_hex(8)
        if challenge.get("algorithm").lower().endswith("-sess"):
            self._secret_hash = self._hash(f"{self._login}:{self.nonce}:{self._cnonce}".encode())
        else:
            self._secret_hash = self._login
        self._fix_parts()

    def next_nonce(self, nonce: str) -> None:
        """Use the nonce that Authentication-Info announced."""
        if nonce and nonce != self.nonce:
            self.renew(
                Challenge(scheme="digest", parameters={**self._challenge.parameters, "nonce": nonce}), self._cnonce
            )

    def authorise(self, method: str, uri: str) -> str:
        """The Authorization value for one request; each call counts as one use of the nonce."""
        self._count += 1
        count = f"{self._count:08x}"
        request = self._hash(f"{method}:{uri}".encode())
        middle = f"{self.nonce}:{count}:{self._cnonce}:auth" if self._with_qop else self.nonce
        response = self._hash(f"{self._secret_hash}:{middle}:{request}".encode())
        counted = f', qop=auth, nc={count}, cnonce="{self._cnonce}"' if self._with_qop else ""
        return f'{self._before}uri="{_quoted(uri)}", response="{response}"{self._after}{counted}'

    def _fix_parts(self) -> None:
        """What stays the same for all requests of one nonce."""
        challenge = self._challenge
        self._with_qop = bool(_qops(challenge))
        self._before = (
            f'Digest username="{_quoted(self._username)}", realm="{_quoted(challenge.get("realm"))}", '
            f'nonce="{_quoted(self.nonce)}", '
        )
        after = []
        if challenge.get("algorithm"):
            after.append(f"algorithm={_plain(challenge.get('algorithm'))}")
        if not self._with_qop and challenge.get("algorithm").lower().endswith("-sess"):
            after.append(f'cnonce="{self._cnonce}"')
        if "opaque" in challenge.parameters:
            after.append(f'opaque="{_quoted(challenge.get("opaque"))}"')
        self._after = "".join(f", {part}" for part in after)


def _quoted(value: str) -> str:
    """What may stand between quotes in a header; a device cannot smuggle a line break through its own challenge."""
    return _CONTROL.sub("", value).replace("\\", "\\\\").replace('"', '\\"')


def _plain(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", value)


def next_nonce_of(headers: Mapping[str, str]) -> str:
    """The `nextnonce` of Authentication-Info, empty when there is none."""
    found = re.search(r'nextnonce[ \t]*=[ \t]*"([^"]*)"', headers.get("authentication-info", ""))
    return found.group(1) if found else ""
