"""How it stands with the house, in figures without a name: what is open, how long it has waited, who is at work.

Each figure is found by an index over what is open, so that asking costs the same however large the book is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import and_, bindparam, case, func, select, text

from storage import senders
from storage.sql import Sql, among, fixed, under_index
from storage.store import Tx
from storage.tables import incoming, outgoing

OPEN = Sql(
    select(func.count().label("n"), func.min(incoming.c.arrived_at).label("oldest")).where(
        incoming.c.state == fixed("open"), under_index("state <> 'done'")
    )
)
ASIDE = Sql(select(func.count()).where(incoming.c.state == fixed("set_aside"), under_index("incoming.state <> 'done'")))
_since = case((outgoing.c.at > outgoing.c.not_before, outgoing.c.at), else_=outgoing.c.not_before)
_due = and_(
    outgoing.c.state == fixed("ready"),
    under_index("state = 'ready'"),
    outgoing.c.not_before <= bindparam("now"),
)
DUE = Sql(
    select(
        func.count().label("n"),
        func.min(_since).label("oldest"),
        func.min(case((outgoing.c.prio < 5, _since))).label("oldest_talk"),  # a siaran may take its time
    ).where(_due)
)
BUSY = Sql(
    select(outgoing.c.state, func.count().label("n"))
    .where(
        under_index("state in ('ready','claimed','sending')"), among(outgoing.c.state, "ready", "claimed", "sending")
    )
    .group_by(outgoing.c.state)
)
ENDED = Sql(
    select(outgoing.c.state, func.count().label("n"), func.min(outgoing.c.at).label("oldest"))
    .where(under_index("state in ('in_doubt','failed')"), among(outgoing.c.state, "in_doubt", "failed"))
    .group_by(outgoing.c.state)
)
JOBS = Sql(
    text(
        "select count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()), "
        "count(*) filter (where status = 'failed'), "
        "coalesce(extract(epoch from now() - min(coalesce(scheduled_at, now())) filter (where status = 'todo')), 0) "
        "from procrastinate_jobs"
    )
)


@dataclass(frozen=True)
class Signs:
    """Counts, and ages in seconds."""

    open: int = 0
    open_s: float = 0.0
    aside: int = 0
    due: int = 0
    due_s: float = 0.0
    talk_s: float = 0.0  # the oldest due message that is no siaran
    rows: dict[str, int] = field(default_factory=dict)  # by state: ready, sending, in_doubt, failed
    in_doubt_s: float = 0.0
    senders: dict[str, int] = field(default_factory=dict)  # living processes by channel; {} where one is alone
    jobs: int = 0
    jobs_failed: int = 0
    jobs_s: float = 0.0


def look(tx: Tx, now: int, *, jobs: bool = False) -> Signs:
    """`jobs`: a job engine is at work, and several processes."""

    def age(at: int | None) -> float:
        return max(0.0, (now - at) / 1000) if at is not None else 0.0

    heard, due = tx.one(OPEN), tx.one(DUE, now=now)
    ended = {r.state: r for r in tx.all(ENDED)}
    rows = {r.state: r.n for r in tx.all(BUSY)} | {state: r.n for state, r in ended.items()}
    waiting, failed, oldest = _jobs(tx) if jobs else (0, 0, 0.0)
    assert heard is not None
    assert due is not None
    return Signs(
        heard.n, age(heard.oldest), int(tx.value(ASIDE)), due.n, age(due.oldest), age(due.oldest_talk), rows,
        age(ended["in_doubt"].oldest) if "in_doubt" in ended else 0.0, senders.living(tx, now) if jobs else {},
        waiting, failed, oldest,
    )  # fmt: skip


def _jobs(tx: Tx) -> tuple[int, int, float]:
    found = tx.all_plain(JOBS)[0]
    return int(found[0]), int(found[1]), float(found[2])
