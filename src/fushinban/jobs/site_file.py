"""`SITE.toml`: the site, what its owner allowed, its logins by name, its devices. Checked whole before a packet leaves.

The keys are described by `schemas/site.schema.json`, which ships with the package.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path

from fushinban.clock import shown
from fushinban.errors import OutOfScope
from fushinban.jobs.site_networks import read_address, read_network, read_networks
from fushinban.jobs.site_reflector import ReflectorRule, read_reflector
from fushinban.jobs.site_times import read_moment
from fushinban.jobs.toml_table import TomlTable, read_toml, suggestion
from fushinban.makers import find_maker, makers
from fushinban.model.credential import SnmpHash
from fushinban.model.details import DATES, DETAILS
from fushinban.model.device import CAMERA_PORTS, UDP_PORTS, Device, DeviceKind, Target
from fushinban.model.discovery import Method
from fushinban.model.japanese import parse_japanese_date
from fushinban.model.site import (
    USUAL_TESTS,
    Authorisation,
    InspectionKind,
    Limits,
    Network,
    Site,
    SiteKind,
    TestKind,
)
from fushinban.model.text import Named, say

#: Names of `ports`: the usual services, and `onvif` where it does not stand on the HTTP port.
SERVICES = (*CAMERA_PORTS, *UDP_PORTS, "onvif")

SECTIONS = ("site", "authorisation", "credential", "discovery", "device", "limits", "answers", "reflector")
SITE_KEYS = ("id", "name", "customer", "kind", "details")
AUTHORISATION_KEYS = ("by", "from", "until", "networks", "tests", "note")
CREDENTIAL_KEYS = ("match", "kind", "username", "secret", "privacy", "digest", "administrator", "clear_text")
DEVICE_KEYS = ("address", "kind", "name", "maker", "note", "id", "ignored", "ssh_host_key", "ports")

_ID = re.compile(r"\w[\w.\-]{0,63}")
_SECRET = re.compile(r"vault:[A-Za-z0-9][A-Za-z0-9._-]{0,63}|env:[A-Za-z_][A-Za-z0-9_]{0,99}")
#: As OpenSSH prints it, with the type of the key or without.
HOST_KEY = r"(?:[a-z0-9][a-z0-9@.-]{2,60} +)?SHA256:[A-Za-z0-9+/]{43}|any"
#: RFC 3414: a user name has at most 32 octets.
_LONGEST_SNMP_USER = 32
_PASSWORD_WORDS = frozenset({"password", "passwd", "pass", "pwd", "パスワード"})

#: Least and most of each limit. Two connections per device is a promise and cannot be raised.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "device_connections": (1, 2),
    "site_connections": (1, 1024),
    "port_gap": (0.0, 60.0),
    "request_gap": (0.0, 60.0),
    "connect_timeout": (0.1, 60.0),
    "probe_timeout": (0.1, 60.0),
    "read_timeout": (0.1, 300.0),
    "body_bytes": (1024, 64 * 1024 * 1024),
    "device_minutes": (0.1, 240.0),
}


class CredentialKind(Named):
    """What a rule is for: the logins of the device's own interfaces, or SNMP."""

    LOGIN = "login"
    SNMP = "snmp"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRule:
    """A login for all devices of a network. `secret_ref`: `vault:NAME` or `env:NAME`, never the secret.

    SNMP: without `username` the secret is the community of v2c; with it, it is the password that proves a user of v3
    by `digest`, and `privacy_ref` names the one for encryption (empty: not encrypted).
    Login: `administrator_ref` names the second password of a router's command line; `clear_text`: both may leave
    unencrypted, over Telnet.
    """

    match: Network
    username: str
    secret_ref: str
    kind: CredentialKind = CredentialKind.LOGIN
    privacy_ref: str = ""
    digest: SnmpHash = SnmpHash.SHA1
    administrator_ref: str = ""
    clear_text: bool = False

    @property
    def refs(self) -> tuple[str, ...]:
        """Every secret that it names."""
        return tuple(filter(None, (self.secret_ref, self.privacy_ref, self.administrator_ref)))

    @property
    def title(self) -> str:
        """Whose login it is, as lists show it."""
        return f"SNMP {self.username}".rstrip() if self.kind is CredentialKind.SNMP else self.username


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """A site file that was read and found right. `kind`: the inspection it asks for when the command does not say.

    `answers`: by control id, as they stand in the file; `check.answers` judges them.
    """

    site: Site
    authorisation: Authorisation
    kind: InspectionKind = InspectionKind.PERIODIC
    credentials: tuple[CredentialRule, ...] = ()
    methods: tuple[Method, ...] = ()
    listed: tuple[Device, ...] = ()
    answers: Mapping[str, object] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    reflector: ReflectorRule | None = None

    @property
    def details(self) -> Mapping[str, str]:
        """The optional facts of `[site.details]`."""
        return self.site.details


def load_site(path: Path, environ: Mapping[str, str], *, need_secrets: bool = False) -> SiteFile:
    """Read a site file. Raises InputError, one sentence that names file, line and key.

    With `need_secrets`, variables that `env:` names must be set; otherwise that is found out when a login is used.
    Whether the authorisation holds now is another question: `check_authorisation`.
    """
    return site_of(read_toml(path), environ, need_secrets=need_secrets)


def site_of(table: TomlTable, environ: Mapping[str, str], *, need_secrets: bool = False) -> SiteFile:
    """The site file from its table. Raises InputError."""
    table.only(SECTIONS)
    site, kind = _site(table.table("site", needed=True))
    authorisation = _authorisation(table)
    listed = _devices(table.tables("device"), site.id, authorisation.networks)
    return SiteFile(
        site=site,
        authorisation=authorisation,
        kind=kind,
        credentials=_credentials(table.tables("credential"), environ if need_secrets else None),
        methods=_methods(table.table("discovery"), listed),
        listed=listed,
        answers=dict(table.table("answers").values),
        limits=_limits(table.table("limits")),
        reflector=read_reflector(table.table("reflector")),
    )


def check_authorisation(authorisation: Authorisation, now: datetime) -> None:
    """Raise OutOfScope unless the authorisation holds at this moment."""
    if now < authorisation.start:
        raise OutOfScope(say("site.not-yet", start=shown(authorisation.start)))
    if now > authorisation.end:
        raise OutOfScope(say("site.expired", end=shown(authorisation.end)))


def _site(table: TomlTable) -> tuple[Site, InspectionKind]:
    table.only(SITE_KEYS)
    site_id = table.text("id")
    if not _ID.fullmatch(site_id):
        raise table.wrong("id", "site.bad-id")
    place, kind = SiteKind.SHOP, InspectionKind.PERIODIC
    if table.text("kind", "") in set(InspectionKind):
        # Some people mean the inspection by it; what the place is stays open then.
        place, kind = SiteKind.OTHER, InspectionKind(table.text("kind"))
    elif "kind" in table:
        place = table.choice("kind", SiteKind, SiteKind.SHOP)
    details = _details(table.table("details"))
    site = Site(id=site_id, name=table.text("name"), customer=table.text("customer", ""), kind=place, details=details)
    return site, kind


def _details(table: TomlTable) -> dict[str, str]:
    table.only(DETAILS)
    return {key: _detail(table, key, value) for key, value in table.values.items()}


def _detail(table: TomlTable, key: str, value: object) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, datetime):
        value = value.date()
    text = table.text(key, "", most=1000) if isinstance(value, str) else str(value)
    if not isinstance(value, str | int | float | date):
        raise table.wrong(key, "site.bad-detail")
    if key not in DATES or not text:
        return text
    day = parse_japanese_date(text)
    if day is None:
        raise table.wrong(key, "site.detail-date")
    return day.isoformat()


def _authorisation(top: TomlTable) -> Authorisation:
    if "authorisation" not in top:
        raise top.wrong("authorisation", "site.no-authorisation")
    table = top.table("authorisation")
    table.only(AUTHORISATION_KEYS)
    by = table.text("by")
    start, end = read_moment(table, "from", end=False), read_moment(table, "until", end=True)
    if end < start:
        raise table.wrong("until", "site.until-before-from")
    tests = frozenset(table.choices("tests", TestKind)) if "tests" in table else USUAL_TESTS
    return Authorisation(
        by=by,
        start=start,
        end=end,
        networks=read_networks(table, "networks"),
        tests=tests,
        note=table.text("note", "", most=2000),
    )


def _credentials(tables: list[TomlTable], environ: Mapping[str, str] | None) -> tuple[CredentialRule, ...]:
    rules: dict[tuple[CredentialKind, Network], CredentialRule] = {}
    for table in tables:
        rule = _credential(table, environ)
        key = rule.kind, rule.match
        if key in rules:
            raise table.wrong("match", "site.duplicate-match", match=rule.match, other=list(rules).index(key) + 1)
        rules[key] = rule
    return tuple(rules.values())


def _credential(table: TomlTable, environ: Mapping[str, str] | None) -> CredentialRule:
    for key in table.values:
        if key.casefold() in _PASSWORD_WORDS:
            raise table.wrong(key, "site.secret-in-clear")
    table.only(CREDENTIAL_KEYS)
    match = read_network(table, "match", table.text("match"))
    kind = table.choice("kind", CredentialKind, CredentialKind.LOGIN)
    snmp = kind is CredentialKind.SNMP
    username = table.text("username", "" if snmp else None, most=_LONGEST_SNMP_USER if snmp else 200)
    for key in ("privacy", "digest"):
        if key in table and not (snmp and username):
            raise table.wrong(key, "site.snmp-only")
    for key in ("administrator", "clear_text"):
        if key in table and snmp:
            raise table.wrong(key, "site.login-only")
    return CredentialRule(
        match=match,
        username=username,
        secret_ref=_secret_ref(table, "secret", environ),
        kind=kind,
        privacy_ref=_secret_ref(table, "privacy", environ) if "privacy" in table else "",
        digest=table.choice("digest", SnmpHash, SnmpHash.SHA1),
        administrator_ref=_secret_ref(table, "administrator", environ) if "administrator" in table else "",
        clear_text=table.flag("clear_text"),
    )


def _secret_ref(table: TomlTable, key: str, environ: Mapping[str, str] | None) -> str:
    secret_ref = table.text(key, most=1000)
    if not _SECRET.fullmatch(secret_ref):
        raise table.wrong(key, "site.secret-in-clear")
    source, _, name = secret_ref.partition(":")
    if environ is not None and source == "env" and not environ.get(name):
        raise table.wrong(key, "site.no-environment", name=name)
    return secret_ref


def _devices(tables: list[TomlTable], site_id: str, networks: tuple[Network, ...]) -> tuple[Device, ...]:
    places: dict[tuple[str, int], int] = {}
    ids: dict[str, int] = {}
    devices = []
    for number, table in enumerate(tables, start=1):
        device = _device(table, site_id, networks)
        place = (device.address, device.target.port("http"))
        if place in places:
            raise table.wrong("address", "site.duplicate-device", address=device.address, other=places[place])
        if device.id in ids:
            raise table.wrong("id", "site.duplicate-id", id=device.id, other=ids[device.id])
        places[place] = ids[device.id] = number
        devices.append(device)
    return tuple(devices)


def _device(table: TomlTable, site_id: str, networks: tuple[Network, ...]) -> Device:
    table.only(DEVICE_KEYS)
    address = read_address(table, "address")
    if not any(ip_address(address) in network for network in networks):
        raise table.wrong("address", "site.outside", address=address)
    target = Target(address=address, ports=_ports(table.table("ports")))
    device_id = table.text("id", "") or device_slug(target)
    if not _ID.fullmatch(device_id):
        raise table.wrong("id", "site.bad-id")
    return Device(
        id=device_id,
        site=site_id,
        target=target,
        kind=table.choice("kind", DeviceKind, DeviceKind.OTHER),
        name=table.text("name", ""),
        maker=_maker(table),
        note=table.text("note", "", most=2000),
        listed=True,
        ignored=table.flag("ignored"),
        host_key=_host_key(table),
    )


def _maker(table: TomlTable) -> str:
    """The usual name of a maker of whom something is known; by any of its names."""
    given = table.text("maker", "", most=100)
    maker = find_maker(given)
    if given and maker is None:
        known = [name for one in makers().values() for name in (one.id, one.name, one.name_ja)]
        raise table.wrong("maker", "site.unknown-maker", value=given[:40], suggestion=suggestion(given, known))
    return maker.name if maker is not None else ""


def _host_key(table: TomlTable) -> str:
    given = table.text("ssh_host_key", "", most=200)
    if given and not re.fullmatch(HOST_KEY, given):
        raise table.wrong("ssh_host_key", "site.bad-host-key")
    return given


def device_slug(target: Target) -> str:
    """The id of a listed device that was given none: its address, and its HTTP port where that is not the usual one."""
    return re.sub(r"[^0-9a-z]+", "-", target.key.lower()).strip("-")


def _ports(table: TomlTable) -> dict[str, int]:
    for key in table.values:
        if key not in SERVICES:
            known = ", ".join(SERVICES)
            raise table.wrong(
                key, "site.unknown-value", value=key[:40], known=known, suggestion=suggestion(key, SERVICES)
            )
    return {key: table.whole(key, 1, 65535) for key in table.values}


def _methods(table: TomlTable, listed: tuple[Device, ...]) -> tuple[Method, ...]:
    table.only(("methods",))
    methods = table.choices("methods", Method)
    if Method.LISTED in methods and not listed:
        raise table.wrong("methods", "site.no-listed-device")
    if methods:
        return methods
    return (Method.LISTED,) if listed else (Method.WS_DISCOVERY, Method.SWEEP)


def _limits(table: TomlTable) -> Limits:
    table.only(BOUNDS)
    usual = Limits()

    def whole(key: str) -> int:
        least, most = BOUNDS[key]
        return table.whole(key, int(least), int(most), getattr(usual, key))

    def number(key: str) -> float:
        return table.number(key, *BOUNDS[key], getattr(usual, key))

    return Limits(
        device_connections=whole("device_connections"),
        site_connections=whole("site_connections"),
        port_gap=number("port_gap"),
        request_gap=number("request_gap"),
        connect_timeout=number("connect_timeout"),
        probe_timeout=number("probe_timeout"),
        read_timeout=number("read_timeout"),
        body_bytes=whole("body_bytes"),
        device_minutes=number("device_minutes"),
    )
