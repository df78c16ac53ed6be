"""Papers of an event with the longest names there are: every word stands on them, and nothing runs over the edge."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bot import event_pdf
from bot.event_pdf import Paper
from bot.pictures import events as pictures
from bot.qr_codes import read_codes

NAME = "Hj. Raden Ajeng Siti Nurhaliza Kusumawardhani Prawiranegara Sastrodiningrat, S.Keb., M.Kes."
THEME = "Temu Kader Tangguh se-Kabupaten Bogor: bersama menuju posyandu 6 SPM yang mandiri dan keluarga yang sehat"
HALL = "Gedung Serbaguna Kabupaten Bogor, Jalan Tegar Beriman Nomor 1"
WHEN = "Minggu, 22 November 2026, 13.00-16.00 WIB"
SAID = (
    "SERTIFIKAT",
    "diberikan kepada",
    NAME,
    [THEME, f"22 November 2026, {HALL}"],
    "TP PKK Kabupaten Bogor",
    "0002/K",
)
COLUMNS = [("No", 11.0), ("Nama", 60.0), ("Asal", 42.0), ("Tugas", 23.0), ("Tanda tangan", 50.0)]
SIGNS = {"page": "Halaman", "place_date": f"{HALL}, 22 November 2026", "signs": "TP PKK Kabupaten Bogor"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """What is written on a PDF with its page, held inside the paper's edges."""
    lines = list[tuple[int, str]]()
    cell, text = Paper.cell, Paper.text

    def in_cell(self: Paper, w: float = 0, h: float = 0, said: str = "", *more: object, **names: object) -> object:
        if said and names.get("align") == "C":
            assert self.get_string_width(said) <= self.w - 2 * 12, said
        elif said:
            assert self.get_x() + self.get_string_width(said) <= self.w - 8, said
        lines.append((self.page_no(), said))
        return cell(self, w, h, said, *more, **names)  # type: ignore[arg-type]

    def at(self: Paper, x: float, y: float, said: str = "") -> None:
        assert x + self.get_string_width(said) <= self.w - 8, said
        lines.append((self.page_no(), said))
        text(self, x, y, said)

    monkeypatch.setattr(Paper, "cell", in_cell)
    monkeypatch.setattr(Paper, "text", at)
    return lines


def flat(lines: list[tuple[int, str]]) -> str:
    return " ".join(said for _, said in lines)


def test_the_longest_name_and_theme_stand_whole_on_a_certificate(written: list[tuple[int, str]]) -> None:
    event_pdf.certificate(*SAID)
    for wanted in (NAME, THEME, HALL):
        assert wanted in flat(written)
        assert wanted in " ".join(pictures.certificate(*SAID).written)


def test_a_ticket_names_her_and_the_event_whole_and_its_code_is_read() -> None:
    made = pictures.ticket(THEME, [WHEN, HALL], NAME, "KA5982", "ACARA-2-KA5982")
    for wanted in (THEME, WHEN, HALL, NAME, "KA 5982"):
        assert wanted in " ".join(made.written)
    photo = BytesIO()
    Image.open(BytesIO(made.png)).convert("RGB").resize((300, 375)).save(photo, "JPEG", quality=60)
    assert read_codes(photo.getvalue()) == ["ACARA-2-KA5982"]


def test_a_list_of_many_pages_has_its_heading_on_each_and_whoever_came_unasked_at_the_end(
    written: list[tuple[int, str]],
) -> None:
    rows = [("Cibinong", [NAME if n % 9 == 0 else f"Kader {n}", "Posyandu Dahlia", "kader"]) for n in range(60)]
    rows.append(("Tamu tanpa undangan", ["Tuti Alawiyah", "Bandung", "tamu"]))
    event_pdf.table("Daftar hadir", [THEME, f"{WHEN}, {HALL}"], COLUMNS, rows, SIGNS)
    last = written[-1][0]
    assert last > 2
    for page in range(1, last + 1):
        on_it = [said for number, said in written if number == page]
        assert {"Daftar hadir", "Tanda tangan"} <= set(on_it)
        assert any("Tamu" in said or "Cibinong" in said or said in SIGNS.values() for said in on_it)
    assert flat(written).count(NAME) == 7
    assert flat(written).index("Tamu tanpa undangan") < flat(written).index("Tuti Alawiyah")
    assert "22 November 2026 TP PKK Kabupaten Bogor" in flat(written)


def test_a_receipt_says_who_signs_and_when(written: list[tuple[int, str]]) -> None:
    event_pdf.receipt("Tanda terima", [("Nomor", "TT-2-1-13")], ("Yang menyerahkan", NAME), SIGNS["place_date"])
    assert NAME in flat(written)
    assert SIGNS["place_date"] in flat(written)
