"""The columns scoring adds to a sheet: corrected length, BMI, scores, flags, categories, and why a score is missing."""

from bot.locales import Catalogue
from posyandu.anthropometry import DAYS_PER_MONTH, METHOD, VERSION, Indicator, Measurement, Scores
from posyandu.nutrition import categories, muac_category

# in the names of WHO's R package, with the Indonesian short name for the columns of ours
SUFFIX = {
    Indicator.LFA: ("len", "tbu"),
    Indicator.WFA: ("wei", "bbu"),
    Indicator.WFL: ("wfl", "bbtb"),
    Indicator.BMI: ("bmi", "imtu"),
    Indicator.HC: ("hc", "lku"),
    Indicator.MUAC: ("ac", "lila"),
}
HEADER = (
    "clenhei",
    "cbmi",
    "c9mo_flag",
    *(f"z{who}" for who, _ in SUFFIX.values()),
    *(f"f{who}" for who, _ in SUFFIX.values()),
    *(f"kategori_{ours}" for _, ours in SUFFIX.values()),
    *(f"alasan_z{who}" for who, _ in SUFFIX.values()),
    "metode",
    "baris_salah",
)
METHOD_USED = f"{METHOD}/{VERSION}"


def cells(words: Catalogue, m: Measurement, s: Scores) -> list[str]:
    """A row's results in the order of HEADER; empty where there is nothing."""
    labels = {i: c.label for i, c in categories(s).items()}
    months = None if m.age_days is None else int(m.age_days / DAYS_PER_MONTH)
    if (band := muac_category(m.muac_mm, months)) is not None:
        labels[Indicator.MUAC] = band.label
    z = {i: s.of(i) for i in SUFFIX}
    return [
        "" if s.length_cmm is None else f"{s.length_cmm / 100:.10g}",
        _bmi(m, s),
        str(int(s.standing_under_nine_months)),
        *("" if (score := z[i]) is None else f"{score:.2f}" for i in SUFFIX),
        *("" if z[i] is None else str(int(i in s.flags)) for i in SUFFIX),
        *(labels.get(i, "") for i in SUFFIX),
        *(words.say(f"sheets.missing.{s.missing[i]}") if i in s.missing else "" for i in SUFFIX),
        METHOD_USED,
        "",
    ]


def bad_cells(why: str) -> list[str]:
    """The results of a row that could not be read: only the reason."""
    return [""] * (len(HEADER) - 1) + [why]


def _bmi(m: Measurement, s: Scores) -> str:
    if not m.weight_g or not s.length_cmm:
        return ""
    return f"{m.weight_g / 1000 / (s.length_cmm / 10_000) ** 2:.10g}"
