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
    verb = "add" if isinstance(answer, list) else "set"
    for item in answer if isinstance(answer, list) else [answer]:
        if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
            raise _other_kind()
        if menu == "system resource":
            export.facts.update({_RESOURCE[key]: value for key, value in item.items() if key in _RESOURCE})
        elif menu == "system routerboard":
            export.facts.update({key: value for key, value in item.items() if key in ("model", "serial-number")})
        elif (entry := _entry(menu, verb, item)) is not None:
            export.entries.append(entry)
        else:
            notes.add(Line(0, f"/{menu}"), "broken")


def _entry(menu: str, verb: str, item: dict[str, str]) -> Entry | None:
    settings = (f"{key}={_quoted(value)}" for key, value in item.items() if key not in _NO_SETTINGS)
    return read_command(menu, verb, " ".join(settings), 0)


def _quoted(value: str) -> str:
    if value and not set(value) & set(' \t\n"\\[]{}=;'):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
