"""Word from process to process that there is something to do, on PostgreSQL. A word that is lost costs half a second:
whoever listens also looks by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
from sqlalchemy import URL, text

from storage.sql import Sql
from storage.store import Tx

CHANNEL = "posyandu"
SAY = Sql(text(f"select pg_notify('{CHANNEL}', :what)"))


def say(tx: Tx, what: str) -> None:
    """Heard by all when, and only when, this transaction is committed."""
    if tx.dialect == "postgresql":
        tx.value(SAY, what=what)


async def words(url: URL) -> AsyncIterator[str]:
    """What the others say, until the connection breaks."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(f"listen {CHANNEL}")
        yield ""  # from here on nothing is missed
        async for word in connection.notifies():
            yield word.payload
