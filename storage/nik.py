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
    """One FIELD_KEY, split into a key that encrypts and one that hashes. "new,old" while keys are changed: the first
    seals, all of them open. `number` is the id that rows name it by; it follows from the key."""

    def __init__(self, field_key: str) -> None:
        field_key, _, earlier = field_key.partition(",")
        field_key = field_key.strip()
        self._lock = AESGCM(_derived(field_key, b"posyandu nik encryption")) if field_key else None
        self._mark = _derived(field_key, b"posyandu nik lookup")
        self.number = int.from_bytes(_derived(field_key, b"posyandu nik key id")[:4], "big") >> 1
        self._earlier = NikKey(earlier) if earlier.strip() else None

    def seal(self, nik: str) -> Sealed:
        """What is stored of a NIK (digits only)."""
        if self._lock is None:
            return Sealed(None, None, nik[-4:] or None, None)
        nonce = secrets.token_bytes(NONCE)
        return Sealed(nonce + self._lock.encrypt(nonce, nik.encode(), None), self.digest(nik), nik[-4:], self.number)

    def open(self, cipher: bytes | None, number: int | None) -> str:
        """The NIK in clear; empty when there is none or another key sealed it."""
        if cipher is None or self._lock is None:
            return ""
        if number != self.number:
            return "" if self._earlier is None else self._earlier.open(cipher, number)
        raw = bytes(cipher)
        try:
            return self._lock.decrypt(raw[:NONCE], raw[NONCE:], None).decode()
        except InvalidTag:
            return ""

    def digest(self, nik: str) -> str | None:
        """What a NIK is looked up by; None without a key."""
        return None if self._lock is None else hmac.new(self._mark, nik.encode(), sha256).hexdigest()

    def digests(self, nik: str) -> tuple[str, ...]:
        """What it is looked up by while rows of an earlier key are still there; the newest first."""
        own = self.digest(nik)
        return () if own is None else (own, *(self._earlier.digests(nik) if self._earlier else ()))


def _derived(field_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(field_key.encode())
