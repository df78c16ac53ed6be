"""What the providers got in months of reminders, held against what was due."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from bot.lookahead import MOST_SLOW_S, TICK_S
from bot.marking import EVERY_S
from posyandu.calendar import allowed
from storage import outbox
from storage.sql import Row, Sql
from storage.tables import outgoing, tell_in_person
from tests.slow.budgets import kept
from tests.slow.month_model import Model
from tests.slow.one_process import LATENCY_S, RATE

# What one kill may leave in doubt on a channel: what is claimed, on its way and not yet marked. The delivery's claim
# interval is a tick and, where a claim has been slow, the time it took (bot.lookahead), up to MOST_SLOW_S: on a busy
# machine more is claimed ahead. No kill may pass that; how many pass what a quick disk explains is printed.
DOUBTS = 1.5 * RATE * (LATENCY_S + EVERY_S + TICK_S + MOST_SLOW_S)
QUICK_DOUBTS = 1.5 * RATE * (LATENCY_S + EVERY_S + TICK_S)
LINES = Sql(select(tell_in_person.c.once, tell_in_person.c.state).where(tell_in_person.c.why == "h1"))
ROWS = Sql(
    select(
        outgoing.c.id, outgoing.c.once, outgoing.c.kind, outgoing.c.person_id, outgoing.c.state, outgoing.c.reason,
        outgoing.c.body,
    )
)  # fmt: skip


def judge(model: Model, log: Path, doubts: list[int], processes: int) -> dict[str, float]:
    """What the provider got, held against what was due."""
    sent = [line.split("\t") for line in log.read_text().splitlines()]
    rows = {r.id: r for r in model.store.read(lambda tx: tx.all(ROWS))}
    refs = Counter(int(ref) for ref, *_ in sent)
    # A reply in doubt is sent again, marked as such; what nobody asked for never is.
    twice = [r for r, n in refs.items() if n > 1 and rows[r].kind not in outbox.RESENT]
    keys = Counter(
        ":".join(rows[r].once.split(":")[:2] + rows[r].once.split(":")[3:]) for r in refs if _of_day(rows[r])
    )
    outside, about_closed = _wrong_moments(model, rows, sent)
    missing = _missing(model, rows)
    due_count = len(model.expected)
    most, bound = max(doubts, default=0), processes * DOUBTS
    unlisted = [r for r in refs if rows[r].state not in ("sent", "in_doubt")]
    said: dict[str, float] = {
        "due": due_count, "missing": len(missing), "sent": len(sent),
        "in_doubt": sum(r.state == "in_doubt" for r in rows.values()), "most_in_doubt_at_a_kill": most,
        "bound": round(bound), "kills_over_a_quick_disk": sum(n > processes * QUICK_DOUBTS for n in doubts),
    }  # fmt: skip
    # All figures before the first assertion: a long run that fails at its end has still said what it found.
    wrong = {"twice": len(twice), "outside": outside, "about_closed": about_closed, "unlisted": len(unlisted)}
    print("judged:", said | wrong | {"doubts": sorted(doubts)[-10:]}, flush=True)
    assert not twice, "the provider got a message twice"
    assert max(keys.values(), default=1) <= 2, "a family was reminded of one day again and again"
    assert outside == 0
    assert about_closed == 0
    assert len(missing) <= 0.001 * due_count, f"{len(missing)} of {due_count} neither sent nor with a reason"
    assert most <= bound, "more on its way at a kill than the pace explains"
    assert not unlisted, "the provider got what the book does not call sent or in doubt"
    return said | kept(rows, sent, model.size, model.wrote)


def _wrong_moments(model: Model, rows: dict[int, Row], sent: list[list[str]]) -> tuple[int, int]:
    """Reminders outside their hours, and about a child that had been closed before."""
    outside = about_closed = 0
    for ref, at, *_ in sent:
        row, when = rows[int(ref)], int(at)
        if row.kind == "reminder":
            body = json.loads(row.body)
            zone, first, last = body["hours"]
            outside += not allowed(when, zone, (first, last))
            named = [int(a[6:]) for a in body.get("about", ()) if a.startswith("child:")]
            about_closed += any(model.closed.get(c, when + 1) < when for c in named)
    return outside, about_closed


def _of_day(row: Row) -> bool:
    once = row.once or ""
    return once.count(":") == 3 and once.split(":")[0] in ("h1", "eve", "evening", "nudge", "missed")


def _missing(model: Model, rows: dict[int, Row]) -> list[tuple[int, int]]:
    """Expected and yet without any word: no row of the day for the family, and no line for the kader."""
    told: set[tuple[int, int]] = set()
    for r in rows.values():
        once = (r.once or "").split(":")
        if len(once) == 4 and once[0] in ("h1", "h3", "change") and once[3].isdigit():
            settled = r.state in ("sent", "in_doubt") or bool(r.reason)
            if settled:
                told.add((int(once[1]), int(once[3])))
    # A number that has been silent for three months is asked its name first: its family is told in person.
    family = {f"c{one.id}": one.family for some in model.children.values() for one in some}
    for line in model.store.read(lambda tx: tx.all(LINES)):
        _, day, _, who = line.once.split(":")
        told.add((int(day), family.get(who) or 0))
    return [pair for pair in model.expected if pair not in told]
