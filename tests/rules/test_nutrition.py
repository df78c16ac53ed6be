"""Categories: labels word for word, boundaries to the milder class."""

import pytest

from posyandu.anthropometry import Indicator, Measurement, Position, Sex, lms, scores, z
from posyandu.nutrition import (
    PMT_DAYS,
    categories,
    category,
    index_name,
    is_kek,
    is_low_birth_weight,
    muac_category,
)

WASTING = [
    (-3.01, "Gizi buruk"),
    (-3.00, "Gizi kurang"),
    (-2.01, "Gizi kurang"),
    (-2.00, "Gizi baik (normal)"),
    (1.00, "Gizi baik (normal)"),
    (1.01, "Berisiko gizi lebih"),
    (2.00, "Berisiko gizi lebih"),
    (2.01, "Gizi lebih"),
    (3.00, "Gizi lebih"),
    (3.01, "Obesitas"),
]
LABELS = {
    Indicator.WFA: [
        (-3.01, "Berat badan sangat kurang"),
        (-3.00, "Berat badan kurang"),
        (-2.01, "Berat badan kurang"),
        (-2.00, "Berat badan normal"),
        (1.00, "Berat badan normal"),
        (1.01, "Risiko berat badan lebih"),
    ],
    Indicator.LFA: [
        (-3.01, "Sangat pendek"),
        (-3.00, "Pendek"),
        (-2.01, "Pendek"),
        (-2.00, "Normal"),
        (3.00, "Normal"),
        (3.01, "Tinggi"),
    ],
    Indicator.WFL: WASTING,
    Indicator.WFH: WASTING,
    Indicator.BMI: WASTING,
    Indicator.HC: [(-2.01, "Mikrosefali"), (-2.00, "Normal"), (2.00, "Normal"), (2.01, "Makrosefali")],
}


@pytest.mark.parametrize(("indicator", "score", "label"), [(i, z, t) for i, rows in LABELS.items() for z, t in rows])
def test_labels_at_every_boundary(indicator: Indicator, score: float, label: str) -> None:
    found = category(indicator, score)
    assert found is not None
    assert found.label == label


def test_no_score_no_category() -> None:
    assert category(Indicator.WFA, None) is None
    assert category(Indicator.MUAC, -3.5) is None


def test_a_child_over_the_rounding_edge_is_normal() -> None:
    """-2.004 is -2.00 and normal: categories take rounded scores."""
    assert z(7.737, lms(Indicator.WFA, Sex.BOY, 365), restricted=True) < -2.004
    s = scores(Measurement(Sex.BOY, 365, 7737))
    assert s.wfa == -2.0
    assert categories(s)[Indicator.WFA].label == "Berat badan normal"


@pytest.mark.parametrize(
    ("mm", "months", "code"),
    [
        (114, 6, "red"),
        (115, 6, "yellow"),
        (124, 59, "yellow"),
        (125, 59, "green"),
        (110, 5, None),
        (110, 60, None),
        (None, 20, None),
        (110, None, None),
    ],
)
def test_lila_cut_offs_hold_from_6_to_59_months(mm: int | None, months: int | None, code: str | None) -> None:
    found = muac_category(mm, months)
    assert (found and found.code) == code


def test_oedema_is_gizi_buruk_without_a_score() -> None:
    s = scores(Measurement(Sex.GIRL, 500, 9000, 7600, oedema=True))
    assert s.wfl is None
    assert categories(s)[Indicator.WFL].label == "Gizi buruk"
    assert Indicator.WFA not in categories(s)


def test_the_index_is_named_after_the_table_used() -> None:
    lying = scores(Measurement(Sex.GIRL, 500, 9000, 7600, Position.STANDING)).table
    standing = scores(Measurement(Sex.GIRL, 800, 11000, 8600)).table
    assert [index_name(i, lying) for i in (Indicator.WFA, Indicator.LFA, Indicator.WFL)] == ["BB/U", "PB/U", "BB/PB"]
    assert [index_name(i, standing) for i in (Indicator.LFA, Indicator.WFL, Indicator.BMI)] == [
        "TB/U",
        "BB/TB",
        "IMT/U",
    ]
    assert index_name(Indicator.WFH) == "BB/TB"
    assert index_name(Indicator.MUAC) == "LiLA/U"
    assert index_name(Indicator.HC, lying) == "LK/U"


def test_mothers_and_births() -> None:
    assert (is_kek(234), is_kek(235)) == (True, False)
    assert (is_low_birth_weight(2499), is_low_birth_weight(2500)) == (True, False)
    assert PMT_DAYS["gizi_kurang"] == 56
