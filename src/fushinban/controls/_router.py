"""A router's own configuration as controls speak of it."""

from collections.abc import Iterable

from fushinban.controls._saying import joined, names, seen
from fushinban.model.control import Evidence, Severity
from fushinban.model.facts import RouterConfiguration, RouterForward, RouterLogin
from fushinban.model.filtering import ForwardKind
from fushinban.model.router import PasswordState, Purpose, Role
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Forwards that one sentence names.
_SHOWN = 5


NO_PASSWORD = Text(
    "ルータに、パスワードが設定されていないアカウントがあります。だれでもログインできます。",
    "The router has an account without a password: anybody can log in.",
)


def made_by_hand(view: DeviceView) -> tuple[RouterForward, ...]:
    """Forwards that somebody wrote into the router and nobody planned; those of UPnP are told elsewhere."""
    told = view.find(RouterConfiguration)
    rows = told.forwards if told is not None else ()
    return tuple(row for row in rows if row.kind is not ForwardKind.UPNP and not _planned(view, row))


def _planned(view: DeviceView, row: RouterForward) -> bool:
    """Whether the router's planned sheet has this very forward, to the same place."""
    sheet = view.sheets.get(Stage.PLANNED)
    known = {p.key: p.value for p in sheet.parameters} if sheet is not None else {}
    key = f"{RouterConfiguration.key}[{row.row_key}]"
    return (known.get(f"{key}.inside"), known.get(f"{key}.inside_ports")) == (row.inside, row.inside_ports)


def forwards_text(rows: Iterable[RouterForward]) -> Text:
    """`外側の8000番（TCP）から192.0.2.20の8000番`, the first five."""
    several = tuple(rows)
    text = joined(map(_forward_text, several[:_SHOWN]))
    rest = len(several) - _SHOWN
    more = Text("{list}、ほか{count}件", "{list}, and {count} more")
    return more.fill(list=text, count=rest) if rest > 0 else text


def _forward_text(row: RouterForward) -> Text:
    every = Text("すべて", "any")
    text = Text(
        "外側の{outside}番（{protocol}）から{inside}の{port}番",
        "outside port {outside} ({protocol}) to port {port} of {inside}",
    )
    return text.fill(
        outside=row.outside_ports or every, protocol=row.protocol.upper(), inside=row.inside or "-",
        port=row.inside_ports or every,
    )  # fmt: skip


def forward_evidence(view: DeviceView, rows: Iterable[RouterForward]) -> tuple[Evidence, ...]:
    """Each forward as the router's configuration has it."""
    text = Text(
        "ルータの設定（{kind}）：{protocol} {outside} → {inside} {port}、接続できる相手：{sources}、説明：{name}",
        "Router configuration ({kind}): {protocol} {outside} → {inside} {port}, open to: {sources}, description: "
        "{name}",
    )
    every, everybody = Text("すべて", "any"), Text("だれでも", "everybody")
    return tuple(
        seen(view, RouterConfiguration, text.fill(
            kind=row.kind.label, protocol=row.protocol, outside=row.outside_ports or every, inside=row.inside or "-",
            port=row.inside_ports or every, sources=row.sources or everybody, name=row.name or "-",
        ))
        for row in rows
    )  # fmt: skip


def gravity(rows: Iterable[RouterForward]) -> Severity | None:
    """HIGH where everybody comes through."""
    return Severity.HIGH if any(not row.sources for row in rows) else None


def unread_evidence(view: DeviceView, told: RouterConfiguration) -> tuple[Evidence, ...]:
    """How much of the configuration was not understood; nothing where all was."""
    text = Text("ルータの設定のうち読み取れなかった行：{count}", "Lines of the configuration not understood: {count}")
    return (seen(view, RouterConfiguration, text.fill(count=told.unread)),) if told.unread else ()


def without_password(view: DeviceView) -> tuple[RouterLogin, ...]:
    """Accounts of the router that let everybody in."""
    told = view.find(RouterConfiguration)
    logins = told.logins if told is not None else ()
    return tuple(one for one in logins if one.enabled and one.password is PasswordState.EMPTY)


def logins_evidence(view: DeviceView, logins: Iterable[RouterLogin]) -> Evidence:
    """Which accounts these are."""
    text = Text("パスワードのないアカウント：{list}", "Accounts without a password: {list}")
    nameless = {True: Text("（管理パスワード）", "(administrator password)"), False: Text("（ログイン）", "(login)")}
    named = joined(Text(o.name, o.name) if o.name else nameless[o.administrator] for o in logins)
    return seen(view, RouterConfiguration, text.fill(list=named))


def vpn_text(told: RouterConfiguration) -> Text | None:
    """The VPN servers that run; None where none does."""
    found = dict.fromkeys(s.name for s in told.services if s.purpose is Purpose.VPN)
    return names(found) if found else None


def outside_addresses(told: RouterConfiguration) -> tuple[str, ...]:
    """The router's own addresses at the side of the internet, as far as its configuration knows them."""
    outer = (i for i in told.state.interfaces if i.role is Role.WAN)
    return tuple(str(a.ip) for i in outer for a in i.addresses if a.version == 4)
