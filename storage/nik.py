"""NIK at rest: encrypted with FIELD_KEY, beside it a keyed hash to find it by, and the last four digits to show.

Each row names the key it was sealed with, so that keys can be changed in batches. Without FIELD_KEY nothing of a NIK
is kept but its last four digits.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12  # bytes, the usual nonce of AES-GCM


@dataclass(frozen=True)
class Sealed:
    """The four columns of a child's row."""

    nik_cipher: bytes | None
    nik_hash: str | None
    nik_last4: str | None
    nik_key: int | None


class NikKey:
    """One FIELD_KEY, split into a key that encrypts and one that hashes."""

    def __init__(self, field_key: str, number: int = 1) -> None:
        self.number = number
        self._lock = AESGCM(_derived(field_key, b"posyandu nik encryption")) if field_key else None
        self._mark = _derived(field_key, b"posyandu nik lookup")

    def seal(self, nik: str) -> Sealed:
        """What is stored of a NIK (digits only)."""
        if self._lock is None:
            return Sealed(None, None, nik[-4:] or None, None)
        nonce = secrets.token_bytes(NONCE)
        return Sealed(nonce + self._lock.encrypt(nonce, nik.encode(), None), self.digest(nik), nik[-4:], self.number)

    def open(self, cipher: bytes | None, number: int | None) -> str:
        """The NIK in clear; empty when there is none or another key sealed it."""
        if cipher is None or self._lock is None or number != self.number:
            return ""
        raw = bytes(cipher)
        try:
            return self._lock.decrypt(raw[:NONCE], raw[NONCE:], None).decode()
        except InvalidTag:
            return ""

    def digest(self, nik: str) -> str | None:
        """What a NIK is looked up by; None without a key."""
        return None if self._lock is None else hmac.new(self._mark, nik.encode(), sha256).hexdigest()


def _derived(field_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(field_key.encode())
