"""The shape of a PostgreSQL database as statements, read from its own catalogue: no client program is needed.

Taken are tables, their keys, indexes, sequences, functions and triggers of every schema that is not the server's own.
A database with anything else in it is refused, never copied in part.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fushinban.errors import InputError, StoreError
from fushinban.messages import say

if TYPE_CHECKING:
    from psycopg import Connection

_OURS = r"""n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"""
_NO_EXTENSION = "NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = {0}.oid AND e.deptype = 'e')"

_RELATIONS = f"""
SELECT c.oid, n.nspname, c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} AND {_NO_EXTENSION.format("c")} AND c.relkind IN ('r', 'S', 'v', 'm', 'p', 'f') ORDER BY 2, 3
"""  # noqa: S608 - own constants
_TYPES = f"""
SELECT t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE {_OURS} AND {_NO_EXTENSION.format("t")} AND t.typtype IN ('e', 'd', 'r') ORDER BY 1
"""  # noqa: S608 - own constants
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text, a.attgenerated::text,
    pg_get_expr(d.adbin, d.adrelid),
    CASE WHEN a.attcollation <> t.typcollation THEN
        (SELECT quote_ident(m.nspname) || '.' || quote_ident(l.collname)
         FROM pg_collation l JOIN pg_namespace m ON m.oid = l.collnamespace WHERE l.oid = a.attcollation) END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_CONSTRAINTS = f"""
SELECT n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} AND k.contype IN ('p', 'u', 'x', 'c', 'f')
ORDER BY position(k.contype::text IN 'puxcf'), 1, 2, 3
"""  # noqa: S608 - own constants
_INDEXES = f"""
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} AND c.relkind = 'r'
AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY 1
"""  # noqa: S608 - own constants
_FUNCTIONS = f"""
SELECT pg_get_functiondef(f.oid) FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
JOIN pg_language l ON l.oid = f.prolang
WHERE {_OURS} AND {_NO_EXTENSION.format("f")} AND f.prokind IN ('f', 'p') AND l.lanname IN ('sql', 'plpgsql') ORDER BY 1
"""  # noqa: S608 - own constants
_TRIGGERS = f"""
SELECT pg_get_triggerdef(g.oid) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS} AND NOT g.tgisinternal ORDER BY 1
"""  # noqa: S608 - own constants
_SEQUENCES = f"""
SELECT c.oid, n.nspname, c.relname, s.seqtypid::regtype::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
    s.seqcycle, d.deptype::text, tn.nspname, tc.relname, ta.attname
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    AND d.refclassid = 'pg_class'::regclass
LEFT JOIN pg_class tc ON tc.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = tc.relnamespace
LEFT JOIN pg_attribute ta ON ta.attrelid = tc.oid AND ta.attnum = d.refobjsubid
WHERE {_OURS} ORDER BY 2, 3
"""  # noqa: S608 - own constants

_ALLOWED = re.compile(
    r"CREATE (TABLE|SEQUENCE|SCHEMA|(UNIQUE )?INDEX|(CONSTRAINT )?TRIGGER|OR REPLACE (FUNCTION|PROCEDURE)) "
    r"|ALTER TABLE \S+ ADD CONSTRAINT |ALTER SEQUENCE \S+ OWNED BY ",
)
_LANGUAGE = re.compile(r"^ LANGUAGE (sql|plpgsql)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table and the columns that are copied; generated ones are not."""

    schema: str
    name: str
    columns: tuple[str, ...]

    @property
    def words(self) -> str:
        """The quoted name."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def column_words(self) -> str:
        """The quoted columns, with commas."""
        return ", ".join(map(quoted, self.columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """How far a sequence has counted: a column's own (`table`, `column`) or one by name."""

    sequence: str
    table: str
    column: str
    value: int
    called: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """All of it: what is made before the rows come, the tables, and what is made after them."""

    schemas: tuple[str, ...]
    before: tuple[str, ...]
    tables: tuple[Table, ...]
    after: tuple[str, ...]
    counters: tuple[Counter, ...]


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def relations(connection: "Connection[Any]") -> list[tuple[int, str, str, str]]:
    """Everything of ours: oid, schema, name, kind."""
    return [(int(oid), str(s), str(n), str(k)) for oid, s, n, k in connection.execute(_RELATIONS).fetchall()]


def read_shape(connection: "Connection[Any]") -> Shape:
    """The shape of the connected database. Raises StoreError for what cannot be copied."""
    found = relations(connection)
    odd = [name for _, _, name, kind in found if kind not in ("r", "S")]
    odd += [str(name) for (name,) in connection.execute(_TYPES).fetchall()]
    if odd:
        raise StoreError(say("operations.pg-unknown", names=", ".join(odd[:5])))
    before, tables = [], []
    for oid, schema, name, kind in found:
        if kind == "r":
            create, table = _table(connection, oid, schema, name)
            before.append(create)
            tables.append(table)
    sequences, owners, counters = _sequences(connection)
    return Shape(
        schemas=tuple(sorted({schema for _, schema, _, _ in found})),
        before=(*sequences, *before, *owners),
        tables=tuple(tables),
        # Indexes and checks may call functions of ours.
        after=(
            *_texts(connection, _FUNCTIONS),
            *_constraints(connection),
            *_texts(connection, _INDEXES, _TRIGGERS),
        ),
        counters=counters,
    )


def check_statement(statement: str) -> None:
    """Raises InputError for a statement that no backup of ours holds."""
    fits = _ALLOWED.match(statement) is not None
    function = statement.startswith("CREATE OR REPLACE")
    if not fits or (function and ("SECURITY DEFINER" in statement or not _LANGUAGE.search(statement))):
        raise InputError(say("operations.backup-damaged"))


def _table(connection: "Connection[Any]", oid: int, schema: str, name: str) -> tuple[str, Table]:
    rows = connection.execute(_COLUMNS, [oid]).fetchall()
    lines = ", ".join(_column(*row) for row in rows)
    copied = tuple(str(row[0]) for row in rows if not row[4])
    table = Table(schema=schema, name=name, columns=copied)
    return f"CREATE TABLE {table.words} ({lines})", table


def _column(  # noqa: PLR0917 - a row of the catalogue
    name: str, kind: str, not_null: bool, identity: str, generated: str, default: str | None, collation: str | None
) -> str:
    words = [quoted(name), kind]
    if collation:
        words.append(f"COLLATE {collation}")
    if identity:
        words.append(f"GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY")
    elif generated:
        words.append(f"GENERATED ALWAYS AS ({default}) STORED")
    elif default is not None:
        words.append(f"DEFAULT {default}")
    if not_null:
        words.append("NOT NULL")
    return " ".join(words)


def _sequences(connection: "Connection[Any]") -> tuple[list[str], list[str], tuple[Counter, ...]]:
    made, owners, counters = [], [], []
    for row in connection.execute(_SEQUENCES).fetchall():
        _, schema, name, kind, start, step, least, most, cycle, how, owner_schema, owner, column = row
        words = f"{quoted(schema)}.{quoted(name)}"
        table = f"{quoted(owner_schema)}.{quoted(owner)}" if owner else ""
        if how != "i":
            made.append(
                f"CREATE SEQUENCE {words} AS {kind} START {start} INCREMENT {step} MINVALUE {least} MAXVALUE {most} "
                + ("CYCLE" if cycle else "NO CYCLE")
            )
        if how == "a":
            owners.append(f"ALTER SEQUENCE {words} OWNED BY {table}.{quoted(column)}")
        # Counting is outside of every snapshot: it may only be further on, which does no harm.
        value = connection.execute(f"SELECT last_value, is_called FROM {words}").fetchone()  # noqa: S608 - quoted
        assert value is not None
        by_name = "" if how == "i" else words
        counters.append(
            Counter(sequence=by_name, table=table, column=column or "", value=int(value[0]), called=bool(value[1]))
        )
    return made, owners, tuple(counters)


def _constraints(connection: "Connection[Any]") -> list[str]:
    rows = connection.execute(_CONSTRAINTS).fetchall()
    return [f"ALTER TABLE {quoted(s)}.{quoted(t)} ADD CONSTRAINT {quoted(k)} {words}" for s, t, k, words in rows]


def _texts(connection: "Connection[Any]", *queries: str) -> list[str]:
    return [str(text) for query in queries for (text,) in connection.execute(query).fetchall()]  # own constants
