"""What a router tells of its own configuration."""

from dataclasses import dataclass
from typing import ClassVar

from fushinban.model.facts.base import Fact, Item, Section, shown
from fushinban.model.filtering import ForwardKind
from fushinban.model.router import PasswordState, Purpose, RouterState
from fushinban.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterForward(Item):
    """One way to the inside that the configuration opens.

    `protocol`: `tcp`, `udp`, `tcp/udp`, another usual name, `all`, or `other`. Addresses and ports as
    `192.0.2.1-192.0.2.9`, `5000-5010`, several with commas; `outside` (also: whatever address the line has),
    `outside_ports` and `sources` are empty for any.
    `inside` is `router` where the router itself answers.
    """

    protocol: str = shown("通信方式", "Protocol")
    outside: str = shown("外側のアドレス", "Outside address", default="")
    outside_ports: str = shown("外側のポート", "Outside ports", default="")
    sources: str = shown("許可する接続元", "Allowed from", default="")
    inside: str = shown("内側のアドレス", "Inside address", default="")
    inside_ports: str = shown("内側のポート", "Inside ports", default="")
    kind: ForwardKind = shown("しくみ", "How", default=ForwardKind.STATIC)
    name: str = shown("説明", "Description", default="")

    @property
    def row_key(self) -> str:
        return " ".join(filter(None, (self.protocol, self.outside, self.outside_ports, self.sources)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterService(Item):
    """One service of the router itself that runs. `sources`: who may ask by its own list, empty for everybody.

    Whether outsiders come as far as that depends on the filters too: see the prediction of the site's exposure.
    """

    name: str = shown("サービス", "Service")
    purpose: Purpose = shown("用途", "Purpose")
    protocol: str = shown("通信方式", "Protocol", default="")
    ports: str = shown("ポート", "Ports", default="")
    sources: str = shown("許可する接続元", "Allowed from", default="")
    interfaces: str = shown("受け付けるインタフェース", "Interfaces", default="")
    by_default: bool = shown("初期値で動作", "Runs by default", default=False)

    @property
    def row_key(self) -> str:
        return " ".join(filter(None, (self.name, self.protocol, self.ports)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterLogin(Item):
    """One account of the router; an empty name is the nameless user of a router that asks for a password alone."""

    name: str = shown("アカウント名", "Account")
    administrator: bool = shown("管理者", "Administrator")
    password: PasswordState = shown("パスワード", "Password", default=PasswordState.UNKNOWN)
    enabled: bool = shown("有効", "Enabled", default=True)

    @property
    def row_key(self) -> str:
        return self.name or ("(administrator)" if self.administrator else "(login)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterConfiguration(Fact):
    """The whole configuration as the router itself told it; the rows are what people want to see of it.

    `state`: exact enough to follow any packet, secrets blanked; kept with the reading and no parameter itself.
    `upnp` None: it does not say. `schedules`: what it runs by itself at times. `unread`: lines not understood.
    """

    key: ClassVar[str] = "router_configuration"
    title: ClassVar[Text] = Text("ルータの設定", "Router configuration")
    section: ClassVar[Section] = Section.ACCESS
    state: RouterState
    forwards: tuple[RouterForward, ...] = shown("開けられたポート", "Forwards", default=())
    services: tuple[RouterService, ...] = shown("ルータ自身のサービス", "Services of the router itself", default=())
    logins: tuple[RouterLogin, ...] = shown("アカウント", "Accounts", default=())
    upnp: bool | None = shown("UPnPによる自動開放を許可", "Lets devices open ports by UPnP", default=None)
    dynamic_names: tuple[str, ...] = shown("DDNSの登録名", "Dynamic names", default=())
    time_servers: tuple[str, ...] = shown("NTPサーバ", "Time servers", default=())
    log_hosts: tuple[str, ...] = shown("ログの送信先", "Log hosts", default=())
    schedules: tuple[str, ...] = shown("自動で実行する予定", "Schedules", default=())
    unread: int = shown("読み取れなかった行数", "Lines not understood", default=0)
