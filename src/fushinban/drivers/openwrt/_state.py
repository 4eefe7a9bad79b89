"""OpenWrt's configuration as a `RouterState`."""

from fushinban.drivers._router_text import Notes
from fushinban.drivers.openwrt._firewall import Firewall
from fushinban.drivers.openwrt._network import Network
from fushinban.drivers.openwrt._packages import KINDS, NEEDED, NO_SAY, is_whole, settle_packages
from fushinban.drivers.openwrt._sections import Section
from fushinban.drivers.openwrt._services import PACKAGES, Services
from fushinban.drivers.openwrt._uci import Uci
from fushinban.model.filtering import Line
from fushinban.model.router import Origin, PasswordState, RouterAccount, RouterState

#: Kinds of sections in /etc/config/network; policy routes are noted, the others are read or have no say.
_NETWORK = frozenset(
    {
        "interface", "device", "globals", "route", "route6", "switch", "switch_vlan", "switch_port", "bridge-vlan",
        "alias", "atm-bridge", "dsl", "adsl", "vdsl", "switch_ext",
    }
)  # fmt: skip


def state_of(uci: Uci, origin: Origin, notes: Notes) -> RouterState:
    """The state that the sections describe."""
    settle_packages(uci)
    by_package: dict[str, list[Section]] = {}
    for section in uci.sections:
        by_package.setdefault(section.package, []).append(section)
    network = Network(by_package.get("network", ()), notes)
    firewall = Firewall(by_package.get("firewall", ()), network, notes)
    services = Services(uci.sections, network, notes)
    found = services.all()
    _note_others(uci, by_package, notes)
    system = by_package.get("system", [])
    return RouterState(
        kind="openwrt", origin=origin, maker="OpenWrt", model=uci.facts.get("model", ""),
        firmware=uci.facts.get("version", ""), host_name=_host_name(uci, system),
        interfaces=network.interfaces(firewall.sides), routes=network.routes, lists=firewall.lists,
        hooks=firewall.hooks, services=found, upnp=services.upnp(whole=is_whole(uci) and "upnpd" not in uci.denied),
        accounts=_accounts(by_package.get("rpcd", [])), dynamic_names=services.dynamic_names(),
        time_servers=_time_servers(system), log_hosts=tuple(s.get("log_ip") for s in system if s.get("log_ip")),
        unread=notes.all(), line_count=uci.line_count,
    )  # fmt: skip


def _note_others(uci: Uci, by_package: dict[str, list[Section]], notes: Notes) -> None:
    """Lines of files that are not known, kinds of routes with conditions, and the files that were not given."""
    for package, sections in by_package.items():
        for section in sections if package not in NO_SAY | {"firewall", "network"} else ():
            if package not in PACKAGES or section.kind not in KINDS[package]:
                for line in section.causes:
                    notes.add(line, "unknown-section")
    for section in by_package.get("network", ()):
        if section.kind in ("rule", "rule6"):
            notes.add(section.head, "policy-route")
        elif section.kind not in _NETWORK and not section.kind.startswith("wireguard_"):
            notes.add(section.head, "unknown-section")
    for package in NEEDED:
        if package not in uci.packages | uci.denied:
            notes.add(Line(0, f"/etc/config/{package}"), "missing-part")
    for package in sorted(uci.denied - (NO_SAY - PACKAGES) - {"ddns"}):
        notes.add(Line(0, f"/etc/config/{package}"), "denied-part")


def _host_name(uci: Uci, system: list[Section]) -> str:
    return next((s.get("hostname") for s in system if s.kind == "system"), "") or uci.facts.get("hostname", "")


def _accounts(sections: list[Section]) -> tuple[RouterAccount, ...]:
    """Those who may log in to the web pages and over ubus."""
    return tuple(
        RouterAccount(
            name=s.get("username"), administrator=s.get("username") == "root" or "*" in s.words("write"),
            password=PasswordState.UNKNOWN if s.get("password") else PasswordState.EMPTY, lines=s.causes,
        )
        for s in sections
        if s.kind == "login" and s.get("username")
    )  # fmt: skip


def _time_servers(system: list[Section]) -> tuple[str, ...]:
    return tuple(
        server
        for section in system
        if section.kind == "timeserver" and section.says("enabled", default=True)
        for server in section.words("server")
    )
