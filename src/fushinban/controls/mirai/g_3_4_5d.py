"""G-3.4-5d: nothing is published unnoticed by UPnP, DMZ, P2P or DDNS."""

from fushinban.controls._ports import port_text
from fushinban.controls._saying import PERHAPS_VIDEO, SELECTED_KINDS, could_not_read, etsi, guide, note, seen
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
    unknown,
)
from fushinban.model.facts import DynamicDns, DynamicDnsMode, OpenPorts
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails on DDNS or UPnP that is on without a plan; P2P and the router's own settings are invisible here."""
    dynamic, ports = view.find(DynamicDns), view.find(OpenPorts)
    if dynamic and dynamic.mode is not DynamicDnsMode.NO_UPDATE and not _planned(view, dynamic):
        message = Text(
            "機器が自分のアドレスを外部に知らせる設定（DDNS）になっています。意図した設定か確認してください。",
            "The device announces its address to the outside (DDNS). Please find out whether that is intended.",
        )
        text = Text("登録名：{name}、更新方法：{mode}", "Name: {name}, mode: {mode}")
        return failed(message, seen(view, DynamicDns, text.fill(name=dynamic.name or "-", mode=dynamic.mode.label)))
    upnp = [p for p in ports.open if p.service == "upnp-http"] if ports else []
    if upnp:
        message = Text(
            "ルータのポートを自動で開けることのある機能（UPnP）が動いています。",
            "UPnP, a function that may open ports of the router by itself, is running.",
        )
        text = Text("応答したポート：{port}", "Answering port: {port}").fill(port=port_text(upnp[0]))
        return failed(message, seen(view, OpenPorts, text))
    if dynamic is None and ports is None:
        return could_not_read(view, DynamicDns, OpenPorts)
    return unknown(
        Text(
            "DDNSとUPnPの動作は見つかりませんでしたが、"
            "クラウド接続（P2P）やルータのDMZ・UPnPの設定は機器からは分かりません。",
            "No DDNS or UPnP was found, but cloud connections (P2P) and the router's DMZ and UPnP settings cannot "
            "be told from the device.",
        ),
        *_seen_so_far(view, dynamic, ports),
    )


def _planned(view: DeviceView, dynamic: DynamicDns) -> bool:
    sheet = view.sheets.get(Stage.PLANNED)
    return sheet is not None and any(
        p.key == "dynamic_dns.mode" and p.value == dynamic.mode.value for p in sheet.parameters
    )


def _seen_so_far(view: DeviceView, dynamic: DynamicDns | None, ports: OpenPorts | None) -> tuple[Evidence, ...]:
    found = []
    if dynamic:
        found.append(seen(view, DynamicDns, Text("DDNS：{mode}", "DDNS: {mode}").fill(mode=dynamic.mode.label)))
    if ports:
        found.append(seen(view, OpenPorts, Text("UPnPのポート：開いていません", "UPnP port: not open")))
    return (
        *found,
        note("メーカー独自のDDNSはONVIFでは見えません。", "Makers' own DDNS services cannot be seen over ONVIF."),
    )


CONTROL = Control(
    id="G-3.4-5d",
    title=Text("UPnPやDDNSなどで意図せず公開されていない", "Nothing is exposed unnoticed by UPnP, DDNS or the like"),
    requirement=Text(
        "自動のポート開放、DMZ、クラウド中継、DDNSによって、知らないうちに外部へ公開されていないこと。",
        "Automatic port opening, DMZ, cloud relays and DDNS do not expose a device without anybody knowing.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    measures=(3,),
    checkpoints=(2, 3),
    applies_to=PERHAPS_VIDEO | SELECTED_KINDS,
    may_read=(DynamicDns, OpenPorts),
    check_device=check,
    question=Question(
        prompt=Text(
            "機器のUPnP・クラウド接続（P2P）・DDNSと、ルータのUPnP・DMZが、"
            "使うもの以外は無効であることを確かめましたか。",
            "Are UPnP, cloud connection (P2P) and DDNS of the devices, and UPnP and DMZ of the router, off unless "
            "used?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "出荷時から有効な機能が、気付かれないままルータに穴を開けている例が多くあります。",
        "Functions that are on from the factory often open holes in the router that nobody notices.",
    ),
    remedy=Text(
        "使っていないUPnP・P2P・DDNSを機器とルータの両方で無効にしてください。使う場合は、設定シート（設計）に記録し"
        "てください。",
        "Switch unused UPnP, P2P and DDNS off in the devices and the router. Write what is used into the planned "
        "sheet.",
    ),
    references=(guide("3.4 (5)"), etsi("5.6-1")),
)
