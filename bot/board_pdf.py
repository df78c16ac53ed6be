"""All invitations of an area on paper: four posyandu a page, each with its QR code and the link in letters, to be cut
apart and handed to the ketua."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.port import Media
from bot.event_pdf import FAMILY, INK, MUTED, TEAL, Paper
from bot.locales import Catalogue
from storage import board, links
from storage.store import Tx

PDF = "application/pdf"
WIDE, HIGH = 105.0, 146.0  # mm of a card; what is left of the page is its number
SIDE = {1: 72.0, 2: 44.0}  # mm of a code, by how many ways in there are
QUIET = 4  # modules of white around a code, by its standard


@dataclass(frozen=True)
class Card:
    """One posyandu: its name and its ways in, by the name of the channel."""

    posyandu: str
    ways: Sequence[tuple[str, str]]


def make(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Media:
    """A card for each posyandu where somebody of the list has not joined."""
    return Media("document", "undangan-qr.pdf", PDF, drawn(list(_cards(tx, media, words)), words))


def _cards(tx: Tx, media: Mapping[str, Any], words: Catalogue) -> Iterator[Card]:
    ways = list(links.links(tx).items())[:2]
    place = {key: media.get(key) for key in ("code", "puskesmas_id", "posyandu_id")}
    for code, _, line in board.posyandu_lines(tx, int(media["now"]), **place):
        if line.joined < line.listed:
            key = f"pos-{code.replace('.', '-')}"
            yield Card(line.name, [(words.say(f"board_pdf.{name}"), links.with_code(way, key)) for name, way in ways])


def drawn(cards: Sequence[Card], words: Catalogue) -> bytes:
    """The pages; one that says so when nobody is left to be invited."""
    paper = Paper("P", words.say("board_sheet.name"), words.say("board_pdf.page"))
    for number, card in enumerate(cards):
        if number % 4 == 0:
            paper.add_page()
            _cuts(paper)
        _card(paper, card, (number % 2) * WIDE, (number % 4 // 2) * HIGH, words)
    if not cards:
        paper.add_page()
        paper.set_font(FAMILY, "", 14)
        paper.cell(0, 12, words.say("board_pdf.nobody"))
    return bytes(paper.output())


def _cuts(paper: Paper) -> None:
    paper.set_draw_color(*MUTED)
    paper.set_line_width(0.1)
    paper.set_dash_pattern(dash=2, gap=2)
    paper.line(WIDE, 6, WIDE, 2 * HIGH - 6)
    paper.line(6, HIGH, 2 * WIDE - 6, HIGH)
    paper.set_dash_pattern()


def _card(paper: Paper, card: Card, left: float, top: float, words: Catalogue) -> None:
    inner = WIDE - 16
    _line(paper, left, top + 9, card.posyandu, 15, "B", TEAL)
    _line(paper, left, top + 17, words.say("board_pdf.what"), 10, "", INK)
    side = SIDE.get(len(card.ways), SIDE[1])
    y = top + 27
    room = inner / max(1, len(card.ways))
    for number, (channel, link) in enumerate(card.ways):
        middle = left + 8 + room * (number + 0.5)
        if len(card.ways) > 1:
            paper.set_xy(middle - room / 2, y - 2)
            paper.set_font(FAMILY, "B", 10)
            paper.set_text_color(*INK)
            paper.cell(room, 5, channel, align="C")
        _code(paper, link, middle - side / 2, y + 4, side)
    y += side + 7
    paper.set_text_color(*INK)
    for _, link in card.ways:
        paper.set_font(FAMILY, "B", 8.5)
        paper.set_xy(left + 8, y)
        paper.multi_cell(inner, 4, link.removeprefix("https://"), align="C")
        y = paper.get_y() + 1
    paper.set_font(FAMILY, "", 9.5)
    for number in (1, 2, 3):
        paper.set_xy(left + 8, y)
        paper.multi_cell(inner, 4.6, f"{number}. {words.say(f'board_pdf.step_{number}')}", align="L")
        y = paper.get_y()


def _line(
    paper: Paper, left: float, y: float, text: str, size: float, style: str, colour: tuple[int, int, int]
) -> None:
    paper.set_font(FAMILY, style, size)
    while size > 9 and paper.get_string_width(text) > WIDE - 18:
        size -= 0.5
        paper.set_font_size(size)
    paper.set_text_color(*colour)
    paper.set_xy(left + 8, y)
    paper.cell(WIDE - 16, 7, paper.cut(text, WIDE - 16), align="C")


def _code(paper: Paper, link: str, left: float, top: float, side: float) -> None:
    """The code in squares of ink, sharp at any size; its quiet zone lies inside `side`."""
    import segno  # heavy, and most starts of the program never need it

    rows = [list(row) for row in segno.make_qr(link, error="m").matrix]
    module = side / (len(rows) + 2 * QUIET)
    paper.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:  # neighbours in one piece: no hairlines between them
                at = (left + (QUIET + start) * module, top + (QUIET + y) * module)
                paper.rect(*at, (x - start) * module, module * 1.02, style="F")
            x += 1
