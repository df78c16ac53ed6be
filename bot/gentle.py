"""The last look at what leaves for a family: a frightening word or a label is never sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select

from bot.channels.port import Bubble
from posyandu.family_words import frightening
from storage.sql import Row, Sql
from storage.store import Store
from storage.tables import membership

WHY = "kata yang tidak boleh untuk keluarga"
POSTS = Sql(
    select(func.count())
    .select_from(membership)
    .where(membership.c.person_id == bindparam("person_id"), membership.c.until_at.is_(None))
)


class Frightening(ValueError):
    """This text has words that no family reads from us."""


def check(store: Store, row: Row, bubbles: Sequence[Bubble]) -> None:
    """Raises Frightening for a message to a family with a banned word in its text, choices or file name."""
    texts = [t for b in bubbles for t in (b.text, *(c.title for c in b.choices), b.media.filename if b.media else "")]
    found = frightens(store, row, texts)
    if found:
        raise Frightening(f"{WHY}: {', '.join(found)}")


def frightens(store: Store, row: Row, texts: Iterable[str]) -> tuple[str, ...]:
    """The banned words in these texts, if they are for a family: for somebody who has no post."""
    found = tuple(word for text in texts for word in frightening(text))
    if not found or (row.kind != "parent" and _has_post(store, row.person_id)):
        return ()
    return found


def _has_post(store: Store, person_id: int | None) -> bool:
    return person_id is not None and bool(store.read(lambda tx: tx.value(POSTS, person_id=person_id)))
