"""Sheets of an event, made in the child process: attendance, absence, receipts, commitments, scores, kader's skills."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot import event_minutes, event_pdf, kader_sheet
from bot.event_papers import came_as
from bot.locales import Catalogue, catalogue
from bot.sheet_tell import MIMES, tell
from posyandu.calendar import local
from posyandu.events import NOT, STAND_IN, WALK_IN
from storage import book, event_after, events, guests, sheet_jobs
from storage.events import facts
from storage.exports.sheet import Column, Kind, Sheet
from storage.exports.workbook import write_xlsx
from storage.sql import Row
from storage.store import Store, Tx

WIDE = {
    "no": 6,
    "code": 10,
    "time": 11,
    "certificate": 34,
    "name": 28,
    "origin": 26,
    "region_name": 24,
    "what": 36,
    "promise": 48,
    "who": 26,
    "evidence": 40,
    "for_whom": 28,
    "message": 60,
}
SIGNED = (("no", 11.0), ("name", 60.0), ("origin", 42.0), ("role", 23.0), ("signature", 50.0))


def work(store: Store, job: Row, now: int) -> None:
    """One sheet to its end, and the message that carries it."""
    args = json.loads(job.args)
    words = catalogue("id")
    name, data, rows = store.read(lambda tx: made(tx, args, words))

    def done(tx: Tx) -> None:
        book.note(tx, now, job.person_id, "export", f"event:{args.get('event', '')}", f"{args['which']} {rows}")
        sheet_jobs.end(tx, job.id, "done", now, file=(name, MIMES[Path(name).suffix], data))
        tell(tx, job, now, ("exports.here", {"file": name}), media={"kind": "document", "job": job.id})

    store.write(done)


def made(tx: Tx, args: dict[str, Any], words: Catalogue) -> tuple[str, bytes, int]:
    """File name, bytes, rows."""
    if args["which"] == "kader":
        return _xlsx("kader.xlsx", kader_sheet.sheet(tx, args, words))
    row = events.load(tx, args["event"])
    if row is None:
        raise LookupError(args["event"])
    which = args["which"]
    stem = f"{words.say(f'event_file.{which}').lower().replace(' ', '-')}-{row.on}-{row.id}"
    if which == "notulen_pdf":
        return f"{stem}.pdf", event_minutes.made(tx, row, words), 1
    if which in ("hadir_pdf", "terima_pdf"):
        title, columns, rows = _signing(tx, row, which, words)
        data = event_pdf.table(title, _head(row, words), columns, rows, _signs(row, words))
        return f"{stem}.pdf", data, len(rows)
    return _xlsx(f"{stem}.xlsx", _sheet(tx, row, which, words))


def _xlsx(name: str, sheet: Sheet) -> tuple[str, bytes, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        rows = write_xlsx(path, sheet)
        return name, path.read_bytes(), rows


def _columns(words: Catalogue, *names: str, **kinds: Kind) -> tuple[Column, ...]:
    return tuple(Column(n, words.say(f"event_sheet.{n}"), kinds.get(n, "text"), WIDE.get(n, 14)) for n in names)


def _head(row: Row, words: Catalogue) -> list[str]:
    when = words.say("event_paper.when", **facts(row))
    return [words.say(f"event_kind.{row.kind}") + f": {row.theme}", f"{when}, {row.venue}", row.office]


def _sheet(tx: Tx, row: Row, which: str, words: Catalogue) -> Sheet:
    head = tuple((line,) for line in _head(row, words))
    makers = {
        "hadir": _present,
        "tidak_hadir": _absent,
        "terima": _receipts,
        "komitmen": _promises,
        "nilai": _scores,
        "kesan": _voices,
    }
    columns, rows = makers[which](tx, row, words)
    # A sheet that comes back filled in is read from its first line.
    return Sheet(words.say(f"event_file.{which}")[:30], columns, rows, () if which == "nilai" else (*head, ()))


Made = tuple[tuple[Column, ...], Iterator[list[Any]]]


def _role(one: Row, words: Catalogue) -> str:
    return words.say(f"role.{one.role}") if one.role else words.say("event_sheet.walk_in")


def _present(tx: Tx, row: Row, words: Catalogue) -> Made:
    names = ("no", "code", "name", "role", "origin", "region_name", "time", "how", "on_site", "for_whom", "certificate")

    def rows() -> Iterator[list[Any]]:
        for number, one in enumerate((r for r in tx.stream(guests.ALL, event_id=row.id) if r.came), 1):
            yield [
                number, one.code, one.name, _role(one, words), one.origin, one.region_name or "", _time(row, one),
                words.say(f"event_how.{one.how}"),
                "" if one.on_site is None else words.say(f"event_site.{one.on_site}"),
                words.say("event_sheet.came_instead", name=one.stand_in) if one.state == STAND_IN else "",
                one.written_name,
            ]  # fmt: skip

    return _columns(words, *names, no="int"), rows()


def _time(row: Row, one: Row) -> str:
    return "" if one.came_at is None else f"{local(one.came_at, row.zone):%H.%M}"


def _absent(tx: Tx, row: Row, words: Catalogue) -> Made:
    names = ("no", "name", "role", "origin", "region_name", "answer", "for_whom")

    def rows() -> Iterator[list[Any]]:
        everybody = tx.stream(guests.ALL, event_id=row.id)
        for number, one in enumerate((r for r in everybody if not r.came and r.state != WALK_IN), 1):
            answer = words.say(f"event_state.{one.state}")
            yield [number, one.name, _role(one, words), one.origin, one.region_name or "", answer, one.stand_in]

    return _columns(words, *names, no="int"), rows()


def _receipts(tx: Tx, row: Row, words: Catalogue) -> Made:
    names = ("no", "receipt", "name", "origin", "what", "rupiah", "given_at", "confirmed_at")

    def rows() -> Iterator[list[Any]]:
        for number, one in enumerate(tx.stream(event_after.RECEIPTS, event_id=row.id), 1):
            times = [f"{local(at, row.zone):%d-%m-%Y %H.%M}" if at else "" for at in (one.at, one.confirmed_at)]
            yield [number, one.number, came_as(one, words), one.origin, one.what, one.rupiah, *times]

    return _columns(words, *names, no="int", rupiah="int"), rows()


def _promises(tx: Tx, row: Row, words: Catalogue) -> Made:
    def rows() -> Iterator[list[Any]]:
        found = tx.all(event_after.COMMITMENTS, event_id=row.id)
        for number, one in enumerate(found, 1):
            yield [number, one.who, one.what, one.due, words.say(f"event_promise_state.{one.state}")]

    return _columns(words, "no", "who", "promise", "due", "became", no="int"), rows()


def _voices(tx: Tx, row: Row, words: Catalogue) -> Made:
    """How many of each first, then the sentences: no line holds both, so that none tells who it was."""
    found = tx.all(event_after.VOICES, event_id=row.id)

    def rows() -> Iterator[list[Any]]:
        for stars in range(5, 0, -1):
            yield [words.say(f"event_stars.{stars}"), sum(r.stars == stars for r in found), ""]
        for text in event_after.sentences(found):
            yield ["", None, text]

    return _columns(words, "stars", "voices", "message", voices="int"), rows()


def _scores(tx: Tx, row: Row, words: Catalogue) -> Made:
    criteria, entries = event_after.scores(tx, row.id)
    criteria = criteria or [words.say("event_sheet.criterion", number=n) for n in (1, 2, 3)]
    columns = (
        Column("entry", words.say("event_sheet.entry"), "text", 28),
        *(Column(c, c, "z", 14) for c in criteria),
        Column("sum", words.say("event_sheet.sum"), "z", 12),
        Column("evidence", words.say("event_sheet.evidence"), "text", 40),
    )

    def rows() -> Iterator[list[Any]]:
        for one in entries:
            total = one["sum"] if one["scores"] else None
            yield [one["name"], *(one["scores"].get(c) for c in criteria), total, _evidence(one, words)]

    return columns, rows()


def _evidence(one: dict[str, Any], words: Catalogue) -> str:
    photos = words.say("event_sheet.photos", count=len(one["photos"])) if one["photos"] else ""
    return "; ".join(x for x in (one["evidence"], photos) if x)


def _signing(
    tx: Tx, row: Row, which: str, words: Catalogue
) -> tuple[str, list[tuple[str, float]], list[tuple[str, list[str]]]]:
    """Who came; before anybody has, who is expected: a list to be signed at the door."""
    columns = [(words.say(f"event_sheet.{name}"), width) for name, width in SIGNED]
    if which == "terima_pdf":
        columns[3] = (words.say("event_sheet.received"), SIGNED[3][1])
        rows = [
            (f"{r.what} {words.say('event_paper.each', rupiah=r.rupiah) if r.rupiah else ''}".strip(),
             [came_as(r, words), r.origin, words.say("event_paper.money", rupiah=r.rupiah) if r.rupiah else r.what])
            for r in tx.stream(event_after.RECEIPTS, event_id=row.id)
        ]  # fmt: skip
        return words.say("event_paper.receipts"), columns, rows
    everybody = tx.all(guests.ALL, event_id=row.id)
    came = [r for r in everybody if r.came]
    shown = came or [r for r in everybody if r.state not in (NOT, WALK_IN)]
    key = "event_paper.attendance" if came else "event_paper.attendance_to_sign"
    return words.say(key), columns, [(_group(r, words), [came_as(r, words), r.origin, _role(r, words)]) for r in shown]


def _group(one: Row, words: Catalogue) -> str:
    """Under which heading she stands: her area, or for who came unasked one of their own, the last."""
    return words.say("event_paper.walk_ins") if one.state == WALK_IN else str(one.region_name or "")


def _signs(row: Row, words: Catalogue) -> dict[str, str]:
    return {
        "page": words.say("event_paper.page"), "place_date": words.say("event_paper.place_date", **facts(row)),
        "signs": row.office,
    }  # fmt: skip
