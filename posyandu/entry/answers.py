"""Answers to one question, read strictly: a weight, a length, LiLA, a head, a phone number, yes or no.

Each reader returns the value in whole grams or millimetres, None where the text holds none, or `Unclear` with what may
have been meant, for buttons. The child's own plausibility is judged elsewhere (`posyandu.doubt`).
"""

import re
from dataclasses import dataclass
from datetime import date

from posyandu.doubt import POSSIBLE
from posyandu.entry.amounts import Amount, read_amounts
from posyandu.entry.lexer import items
from posyandu.entry.manner import read_manner
from posyandu.entry.measures import GRAMS_FROM, GRAMS_TO, grams, millimetres
from posyandu.entry.typed import clean
from posyandu.entry.vocabulary import word_set

_ANY_DAY = date(2000, 1, 1)  # dates are no part of these answers
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Unclear:
    """An answer that may mean one of these values (grams, millimetres), likeliest first; perhaps none."""

    suggests: tuple[int, ...] = ()


def read_weight(text: str) -> int | Unclear | None:
    """Whole grams: "9,4", "9.4 kg", "9400", "94 ons", "9 kilo 4", "9 setengah". "94" and "0,94" are unclear."""
    amount = _one(text, "weight")
    if not isinstance(amount, Amount):
        return amount
    number = amount.quantity.number
    value = grams(number, amount.unit)
    least, most = POSSIBLE["weight"]
    if value is not None and least <= value <= most and not number.spelled:
        return value
    if amount.unit is not None:
        return Unclear()
    meant = (number.milli // 10, number.milli * 10)  # 94 and 0,94 for 9,4
    return Unclear(tuple(m for m in meant if least <= m <= min(most, GRAMS_TO) and m >= GRAMS_FROM))


def read_length(text: str) -> int | Unclear | None:
    """Whole millimetres: "72", "72,5 cm", "0,72 m", "720 mm". "720" and "0,72" without a unit are unclear."""
    return _size(text, "length")


def read_muac(text: str) -> int | Unclear | None:
    """Whole millimetres of the upper arm: "13,5", "13.5 cm", "135 mm"."""
    return _size(text, "muac")


def read_head(text: str) -> int | Unclear | None:
    """Whole millimetres of the head: "45", "45,5 cm"."""
    return _size(text, "head")


def _size(text: str, field: str) -> int | Unclear | None:
    amount = _one(text, field)
    if not isinstance(amount, Amount):
        return amount
    number, (least, most) = amount.quantity.number, POSSIBLE[field]
    value = millimetres(number, amount.unit)
    if value is not None and least <= value <= most and not number.spelled:
        return value
    if amount.unit is not None:
        return Unclear()
    return Unclear(tuple(m for m in (number.milli // 1000, number.milli) if least <= m <= most))


def _one(text: str, field: str) -> Amount | Unclear | None:
    """The one number of an answer; Unclear where there are several, or words that take it back."""
    found = items(clean(text[:_LONGEST]), _ANY_DAY)
    if len(text) > _LONGEST:
        return None
    amounts = read_amounts(found)
    manner = read_manner(found)
    if not amounts.now:
        return None
    if len(amounts.now) > 1 or amounts.problems or manner.reason or manner.question or amounts.past:
        return Unclear()
    amount = amounts.now[0]
    by_centimetre = amount.measure == "length" and not amount.labelled and field != "weight"
    return amount if amount.measure in (None, field) or by_centimetre else Unclear()


_YES, _NO, _POLITE = (word_set(name) for name in ("yes", "no", "polite"))


def read_yes_no(text: str) -> bool | None:
    """Yes or no in the words people use, also Sundanese, Javanese and Balinese; None for anything else."""
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", clean(text[:_LONGEST]).casefold())
    words = [re.sub(r"(.)\1{2,}", r"\1", w) for w in words]
    if not words or len(words) > 4 or any(c.isdigit() for c in text):
        return None
    said = {True for w in words if w in _YES and w not in _POLITE} | {False for w in words if w in _NO}
    rest = [w for w in words if w not in _YES and w not in _NO and w not in _POLITE]
    if not said and not rest:
        said = {True for w in words if w in _YES}
    if rest or len(said) != 1:
        return None
    return said.pop()


def read_phone(text: str) -> str | None:
    """An Indonesian mobile number as +628...: "0812-3456-7890", "62812...", "8123...", wa.me links. None for others."""
    text = re.sub(r"(?:https?://)?(?:wa\.me|api\.whatsapp\.com/send\?phone=)/?", "", clean(text[:_LONGEST]), flags=re.I)
    found = re.findall(r"\+?\(?\d[\d\s().-]{7,20}\d", text)
    if len(found) != 1:
        return None
    digits = re.sub(r"\D", "", found[0])
    national = re.sub(r"^(?:0062|62|0)0?", "", digits)
    if not re.fullmatch(r"8[1-9]\d{7,10}", national):
        return None
    return f"+62{national}"
