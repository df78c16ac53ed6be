"""Is this entry to be believed? Compared with the child's age, the last round and WHO's flags before it is stored.

A doubt is a question to the kader ("8,2 kg yang benar?"), never a refusal; only `POSSIBLE` is. Each doubtful field
gets one doubt: the slip that explains it best, with the value that was probably meant, or the plain reason.
The limits are data (standards/doubt.toml).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posyandu.anthropometry import (
    STANDING_FROM,
    Indicator,
    Measurement,
    OutOfTable,
    Position,
    Sex,
    age_days,
    lms,
    scores,
)
from posyandu.expectation import Span, carried_on, size_span, weight_span
from posyandu.slips import Reason, slips, turned_digits
from posyandu.standards import standard

__all__ = ["POSSIBLE", "Doubt", "Known", "Reason", "doubts"]

_LIMITS = standard("doubt")
# field -> least and most that is possible at all, both included; grams and millimetres
POSSIBLE: Mapping[str, tuple[int, int]] = {field: (least, most) for field, (least, most) in _LIMITS["possible"].items()}
_INDICATOR = {
    "weight": Indicator.WFA,
    "length": Indicator.LFA,
    "head": Indicator.HC,
    "muac": Indicator.MUAC,
}
_UNIT = {"weight": 1000, "length": 10, "head": 10, "muac": 10}  # our unit in WHO's kg or cm


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the child before this entry; None where nothing is. The last length, head and LiLA count as
    taken on `last_on` unless `last_length_on` says otherwise for the length. `scale_step_g` is what the scale in use
    shows (dacin 100, bathroom scale 500): a coarser one gets more room."""

    sex: Sex | None
    birth: date | None
    last_on: date | None = None
    last_grams: int | None = None
    last_mm: int | None = None
    last_length_on: date | None = None
    last_position: Position | None = None
    last_head_mm: int | None = None
    last_muac_mm: int | None = None
    scale_step_g: int = 100


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful field: "weight", "length", "head", "muac" or "date". `suggests` is the value probably meant, in the
    field's unit (grams, millimetres)."""

    field: str
    reason: Reason
    suggests: int | None = None


def doubts(
    known: Known,
    on: date,
    *,
    weight_g: int | None = None,
    length_mm: int | None = None,
    head_mm: int | None = None,
    muac_mm: int | None = None,
    position: Position | None = None,
    today: date | None = None,
) -> tuple[Doubt, ...]:
    """Everything doubtful in an entry measured on a day; empty: believe it. `today` finds dates in the future."""
    if today is not None and on > today:
        return (Doubt("date", Reason.FUTURE_DATE),)
    if known.birth is not None and on < known.birth:
        return (Doubt("date", Reason.BEFORE_BIRTH),)
    entered = {"weight": weight_g, "length": length_mm, "head": head_mm, "muac": muac_mm}
    child = _Child(known, on, position)
    found = {d.field: d for d in child.swapped(weight_g, length_mm)}
    for field, value in entered.items():
        if value is not None and field not in found and (doubt := child.doubt(field, value)):
            found[field] = doubt
    if "weight" not in found and "length" not in found and child.misfit(weight_g, length_mm):
        found["weight"] = Doubt("weight", Reason.WHO_FLAG)
    return tuple(found[field] for field in entered if field in found)


class _Child:
    """One child on one day: which values fit, and what a misfit was probably meant to be."""

    def __init__(self, known: Known, on: date, position: Position | None) -> None:
        self.known, self.on, self.position = known, on, position
        self.age = None if known.birth is None else age_days(known.birth, on)

    def swapped(self, weight_g: int | None, length_mm: int | None) -> tuple[Doubt, ...]:
        """Doubts on both if the weight's kilograms make a length and the length's centimetres a weight."""
        if weight_g is None or length_mm is None or weight_g <= length_mm * 100:
            return ()
        weight, length = length_mm * 100, weight_g // 100
        if self.misfits("weight", weight) or self.misfits("length", length):
            return ()
        return Doubt("weight", Reason.SWAPPED, weight), Doubt("length", Reason.SWAPPED, length)

    def doubt(self, field: str, value: int) -> Doubt | None:
        """The one doubt about a value, if any, explained by the slip that makes most sense."""
        reason = self.misfits(field, value)
        if reason is None:
            return self._quietly_turned(field, value)
        meant = [(slip, v) for slip, v in slips(field, value) if self.misfits(field, v) is None]
        if not meant:
            return Doubt(field, reason)
        slip, suggests = min(meant, key=lambda m: self._distance(field, m[1]))
        return Doubt(field, slip, suggests)

    def misfits(self, field: str, value: int) -> Reason | None:
        """Why a value does not fit the child: impossible, too far from the last one, or flagged by WHO."""
        least, most = POSSIBLE[field]
        if not least <= value <= most:
            return Reason.OUT_OF_RANGE
        span = self.span(field)
        if span is not None and value not in span:
            return _below_or_above(field, value < span.least)
        return Reason.WHO_FLAG if self._flagged(field, value) else None

    def misfit(self, weight_g: int | None, length_mm: int | None) -> bool:
        """Whether WHO flags weight and length together, though each alone is fine."""
        if weight_g is None or length_mm is None or self.known.sex is None:
            return False
        m = Measurement.from_mm(
            self.known.sex, self.age, weight_g=weight_g, length_mm=length_mm, position=self.position
        )
        return Indicator.WFL in scores(m).flags

    def span(self, field: str) -> Span | None:
        """What the last value lets us expect today; None without one."""
        k = self.known
        last = {"weight": k.last_grams, "length": k.last_mm, "head": k.last_head_mm, "muac": k.last_muac_mm}[field]
        if last is None or last <= 0:
            return None
        last_on = (k.last_length_on if field == "length" else None) or k.last_on
        last_age = None if k.birth is None or last_on is None else age_days(k.birth, last_on)
        expected = carried_on(_INDICATOR[field], k.sex, _UNIT[field], last, last_age, self.age)
        if field == "weight":
            days = 0 if last_on is None else (self.on - last_on).days
            return weight_span(_LIMITS["weight"], last, expected, days, max(0, k.scale_step_g - 100))
        turned = field == "length" and self._position(k.last_position, last_age) != self._position(
            self.position, self.age
        )
        return size_span(_LIMITS[field], last, expected, turned)

    @staticmethod
    def _position(said: Position | None, age: int | None) -> Position:
        """As said, else as the age expects."""
        standing = age is not None and age >= STANDING_FROM
        return said or (Position.STANDING if standing else Position.LYING)

    def _flagged(self, field: str, value: int) -> bool:
        sex = self.known.sex
        if sex is None or self.age is None:
            return False
        m = Measurement.from_mm(
            sex,
            self.age,
            weight_g=value if field == "weight" else None,
            length_mm=value if field == "length" else None,
            head_mm=value if field == "head" else None,
            muac_mm=value if field == "muac" else None,
            position=self.position,
        )
        return _INDICATOR[field] in scores(m).flags

    def _distance(self, field: str, value: int) -> float:
        """How far a value is from what is expected: by the last one, else by WHO's median."""
        span = self.span(field)
        if span is not None:
            return abs(value - span.expected)
        try:
            row = lms(_INDICATOR[field], self.known.sex or Sex.BOY, self.age or 0)
        except OutOfTable:
            return 0.0
        return abs(value - row.m * _UNIT[field])

    def _quietly_turned(self, field: str, value: int) -> Doubt | None:
        """A weight that could just be, but whose turned digits are nearly what is expected."""
        span, limits = self.span(field), _LIMITS["weight"]
        if field != "weight" or span is None:
            return None
        expected = span.expected
        if abs(value - expected) <= limits["turned_off_share"] * expected + limits["turned_off_g"]:
            return None
        near = limits["turned_near_share"] * expected + limits["turned_near_g"]
        close = [v for v in turned_digits(field, value) if abs(v - expected) <= near]
        return Doubt(field, Reason.DIGITS_TURNED, close[0]) if close else None


def _below_or_above(field: str, below: bool) -> Reason:
    if field == "weight":
        return Reason.LOSS_TOO_BIG if below else Reason.GAIN_TOO_BIG
    return Reason.SHRINKING if below and field != "muac" else Reason.STEP_TOO_BIG
