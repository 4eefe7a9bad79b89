"""The router's own services that outsiders reach, as controls speak of them."""

from collections.abc import Callable, Iterable

from fushinban.controls._exposure import (
    at_router,
    evidence,
    for_everybody,
    hedge,
    lines_text,
    told_evidence,
    who_text,
)
from fushinban.controls._saying import joined
from fushinban.controls._ways import ports_text
from fushinban.model.control import Evidence, Outcome, Severity, Verdict, failed, unknown
from fushinban.model.exposure import Reach, SiteExposure
from fushinban.model.router import OwnService, Purpose
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

Wanted = Callable[[OwnService], bool]
Way = tuple[OwnService, Reach]

_TITLES = {
    "telnet": Text("Telnet", "Telnet"), "ssh": Text("SSH", "SSH"), "sftp": Text("SFTP", "SFTP"),
    "http": Text("設定画面（暗号化なし）", "settings page (not encrypted)"),
    "https": Text("設定画面", "settings page"), "ftp": Text("FTP", "FTP"), "dns": Text("DNS", "DNS"),
    "snmp": Text("SNMP", "SNMP"), "snmpv2c": Text("SNMP", "SNMP"), "snmpv3": Text("SNMP", "SNMP"),
    "api": Text("管理用の接続（API）", "management interface (API)"),
    "api-ssl": Text("管理用の接続（API）", "management interface (API)"),
}  # fmt: skip

#: Services whose password anybody on the way can read.
_IN_CLEAR = frozenset({"telnet", "http", "ftp", "api", "snmp", "snmpv2c"})


def is_telnet(service: OwnService) -> bool:
    """Telnet."""
    return service.name == "telnet"


def is_ssh(service: OwnService) -> bool:
    """SSH and what runs over it."""
    return service.name in ("ssh", "sftp")


def is_other(service: OwnService) -> bool:
    """Whatever else controls the router or serves strangers; a VPN is meant to be reached."""
    return service.purpose is not Purpose.VPN and not is_telnet(service) and not is_ssh(service)


def is_clear(service: OwnService) -> bool:
    """Services that send a login unencrypted."""
    return service.name in _IN_CLEAR


def is_vpn(service: OwnService) -> bool:
    """What lets people in who have its key."""
    return service.purpose is Purpose.VPN


def is_not_vpn(service: OwnService) -> bool:
    """All that is not meant for outsiders."""
    return service.purpose is not Purpose.VPN


def own_ways(exposure: SiteExposure, wanted: Wanted) -> tuple[Way, ...]:
    """The ways in which outsiders reach these services."""
    found = (own for own in exposure.prediction.management if wanted(own.service))
    return tuple((own.service, way) for own in found for way in own.ways)


def services_text(ways: Iterable[Way]) -> Text:
    """`Telnet（23番）、設定画面（80番）`, each once."""
    text = Text("{title}（{ports}）", "{title} ({ports})")
    told = (text.fill(title=_title(service), ports=ports_text(way.outside_ports)) for service, way in ways)
    return joined(dict.fromkeys(told))


def _title(service: OwnService) -> Text:
    return _TITLES.get(service.name, Text(service.name, service.name))


def own_evidence(exposure: SiteExposure, ways: Iterable[Way]) -> tuple[Evidence, ...]:
    """Each way with the lines that cause it, and whose word it is."""
    text = Text("ルータの{service}{default}、原因の行：{lines}", "Router: {service}{default}; caused by: {lines}")
    told = dict.fromkeys(
        text.fill(service=services_text([(s, way)]), lines=lines_text(way.lines or s.lines), default=_default(s))
        for s, way in ways
    )
    return (*(evidence(exposure, one) for one in told), told_evidence(exposure))


def _default(service: OwnService) -> Text:
    return Text("（メーカーの初期値で動作）", " (runs by the maker's default)") if service.by_default else Text("", "")


def from_outside(
    view: DeviceView, wanted: Wanted, everybody: Severity, limited: Severity | None = None
) -> Verdict | None:
    """Whether outsiders reach such services of this router; None where they do not, or nothing is known of it.

    `everybody`: how bad it is where everybody comes; `limited`: where certain addresses do (None: a person decides).
    """
    exposure = at_router(view)
    found = own_ways(exposure, wanted) if exposure is not None else ()
    if exposure is None or not found:
        return None
    sure = [(s, way) for s, way in found if way.certain]
    open_to_all = [(s, way) for s, way in sure if for_everybody(way)]
    if open_to_all or (sure and limited is not None):
        ways = open_to_all or sure
        message = _reached(exposure, ways, hedge(exposure, view.now))
        return failed(message, *own_evidence(exposure, ways), severity=everybody if open_to_all else limited)
    if sure:
        ask = Text("必要なものか、確認してください。", " Please confirm that it is needed.")
        return unknown(_reached(exposure, sure, ask), *own_evidence(exposure, sure))
    message = Text(
        "ルータの{list}に、外部から接続できるかもしれません。設定だけでは判断できない条件があります。",
        "The router's {list} may be reachable from outside: the configuration has a condition that cannot be "
        "evaluated.",
    )
    return unknown(message.fill(list=services_text(found)), *own_evidence(exposure, found))


def _reached(exposure: SiteExposure, ways: list[Way], more: Text) -> Text:
    text = Text("ルータの{list}に、{who}接続できる状態です。{more}", "{who} can reach the router's {list}.{more}")
    return text.fill(list=services_text(ways), who=who_text(exposure, ways[0][1]), more=more)


def graver(outside: Verdict | None, inside: Verdict) -> Verdict:
    """One verdict on a service from outside and from inside: never two findings on the same thing."""
    if outside is None or (outside.outcome is Outcome.UNKNOWN and inside.outcome is Outcome.FAIL):
        return inside
    if outside.outcome is Outcome.FAIL and inside.outcome is Outcome.FAIL:
        both = (*outside.evidence, *inside.evidence)
        return failed(outside.message, *both, severity=outside.severity)
    return outside
