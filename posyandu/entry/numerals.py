"""Numbers as people say and write them: "11,2", "sebelas koma dua", "9 setengah", "9 1/2", "seratus tiga koma lima"."""

from collections.abc import Callable
from dataclasses import dataclass, replace

_UNITS = {
    "nol": 0, "kosong": 0, "satu": 1, "sebuah": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7,
    "delapan": 8, "lapan": 8, "sembilan": 9, "smbilan": 9, "sembilang": 9, "dlapan": 8, "tujuhh": 7, "tuju": 7,
    "ampat": 4, "anem": 6,
}  # fmt: skip
_REGIONAL = {  # believed only beside another number word, a label or a unit
    "hiji": 1, "tilu": 3, "opat": 4, "genep": 6, "dalapan": 8, "salapan": 9, "siji": 1, "loro": 2, "telu": 3,
    "papat": 4, "limo": 5, "enem": 6, "nem": 6, "pitu": 7, "wolu": 8, "sanga": 9, "songo": 9, "sango": 9, "besik": 1,
    "dadua": 2, "kutus": 8, "ciek": 1, "duo": 2, "tigo": 3, "ampek": 4, "tujuah": 7, "sambilan": 9,
    "talu": 3, "walu": 8, "rong": 2, "telung": 3, "patang": 4, "limang": 5, "pitung": 7, "wolung": 8, "sangang": 9,
    "tolu": 3, "onom": 6, "ualu": 8, "tellu": 3, "enneng": 6, "arua": 8, "asera": 9, "sia": 9, "siya": 9, "pat": 4,
}  # fmt: skip
_TEENS = {
    "sepuluh": 10, "sapuluh": 10, "sebelas": 11, "sabelas": 11, "sewelas": 11, "solas": 11, "dasa": 10, "rolas": 12,
    "telulas": 13, "patbelas": 14, "limalas": 15, "limolas": 15, "nembelas": 16, "pitulas": 17, "wolulas": 18,
    "sapuluah": 10, "sabaleh": 11, "roras": 12, "sangalas": 19, "songolas": 19,
}  # fmt: skip
_TENS = frozenset(("puluh", "puluhan", "pulu", "puluah"))
_TEEN = frozenset(("belas", "welas", "las", "baleh"))
_HALVES = {
    "setengah": 500, "stengah": 500, "satengah": 500, "setngah": 500, "seperempat": 250, "saprapat": 250,
    "stngah": 500, "satangah": 500, "setenga": 500, "separo": 500, "separuh": 500, "saparo": 500, "saparuah": 500,
    "seprapat": 250, "separapat": 250, "saparapat": 250, "saparampek": 250, "saparampat": 250, "seprempat": 250,
    "sprempat": 250,
}  # fmt: skip
COMMA = frozenset(("koma", "coma", "kuma", "koma,"))
_STARTS = frozenset((*_UNITS, *_TEENS, "seratus", "saratus", "satus", "seribu"))


@dataclass(frozen=True, slots=True)
class Number:
    """A number as typed, in thousandths. `decimals` counts the digits after its sign; `spoken` when in words;
    `spelled` when digit by digit ("tujuh enam"); `odd` when its writing leaves a doubt ("09.15", "8,,4")."""

    milli: int
    decimals: int = 0
    spoken: bool = False
    spelled: bool = False
    odd: bool = False

    @property
    def whole(self) -> bool:
        """Written without decimals."""
        return self.decimals == 0

    def plus(self, milli: int) -> "Number":
        """With a half or some ons added: no longer a bare whole number."""
        return replace(self, milli=self.milli + milli, decimals=max(self.decimals, 1))


def from_digits(whole: str, fraction: str = "", *, odd: bool = False) -> Number | None:
    """The number written with these digits; None for more digits than any measure has."""
    if len(whole) > 6 or len(fraction) > 3:
        return None
    return Number(int(whole) * 1000 + int((fraction + "000")[:3]), len(fraction), odd=odd)


def half(word: str) -> int | None:
    """Thousandths that a word for a part adds ("setengah" -> 500)."""
    return _HALVES.get(word)


def is_number_word(word: str, *, regional: bool = False) -> bool:
    """May a spoken number begin with this word?"""
    return word in _STARTS or (regional and word in _REGIONAL)


def is_any_number_word(word: str) -> bool:
    """Any word that occurs in spoken numbers."""
    return word in _STARTS or word in _REGIONAL or word in _TENS or word in _TEEN or word in COMMA or word == "ratus"


Word = Callable[[int], str]  # the word at a place, "" where there is none


def _digit(word: str) -> int | None:
    return _UNITS.get(word, _REGIONAL.get(word))


def _below_hundred(word: Word, at: int) -> tuple[int, int] | None:
    """Value and the place after it of "delapan puluh tiga", "lima belas", "tujuh"."""
    first = word(at)
    if first in _TEENS:
        return _TEENS[first], at + 1
    digit = _digit(first)
    if digit is None:
        return None
    if word(at + 1) in _TEEN:
        return 10 + digit, at + 2
    if word(at + 1) in _TENS:
        ones = _digit(word(at + 2))
        if ones is not None and word(at + 3) not in _TENS | _TEEN | {"ratus"}:
            return 10 * digit + ones, at + 3
        return 10 * digit, at + 2
    return digit, at + 1


def _cardinal(word: Word, at: int) -> tuple[int, int, bool] | None:
    """Value, the place after it, and whether it was said digit by digit."""
    first = word(at)
    if first in ("seratus", "saratus", "satus") or (_digit(first) is not None and word(at + 1) == "ratus"):
        hundreds, at = (1, at + 1) if _digit(first) is None else (_UNITS.get(first, 0), at + 2)
        rest = _below_hundred(word, at)
        return (100 * hundreds + rest[0], rest[1], False) if rest else (100 * hundreds, at, False)
    found = _below_hundred(word, at)
    if found is None:
        return None
    value, end = found
    if end == at + 1 and first not in _TEENS and value > 0:  # "tujuh enam" = 76, said digit by digit
        following = _below_hundred(word, end)
        if following and following[1] == end + 1 and word(end) not in _TEENS and word(end) not in _HALVES:
            return 10 * value + following[0], end + 1, True
    return value, end, False


def spoken(word: Word, at: int) -> tuple[Number, int] | None:
    """The number said from this place on, and the place after it; None where no number begins."""
    found = _cardinal(word, at)
    if found is None:
        return None
    value, end, spelled = found
    if word(end) in COMMA and (fraction := fraction_words(word, end + 1)):
        digits, end = fraction
        number = from_digits(str(value), digits)
        return (replace(number, spoken=True, spelled=spelled), end) if number else None
    number = Number(value * 1000, spoken=True, spelled=spelled)
    if word(end) == "ribu":
        thousands = _cardinal(word, end + 1)
        value = value * 1000 + (thousands[0] if thousands else 0)
        return Number(value * 1000, spoken=True), thousands[1] if thousands else end + 1
    return number, end


def fraction_words(word: Word, at: int) -> tuple[str, int] | None:
    """The digits said after "koma": "dua", "dua lima", "dua puluh lima"; a ten that follows begins the next number."""
    first = _digit(word(at))
    if first is None:
        return None
    if word(at + 1) in _TENS:
        found = _below_hundred(word, at)
        return (f"{found[0]:02d}", found[1]) if found else None
    digits, at = str(first), at + 1
    while (digit := _digit(word(at))) is not None and len(digits) < 3:
        if word(at + 1) in _TENS | _TEEN | COMMA or word(at + 1) == "ratus":
            break
        digits, at = digits + str(digit), at + 1
    return digits, at
