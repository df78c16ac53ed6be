"""DHIS2's data value sets: the letters of the SKDN sheet under the receiver's names; nothing small for outsiders."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import exports
from storage.exports import MissingCodes, NoSuchFormat, Request
from storage.store import Store
from tests.exports.filled import ANYELIR, CIRIUNG, MELATI, MONTH, fill
from tests.imports.putting_in import empty_book

EXAMPLE = Path(__file__).parent.parent.parent / "deploy" / "dhis2.example.toml"
LETTERS = ("s", "k", "d", "n", "t", "o", "b", "bgm", "two_t")
CODES: dict[str, Any] = {
    "receiver": "kesehatan",
    "dataElements": {x: {"dataElement": f"E_{x}"} for x in LETTERS},
    "orgUnits": {ANYELIR: "U_anyelir", MELATI: "U_melati", CIRIUNG: "U_ciriung"},
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Nothing here changes it."""
    with empty_book(tmp_path_factory.mktemp("dhis2") / "book.db") as store:
        fill(store)
        yield store


def values(store: Store, path: Path, **more: Any) -> tuple[dict[tuple[str, str], str], Counter[str]]:
    """{(org unit, data element): value} as the file says, and what was left."""
    left: Counter[str] = Counter()
    exports.make(store, Request("dhis2", MONTH, codes={**CODES, **more}), path, left=left)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return {(r["orgunit"], r["dataelement"]): r["value"] for r in rows}, left
    read = json.loads(path.read_text("utf-8"))["dataValues"]
    assert {v["period"] for v in read} == {"202610"}
    return {(v["orgUnit"], v["dataElement"]): v["value"] for v in read}, left


def test_they_are_the_numbers_of_the_skdn_sheet(filled: Store, tmp_path: Path) -> None:
    exports.make(filled, Request("skdn", MONTH), tmp_path / "skdn.csv")
    with (tmp_path / "skdn.csv").open(encoding="utf-8-sig", newline="") as file:
        header, anyelir, melati, _ = list(csv.reader(file, delimiter=";"))[2:]
    named = {"S": "E_s", "K": "E_k", "D": "E_d", "N": "E_n", "T": "E_t", "O": "E_o", "B": "E_b"}
    expected = {
        (unit, named[title]): cell
        for unit, row in (("U_anyelir", anyelir), ("U_melati", melati))
        for title, cell in zip(header, row, strict=True)
        if title in named
    }
    for ending in ("json", "csv"):
        found, left = values(filled, tmp_path / f"a.{ending}")
        assert {key: value for key, value in found.items() if key in expected} == expected
        assert not left
    assert found["U_anyelir", "E_s"] == "30", "and not nothing at all"


def test_the_header_is_dhis2s_own_and_the_bytes_are_the_same(filled: Store, tmp_path: Path) -> None:
    combo = {"attributeOptionCombo": "A1", "dataSet": "SKDN"}
    for name in ("a.csv", "b.csv", "a.json", "b.json"):
        values(filled, tmp_path / name, **combo)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    header, first = (tmp_path / "a.csv").read_text("utf-8").splitlines()[:2]
    assert header == "dataelement,period,orgunit,catoptcombo,attroptcombo,value,strby,lstupd,cmt"
    assert first == "E_s,202610,U_anyelir,,A1,30,,,"
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["dataSet"] == "SKDN"


def test_outside_of_health_small_numbers_are_left_out(filled: Store, tmp_path: Path) -> None:
    inside, _ = values(filled, tmp_path / "a.json")
    outside, left = values(filled, tmp_path / "b.json", receiver="luar")
    small = {key for key, value in inside.items() if 0 < int(value) < 5}
    assert small, "or this shows nothing"
    assert small.isdisjoint(outside)
    assert outside.items() < inside.items()
    assert left["hidden"] == len(inside) - len(outside)
    # Melati has three children: with the sum and Anyelir's thirty anybody could subtract.
    assert ("U_anyelir", "E_s") not in outside


def test_the_posyandu_of_a_puskesmas_are_added_up(filled: Store, tmp_path: Path) -> None:
    each, _ = values(filled, tmp_path / "a.json")
    together, _ = values(filled, tmp_path / "b.json", by="puskesmas")
    assert together == {
        ("U_ciriung", f"E_{x}"): str(sum(int(each[unit, f"E_{x}"]) for unit in ("U_anyelir", "U_melati")))
        for x in LETTERS
    }


def test_a_file_that_is_not_filled_is_refused_with_everything_it_lacks(filled: Store, tmp_path: Path) -> None:
    unfilled = tomllib.loads(EXAMPLE.read_text("utf-8"))
    with pytest.raises(MissingCodes) as missing:
        exports.make(filled, Request("dhis2", MONTH, codes=unfilled), tmp_path / "a.json")
    assert {"receiver", "dataElements.two_t.dataElement", f'orgUnits."{ANYELIR}"'} <= set(missing.value.missing)
    for wrong, said in (
        ({"receiver": "siapa saja"}, "receiver"),
        ({"by": "desa"}, "by"),
        ({"dataElements": {}}, "dataElements"),
        ({"dataElements": {"x": {"dataElement": "E"}}}, "dataElements.x"),
        ({"orgUnits": {ANYELIR: "U"}}, f'orgUnits."{MELATI}"'),
    ):
        with pytest.raises(MissingCodes) as missing:
            values(filled, tmp_path / "a.json", **wrong)
        assert said in missing.value.missing
    with pytest.raises(NoSuchFormat):
        values(filled, tmp_path / "a.xlsx")
    assert not list(tmp_path.glob("*a.json*"))
