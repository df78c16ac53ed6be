"""Sheets as they really are: every fault is read, or comes back with its reason; two children are never made one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select

from storage import imports, sheet_jobs
from storage.imports import Line, Result
from storage.nik import NikKey
from storage.sql import Sql
from storage.store import Store
from storage.tables import child, guardian, measurement, membership, visit
from tests.exports.filled import ANYELIR, KEY, NOW, fill
from tests.imports.putting_in import empty_book, look, put_in, task_of

# The columns of a kader's own sheet (what posyandu spreadsheets look like).
HEADER = (
    "NO", "NIK", "NAMA ANAK", "ANAK KE", "BB LHR", "PB LHR", "BUKUKIA", "IMD", "TGL LAHIR", "JK", "NAMA ORTU",
    "NIK ORTU", "RT", "RW", "TANGGAL UKUR", "BB", "TB", "NTOB", "LILA", "LIKA",
)  # fmt: skip
SIGN = ","
BY_NAME = Sql(select(child).where(child.c.name == bindparam("name")))
COUNT = Sql(select(func.count()).select_from(child))
MEASURES = Sql(
    select(visit.c.on, measurement.c.field, measurement.c.value)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .join(child, child.c.id == visit.c.child_id)
    .where(child.c.name == bindparam("name"))
    .order_by(measurement.c.field)
)


def row(**cells: str) -> list[str]:
    """A row of the kader's sheet: Sari, born 12 March 2024, weighed on 5 November 2026."""
    usual = {
        "NAMA ANAK": "Sari Dewi", "TGL LAHIR": "2024-03-12", "JK": "P", "NAMA ORTU": "Budi - Wati", "RT": "01",
        "TANGGAL UKUR": "2026-11-05", "BB": "12,1", "TB": "88,5", "NTOB": " N",
    }  # fmt: skip
    values = usual | {k.replace("_", " "): v for k, v in cells.items()}
    return [values.get(title, "") for title in HEADER]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One filled book that tests only look at."""
    with empty_book(tmp_path_factory.mktemp("book") / "book.db") as store:
        fill(store)
        yield store


def seen(store: Store, *rows: list[str]) -> Result:
    return look(store, [HEADER, *rows], ANYELIR)


@pytest.mark.parametrize(
    "birth", ["2024-03-12", "12/03/2024", "12-3-24", "45363", "12 Maret 2024", "2024-03-12 00:00:00"]
)
def test_a_birth_date_in_any_dress(book: Store, birth: str) -> None:
    result = seen(book, row(TGL_LAHIR=birth), row())
    assert result.bad == []
    assert result.counts["new"] == 1, "both rows are the same child"


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"TGL_LAHIR": "31/02/2024"}, "date"),
        ({"TGL_LAHIR": "2027-01-01"}, "future"),
        ({"JK": "X"}, "sex"),
        ({"BB": "dua belas"}, "number"),
        ({"BB": "121"}, "impossible"),
        ({"BB": "88,5", "TB": "12,1"}, "impossible"),
        ({"BB": "4,1"}, "doubt"),
        ({"BB": "Meninggal"}, "died"),
        ({"TANGGAL_UKUR": ""}, "no_day"),
        ({"TANGGAL_UKUR": "2023-01-01"}, "before_birth"),
        ({"NAMA_ANAK": "", "BB": "12"}, "who"),
    ],
)
def test_what_a_person_must_look_at(book: Store, cells: dict[str, str], key: str) -> None:
    result = seen(book, row(**cells))
    assert [bad[1] for bad in result.bad] == [key]
    assert result.good == 0


@pytest.mark.parametrize(
    ("nik", "key"), [("3.20101E+15", "nik_float"), ("320101520324", "nik_short"), ("abc", "nik_wrong")]
)
def test_a_spoilt_nik_is_left_out_and_said(book: Store, nik: str, key: str) -> None:
    result = seen(book, row(NIK=nik))
    assert result.counts["new"] == 1
    assert [remark[1] for remark in result.remarks] == [key]


def test_grams_and_kilograms_parents_and_words_in_number_cells(tmp_path: Path) -> None:
    with empty_book(tmp_path / "book.db") as store:
        fill(store)
        result = put_in(
            store,
            [
                HEADER,
                row(BB_LHR="2986", NIK="3201015203240000"),
                row(NAMA_ANAK="Rudi", JK="Laki-laki", BB="PINDAH RUMAH", TB=""),
            ],
            ANYELIR,
        )
        assert result.bad == []
        sari = store.read(lambda tx: tx.one(BY_NAME, name="Sari Dewi"))
        assert (sari.birth_weight_g, sari.father_name, sari.mother_name) == (2986, "Budi", "Wati")
        assert (sari.nik_last4, KEY.open(sari.nik_cipher, sari.nik_key)) == ("0000", "3201015203240000")
        assert b"3201015203240000" not in bytes(sari.nik_cipher)
        measures = store.read(lambda tx: tx.all(MEASURES, name="Sari Dewi"))
        assert [tuple(m) for m in measures] == [("2026-11-05", "length", 885), ("2026-11-05", "weight", 12_100)]
        assert result.counts["statuses"] == 1


def test_two_children_are_never_made_one(book: Store) -> None:
    before = book.read(lambda tx: tx.value(COUNT))
    azzam = {
        "NAMA_ANAK": "Muhammad Azzam Ramadhan",
        "TGL_LAHIR": "2025-02-20",
        "JK": "L",
        "NAMA_ORTU": "",
        "BB": "",
        "TB": "",
    }
    assert seen(book, row(**azzam)).counts["known"] == 1
    for other, key in (
        ({"NAMA_ANAK": "Azzam"}, "like"),  # part of the name, same birth
        ({"TGL_LAHIR": "2025-02-02"}, "like"),  # a slip in the birth date
        ({"JK": "P"}, "like"),
        ({"NAMA_ORTU": "Asep - Neneng"}, "mother_differs"),
        ({"NIK": "3201015203240000"}, "nik_differs"),
    ):
        assert [bad[1] for bad in seen(book, row(**(azzam | other))).bad] == [key], other
    twin = {"NAMA_ANAK": "Hafiz", "BB": "", "TB": ""}
    assert seen(book, row(**(azzam | twin))).counts["new"] == 1, "born the same day with another name: another child"
    assert book.read(lambda tx: tx.value(COUNT)) == before


def test_a_value_on_file_is_not_replaced(book: Store) -> None:
    known = {"NAMA_ANAK": "Muhammad Azzam Ramadhan", "TGL_LAHIR": "2025-02-20", "JK": "L", "NAMA_ORTU": "", "TB": ""}
    result = seen(book, row(**known, TANGGAL_UKUR="2026-11-12", BB="11,0"))
    assert [(key, values["filed"], values["value"]) for _, key, values in result.bad] == [("differs", 11_150, 11_000)]
    assert seen(book, row(**known, TANGGAL_UKUR="2026-11-12", BB="11,15")).counts["same"] == 1


def test_a_kader_does_not_add_to_a_reported_month(book: Store) -> None:
    task = replace(
        task_of([HEADER, row(), row(NAMA_ANAK="Nina", TANGGAL_UKUR="2026-09-02")], ANYELIR), closed_too=False
    )
    result = imports.preview(book, task)
    assert ([bad[1] for bad in result.bad], result.counts["new"]) == (["closed"], 1)


def test_files_of_every_kind_are_read(book: Store, tmp_path: Path) -> None:
    line = ";".join(row(NAMA_ANAK="Ánggun Dewi"))
    semicolons = tmp_path / "excel.csv"
    semicolons.write_bytes((";".join(HEADER) + "\r\n" + line + "\r\n").encode("cp1252"))
    with_bom = tmp_path / "bom.csv"
    with_bom.write_bytes(b"\xef\xbb\xbf" + (";".join(HEADER) + "\r\n" + line + "\r\n").encode())
    html = tmp_path / "eppgbm.xls"
    cells = "".join(f"<td>{c}</td>" for c in row(NAMA_ANAK="Ánggun Dewi"))
    title = "".join(f"<th>{c}</th>" for c in HEADER)
    html.write_text(
        f"<table id='simple-table'><tr><td>Data Tanggal : 2026-11-05</td></tr><tr>{title}</tr><tr>{cells}</tr></table>",
        "utf-8",
    )
    for path in (semicolons, with_bom, html):
        result = look(book, path, ANYELIR)
        assert (result.counts["new"], result.counts["measured"], result.bad) == (1, 1, []), path.name


def test_an_eppgbm_export_is_known_by_its_header(book: Store) -> None:
    header = (
        "No,NIK,Nama,JK,Tgl Lahir,BB Lahir,TB Lahir,Nama Ortu,Prov,Kab/Kota,Kec,Pukesmas,Desa/Kel,Posyandu,RT,RW,"
        "Alamat,Usia Saat Ukur,Tanggal Pengukuran,Berat,Tinggi,Cara Ukur,LiLA,BB/U,ZS BB/U,TB/U,ZS TB/U,BB/TB,ZS BB/TB,"
        "Naik Berat Badan,PMT Diterima (kg),Jml Vit A,KPSP,KIA,Detail"
    ).split(SIGN)
    line = (
        "1,************0000,Sari Dewi,P,2024-03-12,3.1,49,Wati,Jawa Barat,Bogor,Cibinong,Ciriung,Ciriung,ANYELIR,01,14,"
        "-,"
        "2 Tahun,2026-11-05,12100,88.5,Berdiri,14.5,Berat Badan Normal,-0.2,Normal,-0.5,Gizi Baik,0.1,N,-,1,-,Ya,-"
    ).split(SIGN)
    result = look(book, [("Data Tanggal : 2026-11-05",), header, line], ANYELIR)
    assert (result.counts["new"], result.counts["measured"], result.bad, result.remarks) == (1, 1, [], [])


def test_unknown_columns_are_asked_for(book: Store) -> None:
    rows = [("Siapa", "Jenis", "Kapan", "RT"), ("Sari Dewi", "P", "12/03/2024", "01")]
    assert imports.recognise(task_of([HEADER, row()]).lines) is not None
    file = imports.recognise([imports.Line(n, tuple(r)) for n, r in enumerate(rows, 1)])
    assert file is None or set(file.ask) == {"name", "sex", "birth"}
    task = task_of(rows, ANYELIR, {"name": 0, "sex": 1, "birth": 2})
    assert imports.preview(book, task).counts["new"] == 1


def test_lists_of_guardians_and_kader(tmp_path: Path) -> None:
    with empty_book(tmp_path / "book.db") as store:
        fill(store)
        guardians = [
            ("Kode Anak", "Nama Anak", "Nama Wali", "Hubungan", "No HP"),
            ("AN-02", "Aisyah Humaira", "Neneng", "ibu", "812-0000-0001"),
        ]
        kader = [
            ("Nama Kader", "Peran", "Posyandu", "No HP"),
            ("Tuti", "ketua", "Posyandu Melati RW 03", "081200000002"),
        ]
        assert put_in(store, guardians, ANYELIR).counts["guardians"] == 1
        assert put_in(store, kader).counts["staff"] == 1
        again = (put_in(store, guardians, ANYELIR).counts, put_in(store, kader).counts)
        assert again == ({"same": 1}, {"same": 1})
        states = store.read(lambda tx: tx.all(Sql(select(guardian.c.state).where(guardian.c.state == "waiting"))))
        assert len(states) == 1, "nobody becomes a guardian by a list"
        assert (
            store.read(
                lambda tx: tx.value(
                    Sql(select(func.count()).select_from(membership).where(membership.c.role == "ketua"))
                )
            )
            == 1
        )


def test_a_faulty_list_of_kader_and_the_corrected_one(tmp_path: Path) -> None:
    """What a person must look at is named; the corrected list doubles nobody and brings the missing number."""
    head, melati = ("Nama Kader", "Peran", "Posyandu", "No HP"), "Posyandu Melati RW 03"
    faulty = [
        head,
        ("TUTI HARYATI  ", "KETUA", melati.upper(), "81200000002.0"),
        ("Rina", "kader", melati, "0812"),
        ("Yuli", "kader", melati, "081200000003"),
        ("YULI", "kader", melati, "081200000004"),
        ("", "", "", ""),
        ("Wati", "kader", "Posyandu Lama", ""),
    ]
    right = [
        head,
        ("Tuti Haryati", "ketua", melati, "081200000002"),
        ("Rina", "kader", melati, "081200000005"),
        ("Yuli", "kader", melati, "081200000003"),
        ("Wati", "kader", melati, ""),
    ]
    with empty_book(tmp_path / "book.db") as store:
        fill(store)
        seen = look(store, faulty)
        assert [key for _, key, _ in seen.bad] == ["twice", "posyandu"]
        assert [key for _, key, _ in seen.remarks] == ["phone"]
        assert put_in(store, faulty).counts == seen.counts == {"staff": 3}
        assert put_in(store, right).counts == {"same": 2, "phones": 1, "staff": 1}
        assert put_in(store, right).counts == {"same": 4}


def test_a_long_file_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    rows = [
        row(NAMA_ANAK=f"Anak{'abcdefghij'[n // 100]}{'abcdefghij'[n // 10 % 10]}{'abcdefghij'[n % 10]}", BB="", TB="")
        for n in range(250)
    ]

    class Cut(Exception):
        pass

    def cut(done: int, total: int) -> None:
        if done == 100:
            raise Cut

    with empty_book(tmp_path / "book.db") as store:
        fill(store)
        task = task_of([HEADER, *rows], ANYELIR)
        job = store.write(lambda tx: sheet_jobs.put(tx, "import", {}, NOW, state="asking"))
        with pytest.raises(Cut):
            imports.store_rows(store, task, job, cut)
        assert store.read(lambda tx: tx.value(COUNT)) == 133
        told: list[int] = []
        result = imports.store_rows(store, task, job, lambda done, total: told.append(done))
        assert told == [200, 250]
        assert result.counts["new"] == 250
        assert store.read(lambda tx: tx.value(COUNT)) == 283


def test_a_child_is_found_by_her_nik_while_the_keys_are_changed(tmp_path: Path) -> None:
    """Her row is still under the old key, the sheet is read with the new one: she is no new child."""
    nik = "3201015203240000"
    both = NikKey("a new key of tests,a field key of tests")
    with empty_book(tmp_path / "book.db") as store:
        fill(store)
        put_in(store, [HEADER, row(NIK=nik)], ANYELIR)
        before = store.read(lambda tx: tx.value(COUNT))
        renamed = [HEADER, row(NIK=nik, NAMA_ANAK="Sari D. Lestari", TANGGAL_UKUR="2026-11-06")]
        job = store.write(lambda tx: sheet_jobs.put(tx, "import", {}, NOW, state="asking"))
        imports.store_rows(store, replace(task_of(renamed, ANYELIR), key=both), job)
        assert store.read(lambda tx: tx.value(COUNT)) == before


@pytest.mark.parametrize(
    ("titles", "kind"),
    [
        (("No", "Nama", "Jabatan", "Posyandu", "HP"), "staff"),
        (("No", "Nama Lengkap", "NIK", "Tgl Lahir", "Alamat", "Jabatan"), "staff"),
        (("Nama", "Posyandu", "No HP"), "staff"),
        (("Nama", "JK", "Tgl Lahir", "Posyandu", "No HP"), "children"),
        (("Nama", "Nama Ibu", "Posyandu", "No HP"), "children"),
        (("Nama Balita", "Posyandu", "No HP"), "children"),
    ],
)
def test_a_bare_nama_is_a_kader_where_only_kader_have_such_columns(titles: tuple[str, ...], kind: str) -> None:
    file = imports.recognise([Line(1, titles)])
    assert file is not None
    assert file.kind == kind
    assert ("person" in file.at) == (kind == "staff")
