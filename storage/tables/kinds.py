"""Column kinds shared by all tables, and the one MetaData with its naming convention."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out row ids only to INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")

# Area codes are compared as ranges ("32.01." <= code < "32.01/"), so by their bytes, whatever a server's collation.
AreaCode = Text().with_variant(Text(collation="C"), "postgresql")


def key() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def ref(name: str, target: str, **kw: Any) -> Column[Any]:
    """A reference to the `id` of another table; required unless nullable=True."""
    kw.setdefault("nullable", False)
    return Column(name, Id, ForeignKey(f"{target}.id"), **kw)


def text(name: str, **kw: Any) -> Column[Any]:
    """Required text, empty by default, unless nullable=True."""
    if not kw.get("nullable"):
        kw.setdefault("nullable", False)
        if "primary_key" not in kw:
            kw.setdefault("server_default", "")
    return Column(name, Text, **kw)


def number(name: str, **kw: Any) -> Column[Any]:
    """A whole number or nothing."""
    kw.setdefault("nullable", True)
    return Column(name, Integer, **kw)


def count(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default="0")


def instant(name: str, **kw: Any) -> Column[Any]:
    """UTC epoch milliseconds, or nothing."""
    kw.setdefault("nullable", True)
    return Column(name, BigInteger, **kw)


def flag(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default="0")


def partial(name: str, *columns: str, when: str) -> Index:
    """An index over the few rows that still matter, so that its cost follows what is open."""
    return Index(name, *columns, sqlite_where=sqlalchemy.text(when), postgresql_where=sqlalchemy.text(when))
