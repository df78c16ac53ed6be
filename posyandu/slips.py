"""Slips of the thumb: why an entry is doubted, and what it may have been meant to be. Used by `posyandu.doubt`."""

from collections.abc import Iterator
from enum import StrEnum


class Reason(StrEnum):
    """Why an entry is doubted."""

    OUT_OF_RANGE = "out_of_range"
    TIMES_TEN = "times_ten"  # 82 for 8,2
    TENTH = "tenth"  # 1,74 for 17,4
    SWAPPED = "swapped"  # weight and height the wrong way round
    DIGITS_TURNED = "digits_turned"  # 12,3 for 13,2
    GAIN_TOO_BIG = "gain_too_big"
    LOSS_TOO_BIG = "loss_too_big"
    SHRINKING = "shrinking"
    STEP_TOO_BIG = "step_too_big"
    WHO_FLAG = "who_flag"
    FUTURE_DATE = "future_date"
    BEFORE_BIRTH = "before_birth"


def slips(field: str, value: int) -> Iterator[tuple[Reason, int]]:
    """What a value may have been meant to be."""
    if value % 10 == 0:
        yield Reason.TIMES_TEN, value // 10
    yield Reason.TENTH, value * 10
    for turned in turned_digits(field, value):
        yield Reason.DIGITS_TURNED, turned


def turned_digits(field: str, value: int) -> Iterator[int]:
    """The value with two neighbouring digits turned round, as it was typed: 13200 g is 13,2; 12650 g is 12,65."""
    if value <= 0:
        return
    step = next(s for s in ((100, 10, 1) if field == "weight" else (10, 1)) if value % s == 0)
    digits = str(value // step)
    for i in range(len(digits) - 1):
        turned = digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
        if turned != digits and turned[0] != "0":
            yield int(turned) * step
