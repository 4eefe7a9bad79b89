"""Network settings of a device."""

from dataclasses import dataclass
from typing import ClassVar

from fushinban.model.facts.base import Fact, Item, Section, shown
from fushinban.model.text import Named, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Item):
    """One network interface; addresses are `address/prefix`."""

    token: str = shown("識別子", "Token")
    name: str = shown("名称", "Name", default="")
    enabled: bool = shown("有効", "Enabled", default=True)
    mac: str = shown("MACアドレス", "MAC address", default="")
    mtu: int | None = shown("MTU", "MTU", default=None)
    ipv4_enabled: bool = shown("IPv4", "IPv4", default=False)
    ipv4: tuple[str, ...] = shown("IPv4アドレス", "IPv4 addresses", default=())
    dhcp: bool | None = shown("DHCP", "DHCP", default=None)
    ipv6_enabled: bool = shown("IPv6", "IPv6", default=False)
    ipv6: tuple[str, ...] = shown("IPv6アドレス", "IPv6 addresses", default=())
    dhcpv6: str = shown("DHCPv6", "DHCPv6", default="")

    @property
    def row_key(self) -> str:
        return self.token


@dataclass(frozen=True, slots=True, kw_only=True)
class Interfaces(Fact):
    """All network interfaces."""

    key: ClassVar[str] = "interfaces"
    title: ClassVar[Text] = Text("ネットワークインタフェース", "Network interfaces")
    section: ClassVar[Section] = Section.NETWORK
    interfaces: tuple[Interface, ...] = shown("インタフェース", "Interfaces", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol(Item):
    """HTTP, HTTPS or RTSP as ONVIF lists it; port 0 is left out."""

    name: str = shown("プロトコル", "Protocol")
    enabled: bool = shown("有効", "Enabled")
    ports: tuple[int, ...] = shown("ポート", "Ports", default=())

    @property
    def row_key(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocols(Fact):
    """Protocols that ONVIF knows. It cannot show Telnet, SSH, FTP or P2P."""

    key: ClassVar[str] = "protocols"
    title: ClassVar[Text] = Text("通信プロトコル", "Protocols")
    section: ClassVar[Section] = Section.PORTS
    protocols: tuple[Protocol, ...] = shown("プロトコル", "Protocols", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Fact):
    """Default gateways."""

    key: ClassVar[str] = "gateway"
    title: ClassVar[Text] = Text("デフォルトゲートウェイ", "Default gateway")
    section: ClassVar[Section] = Section.NETWORK
    ipv4: tuple[str, ...] = shown("IPv4", "IPv4", default=())
    ipv6: tuple[str, ...] = shown("IPv6", "IPv6", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Dns(Fact):
    """Name servers in use (manual ones, or those from DHCP)."""

    key: ClassVar[str] = "dns"
    title: ClassVar[Text] = Text("DNS", "DNS")
    section: ClassVar[Section] = Section.NETWORK
    from_dhcp: bool = shown("DHCPから取得", "From DHCP", default=False)
    servers: tuple[str, ...] = shown("DNSサーバ", "Name servers", default=())
    search: tuple[str, ...] = shown("検索ドメイン", "Search domains", default=())


class DynamicDnsMode(Named):
    """ONVIF dynamic DNS types (RFC 2136 style only; maker services are not visible here)."""

    NO_UPDATE = "NoUpdate"
    CLIENT = "ClientUpdates"
    SERVER = "ServerUpdates"


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicDns(Fact):
    """Dynamic DNS as ONVIF shows it; time to live as the device writes it."""

    key: ClassVar[str] = "dynamic_dns"
    title: ClassVar[Text] = Text("ダイナミックDNS", "Dynamic DNS")
    section: ClassVar[Section] = Section.SERVICES
    mode: DynamicDnsMode = shown("更新方法", "Mode")
    name: str = shown("登録名", "Name", default="")
    ttl: str = shown("有効期間", "Time to live", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroConfiguration(Fact):
    """Link-local addressing."""

    key: ClassVar[str] = "zero_configuration"
    title: ClassVar[Text] = Text("自動アドレス（ゼロコンフィグ）", "Zero configuration")
    section: ClassVar[Section] = Section.SERVICES
    enabled: bool = shown("有効", "Enabled")
    addresses: tuple[str, ...] = shown("アドレス", "Addresses", default=())


class FilterMode(Named):
    """ONVIF IP filter types."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFilter(Fact):
    """Restriction of source addresses; entries are `address/prefix`. Deny with no entry restricts nothing."""

    key: ClassVar[str] = "address_filter"
    title: ClassVar[Text] = Text("IPアドレス制限", "IP address filter")
    section: ClassVar[Section] = Section.ACCESS
    mode: FilterMode = shown("方式", "Mode")
    entries: tuple[str, ...] = shown("対象", "Entries", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryMode(Fact):
    """Whether WS-Discovery answers."""

    key: ClassVar[str] = "discovery_mode"
    title: ClassVar[Text] = Text("機器探索への応答", "Discovery mode")
    section: ClassVar[Section] = Section.SERVICES
    discoverable: bool = shown("探索に応答", "Discoverable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot1X(Fact):
    """IEEE 802.1X configurations (identities are not kept)."""

    key: ClassVar[str] = "dot1x"
    title: ClassVar[Text] = Text("802.1X認証", "IEEE 802.1X")
    section: ClassVar[Section] = Section.AUTHENTICATION
    configurations: tuple[str, ...] = shown("設定", "Configurations", default=())
