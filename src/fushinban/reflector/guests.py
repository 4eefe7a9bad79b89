"""Who may ask, and how often: tokens kept as digests, challenges used once, limits per token, address and in all."""

import hashlib
import hmac
import os
import re
import secrets
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import orjson

from fushinban.clock import monotonic
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.transport.reflector import proof_of

#: A challenge is good for this long, seconds, once, and only from the address it was given to.
CHALLENGE_SECONDS = 60.0
#: Looks at one address and for one token within an hour; looks at the same time, of all.
OF_ADDRESS, OF_TOKEN, AT_ONCE = 12, 60, 4
_HOUR = 3600.0
#: Challenges that wait for their answer: of one token, and of all.
_WAITING_OF_ONE, _WAITING = 4, 1000
_NAME = re.compile(r"[\w .()-]{1,60}")


class RefusedError(Exception):
    """A request that is not answered; `status` and `code` say why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class _Challenge:
    text: str
    address: str
    token: str
    nonce: str
    until: float


class GuestBook:
    """The names and token digests of those who may ask, in a private file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "reflector-guests.json"

    def add(self, name: str) -> str:
        """A new token for somebody; shown once, kept only as its digest. Raises InputError for a name taken or odd."""
        guests = self._read()
        if not _NAME.fullmatch(name) or name in guests:
            raise InputError(say("reflector.bad-name", name=name[:60]))
        token = secrets.token_urlsafe(32)
        self._write({**guests, name: _digest(token)})
        return token

    def remove(self, name: str) -> None:
        """From now on this token is refused. Raises InputError for an unknown name."""
        guests = self._read()
        if guests.pop(name, None) is None:
            raise InputError(say("reflector.no-such-name", name=name[:60]))
        self._write(guests)

    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(sorted(self._read()))

    def knows(self, token: str) -> bool:
        """Whether this token is one of those handed out; the time it takes tells nothing."""
        given = _digest(token)
        known = [hmac.compare_digest(given, d) for d in self._read().values()]
        return any(known)

    def _read(self) -> dict[str, str]:
        try:
            data = orjson.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise InputError(say("reflector.bad-guests", file=self._file)) from error
        if not isinstance(data, dict) or not all(isinstance(v, str) for v in data.values()):
            raise InputError(say("reflector.bad-guests", file=self._file))
        return data

    def _write(self, guests: dict[str, str]) -> None:
        fresh = self._file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(orjson.dumps(guests, option=orjson.OPT_INDENT_2))
        fresh.replace(self._file)


class Turnstile:
    """Challenges and counts, in memory: a reflector that starts anew forgets them, and its guests ask again."""

    def __init__(self, book: GuestBook) -> None:
        self._book = book
        self._challenges: dict[str, _Challenge] = {}
        self._of: dict[tuple[str, str], deque[float]] = {}
        self._looking = 0

    def challenge(self, token: str, address: str, nonce: str) -> str:
        """A challenge for this address. Raises RefusedError: unknown token, too many."""
        if not self._book.knows(token):
            raise RefusedError(401, "unknown-token")
        now, key = monotonic(), _digest(token)
        self._challenges = {t: c for t, c in self._challenges.items() if c.until > now}
        if sum(c.token == key for c in self._challenges.values()) >= _WAITING_OF_ONE:
            raise RefusedError(429, "too-many-challenges")
        if len(self._challenges) >= _WAITING:
            raise RefusedError(503, "busy")
        self._check_often(address, key, now)
        text = secrets.token_hex(32)
        self._challenges[text] = _Challenge(text, address, key, nonce, now + CHALLENGE_SECONDS)
        return text

    def enter(self, token: str, address: str, challenge: str, proof: str) -> str:
        """Let one look begin and give the asker's nonce; `leave` ends it. A challenge is spent whatever comes of it.

        Raises RefusedError: the challenge is unknown, old, of another address or token, its proof is wrong, too many.
        """
        kept = self._challenges.pop(challenge, None)
        if kept is None or kept.until <= monotonic():
            raise RefusedError(403, "challenge-unknown-or-old")
        if kept.address != address or not hmac.compare_digest(kept.token, _digest(token)):
            raise RefusedError(403, "challenge-of-another")
        if not hmac.compare_digest(proof_of(token, challenge), proof):
            raise RefusedError(403, "wrong-proof")
        if self._looking >= AT_ONCE:
            raise RefusedError(503, "busy")
        now = monotonic()
        self._check_often(address, kept.token, now)  # again: several challenges may have waited at the same time
        for kind, who in (("address", address), ("token", kept.token)):
            self._of.setdefault((kind, who), deque()).append(now)
        self._looking += 1
        return kept.nonce

    def leave(self) -> None:
        """A look is over."""
        self._looking -= 1

    def _check_often(self, address: str, token: str, now: float) -> None:
        for kind, who, most in (("address", address, OF_ADDRESS), ("token", token, OF_TOKEN)):
            if self._recent(kind, who, now) >= most:
                raise RefusedError(429, "too-many-looks")

    def _recent(self, kind: str, who: str, now: float) -> int:
        # Whatever is older than an hour is forgotten here, so that the table stays as small as its traffic.
        for key, moments in list(self._of.items()):
            while moments and moments[0] < now - _HOUR:
                moments.popleft()
            if not moments:
                del self._of[key]
        return len(self._of.get((kind, who), ()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
