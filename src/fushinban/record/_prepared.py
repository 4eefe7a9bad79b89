"""Questions that pages ask again and again: Django words each of them once, instead of anew for every page.

Making the words takes several times as long as the answer. A question is a function that gives a query set like any
other, with `Given("name")` where a value belongs; decorated with `Prepared` it is worded when it is first asked:

    @Prepared
    def _jobs(alias: str) -> QuerySet[Any]:
        return JobRow._base_manager.using(alias).filter(site=Given("site")).values_list("id", "state")

    rows = _jobs.rows(link.connection, site="shinjuku")
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet

#: How many values a question about a list is worded for; longer lists are asked for in pieces.
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
Rows = list[tuple[Any, ...]]


class Given(Expression):
    """A value that is given when the question is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, list["Given"]]:  # type: ignore[override]  # a place of our own
        """The place of the value."""
        return "%s", [self]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worded:
    """A question in the words of one kind of database. `converters`: Django's own, by place in a row."""

    sql: str
    names: frozenset[str]
    places: Sequence[Any]
    converters: Sequence[tuple[int, tuple[list[Callable[..., Any]], Any]]]
    columns: Sequence[str]

    def ask(self, connection: BaseDatabaseWrapper, given: dict[str, Any]) -> Rows:
        if self.names != given.keys():  # also where Django took a place for a value (it does in lists of foreign keys)
            raise RuntimeError(f"asked with {sorted(given)}, worded for {sorted(self.names)}")
        values = [given[place.name] if isinstance(place, Given) else place for place in self.places]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            rows: Rows = cursor.fetchall()
        return [self._read(row, connection) for row in rows] if self.converters else rows

    def _read(self, row: tuple[Any, ...], connection: BaseDatabaseWrapper) -> tuple[Any, ...]:
        values = list(row)
        for place, (steps, expression) in self.converters:
            for step in steps:
                values[place] = step(values[place], expression, connection)
        return tuple(values)


class Prepared:
    """A question about single values."""

    def __init__(self, make: Callable[[str], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._worded: dict[str, _Worded] = {}

    def rows(self, connection: BaseDatabaseWrapper, **given: Any) -> Rows:
        """The answer as rows of values. What is given is as the database takes it (moments by `Link.moment`)."""
        return self._words(connection).ask(connection, given)

    def models(self, connection: BaseDatabaseWrapper, kind: type[Model], **given: Any) -> list[Any]:
        """The answer as objects of a model, for a question that asks for all of its columns."""
        words = self._words(connection)
        return [kind.from_db(connection.alias, words.columns, row) for row in words.ask(connection, given)]

    def _words(self, connection: BaseDatabaseWrapper) -> _Worded:
        found = self._worded.get(connection.vendor)
        if found is None:
            found = self._worded[connection.vendor] = _worded(self._make(connection.alias))
        return found


class PreparedList:
    """A question about a list of values: its function is told their places. Worded once per size of the list."""

    def __init__(self, make: Callable[[str, list[Given]], QuerySet[Any, Any]]) -> None:
        self._by_size = {size: Prepared(self._of(make, size)) for size in _SIZES}

    def rows(self, connection: BaseDatabaseWrapper, values: Sequence[Any], **given: Any) -> Rows:
        """The answer as rows of values; nothing for an empty list, and one answer for each piece of a long one."""
        found: Rows = []
        for start in range(0, len(values), _SIZES[-1]):
            some = values[start : start + _SIZES[-1]]
            size = next(size for size in _SIZES if size >= len(some))
            filled = [*some, *[some[-1]] * (size - len(some))]
            listed = {f"listed {n}": value for n, value in enumerate(filled)}
            found += self._by_size[size].rows(connection, **listed, **given)
        return found

    @staticmethod
    def _of(make: Callable[[str, list[Given]], QuerySet[Any, Any]], size: int) -> Callable[[str], QuerySet[Any, Any]]:
        return lambda alias: make(alias, [Given(f"listed {n}") for n in range(size)])


def _worded(rows: QuerySet[Any, Any]) -> _Worded:
    compiler = rows.query.get_compiler(rows.db)
    sql, places = compiler.as_sql()
    selected = [column for column, *_ in compiler.select]
    return _Worded(
        sql=sql, names=frozenset(place.name for place in places if isinstance(place, Given)), places=places,
        converters=tuple(compiler.get_converters(selected).items()),
        columns=tuple(column.target.attname for column in selected if hasattr(column, "target")),
    )  # fmt: skip
