"""A contest: who takes part, what speaks for each, and the scores of a sheet that comes back."""

from __future__ import annotations

import json

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.events import actions, led, of_event
from posyandu.commands.events import AddEntry, ShowEntries, StoreScores
from storage import event_after, events
from storage.events import facts
from storage.sql import Row
from storage.tables import contest_entry, contest_photo, contest_score

MOST_TOLD, MOST_PHOTOS, MOST_LISTED = 12, 20, 30


def add_entry(command: AddEntry, desk: Desk) -> Outcome:
    """A name once; told again, what speaks for it is added. A photo is kept with the entry itself."""
    tx, name = desk.tx, " ".join(command.name.split())[:80]
    paper, more = None, actions(command.event_id, "lomba", "peserta", "nilai")
    if command.incoming_id is not None:
        paper = _photo(command.event_id, command.incoming_id, desk)
        if paper is None:
            return Outcome((("files.lost", {}),), failed=True)
    known = {_same(r.name): r for r in tx.all(event_after.ENTRIES, event_id=command.event_id)}
    found = known.get(_same(name))
    if found is None:
        made = tx.insert(
            contest_entry, event_id=command.event_id, name=name, evidence=command.evidence[:500],
            by_person=desk.person.id, at=desk.now,
        )  # fmt: skip
        if paper is not None:
            tx.insert(contest_photo, entry_id=made, paper_id=paper)
        return Outcome((("acara.entered_photo" if paper else "acara.entered", {"name": name}),), actions=more)
    if paper is not None:
        tx.insert(contest_photo, entry_id=found.id, paper_id=paper)
        photos = sum(r.entry_id == found.id for r in tx.all(event_after.PHOTOS, event_id=command.event_id))
        return Outcome((("acara.entry_photos", {"name": found.name, "count": photos}),), actions=more)
    if not command.evidence:
        return Outcome((("acara.entered_before", {"name": found.name}),), actions=more)
    said = "; ".join(x for x in (found.evidence, command.evidence) if x)
    tx.run(event_after.EVIDENCE, row_id=found.id, said=said[:500])
    return Outcome((("acara.entry_evidence", {"name": found.name}),), actions=more)


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def _photo(event_id: int, incoming_id: int, desk: Desk) -> int | None:
    file = desk.tx.one(event_after.FILE, row_id=incoming_id)
    if file is None or not file.data:
        return None
    heard = json.loads(file.file or "{}")
    return event_after.add_paper(desk.tx, event_id, "bukti", heard, bytes(file.data), desk.person.id, desk.now)


def show_entries(command: ShowEntries, desk: Desk) -> Outcome:
    """Best first, each with its evidence; the photos follow."""
    row = events.load(desk.tx, command.event_id)
    _, entries = event_after.scores(desk.tx, command.event_id)
    if row is None or not entries:
        return Outcome((("acara.no_entries", {}),), actions=actions(command.event_id, "lomba"))
    rows = [
        {"no": n, "name": e["name"], "sum": score(e["sum"]), "evidence": e["evidence"][:80],
         "field": ("scored" if e["scores"] else "new") + ("_evidence" if e["evidence"] else "")}
        for n, e in enumerate(entries[:MOST_LISTED], 1)
    ]  # fmt: skip
    photos = [(e["name"], n, len(e["photos"]), p) for e in entries for n, p in enumerate(e["photos"], 1)]
    for name, n, of, paper in photos[:MOST_PHOTOS]:
        desk.tell(
            desk.person.id, "reply", ("acara.entry_photo", {"name": name, "no": n, "of": of}),
            address_id=desk.address_id, media={"kind": "acara_berkas", "paper": paper},
        )  # fmt: skip
    says: list[Say] = [("acara.entries", {**facts(row), "count": len(entries), "rows": rows})]
    if len(entries) > MOST_LISTED or len(photos) > MOST_PHOTOS:
        says.append(("acara.entries_more", {"shown": min(len(entries), MOST_LISTED), "photos": MOST_PHOTOS}))
    return Outcome((("lines", {"rows": says}),), actions=actions(row.id, "lomba", "nilai"))


def store_scores(command: StoreScores, desk: Desk) -> Outcome:
    """A sheet of scores over what was there; entries that are not known and cells that are no score are named."""
    tx = desk.tx
    known: dict[str, Row] = {_same(r.name): r for r in tx.all(event_after.ENTRIES, event_id=command.event_id)}
    strange, stored = [], 0
    for name, marks in command.rows:
        entry = known.get(_same(name))
        if entry is None:
            strange.append(name)
            continue
        for criterion, mark in marks:
            tx.upsert(
                contest_score, entry_id=entry.id, criterion=criterion, score=mark, by_person=desk.person.id, at=desk.now
            )
            stored += 1
    _, entries = event_after.scores(tx, command.event_id)
    rows = [{"no": n, "name": e["name"], "sum": score(e["sum"])} for n, e in enumerate(entries[:5], 1)]
    says: list[Say] = [("acara.scored", {"count": stored, "rows": rows})] if stored else [("acara.scored_none", {})]
    if strange:
        says.append(("acara.scored_strange", {"count": len(strange), "names": ", ".join(strange[:MOST_TOLD])}))
    if command.faults:
        faults = [{"line": line, "criterion": c, "said": said} for line, c, said in command.faults[:MOST_TOLD]]
        says.append(("acara.scored_faults", {"count": len(command.faults), "rows": faults}))
    return Outcome((("lines", {"rows": says}),), actions=actions(command.event_id, "nilai"), failed=not stored)


def score(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")


HANDLERS = {
    AddEntry: Handler("hold_event", of_event, led(add_entry)),
    ShowEntries: Handler("hold_event", of_event, led(show_entries)),
    StoreScores: Handler("hold_event", of_event, led(store_scores)),
}
