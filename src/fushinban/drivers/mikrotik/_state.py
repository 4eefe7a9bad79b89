"""A RouterOS configuration as a `RouterState`."""

import re

from fushinban.drivers._router_text import Notes
from fushinban.drivers.mikrotik._book import Book
from fushinban.drivers.mikrotik._chains import Chains
from fushinban.drivers.mikrotik._export import Export
from fushinban.drivers.mikrotik._interfaces import Interfaces
from fushinban.drivers.mikrotik._menus import READ, is_without_say
from fushinban.drivers.mikrotik._services import services_of, upnp_of
from fushinban.model.filtering import Line
from fushinban.model.router import Origin, PasswordState, RouterAccount, RouterState

#: Settings that hold a program which an event or the clock starts (`source` in `/system script` waits to be called).
_PROGRAM = re.compile(r"on-[\w-]+|(?:[\w-]+-)?script")


def state_of(export: Export, origin: Origin, notes: Notes) -> RouterState:
    """The state that the commands leave behind."""
    book = Book(export, notes)
    interfaces = Interfaces(book)
    chains = Chains(book, interfaces)
    services, upnp = services_of(book), upnp_of(book)
    _note_others(book)
    facts = export.facts
    return RouterState(
        kind="mikrotik", origin=origin, maker="MikroTik", model=facts.get("model") or facts.get("board-name", ""),
        firmware=facts.get("version", "").partition(" ")[0], serial=facts.get("serial-number", ""),
        host_name=book.setting("system identity").get("name"), interfaces=interfaces.all(), routes=interfaces.routes,
        lists=tuple(chains.lists), hooks=tuple(chains.hooks), mappings=tuple(chains.mappings), services=services,
        upnp=upnp, accounts=_accounts(book), dynamic_names=_dynamic_names(book), time_servers=_time_servers(book),
        log_hosts=tuple(filter(None, (i.get("remote") for i in book.active("system logging action")))),
        schedules=_schedules(book), unread=notes.all(), line_count=export.line_count,
    )  # fmt: skip


def _note_others(book: Book) -> None:
    """Every line of a menu that is neither read nor known to have no say, and every program that runs by itself.

    What such a program does is not known: it may open a way that nothing else here does.
    """
    for menu in book:
        known = menu in READ or is_without_say(menu)
        for item in book.items(menu):
            if not known:
                for line in item.lines:
                    book.notes.add(line, "unknown-section")
            elif (
                menu != "system script" and item.active and any(map(_PROGRAM.fullmatch, filter(item.get, item.values)))
            ):
                for line in item.lines:
                    book.notes.add(line, "script")


def _accounts(book: Book) -> tuple[RouterAccount, ...]:
    """Accounts, where the configuration shows them (`/export` leaves them out, REST gives them without passwords)."""
    states = {None: PasswordState.UNKNOWN, "": PasswordState.EMPTY}
    return tuple(
        RouterAccount(
            name=item.get("name"), administrator=item.get("group") == "full",
            password=states.get(item.values.get("password"), PasswordState.SET), enabled=item.active, lines=item.causes,
        )
        for item in book.items("user")
        if item.get("name")
    )  # fmt: skip


def _dynamic_names(book: Book) -> tuple[str, ...]:
    """The maker's dynamic name (`<serial>.sn.mynetname.net`) where it is switched on."""
    cloud = book.setting("ip cloud")
    if cloud.get("ddns-enabled", "no") not in ("yes", "true"):
        return ()
    serial = book.facts.get("serial-number", "").lower()
    return (cloud.get("dns-name") or f"{serial or '(serial)'}.sn.mynetname.net",)


def _time_servers(book: Book) -> tuple[str, ...]:
    """Whom the clock is set by: one setting in RouterOS 6, a list in 7."""
    client = book.setting("system ntp client")
    if not client.says("enabled"):
        return ()
    named = [client.get(key) for key in ("server-dns-names", "servers", "primary-ntp", "secondary-ntp")]
    listed = [item.get("address") for item in book.active("system ntp client servers")]
    return tuple(one for text in (*named, *listed) for one in text.split(",") if one.strip("0."))


def _schedules(book: Book) -> tuple[Line, ...]:
    return tuple(line for item in book.active("system scheduler") for line in item.lines)
