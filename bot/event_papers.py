"""What a message about an event carries: a code to show, the word for the hall, a certificate, a receipt, a paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.port import Media
from bot.files import kept
from bot.locales import Catalogue
from bot.pictures import events as pictures
from posyandu.calendar import local
from posyandu.event_code import qr_text
from posyandu.events import STAND_IN
from posyandu.hall_word import word_at
from storage import event_after, events, guests
from storage.events import facts
from storage.sql import Row
from storage.store import Tx

FILES = ("acara_kode", "acara_kata", "acara_sertifikat", "acara_berkas", "acara_tanda_terima")
PDF = "application/pdf"
Said = tuple[str, str, str, list[str], str, str]  # of a certificate: from its heading to its number


def make(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Media | None:
    """The thing that `media` names; None when it is not there any more."""
    if media["kind"] == "acara_berkas":
        return kept(tx.one(event_after.PAPER, paper_id=media["paper"]))
    if media["kind"] == "acara_kata":
        row = events.load(tx, media["event"])
        return None if row is None else _word(row, int(media["at"]), words)
    mine = tx.one(guests.BY_ID, row_id=media["invitation"])
    row = events.load(tx, mine.event_id) if mine is not None else None
    if mine is None or row is None:
        return None
    if media["kind"] == "acara_kode":
        return _ticket(row, mine, words)
    if media["kind"] == "acara_tanda_terima":
        return _receipt(tx, row, mine, int(media["goods"]), words)
    return _certificate(tx, mine.id, words, picture=media.get("form") == "png")


def _word(row: Row, at: int, words: Catalogue) -> Media:
    word, until = word_at(row.secret, at)
    below = words.say("event_paper.word_until", until=f"{local(until, row.zone):%H.%M}")
    return Media("image", "kata.png", "image/png", pictures.hall_word(word, words.say("event_paper.word"), below).png)


def _ticket(row: Row, mine: Row, words: Catalogue) -> Media:
    lines = [words.say("event_paper.when", **facts(row)), row.venue]
    drawn = pictures.ticket(row.theme, lines, came_as(mine, words), mine.code, qr_text(row.id, mine.code))
    return Media("image", f"kode-{mine.code}.png", "image/png", drawn.png)


def came_as(mine: Row, words: Catalogue) -> str:
    """Who it is that comes, signs and receives: she, or who comes for her."""
    if mine.state == STAND_IN and mine.stand_in:
        return words.say("event_paper.for", name=mine.name, other=mine.stand_in)
    return str(mine.name)


def said_on(row: Row, mine: Row, words: Catalogue) -> Said:
    """What stands on a certificate, from its heading to its number."""
    name = mine.written_name or mine.stand_in or mine.name
    body = [
        words.say("event_paper.took_part", theme=row.theme, kind=row.kind),
        words.say("event_paper.held", **facts(row)),
    ]
    number = words.say("event_paper.number", number=f"{row.id:04d}/{mine.code}")
    return words.say("event_paper.certificate"), words.say("event_paper.given_to"), name, body, row.office, number


def certified(tx: Tx, invitation_id: int, words: Catalogue) -> tuple[Row, Said] | None:
    """A guest and what her certificate says; None for who was not there."""
    mine = tx.one(guests.BY_ID, row_id=invitation_id)
    row = events.load(tx, mine.event_id) if mine is not None else None
    return None if mine is None or row is None or not mine.came else (mine, said_on(row, mine, words))


def _certificate(tx: Tx, invitation_id: int, words: Catalogue, *, picture: bool) -> Media | None:
    found = certified(tx, invitation_id, words)
    if found is None:
        return None
    mine, said = found
    if picture:
        return Media("image", f"sertifikat-{mine.code}.png", "image/png", pictures.certificate(*said).png)
    from bot import event_pdf  # heavy, and most starts of the program never need it

    return Media("document", f"sertifikat-{mine.code}.pdf", PDF, event_pdf.certificate(*said))


def _receipt(tx: Tx, row: Row, mine: Row, goods_id: int, words: Catalogue) -> Media | None:
    goods = tx.one(event_after.ONE_GOODS, goods_id=goods_id, event_id=row.id)
    found = tx.one(event_after.RECEIPT, which=goods_id, whose=mine.id)
    if goods is None or found is None:
        return None
    values = {**facts(row), "rupiah": goods.rupiah or 0, "what": goods.what}
    what = words.say("event_paper.what_money" if goods.rupiah else "event_paper.what_goods", **values)
    rows = [
        (words.say("event_paper.receipt_number"), found.number),
        (words.say("event_paper.received_by"), f"{came_as(mine, words)}, {mine.origin}".strip(", ")),
        (words.say("event_paper.received"), what),
        (words.say("event_paper.at_event"), f"{row.theme}, {words.say('event_paper.when', **facts(row))}"),
        (words.say("event_paper.from_office"), row.office),
        (words.say("event_sheet.given_at"), f"{local(found.at, row.zone):%d-%m-%Y %H.%M} {facts(row)['zone']}"),
    ]
    from bot import event_pdf  # heavy, and most starts of the program never need it

    signs = (words.say("event_paper.giver"), mine.stand_in if mine.state == STAND_IN else mine.name)
    place_date = words.say("event_paper.place_date", **facts(row))
    data = event_pdf.receipt(words.say("event_paper.receipt"), rows, signs, place_date)
    return Media("document", f"{found.number}.pdf", PDF, data)
