"""Nutrition categories: what a score or a tape measure means in Permenkes 2/2020. Labels and cut-offs are data
(standards/nutrition.toml); a category is a screening result, for a health worker to confirm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posyandu.anthropometry import Indicator, Missing, Scores
from posyandu.standards import standard

_DATA = standard("nutrition")
VERSION: str = _DATA["version"]


@dataclass(frozen=True, slots=True)
class Category:
    """A class of an index: a code for the program, the official Indonesian label, the English meaning."""

    code: str
    label: str
    english: str


def _categories(rows: Sequence[dict[str, Any]]) -> tuple[tuple[dict[str, Any], Category], ...]:
    return tuple((row, Category(row["code"], row["label"], row["english"])) for row in rows)


_INDICES = {Indicator(index["indicator"]): index for index in _DATA["index"]}
_CATEGORIES = {indicator: _categories(index["category"]) for indicator, index in _INDICES.items()}
_MUAC = _categories(_DATA["muac"]["category"])
# days of supplementary feeding by reason; a puskesmas may have its own
PMT_DAYS: Mapping[str, int] = _DATA["pmt"]["days"]


def _first(rows: tuple[tuple[dict[str, Any], Category], ...], value: float) -> Category:
    for bound, category in rows:
        if ("below" in bound and value < bound["below"]) or ("to" in bound and value <= bound["to"]):
            return category
    return rows[-1][1]


def category(indicator: Indicator, score: float | None) -> Category | None:
    """The category of a z-score rounded to 2 decimals; None without a score or without an Indonesian category (LiLA/U).
    WFH counts as WFL."""
    rows = _CATEGORIES.get(Indicator.WFL if indicator is Indicator.WFH else indicator)
    return None if score is None or rows is None else _first(rows, score)


def categories(scores: Scores) -> dict[Indicator, Category]:
    """The categories of all scores there are. Oedema is "Gizi buruk" by itself (BB/TB), though it blanks the score."""
    found = {i: c for i in _CATEGORIES if (c := category(i, scores.of(i))) is not None}
    if scores.missing.get(Indicator.WFL) is Missing.OEDEMA:
        found[Indicator.WFL] = _CATEGORIES[Indicator.WFL][0][1]
    return found


def index_name(indicator: Indicator, table: Indicator = Indicator.WFH) -> str:
    """The index as reports write it; `table` is Scores.table: with WFL it is PB/U and BB/PB, else TB/U and BB/TB."""
    if indicator is Indicator.MUAC:
        return "LiLA/U"
    index = _INDICES[Indicator.WFL if indicator is Indicator.WFH else indicator]
    lying = table is Indicator.WFL and indicator is not Indicator.WFH
    return str(index.get("name_lying", index["name"]) if lying else index["name"])


def muac_category(muac_mm: float | None, age_months: int | None) -> Category | None:
    """Red, yellow or green by the child's LiLA; None under 6 and from 60 completed months, where no cut-off holds."""
    limits = _DATA["muac"]
    if muac_mm is None or age_months is None or not limits["from_month"] <= age_months <= limits["to_month"]:
        return None
    return _first(_MUAC, muac_mm)


def is_kek(muac_mm: int) -> bool:
    """Whether a pregnant woman's LiLA means KEK."""
    return bool(muac_mm < _DATA["pregnant"]["kek_below_mm"])


def is_low_birth_weight(grams: int) -> bool:
    """Whether a birth weight is BBLR."""
    return bool(grams < _DATA["birth"]["low_below_g"])
