"""The files themselves: nothing runs, nothing is rounded away, the same bytes, as many sheets as it takes; and opened
by another program and read back."""

from __future__ import annotations

import csv
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlrd

from storage.exports.columnar import write_parquet
from storage.exports.old_workbook import write_xls
from storage.exports.sheet import Column, Sheet
from storage.exports.text_file import write_csv
from storage.exports.workbook import write_xlsx
from tests.exports.filled import MONTH, NIK_OF_AZZAM, fill, sheet
from tests.imports.putting_in import empty_book
from tests.parts import needs

COLUMNS = (
    Column("nik", "NIK"), Column("name", "Nama"), Column("kg", "BB (kg)", "kg"), Column("on", "Tanggal", "date"),
    Column("z", "ZS", "z"), Column("n", "N", "int"),
)  # fmt: skip
EVIL = ("=1+1", "+62812", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(1)")


def rows(texts: tuple[str, ...] = EVIL) -> Iterator[tuple[object, ...]]:
    for number, text in enumerate(texts):
        yield ("0123456789010000", text, 8_450, "2026-11-02", -231, number)


def made(style: str = "orang") -> Sheet:
    return Sheet("Uji", COLUMNS, rows(), (("Judul",),), ("catatan",), style)  # type: ignore[arg-type]


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", made())
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file, delimiter=";"))
    assert [row[1] for row in table[2:8]] == [f"'{text}" for text in EVIL]
    assert table[2][2:] == ["8,45", "02/11/2026", "-2,31", "0"], "a number below zero is a number"


def test_machines_get_dots_and_iso_dates(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", made("mesin"))
    assert (tmp_path / "a.csv").read_text("utf-8").splitlines()[2] == "0123456789010000,'=1+1,8.45,2026-11-02,-2.31,0"


def test_texts_stay_texts_in_a_workbook(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", made())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"]
    assert [c.data_type for c in page[3]] == ["s", "s", "n", "d", "n", "n"]
    assert page["A3"].value == "0123456789010000"
    assert page["B3"].value == "=1+1"


def test_a_text_beside_a_number_keeps_its_distance(tmp_path: Path) -> None:
    columns = (Column("no", "No", "int"), Column("code", "Kode"), Column("name", "Nama"))
    write_xlsx(tmp_path / "a.xlsx", Sheet("Uji", columns, iter([(1, "SA3954", "Iis"), (2, "=HB7980", "Nining")])))
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"]
    assert [[c.alignment.indent for c in row] for row in page.iter_rows()] == [[0, 1, 0]] * 3
    assert page["A1"].alignment.horizontal == "right", "and stands above its numbers"


def test_the_old_format_holds_texts_and_numbers(tmp_path: Path) -> None:
    write_xls(tmp_path / "a.xls", made("mesin"))
    page = xlrd.open_workbook(tmp_path / "a.xls", formatting_info=True).sheet_by_name("Uji")
    assert page.row_values(2) == ["0123456789010000", "=1+1", 8.45, "2026-11-02", -2.31, 0.0]
    assert list(page.row_types(2)) == [1, 1, 2, 1, 2, 2]
    assert page.row_values(8)[0] == "catatan"


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_xls])
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    write(tmp_path / "a", made())
    write(tmp_path / "b", made())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_workbook_carries_no_clock(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", made())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"2020-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_past_the_last_row_a_new_sheet_begins(tmp_path: Path) -> None:
    sheet_of_six = made()
    assert write_xlsx(tmp_path / "a.xlsx", sheet_of_six, most_rows=4) == 6
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    names = [[row[1] for row in page.iter_rows(values_only=True)] for page in book.worksheets]
    assert book.sheetnames == ["Uji", "Uji (2)"]
    assert names == [[None, "Nama", *EVIL[:3]], ["Nama", *EVIL[3:], None]]
    assert write_xls(tmp_path / "a.xls", made(), most_rows=4) == 6
    assert xlrd.open_workbook(tmp_path / "a.xls").sheet_names() == ["Uji", "Uji (2)"]


def test_an_old_workbook_of_many_megabytes_is_whole(tmp_path: Path) -> None:
    """Past 109 allocation sectors the container needs a chain of its own."""
    many = Sheet("Uji", (Column("a", "A"), Column("n", "N", "int")), iter((f"teks {n}", n) for n in range(140_000)))
    assert write_xls(tmp_path / "a.xls", many) == 140_000
    assert (tmp_path / "a.xls").stat().st_size > 7_000_000
    book = xlrd.open_workbook(tmp_path / "a.xls")
    assert [book.sheet_by_index(n).nrows for n in range(3)] == [65_536, 65_536, 140_003 - 2 * 65_536]
    assert book.sheet_by_index(2).row_values(book.sheet_by_index(2).nrows - 1) == ["teks 139999", 139_999.0]


def test_parquet_is_typed_with_units_in_its_names(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed: pip install pyarrow")
    assert write_parquet(tmp_path / "a.parquet", made()) == len(EVIL)
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.schema.names == ["nik", "name", "kg_kg", "on", "z", "n"]
    assert table.slice(0, 1).to_pylist() == [
        {"nik": "0123456789010000", "name": "=1+1", "kg_kg": 8.45, "on": date(2026, 11, 2), "z": -2.31, "n": 0}
    ]


def test_libreoffice_opens_them_and_reads_the_same(tmp_path: Path) -> None:
    office = needs("libreoffice")
    with empty_book(tmp_path / "book.db") as store:
        fill(store)
        for kind, ending in (
            ("eppgbm-identitas", "xls"),
            ("eppgbm-pengukuran", "xls"),
            ("skdn", "xlsx"),
            ("f1", "xlsx"),
        ):
            sheet(store, kind, tmp_path / f"{kind}.{ending}", MONTH)
        expected = [
            row for row in _rows(sheet(store, "eppgbm-identitas", tmp_path / "plain.csv", MONTH, style="mesin"), ",")
        ]
    made = [str(path) for path in sorted(tmp_path.glob("*.xls*"))]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    out = tmp_path / "read"
    filter_ = "csv:Text - txt - csv (StarCalc):44,34,76,1"
    command = [str(office), profile, "--headless", "--convert-to", filter_, "--outdir", str(out), *made]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert _rows(out / "eppgbm-identitas.csv", ",") == expected
    assert NIK_OF_AZZAM in expected[1], "all sixteen digits"
    assert "=Jl. Melati 3" in [cell.lstrip("'") for row in expected for cell in row]
    skdn = _rows(out / "skdn.csv", ",")
    assert skdn[2][:5] == ["Kode", "Posyandu", "S", "K", "D"]
    assert skdn[-1][1] == "Jumlah"
    assert len(_rows(out / "f1.csv", ",")) > 25


def _rows(path: Path, sign: str) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [[cell.lstrip("'") for cell in row] for row in csv.reader(file, delimiter=sign)]
