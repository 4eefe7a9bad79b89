"""The commands of a configuration carried out: what stands in each menu at the end."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fushinban.drivers._router_text import Notes
from fushinban.drivers.mikrotik._export import Entry, Export
from fushinban.model.router import Line

#: What a router has before anything is said: services of `/ip service` by name, port, and whether they are off.
_SERVICES = (
    ("telnet", "23", "no"), ("ftp", "21", "no"), ("www", "80", "no"), ("ssh", "22", "no"), ("www-ssl", "443", "yes"),
    ("api", "8728", "no"), ("winbox", "8291", "no"), ("api-ssl", "8729", "no"),
)  # fmt: skip

_YES = frozenset(("yes", "true"))
_NO = frozenset(("no", "false"))


@dataclass(slots=True, kw_only=True)
class Item:
    """One object of a menu, or the one setting of a menu without objects. `lines`: all that made it what it is."""

    values: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def get(self, key: str, default: str = "") -> str:
        """The value of a setting as it is written."""
        return self.values.get(key, default)

    def says(self, key: str, default: bool = False) -> bool:
        """Whether a setting is on: `yes`, `true`; anything unclear counts as its default."""
        value = self.values.get(key, "")
        return value in _YES or (default and value not in _NO)

    @property
    def active(self) -> bool:
        """Neither disabled nor marked as not working by the router itself."""
        return not self.says("disabled") and not self.says("invalid")

    @property
    def causes(self) -> tuple[Line, ...]:
        """The lines that made it."""
        return tuple(self.lines)


class Book:
    """All menus of one router."""

    def __init__(self, export: Export, notes: Notes) -> None:
        self.facts = export.facts
        self.complete = export.complete
        self.notes = notes
        self._menus: dict[str, list[Item]] = {} if export.complete else _from_factory()
        for entry in export.entries:
            self._do(entry)

    def __iter__(self) -> Iterator[str]:
        return iter(self._menus)

    def items(self, menu: str) -> list[Item]:
        """The objects of a menu, in order."""
        return self._menus.get(menu, [])

    def active(self, menu: str) -> list[Item]:
        """Those that are not disabled."""
        return [item for item in self.items(menu) if item.active]

    def setting(self, menu: str) -> Item:
        """The one setting of a menu without objects; an empty one where nothing is said."""
        items = self.items(menu)
        return items[0] if items else Item()

    def _do(self, entry: Entry) -> None:
        items = self._menus.setdefault(entry.menu, [])
        if entry.verb == "add":
            self._add(items, entry)
        elif entry.verb in ("set", "disable", "enable", "remove"):
            self._change(items, entry)
        elif entry.verb != "comment":
            self.notes.add(entry.line, "unknown-command")

    def _add(self, items: list[Item], entry: Entry) -> None:
        values = {**dict.fromkeys(entry.chosen, "yes"), **entry.values}  # bare words are flags (`add blackhole …`)
        before = values.pop("place-before", "")
        place = int(before.lstrip("*")) if before.isdecimal() else len(items)
        if before and not before.isdecimal():
            self.notes.add(entry.line, "wrong-value", name="place-before")
        items.insert(min(place, len(items)), Item(values=values, lines=[entry.line]))

    def _change(self, items: list[Item], entry: Entry) -> None:
        for item in self._chosen(items, entry):
            if entry.verb == "remove":
                items.remove(item)
                continue
            if entry.verb == "set":
                item.values.update(entry.values)
                for key in [k for k in entry.values if k.startswith("!")]:
                    item.values.pop(key[1:], None)
            else:
                item.values["disabled"] = "yes" if entry.verb == "disable" else "no"
            item.lines.append(entry.line)

    def _chosen(self, items: list[Item], entry: Entry) -> list[Item]:
        """What a command is for. An object that the router has from the start is made on the spot."""
        if entry.found is not None:
            return self._found(items, entry)
        names = [name for word in entry.chosen for name in word.split(",")]
        if not names:
            return items[:1] or [_new(items, {})]
        return [item for name in names for item in self._named(items, name, entry)]

    def _named(self, items: list[Item], name: str, entry: Entry) -> list[Item]:
        here = [item for item in items if item.get("name") == name]
        if here or name.lstrip("*").isdecimal():
            by_place = items[int(name) : int(name) + 1] if name.isdecimal() else []
            return here or by_place or self._from_start(items, {"number": name}, entry)
        return self._from_start(items, {"name": name}, entry)

    def _found(self, items: list[Item], entry: Entry) -> list[Item]:
        found = dict(entry.found or {})
        if any(key.endswith(("~", "!=", "<=", ">=")) for key in found):
            self.notes.add(entry.line, "script")
            return []
        here = [item for item in items if all(_fits(item, key, value) for key, value in found.items())]
        return here or self._from_start(items, found, entry)

    def _from_start(self, items: list[Item], values: dict[str, str], entry: Entry) -> list[Item]:
        if entry.verb == "set" and "comment" not in values and "chain" not in values and values:
            return [_new(items, values)]
        if values:
            self.notes.add(entry.line, "not-found")
        return []


def _from_factory() -> dict[str, list[Item]]:
    services = [Item(values={"name": name, "port": port, "disabled": off}) for name, port, off in _SERVICES]
    return {"ip service": services, "snmp community": [Item(values={"default": "yes"})]}


def _new(items: list[Item], values: dict[str, str]) -> Item:
    items.append(Item(values=dict(values)))
    return items[-1]


def _fits(item: Item, key: str, value: str) -> bool:
    said = item.values.get(key)
    if said is None:
        return value in _NO and key in ("disabled", "dynamic", "invalid", "default")
    return said == value or (said in _YES and value in _YES) or (said in _NO and value in _NO)
