"""A made-up inspection of a made-up site: long Japanese texts, every outcome, and strings meant to break documents."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Network

from sample_controls import CONTROLS

from fushinban.model.control import Control, DecidedBy, Evidence, Outcome
from fushinban.model.device import Device, DeviceKind, IdentityLevel, Target
from fushinban.model.discovery import DiscoverySummary, Group, Method
from fushinban.model.facts import (
    Account,
    Accounts,
    Dns,
    Fact,
    Gateway,
    Identity,
    Interface,
    Interfaces,
    Level,
    Ntp,
    OpenPorts,
    Port,
    PortState,
    Section,
    SystemLog,
)
from fushinban.model.finding import Coverage, CoverageState, EvidenceFile, Finding, PersonAnswer
from fushinban.model.inspection import DeviceRecord, Inspection, TranscriptCount
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.sheet import Change, Importance, Parameter, ParameterSheet, Stage
from fushinban.model.site import Authorisation, InspectionKind, Site, SiteKind, TestKind
from fushinban.model.text import Text

START = datetime(2026, 11, 23, 1, 4, tzinfo=UTC)
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    '#set page(fill: red) *太字* _斜体_ @ref $x$ `raw` \\ #panic("boom")',
    "請求書\u202efdp.exe",
    "正面カメラ📷👨‍👩‍👧 摄像头 كاميرا",
    "とても長い名前の" * 12 + "カメラ",
    "A" * 180,
    "-1+1\t@SUM(A1:A9)\r\n次の行",
    "{{ 7*7 }} {% raw %} ${x} %(y)s ]]> &amp; <!--",
)

_MAKERS = (("Axis", "P3245-V", "9.80.1"), ("Hanwha Vision", "XNV-6080R", "2.21.02"), ("i-PRO", "WV-S2136L", "3.10"))


def _device(site: str, index: int, kind: DeviceKind, name: str, **more: str) -> Device:
    maker, model, firmware = _MAKERS[index % 3]
    values = {"maker": maker, "model": model, "firmware": firmware, "serial": f"SN-{index:06d}", **more}
    return Device(
        id=f"dev-{index:04d}",
        site=site,
        target=Target(address=f"192.0.2.{index % 250 + 1}"),
        kind=kind,
        name=name,
        mac=f"00:00:5e:00:53:{index % 256:02x}",
        identity=list(IdentityLevel)[index % 5],
        listed=True,
        first_seen=START - timedelta(days=90),
        last_seen=START,
        **values,
    )


def _devices(site: str, count: int) -> list[Device]:
    devices = [
        _device(site, 0, DeviceKind.ROUTER, "出入口ルータ", maker="YAMAHA", model="RTX830", firmware="Rev.15.02.31"),
        _device(site, 1, DeviceKind.SWITCH, "1階 PoEスイッチ", maker="", model="", firmware=""),
        _device(site, 2, DeviceKind.RECORDER, "事務所レコーダ", model="XRN-1620SB1"),
    ]
    names = ["玄関カメラ", "レジ前カメラ", "駐車場カメラ（北側・夜間照明あり）", *HOSTILE]
    for i in range(3, count):
        name = names[i - 3] if i - 3 < len(names) else f"倉庫カメラ {i:03d}"
        linked = {"parent": "dev-0002", "channel": str(i - 2)} if i < count - 3 else {}
        devices.append(_device(site, i, DeviceKind.CAMERA, name, **linked))
    return devices


def _reading(fact: Fact, request: str) -> Reading[Fact]:
    source = Source(driver="onvif", request=request, at=START, digest="ab" * 32)
    return Reading(fact=type(fact), answer=Answer.OK, source=source, value=fact)


def _record(device: Device, index: int) -> DeviceRecord:
    if index == 7:
        refused = Reading(
            fact=Identity,
            answer=Answer.UNREACHABLE,
            detail=Text("時間内に応答がありませんでした。", "No answer in time."),
            source=Source(driver="onvif", request="GetDeviceInformation", at=START),
        )
        return DeviceRecord(device=device, readings=(refused,), reached=False)
    ports = (
        Port(number=80, service="http", state=PortState.OPEN, speaks="http"),
        Port(
            number=23, service="telnet", state=PortState.OPEN if index % 4 == 3 else PortState.CLOSED, speaks="telnet"
        ),
        Port(number=22, service="ssh", state=PortState.OPEN if index % 5 == 4 else PortState.FILTERED),
        Port(number=37777, service="sdk-37777", state=PortState.OPEN if index == 3 else PortState.CLOSED),
    )
    admin = Account(name="admin", level=Level.ADMINISTRATOR)
    guest = Account(name=HOSTILE[index % len(HOSTILE)], level=Level.USER)
    identity = Identity(maker=device.maker, model=device.model, firmware=device.firmware, serial=device.serial)
    lan = Interface(
        token="eth0", mac=device.mac, ipv4_enabled=True, ipv4=(f"{device.address}/24",), dhcp=False, mtu=1500
    )
    readings = (
        _reading(identity, "GetDeviceInformation"),
        _reading(Accounts(accounts=(admin, guest)), "GetUsers"),
        _reading(OpenPorts(ports=ports), "ports"),
        _reading(Interfaces(interfaces=(lan,)), "GetNetworkInterfaces"),
        _reading(Gateway(ipv4=("192.0.2.254",)), "GetNetworkDefaultGateway"),
        _reading(Dns(servers=("192.0.2.53",)), "GetDNS"),
        _reading(Ntp(servers=("ntp.example.jp",)), "GetNTP"),
        Reading(
            fact=SystemLog,
            answer=Answer.DENIED,
            detail=Text("ログインが拒否されました。", "The login was refused."),
            source=Source(driver="onvif", request="GetSystemLog", at=START),
        ),
    )
    changes = _CHANGES if index in (3, 5) else ()
    return DeviceRecord(
        device=device,
        readings=readings,
        drivers=("onvif", "services"),
        reached=True,
        sheets=_sheets(device),
        changes=changes,
    )


_CHANGES = (
    Change(
        key="accounts[support].level",
        label=Text("support 権限", "support Level"),
        before="",
        after="Administrator",
        importance=Importance.MAJOR,
    ),
    Change(
        key="dns.servers",
        label=Text("DNSサーバ", "Name servers"),
        before="192.0.2.53",
        after="198.51.100.77",
        importance=Importance.MAJOR,
    ),
    Change(
        key="scopes.name",
        label=Text("機器名称", "Device name"),
        before="正面",
        after=HOSTILE[2],
        importance=Importance.NOTICE,
    ),
)


def _sheets(device: Device) -> Mapping[Stage, ParameterSheet]:
    def sheet(stage: Stage, values: Mapping[str, str]) -> ParameterSheet:
        parameters = tuple(
            Parameter(key=k, value=v, label=_LABELS[k][0], section=_LABELS[k][1], source="onvif")
            for k, v in values.items()
        )
        return ParameterSheet(device=device.id, stage=stage, taken_at=START, parameters=parameters, digest="cd" * 32)

    actual = {
        "identity.firmware": device.firmware,
        "scopes.name": device.name,
        "interfaces[eth0].dhcp": "false",
        "interfaces[eth0].ipv4": f"{device.address}/24",
        "dns.servers": "192.0.2.53",
        "ntp.servers": "ntp.example.jp",
        "accounts[admin].level": "Administrator",
        "time.offset": "0.4",
        "protocols[RTSP].ports": "554",
    }
    planned = {**actual, "ntp.servers": "ntp2.example.jp"}
    del planned["time.offset"]
    return {
        Stage.ACTUAL: sheet(Stage.ACTUAL, actual),
        Stage.PLANNED: sheet(Stage.PLANNED, planned),
        Stage.INSTALLED: sheet(Stage.INSTALLED, {**planned, "interfaces[eth0].dhcp": "true"}),
        Stage.FACTORY: sheet(Stage.FACTORY, {"interfaces[eth0].dhcp": "true", "protocols[RTSP].ports": "554"}),
    }


_LABELS = {
    "identity.firmware": (Text("ファームウェア版", "Firmware version"), Section.BASIC),
    "scopes.name": (Text("機器名称", "Device name"), Section.BASIC),
    "time.offset": (Text("実測ずれ", "Measured offset"), Section.TIME),
    "ntp.servers": (Text("NTPサーバ", "Time servers"), Section.TIME),
    "interfaces[eth0].dhcp": (Text("eth0 DHCP", "eth0 DHCP"), Section.NETWORK),
    "interfaces[eth0].ipv4": (Text("eth0 IPv4アドレス", "eth0 IPv4 addresses"), Section.NETWORK),
    "dns.servers": (Text("DNSサーバ", "Name servers"), Section.NETWORK),
    "protocols[RTSP].ports": (Text("RTSP ポート", "RTSP Ports"), Section.PORTS),
    "accounts[admin].level": (Text("admin 権限", "admin Level"), Section.AUTHENTICATION),
}

_FAIL = Text(
    "誰でもログインせずに映像を見ることができます。第三者がこのカメラの映像を外部から閲覧できる可能性があります。",
    "Anybody can watch the picture without a login. A third party may be able to watch this camera from outside.",
)
_TELNET = Text("Telnet（ポート {port}）が開いています。", "Telnet (port {port}) is open.").fill(port=23)
_PASS = Text("確認した範囲で問題はありませんでした。", "No problem was found in what was checked.")
_DENIED = Text(
    "機器がログインを拒否したため、アカウントの一覧を読み取れませんでした。",
    "The device refused the login, so its accounts could not be read.",
)
_NONE = Text("この点検では確認する手段がありません。", "This inspection has no means to check this.")
_ERROR = Text("判定の途中で誤りが起きました。", "The judgement ended in an error.")


def _finding(control: Control, device: str, outcome: Outcome, message: Text, *evidence: Evidence) -> Finding:
    by = DecidedBy.AUTO if outcome is not Outcome.UNKNOWN or device else DecidedBy.NONE
    return Finding(
        control=control.id,
        site="lab-shop",
        device=device,
        outcome=outcome,
        severity=control.severity,
        message=message,
        evidence=evidence,
        decided_by=by,
        at=START,
    )


def _findings(devices: list[Device]) -> tuple[Finding, ...]:
    found: list[Finding] = []
    evidence = Evidence(
        text=Text(
            "GET /snapshot.jpg → 200 image/jpeg（48,221 バイト）", "GET /snapshot.jpg → 200 image/jpeg (48,221 bytes)"
        ),
        source="services GET /onvif-http/snapshot?Profile_1&resolution=1920x1080&token=" + "Z" * 60,
        digest="9f" * 32,
    )
    cameras = [d for d in devices if d.kind in (DeviceKind.CAMERA, DeviceKind.RECORDER)]
    for number, (name, control) in enumerate(CONTROLS.items()):
        if name in ("G-3.2-1", "G-2.1-2", "G-3.4-6a", "G-3.5-4c", "G-3.3-1"):
            for i, device in enumerate(cameras):
                bad = (i + number) % 3 != 0
                message = (
                    _FAIL
                    if name == "G-3.2-1"
                    else _TELNET
                    if name == "G-2.1-2"
                    else Text(
                        f"{device.title} が求める状態になっていません。", f"{device.title} is not in the wanted state."
                    )
                )
                outcome = Outcome.FAIL if bad else Outcome.UNKNOWN if i % 2 else Outcome.PASS
                shown = message if bad else _DENIED if outcome is Outcome.UNKNOWN else _PASS
                found.append(_finding(control, device.id, outcome, shown, *([evidence] if bad else [])))
        elif name == "G-3.2-3":
            found.append(_finding(control, "dev-0005", Outcome.ERROR, _ERROR, evidence))
        elif name in ("G-3.4-5b", "G-3.4-5d", "G-3.5-2e"):
            found.append(_finding(control, "", Outcome.FAIL, _FAIL, evidence))
        else:
            outcome = (Outcome.PASS, Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)[number % 4]
            text = {Outcome.PASS: _PASS, Outcome.NOT_APPLICABLE: _PASS}.get(outcome, _NONE)
            found.append(_finding(control, "", outcome, text))
    return tuple(found)


def _coverage(findings: tuple[Finding, ...]) -> Coverage:
    states: dict[str, str] = {}
    for finding in findings:
        if finding.outcome is Outcome.NOT_APPLICABLE:
            states.setdefault(finding.control, CoverageState.NOT_APPLICABLE)
        elif finding.outcome in (Outcome.PASS, Outcome.FAIL):
            states[finding.control] = CoverageState.VERIFIED
        else:
            states.setdefault(finding.control, CoverageState.COULD_NOT)
    states["G-3.6-6"] = CoverageState.ANSWERED
    return Coverage(states=states)


def sample(count: int = 12) -> Inspection:
    """An inspection of `count` devices."""
    devices = _devices("lab-shop", count)
    findings = _findings(devices)
    site = Site(
        id="lab-shop",
        name="みどり商店 本店",
        customer="株式会社みどり商店",
        kind=SiteKind.SHOP,
        details={
            "address": "東京都千代田区（架空）1-2-3",
            "installer": "架空防犯設備株式会社",
            "installer_person": "試験 太郎",
            "installer_license": "第00-0000号",
            "isp": "架空通信",
            "line_type": "光（IPoE MAP-E）",
            HOSTILE[1]: HOSTILE[0],
        },
    )
    gone = replace(devices[-1], id="dev-gone", name="撤去したカメラ", target=Target(address="192.0.2.240"))
    groups = {d.id: (Group.SAME, Group.NEW, Group.CHANGED)[i % 3] for i, d in enumerate(devices)}
    return Inspection(
        id="0199a1b2c3d4e5f6",
        site=site,
        authorisation=Authorisation(
            by="株式会社みどり商店 店長 見本 花子",
            start=START - timedelta(days=1),
            end=START + timedelta(days=6),
            networks=(IPv4Network("192.0.2.0/24"),),
            tests=frozenset(TestKind) - {TestKind.DEFAULT_PASSWORD},
        ),
        kind=InspectionKind.PERIODIC,
        started_at=START,
        ended_at=START + timedelta(minutes=7, seconds=12),
        records=tuple(_record(d, i) for i, d in enumerate(devices)),
        discovery=DiscoverySummary(
            devices=(*devices, gone),
            groups={**groups, gone.id: Group.GONE},
            methods=(Method.LISTED, Method.WS_DISCOVERY, Method.SWEEP),
        ),
        findings=findings,
        coverage=_coverage(findings),
        answers={
            "G-3.6-6": PersonAnswer(
                control="G-3.6-6",
                value="yes",
                by="見本 花子",
                on=date(2026, 11, 20),
                note=HOSTILE[2],
                files=(EvidenceFile(name="契約書の写し.pdf", digest="12" * 32),),
            )
        },
        transcript=(
            TranscriptCount(kind="connect", outcome="open", count=41),
            TranscriptCount(kind="connect", outcome="closed", count=187),
            TranscriptCount(kind="soap", outcome="ok", count=310),
            TranscriptCount(kind="soap", outcome="denied", count=12),
            TranscriptCount(kind="rtsp", outcome="200", count=9),
            TranscriptCount(kind="multicast", outcome="sent", count=2),
        ),
        previous_inspection=START - timedelta(days=180),
    )
