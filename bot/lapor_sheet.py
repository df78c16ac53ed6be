"""Files of lapor: a report's picture, and the list of reports as a sheet. Who reported stands in neither."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.channels.port import Media
from bot.locales import Catalogue
from bot.siaran_sheet import XLSX
from posyandu.calendar import local
from posyandu.people import Scope
from storage import reports
from storage.exports.sheet import Column, Sheet
from storage.exports.workbook import write_xlsx
from storage.store import Tx

FILES = ("report_photo", "report_sheet")
COLUMNS = ("number", "on", "desa", "field", "kind", "place", "note", "state", "reason")


def make(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Media | None:
    """The file; None when there is none."""
    if media["kind"] == "report_photo":
        row = tx.one(reports.PHOTO, which=media["report"])
        return (
            None
            if row is None or row.photo is None
            else Media("image", f"{row.number}.jpg", row.mime, bytes(row.photo))
        )
    columns = tuple(Column(n, words.say(f"lapor_sheet.{n}"), "text", 18) for n in COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_xlsx(path, Sheet(words.say("lapor_sheet.name"), columns, _rows(tx, media, words)))
        return Media("document", "laporan.xlsx", XLSX, path.read_bytes())


def _rows(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Iterator[list[str]]:
    for r in reports.seen(tx, reports.ROWS, str(media["area"]), Scope(int(media["person"])), int(media["now"])):
        on = f"{local(r.at, 'Asia/Jakarta'):%d-%m-%Y}"
        yield [
            r.number, on, r.desa, words.say(f"lapor_field.{r.field}"), r.kind, r.place, r.note,
            words.say(f"lapor_state.{r.state}"), r.reason,
        ]  # fmt: skip
