"""The word that is shown in the hall: with it a kader checks in herself. It changes, so that it is of no use at home.

Pure: the event's secret and the moment give the word; nothing is stored. The word before the present one still counts,
since she may have begun to type when it changed.
"""

import hashlib
from pathlib import Path

EVERY_MS = 15 * 60_000
_TEXT = (Path(__file__).parent / "hall_words.txt").read_text(encoding="utf-8")
WORDS = tuple(w for line in _TEXT.splitlines() if not line.startswith("#") for w in line.split())


def _word(secret: str, slot: int) -> str:
    digest = hashlib.sha256(f"{secret}:{slot}".encode()).digest()
    return f"{WORDS[int.from_bytes(digest[:4]) % len(WORDS)]} {digest[4] % 90 + 10}"


def word_at(secret: str, now: int) -> tuple[str, int]:
    """The word at this moment (epoch ms), and the moment at which it changes."""
    slot = now // EVERY_MS
    return _word(secret, slot), (slot + 1) * EVERY_MS


def is_word(secret: str, said: str, now: int) -> bool:
    """Is it the word that is shown now, or the one before?"""
    slot, typed = now // EVERY_MS, "".join(said.casefold().split())
    return typed in {_word(secret, s).replace(" ", "") for s in (slot, slot - 1)}


def looks_like_word(said: str) -> bool:
    """ "mangga 42": has the shape of such a word, right or wrong."""
    parts = said.casefold().replace(".", " ").split()
    return len(parts) == 2 and parts[0] in WORDS and parts[1].isdigit() and len(parts[1]) == 2
