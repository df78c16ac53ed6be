"""All QR codes of an area in one document: four posyandu a page, none twice, and one page where nobody is left."""

from __future__ import annotations

import re

import pytest

from bot.board_pdf import Card, drawn
from bot.locales import catalogue


def cards(many: int) -> list[Card]:
    link = "https://t.me/posyandu_test_bot?start=pos-32-01-01"
    return [
        Card(f"Posyandu Anyelir RW {n:02d} Kelurahan Nagasari Indah", [("Telegram", f"{link}-{n}")])
        for n in range(many)
    ]


@pytest.mark.parametrize(("many", "pages"), [(0, 1), (1, 1), (4, 1), (5, 2)])
def test_four_posyandu_a_page(many: int, pages: int) -> None:
    made = drawn(cards(many), catalogue("id"))
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", made)) == pages
