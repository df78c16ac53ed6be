"""Answers to one question at a time: a weight, a length with how it was taken, the extras of a visit.

Each reads a typed reply to a value, gives None when it means nothing, and raises ValueError(code) when it could mean
more than one. What is said in words or among others ("sebelas koma dua", "8,4 kg bu") and a whole line without a
question are read by `posyandu.entry`.
"""

from __future__ import annotations

import re

from posyandu import entry
from posyandu.entry.numerals import spoken

_NUMBER = r"(\d{1,6}(?:[.,]\d{1,3})?)"
_UNITS = {"kg": 1000, "kilo": 1000, "kilogram": 1000, "ons": 100, "gr": 1, "g": 1, "gram": 1}
_LENGTHS = {"cm": 10, "senti": 10, "sentimeter": 10, "mm": 1, "m": 1000, "meter": 1000}
_HALF = re.compile(r"(\d+)\s*(?:setengah|stengah|1/2|½)")
_LYING = re.compile(r"\b(?:te?r?lentang|tidur|baring|berbaring|rebah)\b")
_LESS = re.compile(r"\bkurang\b")
_STANDING = re.compile(r"\b(?:berdiri|diri|tegak|bediri)\b")


def _value(digits: str) -> float:
    return float(digits.replace(",", "."))


def _found(found: int | entry.Unclear | None, text: str) -> int | None:
    """What the reader of sentences made of an answer. "9 kilo kurang 1 ons" is less than the number in it."""
    if isinstance(found, entry.Unclear) or (found is not None and _LESS.search(text.casefold())):
        raise ValueError("ambiguous")
    return found


def _plain(text: str) -> str:
    said = text.casefold().strip().rstrip(".!")
    return _HALF.sub(lambda m: f"{m[1]},5", said)


def read_weight(text: str) -> int | None:
    """Grams of "8,4", "8.4 kg", "84 ons", "8 kilo 4", "8400"; without a unit grams only from 1,000 to 40,000.

    Two digits without a sign ("84") are ambiguous.
    """
    said = re.sub(r"\b(?:bb|berat|beratnya|badan|nya|timbang|=|:)\b", " ", _plain(text)).replace("=", " ").strip(" :")
    parts = re.fullmatch(rf"{_NUMBER}\s*(?:kg|kilo|kilogram)\s*(\d)(?:\s*ons)?", said)
    if parts:
        return round(_value(parts[1]) * 1000) + int(parts[2]) * 100
    found = re.fullmatch(rf"{_NUMBER}\s*(kg|kilo|kilogram|ons|gram|gr|g)?", said)
    if found is None:
        return _found(entry.read_weight(text), text)
    digits, unit = found[1], found[2]
    thousand = re.fullmatch(r"(\d{1,2})\.(\d{3})", digits)
    if unit in ("gr", "g", "gram") and thousand:
        return int(thousand[1] + thousand[2])
    value = _value(digits)
    if unit is not None:
        return round(value * _UNITS[unit])
    if "," in digits or "." in digits:
        return round(value * 1000)
    if 1000 <= value <= 40000:
        return round(value)
    if len(digits) == 1 or value in range(10, 26):
        return round(value * 1000)
    raise ValueError("ambiguous")


def read_length(text: str) -> int | None:
    """Millimetres of "72,5", "72 cm", "0,72 m", "720 mm"; words of how it was taken are passed over."""
    said = _LYING.sub(" ", _STANDING.sub(" ", _plain(text)))
    said = re.sub(r"\b(?:tb|pb|tinggi|panjang|badan|badannya|nya|ukur|diukur)\b", " ", said).replace("=", " ")
    found = re.fullmatch(rf"{_NUMBER}\s*(cm|senti|sentimeter|mm|meter|m)?", " ".join(said.strip(" :,").split()))
    if found is None:
        return _found(entry.read_length(text), text)
    value = _value(found[1])
    if found[2] is not None:
        return round(value * _LENGTHS[found[2]])
    if value < 2:
        return round(value * 1000)
    if value >= 300:
        return round(value)
    return round(value * 10)


def read_position(text: str) -> str | None:
    """ "terlentang" or "berdiri" when the words say so."""
    said = text.casefold()
    if _LYING.search(said):
        return "terlentang"
    return "berdiri" if _STANDING.search(said) else None


def read_muac(text: str) -> int | None:
    """Millimetres of a LiLA: "14,5", "14.5 cm", "145"."""
    found = re.fullmatch(rf"(?:lila|lengan)?\s*[:=]?\s*{_NUMBER}\s*(?:cm|mm)?", _plain(text))
    if found is None:
        return _found(entry.read_muac(text), text)
    value = _value(found[1])
    return round(value * 10) if value < 40 else round(value)


_EXTRA = {
    "muac": re.compile(rf"\b(?:lila|lengan)\s*[:=]?\s*{_NUMBER}\s*(?:cm)?"),
    "head": re.compile(rf"\b(?:lk|lika|lingkar kepala|kepala)\s*[:=]?\s*{_NUMBER}\s*(?:cm)?"),
}
_VITA = re.compile(r"\bvit(?:amin)?\.?\s*a(?:\s+(?:kapsul|warna))?(?:\s*(?:yang|yg))?\s*(biru|merah)?")
_OEDEMA = re.compile(r"\b(?:bengkak|oedem|edema|odema)\w*(?:\s+(?:di|pada))?(?:\s+(?:ke)?dua)?(?:\s+kaki\w*)?")
_ASI = re.compile(r"\basi(?:\s*(?:eks(?:klusif)?|saja))?\b")
_NO = re.compile(r"\b(?:tidak|tdk|ga|gak|nggak|bukan|belum|blm|tanpa|no)\s*$")


def read_extras(text: str) -> dict[str, int] | None:
    """What of LiLA, head (mm), vitamin A (1 blue, 2 red), ASI and oedema (0, 1) a reply names; None if nothing, or if
    any of it is not understood."""
    return _extras(text) or _extras(_in_digits(text))


def _in_digits(text: str) -> str:
    """ "lila lima belas koma dua" -> "lila 15,2"."""
    words, out, at = re.findall(r"\d+[.,]\d+|[^\s,;]+|[,;]", text.casefold()), list[str](), 0

    def word(n: int) -> str:
        return words[n] if n < len(words) else ""

    while at < len(words):
        said = spoken(word, at)
        out.append(f"{said[0].milli / 1000:g}" if said else words[at])
        at = said[1] if said else at + 1
    return " ".join(out)


def _extras(text: str) -> dict[str, int] | None:
    rest, found = _plain(text), dict[str, int]()
    for name, pattern in _EXTRA.items():
        if match := pattern.search(rest):
            value = _value(match[1])
            found[name] = round(value * 10) if value < 100 else round(value)
            rest = rest.replace(match[0], " ", 1)
    if match := _VITA.search(rest):
        if match[1] is None:
            raise ValueError("which_vitamin")
        found["vita"] = 1 if match[1] == "biru" else 2
        rest = rest.replace(match[0], " ", 1)
    for name, pattern in (("oedema", _OEDEMA), ("asi", _ASI)):
        if match := pattern.search(rest):
            denied = _NO.search(rest[: match.start()])
            found[name] = 0 if denied else 1
            rest = rest[: denied.start() if denied else match.start()] + " " + rest[match.end() :]
    leftover = re.sub(r"\b(?:dan|sama|sudah|dapat|dikasih|diberi|cm|ya|bu|kaki|kedua)\b|[,;/.+-]", " ", rest).split()
    return found if found and not leftover else None
