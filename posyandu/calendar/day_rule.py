"""The rule by which a posyandu fixes its day: "tanggal 12", "Selasa kedua", "Rabu terakhir".

A month too short for the rule has its day on the last day that fits: the 31st on 30 April, the fifth Tuesday on the
last one. "Minggu ke-3" beside a weekday is read as its third occurrence in the month, not as the third row of a
wall calendar: that is how posyandu mean it, and the date in words is always shown before anything is saved.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from posyandu.calendar.months import month_of, month_range, months_before
from posyandu.calendar.words import DAYS

LAST = 5  # the fifth weekday of a month is its last one, whether or not there is a fifth

_ORDINALS = ("pertama", "kedua", "ketiga", "keempat", "terakhir")
_NUMBER = {
    "pertama": 1, "kesatu": 1, "i": 1, "kedua": 2, "ii": 2, "ketiga": 3, "iii": 3, "keempat": 4, "iv": 4,
    "kelima": LAST, "v": LAST, "terakhir": LAST, "akhir": LAST,
}  # fmt: skip
_DAY = {name.lower(): number for number, name in enumerate(DAYS)} | {
    "sen": 0, "sel": 1, "rab": 2, "kam": 3, "jum": 4, "jumat": 4, "jum'at": 4, "jumaat": 4, "sab": 5,
    "ahad": 6, "min": 6,
}  # fmt: skip
# Words that carry nothing: "setiap hari Selasa pada minggu yang kedua tiap bulan"
_FILLERS = {"setiap", "tiap", "tiap-tiap", "hari", "pada", "di", "yang", "bulan", "bulannya", "pekan"}


class NotADayRule(ValueError):
    """The text names no day of the month; the message is an example of one that does."""

    def __init__(self) -> None:
        super().__init__('Tulis misalnya "tanggal 12", "Selasa kedua" atau "Rabu terakhir".')


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day in every month: a date (`day` 1 to 31), or the `nth` (1 to 4, 5: the last) `weekday` (0: Monday)."""

    day: int | None = None
    weekday: int | None = None
    nth: int | None = None

    @classmethod
    def parse(cls, text: str) -> "DayRule":
        """A rule from what people write; case, fillers ("setiap hari ...") and order do not matter.

        Raises NotADayRule."""
        words = re.findall(r"[a-z']+|\d+", text.lower().replace("’", "'"))
        words = [w for w in words if w not in _FILLERS and w != "ke"]
        by_date = any(w in ("tanggal", "tgl", "tg") for w in words)
        words = [w for w in words if w not in ("tanggal", "tgl", "tg")]
        if by_date or len(words) == 1:
            return cls._dated(words)
        return cls._weekly(words)

    @classmethod
    def _dated(cls, words: list[str]) -> "DayRule":
        if words == ["terakhir"] or words == ["akhir"]:
            return cls(day=31)
        if len(words) == 1 and words[0].isdigit() and 1 <= int(words[0]) <= 31:
            return cls(day=int(words[0]))
        raise NotADayRule

    @classmethod
    def _weekly(cls, words: list[str]) -> "DayRule":
        # "Minggu" is Sunday and week: beside another weekday, or said twice, one of them is the week.
        days = [w for w in words if w in _DAY]
        if len(days) == 2 and "minggu" in days:
            words.remove("minggu")
            days.remove("minggu")
        others = [w for w in words if w not in days]
        if len(days) != 1 or len(others) != 1:
            raise NotADayRule
        nth = int(others[0]) if others[0].isdigit() else _NUMBER.get(others[0], 0)
        if not 1 <= nth <= LAST:
            raise NotADayRule
        return cls(weekday=_DAY[days[0]], nth=nth)

    def text(self) -> str:
        """The rule in Indonesian words, which `parse` reads back."""
        if self.weekday is not None and self.nth is not None:
            return f"{DAYS[self.weekday]} {_ORDINALS[self.nth - 1]}"
        return f"tanggal {self.day}"

    def on(self, month: str) -> date:
        """The day in a month "YYYY-MM"."""
        first, last = month_range(month)
        if self.weekday is not None and self.nth is not None:
            found = first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))
            return found if found <= last else found - timedelta(days=7)
        return first.replace(day=min(self.day or 1, last.day))


def next_days(rule: DayRule, after: date, n: int) -> tuple[date, ...]:
    """The next n days of a rule later than `after`."""
    month = month_of(after)
    months = (months_before(month, -ahead) for ahead in range(n + 1))
    return tuple(on for on in map(rule.on, months) if on > after)[:n]
