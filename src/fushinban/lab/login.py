"""The logins that pretend devices check: HTTP and RTSP digest (RFC 2617, RFC 7616), and WS-UsernameToken."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fushinban import clock
from fushinban.lab.plan import LabUser
from fushinban.lab.wire import HeaderParameters

_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_NONCES_KEPT = 512


class Check(Enum):
    """How a login ended. STALE: right password, nonce too old or used before; CLEAR: a password in clear text."""

    NONE = "none"
    OK = "ok"
    WRONG = "wrong"
    STALE = "stale"
    LOCKED = "locked"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What was offered and how it ended; `user` only where it was accepted."""

    check: Check
    username: str = ""
    user: LabUser | None = None


NO_LOGIN = Login(check=Check.NONE)


class DigestGate:
    """Digest access authentication of one service of one device; remembers its nonces and the counts used with them."""

    def __init__(
        self, *, realm: str, algorithms: tuple[str, ...], qop: str, nonce_life: float, users: tuple[LabUser, ...]
    ) -> None:
        self.realm = realm
        self._algorithms = algorithms
        self._qop = qop
        self._life = nonce_life
        self._users = {user.name: user for user in users}
        self._nonces: OrderedDict[str, tuple[float, set[str]]] = OrderedDict()

    def challenges(self, *, stale: bool = False) -> tuple[tuple[str, str], ...]:
        """One `WWW-Authenticate` header per algorithm, the strongest first, all with the same fresh nonce."""
        nonce = secrets.token_hex(16)
        self._nonces[nonce] = (clock.monotonic(), set())
        while len(self._nonces) > _NONCES_KEPT:
            self._nonces.popitem(last=False)
        return tuple(("WWW-Authenticate", self._challenge(a, nonce, stale)) for a in self._algorithms)

    def _challenge(self, algorithm: str, nonce: str, stale: bool) -> str:
        realm = self.realm.replace("\\", "\\\\").replace('"', '\\"')
        parts = [f'realm="{realm}"', f'nonce="{nonce}"']
        if self._qop:
            parts.append(f'qop="{self._qop}"')
        if algorithm != "MD5" or self._qop:
            parts.append(f"algorithm={algorithm}")
        if stale:
            parts.append("stale=true")
        return "Digest " + ", ".join(parts)

    def check(self, method: str, uri: str, body: bytes, given: HeaderParameters) -> Login:
        """Judge the parameters of an Authorization header against the request that carried it."""
        username = given.get("username")
        algorithm = (given.get("algorithm") or "MD5").upper()
        user = self._users.get(username)
        if algorithm not in self._algorithms or user is None or given.get("realm") != self.realm:
            return Login(check=Check.WRONG, username=username)
        wanted = digest_response(algorithm, user, given, method=method, body=body)
        if wanted is None or given.get("uri") != uri or not _same(wanted, given.get("response").lower()):
            return Login(check=Check.WRONG, username=username)
        if bool(self._qop) != bool(given.get("qop")) or not self._spend(given.get("nonce"), given.get("nc")):
            return Login(check=Check.STALE, username=username)
        return Login(check=Check.OK, username=username, user=user)

    def _spend(self, nonce: str, count: str) -> bool:
        """Whether the nonce is ours, fresh, and this count was not used with it. Without qop a nonce may come again."""
        issued = self._nonces.get(nonce)
        if issued is None or clock.monotonic() - issued[0] > self._life:
            return False
        if not self._qop:
            return True
        if count in issued[1]:
            return False
        issued[1].add(count)
        return True


def digest_response(
    algorithm: str, user: LabUser, given: HeaderParameters, *, method: str, body: bytes = b""
) -> str | None:
    """The response (hex) that these parameters call for; None for a quality of protection that does not exist."""
    make = _HASHES.get(algorithm)
    qop = given.get("qop")
    if make is None or qop not in ("", "auth", "auth-int"):
        return None

    def hashed(text: str) -> str:
        return make(text.encode("utf-8", "surrogateescape")).hexdigest()

    secret = hashed(f"{user.name}:{given.get('realm')}:{user.password}")
    asked = f"{method}:{given.get('uri')}"
    if qop == "auth-int":
        asked += ":" + make(body).hexdigest()
    middle = given.get("nonce")
    if qop:
        middle += f":{given.get('nc')}:{given.get('cnonce')}:{qop}"
    return hashed(f"{secret}:{middle}:{hashed(asked)}")


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode("utf-8", "surrogateescape"), b.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsernameToken:
    """A WS-UsernameToken as it stood in the message; `digested` is False for a password in clear text."""

    username: str
    password: str
    digested: bool
    nonce: str
    created: str


class TokenGate:
    """WS-UsernameToken of one device: digest, window around the device's own clock, no nonce twice."""

    def __init__(self, *, users: tuple[LabUser, ...], window: float) -> None:
        self._users = {user.name: user for user in users}
        self._window = window
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def check(self, token: UsernameToken, device_now: datetime) -> Login:
        """Judge a token. A right digest outside the window, or with a nonce used before, is STALE."""
        if not token.digested:
            return Login(check=Check.CLEAR, username=token.username)
        user = self._users.get(token.username)
        wanted = token_digest(token.nonce, token.created, user.password) if user else None
        if user is None or wanted is None or not _same(wanted, token.password):
            return Login(check=Check.WRONG, username=token.username)
        created = parse_created(token.created)
        if created is None or abs((created - device_now).total_seconds()) > self._window:
            return Login(check=Check.STALE, username=token.username)
        self._forget(device_now)
        if token.nonce in self._seen:
            return Login(check=Check.STALE, username=token.username)
        self._seen[token.nonce] = device_now
        return Login(check=Check.OK, username=token.username, user=user)

    def _forget(self, device_now: datetime) -> None:
        """Drop nonces that the window itself would refuse."""
        while self._seen:
            nonce, seen = next(iter(self._seen.items()))
            if (device_now - seen).total_seconds() <= 2 * self._window and len(self._seen) < _NONCES_KEPT:
                return
            del self._seen[nonce]


def token_digest(nonce: str, created: str, password: str) -> str | None:
    """Base64(SHA1(nonce + created + password)); None where the nonce is not Base64."""
    try:
        raw = base64.b64decode(nonce, validate=True)
    except (binascii.Error, ValueError):
        return None
    made = hashlib.sha1(raw + created.encode() + password.encode())  # noqa: S324  # the profile prescribes SHA-1
    return base64.b64encode(made.digest()).decode("ascii")


def parse_created(text: str) -> datetime | None:
    """A `wsu:Created` in UTC with `Z`; None for anything else, as strict devices do."""
    if not text.endswith("Z") or "T" not in text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
