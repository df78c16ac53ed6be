"""Codes to join with: 8 characters of 32, kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: they are read out over a bad line
LENGTH = 8


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal(text: str) -> str:
    """As it was given out: upper case, without spaces, dashes or a "/start " before it."""
    said = text.strip().upper().removeprefix("/START").strip()
    return "".join(c for c in said if c.isalnum())


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(f"posyandu:{normal(code)}".encode()).hexdigest()
