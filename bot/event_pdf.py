"""Papers of an event as PDF: the attendance list with lines to sign, receipts, a certificate. In the pictures' font."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Literal

from fpdf import FPDF

WEIGHTS = {"": 500, "B": 800}  # files of their own: cutting them from the variable font takes two seconds a file
FAMILY = "Nunito"
TEAL, INK, MUTED, GOLD = (14, 104, 108), (24, 52, 58), (88, 104, 108), (178, 132, 42)
ROW_MM = 9.5  # room for a signature
MOST = 200  # letters of a line that are looked at


class Paper(FPDF):
    """A4 with a heading on every page and the page's number below."""

    def __init__(self, orientation: Literal["P", "L"], title: str = "", page: str = "") -> None:
        super().__init__(orientation, "mm", "A4")
        fonts = resources.files("bot.pictures").joinpath("fonts")
        for style, weight in WEIGHTS.items():
            self.add_font(FAMILY, style, str(fonts.joinpath(f"Nunito-{weight}.ttf")))
        self.set_title(title)
        self._page_word = page
        self.set_auto_page_break(False)
        self.alias_nb_pages()

    def footer(self) -> None:
        if self._page_word:
            self.set_y(-11)
            self.set_font(FAMILY, "", 8)
            self.set_text_color(*MUTED)
            self.cell(0, 6, f"{self._page_word} {self.page_no()}/{{nb}}", align="C")

    def broken(self, text: str, room: float, most: int) -> list[str]:
        """The text in at most so many lines, broken between words; what is left over is cut."""
        words, lines = text.split(), list[str]()
        while words:
            taken = 1
            while taken < len(words) and self.get_string_width(" ".join(words[: taken + 1])) <= room:
                taken += 1
            if len(lines) == most - 1:
                taken = len(words)
            lines.append(self.cut(" ".join(words[:taken]), room + 2))
            words = words[taken:]
        return lines

    def cut(self, text: str, room: float) -> str:
        """The text as far as it fits a cell."""
        text = " ".join(text[:MOST].split())
        if self.get_string_width(text) <= room - 2:
            return text
        while text and self.get_string_width(f"{text}…") > room - 2:
            text = text[:-1]
        return f"{text.rstrip()}…"


def table(
    title: str,
    head: Sequence[str],
    columns: Sequence[tuple[str, float]],
    rows: Iterable[tuple[str, Sequence[str]]],
    words: Mapping[str, str],
) -> bytes:
    """Rows under their group's name, the heading on every page; the last column is left for the signature.

    `columns`: title and width in mm; `rows`: (group, cells without the last). `words`: page, and who signs below.
    """
    paper = Paper("P", title, words["page"])
    group = None
    _page(paper, title, head, columns)
    for number, (now, cells) in enumerate(rows, 1):
        if now != group or paper.get_y() > 297 - 20 - ROW_MM:
            if paper.get_y() > 297 - 24 - 2 * ROW_MM:
                _page(paper, title, head, columns)
            if now:
                _group(paper, now)
            group = now
        _row(paper, columns, (str(number), *cells), number)
    _signed(paper, title, head, columns, words)
    return bytes(paper.output())


def _page(paper: Paper, title: str, head: Sequence[str], columns: Sequence[tuple[str, float]]) -> None:
    paper.add_page()
    paper.set_margins(12, 12)
    paper.set_xy(12, 12)
    paper.set_text_color(*TEAL)
    paper.set_font(FAMILY, "B", 14)
    paper.cell(0, 8, paper.cut(title, 186), new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)
    paper.set_font(FAMILY, "", 9)
    for line in (part for text in head for part in paper.broken(text, 184, 2)):
        paper.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    paper.set_font(FAMILY, "B", 9)
    paper.set_fill_color(226, 242, 238)
    for name, width in columns:
        paper.cell(width, 7, name, border=1, fill=True)
    paper.ln(7)
    paper.set_font(FAMILY, "", 9)


def _group(paper: Paper, name: str) -> None:
    paper.set_font(FAMILY, "B", 9)
    paper.set_text_color(*TEAL)
    paper.cell(0, 7, name[:100], new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)
    paper.set_font(FAMILY, "", 9)


def _row(paper: Paper, columns: Sequence[tuple[str, float]], cells: Sequence[str], number: int) -> None:
    for (_, width), text in zip(columns[:-1], cells, strict=True):
        _cell(paper, width, text)
    # Signatures stand left and right in turn, so that a large one does not run into the next.
    width = columns[-1][1]
    x, y = paper.get_x(), paper.get_y()
    paper.rect(x, y, width, ROW_MM)
    paper.set_font(FAMILY, "", 7)
    paper.set_text_color(*MUTED)
    paper.text(x + 1.5 + (number % 2 == 0) * width / 2, y + 4, f"{number}.")
    paper.set_text_color(*INK)
    paper.set_font(FAMILY, "", 9)
    paper.set_xy(12, y + ROW_MM)


def _cell(paper: Paper, width: float, text: str) -> None:
    """One line; a long name in two smaller ones."""
    if paper.get_string_width(text) <= width - 2:
        paper.cell(width, ROW_MM, text, border=1)
        return
    x, y = paper.get_x(), paper.get_y()
    paper.rect(x, y, width, ROW_MM)
    paper.set_font(FAMILY, "", 7.5)
    lines = paper.broken(text, width - 2, 2)
    for row, line in enumerate(lines):
        paper.text(x + 1, y + (3.9 if len(lines) > 1 else 5.7) + 3.6 * row, line)
    paper.set_font(FAMILY, "", 9)
    paper.set_xy(x + width, y)


def place_and_date(paper: Paper, x: float, width: float, text: str) -> None:
    """Above who signs; in two lines where the hall has a long name."""
    for line in paper.broken(text, width, 3):
        paper.set_x(x)
        paper.cell(width, 5, line, new_x="LEFT", new_y="NEXT")
    paper.set_x(x)


def _signed(
    paper: Paper, title: str, head: Sequence[str], columns: Sequence[tuple[str, float]], words: Mapping[str, str]
) -> None:
    if paper.get_y() > 297 - 60:
        _page(paper, title, head, columns)
    paper.ln(6)
    place_and_date(paper, 125, 70, words["place_date"])
    place_and_date(paper, 125, 70, words["signs"])
    paper.ln(18)
    paper.line(125, paper.get_y(), 190, paper.get_y())


def certificate(head: str, given: str, name: str, body: Sequence[str], office: str, number: str) -> bytes:
    """One page, A4 on its side, with the same words as the picture."""
    paper = Paper("L", f"{head} {name}")
    paper.add_page()
    paper.set_fill_color(255, 252, 244)
    paper.rect(0, 0, 297, 210, style="F")
    for inset, width, colour in ((7, 1.4, TEAL), (10.5, 0.5, GOLD)):
        paper.set_draw_color(*colour)
        paper.set_line_width(width)
        paper.rect(inset, inset, 297 - 2 * inset, 210 - 2 * inset)
    _middle(paper, 24, head, "B", (40, 36), TEAL)
    _middle(paper, 46, given, "", (16,), MUTED)
    y = max(84.0, _middle(paper, 62, name, "B", (40, 34, 28, 24), INK, most=2))
    paper.set_draw_color(*GOLD)
    paper.line(78, y + 2, 219, y + 2)
    y += 10
    for line in body:
        y = _middle(paper, y, line, "B" if line is body[0] else "", (18, 16, 14), INK, most=3) + 3
    paper.set_draw_color(*MUTED)
    paper.set_line_width(0.3)
    paper.line(101, 176, 196, 176)
    _middle(paper, 178, office, "B", (13, 11, 9), INK)
    _middle(paper, 189, number, "", (9,), MUTED)
    return bytes(paper.output())


def _middle(
    paper: Paper,
    y: float,
    text: str,
    style: str,
    sizes: Sequence[int],
    colour: tuple[int, int, int],
    *,
    most: int = 1,
) -> float:
    """In the middle, in the largest size that fits one line, else in as few lines as hold it; where the next begins."""
    size, lines = sizes[-1], list[str]()
    for rows, size in ((rows, size) for rows in range(1, most + 1) for size in sizes):
        paper.set_font(FAMILY, style, size)
        lines = paper.broken(text, 240, rows)
        if " ".join(lines) == " ".join(text.split()):
            break
    paper.set_text_color(*colour)
    for line in lines:
        paper.set_xy(20, y)
        paper.cell(257, size * 0.45, line, align="C")
        y += size * 0.45
    return y


def receipt(title: str, rows: Sequence[tuple[str, str]], signs: Sequence[str], place_date: str) -> bytes:
    """A receipt of one person: what, from whom, when, with two lines to sign."""
    paper = Paper("P", title)
    paper.add_page()
    paper.set_xy(20, 24)
    paper.set_font(FAMILY, "B", 20)
    paper.set_text_color(*TEAL)
    paper.cell(0, 12, title, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)
    y = 44.0
    for label, value in rows:
        paper.set_xy(20, y)
        paper.set_font(FAMILY, "", 11)
        paper.cell(48, 7, label)
        paper.set_font(FAMILY, "B", 11)
        paper.multi_cell(120, 7, value, align="L")
        y = max(paper.get_y(), y + 7) + 1
    paper.set_font(FAMILY, "", 11)
    paper.set_xy(115, y + 8)
    place_and_date(paper, 115, 75, place_date)
    y = paper.get_y() + 26
    for at, name in zip((20, 115), signs, strict=True):
        paper.line(at, y, at + 70, y)
        paper.set_xy(at, y + 2)
        place_and_date(paper, at, 70, name)
    return bytes(paper.output())
