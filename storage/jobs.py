"""Coarse work asked for in the transaction that causes it: a siaran to be put, a sheet to be made.

The rows of the book are the truth: broadcasts under way, sheets that wait. Where a job engine carries the work
(procrastinate on PostgreSQL, bot.engine), it is told here; elsewhere the house's loops look at the rows themselves, and
asking does nothing. A job that the engine loses is found by the sweep; one that it runs twice does no harm.
"""

from __future__ import annotations

import json

import psycopg
from sqlalchemy import text

from storage.sql import Sql
from storage.store import Tx

QUEUE = "posyandu"
SIARAN, SHEET = "siaran", "sheet"
# One job of a key waits at a time; asked for again, it comes no later than asked for now.
SOONER = Sql(
    text(
        "update procrastinate_jobs set scheduled_at = least(coalesce(scheduled_at, now()), "
        "now() + make_interval(secs => :after_s)) where queueing_lock = :key and status = 'todo'"
    )
)
DEFER = Sql(
    text(
        "select procrastinate_defer_jobs_v1(array[row(:queue, :name, 0, :key, :key, cast(:args as jsonb), "
        "now() + make_interval(secs => :after_s))::procrastinate_job_to_defer_v1])"
    )
)


def ask(tx: Tx, name: str, number: int, after_s: float = 0.0) -> None:
    """The engine is to do this; with the same key it is never done twice at once."""
    if not tx.engine:
        return
    key, args = f"{name}:{number}", json.dumps({"number": number})
    if tx.run(SOONER, key=key, after_s=after_s):
        return
    try:
        with tx.savepoint():
            tx.value(DEFER, queue=QUEUE, name=name, key=key, args=args, after_s=after_s)
    except psycopg.errors.UniqueViolation:
        pass  # somebody was quicker: it waits
