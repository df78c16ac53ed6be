"""Pictures and documents that a provider comes to fetch: under a random address that soon runs out.

The token is all there is in the address: 128 random bits, no name, no id, no order. Only its digest is kept, so that
a copy of the book opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import bindparam, delete, select

from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import media_link

VALID_MS = 15 * 60_000
FOUND = Sql(
    select(media_link.c.data, media_link.c.mime, media_link.c.filename).where(
        media_link.c.token == bindparam("digest"), media_link.c.expires > bindparam("now")
    )
)
EXPIRED = Sql(delete(media_link).where(media_link.c.expires <= bindparam("now")))


def publish(tx: Tx, data: bytes, mime: str, filename: str, now: int) -> str:
    """Keep the bytes for fifteen minutes; gives the token they are fetched by."""
    token = secrets.token_urlsafe(16)
    tx.insert(media_link, token=_digest(token), data=data, mime=mime, filename=filename, expires=now + VALID_MS)
    return token


def find(tx: Tx, token: str, now: int) -> Row | None:
    """`data`, `mime` and `filename`; None for a token that was never given out or has run out."""
    return tx.one(FOUND, digest=_digest(token), now=now)


def forget_expired(tx: Tx, now: int) -> int:
    """How many were thrown away."""
    return tx.run(EXPIRED, now=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
