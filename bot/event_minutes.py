"""The minutes of a meeting as PDF, put together from what was entered: who came, what was said, what was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.event_pdf import FAMILY, INK, MUTED, TEAL, Paper, place_and_date
from bot.locales import Catalogue
from posyandu.calendar import local
from posyandu.events import STAND_IN, WALK_IN
from storage import event_after, guests
from storage.events import facts
from storage.sql import Row
from storage.store import Tx

LEFT, WIDE = 20.0, 170.0
COLUMNS = (10.0, 48.0, 78.0, 34.0)  # number, who, what, by when


def made(tx: Tx, row: Row, words: Catalogue) -> bytes:
    """One document, ready to be signed."""
    paper = Paper("P", words.say("event_minutes.title"), words.say("event_paper.page"))
    paper.set_margins(LEFT, 18, LEFT)
    paper.set_auto_page_break(True, 20)
    paper.add_page()
    paper.set_font(FAMILY, "B", 18)
    paper.set_text_color(*TEAL)
    paper.cell(0, 10, words.say("event_minutes.title"), new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)
    for label, value in _facts(tx, row, words):
        _fact(paper, label, value)
    notes = tx.all(event_after.NOTES, event_id=row.id)
    _head(paper, words.say("event_minutes.notes"))
    for number, one in enumerate(notes, 1):
        _note(paper, f"{number}.", f"{bytes(one.data).decode('utf-8', 'replace')} ({local(one.at, row.zone):%H.%M})")
    if not notes:
        _empty(paper, words.say("event_minutes.no_notes"))
    _promises(paper, tx, row, words)
    _signs(paper, row, words)
    return bytes(paper.output())


def _facts(tx: Tx, row: Row, words: Catalogue) -> list[tuple[str, str]]:
    values, counted = facts(row), tx.all(guests.COUNT, event_id=row.id)
    roles = Counter[str]()
    for one in counted:
        roles[one.role or WALK_IN] += one.n
    by_role = ", ".join(f"{n} {words.say(f'event_role.{role}')}" for role, n in roles.most_common())
    came, instead = sum(roles.values()), sum(r.n for r in counted if r.state == STAND_IN)
    said = words.say("event_minutes.came" if came else "event_minutes.nobody", count=came, roles=by_role)
    if instead:
        said += "; " + words.say("event_minutes.instead", count=instead)
    return [
        (words.say("event_minutes.meeting"), f"{words.say(f'event_kind.{row.kind}')}: {row.theme}"),
        (words.say("event_minutes.level"), f"{words.say(f'event_level.{row.level}')}, {row.label}"),
        (words.say("event_minutes.when"), words.say("event_paper.when", **values)),
        (words.say("event_minutes.where"), row.venue),
        (words.say("event_minutes.by"), row.office),
        (words.say("event_minutes.present"), said),
    ]


def _fact(paper: Paper, label: str, value: str) -> None:
    paper.set_font(FAMILY, "", 10)
    top = paper.get_y()
    paper.cell(34, 6, label)
    paper.set_font(FAMILY, "B", 10)
    paper.multi_cell(WIDE - 34, 6, value, new_x="LMARGIN", new_y="NEXT", align="L")
    paper.set_y(max(paper.get_y(), top + 6))


def _head(paper: Paper, text: str) -> None:
    if paper.get_y() > 297 - 50:
        paper.add_page()
    paper.ln(4)
    paper.set_font(FAMILY, "B", 12)
    paper.set_text_color(*TEAL)
    paper.cell(0, 8, text, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)


def _note(paper: Paper, number: str, text: str) -> None:
    paper.set_font(FAMILY, "", 10)
    paper.cell(8, 5.5, number)
    paper.multi_cell(WIDE - 8, 5.5, text, new_x="LMARGIN", new_y="NEXT", align="L")
    paper.ln(1)


def _empty(paper: Paper, text: str) -> None:
    paper.set_font(FAMILY, "", 10)
    paper.set_text_color(*MUTED)
    paper.multi_cell(WIDE, 6, text, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)


def _promises(paper: Paper, tx: Tx, row: Row, words: Catalogue) -> None:
    settled = tx.all(event_after.SETTLED_AT, event_id=row.id)
    earlier = tx.all(event_after.EARLIER, event_id=row.id)
    if settled or earlier:
        _head(paper, words.say("event_minutes.earlier"))
        lines = [(r, words.say(f"event_promise_state.{r.state}")) for r in (*settled, *earlier)]
        _table(paper, words, [(r.who, r.what, state) for r, state in lines], "became")
    _head(paper, words.say("event_minutes.promises"))
    mine = tx.all(event_after.COMMITMENTS, event_id=row.id)
    if mine:
        _table(paper, words, [(r.who, r.what, r.due or "-") for r in mine], "due")
    else:
        _empty(paper, words.say("event_minutes.no_promises"))


def _table(paper: Paper, words: Catalogue, rows: Sequence[tuple[Any, Any, str]], last: str) -> None:
    paper.set_font(FAMILY, "", 10)
    paper.set_draw_color(*MUTED)
    names = [words.say(f"event_sheet.{name}") for name in ("no", "who", "promise", last)]
    with paper.table(width=WIDE, col_widths=COLUMNS, line_height=6, text_align="LEFT", padding=1) as table:
        for cells in (names, *([str(n), *map(str, one)] for n, one in enumerate(rows, 1))):
            line = table.row()
            for cell in cells:
                line.cell(cell)
    paper.ln(2)


def _signs(paper: Paper, row: Row, words: Catalogue) -> None:
    if paper.get_y() > 297 - 70:
        paper.add_page()
    paper.ln(8)
    paper.set_font(FAMILY, "", 10)
    y = paper.get_y()
    paper.set_y(y)
    place_and_date(paper, LEFT + 95, 75, words.say("event_paper.place_date", **facts(row)))
    y = paper.get_y() - 5
    for x, key in ((LEFT, "chair"), (LEFT + 95, "writer")):
        paper.set_xy(x, y + 6)
        paper.cell(75, 5, words.say(f"event_minutes.{key}"))
        paper.line(x, y + 34, x + 65, y + 34)
