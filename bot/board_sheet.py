"""Invitations as a sheet: a text for each posyandu to forward in its group, with the link that opens its list."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.channels.port import Media
from bot.locales import Catalogue
from bot.siaran_sheet import XLSX
from storage import board, links
from storage.exports.sheet import Column, Sheet
from storage.exports.workbook import write_xlsx
from storage.store import Tx

KIND = "invitations"
COLUMNS = (("posyandu", 28), ("listed", 10), ("joined", 10), ("link", 44), ("text", 90))


def make(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Media:
    """A line for each posyandu where somebody of the list has not joined."""
    columns = tuple(Column(name, words.say(f"board_sheet.{name}"), "text", width) for name, width in COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_xlsx(path, Sheet(words.say("board_sheet.name"), columns, _rows(tx, media, words)))
        return Media("document", "undangan-posyandu.xlsx", XLSX, path.read_bytes())


def _rows(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Iterator[list[str]]:
    ways = links.links(tx)
    place = {key: media.get(key) for key in ("code", "puskesmas_id", "posyandu_id")}
    for code, _, line in board.posyandu_lines(tx, int(media["now"]), **place):
        if line.joined < line.listed:
            opens = [links.with_code(way, f"pos-{code.replace('.', '-')}") for way in ways.values()]
            text = words.say("board.invitation", posyandu=line.name, links="\n".join(opens))
            yield [line.name, str(line.listed), str(line.joined), " ".join(opens), text]
