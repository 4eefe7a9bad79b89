"""What discovery saw, and how it differs from what was known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fushinban.model.device import Device, IdentityLevel
from fushinban.model.text import Named, Text


class Method(Named):
    """Ways to find devices, as `[discovery] methods` names them."""

    LISTED = "listed"
    WS_DISCOVERY = "ws-discovery"
    SWEEP = "sweep"
    SSDP = "ssdp"
    MDNS = "mdns"
    NEIGHBOURS = "neighbours"
    SADP = "sadp"


class Group(Named):
    """The six groups of a discovery summary."""

    NEW = "new"
    GONE = "gone"
    BACK = "back"
    CHANGED = "changed"
    SAME = "same"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One signal of one method at one address. `hints` are unauthenticated claims (`maker`, `model`, `name`, …).

    `identity`: stable id the device claims (endpoint UUID, USN), `mac`: lower-case colon form; both may be empty.
    """

    method: Method
    address: str
    at: datetime
    identity: str = ""
    mac: str = ""
    ports: Mapping[str, int] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    level: IdentityLevel = IdentityLevel.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverySummary:
    """Devices of a site after discovery, and the group of each by device id.

    `renamed`: earlier id → id now, where a person has listed a device that had been found before.
    """

    devices: tuple[Device, ...]
    groups: Mapping[str, Group]
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    methods: tuple[Method, ...] = ()
    problems: tuple[Text, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> tuple[Device, ...]:
        """Devices that are asked themselves: neither set aside nor behind a recorder."""
        return tuple(d for d in self.devices if not d.ignored and not d.behind)

    def of(self, group: Group) -> tuple[Device, ...]:
        """Devices of one group."""
        return tuple(d for d in self.devices if self.groups.get(d.id) is group)
