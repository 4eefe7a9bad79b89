"""Accounts, who is logged in, the lock after failed logins, rules for logins, the address filter."""

from fushinban.drivers._maker_values import clip, indexed, networks_of, switch, whole
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.dahua import _ask
from fushinban.drivers.dahua._ask import config, table, values
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    AddressFilter,
    FilterMode,
    Level,
    LiveSession,
    LiveSessions,
    LoginLock,
    LoginRules,
    MakerAccount,
    MakerAccounts,
)

_LEVELS = {"admin": Level.ADMINISTRATOR, "user": Level.USER}


async def get_accounts(web: MakerWeb) -> MakerAccounts:
    """getUserInfoAll."""
    return parse_accounts(await web.ask(_ask.USERS))


async def get_sessions(web: MakerWeb) -> LiveSessions:
    """getActiveUserInfoAll."""
    return parse_sessions(await web.ask(_ask.ACTIVE_USERS))


async def get_login_lock(web: MakerWeb) -> LoginLock:
    """Table General."""
    return parse_login_lock(await config(web, "General"))


async def get_login_rules(web: MakerWeb) -> LoginRules:
    """Table UserGlobal."""
    return parse_login_rules(await config(web, "UserGlobal"))


async def get_address_filter(web: MakerWeb) -> AddressFilter:
    """Table AccessFilter."""
    return parse_address_filter(await config(web, "AccessFilter"))


def parse_accounts(data: bytes) -> MakerAccounts:
    """`users[i].Name`, `.Group`, `.Reserved` (it cannot be deleted). A password that comes along is not read."""
    rows = [r for r in indexed(values(data), "users") if r.get("Name")]
    if not rows:
        raise Malformed(say("maker_web.missing", name="users[0].Name"))
    return MakerAccounts(accounts=tuple(_account(row) for row in rows))


def _account(row: dict[str, str]) -> MakerAccount:
    group = clip(row.get("Group", ""))
    return MakerAccount(
        name=clip(row["Name"]),
        level=_LEVELS.get(group.lower(), Level.OTHER),
        group=group,
        builtin=switch(row.get("Reserved")),
    )


def parse_sessions(data: bytes) -> LiveSessions:
    """`users[i].Name`, `.ClientAddress`, `.ClientType`, `.LoginTime`; ourselves among them."""
    rows = [r for r in indexed(values(data), "users") if r.get("Name")]
    return LiveSessions(
        sessions=tuple(
            LiveSession(
                user=clip(row["Name"]),
                address=clip(row.get("ClientAddress", "")),
                kind=clip(row.get("ClientType", "")),
                since=clip(row.get("LoginTime", "")),
            )
            for row in rows
        )
    )


def parse_login_lock(data: bytes) -> LoginLock:
    """`LockLoginEnable`, `LockLoginTimes` (failures) and `LoginFailLockTime` (seconds) of the table General."""
    found = table(data, "General")
    if "LockLoginEnable" not in found and "LockLoginTimes" not in found:
        raise NotSupported(say("dahua.no-lock"))
    return LoginLock(
        enabled=switch(found.get("LockLoginEnable")),
        attempts=whole(found.get("LockLoginTimes")) or 0,
        seconds=whole(found.get("LoginFailLockTime")) or 0,
    )


def parse_login_rules(data: bytes) -> LoginRules:
    """`OnvifLoginCheck` of the table UserGlobal: false opens ONVIF to everybody."""
    checked = switch(table(data, "UserGlobal").get("OnvifLoginCheck"))
    if checked is None:
        raise Malformed(say("maker_web.missing", name="OnvifLoginCheck"))
    return LoginRules(onvif=checked)


def parse_address_filter(data: bytes) -> AddressFilter:
    """`Enable`, `Type` (TrustList, BannedList) and the lists of the table AccessFilter.

    The form of the table is from memory, not from a verified source: any other one is Malformed.
    """
    found = table(data, "AccessFilter")
    enabled, kind = switch(found.get("Enable")), found.get("Type", "").lower()
    modes = {"trustlist": FilterMode.ALLOW, "bannedlist": FilterMode.DENY}
    if enabled is None or (enabled and kind not in modes):
        raise Malformed(say("maker_web.missing", name="AccessFilter.Type"))
    if not enabled:
        return AddressFilter(mode=FilterMode.DENY)
    name = "TrustList[" if modes[kind] is FilterMode.ALLOW else "BannedList["
    entries = (n for key, value in found.items() if key.startswith(name) for n in networks_of(value))
    return AddressFilter(mode=modes[kind], entries=tuple(dict.fromkeys(entries)))
