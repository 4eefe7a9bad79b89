"""The facts in the answers of a RouterOS router over REST. All answers stand in one document, by menu.

That REST mirrors the console's menus, with all values as strings, is the maker's own statement; what single menus are
called and hold is from memory, so an answer of another form is no fact.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from fushinban.drivers._maker_values import Tree, address_of, clip, tree
from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.mikrotik._configuration import CONFIGURATION
from fushinban.drivers.mikrotik._rest import is_absent, is_denied
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    ClockSource,
    DeviceTime,
    FirmwareUpdate,
    LiveSession,
    LiveSessions,
    SnmpSettings,
    Uptime,
)
from fushinban.model.router import Origin, RouterState

#: What else is asked where a function is on.
_WHERE_ON = {"ip/upnp": "ip/upnp/interfaces", "ip/nat-pmp": "ip/nat-pmp/interfaces", "snmp": "snmp/community"}
_IPV6 = (
    "ipv6/address", "ipv6/dhcp-client", "ipv6/route", "ipv6/firewall/filter", "ipv6/firewall/nat", "ipv6/firewall/raw",
    "ipv6/firewall/address-list",
)  # fmt: skip
_PERIOD = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_WEEK, _DAY, _HOUR, _MINUTE = 604_800, 86_400, 3600, 60
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_FORMS = ("%Y-%m-%d %H:%M:%S", "%b/%d/%Y %H:%M:%S")
_MOST_SESSIONS = 1000


def parse_resource(data: bytes) -> Tree:
    """`system/resource` as RouterOS answers it, as one object or a list of one. Raises Malformed for others."""
    found = _one(tree(data))
    if not found.text("version") or not (found.text("board-name") or found.text("platform") == "MikroTik"):
        raise Malformed(say("maker_web.missing", name="version"))
    return found


def parse_state(data: bytes) -> RouterState:
    """The state of the router: the same reader as for a saved file."""
    need_menu(data, "ip/firewall/nat")
    return CONFIGURATION.parse(data, Origin.DEVICE)


def parse_more_menus(data: bytes) -> tuple[str, ...]:
    """The menus that have a say as this router is set, and were not asked yet."""
    document = tree(data)
    more = [menu for switch, menu in _WHERE_ON.items() if _one(document.at(switch)).switch("enabled")]
    if _one(document.at("ipv6/settings")).switch("disable-ipv6") is not True:
        more += [] if is_absent(document.at("ipv6/settings").value) else _IPV6
    if any(row.text("type") == "wg" for row in document.at("interface").rows):
        more.append("interface/wireguard")
    return tuple(more)


def need_menu(data: bytes, menu: str) -> Tree:
    """The answer for a menu. Raises NotSupported where the router has none, Denied, or Malformed."""
    found = tree(data).at(menu)
    if is_denied(found.value):
        raise Denied(say("mikrotik.denied", menu=menu))
    if not found.there or is_absent(found.value):
        raise NotSupported(say("mikrotik.absent", menu=menu))
    if not isinstance(found.value, dict | list) or found.at("error").there:
        _wrong(menu)
    return found


def _wrong(menu: str) -> NoReturn:
    raise Malformed(say("maker_web.missing", name=menu))


def _one(found: Tree) -> Tree:
    """The only setting of a menu, which some versions give as a list of one."""
    return found.rows[0] if found.rows else found


def parse_uptime(data: bytes, at: datetime) -> Uptime:
    """`system/resource`: `uptime` as `1w2d3h4m5s`. `at`: our own UTC at that moment."""
    text = _one(need_menu(data, "system/resource")).text("uptime")
    found = _PERIOD.fullmatch(text)
    if not text or found is None or len(text) > 40:
        _wrong("uptime")
    parts = (int(part or 0) for part in found.groups())
    seconds = sum(n * unit for n, unit in zip(parts, (_WEEK, _DAY, _HOUR, _MINUTE, 1), strict=True))
    try:
        return Uptime(seconds=seconds, booted_at=(at - timedelta(seconds=seconds)).replace(microsecond=0))
    except OverflowError as error:
        raise Malformed(say("maker_web.missing", name="uptime")) from error


def parse_time(data: bytes, at: datetime) -> DeviceTime:
    """`system/clock`: `date` and `time`, and their `gmt-offset`, daylight saving included."""
    shown = _one(need_menu(data, "system/clock"))
    local, offset = _moment(shown), _OFFSET.fullmatch(shown.text("gmt-offset"))
    utc = None
    if offset is not None:
        east = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        utc = local - east if offset[1] == "+" else local + east
    return DeviceTime(
        source=_source(tree(data)), timezone=shown.text("time-zone-name"), daylight=bool(shown.switch("dst-active")),
        utc=utc, offset=None if utc is None else (utc - at).total_seconds(),
        local=None if utc is not None else f"{local:%Y-%m-%d %H:%M:%S}",
    )  # fmt: skip


def _moment(shown: Tree) -> datetime:
    """`2026-11-24`, or `nov/24/2026` before 7.10. Years that no clock shows are refused."""
    text = f"{shown.text('date')} {shown.text('time')}"
    for form in _FORMS:
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if 1970 <= found.year <= 2200:
            return found
    _wrong("date")


def _source(document: Tree) -> ClockSource:
    on = _one(document.at("system/ntp/client")).switch("enabled")
    return {True: ClockSource.NTP, False: ClockSource.MANUAL, None: ClockSource.UNKNOWN}[on]


def parse_firmware(data: bytes) -> FirmwareUpdate:
    """`system/resource`: `build-time`; `system/package/update`: a newer version that the router has heard of."""
    update = _one(tree(data).at("system/package/update"))
    latest, installed = update.text("latest-version"), update.text("installed-version")
    built = _one(need_menu(data, "system/resource")).text("build-time")
    if not built and not installed:
        _wrong("build-time")
    return FirmwareUpdate(available=latest if latest != installed else "", built=built)


def parse_sessions(data: bytes) -> LiveSessions:
    """`user/active`: `name`, `address`, `via`, `when`."""
    rows = need_menu(data, "user/active").rows[:_MOST_SESSIONS]
    return LiveSessions(
        sessions=tuple(
            LiveSession(
                user=row.text("name"), address=address_of(row.text("address")), kind=row.text("via"),
                since=row.text("when"),
            )
            for row in rows
        )
    )  # fmt: skip


def parse_snmp(data: bytes) -> SnmpSettings:
    """`snmp` and `snmp/community`: a community without security is that of versions 1 and 2c."""
    enabled = _one(need_menu(data, "snmp")).switch("enabled")
    if enabled is None:
        _wrong("snmp")
    if not enabled:
        return SnmpSettings(v1=False, v2c=False, v3=False)
    rows = [row for row in need_menu(data, "snmp/community").rows if row.switch("disabled") is not True]
    plain = [row for row in rows if row.text("security") in ("", "none")]
    return SnmpSettings(
        v1=bool(plain), v2c=bool(plain), v3=len(plain) < len(rows),
        usual_community=has_usual_community(*(clip(row.at("name").value) for row in plain)),
        writable=any(row.switch("write-access") for row in rows),
    )  # fmt: skip
