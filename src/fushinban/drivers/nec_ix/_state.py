"""A configuration of UNIVERGE IX as a `RouterState`."""

import re

from fushinban.drivers._router_text import Notes
from fushinban.drivers.nec_ix._access_lists import AccessLists
from fushinban.drivers.nec_ix._filters import filters_of
from fushinban.drivers.nec_ix._interfaces import Interfaces
from fushinban.drivers.nec_ix._running import Running, Statement
from fushinban.drivers.nec_ix._services import Services
from fushinban.drivers.nec_ix._translation import Translation
from fushinban.drivers.nec_ix._words import note_unread
from fushinban.model.filtering import Family, Hook, RuleList
from fushinban.model.router import Origin, PasswordState, RouterAccount, RouterState

_HOST = re.compile(r"(?:host(?:name)?|domain)=([\w.-]+)", re.IGNORECASE)


def state_of(running: Running, origin: Origin, notes: Notes) -> RouterState:
    """The state that the statements describe."""
    interfaces = Interfaces(running, notes)
    lists = {
        Family.V4: AccessLists(Family.V4, running.said("ip access-list"), notes),
        Family.V6: AccessLists(Family.V6, running.said("ipv6 access-list"), notes),
    }
    found = _packets(interfaces, lists, notes)
    services = Services(running, lists, notes)
    own = services.all()
    note_unread(running, notes)
    return RouterState(
        kind="nec_ix", origin=origin, maker="NEC", model=running.model, firmware=running.version,
        host_name=next((s.words[1] for s in running.said("hostname") if len(s.words) > 1), ""),
        interfaces=interfaces.all(), routes=interfaces.routes, lists=tuple(one for one, _ in found),
        hooks=tuple(hook for _, hook in found), services=own, upnp=services.upnp(),
        accounts=_accounts(running.said("username")), dynamic_names=_dynamic_names(running),
        time_servers=_hosts(running, "ntp server", "sntp server"),
        log_hosts=_hosts(running, "syslog ip host", "syslog ipv6 host"), unread=notes.all(),
        line_count=running.line_count,
    )  # fmt: skip


def _packets(interfaces: Interfaces, lists: dict[Family, AccessLists], notes: Notes) -> list[tuple[RuleList, Hook]]:
    names = frozenset(interfaces.ports)
    found: list[tuple[RuleList, Hook]] = []
    for port in interfaces.ports.values():
        translation = Translation(port, names, notes)
        found.extend(filters_of(port, Family.V4, lists[Family.V4], translation, notes))
        found.extend(filters_of(port, Family.V6, lists[Family.V6], None, notes))
        found.extend(translation.lists())
    return found


def _accounts(said: list[Statement]) -> tuple[RouterAccount, ...]:
    """`username NAME password hash *** administrator`."""
    return tuple(
        RouterAccount(
            name=s.words[1], administrator=s.words[-1] == "administrator",
            password=PasswordState.SET if "password" in s.words else PasswordState.UNKNOWN, lines=(s.line,),
        )
        for s in said
        if len(s.words) > 2
    )  # fmt: skip


def _hosts(running: Running, *beginnings: str) -> tuple[str, ...]:
    return tuple(
        s.words[len(beginning.split())]
        for beginning in beginnings
        for s in running.said(beginning)
        if len(s.words) > len(beginning.split())
    )


def _dynamic_names(running: Running) -> tuple[str, ...]:
    """Names kept by the maker's NetMeister, or by a dynamic-DNS service."""
    found: list[str] = []
    group = next((s.words[2] for s in running.said("nm account") if len(s.words) > 2), "")
    for statement in running.said("nm ddns hostname"):
        if len(statement.words) > 3:
            found.append(f"{statement.words[3]}.{group or '(group)'}.nmddns.jp")
    if running.said("ddns enable"):
        for block in running.blocks_of("ddns profile"):
            found.extend(name[1] for s in block.body for name in _HOST.finditer(s.text))
    return tuple(dict.fromkeys(found))
