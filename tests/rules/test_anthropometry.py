"""WHO scores: nothing may differ from what WHO's own package says."""

import csv
import hashlib
import importlib.util
import zlib
from datetime import date
from pathlib import Path

import pytest

from posyandu.anthropometry import (
    Indicator,
    Measurement,
    Missing,
    OutOfTable,
    Position,
    Sex,
    age_days,
    completed_months,
    lms,
    scores,
    value_at,
    z,
)
from posyandu.lms import RESTRICTED, TABLE_FILE, TABLES, numbers

DATA = Path(__file__).parent / "data"
COLUMNS = {
    "zlen": Indicator.LFA,
    "zwei": Indicator.WFA,
    "zwfl": Indicator.WFL,
    "zbmi": Indicator.BMI,
    "zhc": Indicator.HC,
    "zac": Indicator.MUAC,
}


def whole(text: str, times: int) -> int | None:
    return round(float(text) * times) if text else None


def read(row: dict[str, str]) -> Measurement:
    age = float(row["age_days"]) if row["age_days"] else None
    if age is None and row.get("age_months"):
        age = float(row["age_months"]) * 30.4375
    return Measurement(
        Sex.BOY if row["sex"] == "1" else Sex.GIRL,
        age,
        whole(row["weight"], 1000),
        whole(row["lenhei"], 100),
        {"L": Position.LYING, "H": Position.STANDING, "": None}[row["measure"].upper()],
        whole(row["headc"], 10),
        whole(row["muac"], 10),
        row["oedema"].lower() in ("y", "1"),
    )


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_score_and_flag_of_whos_sample() -> None:
    different: list[tuple[object, ...]] = []
    for number, row in enumerate(rows("who_sample.csv"), 2):
        s = scores(read(row))
        for column, indicator in COLUMNS.items():
            expected = float(row[column]) if row[column] else None
            flag = row[column.replace("z", "f", 1)]
            if s.of(indicator) != expected or (flag and (flag == "1") != (indicator in s.flags)):
                different.append((number, column, expected, s.of(indicator)))
        if row["clenhei"] and float(row["clenhei"]) != (s.length_cmm or 0) / 100:
            different.append((number, "clenhei", row["clenhei"], s.length_cmm))
        if s.standing_under_nine_months != (row["c9mo_flag"] == "1"):
            different.append((number, "c9mo_flag", row["c9mo_flag"], s.standing_under_nine_months))
    assert different == []


def test_unrounded_scores_of_whos_sample() -> None:
    """To the nine digits the sample gives, where one table row is enough to say it."""
    for row in rows("who_sample.csv"):
        m, raw = read(row), row["zwei_raw"]
        if raw and m.age_days is not None and m.weight_g is not None:
            found = z(m.weight_g / 1000, lms(Indicator.WFA, m.sex, int(m.age_days + 0.5)), True)
            assert found == pytest.approx(float(raw), rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("row", rows("golden.csv"), ids=lambda r: f"{r['sex']}-{r['age_days']}-{r['lenhei']}")
def test_golden_rows(row: dict[str, str]) -> None:
    s = scores(read(row))
    for column, indicator in COLUMNS.items():
        expected = float(row[column].rstrip("*")) if row[column] else None
        assert s.of(indicator) == expected, column
        assert (indicator in s.flags) == row[column].endswith("*"), column
    assert row["cm_used"] == ("" if s.length_cmm is None else f"{s.length_cmm / 100:.1f}")


# sha256 of the lines "sex,index,L,M,S" (boys first, whole numbers as in the file) within the range WHO scores
CHECKSUMS = {
    Indicator.WFA: (3654, "e2b4b174e29d876451faf7a481db1258d7b7b3565bc5c8e27fea6defbaa445cf"),
    Indicator.LFA: (3654, "7b7eb6a0a2ab6faae2563844449921e919a8fbc28c312495283827f1454846b8"),
    Indicator.BMI: (3654, "4c9695b4e5f69123b2bf9dd6dd6f19cb3c4eac7f17f541d77d6d3bddd3798d36"),
    Indicator.HC: (3654, "01481074ae35322daec0f9d108a26c634134a8c1778374ce3900260eabc42c80"),
    Indicator.MUAC: (3472, "0ad73443ac34ffa865b28809984e55fcae67da03a1c2a94a438e8493779575fa"),
    Indicator.WFL: (1302, "88098890cded2617ec7b1c91c995a2d68d35a56099118fc21c65e028638b2ff4"),
    Indicator.WFH: (1102, "c703d9d483d2a68e8c5ebfc0d1b9dd9bcdcbb215c620e40fa572714fcb3a5b74"),
}


@pytest.mark.parametrize("indicator", list(Indicator))
def test_table_checksums(indicator: Indicator) -> None:
    table, lines = TABLES[indicator], []
    for number in (1, 2):
        for index in range(table.first, table.last + 1):
            at = 3 * (table.offset + (number - 1) * table.rows + index - table.start)
            lines.append("{},{},{},{},{}\n".format(number, index, *numbers()[at : at + 3]))
    assert (len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()) == CHECKSUMS[indicator]


def test_the_table_file_is_what_the_script_makes() -> None:
    path = Path(__file__).parents[2] / "scripts" / "make_who_tables.py"
    spec = importlib.util.spec_from_file_location("make_who_tables", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.TARGET == TABLE_FILE
    assert script.integers().tobytes() == zlib.decompress(TABLE_FILE.read_bytes())


def boy(age: float | None, cmm: int | None = 8000, position: Position | None = None, **rest: object) -> Measurement:
    return Measurement(Sex.BOY, age, 11000, cmm, position, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "position", "used", "table", "flag"),
    [
        (273, Position.STANDING, 8000, Indicator.WFL, True),
        (273.9, Position.STANDING, 8000, Indicator.WFL, True),
        (274, Position.STANDING, 8070, Indicator.WFL, False),
        (730, Position.STANDING, 8070, Indicator.WFL, False),
        (730.49, Position.STANDING, 8070, Indicator.WFL, False),
        (730.5, Position.STANDING, 8000, Indicator.WFH, False),
        (730, Position.LYING, 8000, Indicator.WFL, False),
        (731, Position.LYING, 7930, Indicator.WFH, False),
        (731, None, 8000, Indicator.WFH, False),
        (None, Position.STANDING, 8000, Indicator.WFH, False),
        (None, None, 8000, Indicator.WFL, False),
    ],
)
def test_lying_and_standing(
    age: float | None, position: Position | None, used: int, table: Indicator, flag: bool
) -> None:
    s = scores(boy(age, 8000, position))
    assert (s.length_cmm, s.table, s.standing_under_nine_months) == (used, table, flag)


def test_unknown_age_and_position_stand_from_87_cm() -> None:
    assert scores(boy(None, 8699)).table is Indicator.WFL
    assert scores(boy(None, 8700)).table is Indicator.WFH


def test_each_missing_score_says_why() -> None:
    why = scores(Measurement(Sex.GIRL, 90, 0, None, muac_mm=120, head_mm=-1)).missing
    assert why == {
        Indicator.WFA: Missing.NOT_POSITIVE,
        Indicator.LFA: Missing.NOT_MEASURED,
        Indicator.WFL: Missing.NOT_POSITIVE,
        Indicator.BMI: Missing.NOT_POSITIVE,
        Indicator.HC: Missing.NOT_POSITIVE,
        Indicator.MUAC: Missing.TOO_YOUNG,
    }
    assert set(scores(boy(1827)).missing.values()) == {Missing.TOO_OLD, Missing.NOT_MEASURED}
    assert scores(boy(1826.25)).missing[Indicator.WFA] is Missing.TOO_OLD
    assert scores(boy(-1)).missing[Indicator.WFL] is Missing.BEFORE_BIRTH
    assert scores(boy(None)).missing[Indicator.WFA] is Missing.AGE_UNKNOWN
    assert scores(boy(None)).wfl is not None
    swollen = scores(boy(500, oedema=True))
    assert {i for i, w in swollen.missing.items() if w is Missing.OEDEMA} == {
        Indicator.WFA,
        Indicator.WFL,
        Indicator.BMI,
    }
    assert scores(boy(500, 4499)).missing[Indicator.WFL] is Missing.OUT_OF_TABLE
    assert scores(boy(500, 4500)).wfl is not None
    assert scores(boy(800, 12001)).missing[Indicator.WFL] is Missing.OUT_OF_TABLE
    assert scores(boy(800, 6570, Position.LYING)).wfl is not None
    assert scores(boy(800, 6569, Position.LYING)).missing[Indicator.WFL] is Missing.OUT_OF_TABLE


def test_muac_from_day_91() -> None:
    assert scores(boy(91, muac_mm=120)).muac is not None
    assert scores(boy(90.5, muac_mm=120)).muac is not None
    assert scores(boy(90.4, muac_mm=120)).muac is None


@pytest.mark.parametrize(
    ("birth", "on", "months"),
    [
        (date(2026, 1, 20), date(2026, 6, 13), 4),
        (date(2026, 1, 20), date(2026, 6, 20), 5),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 1, 30), date(2024, 2, 29), 1),
        (date(2026, 3, 5), date(2026, 3, 4), -1),
    ],
)
def test_completed_months_by_the_calendar(birth: date, on: date, months: int) -> None:
    assert completed_months(birth, on) == months
    assert age_days(birth, on) == (on - birth).days


# kg on the KMS lines at -3, -2, 0, +1 SD
@pytest.mark.parametrize(
    ("sex", "day", "kg"),
    [
        (Sex.BOY, 0, (2.08, 2.46, 3.35, 3.86)),
        (Sex.BOY, 365, (6.93, 7.74, 9.65, 10.76)),
        (Sex.BOY, 1796, (12.28, 13.96, 18.17, 20.82)),
        (Sex.GIRL, 0, (2.03, 2.39, 3.23, 3.71)),
        (Sex.GIRL, 730, (8.06, 9.03, 11.47, 13.02)),
        (Sex.GIRL, 1796, (11.96, 13.63, 18.05, 21.00)),
    ],
)
def test_the_lines_of_the_card(sex: Sex, day: int, kg: tuple[float, ...]) -> None:
    row = lms(Indicator.WFA, sex, day)
    assert tuple(round(value_at(sd, row), 2) for sd in (-3, -2, 0, 1)) == kg


def test_no_row_outside_the_tables() -> None:
    for indicator, index in [
        (Indicator.WFA, -1),
        (Indicator.WFA, 1827),
        (Indicator.MUAC, 90),
        (Indicator.WFL, 4499),
        (Indicator.WFL, 11001),
        (Indicator.WFH, 6499),
        (Indicator.WFH, 12001),
    ]:
        with pytest.raises(OutOfTable):
            lms(indicator, Sex.BOY, index)


def test_a_weight_of_nothing_is_refused() -> None:
    row = lms(Indicator.WFA, Sex.BOY, 100)
    for nothing in (0.0, -5.0, float("nan")):
        with pytest.raises(ValueError, match="more than 0"):
            z(nothing, row, Indicator.WFA in RESTRICTED)
