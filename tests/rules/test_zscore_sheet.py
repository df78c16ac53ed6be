"""The command `posyandu-bot zscore`: a sheet in, the same sheet with WHO's scores out."""

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from bot.sheets.command import main
from bot.sheets.table import SheetError, read_table
from bot.sheets.zscore import BadLine, zscore

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "who_sample.csv"
INPUTS = ("sex", "age_days", "age_months", "weight", "lenhei", "measure", "headc", "muac", "oedema")
SCORES = ("zlen", "zwei", "zwfl", "zbmi", "zhc", "zac")
FLAGS = ("flen", "fwei", "fwfl", "fbmi", "fhc", "fac")


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def sheet(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("vectorised", [True, False], ids=["numpy", "plain"])
def test_the_whole_sample_without_a_mismatch(tmp_path: Path, vectorised: bool) -> None:
    done = zscore(SAMPLE, tmp_path / "out.csv", vectorised=vectorised)
    found, expected = rows(tmp_path / "out.csv"), rows(SAMPLE)
    assert (done.scored, done.bad, len(found)) == (len(expected), (), len(expected))
    for mine, who in zip(found, expected, strict=True):
        assert {c: mine[c] for c in INPUTS} == {c: who[c] for c in INPUTS}
        for column in SCORES:
            assert mine[column] == (f"{float(who[column]):.2f}".replace("-0.00", "0.00") if who[column] else "")
            assert bool(mine[column]) != bool(mine[f"alasan_{column}"])
        for column in FLAGS:
            assert who[column] in ("", mine[column])
        assert mine["c9mo_flag"] == who["c9mo_flag"]
        for column in ("clenhei", "cbmi"):
            assert mine[column] == "" if not who[column] else float(mine[column]) == pytest.approx(float(who[column]))


def test_both_ways_write_the_same_bytes(tmp_path: Path) -> None:
    zscore(SAMPLE, tmp_path / "a.csv", vectorised=True)
    zscore(SAMPLE, tmp_path / "b.csv", vectorised=False)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_without_numpy_the_command_works(tmp_path: Path) -> None:
    """In a process that cannot import numpy."""
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "from bot.sheets.command import main\n"
        f"sys.exit(main([{str(SAMPLE)!r}, '--out', {str(tmp_path / 'out.csv')!r}]))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
    zscore(SAMPLE, tmp_path / "with.csv")
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "with.csv").read_bytes()


def test_as_a_spreadsheet(tmp_path: Path) -> None:
    zscore(SAMPLE, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", read_only=True)
    header, *cells = list(book.worksheets[0].iter_rows(values_only=True))
    at = {str(title): column for column, title in enumerate(header)}
    for mine, who in zip(cells, rows(SAMPLE), strict=True):
        for column in SCORES:
            value = mine[at[column]]
            assert value == (float(who[column]) if who[column] else None)


def test_categories_in_the_words_of_the_regulation(tmp_path: Path) -> None:
    given = sheet(
        tmp_path / "in.csv",
        "sex,age_days,weight,lenhei,measure,headc,muac,oedema",
        "2,500,6.5,72.0,L,45,11.2,y",
        "1,1461,11.0,92.0,H,,,n",
        "2,1096,18.5,95.0,H,,,n",
    )
    zscore(given, tmp_path / "out.csv")
    swollen, thin, heavy = rows(tmp_path / "out.csv")
    assert swollen["kategori_bbtb"] == "Gizi buruk"
    assert swollen["kategori_lila"] == "Gizi buruk"
    assert swollen["kategori_tbu"] == "Pendek"
    assert swollen["alasan_zwei"] == "ada edema"
    assert thin["kategori_bbu"] == "Berat badan sangat kurang"
    assert thin["kategori_bbtb"] == "Gizi kurang"
    assert thin["alasan_zhc"] == "tidak diukur"
    assert heavy["kategori_bbtb"] == "Obesitas"
    assert heavy["kategori_bbu"] == "Risiko berat badan lebih"
    assert swollen["metode"] == "who-lms-day/1"


def test_semicolons_decimal_commas_and_finer_decimals(tmp_path: Path) -> None:
    given = sheet(
        tmp_path / "in.csv",
        "SEX;Age_Months;Weight;LenHei;Measure;HeadC;MUAC;Oedema",
        "1;16;10;78,9;;46,4;14,2;n",
        "1;16;10,0004;78,905;;46,4;14,2;n",
    )
    zscore(given, tmp_path / "out.csv")
    first, second = rows(tmp_path / "out.csv", ";")
    assert [first[c] for c in SCORES] == ["-0.51", "-0.46", "-0.29", "-0.21", "-0.46", "-0.51"]
    assert second["clenhei"] == "78.905"


def test_bad_rows_are_reported_by_line_and_the_rest_is_done(tmp_path: Path) -> None:
    given = sheet(
        tmp_path / "in.csv",
        "sex,age_days,weight,lenhei,measure,oedema",
        "1,365,9.6,75.7,L,n",
        "x,365,9.6,75.7,L,n",
        "",
        '2,365,"9.6\nkg",75.7,L,n',
        "2,365,9.6,75.7,miring,n",
        "2,365,9.6,75.7,L,kadang",
        "2",
        "2,365,-,75.7,L,n",
    )
    done = zscore(given, tmp_path / "out.csv")
    assert done.scored == 3
    assert done.bad == (
        BadLine(3, 'jenis kelamin "x" tidak dikenal (pakai 1/2 atau L/P)'),
        BadLine(5, 'berat "9.6\nkg" bukan angka'),
        BadLine(7, 'cara ukur "miring" tidak dikenal (pakai L/H atau terlentang/berdiri)'),
        BadLine(8, 'edema "kadang" tidak dikenal (pakai y atau n)'),
    )
    written = rows(tmp_path / "out.csv")
    assert [bool(r["zlen"]) for r in written] == [True, False, False, False, False, False, True]
    assert written[1]["baris_salah"].startswith("jenis kelamin")
    assert written[5]["alasan_zlen"] == "tidak diukur"
    assert written[6]["alasan_zwei"] == "tidak diukur"


EXPORT_TITLES = (
    "No, NIK, Nama, JK, Tgl Lahir, BB Lahir, TB Lahir, Nama Ortu, Prov, Kab/Kota, Kec, Pukesmas, Desa/Kel, Posyandu, "
    "RT, RW, Alamat, Usia Saat Ukur, Tanggal Pengukuran, Berat, Tinggi, Cara Ukur, LiLA, BB/U, ZS BB/U, TB/U, ZS TB/U, "
    "BB/TB, ZS BB/TB, Naik Berat Badan, PMT Diterima (kg), Jml Vit A, KPSP, KIA, Detail"
)
EXPORT_HEADER = EXPORT_TITLES.split(", ")


def exported(**cells: str) -> list[str]:
    return [cells.get(title.replace(" ", "_"), "-") for title in EXPORT_HEADER]


EXPORTED = [
    exported(
        NIK="3201010000000000",
        Nama="Azzam",
        JK="L",
        Tgl_Lahir="2025-02-20",
        Tanggal_Pengukuran="2026-11-12",
        Berat="11,1",
        Tinggi="83,5",
        Cara_Ukur="Terlentang",
        LiLA="15,1",
    ),
    exported(
        NIK="3201010000010000",
        Nama="Aisyah",
        JK="P",
        Tgl_Lahir="11-06-2024",
        Tanggal_Pengukuran="12/11/2026",
        Berat="11400",
        Tinggi="87",
        Cara_Ukur="berdiri",
        LiLA="-",
    ),
    exported(
        NIK="3201010000020000",
        Nama="Sari",
        JK="P",
        Usia_Saat_Ukur="1 Tahun - 4 Bulan - 2 Hari",
        Berat="9,1",
        Tinggi="76",
        Cara_Ukur="-",
    ),
]
EXPECTED = [  # the same three children in WHO's columns
    "1,630,11.1,83.5,L,15.1",
    "2,884,11.4,87,H,",
    "2,489,9.1,76,,",
]


def html_export(path: Path) -> Path:
    table = "".join(
        "<tr>" + "".join(f"<td> {cell}&nbsp;</td>" for cell in row) + "</tr>" for row in [EXPORT_HEADER, *EXPORTED]
    )
    path.write_text(
        "<html><body><style>td {x:y}</style><table id='simple-table'>"
        "<tr><th colspan='35'>Data Tanggal : 2026-11-12</th></tr>" + table + "</table></body></html>",
        "utf-8",
    )
    return path


def xlsx_export(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_string(0, 0, "Data Tanggal : 2026-11-12")
    for number, row in enumerate([EXPORT_HEADER, *EXPORTED], 3):
        page.write_row(number, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("make", [html_export, xlsx_export])
def test_an_eppgbm_export_is_recognised(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    given = make(tmp_path / "export.xls")
    plain = sheet(tmp_path / "plain.csv", "sex,age_days,weight,lenhei,measure,muac", *EXPECTED)
    assert zscore(given, tmp_path / "export.csv").bad == ()
    zscore(plain, tmp_path / "plain-out.csv")
    found, expected = rows(tmp_path / "export.csv"), rows(tmp_path / "plain-out.csv")
    assert [r["NIK"] for r in found] == ["3201010000000000", "3201010000010000", "3201010000020000"]
    for mine, same in zip(found, expected, strict=True):
        assert [mine[c] for c in SCORES] == [same[c] for c in SCORES]
        assert mine["zwei"]


def test_an_old_binary_xls_is_read(tmp_path: Path) -> None:
    assert zscore(DATA / "eppgbm.xls", tmp_path / "out.csv").scored == 2
    azzam, aisyah = rows(tmp_path / "out.csv")
    assert (azzam["Nama"], azzam["Tgl Lahir"], azzam["clenhei"]) == ("Azzam", "2025-02-20", "83.5")
    html = rows_of_export(tmp_path)
    assert [azzam[c] for c in SCORES] == [html[0][c] for c in SCORES]
    assert aisyah["zwei"] == html[1]["zwei"]


def rows_of_export(tmp_path: Path) -> list[dict[str, str]]:
    zscore(html_export(tmp_path / "e.xls"), tmp_path / "e.csv")
    return rows(tmp_path / "e.csv")


def test_a_nik_stays_text_in_a_spreadsheet(tmp_path: Path) -> None:
    zscore(html_export(tmp_path / "export.xls"), tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.worksheets[0].cell(2, 2).value == "3201010000000000"


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    zscore(SAMPLE, tmp_path / "out.csv", lambda done, total: told.append((done, total)))
    assert told[-1] == (371, 371)


def test_what_cannot_be_done_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no sheet")
    other = sheet(tmp_path / "other.csv", "name,colour", "a,b")
    for given, out, words in [
        (tmp_path / "none.csv", "o.csv", "tidak ada"),
        (broken, "o.csv", "rusak"),
        (other, "o.csv", "Judul kolom tidak ditemukan"),
        (SAMPLE, "o.pdf", "berakhiran .csv atau .xlsx"),
        (other, "other.csv", "tidak boleh sama"),
        (SAMPLE, "no/such/folder/o.csv", "tidak dapat ditulis"),
    ]:
        assert main([str(given), "--out", str(tmp_path / out)]) == 1
        assert words in capsys.readouterr().err
    assert not list(tmp_path.glob("*.part"))
    assert other.read_text("utf-8").startswith("name"), "the sheet that was given is untouched"
    with pytest.raises(SheetError):
        zscore(other, tmp_path / "o.csv")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = sheet(tmp_path / "in.csv", "sex,age_days,weight", "1,365,9.6", "?,365,9.6")
    assert main([str(given), "--out", str(tmp_path / "out.csv")]) == 0
    said = capsys.readouterr().err
    assert "2 dari 2 baris" in said
    assert 'Baris 3: jenis kelamin "?" tidak dikenal' in said
    assert "1 baris dinilai, 1 baris tidak dapat dibaca" in said
    assert main([str(given)]) == 2
    assert "Perintah belum lengkap" in capsys.readouterr().err
    assert main(["--help"]) == 0
    assert "z-score WHO" in capsys.readouterr().out


@pytest.mark.parametrize("span", ["150", "99", "²", "0", "-3", "x", ""])
def test_a_heading_over_any_number_of_columns_is_read(tmp_path: Path, span: str) -> None:
    path = tmp_path / "balita.xls"
    path.write_text(
        f"<table><tr><th colspan='{span}'>Data</th></tr><tr><td>Nama</td><td>Berat</td></tr></table>", encoding="utf-8"
    )
    assert [row.cells[:2] for row in read_table(path).rows][-1] == ("Nama", "Berat")
