"""KMS: is the child gaining? N, T, O, B by calendar month in whole grams; 2T, the red and the orange line.

Decided in this order for each month a child was weighed:
B never weighed at this posyandu before; O weighed before, but not in last month's round; N gained at least the KBM of
sex and age since last month; T gained less. A missed month breaks the chain of T. The numbers are data
(standards/kms.toml).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from posyandu.anthropometry import Indicator, Measurement, Sex, age_days, completed_months, scores
from posyandu.standards import standard

_DATA = standard("kms")
VERSION: str = _DATA["version"]


class Mark(StrEnum):
    """The register's letter for a weighing."""

    N = "N"  # naik
    T = "T"  # tidak naik
    O = "O"  # noqa: E741 (tidak ditimbang bulan lalu)
    B = "B"  # baru


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the card's lines lie, in SD of weight-for-age; a puskesmas may draw them elsewhere."""

    red_sd: float = _DATA["lines"]["red_sd"]
    yellow_sd: float = _DATA["lines"]["yellow_sd"]
    orange_sd: float = _DATA["lines"]["orange_sd"]


@dataclass(frozen=True, slots=True)
class Weighing:
    """One weighing at this posyandu (birth weight is none), on the posyandu day or its own date if late or at home.
    `override`: a health worker's N or T in place of the computed one."""

    on: date
    grams: int
    override: Mark | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the card says of one month. `gain_g` and `kbm_g` only where last month was weighed (N and T)."""

    month: date  # its first day
    on: date
    grams: int
    mark: Mark
    gain_g: int | None
    kbm_g: int | None
    t_in_a_row: int
    wfa: float | None  # z of weight-for-age, None where WHO gives none
    bgm: bool  # below the red line
    yellow: bool  # between red and the bottom of the green
    above_orange: bool
    overridden: bool = False

    @property
    def two_t(self) -> bool:
        """T in two consecutive rounds or more."""
        return self.t_in_a_row >= 2


def kbm(sex: Sex, months: int) -> int:
    """The least gain in grams that counts as N, at so many completed months."""
    row = _DATA["kbm"][sex.value]
    return int(row[min(max(months, 0), len(row) - 1)])


def month_of(on: date) -> date:
    """The calendar month of a day, as its first day."""
    return on.replace(day=1)


def months_between(earlier: date, later: date) -> int:
    """Calendar months from one date's month to the other's; days do not count."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def verdicts(sex: Sex, birth: date, weighings: Sequence[Weighing], lines: Lines | None = None) -> tuple[Verdict, ...]:
    """The verdict of every month weighed, oldest first. Of several weighings in a month the last counts; of the same
    day, the last given."""
    lines = lines or Lines()
    last_of: dict[date, Weighing] = {}
    for weighing in sorted(weighings, key=lambda w: w.on):
        last_of[month_of(weighing.on)] = weighing
    found: list[Verdict] = []
    for month, weighing in last_of.items():
        found.append(_verdict(sex, birth, month, weighing, found[-1] if found else None, lines))
    return tuple(found)


def verdict(
    sex: Sex, birth: date, weighings: Sequence[Weighing], month: date, lines: Lines | None = None
) -> Verdict | None:
    """The verdict of the month a date lies in; None if not weighed then. Later weighings change nothing."""
    return next((v for v in verdicts(sex, birth, weighings, lines) if v.month == month_of(month)), None)


def weight_for_age(sex: Sex, birth: date, on: date, grams: int) -> float | None:
    """The z the card's lines are drawn in; None where WHO has no row (from 60 months)."""
    return scores(Measurement.from_mm(sex, age_days(birth, on), weight_g=grams)).of(Indicator.WFA)


def _verdict(sex: Sex, birth: date, month: date, weighing: Weighing, before: Verdict | None, lines: Lines) -> Verdict:
    gain = least = None
    overridden = False
    if before is None:
        mark = Mark.B
    elif months_between(before.month, month) > 1:
        mark = Mark.O
    else:
        gain, least = weighing.grams - before.grams, kbm(sex, completed_months(birth, weighing.on))
        computed = Mark.N if gain >= least else Mark.T
        mark = weighing.override or computed
        overridden = mark is not computed
    wfa = weight_for_age(sex, birth, weighing.on, weighing.grams)
    return Verdict(
        month=month,
        on=weighing.on,
        grams=weighing.grams,
        mark=mark,
        gain_g=gain,
        kbm_g=least,
        t_in_a_row=(before.t_in_a_row if before and mark is Mark.T else 0) + (mark is Mark.T),
        wfa=wfa,
        bgm=wfa is not None and wfa < lines.red_sd,
        yellow=wfa is not None and lines.red_sd <= wfa < lines.yellow_sd,
        above_orange=wfa is not None and wfa > lines.orange_sd,
        overridden=overridden,
    )


def fall_in_three_months(history: Sequence[Verdict]) -> float | None:
    """How many z of weight-for-age the last verdict lies below the one three months earlier (four or two where that
    round was missed); negative if it rose, None without such a round."""
    if not history or history[-1].wfa is None:
        return None
    now = history[-1]
    then = {months_between(v.month, now.month): v.wfa for v in history if v.wfa is not None}
    for back in (3, 4, 2):
        if back in then:
            return round(then[back] - history[-1].wfa, 2)
    return None


def months_absent(last_on: date | None, today: date) -> int | None:
    """Rounds missed in a row up to and with this month; None for a child never weighed here."""
    return None if last_on is None else max(0, months_between(last_on, today))


def month_closes_at(month: date, zone: tzinfo) -> datetime:
    """The moment after which a month's register is closed, in the posyandu's zone: 23:59 on the 5th of the next."""
    closing = _DATA["closing"]
    year, next_month = month.year + month.month // 12, month.month % 12 + 1
    return datetime.combine(
        date(year, next_month, closing["day"]), time(closing["hour"], closing["minute"]), tzinfo=zone
    )
