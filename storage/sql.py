"""Statements written in SQLAlchemy Core, compiled once, run on the bare driver (docs/decisions/0002).

CHILD = Sql(select(child.c.name).where(child.c.id == bindparam("id")))
tx.one(CHILD, id=7).name
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, ClauseElement, ColumnElement, Dialect, Table, bindparam, insert, literal_column, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}

Row = Any  # a named tuple with the columns of its statement


def fixed(value: str) -> ColumnElement[str]:
    """A constant written into the text, so that the planner can see that a partial index fits."""
    return literal_column(f"'{value}'")


def under_index(condition: str) -> ColumnElement[bool]:
    """What a partial index says of its rows, in its own words: without them SQLite does not see that the index fits,
    and reads the whole table (tests/storage/test_plans.py)."""
    return literal_column(condition)


def among(column: ColumnElement[Any], *values: str) -> ColumnElement[bool]:
    """`column in (values)` for fixed values, in a form that can be compiled once."""
    return or_(*(column == fixed(v) for v in values))


class OneOf(ColumnElement[bool]):
    """`column in (a list of any length)`; the list comes as JSON, so that the statement is compiled once."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[int], name: str) -> None:
        self.column = column
        self.listed: ColumnElement[Any] = bindparam(name)


@compiles(OneOf, "sqlite")
def _in_sqlite(one: OneOf, compiler: Any, **kw: Any) -> str:
    return (
        f"{compiler.process(one.column, **kw)} in (select value from json_each({compiler.process(one.listed, **kw)}))"
    )


@compiles(OneOf, "postgresql")
def _in_postgresql(one: OneOf, compiler: Any, **kw: Any) -> str:
    listed = f"translate(cast({compiler.process(one.listed, **kw)} as text), '[]', '{{}}')"
    return f"{compiler.process(one.column, **kw)} = any (cast({listed} as bigint[]))"


def one_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Is the number among those of the JSON list bound as `name`?"""
    return OneOf(column, name)


def _row_type(names: Sequence[str]) -> Callable[[Sequence[Any]], Row]:
    make: Any = getattr(collections, "namedtuple")  # noqa: B009 - the names are known at run time only
    row_type: Any = make("Row", names, rename=True)
    build: Callable[[Sequence[Any]], Row] = row_type._make
    return build


class Sql:
    """One statement, its text per database, and the row type of what it returns."""

    def __init__(self, clause: ClauseElement) -> None:
        self.clause = clause
        self._texts: dict[str, tuple[str, dict[str, Any]]] = {}
        self._row: Callable[[Sequence[Any]], Row] | None = None

    def text(self, dialect: str) -> tuple[str, dict[str, Any]]:
        """The SQL text and the values already bound in it."""
        known = self._texts.get(dialect)
        if known is None:
            compiled: Any = self.clause.compile(dialect=DIALECTS[dialect])
            asked_for = {name for bind, name in compiled.bind_names.items() if bind.required}
            known = (str(compiled), {k: v for k, v in compiled.params.items() if k not in asked_for})
            self._texts[dialect] = known
        return known

    def rows(self, tuples: Sequence[Sequence[Any]]) -> list[Row]:
        if self._row is None:
            self._row = _row_type(self._names())
        return list(map(self._row, tuples))

    def _names(self) -> list[str]:
        if isinstance(self.clause, SelectBase):
            return [c.name for c in self.clause.selected_columns]
        if isinstance(self.clause, UpdateBase):
            return [str(getattr(c, "name", c)) for c in self.clause._returning]
        return []


_INSERTS: dict[tuple[str, tuple[str, ...], bool, bool], Sql] = {}


def insert_sql(table: Table, names: tuple[str, ...], *, ignore: bool = False, ids: bool = True) -> Sql:
    """`insert into table (names)`, returning the id where it has one (without `ids` never: many rows at once go in
    several times faster); `ignore`: a row that exists already is left alone."""
    known = _INSERTS.get((table.name, names, ignore, ids))
    if known is None:
        values: Mapping[str, Any] = {n: bindparam(n) for n in names}
        if ignore:
            # The same words in both databases; either dialect's construct compiles for the other.
            clause: Any = postgresql.insert(table).values(values).on_conflict_do_nothing()
            lite: Any = sqlite.insert(table).values(values).on_conflict_do_nothing()
            if ids and "id" in table.c:
                clause, lite = clause.returning(table.c.id), lite.returning(table.c.id)
            known = _TwoFaced(clause, lite)
        else:
            plain: Any = insert(table).values(values)
            known = Sql(plain.returning(table.c.id) if ids and "id" in table.c else plain.inline())
        _INSERTS[(table.name, names, ignore, ids)] = known
    return known


_UPSERTS: dict[tuple[str, tuple[str, ...]], Sql] = {}


def upsert_sql(table: Table, names: tuple[str, ...]) -> Sql:
    """`insert`, or where the primary key is there already, the new values over the old."""
    known = _UPSERTS.get((table.name, names))
    if known is None:
        keys = [c.name for c in table.primary_key]
        faces: list[Any] = []
        for dialect in (postgresql, sqlite):
            made: Any = dialect.insert(table).values({n: bindparam(n) for n in names})
            new = {n: made.excluded[n] for n in names if n not in keys}
            faces.append(made.on_conflict_do_update(index_elements=keys, set_=new))
        known = _UPSERTS[(table.name, names)] = _TwoFaced(*faces)
    return known


class _TwoFaced(Sql):
    """A statement that each database writes with a construct of its own."""

    def __init__(self, clause: ClauseElement, lite: ClauseElement) -> None:
        super().__init__(clause)
        self._lite = Sql(lite)

    def text(self, dialect: str) -> tuple[str, dict[str, Any]]:
        return self._lite.text(dialect) if dialect == "sqlite" else super().text(dialect)
