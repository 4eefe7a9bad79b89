"""What a pretend site is: frozen values that `LAB.toml` declares and the servers answer from.

A device is declared in its good state; `lab.faults` changes the declaration, so the servers know no fault by name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.device import CAMERA_PORTS, UDP_PORTS, VIDEO_KINDS, DeviceKind
from fushinban.model.facts.access import Level
from fushinban.model.facts.network import DynamicDnsMode, FilterMode
from fushinban.model.facts.time import ClockSource
from fushinban.model.site import SiteKind, TestKind
from fushinban.model.text import Named

#: Services the lab can serve, by the name of their usual port.
TCP_SERVICES = frozenset({"http", "https", "rtsp", "ssh", "telnet", "telnet-alt", "ftp", "upnp-http"})
UDP_SERVICES = frozenset({"ws-discovery", "ssdp"})

#: Every service of which a site file must name the port, so that a service of the host itself is never touched.
MAPPED_PORTS: Mapping[str, int] = {**CAMERA_PORTS, **UDP_PORTS}

#: The ports of a block are `base + usual port`; the highest usual port must still fit.
HIGHEST_BASE = 65535 - max(MAPPED_PORTS.values())
LOWEST_BASE = 1024


#: Services of a gateway that answers UPnP.
UPNP_SERVICES = frozenset({"ssdp", "upnp-http"})

#: What a router that obeys UPnP must make fail: that it does, and what it lets in.
OBEYS, LETS_IN = "G-3.4-5d", "G-3.4-5a"

#: Declared as a server's name: it sends no `Server` header.
SILENT = "-"


class Auth(Named):
    """Which logins a device takes (HTTP digest with MD5; the same and SHA-256; WS-UsernameToken; digest and token)."""

    DIGEST = "digest"
    DIGEST_SHA256 = "digest-sha256"
    USERNAME_TOKEN = "usernametoken"
    BOTH = "both"


class Trick(Named):
    """Ways in which a device answers wrongly on the wire."""

    GARBAGE = "garbage"
    NON_UTF8 = "non-utf8"
    TRUNCATED = "truncated"
    ENDLESS_BODY = "endless-body"
    HUGE_XML = "huge-xml"
    DEEP_XML = "deep-xml"
    ENTITY_BOMB = "entity-bomb"
    REDIRECT = "redirect"
    WRONG_STATUS = "wrong-status"
    RESETS = "resets"
    REFUSES = "refuses-everything"


class CertificateKind(Named):
    """What HTTPS presents."""

    GOOD = "good"
    EXPIRED = "expired"
    SHORT_RSA = "short-rsa"


class ProbeHabit(Named):
    """Which WS-Discovery probes a device answers; recorders and old cameras know only one of them."""

    ANY = "any"
    TYPED = "typed"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabUser:
    """One account of a pretend device."""

    name: str
    password: str = field(repr=False)
    level: Level = Level.ADMINISTRATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockout:
    """Locks after `attempts` failures within `window` s, for `duration` s (0: until told); answers `status`."""

    attempts: int = 5
    window: float = 600.0
    duration: float = 0.0
    status: int = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbehaviour:
    """A trick, the operations it is played on (empty: every request), and its number or text."""

    trick: Trick
    operations: frozenset[str] = frozenset()
    status: int = 500
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What the services say of themselves; empty texts are derived from maker and model, `-` means silence."""

    server: str = ""
    title: str = ""
    realm: str = ""
    rtsp: str = ""
    telnet: str = ""
    ssh: str = "SSH-2.0-dropbear_2022.83"
    ftp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRules:
    """The device's own rules for passwords, and its warning of repeated failures."""

    min_length: int = 10
    uppercase: int = 1
    digits: int = 1
    specials: int = 1
    block_username: bool = True
    history: int = 4
    warning_failures: int = 5
    warning_period: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A way in that a device of the site asks the router for by UPnP. `device`: its id; `service`: the lab's port."""

    device: str
    outside_port: int
    service: str = "http"
    protocol: str = "TCP"
    name: str = ""
    lease: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The UPnP of a router (InternetGatewayDevice): its switch, version 1 or 2, the line, and what devices ask it for
    as soon as it is on. The usual outside address is one for documentation."""

    enabled: bool = False
    version: int = 2
    external_address: str = "203.0.113.7"
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """The declared truth of one fault: the controls that must fail on this device, and those that may as a result."""

    fault: str
    expects: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePlan:
    """One pretend device. Defaults describe a device in a good state; seconds, milliseconds (`answer_ms`), ports."""

    id: str
    address: str
    kind: DeviceKind = DeviceKind.CAMERA
    name: str = ""
    note: str = ""
    maker: str = "Asagiri Denki"
    model: str = "AG-200"
    firmware: str = "2.4.1"
    hardware: str = "1.0"
    serial: str = ""
    mac: str = ""
    location: str = ""
    services: frozenset[str] = frozenset({"http", "https", "rtsp", "ws-discovery"})
    users: tuple[LabUser, ...] = ()
    login: str = ""
    auth: Auth = Auth.BOTH
    qop: str = "auth"
    nonce_life: float = 300.0
    token_window: float = 20.0
    answer_ms: int = 0
    lockout: Lockout | None = None
    clock_source: ClockSource = ClockSource.NTP
    clock_offset: float = 0.0
    timezone: str = "JST-9"
    ntp: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    gateway: str = ""
    prefix: int = 24
    extra_ipv4: tuple[str, ...] = ()
    ipv6: tuple[str, ...] = ()
    dhcp: bool = False
    hostname: str = ""
    dynamic_dns: DynamicDnsMode = DynamicDnsMode.NO_UPDATE
    dynamic_dns_name: str = ""
    zero_configuration: bool = False
    filter_mode: FilterMode = FilterMode.ALLOW
    ip_filter: tuple[str, ...] = ()
    discoverable: bool = True
    probe: ProbeHabit = ProbeHabit.ANY
    password_rules: PasswordRules | None = field(default_factory=PasswordRules)
    logs: bool = True
    dot1x: bool = True
    xaddr_host: str = ""
    open_operations: frozenset[str] = frozenset()
    snapshot_open: bool = False
    stream_open: bool = False
    certificate: CertificateKind = CertificateKind.GOOD
    certificate_group: str = ""
    old_tls: bool = False
    channels: tuple[str, ...] = ()
    appearance: Appearance = field(default_factory=Appearance)
    misbehaviour: Misbehaviour | None = None
    recording: str = ""
    auth_required: bool = False
    upnp: Gateway | None = None
    planted: tuple[Planted, ...] = ()

    @property
    def speaks_onvif(self) -> bool:
        """Cameras, recorders and encoders do, and whatever serves a recording; a router has its web page only."""
        return self.kind in VIDEO_KINDS or bool(self.recording)

    @property
    def opening(self) -> frozenset[str]:
        """The services that listen from the start."""
        return self.services | (UPNP_SERVICES if self.upnp is not None and self.upnp.enabled else frozenset())

    @property
    def login_user(self) -> LabUser | None:
        """The account that the site file gives to the inspection; None where it gives none."""
        return next((u for u in self.users if u.name == self.login), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPlan:
    """A whole pretend site. `base_port` 0: find a free block of ports. `multicast`: join WS-Discovery's
    group on loopback.

    `answers` and `details` are passed on to the site file as they stand; `source` names the file in error messages.
    """

    name: str
    devices: tuple[DevicePlan, ...]
    id: str = "lab"
    customer: str = "架空の顧客"
    kind: SiteKind = SiteKind.SHOP
    base_port: int = 10000
    multicast: bool = False
    tests: tuple[TestKind, ...] = tuple(TestKind)
    answers: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    @property
    def networks(self) -> tuple[str, ...]:
        """The /24 networks that the devices stand in, as an authorisation would name them."""
        return tuple(sorted({d.address.rpartition(".")[0] + ".0/24" for d in self.devices}))


def planted(plan: LabPlan) -> frozenset[tuple[str, str]]:
    """The planted truth: pairs of device id and control that an inspection must find failing."""
    faults = {(d.id, control) for d in plan.devices for p in d.planted for control in p.expects}
    return frozenset(faults | {pair for d in plan.devices if d.upnp is not None for pair in _let_in(d.id, d.upnp)})


def _let_in(router: str, upnp: Gateway) -> Iterator[tuple[str, str]]:
    """What must fail as long as a router obeys: at the router, and at each device that had it open a way in."""
    if not upnp.enabled:
        return
    yield router, OBEYS
    for device in {router, *(ask.device for ask in upnp.asks)} if upnp.asks else ():
        yield from ((device, control) for control in (OBEYS, LETS_IN))


def with_upnp(plan: LabPlan, *, on: bool = True) -> LabPlan:
    """The site with the UPnP of its routers switched. Raises InputError where no router has it."""
    if not any(d.upnp is not None for d in plan.devices):
        raise InputError(say("lab.no-upnp", file=plan.source))
    devices = (replace(d, upnp=replace(d.upnp, enabled=on)) if d.upnp else d for d in plan.devices)
    return replace(plan, devices=tuple(devices))


def tolerated(plan: LabPlan) -> frozenset[tuple[str, str]]:
    """`planted` and the pairs that may fail as a further result of a fault; any other failure is invented."""
    further = {(d.id, control) for d in plan.devices for p in d.planted for control in p.also}
    return planted(plan) | further
