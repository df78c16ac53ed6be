"""Codes to join with: 8 characters of 32, kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: they are read out over a bad line
LENGTH = 8


def new_code() -> str:
    """With a digit in it, so that a name is never taken for a code."""
    while True:
        made = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if any(c.isdigit() for c in made):
            return made


def normal(text: str) -> str:
    """As it was given out: upper case, without spaces, dashes or a "/start " before it."""
    said = text.strip().upper().removeprefix("/START").strip()
    return "".join(c for c in said if c.isalnum())


def is_code(text: str) -> bool:
    """Has it the shape of a code: eight characters of the alphabet, with dashes perhaps, or in two groups of four?"""
    said = text.strip().upper().replace("-", "").replace(".", "")
    in_two = len(said) == LENGTH + 1 and said[4] == " " and any(c.isdigit() for c in said)  # "anak saya" is none
    grouped = len(said) == LENGTH or in_two
    plain = normal(said)  # without the commas of "9,25 76,5", which is no code
    return grouped and len(plain) == LENGTH and all(c in ALPHABET for c in plain)


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(f"posyandu:{normal(code)}".encode()).hexdigest()
