"""What follows from a verdict: cases and their story, and what is told to a family in person."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from storage.tables.kinds import instant, key, metadata, ref, text

# One line of the kader's "sampaikan langsung" list: a message that no chat can carry.
tell_in_person = Table(
    "tell_in_person",
    metadata,
    key(),
    text("once"),
    ref("posyandu_id", "posyandu", index=True),
    ref("child_id", "child", nullable=True),
    text("why"),
    text("body"),
    text("state", server_default="open"),  # open, told, dropped
    ref("by_person", "person", nullable=True),
    instant("at"),
    instant("done_at"),
    UniqueConstraint("once"),
    Index("ix_tell_in_person_state", "posyandu_id", "state"),
)

__all__ = ["tell_in_person"]
