"""The parameter sheet (設定シート): what a device was, should be, was left as, and is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fushinban.model.facts.base import Section
from fushinban.model.text import Named, Text


class Stage(Named):
    """The states that the guide asks to record (checkpoint 1)."""

    FACTORY = "factory"
    PLANNED = "planned"
    INSTALLED = "installed"
    ACTUAL = "actual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One flat value. `key` is stable (`accounts[admin].level`); a secret's `value` is its keyed fingerprint."""

    key: str
    value: str
    label: Text
    section: Section
    unit: str = ""
    secret: bool = False
    volatile: bool = False
    source: str = ""


class Importance(Named):
    """How much a difference matters (重要 / 注意 / 情報)."""

    MAJOR = "major"
    NOTICE = "notice"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two sheets; an empty side means the parameter was not there."""

    key: str
    label: Text
    before: str
    after: str
    importance: Importance


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSheet:
    """Flat parameters of one device at one stage. `digest`: SHA-256 over key=value of what is not volatile."""

    device: str
    stage: Stage
    taken_at: datetime
    parameters: tuple[Parameter, ...]
    digest: str
    by: str = ""

    def values(self) -> Mapping[str, Parameter]:
        """Parameters by key."""
        return {p.key: p for p in self.parameters}


#: Key prefixes whose difference is 重要 / 注意; the rest is 情報 (parameter-sheet rules for checkpoint 2).
_MAJOR = (
    "accounts", "dynamic_dns", "dns", "gateway", "protocols", "ports", "ntp", "identity.firmware", "address_filter",
    "access_policy", "password", "interfaces", "discovery_mode", "anonymous", "credential", "ssh_host_key",
    # What makers' own interfaces and routers say of the same things.
    "maker_accounts", "service_settings", "router_configuration", "port_mappings", "upnp_client", "cloud",
    "snmp_settings", "remote_log", "login_lock", "login_rules", "activation", "factory_logins", "auth_failure_warning",
)  # fmt: skip
_NOTICE = (
    "hostname", "scopes", "profiles", "time", "video_sources", "stored_certificates", "served_certificates", "channels",
    "firmware_update", "dot1x", "tls",
)  # fmt: skip


def importance(key: str) -> Importance:
    """Grade a difference by the key of its parameter."""
    if key.startswith(_MAJOR):
        return Importance.MAJOR
    return Importance.NOTICE if key.startswith(_NOTICE) else Importance.INFO


def differences(before: ParameterSheet, after: ParameterSheet, only: Iterable[str] | None = None) -> tuple[Change, ...]:
    """Differences by key, volatile parameters left out, the gravest first.

    `only` limits the comparison to keys beginning with one of these prefixes: give the facts that both sides could
    read, so that a fact that could not be read is not reported as removed.
    """
    prefixes = tuple(only) if only is not None else None
    old, new = before.values(), after.values()
    changes = []
    for key in old.keys() | new.keys():
        a, b = (old[key].value if key in old else ""), (new[key].value if key in new else "")
        if a == b:
            continue
        parameter = new.get(key) or old[key]
        if not parameter.volatile and (prefixes is None or key.startswith(prefixes)):
            changes.append(Change(key=key, label=parameter.label, before=a, after=b, importance=importance(key)))
    order = list(Importance)
    return tuple(sorted(changes, key=lambda c: (order.index(c.importance), c.key)))
