"""Sheets under way: exports and imports that a child process works on, and the puskesmas' own blank templates."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, UniqueConstraint

from storage.tables.kinds import count, instant, key, metadata, number, partial, ref, text

sheet_job = Table(
    "sheet_job",
    metadata,
    key(),
    text("does"),  # export, preview, import
    text("args"),  # JSON: kind, month, area, columns ... as asked for
    ref("person_id", "person", nullable=True),
    ref("address_id", "address", nullable=True),
    ref("incoming_id", "incoming", nullable=True),
    text("state", server_default="waiting"),  # waiting, running, asking (a person decides), done, failed, dropped
    text("digest", index=True),  # of the file that came in
    count("done"),  # rows, or posyandu of an export
    number("total"),
    text("filename"),
    text("mime"),
    Column("data", LargeBinary, nullable=True),  # what came out
    Column("source", LargeBinary, nullable=True),  # what came in
    text("note"),  # JSON: the preview's counts, or what went wrong
    instant("at"),
    instant("lease"),
    instant("done_at"),
    partial("ix_sheet_job_open", "id", when="state in ('waiting','running')"),
)

sheet_template = Table(
    "sheet_template",
    metadata,
    key(),
    ref("puskesmas_id", "puskesmas"),
    text("kind"),  # identitas, pengukuran
    text("layout"),  # JSON: sheet, head, header
    ref("by_person", "person", nullable=True),
    instant("at"),
    UniqueConstraint("puskesmas_id", "kind"),
)

__all__ = ["sheet_job", "sheet_template"]
