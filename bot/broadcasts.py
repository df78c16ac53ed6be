"""Siaran under way: plans are reckoned, rows put some at a time, progress told, answers gathered, gaps found.

Asked again and again by the house beside its talks. Every step is a short transaction; where it stands is in the book,
so a killed program goes on where it was.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.channels.pace import PACES
from bot.clock import Clock
from posyandu.prices import ASSUMED, Prices
from posyandu.siaran import Audience, Figures, Plan, fate, plan
from storage import audience, book, joining, outbox, siaran, siaran_answers
from storage.sql import Row
from storage.store import Store, Tx

TELL_MS = 5_000  # how often the progress message changes
FEW = 50  # so few have it before a progress message could be read
SWEEP_MS = 10 * 60_000  # how often it is looked for rows that ought to be there and are not
SAID_MOST = 10  # answers in one digest
DIGEST_MS = 10 * 60_000


class Broadcasts:
    """The work of all siaran of one house. `rates`: messages a second by channel; `tier`: people a day by template."""

    def __init__(
        self, store: Store, clock: Clock, rates: Mapping[str, float], tier: int = 0, prices: Prices = ASSUMED
    ) -> None:
        self._store, self._clock, self._tier, self._prices = store, clock, tier, prices
        self._rates = {**{name: pace.per_second for name, pace in PACES.items()}, **rates}
        self._asked: dict[int, audience.People] = {}
        self._swept = 0
        self._one_at_a_time = asyncio.Lock()

    async def step(self) -> int:
        """Some work for each siaran that has any; 0 when there was none."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._step)

    def _step(self) -> int:
        numbers = [r.id for r in self._store.read(lambda tx: tx.all(siaran.WORK))]
        done = sum(self._work(number) for number in numbers)
        self._beside()
        return done

    async def one(self, number: int) -> bool | None:
        """Some work for one siaran; None when it is at rest."""
        done = await asyncio.to_thread(self._work, number)
        open_ = await asyncio.to_thread(self._store.read, lambda tx: [r.id for r in tx.all(siaran.WORK)])
        return bool(done) if number in open_ else None

    async def beside(self) -> None:
        """What is told from time to time: answers gathered, rows that are stuck."""
        await asyncio.to_thread(self._beside)

    def _work(self, number: int) -> int:
        row = self._store.read(lambda tx: siaran.load(tx, number))
        return 0 if row is None else self._one(row)

    def _beside(self) -> None:
        for number in [r.broadcast_id for r in self._store.read(lambda tx: tx.all(siaran_answers.WITH_NEW))]:
            self._store.write(lambda tx, n=number: self._digest(tx, n))  # type: ignore[misc]
        self._find_stuck()

    def _digest(self, tx: Tx, number: int) -> None:
        row = siaran.load(tx, number, held=True)
        if row is not None:
            siaran_answers.digest(tx, row, self._clock.now(), DIGEST_MS, SAID_MOST)

    def _one(self, row: Row) -> int:
        if row.state == "draft":
            return self._plan(row)
        if row.moving:
            return self._store.write(lambda tx: self._move(tx, row.id))
        if row.state in ("putting", "stopping"):
            people_, now = self._people(row), self._clock.now()
            return self._store.write(lambda tx: self._put(tx, row.id, people_, now))
        return self._watch(row)

    # -- the plan ------------------------------------------------------------------------------------------------

    def _people(self, row: Row) -> audience.People:
        if row.id not in self._asked:
            self._asked[row.id] = self._store.read(lambda tx: siaran.people_of(tx, row))
        return self._asked[row.id]

    def chunks(self, row: Row) -> Iterator[Sequence[Row]]:
        """Everybody it is for, some at a time, each in a look at the book of its own."""
        asked, after = self._people(row), 0
        while found := self._store.read(lambda tx, a=after: asked.some(tx, a)):  # type: ignore[misc]
            yield found
            after = found[-1].id

    def figures(self, row: Row) -> Figures:
        """Counted off the very rows that will be put."""
        out, now = Figures(), self._clock.now()
        for rows in self.chunks(row):
            audience.add(out, rows, now)
        return out

    def _plan(self, row: Row) -> int:
        figures, now = self.figures(row), self._clock.now()

        def write(tx: Tx) -> int:
            if tx.run(siaran.FIGURES, which=row.id, new_figures=figures.dump()):
                made = plan(figures, siaran.limits(tx, self._rates, self._tier, self._prices), row.start_at or now)
                says, actions = plan_words(row, figures, made, now)
                tell(tx, row, says, now, actions=actions)
            return 1

        return self._store.write(write)

    # -- the run -------------------------------------------------------------------------------------------------

    def _put(self, tx: Tx, number: int, asked: audience.People, now: int) -> int:
        row = siaran.load(tx, number, held=True)
        if row is None or row.state not in ("putting", "stopping"):
            return 1
        put = 0 if row.all_put else siaran.put_some(tx, row, asked, self._tier, now)
        if put == 0:
            after = "stopped" if row.state == "stopping" else "running"
            if siaran.turn(tx, row, row.state, after) and after == "stopped":
                self._finish(tx, row, now)
        return 1

    def _move(self, tx: Tx, number: int) -> int:
        row = siaran.load(tx, number, held=True)
        if row is not None and row.moving and not siaran.move_some(tx, row, self._clock.now()):
            tx.run(siaran.MOVED, which=number)
        return 1

    def _watch(self, row: Row) -> int:
        """Running or paused: how far it is, and whether anybody is missing."""
        now = self._clock.now()
        if now - (row.checked_at or 0) < TELL_MS and row.state == "running" and self._left(row):
            return 0
        done = 0
        if row.state == "running" and not self._left(row):
            gone = self._sweep(row, now)
            if gone:
                return gone
            self._store.write(lambda tx: self._finish(tx, row, now))
            done = 1
        elif row.state == "running":
            self._store.write(lambda tx: self._progress(tx, row, now))
        elif self._left(row):  # paused: what was on its way and came back waits, too
            self._store.write(lambda tx: tx.run(siaran.PAUSE, its=siaran.group(row.id), most=siaran.MOVED_AT_ONCE))
        return done

    def _left(self, row: Row) -> int:
        return self._store.read(lambda tx: siaran.left(tx, row.id))

    def _progress(self, tx: Tx, seen: Row, now: int) -> None:
        """The one message that is edited while it runs."""
        row = siaran.load(tx, seen.id, held=True)
        if row is None or row.checked_at != seen.checked_at:
            return  # another process has just told it
        kept = siaran.progress(row)
        counts = tally(siaran.fates(tx, row.id))
        if kept.get("said", 0) != counts["terkirim"] and counts["total"] > FEW:
            says = (("siaran.progress", {**counts, "number": row.id, "label": row.label}),)
            more = {"edits": kept["row"]} if "row" in kept else {}
            put = tell(tx, row, says, now, actions=steering(row), once=f"progress:{row.id}:{now}", **more)
            kept = {"row": kept.get("row", put), "said": counts["terkirim"]}
        siaran.say_progress(tx, row, kept, now)

    def _finish(self, tx: Tx, row: Row, now: int) -> None:
        """Told once, with the counts; the log has it, too."""
        after = "stopped" if row.state in ("stopping", "stopped") else "done"
        if after == "done" and not tx.run(siaran.DONE, which=row.id, before="running", after="done", now=now):
            return
        counts = tally(siaran.fates(tx, row.id))
        says = ((f"siaran.{after}", {**counts, "number": row.id, "label": row.label}),)
        tell(tx, row, says, now, actions=ended(row, counts))
        book.note(tx, now, None, f"siaran:{after}", f"broadcast:{row.id}", json.dumps(counts))

    # -- what ought to be there ----------------------------------------------------------------------------------

    def _sweep(self, row: Row, now: int) -> int:
        """Everybody in the audience must have a row: those who have none get theirs now."""
        found = 0
        for rows in self.chunks(row):
            lost = self._store.read(lambda tx, r=rows: siaran.missing(tx, row, r))  # type: ignore[misc]
            if lost:
                self._store.write(lambda tx, some=lost: siaran.put_rows(tx, row, some, row.templates, self._tier, now))  # type: ignore[misc]
                found += len(lost)
        return found

    def _find_stuck(self) -> None:
        """The operator hears, once a day and siaran, of rows that should have gone and have not."""
        now = self._clock.now()
        if now - self._swept < SWEEP_MS:
            return
        self._swept = now

        def write(tx: Tx) -> None:
            rows = siaran.stuck(tx, now)
            for group in sorted({r.group_key for r in rows}):
                for who in joining.operators(tx, now):
                    once = f"stuck:{group}:{now // (24 * 3600_000)}:{who}"
                    says = (("siaran.stuck", {"number": group.partition(":")[2], "count": len(rows)}),)
                    outbox.put(tx, outbox.Message("alert", says, person_id=who, once=once), now)

        if self._store.read(lambda tx: siaran.stuck(tx, now, 1)):
            self._store.write(write)


# -- words ------------------------------------------------------------------------------------------------------------


def tell(
    tx: Tx, row: Row, says: Sequence[tuple[str, dict[str, Any]]], now: int, *, once: str | None = None, **more: Any
) -> int | None:
    """A word to the sender, where she wrote it from."""
    return outbox.put(
        tx,
        outbox.Message(
            "reply", tuple(says), person_id=row.by_person, address_id=row.address_id, once=once, extra=dict(more)
        ),
        now,
    )


def tally(rows: Sequence[Row]) -> dict[str, int]:
    """People by what became of their message."""
    out = dict.fromkeys(
        ("terkirim", "menunggu", "gagal", "ragu", "dihentikan", "belum_bergabung", "berhenti", "tak_terjangkau"), 0
    )
    for row in rows:
        out[fate(row.state, row.reason)] += row.n
    return {**out, "total": sum(out.values())}


def plan_words(row: Row, figures: Figures, made: Plan, now: int) -> tuple[list[tuple[str, dict[str, Any]]], list[Any]]:
    """The plan as she reads it before the button, and the buttons."""
    channels = [{"channel": name, "count": n} for name, n in sorted(figures.channels.items())]
    values = {
        "number": row.id, "label": row.label, "total": figures.total, "reachable": figures.reachable,
        "unjoined": figures.unjoined, "opted_out": figures.opted_out, "gone": figures.gone, "rows": channels,
        "ends": made.ends, "seconds": made.seconds, "minutes": max(1, -(-made.seconds // 60)),
        "rupiah": round(made.cost), "currency": made.currency, "cost": f"{made.cost:.2f}",
    }  # fmt: skip
    lines: list[tuple[str, dict[str, Any]]] = [("siaran.plan", values)]
    one = Audience.load(row.audience)
    narrowed = one != one.whole()
    if not figures.total and narrowed:
        return [("siaran.plan_all_out", values)], buttons(row, "include", "drop")
    if not figures.total:
        return [("siaran.plan_empty", values)], []
    if not figures.reachable:
        lines.append(("siaran.plan_nobody", values))
        return [("lines", {"rows": lines})], buttons(row, "ketua", *(["include"] if narrowed else []))
    lines.append(("siaran.plan_channels", values))
    if figures.unjoined + figures.opted_out + figures.gone:
        lines.append(("siaran.plan_others", values))
    lines.append(("siaran.plan_minutes" if made.seconds >= 60 else "siaran.plan_seconds", values))
    lines += [("siaran.plan_waits", {"zone": zone, "at": at}) for zone, at in made.waits]
    if made.template:
        lines.append(("siaran.plan_template", {"count": figures.closed, "days": made.days}))
    if made.days > 1:
        lines.append(("siaran.plan_days", {"days": made.days}))
    paid = "siaran.plan_cost" if made.currency == "IDR" else "siaran.plan_cost_in"
    lines.append((paid if made.cost else "siaran.plan_free", values))
    if made.second:
        lines.append(("siaran.plan_election" if made.election else "siaran.plan_second", values))
    actions = [(f"!siaran:{row.id}:send", "actions.siaran_ask" if made.second else "actions.siaran_send")]
    leaving = [] if one.event is not None else ["except", *(["include"] if narrowed else [])]
    actions += buttons(row, "later", "try", *leaving, "ketua", "drop")
    preview = ("siaran.preview", {"sender": row.sender, "text": row.text})
    return [("lines", {"rows": lines}), preview], actions


def buttons(row: Row, *verbs: str) -> list[tuple[str, str]]:
    """Buttons about one siaran."""
    return [(f"!siaran:{row.id}:{verb}", f"actions.siaran_{verb}") for verb in verbs]


def steering(row: Row) -> list[tuple[str, str]]:
    """The buttons while it is under way."""
    return buttons(row, "resume" if row.state == "paused" else "pause", "stop")


def ended(row: Row, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """The buttons when it has ended."""
    again = counts["gagal"] + counts["tak_terjangkau"]
    more = [*(["resend"] if again else []), *(["ketua"] if counts["belum_bergabung"] else [])]
    return buttons(row, "sheet", *more)
