"""A table of many things as pages show it: columns and their order in the address bar, choice of columns kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from fushinban.messages import Lang, Text
from fushinban.web.markup import NOTHING, Markup, Pattern, together

#: Parameters of a table itself; every other parameter of the address is a filter and stays.
_OWN = frozenset({"sort", "after", "columns"})


#: Draws what stands in one cell; what is not markup is escaped.
Cell = Callable[[Any, Lang], str]

_BEGIN = Pattern('<{tag}{scope}{kind} data-label="{label}">')
_END = Pattern("</{tag}>")
_SCOPE, _NUMBER = Pattern(' scope="row"')(), Pattern(' class="number"')()
_ROW, _ROW_END = Pattern("<tr>")(), Pattern("</tr>")()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `sort`: the word for `?sort=` that orders by it (empty: it does not). `fixed`: always shown.

    `cell` draws its cells where Python draws the lines of the table; `head`: they say what the line is about.
    """

    key: str
    label: Text
    sort: str = ""
    number: bool = False
    fixed: bool = False
    cell: Cell | None = None
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Rows and all that stands around them. `rows` are whatever the row template knows as `row`.

    `total`: of all pages, where known. `older`: address of the next page, `newest` of the first (empty: we are there).
    `empty`, `empty_step`, `empty_address`: what to say and do when there is nothing; `filtered`: a filter hides rows.
    """

    name: str
    columns: tuple[Column, ...]
    shown: frozenset[str]
    rows: tuple[Any, ...]
    query: str
    sort: str = ""
    total: int | None = None
    older: str = ""
    newest: str = ""
    filtered: bool = False
    empty: Text
    empty_step: Text | None = None
    empty_address: str = ""

    @property
    def heads(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return tuple(column for column in self.columns if column.key in self.shown)

    def lines(self, lang: Lang) -> Markup | None:
        """The lines of the table, where every column draws its own cells; None where a row template does it."""
        drawn = [(*cell_tag(column, lang, head=column.head), column.cell) for column in self.heads]
        parts: list[str] = []
        for row in self.rows:
            parts.append(_ROW)
            for begin, end, cell in drawn:
                if cell is None:
                    return None
                parts += (begin, cell(row, lang), end)
            parts.append(_ROW_END)
        return together(parts)

    @property
    def choosable(self) -> tuple[Column, ...]:
        """The columns that can be hidden."""
        return tuple(column for column in self.columns if not column.fixed)

    def sorted_by(self, column: Column) -> str:
        """The address of the same list in the order of a column, from its beginning."""
        return _address(self.query, sort=column.sort)


@lru_cache(maxsize=1024)
def cell_tag(column: Column, lang: Lang, *, head: bool) -> tuple[Markup, Markup]:
    """Begin and end of a cell: the same in every line of a table; on a phone the label stands beside the value."""
    tag = "th" if head else "td"
    scope, kind = _SCOPE if head else NOTHING, _NUMBER if column.number else NOTHING
    return _BEGIN(tag=tag, scope=scope, kind=kind, label=column.label.of(lang)), _END(tag=tag)


def make_listing(
    request: HttpRequest,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Any],
    *,
    empty: Text,
    following: str | None = None,
    total: int | None = None,
    sort: str = "",
    empty_step: Text | None = None,
    empty_address: str = "",
) -> Listing:
    """The listing for this request.

    `rows` stand in the order asked for; `following`: the cursor of what comes next (`?after=`), None at the end;
    `sort`: the order in force. `?columns=a,b` chooses columns and is kept for the session under `name`.
    """
    query = request.GET
    return Listing(
        name=name,
        columns=tuple(columns),
        shown=_shown(request, name, columns),
        rows=tuple(rows),
        query=query.urlencode(),
        sort=sort,
        total=total,
        older=_address(query.urlencode(), after=following) if following else "",
        newest=_address(query.urlencode(), after="") if query.get("after") else "",
        filtered=any(value for key, value in query.items() if key not in _OWN),
        empty=empty,
        empty_step=empty_step,
        empty_address=empty_address,
    )


def _shown(request: HttpRequest, name: str, columns: Sequence[Column]) -> frozenset[str]:
    known = {column.key for column in columns}
    fixed = {column.key for column in columns if column.fixed}
    given = request.GET.getlist("columns")
    place = f"columns-{name}"
    if given:
        chosen = {key for part in given for key in part.split(",")} & known
        request.session[place] = sorted(chosen)
    else:
        kept = request.session.get(place)
        chosen = set(kept) & known if isinstance(kept, list) else known
    return frozenset(chosen | fixed)


def _address(query: str, **changed: str) -> str:
    """The query with some values changed (empty: taken out); a new order begins at the first page."""
    kept = QueryDict(query)
    dropped = set(changed) | {"columns"} | ({"after"} if "sort" in changed else set())
    pairs = [(key, value) for key in kept for value in kept.getlist(key) if key not in dropped]
    return "?" + urlencode([*pairs, *((key, value) for key, value in changed.items() if value)])
