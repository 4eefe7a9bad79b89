"""The facts in the answers of an OpenWrt router over ubus. All answers stand in one list of replies."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson

from fushinban.drivers._maker_values import Tree, address_of, clip, whole
from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.openwrt._calls import parse_value, replies, value_of
from fushinban.drivers.openwrt._configuration import CONFIGURATION
from fushinban.drivers.openwrt._packages import KINDS, NO_SAY
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import ClockSource, DeviceTime, Hostname, Identity, SnmpSettings, Uptime
from fushinban.model.filtering import Action, ForwardKind, Line, Match, Names, Rule, Target
from fushinban.model.intervals import ANY_V4, TCP, UDP, Intervals, addresses
from fushinban.model.router import Origin, Role, RouterState

_GET = "uci get "
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: `JST-9`, `<+09>-9`, `UTC0`: a zone without summer time, in hours west.
_ZONE = re.compile(r"(?:[A-Za-z]{3,}|<[+\w-]+>)([+-]?\d{1,2})(?::(\d{2}))?")
_MOST_RULES = 1000
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def parse_other_files(data: bytes) -> tuple[str, ...]:
    """Files of the configuration that the router names, that were not asked, and that may have a say."""
    try:
        names = parse_value(data, "uci configs").at("configs").rows
    except DeviceError:
        return ()
    wanted = (clip(name.value) for name in names)
    return tuple(dict.fromkeys(n for n in wanted if _NAME.fullmatch(n) and n not in NO_SAY and n not in KINDS))


def parse_state(data: bytes) -> RouterState:
    """The state of the router: the same reader as for a saved file. Raises why none of its files could be read."""
    document, first = dict[str, object](), None
    for name, reply in replies(data).items():
        if name == "system board" or name.startswith(_GET):
            package = name.removeprefix(_GET)
            try:
                document[package] = value_of(reply, name).value
            except Denied as error:
                document[package], first = {"result": [6]}, first or error
            except NotSupported:
                document[package] = {"result": [4]}
    if first is not None and not any(isinstance(v, dict) and "values" in v for v in document.values()):
        raise first
    state = CONFIGURATION.parse(orjson.dumps(document), Origin.DEVICE)
    return _with_mappings(state, data)


def need_files(data: bytes, *names: str) -> None:
    """Whether one of these files could be read, or is plainly not there. Raises Denied where none could."""
    denied: Denied | None = None
    for name in names:
        try:
            parse_value(data, _GET + name)
        except Denied as error:
            denied = denied or error
        except NotSupported:
            continue
        else:
            return
    if denied is not None:
        raise denied


def parse_identity(data: bytes) -> Identity:
    """`system board`: `model` and `release.version`. The model is that of the hardware, with its own revision."""
    board = parse_value(data, "system board")
    if not board.text("model") and not board.at("release").text("version"):
        raise Malformed(say("maker_web.missing", name="model"))
    return Identity(
        maker="OpenWrt", model=board.text("model"), firmware=board.at("release").text("version"),
        hardware=board.text("board_name"),
    )  # fmt: skip


def parse_hostname(data: bytes) -> Hostname:
    """`system board`: `hostname`."""
    board = parse_value(data, "system board")
    board.need("hostname")
    return Hostname(name=board.text("hostname"))


def parse_uptime(data: bytes, at: datetime) -> Uptime:
    """`system info`: `uptime` in seconds. `at`: our own UTC at that moment."""
    seconds = parse_value(data, "system info").whole("uptime")
    if seconds is None:
        raise Malformed(say("maker_web.missing", name="uptime"))
    try:
        return Uptime(seconds=seconds, booted_at=(at - timedelta(seconds=seconds)).replace(microsecond=0))
    except OverflowError as error:
        raise Malformed(say("maker_web.missing", name="uptime")) from error


def parse_time(data: bytes, at: datetime) -> DeviceTime:
    """`system info`: `localtime` is the local clock in seconds. Its zone stands in the file `system`; where that has
    summer time, or cannot be read, there is no offset.
    """
    shown = whole(parse_value(data, "system info").at("localtime").value, int(_LATEST))
    if shown is None:
        raise Malformed(say("maker_web.missing", name="localtime"))
    try:
        sections = _sections(data, "system")
    except DeviceError:
        sections = []
    system = next((s for s in sections if s.text(".type") == "system"), Tree())
    zone = _ZONE.fullmatch(system.text("timezone") or "UTC0") if sections else None
    local = datetime.fromtimestamp(shown, UTC)
    utc = local + _west(zone) if zone is not None else None
    return DeviceTime(
        source=_source(sections), timezone=system.text("zonename") or system.text("timezone"), utc=utc,
        offset=None if utc is None else (utc - at).total_seconds(),
        local=None if utc is not None else f"{local:%Y-%m-%d %H:%M:%S}",
    )  # fmt: skip


def _west(zone: re.Match[str]) -> timedelta:
    hours, minutes = int(zone[1]), int(zone[2] or 0)
    return timedelta(hours=hours, minutes=-minutes if zone[1].startswith("-") else minutes)


def _source(sections: list[Tree]) -> ClockSource:
    """The time servers of OpenWrt's own client, which is on unless told otherwise."""
    for section in sections:
        if section.text(".type") == "timeserver":
            return ClockSource.MANUAL if section.switch("enabled") is False else ClockSource.NTP
    return ClockSource.MANUAL if sections else ClockSource.UNKNOWN


def parse_snmp(data: bytes) -> SnmpSettings:
    """The file `snmpd`: versions of its groups, whether a community is a usual one, whether something is writable."""
    sections = _sections(data, "snmpd")
    kinds = {s.text(".type") for s in sections}
    if "agent" not in kinds:
        raise NotSupported(say("openwrt.absent", call="uci get snmpd", code="–"))
    versions = {s.text("version") for s in sections if s.text(".type") == "group"}
    communities = [s.text("community") for s in sections if s.text(".type").startswith("com2sec")]
    written = {s.text("write") for s in sections if s.text(".type") == "access"} - {"", "none"}
    return SnmpSettings(
        v1="v1" in versions, v2c="v2c" in versions, v3="usm" in versions,
        usual_community=has_usual_community(*communities), writable=bool(written),
    )  # fmt: skip


def _sections(data: bytes, name: str) -> list[Tree]:
    """The sections of a file. Raises what kept it from being read."""
    values = parse_value(data, _GET + name).at("values").value
    return [Tree(section) for section in values.values()] if isinstance(values, dict) else []


def _with_mappings(state: RouterState, data: bytes) -> RouterState:
    """The ports that devices inside have opened by UPnP now, where the router's web pages can tell (`luci.upnp`).

    Their form is from memory; a row of another form is left out.
    """
    try:
        rows = parse_value(data, "luci.upnp get_status").at("rules").rows
    except DeviceError:
        return state
    outer = Names.of(*(i.name for i in state.interfaces if i.role is Role.WAN))
    rules = tuple(rule for row in rows[:_MOST_RULES] if (rule := _mapping(row, outer)) is not None)
    return replace(state, mappings=(*state.mappings, *rules))


def _mapping(row: Tree, outer: Names) -> Rule | None:
    protocols = {"tcp": TCP, "udp": UDP}.get(row.text("proto").lower())
    outside, inside_port = row.whole("extport"), row.whole("intport")
    inside = address_of(row.text("intaddr"))
    if protocols is None or not inside or ":" in inside or not _is_port(outside) or not _is_port(inside_port):
        return None
    assert outside is not None
    assert inside_port is not None
    text = f"UPnP {row.text('proto')} {outside} -> {inside}:{inside_port} {row.text('descr')}"
    return Rule(
        action=Action.TRANSLATE,
        match=Match(
            protocols=protocols, destinations=ANY_V4, destination_ports=Intervals.single(outside), entering=outer
        ),
        target=Target(addresses=addresses(inside), ports=Intervals.single(inside_port)),
        kind=ForwardKind.UPNP, lines=(Line(0, text[:200]),), name=row.text("descr"),
    )  # fmt: skip


def _is_port(number: int | None) -> bool:
    return number is not None and 0 < number < 65536
