"""The index of what can be searched for: written by the stores of sites, devices, customers and documents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fushinban.model.device import Device
from fushinban.model.listing import HitKind
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import SearchRow
from fushinban.record._grams import grams, mark, terms
from fushinban.record._scope import within_sql
from fushinban.record.connection import Link, cut

INDEX_COLUMNS = ("kind", "site", "ref", "owner", "title", "detail", "grams")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to be found. `words`: the texts it is found by; `marks`: what a search may be narrowed by."""

    kind: HitKind
    ref: str
    site: str
    owner: int | None
    title: str
    detail: str = ""
    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One row of the index that fits. `number` grows in the order in which rows are found."""

    number: int
    kind: HitKind
    site: str
    ref: str
    title: str
    detail: str


def device_entry(device: Device, owner: int | None) -> Entry:
    """A device is found by its name, id, maker, model, serial number, MAC and IP address."""
    return Entry(
        kind=HitKind.DEVICE, ref=device.id, site=device.site, owner=owner, title=device.title,
        detail=" ".join(filter(None, (device.maker, device.model, device.address))),
        words=(device.name, device.id, device.maker, device.model, device.serial, device.mac, device.address),
        marks=(mark("d", device.kind.value), mark("m", cut(device.maker, 200))),
    )  # fmt: skip


class SearchIndex:
    """Keeps and asks the index. To be called inside a piece of work of the link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = SearchRow._base_manager.using(link.alias)

    def put(self, entries: Iterable[Entry]) -> None:
        """Keep these entries; those that are there already and unchanged cost nothing but the look."""
        given = {(e.site, e.kind.value, cut(e.ref, 200)): e for e in entries}
        known: dict[tuple[str, str, str], SearchRow] = {}
        for site in {key[0] for key in given}:
            refs = [key[2] for key in given if key[0] == site]
            for start in range(0, len(refs), 500):
                for row in self._rows.filter(site=site, ref__in=refs[start : start + 500]):
                    known[row.site, row.kind, row.ref] = row
        fresh, changed = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        for key, entry in given.items():
            values, old = index_values(entry), known.get(key)
            if old is None:
                fresh.append(values)
            elif tuple(getattr(old, name) for name in INDEX_COLUMNS) != values:
                changed.append((*values, old.pk))
        self._link.insert(SearchRow, INDEX_COLUMNS, fresh)
        self._link.update(SearchRow, INDEX_COLUMNS, changed)

    def drop(self, site: str, kind: HitKind, ref: str) -> None:
        """Take one entry away."""
        self._rows.filter(site=site, kind=kind.value, ref=ref).delete()

    def remark(self, site: str, before: int | None, after: int | None) -> None:
        """What belongs to a site is of another customer from now on."""
        old, new = mark("o", before or 0), mark("o", after or 0)
        rows = self._rows.filter(site=site).values_list("grams", "pk")
        self._link.update(SearchRow, ("grams",), [(grams_.replace(old, new), pk) for grams_, pk in rows])

    def find(
        self, scope: SiteScope, text: str, kind: HitKind, *, marks: Sequence[str] = (), after: int = 0, most: int = 50,
        in_order: bool = True,
    ) -> tuple[Found, ...]:  # fmt: skip
        """Rows of one kind in which every word of the text occurs, in the order of their numbers; nothing for none.

        `in_order` False: any of them, which PostgreSQL has sooner where very many fit.
        """
        wanted = terms(text)
        if not wanted or not scope:
            return ()
        inside, values = within_sql(scope, "s")
        narrow = [mark("k", kind.value), *marks]
        # What stands in the index as well narrows it there; the condition on the row is what decides.
        either = [] if scope.everything else sorted(
            [mark("o", c) for c in scope.customers] + [mark("s", s) for s in scope.sites]
        )[:200]  # fmt: skip
        if len(scope.customers) + len(scope.sites) > len(either):
            either = []
        source, number, condition, question = self._question(wanted, narrow, either)
        order = f" ORDER BY {number}" if in_order else ""
        statement = (
            f"SELECT s.id, s.kind, s.site, s.ref, s.title, s.detail FROM {source} "  # noqa: S608 - own words
            f"WHERE {condition} AND s.kind = %s AND {number} > %s AND {inside}{order} LIMIT %s"
        )
        with self._link.connection.cursor() as cursor:
            cursor.execute(statement, [question, kind.value, after, *values, most])
            rows = cursor.fetchall()
        return tuple(
            Found(number=n, kind=HitKind(k), site=site, ref=ref, title=title, detail=detail)
            for n, k, site, ref, title, detail in rows
        )

    def condition(self, text: str, kind: HitKind) -> tuple[str, str]:
        """The condition on a row of the index that it holds every word, with one place, and what goes there (empty:
        the text has no words)."""
        wanted = terms(text)
        if not wanted:
            return "", ""
        _, _, condition, question = self._question(wanted, [mark("k", kind.value)], [])
        if self._link.connection.vendor == "sqlite":
            return "id IN (SELECT w.rowid FROM record_searchwords w WHERE w.record_searchwords MATCH %s)", question
        return condition.replace("s.grams", "grams"), question

    def _question(
        self, wanted: Sequence[tuple[str, bool]], narrow: Sequence[str], either: Sequence[str]
    ) -> tuple[str, str, str, str]:
        """Tables, number, the condition with one place, and what goes there. Words hold letters and figures only."""
        if self._link.connection.vendor == "sqlite":
            parts = [f'"{word}"' + " *" * prefix for word, prefix in wanted] + [f'"{m}"' for m in narrow]
            if either:
                parts.append("(" + " OR ".join(f'"{m}"' for m in either) + ")")
            source = "record_searchwords w CROSS JOIN record_searchrow s ON s.id = w.rowid"
            # The number of the word table is the row's: found in its order, and stopped as soon as there are enough.
            return source, "w.rowid", "w.record_searchwords MATCH %s", " AND ".join(parts)
        parts = [f"'{word}'" + ":*" * prefix for word, prefix in wanted] + [f"'{m}'" for m in narrow]
        if either:
            parts.append("(" + " | ".join(f"'{m}'" for m in either) + ")")
        return "record_searchrow s", "s.id", "record_words(s.grams) @@ %s::tsquery", " & ".join(parts)


def index_values(entry: Entry) -> tuple[Any, ...]:
    """What the row of an entry holds, in the order of `INDEX_COLUMNS`."""
    site, kind, ref = entry.site, entry.kind.value, cut(entry.ref, 200)
    marks = (mark("k", kind), mark("s", site), mark("o", entry.owner or 0), *entry.marks)
    return (
        kind, site, ref, entry.owner, cut(entry.title, 300), cut(entry.detail, 300),
        " ".join((grams(*entry.words), *marks)),
    )  # fmt: skip
