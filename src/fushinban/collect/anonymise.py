"""Takes out of a device's answers what would tell whose they are: replaced consistently by documentation values. Pure.

The same value is replaced by the same one everywhere, so that a recording still fits together. Addresses come from
RFC 5737 and 3849, MAC addresses from RFC 7042, names under example.com (RFC 2606).
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote
from xml.sax.saxutils import escape

#: What secrets are replaced by: no secret of anybody.
BLANK = "********"

#: User names that name no person, and say something of the device.
USUAL_NAMES = frozenset(
    {
        "admin", "administrator", "root", "operator", "viewer", "user", "guest", "default", "service", "supervisor",
        "view", "live", "media", "anonymous", "onvif", "system", "camera", "none",
    }
)  # fmt: skip

_MAC = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Za-z])")
_BARE_MAC = re.compile(r"[0-9A-Fa-f]{12}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
_VERSION = re.compile(r"(?:version|firmware|release|build|revision)\W{0,4}$", re.IGNORECASE)
#: Pictures, certificates, keys and whole files that stand inside a text.
_BLOB = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4}){24,}(?:[A-Za-z0-9+/]{0,3}={0,2})(?![A-Za-z0-9+/=])")

#: Fields in which makers hand out secrets that nobody but the device knows, and what may stand there all the same.
_FIELD = (
    r"[\w.:\[\]-]{0,200}(?:password|passwd|passphrase|passwort|pwd|secret|community|verif\w*code|preshared\w*|psk|wpa\w*key|"
    r"wep\w*key|private_?key|encrypt\w*key|session_?key|p2p\w*id|sharedkey|authkey|privkey|rpc_session|token|"
    r"(?:read|write)common|salt|hash)[\w.\[\]]*"
)
_HARMLESS = re.compile(
    r"(?:true|false|yes|no|on|off|none|public|private|\d{0,3}|\*+|password|digest|basic)", re.IGNORECASE
)
_SECRET_FIELDS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"(?P<before>^{_FIELD}[ \t]*[=:][ \t]*)(?P<value>[^\r\n]*)",
        rf"(?P<before><(?P<tag>{_FIELD}|(?:\w{{1,20}}:)?\w{{0,60}}key)(?:\s[^<>]*)?>)(?P<value>[^<>]*)(?=</(?P=tag)\s*>)",
        rf"(?P<before>(?<![\w.:\[\]-]){_FIELD}=\")(?P<value>[^\"<>]*)",
        rf'(?P<before>"(?:{_FIELD}|uid|[\w-]{{0,60}}key\d*)"\s*:\s*")(?P<value>(?:[^"\\]|\\.)*)',
        # Programs that a router runs by itself, and remarks in which somebody wrote a password down.
        r'(?P<before>"(?:on-[\w-]{1,40}|source|[\w-]{0,40}script)"\s*:\s*")(?P<value>(?:[^"\\]|\\.)*)',
        r'(?P<before>"(?:comment|description|descr)"\s*:\s*")'
        r'(?P<value>(?:[^"\\]|\\.){0,400}?(?:pass|secret|psk|pin\b|パスワード|暗証)(?:[^"\\]|\\.)*)',
    )
)
#: Names of people's accounts at their providers, and of their places on the internet, in the settings of routers.
_NAMED = re.compile(
    r'"(?:(?P<user>user_?name)|(?:endpoint_host|lookup_host|domain|dns-name|remote_host|hostname))"\s*:\s*'
    r'"(?P<value>[^"\\]{2,120})"'
)

_DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")
_EVERYONE = re.compile(r"(?:00){6}|(?:ff){6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """What is known to be somebody's. `kept`: versions that look like addresses, and are none."""

    secrets: tuple[str, ...] = field(default=(), repr=False)
    serials: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()


class Anonymiser:
    """Replaces in one text after the other; `learn` first all of them, so that bare forms are known everywhere."""

    def __init__(self, private: Private) -> None:
        self._private = private
        self._known: dict[tuple[str, str], str] = {}
        self._words: dict[str, str] = {}
        for secret in sorted(private.secrets, key=len, reverse=True):
            if len(secret) >= 4:  # a shorter one would blank half of any text; it is looked for afterwards all the same
                self._word(secret, BLANK)
        for kind, values in (("label", private.labels), ("host", private.hosts), ("user", private.users)):
            for value in values:
                if value.strip() and value.casefold() not in USUAL_NAMES and len(value) > 1:
                    self._word(value, self._named(kind, value))
        for serial in private.serials:
            if _BARE_MAC.fullmatch(serial):
                self._mac(serial)  # some makers' serial number is the MAC address: it stays so
            elif len(serial) > 3 and len(set(serial)) > 1:
                self._word(serial, self._serial(serial))
        for mac in private.macs:
            self._mac(mac)

    def learn(self, text: str) -> None:
        """Note the MAC addresses of a text, and the names in a router's settings."""
        for match in _MAC.finditer(text):
            self._mac(match[0])
        for match in _NAMED.finditer(text):
            kind, value = ("user" if match["user"] else "host"), match["value"]
            if value.casefold() not in USUAL_NAMES and any(c.isalpha() for c in value) and ":" not in value:
                self._word(value, self._named(kind, value))

    def text(self, text: str) -> str:
        """The text without anything private."""
        text = _BLOB.sub("", text)
        for pattern in _SECRET_FIELDS:
            text = pattern.sub(_blanked, text)
        text = self._literal(text)
        text = _MAC.sub(lambda m: self._mac(m[0]), text)
        text = self._bare_macs(text)
        text = _UUID.sub(lambda m: self._numbered("uuid", m[0].lower(), _uuid), text)
        text = _MAIL.sub(lambda m: self._numbered("mail", m[0].lower(), lambda n: f"person-{n}@example.com"), text)
        text = _IPV6.sub(self._ipv6, text)
        return _IPV4.sub(self._ipv4, text)

    def _literal(self, text: str) -> str:
        if not self._words:
            return text
        parts = "|".join(re.escape(w) for w in sorted(self._words, key=len, reverse=True))
        pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{parts})(?![A-Za-z0-9])", re.IGNORECASE)
        text = pattern.sub(lambda m: self._words.get(m[0]) or self._words[self._folded(m[0])], text)
        for secret in self._private.secrets:  # wherever it stands, also inside a word
            for form in _forms(secret) if len(secret) >= 4 else ():
                text = text.replace(form, BLANK)
        for serial in self._private.serials:
            text = text.replace(serial, self._words.get(serial, serial)) if len(serial) > 5 else text
        return text

    def _folded(self, word: str) -> str:
        return next(w for w in self._words if w.casefold() == word.casefold())

    def _word(self, value: str, instead: str) -> None:
        for form in _forms(value):
            self._words.setdefault(form, instead)

    def _named(self, kind: str, value: str) -> str:
        made: dict[str, Callable[[int], str]] = {
            "user": lambda n: f"user-{n}",
            "host": lambda n: f"host-{n}.example.com" if "." in value else f"host-{n}",
            "label": lambda n: f"name-{n}",
        }
        return self._numbered(kind, value.casefold(), made[kind])

    def _serial(self, serial: str) -> str:
        """Of the same length and kinds of letters: the last digits count."""
        return self._numbered("serial", serial.casefold(), lambda n: _shaped(serial, n))

    def _mac(self, mac: str) -> str:
        plain = re.sub(r"[^0-9a-f]", "", mac.lower())
        if len(plain) != 12 or _EVERYONE.fullmatch(plain):
            return mac
        made = self._numbered("mac", plain, lambda n: f"00005e0053{n:02x}" if n < 256 else f"02005e00{n % 65536:04x}")
        made = made if mac.lower() == mac else made.upper()
        separator = mac[2] if mac[2] in ":-" else ""
        return separator.join(made[i : i + 2] for i in range(0, 12, 2))

    def _bare_macs(self, text: str) -> str:
        known = [value for kind, value in self._known if kind == "mac"]
        if not known:
            return text
        return re.sub("|".join(known), lambda m: self._mac(m[0]), text, flags=re.IGNORECASE)

    def _ipv4(self, match: re.Match[str]) -> str:
        found = match[0]
        if found in self._private.kept or _VERSION.search(match.string[max(0, match.start() - 14) : match.start()]):
            return found
        try:
            address = IPv4Address(found)
        except ValueError:
            return found
        if address.is_unspecified or found == "127.0.0.1" or address.is_multicast or found.startswith("255."):
            return found
        return self._numbered("ipv4", found, _ipv4)

    def _ipv6(self, match: re.Match[str]) -> str:
        try:
            address = ip_address(match[0])
        except ValueError:
            return match[0]
        if (
            not isinstance(address, IPv6Address)
            or address.is_unspecified
            or address.is_loopback
            or address.is_multicast
        ):
            return match[0]
        return self._numbered("ipv6", str(address), lambda n: f"2001:db8::{n:x}")

    def _numbered(self, kind: str, value: str, make: Callable[[int], str]) -> str:
        """What stands for a value: a new one made from the next number, or the one it has already."""
        made = {v for (k, _), v in self._known.items() if k == kind}
        if value in {v.casefold() for v in made}:
            return value  # it is one of ours
        if (kind, value) not in self._known:
            self._known[kind, value] = make(len(made) + 1)
        return self._known[kind, value]


def _blanked(match: re.Match[str]) -> str:
    return match[0] if _HARMLESS.fullmatch(match["value"].strip()) else match["before"] + BLANK


def _forms(value: str) -> Iterable[str]:
    """A value as texts of different kinds write it."""
    forms = (value, escape(value), escape(value, {'"': "&quot;"}), quote(value), quote(value, safe=""))
    return dict.fromkeys((*forms, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]))


def _shaped(serial: str, number: int) -> str:
    shape = "".join(
        "0" if c.isdigit() else "A" if c.isalpha() and c.isupper() else "a" if c.isalpha() else c for c in serial
    )
    last = str(number)
    return shape[: -len(last)] + last


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _ipv4(number: int) -> str:
    if number <= 3 * 254:
        return f"{_DOCUMENTATION[(number - 1) // 254]}.{(number - 1) % 254 + 1}"
    return f"198.18.{number // 256 % 256}.{number % 256}"
