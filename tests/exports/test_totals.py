"""The figures of SKDN and F1 against a count by hand, and what is hidden from those who may not see names."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from posyandu.commands import Value
from posyandu.skdn import Bands
from storage import book
from storage.exports import NeedsMonth, NoSuchFormat, NoSuchPlace
from storage.exports.hiding import hide_small
from storage.sql import Sql, fixed
from storage.store import Store, Tx
from storage.tables import area, child, posyandu, posyandu_day
from tests.exports.filled import NOW, sheet

# Six children; the posyandu days are 8 September, 6 October and 10 November 2026. Counted by hand for October:
# Adi 5 months, Budi 14, Citra 30, Dewi 30, Eka 59, Fani turned five before; Gita moved.
# S = 5 (Adi Budi Citra Dewi Eka), K = 4 (Dewi has no book).
# Adi 6,0 -> 6,8: +800 g at 5 months, at least 400: N. Budi 9,0 -> 9,1: +100 g at 14 months, at least 200: T.
# Citra not in September, weighed in August: O. Dewi first time: B. Eka did not come. D = 4 = 1 + 1 + 1 + 1.
PEOPLE = (
    ("Adi", "L", "2026-04-20", 1, {"2026-09-08": 6000, "2026-10-06": 6800}),
    ("Budi", "L", "2025-07-30", 1, {"2026-09-08": 9000, "2026-10-06": 9100}),
    ("Citra", "P", "2024-03-15", 1, {"2026-08-04": 11500, "2026-10-06": 12000}),
    ("Dewi", "P", "2024-03-20", 0, {"2026-10-06": 12300}),
    ("Eka", "P", "2021-10-20", 1, {"2026-09-08": 16000}),
    ("Fani", "P", "2021-09-01", 1, {"2026-08-04": 17000, "2026-10-06": 17400}),
)


def _fill(tx: Tx) -> None:
    tx.insert(area, code="32.01", name="Bogor", level="kabkota", zone="Asia/Jakarta")
    place = tx.insert(posyandu, code="P1", name="Posyandu Mawar", area="32.01", zone="Asia/Jakarta")
    for on in ("2026-08-04", "2026-09-08", "2026-10-06", "2026-11-10"):
        tx.insert(
            posyandu_day, posyandu_id=place, on=on, month=on[:7], opens=480, closes=660, place="", state="planned"
        )
    for number, (name, sex, birth, kms, weights) in enumerate(PEOPLE):
        who = tx.insert(
            child,
            code=f"C{number}",
            posyandu_id=place,
            name=name,
            sex=sex,
            birth=birth,
            has_kms=kms,
            since=birth,
            at=NOW,
        )
        for on, grams in weights.items():
            book.record(
                tx, child_id=who, posyandu_id=place, on=date.fromisoformat(on), values=[Value("weight", grams)],
                status=None, place="posyandu", replaces=False, by_person=None, incoming_id=None, now=NOW, history=True,
            )  # fmt: skip
    gone = {"code": "C9", "posyandu_id": place, "name": "Gita", "sex": "P", "birth": "2025-01-01", "state": "moved"}
    tx.insert(child, has_kms=1, since="2025-01-01", at=NOW, **gone)


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_skdn_is_what_a_hand_counts(store: Store, tmp_path: Path) -> None:
    store.write(_fill)
    rows = table(sheet(store, "skdn", tmp_path / "skdn.csv", "2026-10"))
    assert rows[0] == ["SKDN"]
    assert rows[1] == ["Oktober 2026"]
    named = dict(zip(rows[2], rows[3], strict=True))
    letters = {x: named[x] for x in ("S", "K", "D", "N", "T", "O", "B", "Tidak hadir")}
    assert letters == {"S": "5", "K": "4", "D": "4", "N": "1", "T": "1", "O": "1", "B": "1", "Tidak hadir": "1"}
    assert (named["D/S (%)"], named["N/D (%)"], named["N/(D-O-B) (%)"]) == ("80,0", "25,0", "50,0")


def test_a_weighing_stays_in_its_months_sheet_when_the_child_has_moved_since(store: Store, tmp_path: Path) -> None:
    store.write(_fill)

    def moves(tx: Tx) -> None:
        other = tx.insert(posyandu, code="P2", name="Posyandu Melati", area="32.01", zone="Asia/Jakarta")
        tx.run(Sql(update(child).where(child.c.name == fixed("Budi")).values(posyandu_id=fixed(other))))

    store.write(moves)
    text = sheet(store, "eppgbm-pengukuran", tmp_path / "ukur.csv", "2026-10").read_text(encoding="utf-8-sig")
    assert [row["BERAT"] for row in csv.DictReader(text.splitlines()) if row["nama_anak"] == "Budi"] == ["9.1"]


def test_telaah_has_the_indicators_of_twelve_months(store: Store, tmp_path: Path) -> None:
    store.write(_fill)
    rows = table(sheet(store, "telaah", tmp_path / "telaah.csv", "2026-10"))
    assert rows[0][3:] == ["Penimbangan 12 Bulan", "Kader", "Rerata D/S (%)"]
    assert (rows[1][0], rows[1][3], rows[1][4]) == ("P1", "3", "0")
    assert 50 <= float(rows[1][5].replace(",", ".")) <= 80


def test_f1_is_what_a_hand_counts(store: Store, tmp_path: Path) -> None:
    store.write(_fill)
    rows = table(sheet(store, "f1", tmp_path / "f1.csv", "2026-10"))
    header = rows[2]
    by_item = {row[0]: dict(zip(header, row, strict=False)) for row in rows[3:] if row and row[0]}
    s = by_item["1"]
    assert (s["0-5 bln L"], s["12-23 bln L"], s["24-35 bln P"], s["36-59 bln P"], s["Jumlah"]) == (
        "1",
        "1",
        "2",
        "1",
        "5",
    )
    assert [by_item[n]["Jumlah"] for n in ("2", "3", "4", "5", "6", "7", "8")] == ["4", "1", "1", "1", "1", "4", "1"]
    assert by_item["19"]["Jumlah"] == "-"


def test_f1_follows_the_bands_of_the_puskesmas(store: Store, tmp_path: Path) -> None:
    store.write(_fill)
    four = table(sheet(store, "f1", tmp_path / "f1.csv", "2026-10", bands=Bands.of("f1_four")))
    assert [c for c in four[2] if c.endswith("L")] == ["0-5 bln L", "6-11 bln L", "12-23 bln L", "24-59 bln L"]


def test_register_has_the_months_of_the_year(store: Store, tmp_path: Path) -> None:
    store.write(_fill)
    rows = table(sheet(store, "register", tmp_path / "register.csv", "2026-10"))
    adi = next(row for row in rows if "Adi" in row)
    months = dict(zip(["Agu", "Sep", "Okt", "Nov"], [adi[10 + 2 * n : 12 + 2 * n] for n in (7, 8, 9, 10)], strict=True))
    assert months == {"Agu": ["", ""], "Sep": ["6", "B"], "Okt": ["6,8", "N"], "Nov": ["", ""]}


def test_small_numbers_and_their_neighbours_are_hidden() -> None:
    rows = [{"d": 20, "n": 12, "t": 8}, {"d": 9, "n": 6, "t": 3}, {"d": 29, "n": 18, "t": 11}]
    shown = hide_small(rows, [("d", ("n", "t"))], last_is_total=True).rows
    assert shown[1]["t"] == "<5"
    assert "*" in (shown[1]["d"], shown[1]["n"]), "or its own line would give it away"
    assert shown[0]["t"] == "*" or shown[2]["t"] == "*", "or the total would"
    assert hide_small([{"d": 0, "n": 0, "t": 0}], [("d", ("n", "t"))], last_is_total=False).rows == [
        {"d": 0, "n": 0, "t": 0}
    ]


def test_what_cannot_be_made_says_so(store: Store, tmp_path: Path) -> None:
    store.write(_fill)
    with pytest.raises(NeedsMonth):
        sheet(store, "skdn", tmp_path / "skdn.csv")
    with pytest.raises(NoSuchPlace):
        sheet(store, "skdn", tmp_path / "skdn.csv", "2026-10", area="99.99")
    with pytest.raises(NoSuchFormat):
        sheet(store, "skdn", tmp_path / "skdn.docx", "2026-10")
    assert [f.name for f in tmp_path.iterdir() if "skdn" in f.name] == []
