"""What the open-port view sees."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fushinban.model.facts.base import Fact, Item, Section, shown
from fushinban.model.text import Named, Text


class PortState(Named):
    """TCP connect result."""

    OPEN = "open"
    CLOSED = "closed"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Item):
    """One port of the fixed list. `service` is the usual name asked for; `speaks` what was recognised there.

    `speaks`: telnet, ssh, ftp, http, https, rtsp or empty (could not tell). `banner`: at most 200 characters.
    """

    number: int = shown("ポート", "Port")
    service: str = shown("サービス", "Service")
    state: PortState = shown("状態", "State")
    speaks: str = shown("応答した通信方式", "Protocol seen", default="")
    banner: str = shown("応答文", "Banner", default="", volatile=True)

    @property
    def row_key(self) -> str:
        return self.service


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPorts(Fact):
    """The fixed list of ports with their state."""

    key: ClassVar[str] = "ports"
    title: ClassVar[Text] = Text("開いているポート", "Open ports")
    section: ClassVar[Section] = Section.PORTS
    ports: tuple[Port, ...] = shown("ポート", "Ports", default=())

    @property
    def open(self) -> tuple[Port, ...]:
        """Those that accept a connection."""
        return tuple(p for p in self.ports if p.state is PortState.OPEN)

    def speaking(self, protocol: str) -> tuple[Port, ...]:
        """Open ports at which this protocol was recognised."""
        return tuple(p for p in self.open if p.speaks == protocol)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage(Item):
    """One web server: header, title, and how it asks for a login (`digest`, `basic`, or none seen)."""

    port: int = shown("ポート", "Port")
    tls: bool = shown("TLS", "TLS")
    status: int = shown("応答コード", "Status", volatile=True)
    server: str = shown("Serverヘッダ", "Server header", default="")
    title: str = shown("ページの題名", "Page title", default="")
    schemes: tuple[str, ...] = shown("認証方式", "Authentication schemes", default=())
    realm: str = shown("認証領域", "Realm", default="")
    redirect: str = shown("転送先", "Redirect", default="")

    @property
    def row_key(self) -> str:
        return str(self.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPages(Fact):
    """Web servers found, one GET of `/` each."""

    key: ClassVar[str] = "web"
    title: ClassVar[Text] = Text("Web画面", "Web pages")
    section: ClassVar[Section] = Section.SERVICES
    pages: tuple[WebPage, ...] = shown("Web画面", "Web pages", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Item):
    """An X.509 certificate. `id`: the port (`:443`) or the device's own id; fingerprints are hex SHA-256.

    `in_use`: whether the device says that its web server uses it (None: it does not say).
    """

    id: str = shown("識別子", "Id")
    subject: str = shown("所有者", "Subject", default="")
    issuer: str = shown("発行者", "Issuer", default="")
    not_before: datetime | None = shown("有効期間の開始", "Valid from", default=None)
    not_after: datetime | None = shown("有効期限", "Valid until", default=None)
    key_type: str = shown("鍵の種類", "Key type", default="")
    key_bits: int = shown("鍵の長さ", "Key length", default=0, unit="bit")
    signature_hash: str = shown("署名ハッシュ", "Signature hash", default="")
    self_signed: bool = shown("自己署名", "Self-signed", default=False)
    fingerprint: str = shown("証明書の指紋", "Fingerprint", default="")
    key_fingerprint: str = shown("公開鍵の指紋", "Public key fingerprint", default="")
    in_use: bool | None = shown("使用中", "In use", default=None)

    @property
    def row_key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsPort(Item):
    """One TLS port: protocol versions it accepts out of those tried (`TLSv1` … `TLSv1.3`)."""

    port: int = shown("ポート", "Port")
    accepted: tuple[str, ...] = shown("受け付けるTLSのバージョン", "TLS versions accepted", default=())
    refused: tuple[str, ...] = shown("拒否するTLSのバージョン", "TLS versions refused", default=())
    cipher: str = shown("暗号方式", "Cipher", default="")

    @property
    def row_key(self) -> str:
        return str(self.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsPorts(Fact):
    """TLS as seen from outside."""

    key: ClassVar[str] = "tls"
    title: ClassVar[Text] = Text("TLS", "TLS")
    section: ClassVar[Section] = Section.TLS
    ports: tuple[TlsPort, ...] = shown("TLSポート", "TLS ports", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedCertificates(Fact):
    """Certificates that TLS ports present."""

    key: ClassVar[str] = "served_certificates"
    title: ClassVar[Text] = Text("通信で示された証明書", "Served certificates")
    section: ClassVar[Section] = Section.TLS
    certificates: tuple[Certificate, ...] = shown("証明書", "Certificates", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCertificates(Fact):
    """Certificates that the device lists over ONVIF."""

    key: ClassVar[str] = "stored_certificates"
    title: ClassVar[Text] = Text("機器に保存された証明書", "Stored certificates")
    section: ClassVar[Section] = Section.TLS
    certificates: tuple[Certificate, ...] = shown("証明書", "Certificates", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class RtspServer(Fact):
    """The RTSP server as OPTIONS shows it."""

    key: ClassVar[str] = "rtsp"
    title: ClassVar[Text] = Text("RTSP", "RTSP")
    section: ClassVar[Section] = Section.VIDEO
    port: int = shown("ポート", "Port")
    server: str = shown("Serverヘッダ", "Server header", default="")
    methods: tuple[str, ...] = shown("メソッド", "Methods", default=())
    schemes: tuple[str, ...] = shown("認証方式", "Authentication schemes", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class SshHostKey(Fact):
    """The key by which the SSH server shows that it is the same one as before. `fingerprint`: as OpenSSH writes it."""

    key: ClassVar[str] = "ssh_host_key"
    title: ClassVar[Text] = Text("SSHのホスト鍵", "SSH host key")
    section: ClassVar[Section] = Section.TLS
    algorithm: str = shown("鍵の種類", "Key type")
    fingerprint: str = shown("鍵の指紋（SHA-256）", "Key fingerprint (SHA-256)")

    @property
    def words(self) -> str:
        """As it is compared: type and fingerprint."""
        return f"{self.algorithm} {self.fingerprint}"
