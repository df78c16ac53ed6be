"""An encrypted file: compressed, in pieces of one MiB under AES-GCM, so that any size fits in memory and a missing or
changed piece is noticed.

Layout: magic, 16 bytes of salt, then per piece a length (4 bytes) and its ciphertext. Piece n has n as its nonce under
a key of this file alone; the last piece is marked, so that a file cut short does not open.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"POSYANDU-BACKUP-1\n"
PIECE = 1024 * 1024
_MORE, _LAST = b"more", b"last"


class CannotOpen(Exception):
    """Another key, or a file that is broken or none of ours."""


def seal_file(path: Path, head: bytes, payload: Path, key: str) -> None:
    """Write `head` and the content of `payload`, sealed. Only the owner may read the file."""
    salt = secrets.token_bytes(16)
    lock = _lock(key, salt)
    with path.open("wb") as out, payload.open("rb") as source:
        path.chmod(0o600)
        out.write(MAGIC + salt)
        pieces = _compressed(head, source)
        number, piece = 0, next(pieces)
        for following in pieces:
            _write(out, lock, number, piece, _MORE)
            number, piece = number + 1, following
        _write(out, lock, number, piece, _LAST)


def open_sealed(path: Path, payload: Path, key: str) -> bytes:
    """Write what was sealed to `payload`; the head. Raises CannotOpen."""
    with path.open("rb") as source, payload.open("wb") as out:
        if source.read(len(MAGIC)) != MAGIC:
            raise CannotOpen
        lock = _lock(key, source.read(16))
        unpack, waiting, head = zlib.decompressobj(), b"", None
        for piece in _opened(source, lock):
            waiting += unpack.decompress(piece)
            if head is None and len(waiting) >= 4:
                (size,) = struct.unpack_from("<I", waiting)
                if len(waiting) >= 4 + size:
                    head, waiting = waiting[4 : 4 + size], waiting[4 + size :]
            if head is not None:
                out.write(waiting)
                waiting = b""
    if head is None:
        raise CannotOpen
    return head


def _lock(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"posyandu backup").derive(key.encode()))


def _compressed(head: bytes, source: BinaryIO) -> Iterator[bytes]:
    """The whole as compressed pieces; at least one."""
    pack = zlib.compressobj(6)
    ready = pack.compress(struct.pack("<I", len(head)) + head)
    while block := source.read(PIECE):
        ready += pack.compress(block)
        if len(ready) >= PIECE:
            yield ready
            ready = b""
    yield ready + pack.flush()


def _write(out: BinaryIO, lock: AESGCM, number: int, piece: bytes, mark: bytes) -> None:
    sealed = lock.encrypt(number.to_bytes(12, "big"), piece, mark)
    out.write(struct.pack("<I", len(sealed)) + sealed)


def _opened(source: BinaryIO, lock: AESGCM) -> Iterator[bytes]:
    number, size = 0, source.read(4)
    while len(size) == 4:
        sealed = source.read(struct.unpack("<I", size)[0])
        size = source.read(4)
        try:
            yield lock.decrypt(number.to_bytes(12, "big"), sealed, _MORE if size else _LAST)
        except InvalidTag:
            raise CannotOpen from None
        number += 1
    if number == 0 or size:
        raise CannotOpen
