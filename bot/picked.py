"""The parts of a button's text. They come from outside: a part that no button of ours has is a ValueError."""

from __future__ import annotations


def number(part: str) -> int:
    """A row's number."""
    if not part.isascii() or not part.isdigit() or len(part) > 15:
        raise ValueError(part)
    return int(part)


def yes(part: str) -> bool:
    """One of two words."""
    if part not in ("yes", "no"):
        raise ValueError(part)
    return part == "yes"
