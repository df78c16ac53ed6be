"""Sheets of a siaran as documents: the proof with a row a person, and whom the ketua must tell herself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, case, func, select

from bot.channels.port import Media
from bot.files import kept
from bot.locales import Catalogue
from posyandu.calendar import local
from posyandu.siaran import Figures, fate
from storage import audience, siaran
from storage.exports.sheet import Column, Sheet
from storage.exports.workbook import write_xlsx
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import area, membership, outgoing, person, posyandu

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = ("siaran", "siaran_sheet")
_posts = membership.alias("posts")
_first_post = (
    select(func.min(_posts.c.id))
    .where(_posts.c.person_id == person.c.id, _posts.c.until_at.is_(None))
    .correlate(person)
    .scalar_subquery()
)
# A posyandu lies in an RW; people look for it by its desa.
_above = area.alias("above")
_AREA = func.coalesce(case((area.c.level == fixed("rw"), _above.c.name)), area.c.name)
_ROWS = (
    select(
        person.c.name, membership.c.role, posyandu.c.name.label("posyandu"), _AREA.label("area"),
        outgoing.c.channel, outgoing.c.state, outgoing.c.reason, outgoing.c.sent_at, outgoing.c.tries, posyandu.c.zone,
    )
    .select_from(outgoing)
    .join(person, person.c.id == outgoing.c.person_id)
    .outerjoin(membership, membership.c.id == _first_post)
    .outerjoin(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .outerjoin(area, area.c.code == func.coalesce(posyandu.c.area, membership.c.area))
    .outerjoin(_above, _above.c.code == area.c.parent)
    .where(outgoing.c.group_key == bindparam("its"))
)  # fmt: skip
ROWS = Sql(_ROWS.order_by(outgoing.c.id))
BY_POSYANDU = Sql(_ROWS.order_by(_AREA, posyandu.c.name, person.c.name, outgoing.c.id))
PERSON = Sql(
    select(person.c.name, membership.c.role, posyandu.c.name.label("posyandu"), _AREA.label("area"))
    .select_from(person)
    .outerjoin(membership, membership.c.id == _first_post)
    .outerjoin(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .outerjoin(area, area.c.code == func.coalesce(posyandu.c.area, membership.c.area))
    .outerjoin(_above, _above.c.code == area.c.parent)
    .where(person.c.id == bindparam("person_id"))
)
MOST_SORTED = 100_000
WIDE = {"name": 24, "posyandu": 24, "area": 22, "at": 20, "state": 24, "reason": 44, "why": 28}
UNTOLD = ("belum_bergabung", "berhenti", "tak_terjangkau", "gagal")


def make(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Media | None:
    """The file that goes along with a siaran, or one of its sheets; None when there is none."""
    if media["kind"] == "siaran":
        return kept(tx.one(siaran.FILE, which=media["broadcast"]))
    return _sheet(tx, int(media["broadcast"]), str(media["which"]), words)


def _sheet(tx: Tx, number: int, which: str, words: Catalogue) -> Media:
    names = (
        "name",
        "role",
        "posyandu",
        "area",
        *(("state", "channel", "at", "reason") if which == "proof" else ("why",)),
    )
    columns = tuple(Column(n, words.say(f"siaran_sheet.{n}"), "text", WIDE.get(n, 16)) for n in names)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_xlsx(path, Sheet(words.say(f"siaran_sheet.{which}"), columns, _rows(tx, number, which, words)))
        return Media("document", f"siaran-{number}-{which}.xlsx", XLSX, path.read_bytes())


def _rows(tx: Tx, number: int, which: str, words: Catalogue) -> Iterator[list[str]]:
    if which == "ketua" and not siaran.fates(tx, number):
        yield from _sorted(tx, number, words)
        return
    for row in tx.stream(ROWS if which == "proof" else BY_POSYANDU, its=siaran.group(number)):
        became = fate(row.state, row.reason)
        head = _head(row, words)
        if which == "proof":
            yield [*head, words.say(f"siaran_fate.{became}"), row.channel or "", _at(row), _why(row, became, words)]
        elif became in UNTOLD:
            yield [*head, words.say(f"siaran_fate.{became}")]


def _sorted(tx: Tx, number: int, words: Catalogue) -> Iterable[list[str]]:
    """By posyandu, so that each ketua can be given her part; of very many as they come."""
    row, found = siaran.load(tx, number), _to_be_told(tx, number, words)
    few = row is not None and Figures.load(row.figures).total <= MOST_SORTED
    return sorted(found, key=lambda cells: (cells[3], cells[2], cells[0])) if few else found


def _to_be_told(tx: Tx, number: int, words: Catalogue) -> Iterator[list[str]]:
    """Before it is sent no row says who will not be reached: those of its people who have no way in."""
    row = siaran.load(tx, number)
    for some in siaran.people_of(tx, row).chunks(tx) if row is not None else ():
        for one in some:
            if one.address_id is None:
                who = tx.one(PERSON, person_id=one.id)
                became = fate("failed", audience.why_not(one))
                yield [*_head(who, words), words.say(f"siaran_fate.{became}")]


def _head(row: Row, words: Catalogue) -> list[str]:
    return [row.name, words.say(f"role.{row.role}") if row.role else "", row.posyandu or "", row.area or ""]


def _at(row: Row) -> str:
    return f"{local(row.sent_at, row.zone or 'Asia/Jakarta'):%d-%m-%Y %H.%M.%S}" if row.sent_at else ""


def _why(row: Row, became: str, words: Catalogue) -> str:
    """The reason in words; what a provider or an earlier step has written is words already."""
    if became == "gagal":
        return words.say("siaran_why.gagal", raw=row.reason or row.state)
    if became in ("terkirim", "ragu"):
        return words.say(f"siaran_why.{row.state}")
    if became in ("belum_bergabung", "berhenti", "tak_terjangkau"):
        return words.say(f"siaran_why.{became}")
    return str(row.reason or words.say(f"siaran_why.{row.state}"))
