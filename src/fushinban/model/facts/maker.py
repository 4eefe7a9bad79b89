"""What only a maker's own interface tells: accounts, services that ONVIF does not know, set-up state, cloud, locks."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fushinban.model.facts.access import Level
from fushinban.model.facts.base import Fact, Item, Section, shown
from fushinban.model.text import Named, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerAccount(Item):
    """One account as the maker's interface lists it. `builtin`: it cannot be deleted; None: the device does not say."""

    name: str = shown("アカウント名", "Account")
    level: Level = shown("権限", "Level")
    group: str = shown("メーカーの権限名", "Level as the maker names it", default="")
    builtin: bool | None = shown("組み込み", "Built in", default=None)
    enabled: bool | None = shown("有効", "Enabled", default=None)

    @property
    def row_key(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerAccounts(Fact):
    """Accounts of the maker's own interface; those of ONVIF may be others."""

    key: ClassVar[str] = "maker_accounts"
    title: ClassVar[Text] = Text("メーカー独自のアカウント", "Accounts of the maker's interface")
    section: ClassVar[Section] = Section.AUTHENTICATION
    accounts: tuple[MakerAccount, ...] = shown("アカウント", "Accounts", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession(Item):
    """Somebody who is logged in now."""

    user: str = shown("アカウント名", "Account")
    address: str = shown("接続元", "From", default="")
    kind: str = shown("接続方式", "Kind", default="")
    since: str = shown("開始", "Since", default="", volatile=True)

    @property
    def row_key(self) -> str:
        return f"{self.user}@{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSessions(Fact):
    """Who is logged in at the moment of reading."""

    key: ClassVar[str] = "live_sessions"
    title: ClassVar[Text] = Text("ログイン中の利用者", "Logged in now")
    section: ClassVar[Section] = Section.AUTHENTICATION
    sessions: tuple[LiveSession, ...] = ()  # changes by itself: not in the sheet


class NetworkService(Named):
    """Services of a device that can be switched on and off."""

    TELNET = "telnet"
    SSH = "ssh"
    HTTP = "http"
    HTTPS = "https"
    RTSP = "rtsp"
    RTMP = "rtmp"
    ONVIF = "onvif"
    FTP = "ftp"
    SNMP = "snmp"
    UPNP = "upnp"
    DDNS = "ddns"
    CLOUD = "cloud"
    SDK = "sdk"
    BONJOUR = "bonjour"
    WINBOX = "winbox"
    API = "api"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSetting(Item):
    """One service as it is set. `name`: as the maker calls it; ports empty where none is told."""

    service: NetworkService = shown("サービス", "Service")
    name: str = shown("メーカーの呼び名", "As the maker calls it", default="")
    enabled: bool | None = shown("有効", "Enabled")
    ports: tuple[int, ...] = shown("ポート", "Ports", default=())

    @property
    def row_key(self) -> str:
        return self.name or self.service.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings(Fact):
    """Services with their switches and ports, as the maker's interface shows them."""

    key: ClassVar[str] = "service_settings"
    title: ClassVar[Text] = Text("サービスの設定", "Service settings")
    section: ClassVar[Section] = Section.SERVICES
    services: tuple[ServiceSetting, ...] = shown("サービス", "Services", default=())

    def of(self, service: NetworkService) -> tuple[ServiceSetting, ...]:
        """The settings of one kind of service."""
        return tuple(s for s in self.services if s.service is service)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudService(Item):
    """One way through the maker's cloud or peer to peer. Identifiers and codes are never kept."""

    name: str = shown("サービス名", "Service")
    enabled: bool | None = shown("有効", "Enabled")
    registered: bool | None = shown("登録・接続済み", "Registered or connected", default=None)
    detail: str = shown("設定値", "As set", default="")

    @property
    def row_key(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudServices(Fact):
    """Cloud and peer-to-peer services of the maker."""

    key: ClassVar[str] = "cloud"
    title: ClassVar[Text] = Text("クラウド・P2P接続", "Cloud and peer to peer")
    section: ClassVar[Section] = Section.SERVICES
    services: tuple[CloudService, ...] = shown("サービス", "Services", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMapping(Item):
    """One port that the device itself asks the router to open."""

    name: str = shown("対象", "For")
    protocol: str = shown("通信方式", "Protocol", default="")
    inside_port: int = shown("機器のポート", "Port of the device", default=0)
    outside_port: int = shown("外側のポート", "Outside port", default=0)
    enabled: bool | None = shown("有効", "Enabled", default=None)

    @property
    def row_key(self) -> str:
        return self.name or f"{self.protocol} {self.outside_port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpnpClient(Fact):
    """Whether the device asks routers to open ports by UPnP, and which."""

    key: ClassVar[str] = "upnp_client"
    title: ClassVar[Text] = Text("UPnPによるポート開放", "Opening of ports by UPnP")
    section: ClassVar[Section] = Section.SERVICES
    enabled: bool | None = shown("有効", "Enabled")
    mappings: tuple[WantedMapping, ...] = shown("開けるポート", "Ports to open", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicDnsService(Fact):
    """A dynamic name service of the maker or of a third party; its login is never kept."""

    key: ClassVar[str] = "dynamic_dns_service"
    title: ClassVar[Text] = Text("DDNSサービス", "Dynamic DNS service")
    section: ClassVar[Section] = Section.SERVICES
    enabled: bool | None = shown("有効", "Enabled")
    provider: str = shown("サービス名", "Provider", default="")
    name: str = shown("登録名", "Name", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpSettings(Fact):
    """How SNMP is set. `usual_community`: a community is one that everybody tries (public, private); never its text."""

    key: ClassVar[str] = "snmp_settings"
    title: ClassVar[Text] = Text("SNMPの設定", "SNMP settings")
    section: ClassVar[Section] = Section.SERVICES
    v1: bool | None = shown("SNMPv1", "SNMPv1", default=None)
    v2c: bool | None = shown("SNMPv2c", "SNMPv2c", default=None)
    v3: bool | None = shown("SNMPv3", "SNMPv3", default=None)
    usual_community: bool | None = shown("初期値のコミュニティ名", "Usual community name", default=None)
    writable: bool | None = shown("書き込みを許可", "Write access", default=None)

    @property
    def community_in_use(self) -> bool:
        """Whether a community opens anything: not where both versions that have one are off."""
        return any((self.v1, self.v2c)) or (self.v1 is None and self.v2c is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLock(Fact):
    """Whether the device locks who fails to log in: after how many failures, for how many seconds (0: not told)."""

    key: ClassVar[str] = "login_lock"
    title: ClassVar[Text] = Text("ログイン失敗時のロック", "Lock after failed logins")
    section: ClassVar[Section] = Section.AUTHENTICATION
    enabled: bool | None = shown("有効", "Enabled")
    attempts: int = shown("失敗の回数", "Failures", default=0)
    seconds: int = shown("ロックの長さ", "Lock", default=0, unit="s")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRules(Fact):
    """How the device asks for logins: its web schemes, whether ONVIF and viewers need one (None: not told)."""

    key: ClassVar[str] = "login_rules"
    title: ClassVar[Text] = Text("ログインの要否と方式", "When and how logins are asked")
    section: ClassVar[Section] = Section.ACCESS
    onvif: bool | None = shown("ONVIFにログインが必要", "ONVIF needs a login", default=None)
    viewer: bool | None = shown("映像の閲覧にログインが必要", "Viewing needs a login", default=None)
    web: str = shown("Web認証の方式", "Web scheme", default="")
    rtsp: str = shown("RTSP認証の方式", "RTSP scheme", default="")
    https_only: bool | None = shown("HTTPSのみ", "HTTPS only", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation(Fact):
    """Whether somebody has ever set the device up (asked without a login). `initialised` False: still as delivered."""

    key: ClassVar[str] = "activation"
    title: ClassVar[Text] = Text("初期設定の状態", "Set-up state")
    section: ClassVar[Section] = Section.AUTHENTICATION
    initialised: bool = shown("初期設定済み", "Set up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptime(Fact):
    """How long the device runs, and the mark of this start where it gives one: both show an unexpected restart.

    `seconds`: since the start. `boot_id`: changes with every start. `booted_at`: UTC, by our clock.
    """

    key: ClassVar[str] = "uptime"
    title: ClassVar[Text] = Text("稼働時間", "Uptime")
    section: ClassVar[Section] = Section.BASIC
    seconds: int | None = shown("稼働時間", "Uptime", default=None, unit="s", volatile=True)
    boot_id: str = shown("起動の識別子", "Boot id", default="", volatile=True)
    booted_at: datetime | None = shown("起動した時刻", "Started at", default=None, volatile=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmwareUpdate(Fact):
    """How firmware is kept up to date. `available`: a newer version that the device itself knows of."""

    key: ClassVar[str] = "firmware_update"
    title: ClassVar[Text] = Text("ファームウェアの更新", "Firmware update")
    section: ClassVar[Section] = Section.UPDATE
    automatic: bool | None = shown("自動更新", "Automatic update", default=None)
    checks: bool | None = shown("更新の自動確認", "Looks for updates", default=None)
    available: str = shown("入手できる版", "Available version", default="", volatile=True)
    built: str = shown("ビルド日", "Build date", default="")
    last: str = shown("最後の更新", "Last update", default="", volatile=True)
    fallback: str = shown("予備領域の版", "Version in the other slot", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLog(Fact):
    """Whether the device sends its log to another machine."""

    key: ClassVar[str] = "remote_log"
    title: ClassVar[Text] = Text("ログの外部送信", "Remote log")
    section: ClassVar[Section] = Section.LOGGING
    enabled: bool | None = shown("有効", "Enabled")
    servers: tuple[str, ...] = shown("送信先", "Servers", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationExport(Fact):
    """That the configuration can be saved: size in bytes and SHA-256. What is in it is sealed, never shown."""

    key: ClassVar[str] = "configuration_export"
    title: ClassVar[Text] = Text("設定の書き出し", "Configuration export")
    section: ClassVar[Section] = Section.BASIC
    size: int = shown("サイズ", "Size", unit="B", volatile=True)
    digest: str = shown("指紋", "Fingerprint", default="", volatile=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Item):
    """One channel of a recorder and the camera behind it, as the recorder knows it (empty: not told)."""

    number: int = shown("チャンネル", "Channel")
    name: str = shown("名称", "Name", default="")
    address: str = shown("アドレス", "Address", default="")
    port: int = shown("ポート", "Port", default=0)
    protocol: str = shown("接続方式", "Protocol", default="")
    maker: str = shown("メーカー", "Maker", default="")
    model: str = shown("型番", "Model", default="")
    firmware: str = shown("ファームウェア", "Firmware", default="")
    serial: str = shown("製造番号", "Serial number", default="")
    mac: str = shown("MACアドレス", "MAC address", default="")
    username: str = shown("接続に使うアカウント", "Account used", default="")
    online: bool | None = shown("接続中", "Online", default=None, volatile=True)

    @property
    def row_key(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels(Fact):
    """The cameras that a recorder records."""

    key: ClassVar[str] = "channels"
    title: ClassVar[Text] = Text("録画機のチャンネル", "Channels of the recorder")
    section: ClassVar[Section] = Section.VIDEO
    channels: tuple[Channel, ...] = shown("チャンネル", "Channels", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class PortMapping(Item):
    """One mapping that a router holds. `remote`: who may use it, empty for everybody; `lease`: seconds, 0 for ever."""

    protocol: str = shown("通信方式", "Protocol")
    outside_port: int = shown("外側のポート", "Outside port")
    remote: str = shown("許可する接続元", "Allowed from", default="")
    inside: str = shown("内側のアドレス", "Inside address")
    inside_port: int = shown("内側のポート", "Inside port")
    name: str = shown("説明", "Description", default="")
    enabled: bool = shown("有効", "Enabled", default=True)
    lease: int = shown("有効期間", "Lease", default=0, unit="s", volatile=True)

    @property
    def row_key(self) -> str:
        return f"{self.protocol} {self.outside_port} {self.remote}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortMappings(Fact):
    """What was opened by UPnP (IGD) on a router, and its outside address and line. `complete`: nothing is missing."""

    key: ClassVar[str] = "port_mappings"
    title: ClassVar[Text] = Text("UPnPで開けられたポート", "Ports opened by UPnP")
    section: ClassVar[Section] = Section.ACCESS
    external_address: str = shown("外側のアドレス", "Outside address", default="")
    status: str = shown("回線の状態", "Line status", default="")
    line_uptime: int | None = shown("接続時間", "Connected for", default=None, unit="s", volatile=True)
    version: int = shown("IGDの版", "IGD version", default=1)
    mappings: tuple[PortMapping, ...] = shown("開けられたポート", "Mappings", default=())
    complete: bool = shown("一覧を最後まで読めた", "List read to its end", default=True)
