"""What RouterOS answers over REST, as the same commands that `/export` would print.

A document maps paths (`ip/firewall/nat`) to answers: lists of objects, or one object where a menu is a single setting;
all values are strings. That REST mirrors the console's tree is the maker's own statement; the single paths follow from
it and are not proven one by one on a device. So a path that answers anything else is Malformed, and the driver stays
bronze.
"""

import orjson

from fushinban.drivers._router_text import Notes
from fushinban.drivers.mikrotik._export import Entry, Export, read_command
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.router import Line

#: Counters and marks that are no settings; `dynamic` and `invalid` stay.
_NO_SETTINGS = frozenset((".id", ".nextid", ".about", ".dead", "bytes", "packets", "running", "default", "hw-offload"))
_RESOURCE = {"version": "version", "board-name": "board-name"}
#: The menus that hold an interface of each type, as `/interface` names the types (from memory; others lead nowhere).
_OF_TYPE = {
    "ether": "interface ethernet", "bridge": "interface bridge", "vlan": "interface vlan", "bond": "interface bonding",
    "vrrp": "interface vrrp", "macvlan": "interface macvlan", "veth": "interface veth", "wlan": "interface wireless",
    "wifi": "interface wifi", "pppoe-out": "interface pppoe-client", "lte": "interface lte",
    "ppp-out": "interface ppp-client", "l2tp-out": "interface l2tp-client", "pptp-out": "interface pptp-client",
    "sstp-out": "interface sstp-client", "ovpn-out": "interface ovpn-client", "gre-tunnel": "interface gre",
    "eoip": "interface eoip", "ipip-tunnel": "interface ipip", "6to4-tunnel": "interface 6to4",
    "vxlan": "interface vxlan", "l2tp-in": "interface l2tp-server", "pptp-in": "interface pptp-server",
    "sstp-in": "interface sstp-server", "ovpn-in": "interface ovpn-server",
    "zerotier": "zerotier interface",
}  # fmt: skip
#: What `/interface` says of each that counts here.
_OF_INTERFACE = ("name", "comment", "disabled")


def looks_like_rest(content: bytes) -> bool:
    """Whether the bytes begin as a document of answers does."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_rest(content: bytes, notes: Notes) -> Export:
    """The commands in a document of REST answers by path. Raises Malformed for anything else."""
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        document = None
    export = Export(complete=True)
    if not isinstance(document, dict) or not document:
        raise _other_kind()
    for path, answer in document.items():
        menu = " ".join(path.removeprefix("/").removeprefix("rest/").replace("/", " ").split())
        _take_answer(export, menu, answer, notes)
    if not export.entries and not export.facts:
        raise _other_kind()
    return export


def _other_kind() -> Malformed:
    return Malformed(say("router_text.other-kind", maker="MikroTik RouterOS", how=say("router_text.how-mikrotik")))


def _take_answer(export: Export, menu: str, answer: object, notes: Notes) -> None:
    if is_absent(answer):
        return
    if is_error(answer):
        notes.add(Line(0, f"/{menu}"), "denied-part" if is_denied(answer) else "broken")
        return
    verb = "add" if isinstance(answer, list) else "set"
    for item in answer if isinstance(answer, list) else [answer]:
        if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
            raise _other_kind()
        if menu == "system resource":
            export.facts.update({_RESOURCE[key]: value for key, value in item.items() if key in _RESOURCE})
        elif menu == "system routerboard":
            export.facts.update({key: value for key, value in item.items() if key in ("model", "serial-number")})
        elif menu == "interface":
            export.entries.extend(_interface(item))
        elif (entry := _entry(menu, verb, item)) is not None:
            export.entries.append(entry)
        else:
            notes.add(Line(0, f"/{menu}"), "broken")


def is_error(answer: object) -> bool:
    """Whether a menu was answered with an error: `{"error": 400, "message": "Bad Request", "detail": …}`."""
    return isinstance(answer, dict) and isinstance(answer.get("error"), int)


def is_absent(answer: object) -> bool:
    """Whether the router has no such menu: a package that is not installed, or an older version."""
    if not isinstance(answer, dict) or not is_error(answer):
        return False
    return answer["error"] == 404 or "no such command" in str(answer.get("detail", "")).lower()


def is_denied(answer: object) -> bool:
    """Whether the account has no right to read the menu."""
    if not isinstance(answer, dict) or not is_error(answer):
        return False
    return answer["error"] in (401, 403) or "permission" in str(answer.get("detail", "")).lower()


def _interface(item: dict[str, str]) -> list[Entry]:
    """An interface as the menu of its type would tell it; wireguard has a menu of its own that is asked."""
    menu = _OF_TYPE.get(item.get("type", ""))
    if menu is None:
        return []
    entry = _entry(menu, "add", {key: item[key] for key in _OF_INTERFACE if key in item})
    return [entry] if entry is not None else []


def _entry(menu: str, verb: str, item: dict[str, str]) -> Entry | None:
    settings = (f"{key}={_quoted(value)}" for key, value in item.items() if key not in _NO_SETTINGS)
    return read_command(menu, verb, " ".join(settings), 0)


def _quoted(value: str) -> str:
    if value and not set(value) & set(' \t\n"\\[]{}=;'):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
