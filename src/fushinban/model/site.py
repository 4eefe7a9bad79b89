"""The site and what its owner allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network

from fushinban.model.text import Named

Network = IPv4Network | IPv6Network


class SiteKind(Named):
    """What the place is; decides reporting duties and the questions asked."""

    SHOP = "shop"
    OFFICE = "office"
    CONDOMINIUM = "condominium"
    FACTORY = "factory"
    SCHOOL = "school"
    MEDICAL = "medical"
    PUBLIC = "public"
    INFRASTRUCTURE = "infrastructure"
    OTHER = "other"


class TestKind(Named):
    """Kinds of test that an authorisation may allow."""

    __test__ = False  # a word of the trade, not a test case

    DISCOVERY = "discovery"
    PORTS = "ports"
    READ = "read"
    ANONYMOUS = "anonymous"
    DEFAULT_PASSWORD = "default-password"


#: What an authorisation allows when it does not say: everything but trying a password.
USUAL_TESTS = frozenset({TestKind.DISCOVERY, TestKind.PORTS, TestKind.READ, TestKind.ANONYMOUS})


class InspectionKind(Named):
    """Why the inspection is made."""

    INSTALLATION = "installation"
    PERIODIC = "periodic"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """Who allowed what, on which networks, from when until when (aware UTC)."""

    by: str
    start: datetime
    end: datetime
    networks: tuple[Network, ...]
    tests: frozenset[TestKind] = USUAL_TESTS
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How gently the site is touched. Seconds, bytes and counts. `device_minutes`: how long reading one device may
    take altogether; what was read until then is kept."""

    device_connections: int = 2
    site_connections: int = 64
    port_gap: float = 0.1
    request_gap: float = 0.0
    connect_timeout: float = 5.0
    probe_timeout: float = 2.0
    read_timeout: float = 10.0
    body_bytes: int = 4 * 1024 * 1024
    device_minutes: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with cameras. `details` holds the optional facts of the basic-information sheet by key."""

    id: str
    name: str
    customer: str
    kind: SiteKind
    details: Mapping[str, str] = field(default_factory=dict)
