"""Who: people, what they are, how they are reached, codes to join with, and who saw or did what."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint

from storage.tables.kinds import AreaCode, count, flag, instant, key, metadata, number, ref, text

person = Table(
    "person",
    metadata,
    key(),
    text("key", nullable=True, unique=True),  # a stable name in demo data and imports
    text("name"),
    text("phone", nullable=True, index=True),
    text("language", server_default="id"),
    text("prefers", nullable=True),  # channel
    text("state", server_default="active"),  # active, ended, erased
    flag("early"),  # she asked to hear of posyandu day three days before, too
    instant("at"),
)

membership = Table(
    "membership",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    text("role"),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=True, index=True),
    ref("posyandu_id", "posyandu", nullable=True, index=True),
    ref("puskesmas_id", "puskesmas", nullable=True, index=True),
    instant("from_at"),
    instant("until_at"),
    ref("by_person", "person", nullable=True),
)

address = Table(
    "address",
    metadata,
    key(),
    text("channel"),
    text("external_id"),
    ref("person_id", "person", nullable=True, index=True),
    text("state", server_default="reachable"),  # reachable, blocked, opted_out, gone, unverified
    text("phone", nullable=True),
    text("profile", nullable=True),
    instant("heard_at"),  # their last message: opens the 24-hour window of WhatsApp
    instant("verified_at"),
    text("menu", nullable=True),  # the commands menu that was last set there: role and language
    instant("menu_at"),
    instant("at"),
    UniqueConstraint("channel", "external_id"),
)

code = Table(
    "code",
    metadata,
    key(),
    text("hash", unique=True),
    text("kind"),  # staff, guardian, pregnant, link
    text("role", nullable=True),
    ref("person_id", "person", nullable=True),  # who is meant, when known
    ref("child_id", "child", nullable=True),
    ref("pregnancy_id", "pregnancy", nullable=True),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=True),
    ref("posyandu_id", "posyandu", nullable=True),
    ref("puskesmas_id", "puskesmas", nullable=True),
    ref("by_person", "person", nullable=True),
    instant("expires_at"),
    instant("used_at"),
    ref("used_by", "person", nullable=True),
    text("shown", nullable=True),  # demo databases only: the code in clear for the emulator page
)

code_try = Table(
    "code_try",
    metadata,
    key(),
    ref("address_id", "address"),
    instant("at"),
    Index("ix_code_try_address_id_at", "address_id", "at"),
)

guardian = Table(
    "guardian",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    ref("child_id", "child", index=True),
    text("relation"),
    text("state"),  # new, waiting, confirmed, refused, ended
    flag("muted"),  # no messages about this child: not yet her own yes, or stopped by her
    ref("by_person", "person", nullable=True),
    instant("at"),
    UniqueConstraint("person_id", "child_id"),
)

# A stranger who picked her name from an imported list, until the ketua or the bidan says yes.
join_request = Table(
    "join_request",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    ref("address_id", "address", index=True),
    ref("posyandu_id", "posyandu", index=True),
    text("state", server_default="waiting"),  # waiting, yes, no
    ref("by_person", "person", nullable=True),
    instant("at"),
    instant("done_at"),
)

# A family that a TPK accompanies; she sees the child only while the family consents to sharing.
companion = Table(
    "companion",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    ref("child_id", "child", index=True),
    instant("from_at"),
    instant("until_at"),
    ref("by_person", "person", nullable=True),
)

# What somebody asked about her own data, with the clock of UU PDP and the answer.
data_request = Table(
    "data_request",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    ref("child_id", "child", nullable=True),
    ref("puskesmas_id", "puskesmas", nullable=True, index=True),
    text("kind"),  # data, perbaiki, berhenti, hapus
    text("body"),
    text("state", server_default="open"),  # open, done, refused
    text("answer"),
    ref("by_person", "person", nullable=True),
    instant("at"),
    instant("due_at"),
    instant("done_at"),
    instant("warned_at"),  # the controller was reminded
    Index("ix_data_request_state", "state", "due_at"),
)

consent = Table(
    "consent",
    metadata,
    key(),
    ref("child_id", "child", index=True),
    text("purpose"),  # record, messages, sharing
    text("state"),  # belum, lisan, sendiri, menolak
    ref("person_id", "person", nullable=True),  # who gave it
    ref("by_person", "person", nullable=True),  # the kader who read it out
    text("text_version"),
    instant("at"),
    text("current", nullable=True),  # "<child>:<purpose>" on the row in force, NULL on history
    UniqueConstraint("current"),
)

audit = Table(
    "audit",
    metadata,
    key(),
    instant("at", nullable=False),
    ref("person_id", "person", nullable=True, index=True),
    text("did"),  # command or query
    text("about"),  # "child:12", "posyandu:3"
    text("detail"),
    Index("ix_audit_about", "about"),
)

setting = Table("setting", metadata, text("name", primary_key=True), text("value"))

tick = Table("tick", metadata, text("name", primary_key=True), instant("at"), number("done"), count("rows"))

__all__ = [
    "address", "audit", "code", "code_try", "companion", "consent", "data_request", "guardian", "join_request",
    "membership", "person", "setting", "tick",
]  # fmt: skip
