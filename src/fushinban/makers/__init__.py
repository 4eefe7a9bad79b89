"""Catalogue of makers as data: one TOML file per maker with names, fingerprints, lock-out rules and factory logins.

Facts carry their source and whether they are verified (`verified = true`) or from memory; what is not verified is
never stated as certain.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fushinban.errors import CatalogueError
from fushinban.messages import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockout:
    """A maker's login lock: `attempts` failures within `window` s lock for `duration` s (0: until reset)."""

    attempts: int
    window: float
    duration: float
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactoryLogin:
    """A login that the maker documented as factory default. `models`: regular expression, empty for all."""

    username: str
    password: str
    models: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """One passive signal. `signal`: `http-server`, `http-title`, `http-realm`, `rtsp-server`, `telnet`, `ssh`, `ftp`,
    `tls-subject`, `oui` (six hex digits), `onvif-maker`, `ssdp-maker`, `mdns-name`, `snmp-descr` (sysDescr),
    `snmp-object` (sysObjectID).

    `pattern`: regular expression searched in the signal's text; a group `model`, `firmware` or `mac` is taken along.
    `strong`: names this maker alone (an OEM web server does not).
    """

    signal: str
    pattern: re.Pattern[str]
    strong: bool
    kind: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """One maker: id (file name), display names, other names it appears under, and its data.

    `drivers`: names of the drivers that its devices answer to, besides those asked of every device.
    """

    id: str
    name: str
    name_ja: str
    aliases: tuple[str, ...]
    lab: bool
    lockout: Lockout | None
    factory_logins: tuple[FactoryLogin, ...]
    factory_password_none: bool
    fingerprints: tuple[Fingerprint, ...]
    security_page: str
    drivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A fingerprint that matched: the maker, whether the signal is strong, and what it gave along."""

    maker: Maker
    signal: str
    strong: bool
    kind: str
    model: str
    firmware: str


@cache
def makers() -> dict[str, Maker]:
    """All makers by id. A wrong file raises CatalogueError."""
    found: dict[str, Maker] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            try:
                found[name] = _maker(name, tomllib.loads(file.read_text(encoding="utf-8")))
            except (KeyError, TypeError, ValueError, re.error) as error:
                raise CatalogueError(say("catalogue.maker", file=file.name, error=repr(error))) from error
    return found


@cache
def named_drivers() -> frozenset[str]:
    """Names of all drivers that are asked of some makers' devices only."""
    return frozenset(name for maker in makers().values() for name in maker.drivers)


def find_maker(name: str) -> Maker | None:
    """The maker that goes by this name (case, spaces and company suffixes do not matter)."""
    return _names().get(_plain(name)) if name else None


def match(signal: str, text: str) -> tuple[Match, ...]:
    """All fingerprints of this signal that are found in the text."""
    hits = []
    for maker, fingerprint in _by_signal().get(signal, ()):
        seen = fingerprint.pattern.search(text)
        if seen:
            groups = seen.groupdict()
            hits.append(
                Match(
                    maker=maker, signal=signal, strong=fingerprint.strong, kind=fingerprint.kind,
                    model=groups.get("model") or "", firmware=groups.get("firmware") or "",
                )
            )  # fmt: skip
    return tuple(hits)


def maker_of_mac(mac: str) -> Maker | None:
    """The maker that owns the first 24 bits; None for unknown or locally administered addresses."""
    digits = re.sub(r"[^0-9A-Fa-f]", "", mac).upper()
    if len(digits) != 12 or int(digits[1], 16) & 2:
        return None
    hits = match("oui", digits[:6])
    return hits[0].maker if hits else None


@cache
def _names() -> dict[str, Maker]:
    return {_plain(n): m for m in makers().values() for n in (m.id, m.name, m.name_ja, *m.aliases)}


@cache
def _by_signal() -> dict[str, list[tuple[Maker, Fingerprint]]]:
    table: dict[str, list[tuple[Maker, Fingerprint]]] = {}
    for maker in makers().values():
        for fingerprint in maker.fingerprints:
            table.setdefault(fingerprint.signal, []).append((maker, fingerprint))
    return table


def _plain(name: str) -> str:
    lowered = re.sub(r"[\s._,\-]+", "", name.casefold())
    return re.sub(r"(coltd|corporation|corp|inc|gmbh|ab|ltd|communications|株式会社)+$", "", lowered) or lowered


def _maker(maker_id: str, data: dict[str, Any]) -> Maker:
    lockout = data.get("lockout")
    ouis = data.get("oui", {})
    prints = [_fingerprint(f) for f in data.get("fingerprint", [])]
    if ouis:
        pattern = re.compile("^(?:" + "|".join(ouis["prefixes"]) + ")")
        prints.append(
            Fingerprint(
                signal="oui", pattern=pattern, strong=ouis.get("strong", False), kind=ouis.get("kind", ""),
                source=ouis["source"], verified=ouis.get("verified", True),
            )
        )  # fmt: skip
    return Maker(
        id=maker_id,
        name=data["name"],
        name_ja=data.get("name_ja", data["name"]),
        aliases=tuple(data.get("aliases", ())),
        lab=data.get("lab", False),
        lockout=Lockout(**lockout) if lockout else None,
        factory_logins=tuple(FactoryLogin(**{"models": "", **row}) for row in data.get("factory_login", [])),
        factory_password_none=data.get("factory_password_none", False),
        fingerprints=tuple(prints),
        security_page=data.get("security_page", ""),
        drivers=tuple(data.get("drivers", ())),
    )


def _fingerprint(row: dict[str, Any]) -> Fingerprint:
    return Fingerprint(
        signal=row["signal"], pattern=re.compile(row["pattern"]), strong=row.get("strong", False),
        kind=row.get("kind", ""), source=row["source"], verified=row["verified"],
    )  # fmt: skip
