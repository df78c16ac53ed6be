"""One announcement to many, what is answered to it, and what people report from their surroundings (lapor)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, UniqueConstraint

from storage.tables.kinds import AreaCode, count, flag, instant, key, metadata, partial, ref, text

# Each person's delivery is a row of `outgoing` with the group "broadcast:<id>"; nothing here is ever deleted.
broadcast = Table(
    "broadcast",
    metadata,
    key(),
    ref("by_person", "person", index=True),
    ref("address_id", "address", nullable=True),  # where the sender is told how it goes
    text("sender"),  # her name and office as they stand in every message
    text("office"),
    text("audience"),  # JSON: posyandu.siaran.Audience
    text("label"),  # whom it is for, in words
    text("text"),
    text("service", nullable=True),  # which service template it is; guardians are sent nothing else
    Column("data", LargeBinary, nullable=True),
    text("filename", nullable=True),
    text("mime", nullable=True),
    # draft, planned, waiting (for a second person), putting, running, paused, stopping, stopped, done, dropped
    text("state", server_default="draft"),
    text("figures"),  # JSON: posyandu.siaran.Figures, once planned
    instant("at"),
    instant("start_at"),
    ref("approved_by", "person", nullable=True),
    instant("approved_at"),
    instant("cursor", nullable=False, server_default="0"),  # the last person whose row has been put
    flag("all_put"),
    text("moving"),  # pause, resume, stop: rows still to be moved
    count("templates"),  # rows that need a template, for the daily allowance
    text("progress"),  # JSON: the outbox row that is edited, what it said last and when
    instant("checked_at"),
    instant("done_at"),
    partial("ix_broadcast_open", "id", when="state not in ('planned','waiting','stopped','done','dropped')"),
)

broadcast_answer = Table(
    "broadcast_answer",
    metadata,
    key(),
    ref("broadcast_id", "broadcast"),
    ref("person_id", "person"),
    text("kind"),  # answer, report (to the operator)
    text("text"),
    flag("told"),
    instant("at"),
    Index("ix_broadcast_answer_broadcast_id", "broadcast_id", "id"),
    partial("ix_broadcast_answer_new", "broadcast_id", when="told = 0"),
)

# Who deals with reports of a field in an area: named one by one. Trantibumlinmas is shown to nobody else.
report_officer = Table(
    "report_officer",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=False),
    text("field"),
    instant("at"),
    UniqueConstraint("person_id", "area", "field"),
)

report = Table(
    "report",
    metadata,
    key(),
    text("number", unique=True),
    text("field"),  # pendidikan, kesehatan, pekerjaan_umum, perumahan, trantibumlinmas, sosial
    text("kind"),
    text("place"),
    text("note"),
    Column("photo", LargeBinary, nullable=True),
    text("mime", nullable=True),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=False, index=True),
    ref("by_person", "person"),
    text("state", server_default="diterima"),  # diterima, diproses, selesai, ditolak
    text("reason"),
    ref("officer", "person", nullable=True),
    instant("at"),
    instant("changed_at"),
)

__all__ = ["broadcast", "broadcast_answer", "report", "report_officer"]
