"""Who a device is, what it is called, and what it offers."""

from dataclasses import dataclass
from typing import ClassVar

from fushinban.model.facts.base import Fact, Item, Section, shown
from fushinban.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Fact):
    """Maker, model, firmware, serial and hardware revision, as the device says them itself."""

    key: ClassVar[str] = "identity"
    title: ClassVar[Text] = Text("機器の識別", "Identity")
    maker: str = shown("メーカー", "Maker")
    model: str = shown("型番", "Model")
    firmware: str = shown("ファームウェアのバージョン", "Firmware version")
    serial: str = shown("製造番号", "Serial number", default="")
    hardware: str = shown("ハードウェアのバージョン", "Hardware revision", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointId(Fact):
    """The stable identifier of the ONVIF endpoint (a UUID URN)."""

    key: ClassVar[str] = "endpoint"
    title: ClassVar[Text] = Text("ONVIF端末ID", "ONVIF endpoint")
    uuid: str = shown("端末ID", "Endpoint id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostname(Fact):
    """Host name and whether DHCP gives it."""

    key: ClassVar[str] = "hostname"
    title: ClassVar[Text] = Text("ホスト名", "Host name")
    name: str = shown("ホスト名", "Host name", default="")
    from_dhcp: bool = shown("DHCPから取得", "From DHCP", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope(Item):
    """One ONVIF scope URI; `fixed` ones cannot be changed by a user."""

    uri: str = shown("スコープ", "Scope")
    fixed: bool = shown("固定", "Fixed", default=False)

    @property
    def row_key(self) -> str:
        return self.uri


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes(Fact):
    """The names a device announces about itself (percent-decoded name and location besides the raw list)."""

    key: ClassVar[str] = "scopes"
    title: ClassVar[Text] = Text("公開している名称", "Announced names")
    name: str = shown("機器名称", "Device name", default="")
    location: str = shown("設置場所の名称", "Location", default="")
    hardware: str = shown("公開している型番", "Announced hardware", default="")
    scopes: tuple[Scope, ...] = shown("スコープ", "Scopes", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Item):
    """One ONVIF service: namespace, the path of its address as asked, version `major.minor`."""

    namespace: str = shown("名前空間", "Namespace")
    path: str = shown("パス", "Path", default="")
    version: str = shown("バージョン", "Version", default="")

    @property
    def row_key(self) -> str:
        return self.namespace.removeprefix("http://www.onvif.org/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities(Fact):
    """Services and the security-relevant attributes of the device service (None: it does not say).

    `foreign_hosts` are XAddr hosts that differ from the address asked; they are never contacted.
    """

    key: ClassVar[str] = "capabilities"
    title: ClassVar[Text] = Text("ONVIFの機能", "ONVIF capabilities")
    section: ClassVar[Section] = Section.SERVICES
    services: tuple[Service, ...] = shown("サービス", "Services", default=())
    tls_versions: tuple[str, ...] = shown("対応するTLSのバージョン", "TLS versions", default=())
    http_digest: bool | None = shown("HTTPダイジェスト認証", "HTTP digest", default=None)
    username_token: bool | None = shown("UsernameToken認証", "UsernameToken", default=None)
    dot1x: bool | None = shown("IEEE 802.1X対応", "IEEE 802.1X capable", default=None)
    ip_filter: bool | None = shown("IPアドレス制限対応", "IP filter capable", default=None)
    access_policy: bool | None = shown("アクセスポリシー設定", "Access policy configurable", default=None)
    dynamic_dns: bool | None = shown("DDNS対応", "Dynamic DNS capable", default=None)
    password_policies: tuple[str, ...] = shown("パスワード規則の機能", "Password policy functions", default=())
    hashing: tuple[str, ...] = shown("ダイジェストの方式", "Digest algorithms", default=())
    max_users: int | None = shown("登録できるアカウント数", "Maximum accounts", default=None)
    max_password_length: int | None = shown("パスワードの最大文字数", "Maximum password length", default=None)
    firmware_upgrade: bool | None = shown("ネットワーク経由の更新", "Firmware upgrade over HTTP", default=None)
    system_logging: bool | None = shown("ログの取得", "System logging", default=None)
    foreign_hosts: tuple[str, ...] = shown("別の機器を示すアドレス", "Addresses naming other hosts", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class EventService(Fact):
    """Whether the device can send events, and how many pull points it allows."""

    key: ClassVar[str] = "events"
    title: ClassVar[Text] = Text("イベント通知", "Events")
    section: ClassVar[Section] = Section.SERVICES
    pull_points: int | None = shown("イベント取得の接続数", "Pull points", default=None)
    persistent: bool | None = shown("通知の保存", "Persistent notification storage", default=None)
    topics: tuple[str, ...] = shown("トピック", "Topics", default=())
