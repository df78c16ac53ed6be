"""FHIR bundles: whole and true by the profile, only of families that agreed, the same bytes, and readable back."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, select, update

from bot.cli import main
from posyandu.commands import Value
from storage import book, consents, exports
from storage.exports import MissingCodes, Request
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import child, consent, measurement, visit
from tests.exports.fhir_rules import faults
from tests.exports.filled import BY_CODE, KEY, MONTH, NIK_OF_AZZAM, NOW, TODAY, fill
from tests.house import loaded_book
from tests.imports.putting_in import empty_book
from tests.slow.big_book import CHILDREN_OF_ONE, MONTHS, open_big

ORGANIZATION = "1000000000"
CODES: dict[str, Any] = {"puskesmas": {"P3201010101": {"organization": ORGANIZATION}}}
AGREE = ("AN-01", "AN-03", "AN-06")
ON_FILE = Sql(
    select(child.c.code, visit.c.on, measurement.c.field, measurement.c.value)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .join(child, child.c.id == visit.c.child_id)
    .where(visit.c.month == bindparam("month"), measurement.c.current.is_not(None))
)
# How many of what the book keeps are one of the unit.
READ = {"29463-7": ("weight", 1000), "8306-3": ("length", 10), "8308-9": ("length", 10), "8302-2": ("length", 10),
        "9843-4": ("head", 10), "284473002": ("muac", 10)}  # fmt: skip
NOBODY = Sql(delete(consent).where(consent.c.purpose == "sharing"))  # four families of the demo have said yes
OLDER = Sql(update(consent).where(consent.c.purpose == "sharing").values(text_version="1"))


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in which three families agreed to sharing."""
    path = tmp_path_factory.mktemp("fhir") / "book.db"
    with empty_book(path) as store:
        fill(store)
        store.write(lambda tx: tx.run(NOBODY))
        for code in AGREE:
            store.write(lambda tx, code=code: _agree(tx, code))  # type: ignore[misc]
    return path


@pytest.fixture
def filled(agreed: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(agreed, tmp_path / "book.db")
    store = open_store(f"sqlite:///{tmp_path}/book.db")
    yield store
    store.close()


def _id(tx: Tx, code: str) -> int:
    who = tx.one(BY_CODE, code=code)
    assert who is not None
    return int(who.id)


def _agree(tx: Tx, code: str, state: str = "lisan") -> None:
    consents.give(tx, _id(tx, code), "sharing", state, NOW)


def bundles(
    store: Store, path: Path, month: str = MONTH, codes: dict[str, Any] = CODES, **more: Any
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """What is in the file, read back, and what was left."""
    left: Counter[str] = Counter()
    done = exports.make(store, Request("fhir", month, codes=codes, nik_key=KEY, **more), path, left=left)
    read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(read) == done
    return read, left


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def code_of(observation: dict[str, Any]) -> str:
    return str(observation["code"]["coding"][0]["code"])


def child_of(bundle: dict[str, Any]) -> str:
    return str(of_kind(bundle, "Patient")[0]["identifier"][-1]["value"])


@pytest.mark.parametrize("month", [MONTH, "2026-11"])
@pytest.mark.parametrize("requests", ["", "post"])
def test_every_bundle_is_whole_by_the_profile(filled: Store, tmp_path: Path, month: str, requests: str) -> None:
    read, _ = bundles(filled, tmp_path / "a.ndjson", month, {**CODES, "requests": requests})
    assert read
    assert [fault for bundle in read for fault in faults(bundle)] == []


def test_only_families_that_agreed_are_in_it_and_the_rest_is_counted(filled: Store, tmp_path: Path) -> None:
    read, left = bundles(filled, tmp_path / "a.ndjson")
    assert sorted(child_of(b) for b in read) == list(AGREE)
    assert left == {"no_consent": 23, "no_nik": 2}
    filled.write(lambda tx: _agree(tx, "AN-03", "menolak"))
    read, left = bundles(filled, tmp_path / "b.ndjson")
    assert "AN-03" not in [child_of(b) for b in read]
    filled.write(lambda tx: tx.run(OLDER))
    assert bundles(filled, tmp_path / "c.ndjson")[0] == [], "those words did not name SATUSEHAT"
    exports.make(filled, Request("fhir", MONTH, codes=CODES), tmp_path / "none.json")
    assert json.loads((tmp_path / "none.json").read_text("utf-8")) == {"resourceType": "Bundle", "type": "collection"}
    text = (tmp_path / "a.ndjson").read_text("utf-8")
    assert text.count(NIK_OF_AZZAM) == 2, "in his own bundle: as identifier, and what he is looked for by"


def test_what_was_measured_comes_back_out_of_the_file(store: Store, tmp_path: Path) -> None:
    """On either database."""
    fill(store)
    store.write(lambda tx: [tx.run(NOBODY), *(_agree(tx, code) for code in AGREE)])
    for month in (MONTH, "2026-11"):
        there = {
            (r.code, r.on, r.field): r.value
            for r in store.read(lambda tx, month=month: tx.all(ON_FILE, month=month))  # type: ignore[misc]
            if r.code in AGREE and r.field in ("weight", "length", "head", "muac")
        }
        found = {}
        for bundle in bundles(store, tmp_path / "a.ndjson", month)[0]:
            for o in of_kind(bundle, "Observation"):
                if code_of(o) in READ:
                    field, per = READ[code_of(o)]
                    key = (child_of(bundle), o["effectiveDateTime"][:10], field)
                    found[key] = round(o["valueQuantity"]["value"] * per)
        assert found == there


def test_the_codes_the_scores_and_the_words_of_one_visit(filled: Store, tmp_path: Path) -> None:
    read, _ = bundles(filled, tmp_path / "a.ndjson", "2026-11")
    azzam, at_home = {child_of(b): b for b in read}["AN-01"], {child_of(b): b for b in read}["AN-03"]
    (who,) = of_kind(azzam, "Patient")
    nik = {"use": "official", "system": "https://fhir.kemkes.go.id/id/nik", "value": NIK_OF_AZZAM}
    assert who["identifier"][0] == nik
    assert (who["gender"], who["birthDate"], who["multipleBirthInteger"]) == ("male", "2025-02-20", 0)
    places = {x["url"]: x["valueCode"] for x in who["address"][0]["extension"][0]["extension"]}
    assert places == {
        "province": "32", "city": "3201", "district": "320101", "village": "3201011010", "rt": "01", "rw": "14",
    }  # fmt: skip
    seen = {code_of(o): o for o in of_kind(azzam, "Observation")}
    assert seen["29463-7"]["valueQuantity"]["value"] == 11.15
    assert seen["8306-3"]["valueQuantity"] == {
        "value": 83.5, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm",
    }  # fmt: skip
    assert seen["284473002"]["valueQuantity"]["value"] == 14.5
    assert seen["OC000012"]["valueBoolean"] is True
    score = seen["1153593003"]
    assert score["interpretation"][0]["coding"] == [{"system": "http://snomed.info/sct", "code": "43664005"}]
    assert "menunggu konfirmasi" in score["note"][0]["text"]
    assert {"1153590000", "1153598007", "1153596006"} <= seen.keys(), "lying: by length, not by height"
    findings = {code_of(o): o for o in of_kind(at_home, "Observation")}
    assert findings["284521000"]["valueBoolean"] is False
    (met,) = of_kind(azzam, "Encounter")
    assert met["class"]["code"] == "HH", "Azzam was weighed at home that day"
    assert met["period"]["start"] == "2026-11-12T03:00:00+00:00", "10:00 in Jakarta"
    assert met["serviceProvider"]["reference"] == f"Organization/{ORGANIZATION}"


def test_a_day_written_down_later_keeps_its_own_date(filled: Store, tmp_path: Path) -> None:
    """A book of October copied in November: measured on the day, at the hour the posyandu opened."""

    def late(tx: Tx) -> None:
        book.record(
            tx, child_id=_id(tx, "AN-06"), posyandu_id=1, on=TODAY.replace(day=3), values=[Value("weight", 9_000)],
            status=None, place="posyandu", replaces=False, by_person=None, incoming_id=None, now=NOW,
        )  # fmt: skip

    filled.write(late)
    read, _ = bundles(filled, tmp_path / "a.ndjson", "2026-11")
    (copied,) = (b for b in read if child_of(b) == "AN-06")
    (weight,) = (o for o in of_kind(copied, "Observation") if code_of(o) == "29463-7")
    assert (weight["effectiveDateTime"], weight["issued"]) == ("2026-11-03T01:00:00+00:00", "2026-11-12T03:00:00+00:00")


def test_the_same_book_gives_the_same_bytes_and_a_correction_the_same_names(filled: Store, tmp_path: Path) -> None:
    first, _ = bundles(filled, tmp_path / "a.ndjson", "2026-11")
    bundles(filled, tmp_path / "b.ndjson", "2026-11")
    assert (tmp_path / "a.ndjson").read_bytes() == (tmp_path / "b.ndjson").read_bytes()
    exports.make(filled, Request("fhir", "2026-11", codes=CODES, nik_key=KEY), tmp_path / "a.json")
    whole = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert (whole["type"], [e["resource"] for e in whole["entry"]]) == ("collection", first)

    def corrected(tx: Tx) -> None:
        book.record(
            tx, child_id=_id(tx, "AN-01"), posyandu_id=1, on=TODAY, values=[Value("weight", 11_250)], status=None,
            place="rumah", replaces=True, by_person=None, incoming_id=None, now=NOW + 60_000,
        )  # fmt: skip

    filled.write(corrected)
    again, _ = bundles(filled, tmp_path / "c.ndjson", "2026-11")
    names = [[(e["fullUrl"], e["request"]) for e in b["entry"]] for b in first]
    assert [[(e["fullUrl"], e["request"]) for e in b["entry"]] for b in again] == names, "sent again, it replaces"
    weights = [o["valueQuantity"]["value"] for b in again for o in of_kind(b, "Observation") if code_of(o) == "29463-7"]
    assert 11.25 in weights


def test_places_that_are_registered_are_only_pointed_to(filled: Store, tmp_path: Path) -> None:
    center = CODES["puskesmas"]["P3201010101"] | {"practitioner": "N10000001"}
    codes = {
        "puskesmas": {"P3201010101": center},
        "posyandu": {"32.01.01.1010.001": {"organization": "org-1", "location": "loc-1"}},
    }
    read, _ = bundles(filled, tmp_path / "a.ndjson", MONTH, codes)
    assert [fault for bundle in read for fault in faults(bundle)] == []
    assert not of_kind(read[0], "Organization") + of_kind(read[0], "Location")
    (met,) = of_kind(read[0], "Encounter")
    assert met["location"][0]["location"]["reference"] == "Location/loc-1"
    assert met["participant"][0]["individual"]["reference"] == "Practitioner/N10000001"
    assert {o["performer"][0]["reference"] for o in of_kind(read[0], "Observation")} == {"Organization/org-1"}


def test_twins_are_told_apart_only_where_their_order_is_known(filled: Store, tmp_path: Path) -> None:
    twin = update(child).values(mother_name="Nia", birth="2026-01-05", birth_order=bindparam("order"))
    together = Sql(twin.where(child.c.code == bindparam("which")))

    def twins(tx: Tx, *orders: int) -> None:
        for code, order in zip(("AN-03", "AN-06"), orders, strict=True):
            tx.run(together, which=code, order=order)

    filled.write(lambda tx: twins(tx, 2, 2))
    orders = [of_kind(b, "Patient")[0].get("multipleBirthInteger") for b in bundles(filled, tmp_path / "a.ndjson")[0]]
    assert sorted(orders, key=str) == [0, None, None]
    filled.write(lambda tx: twins(tx, 2, 3))
    read = {child_of(b): of_kind(b, "Patient")[0] for b in bundles(filled, tmp_path / "b.ndjson")[0]}
    assert [read[code]["multipleBirthInteger"] for code in AGREE] == [0, 1, 2]


def test_nothing_is_written_while_a_code_is_missing(filled: Store, tmp_path: Path) -> None:
    for wrong in ({}, {"puskesmas": {"P3201010101": {"organization": "ISI-KODE"}}}):
        with pytest.raises(MissingCodes) as missing:
            bundles(filled, tmp_path / "x.ndjson", codes=wrong)
        assert missing.value.missing == ("puskesmas.P3201010101.organization",)
    assert not list(tmp_path.glob("*x.ndjson*"))


def test_more_posyandu_need_no_more_memory(tmp_path: Path) -> None:
    codes = {"puskesmas": {"PKM": {"organization": ORGANIZATION}}}
    peaks = []
    for places in (1, 4):
        store = open_big(tmp_path / f"{places}.db", places * CHILDREN_OF_ONE, measured=True)
        yes = [
            {"child_id": n, "purpose": "sharing", "state": "lisan", "text_version": "2", "current": f"{n}:sharing"}
            for n in range(1, places * CHILDREN_OF_ONE + 1, 4)
        ]
        store.write(lambda tx, yes=yes: tx.insert_many(consent, yes))  # type: ignore[misc]
        request = Request("fhir", MONTHS[1], codes=codes)
        exports.make(store, Request("fhir", MONTHS[1], area="P00000", codes=codes), tmp_path / "warm.ndjson")
        tracemalloc.start()
        assert exports.make(store, request, tmp_path / f"{places}.ndjson") == places * CHILDREN_OF_ONE // 4
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        store.close()
    assert peaks[1] < 1.25 * peaks[0]


def test_the_operator_asks_for_it_at_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", loaded_book(tmp_path))
    call = ["export", "fhir", "--month", MONTH, "--out", str(tmp_path / "a.ndjson")]
    assert main(call) == 2
    said = capsys.readouterr().err
    assert "puskesmas.P3201010101.organization" in said
    assert "deploy/satusehat.example.toml" in said
    (tmp_path / "codes.toml").write_text('[puskesmas."P3201010101"]\norganization = "1000000000"\n', "utf-8")
    assert main([*call, "--codes", str(tmp_path / "codes.toml")]) == 0
    assert "22 kunjungan tidak ditulis" in capsys.readouterr().err
    shown = [json.loads(line) for line in (tmp_path / "a.ndjson").read_text("utf-8").splitlines()]
    assert [b["type"] for b in shown] == ["transaction"] * 4, "the demo has something to show"
    assert main([*call[:-1], str(tmp_path / "a.xlsx")]) == 2
    assert "harus berakhiran .ndjson atau .json" in capsys.readouterr().err
    (tmp_path / "codes.toml").write_text("organization = \n", "utf-8")
    assert main([*call, "--codes", str(tmp_path / "codes.toml")]) == 2
    assert "codes.toml" in capsys.readouterr().err
