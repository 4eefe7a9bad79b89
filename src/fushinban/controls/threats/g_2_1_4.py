"""G-2.1-4: no other door for control stands open unnoticed."""

from fushinban.controls._ports import planned, ports_text, unclear
from fushinban.controls._saying import etsi, guide, note, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.facts import OpenPorts, Port
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Never needed to watch pictures: file transfer, carrier remote management (TR-069), Android debugging.
NEEDLESS = ("ftp", "cwmp", "adb")

#: Makers' own protocols. A recorder of the same maker may need them, so only a person can tell.
MAKERS_OWN = ("sdk-9000", "sdk-34567", "sdk-37777", "http-8000")


def check(view: DeviceView) -> Verdict:
    """Needless services fail, makers' own ones ask a person; a planned one is fine."""
    ports = view[OpenPorts]
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
    reads=(OpenPorts,),
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
