"""The short code of a child inside her posyandu: one letter, two digits and a check digit, "K274".

Written on the KMS and typed where a name is hard to spell. One letter, then exactly three digits, is not the shape of
any measure. The check digit (weights 2, 3, 4 modulo 11; numbers that would need a tenth are left out) finds every
single wrong character and every two neighbouring digits turned round.
"""

import re

LETTERS = "ABDFHKMRSY"  # apart by ear, by eye and on the keyboard
_SHAPE = re.compile(r"([A-Z])[ .-]?(\d)[ .-]?(\d)[ .-]?(\d)")


def _check(place: int, tens: int, ones: int) -> int:
    return (2 * place + 3 * tens + 4 * ones) % 11


CODES = tuple(
    f"{LETTERS[place]}{tens}{ones}{check}"
    for tens in range(10)
    for ones in range(10)
    for place in range(len(LETTERS))
    if (check := _check(place, tens, ones)) < 10
)


def make_code(number: int) -> str:
    """The code of the posyandu's child number 0, 1, 2 ...; IndexError from the 910th on: codes are not given twice."""
    if number < 0:
        raise IndexError(number)
    return CODES[number]


def read_code(text: str) -> str | None:
    """The code as it is kept ("k 27-4" -> "K274"); None when the text is no code or its check digit is wrong."""
    typed = _SHAPE.fullmatch(text.strip().upper())
    if typed is None:
        return None
    code = "".join(typed.groups())
    return code if code in _VALID else None


def looks_like_code(text: str) -> bool:
    """Has the shape of a code, right or wrong."""
    return _SHAPE.fullmatch(text.strip().upper()) is not None


_VALID = frozenset(CODES)
