"""Text from outside as it may be stored: no NUL (PostgreSQL refuses it), no half surrogate pair (UTF-8 has none)."""

from __future__ import annotations


def clean(text: str) -> str:
    """The text with what no database takes removed or replaced by U+FFFD; everything else untouched."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "")
