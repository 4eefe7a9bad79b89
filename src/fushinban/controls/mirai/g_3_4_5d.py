"""G-3.4-5d: nothing is published unnoticed by UPnP, DMZ, P2P or DDNS."""

from fushinban.controls._exposure import at_router, hedge
from fushinban.controls._openings import opening_evidence, openings_text, reach_texts, unplanned, worst
from fushinban.controls._ports import port_text
from fushinban.controls._router import forward_evidence, gravity, made_by_hand
from fushinban.controls._saying import PERHAPS_VIDEO, SELECTED_KINDS, could_not_read, etsi, guide, names, note, seen
from fushinban.controls._ways import certain, unplanned_ways, ways_evidence, worst_way
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
from fushinban.model.facts import (
    CloudServices,
    DynamicDns,
    DynamicDnsMode,
    DynamicDnsService,
    OpenPorts,
    PortMappings,
    RouterConfiguration,
    UpnpClient,
)
from fushinban.model.filtering import ForwardKind
from fushinban.model.intervals import written_addresses
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails on what is published without a plan: ports opened by UPnP, DDNS, cloud connections, or the will to.

    Passes where the device itself says that it does nothing of the kind. The DMZ is looked at in the configuration of a
    router that tells it.
    """
    return (
        _opened(view) or _everything(view) or _announced(view) or _asks_for_more(view) or _router_obeys(view)
        or _silent(view) or _router_silent(view) or _unclear(view)
    )  # fmt: skip


def _opened(view: DeviceView) -> Verdict | None:
    """A router lets somebody in: told at the router, and at the device behind."""
    let_in = unplanned(view)
    if not let_in:
        return None
    message = Text(
        "{reach}ルータの自動ポート開放（UPnP）で開いている入口は、{list}です。",
        "{reach} Opened by the router's UPnP: {list}.",
    )
    text = message.fill(reach=reach_texts(let_in), list=openings_text(view, let_in))
    return failed(text, *opening_evidence(let_in), severity=worst(let_in))


def _everything(view: DeviceView) -> Verdict | None:
    """A router sends to one device whatever nobody else wants (DMZ)."""
    message = Text(
        "ルータのDMZ（残りすべての転送）が、{list}に向けて有効です。外部からの通信がすべてこの機器に届きます。{hedge}",
        "The router's DMZ (everything else) is on, towards {list}: all that comes from outside reaches that device."
        "{hedge}",
    )
    exposure = at_router(view)
    if exposure is not None:
        ways = [way for way in certain(unplanned_ways(view)) if way.row.kind is ForwardKind.DMZ]
        goals = names(dict.fromkeys(one for way in ways for one in written_addresses(way.row.inside)))
        text = message.fill(list=goals, hedge=hedge(exposure, view.now))
        return failed(text, *ways_evidence(exposure, ways), severity=worst_way(ways)) if ways else None
    rows = [row for row in made_by_hand(view) if row.kind is ForwardKind.DMZ]
    goals = names(dict.fromkeys(row.inside or "-" for row in rows))
    text = message.fill(list=goals, hedge=Text("", ""))
    return failed(text, *forward_evidence(view, rows), severity=gravity(rows)) if rows else None


def _announced(view: DeviceView) -> Verdict | None:
    """The device tells the world where it is (DDNS)."""
    message = Text(
        "機器が自分のアドレスを外部に知らせる設定（DDNS）になっています。意図した設定か確認してください。",
        "The device announces its address to the outside (DDNS). Please find out whether that is intended.",
    )
    dynamic, service = view.find(DynamicDns), view.find(DynamicDnsService)
    if (
        dynamic
        and dynamic.mode is not DynamicDnsMode.NO_UPDATE
        and not _planned(view, "dynamic_dns.mode", dynamic.mode)
    ):
        text = Text("登録名：{name}、更新方法：{mode}", "Name: {name}, mode: {mode}")
        return failed(message, seen(view, DynamicDns, text.fill(name=dynamic.name or "-", mode=dynamic.mode.label)))
    if service and service.enabled and not _planned(view, "dynamic_dns_service.enabled", "true"):
        text = Text("サービス：{provider}、登録名：{name}", "Service: {provider}, name: {name}")
        text = text.fill(provider=service.provider or "-", name=service.name or "-")
        return failed(message, seen(view, DynamicDnsService, text))
    return None


def _asks_for_more(view: DeviceView) -> Verdict | None:
    """The device opens ports of routers, or can be reached through its maker's cloud."""
    client, cloud = view.find(UpnpClient), view.find(CloudServices)
    if client and client.enabled and not _planned(view, "upnp_client.enabled", "true"):
        message = Text(
            "この機器は、ルータに入口を自動で開けさせる設定（UPnP）になっています。",
            "This device is set to have the router open ports by itself (UPnP).",
        )
        ports = names(m.outside_port for m in client.mappings if m.enabled is not False and m.outside_port)
        text = Text("開けるポート：{ports}", "Ports to open: {ports}")
        return failed(message, seen(view, UpnpClient, text.fill(ports=ports if ports.en else Text("-", "-"))))
    services = [s for s in (cloud.services if cloud else ()) if s.enabled]
    meant = [s for s in services if _planned(view, f"cloud[{s.name}].enabled", "true")]
    if len(services) > len(meant):
        message = Text(
            "メーカーのクラウド（P2P）を通じて、外部から接続できる機能が有効です。使うものか確認してください。",
            "The device can be reached from outside through its maker's cloud (P2P). Please find out whether that is "
            "used.",
        )
        text = Text("有効なサービス：{list}", "Switched on: {list}").fill(list=names(s.name for s in services))
        return failed(message, seen(view, CloudServices, text))
    return None


def _router_obeys(view: DeviceView) -> Verdict | None:
    """Nothing is open now, but whoever asks gets a port."""
    ports, mappings = view.find(OpenPorts), view.find(PortMappings)
    message = Text(
        "ルータのポートを自動で開けることのある機能（UPnP）が動いています。",
        "UPnP, a function that may open ports of the router by itself, is running.",
    )
    if mappings is not None:
        text = Text(
            "ルータはUPnPの問い合わせに答えます。開けられたポート：{count}",
            "The router answers UPnP. Ports open: {count}",
        )
        return failed(message, seen(view, PortMappings, text.fill(count=len(mappings.mappings))))
    told = view.find(RouterConfiguration)
    if told is not None and told.upnp:
        return failed(message, seen(view, RouterConfiguration, Text("ルータの設定：UPnP 有効", "Router: UPnP is on")))
    upnp = [p for p in ports.open if p.service == "upnp-http"] if ports else []
    if upnp:
        text = Text("応答したポート：{port}", "Answering port: {port}").fill(port=port_text(upnp[0]))
        return failed(message, seen(view, OpenPorts, text))
    return None


def _silent(view: DeviceView) -> Verdict | None:
    """The device says of every way in question that it is off."""
    client, cloud, service = view.find(UpnpClient), view.find(CloudServices), view.find(DynamicDnsService)
    if client is None or cloud is None or service is None:
        return None
    switches = (client.enabled, service.enabled, *(s.enabled for s in cloud.services))
    if any(on is not False for on in switches):
        return None
    off = Text("無効", "off")
    return passed(
        Text(
            "機器の側では、自動のポート開放（UPnP）・クラウド接続・DDNSのいずれも無効でした。",
            "In the device itself, opening of ports (UPnP), cloud connections and DDNS are all switched off.",
        ),
        seen(view, UpnpClient, Text("UPnP：{off}", "UPnP: {off}").fill(off=off)),
        seen(view, CloudServices, Text("クラウド：{off}", "Cloud: {off}").fill(off=off)),
        seen(view, DynamicDnsService, Text("DDNS：{off}", "DDNS: {off}").fill(off=off)),
        note("ルータのDMZは、ルータの項目で判定します。", "The router's DMZ is judged at the router."),
    )


def _router_silent(view: DeviceView) -> Verdict | None:
    """The router's own configuration says that UPnP, DMZ and DDNS are off."""
    told, service = view.find(RouterConfiguration), view.find(DynamicDnsService)
    if told is None or told.upnp is not False or service is None or service.enabled is not False or told.unread:
        return None
    text = Text("UPnP：無効、DMZ：なし、DDNS：無効", "UPnP: off, DMZ: none, DDNS: off")
    return passed(
        Text(
            "ルータの設定では、自動のポート開放（UPnP）・DMZ・DDNSのいずれも無効でした。",
            "In the router's configuration, opening of ports by UPnP, DMZ and DDNS are all switched off.",
        ),
        seen(view, RouterConfiguration, text),
    )


def _unclear(view: DeviceView) -> Verdict:
    dynamic, ports = view.find(DynamicDns), view.find(OpenPorts)
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


def _planned(view: DeviceView, key: str, value: str) -> bool:
    sheet = view.sheets.get(Stage.PLANNED)
    return sheet is not None and any(p.key == key and p.value == value for p in sheet.parameters)


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
    may_read=(DynamicDns, OpenPorts, PortMappings, UpnpClient, DynamicDnsService, CloudServices, RouterConfiguration),
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
