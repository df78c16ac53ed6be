"""What messengers and lists put before a line: time and sender of a copied message, quote signs, bullets, numbers."""

import re

from posyandu.entry.dates import MONTHS

_COUNTED = (
    "kg|kilo|kilogram|gram|gr|g|ons|cm|senti|m|meter|mm|th|thn|tahun|bl|bln|bulan|minggu|mgg|hari|koma|setengah|orang|anak"
    "|balita"
)
_TIME = r"(?:\d{1,2}[.:]\d{2}(?:[.:]\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s?[Ww][Ii](?:[Bb]|[Tt][Aa]?))?)"
_DAY = r"(?:\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?)"
_STAMP = rf"(?:{_DAY}[\s,]+{_TIME}|{_TIME}[\s,]+{_DAY}|{_TIME}|{_DAY})"
_SENDER = r"(?:~\s?)?[^:\n]{1,40}?"
_COPIED = (
    re.compile(rf"^\[{_STAMP}\]\s*{_SENDER}:\s*"),  # [12/11/26 08.47] Teh Iis: ...
    re.compile(rf"^{_DAY}[\s,]+{_TIME}\s*[-–—]\s*{_SENDER}:\s*"),  # 12/11 09.05 - Bu Yuyun: ...
    re.compile(rf"^{_TIME}[\s,]+{_DAY}\s*[-–—]\s*{_SENDER}:\s*"),
    re.compile(
        rf"^{_TIME}\s+(?:bu|ibu|teh|mbak|mba|kak|bunda|bidan|ceu|mpok|kader)\s[^:\d\n]{{1,25}}?\s*[-–—]\s+", re.I
    ),
    re.compile(rf"^{_TIME}\s*[-–—]\s*{_SENDER}:\s*"),
    re.compile(r"^0\d[.:][0-5]\d(?:\s*wi(?:b|ta|t))?[\s,]+(?=[^\W\d_])", re.IGNORECASE),  # 08.15 azzam ...
    re.compile(rf"^{_SENDER},?\s*\[{_STAMP}\]:?\s*"),  # Bu Yuyun, [12/11/26 08.47]
)
_QUOTE = re.compile(
    r"^(?:[>|»]+\s*|(?:\W*\b(?:diteruskan|forwarded|fwd?|terusan)\b\W*)(?:pesan\s*)?:?\s*|\*?(?:re|fw|balas)\s*:\s*)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^(?:[-*•·▪▫●○✓✔√+]+\s*)?"
    r"(?:(?:no|nomor|nomer|nmr|urut)\s*[.:]?\s*\d{1,3}\s*[.):,-]?\s+(?=\D)"
    r"|\(\s?\d{1,3}\s?\)\s*|\[\s?\d{1,3}\s?\]\s*|#\s?\d{1,3}\s*[.):]?\s*"
    r"|\d{1,3}\s?[.)](?!\d)\s*|\d{1,3}\s?[-–:](?!\d)\s*(?=[^\W\d])|\d{1,3}\s*[|;\t/](?!\d)\s*(?=[^\W\d])|\d{1,3},(?=[^\W\d_]{2}))",
    re.I,
)
_BULLET = re.compile(r"^[-*•·▪▫●○✓✔√+=~◦‣∙\s]+(?=[^\W\d_]|\()")
_LEADING = re.compile(rf"^(\d{{1,3}})[,]?\s+(?=[^\W\d_])(?!(?:{'|'.join(MONTHS)}|{_COUNTED})\b)", re.I)


def without_copied(line: str) -> str:
    """The line without the time and sender that copying a message leaves, and without quote signs."""
    for _ in range(3):
        before = line
        line = _QUOTE.sub("", line.lstrip(), count=1)
        for pattern in _COPIED:
            if (m := pattern.match(line)) is not None and m.end() < len(line):
                line = line[m.end() :]
                break
        if line == before:
            break
    return line


def without_number(line: str) -> tuple[str, int | None]:
    """The line without bullet and list number, and that number."""
    line = line.lstrip()
    if (m := _NUMBER.match(line)) is not None:
        digits = re.search(r"\d+", m.group())
        return line[m.end() :], int(digits.group()) if digits else None
    return _BULLET.sub("", line), None


def leading_number(line: str) -> tuple[int, str] | None:
    """A bare whole number before a word: "30 galih 16 104". Whether it is a list number, the rest of the line tells."""
    m = _LEADING.match(line)
    return (int(m[1]), line[m.end() :]) if m else None
