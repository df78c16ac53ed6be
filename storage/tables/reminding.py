"""What posyandu day asks and is told: answers to a reminder, and women who are pregnant (the thin first slice)."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from storage.tables.kinds import instant, key, metadata, number, ref, text

day_answer = Table(
    "day_answer",
    metadata,
    key(),
    ref("day_id", "posyandu_day"),
    ref("person_id", "person", index=True),
    text("answer"),  # datang, tidak_bisa, pindah
    instant("at"),
    UniqueConstraint("day_id", "person_id"),
)

pregnancy = Table(
    "pregnancy",
    metadata,
    key(),
    ref("posyandu_id", "posyandu"),
    text("name"),
    ref("person_id", "person", nullable=True, index=True),  # her own chat, once a kader has said that it is she
    ref("claimed_by", "person", nullable=True, index=True),  # who has used her code and waits for that word
    text("messages", server_default="belum"),  # her own word on being told: belum, sendiri, menolak
    text("text_version"),  # of the words she was asked with
    text("hpht"),
    number("muac_mm"),  # LiLA
    number("ttd"),  # tablets taken so far
    text("state", server_default="active"),  # active, born, lost, moved
    ref("child_id", "child", nullable=True),  # the child it became
    ref("by_person", "person", nullable=True),
    instant("at"),
    instant("ended_at"),
    Index("ix_pregnancy_posyandu_id", "posyandu_id", "state"),
)

pregnancy_visit = Table(
    "pregnancy_visit",
    metadata,
    key(),
    ref("pregnancy_id", "pregnancy"),
    text("name"),  # K1 ... K6
    text("on"),
    ref("by_person", "person", nullable=True),
    instant("at"),
    UniqueConstraint("pregnancy_id", "name"),
)

__all__ = ["day_answer", "pregnancy", "pregnancy_visit"]
