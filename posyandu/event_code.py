"""The personal code of a guest at one event: two letters, three digits and a check digit, "HK4827".

Typed at the door, read out over noise, and printed under the QR code. The letters are apart by ear and by eye. The
check digit (weights 2 to 6 modulo 11; what would need a tenth is left out) finds every single wrong character and
every two neighbours turned round. Codes of neighbours on the list have nothing in common.
"""

import re

from posyandu.child_code import LETTERS

SPACE = len(LETTERS) ** 2 * 1000
STEP = 61_403  # shares no factor with SPACE: walking by it meets every number once
_SHAPE = re.compile(r"([A-Z])[ .-]?([A-Z])[ .-]?(\d)[ .-]?(\d)[ .-]?(\d)[ .-]?(\d)")
_QR = re.compile(r"ACARA-(\d{1,12})-([A-Z]{2}\d{4})")


def _digits(number: int) -> tuple[int, ...]:
    letters, ones = divmod(number % SPACE, 1000)
    return (*divmod(letters, len(LETTERS)), ones // 100, ones // 10 % 10, ones % 10)


def _check(digits: tuple[int, ...]) -> int:
    return sum(weight * digit for weight, digit in enumerate(digits, 2)) % 11


def make_code(number: int, start: int = 0) -> tuple[str, int]:
    """The code of the first number from here on that has one, and the number after it. `start` is the event's own."""
    for at in range(number, number + SPACE):
        digits = _digits(start + at * STEP)
        check = _check(digits)
        if check < 10:
            return f"{LETTERS[digits[0]]}{LETTERS[digits[1]]}{digits[2]}{digits[3]}{digits[4]}{check}", at + 1
    raise IndexError(number)


def read_code(text: str) -> str | None:
    """The code as it is kept ("hk 482-7" -> "HK4827"); None when it is none or its check digit is wrong."""
    typed = _SHAPE.fullmatch(text.strip().upper())
    if typed is None:
        return None
    one, two, *rest = typed.groups()
    if one not in LETTERS or two not in LETTERS:
        return None
    digits = (LETTERS.index(one), LETTERS.index(two), *(int(d) for d in rest[:3]))
    return "".join(typed.groups()) if _check(digits) == int(rest[3]) else None


def looks_like_code(text: str) -> bool:
    """Has the shape of a code, right or wrong."""
    return _SHAPE.fullmatch(text.strip().upper()) is not None


def qr_text(event_id: int, code: str) -> str:
    """What stands in the QR code: the event, too, since codes are given out anew at every event."""
    return f"ACARA-{event_id}-{code}"


def read_qr(text: str) -> tuple[int, str] | None:
    """(event, code) of a QR code of ours."""
    found = _QR.fullmatch(text.strip().upper())
    code = read_code(found[2]) if found else None
    return (int(found[1]), code) if found and code else None
