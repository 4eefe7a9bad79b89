"""G-2.1-4: no other door for control stands open unnoticed."""

from fushinban.controls._own_services import from_outside, graver, is_other
from fushinban.controls._ports import planned, ports_text, unclear
from fushinban.controls._saying import could_not_read, etsi, guide, note, seen
from fushinban.model.control import (
    Control,
    Evidence,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
    unknown,
)
from fushinban.model.facts import OpenPorts, Port, RouterConfiguration, SnmpSettings
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Never needed to watch pictures: file transfer, carrier remote management (TR-069), Android debugging.
NEEDLESS = ("ftp", "cwmp", "adb")

#: Makers' own protocols. A recorder of the same maker may need them, so only a person can tell.
MAKERS_OWN = ("sdk-9000", "sdk-34567", "sdk-37777", "http-8000")


def check(view: DeviceView) -> Verdict:
    """SNMP that anybody may use and needless services fail, makers' own ones ask a person; a planned one is fine.

    A router's settings page, API, SNMP and the like fail where its configuration lets outsiders reach them.
    """
    ports = view.find(OpenPorts)
    inside = _open_snmp(view) or (_of_ports(view, ports) if ports is not None else could_not_read(view, OpenPorts))
    return graver(from_outside(view, is_other, Severity.HIGH), inside)


def _open_snmp(view: DeviceView) -> Verdict | None:
    """SNMP with a community that everybody tries, or that lets a stranger change settings."""
    snmp = view.find(SnmpSettings)
    if snmp is None or not snmp.community_in_use:
        return None
    if snmp.usual_community:
        message = Text(
            "SNMPの合言葉（コミュニティ名）が、だれでも知っている値（publicなど）のままです。",
            "SNMP is guarded by a community name that everybody knows (public or the like).",
        )
        text = Text("SNMPのコミュニティ名：初期値", "SNMP community: a usual one")
        return failed(message, seen(view, SnmpSettings, text), severity=Severity.HIGH if snmp.writable else None)
    if snmp.writable and not _planned_write(view):
        message = Text(
            "SNMPで設定を書き換えられる状態です。暗号化されないため、合言葉を盗み見られるおそれがあります。",
            "Settings can be changed over SNMP, whose community travels unencrypted.",
        )
        return failed(message, seen(view, SnmpSettings, Text("SNMPの書き込み：許可", "SNMP write access: allowed")))
    return None


def _planned_write(view: DeviceView) -> bool:
    sheet = view.sheets.get(Stage.PLANNED)
    return sheet is not None and any(p.key == "snmp_settings.writable" and p.value == "true" for p in sheet.parameters)


def _of_ports(view: DeviceView, ports: OpenPorts) -> Verdict:
    unplanned = [p for p in ports.open if not planned(view, p.service)]
    needless = [p for p in unplanned if p.speaks == "ftp" or (p.service in NEEDLESS and p.speaks in ("", p.service))]
    if needless:
        message = Text(
            "ファイル転送や保守用などの入口が開いていますが、使う予定の記録がありません。対象のポートは{ports}です。",
            "An entry point for file transfer, maintenance or the like is open, but no plan to use it is on record. "
            "Ports concerned: {ports}.",
        )
        text = Text("接続を受け付けたポート：{ports}", "Ports that accepted a connection: {ports}")
        evidence = seen(view, OpenPorts, text.fill(ports=ports_text(needless)))
        worst = Severity.HIGH if any(p.service == "adb" for p in needless) else None
        return failed(message.fill(ports=ports_text(needless)), evidence, severity=worst)
    return _without_needless(view, ports, [p for p in unplanned if p.service in MAKERS_OWN and not p.speaks])


def _without_needless(view: DeviceView, ports: OpenPorts, own: list[Port]) -> Verdict:
    if own:
        text = Text(
            "メーカー独自のポート{ports}が開いています。レコーダとの接続などに必要なものか、機器からは分かりません。",
            "The maker's own ports are open: {ports}. Whether a recorder or the like needs them cannot be told from "
            "the device.",
        )
        return unknown(text.fill(ports=ports_text(own)))
    doubt = unclear(ports, (*NEEDLESS, *MAKERS_OWN))
    if doubt:
        text = Text(
            "ファイル転送や保守用などの入口が閉じているか確認できませんでした。対象のポートは{ports}です。",
            "It could not be confirmed that file transfer, maintenance and similar entry points are closed. Ports "
            "concerned: {ports}.",
        )
        return unknown(text.fill(ports=doubt))
    return passed(
        Text(
            "確認した範囲では、使う予定のない入口は開いていませんでした。",
            "No unplanned entry point was open on the ports checked.",
        ),
        seen(view, OpenPorts, Text("開いているポート：{ports}", "Open ports: {ports}").fill(ports=_open(ports))),
        *_limits(view),
    )


def _limits(view: DeviceView) -> tuple[Evidence, ...]:
    """What this check did not look at."""
    if view.find(SnmpSettings) is not None:
        return (
            seen(view, SnmpSettings, Text("SNMP：問題は見つかりませんでした", "SNMP: nothing wrong was found")),
            note(
                "決まった一覧のTCPポートだけを確認しています。クラウド接続（P2P）はこの方法では見えません。",
                "Only a fixed list of TCP ports was checked. Cloud connections (P2P) cannot be seen this way.",
            ),
        )
    return (
        note(
            "決まった一覧のTCPポートだけを確認しています。SNMPとクラウド接続（P2P）はこの方法では見えません。",
            "Only a fixed list of TCP ports was checked. SNMP and cloud connections (P2P) cannot be seen this way.",
        ),
    )


def _open(ports: OpenPorts) -> Text:
    return ports_text(ports.open) if ports.open else Text("なし", "none")


CONTROL = Control(
    id="G-2.1-4",
    title=Text("FTPや保守用などの入口が意図せず開いていない", "No FTP, maintenance or debug service is open unnoticed"),
    requirement=Text(
        "ファイル転送、遠隔保守、開発用の接続など、機器を操作できる機能が、使う予定なしに開いていないこと。",
        "File transfer, remote maintenance, debugging and the like are not open unless somebody means to use them.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(2, 4),
    measures=(2, 3),
    checkpoints=(1, 2),
    may_read=(OpenPorts, SnmpSettings, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機能（メーカー独自のポート、SNMP、クラウド接続など）について、必要なものだけを有"
            "効にしていることを確かめましたか。",
            "For services that could not be checked (maker's own ports, SNMP, cloud): are only the needed ones "
            "switched on?",
        ),
        hint=Text(
            "レコーダとの接続に使うなど、必要な理由を補足欄に書いてください。",
            "Please note why a port is needed, for example for the connection to the recorder.",
        ),
    ),
    rationale=Text(
        "使っていない機能は管理する人がおらず、気付かれないまま攻撃の足がかりになります。",
        "A service that nobody uses is a foothold for attackers that nobody notices.",
    ),
    remedy=Text(
        "使っていない機能を設定画面で無効にしてください。使う場合は、設定シート（設計）のポートの欄に理由とともに記"
        "録し、接続元を限定してください。",
        "Switch unused services off. Where one is needed, write it with its reason into the planned sheet "
        "and limit who may connect.",
    ),
    references=(guide("2.1 (2)"), etsi("5.6-1", "5.6-4", "5.6-5")),
)
