"""What is asked again, and what is believed: the labelled lines, slips one by one, and honest scales."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posyandu.anthropometry import Position, Sex
from posyandu.doubt import POSSIBLE, Known, Reason, doubts
from tests.slow.growth_rounds import tally_of
from tests.slow.growth_simulation import DACIN, DIGITAL, INJAK

ENTRY = Path(__file__).parent / "entry"
ON = date(2026, 11, 12)


def roster() -> dict[str, Known]:
    with (ENTRY / "roster.csv").open(encoding="utf-8") as file:
        return {row["child_id"]: known(row) for row in csv.DictReader(file)}


def known(row: dict[str, str]) -> Known:
    if not row["last_date"]:
        return Known(Sex(row["sex"]), date.fromisoformat(row["birth_date"]))
    return Known(
        Sex(row["sex"]),
        date.fromisoformat(row["birth_date"]),
        date.fromisoformat(row["last_date"]),
        round(float(row["last_weight_kg"]) * 1000),
        round(float(row["last_height_cm"]) * 10),
    )


def labelled() -> list[dict[str, Any]]:
    single = [json.loads(line) for line in (ENTRY / "lines.jsonl").read_text("utf-8").splitlines()]
    sessions = [json.loads(line) for line in (ENTRY / "sessions.jsonl").read_text("utf-8").splitlines()]
    return single + [line for session in sessions for line in session["lines"]]


def said(child: str, on: date = ON, **measures: Any) -> list[tuple[str, Reason, int | None]]:
    return [(d.field, d.reason, d.suggests) for d in doubts(roster()[child], on, **measures)]


@pytest.mark.parametrize("line", [x for x in labelled() if x["kind"] == "ok"], ids=lambda x: x["id"])
def test_lines_labelled_ok_are_believed(line: dict[str, Any]) -> None:
    measures = {
        "weight_g": line["weight_g"],
        "length_mm": line["height_mm"],
        "head_mm": line["head_mm"],
        "muac_mm": line["muac_mm"],
        "position": Position(line["position"]) if line["position"] else None,
    }
    assert said(line["child"], today=ON, **measures) == []


@pytest.mark.parametrize(
    ("child", "measures", "expected"),
    [
        pytest.param("AN-13", {"weight_g": 9700, "length_mm": 980}, [("weight", "loss_too_big", None)], id="P006"),
        pytest.param("AN-23", {"weight_g": 11700, "muac_mm": 510}, [("muac", "digits_turned", 150)], id="P018"),
        pytest.param("AN-08", {"weight_g": 82000, "length_mm": 735}, [("weight", "times_ten", 8200)], id="P026"),
        pytest.param(
            "AN-24",
            {"weight_g": 106500, "length_mm": 171},
            [("weight", "swapped", 17100), ("length", "swapped", 1065)],
            id="P030",
        ),
        pytest.param("AN-19", {"weight_g": 1740, "length_mm": 1035}, [("weight", "tenth", 17400)], id="P033"),
        pytest.param("AN-07", {"weight_g": 7900, "length_mm": 500}, [("weight", "who_flag", None)], id="P070"),
        pytest.param("AN-30", {"weight_g": 16100, "length_mm": 985}, [("length", "shrinking", None)], id="P073"),
        pytest.param("AN-28", {"weight_g": 126000, "length_mm": 840}, [("weight", "times_ten", 12600)], id="PS1-17"),
        # slips of the same kinds, unseen in the sample
        ("AN-20", {"weight_g": 940}, [("weight", "tenth", 9400)]),
        ("AN-20", {"weight_g": 4900}, [("weight", "digits_turned", 9400)]),
        ("AN-13", {"weight_g": 12300}, [("weight", "digits_turned", 13200)]),
        ("AN-20", {"weight_g": 11400}, [("weight", "gain_too_big", None)]),
        ("AN-20", {"length_mm": 870}, [("length", "digits_turned", 780)]),
        ("AN-20", {"length_mm": 850}, [("length", "step_too_big", None)]),
        ("AN-20", {"length_mm": 79}, [("length", "tenth", 790)]),
        ("AN-20", {"length_mm": 7900}, [("length", "times_ten", 790)]),
        ("AN-20", {"muac_mm": 1450}, [("muac", "times_ten", 145)]),
        ("AN-20", {"muac_mm": 14}, [("muac", "tenth", 140)]),
        ("AN-20", {"head_mm": 700}, [("head", "out_of_range", None)]),
        ("AN-20", {"weight_g": 60000}, [("weight", "out_of_range", None)]),
        (
            "AN-20",
            {"weight_g": 78500, "length_mm": 95, "muac_mm": 30},
            [("weight", "swapped", 9500), ("length", "swapped", 785), ("muac", "out_of_range", None)],
        ),
    ],
)
def test_what_does_not_fit_is_asked(child: str, measures: dict[str, Any], expected: list[tuple[str, str, int]]) -> None:
    assert said(child, **measures) == expected


@pytest.mark.parametrize("share", [0.85, 0.8, 0.7, 0.5])
@pytest.mark.parametrize("child", [c for c, k in roster().items() if k.last_grams])
def test_a_loss_of_15_per_cent_is_always_asked(child: str, share: float) -> None:
    last = roster()[child].last_grams
    assert last is not None
    assert said(child, weight_g=round(last * share))


@pytest.mark.parametrize("child", [c for c, k in roster().items() if k.last_grams])
def test_last_months_values_again_are_believed(child: str) -> None:
    last = roster()[child]
    assert said(child, weight_g=last.last_grams, length_mm=last.last_mm) == []


def test_weight_and_height_that_do_not_go_together() -> None:
    """Each alone is possible for a child never seen before; together WHO flags them."""
    assert said("AN-29", weight_g=6400) == []
    assert said("AN-29", length_mm=505) == []
    assert said("AN-29", weight_g=6400, length_mm=505) == [("weight", "who_flag", None)]


def test_dates() -> None:
    assert said("AN-16", date(2026, 11, 30), weight_g=14700, today=ON) == [("date", "future_date", None)]
    assert said("AN-29", date(2026, 9, 19), weight_g=3100) == [("date", "before_birth", None)]
    assert said("AN-16", ON, weight_g=14700, today=ON) == []


def test_a_child_that_stands_for_the_first_time_may_be_shorter() -> None:
    two = Known(Sex.BOY, date(2024, 11, 1), date(2026, 10, 13), 12000, 870, last_position=Position.LYING)
    assert doubts(two, ON, length_mm=855, position=Position.STANDING) == ()
    assert doubts(two, ON, length_mm=855, position=Position.LYING) != ()


def test_a_coarse_scale_gets_more_room() -> None:
    last = Known(Sex.BOY, date(2024, 11, 1), date(2026, 10, 13), 12500)
    assert doubts(last, ON, weight_g=11500) != ()
    assert doubts(replace(last, scale_step_g=500), ON, weight_g=11500) == ()


def test_length_last_measured_at_another_time() -> None:
    half_a_year = Known(Sex.GIRL, date(2025, 11, 12), date(2026, 10, 13), 8600, 660, date(2026, 5, 12))
    assert doubts(half_a_year, ON, length_mm=735) == ()
    assert doubts(replace(half_a_year, last_length_on=None), ON, length_mm=735) != ()


def test_nothing_known_only_the_bounds_count() -> None:
    nobody = Known(None, None)
    assert doubts(nobody, ON, weight_g=7900, length_mm=500, head_mm=400, muac_mm=150) == ()
    assert [d.field for d in doubts(nobody, ON, weight_g=999, length_mm=1301, head_mm=249, muac_mm=301)] == [
        "weight",
        "length",
        "head",
        "muac",
    ]


@pytest.mark.parametrize("field", list(POSSIBLE))
def test_the_bounds_are_included(field: str) -> None:
    name = f"{field}_{'g' if field == 'weight' else 'mm'}"
    for value in POSSIBLE[field]:
        entered: dict[str, Any] = {name: value}
        assert doubts(Known(None, None), ON, **entered) == ()


whole = st.none() | st.integers(-10, 200_000)


@given(
    st.builds(
        Known,
        st.none() | st.sampled_from(Sex),
        st.none() | st.dates(date(2020, 1, 1), date(2026, 12, 31)),
        st.none() | st.dates(date(2020, 1, 1), date(2026, 12, 31)),
        whole,
        whole,
        last_muac_mm=whole,
        last_head_mm=whole,
    ),
    whole,
    whole,
    whole,
    whole,
)
def test_no_entry_breaks_it_and_what_it_suggests_it_would_believe(
    child: Known, weight: int | None, length: int | None, head: int | None, muac: int | None
) -> None:
    found = doubts(child, ON, weight_g=weight, length_mm=length, head_mm=head, muac_mm=muac)
    assert len({d.field for d in found}) == len(found)
    for doubt in found:
        if doubt.suggests is not None:
            least, most = POSSIBLE[doubt.field]
            assert least <= doubt.suggests <= most


@pytest.mark.parametrize("instruments", [DACIN, DIGITAL, INJAK], ids=lambda i: i.name)
def test_honest_scales_are_seldom_asked(instruments: Any) -> None:
    """Healthy children, honest errors: at most 1.5 in a hundred entries are asked again."""
    tally = tally_of(7, "healthy", 120, (instruments,))
    assert tally.share(tally.doubted) <= 0.015
