"""Aid: what was handed out where and to whom, and who stands by a child as orang tua asuh."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint

from storage.tables.kinds import AreaCode, instant, key, metadata, number, ref, text

distribution = Table(
    "distribution",
    metadata,
    key(),
    text("giver"),
    text("goods"),
    text("on"),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=False, index=True),
    ref("event_id", "event", nullable=True, index=True),  # the aksi sosial at which it is given
    ref("by_person", "person", nullable=True),
    instant("at"),
)

# One place of handing out: how many packages went there, and how many came back.
distribution_point = Table(
    "distribution_point",
    metadata,
    key(),
    ref("distribution_id", "distribution"),
    ref("posyandu_id", "posyandu", index=True),
    number("packages", nullable=False),
    number("back"),  # NULL: not counted yet
    UniqueConstraint("distribution_id", "posyandu_id"),
)

# Who is given to; with a child of the register or without one.
household = Table(
    "household",
    metadata,
    key(),
    text("code", unique=True),
    ref("posyandu_id", "posyandu", index=True),
    text("name"),
    ref("child_id", "child", nullable=True, unique=True),
    instant("at"),
)

receipt = Table(
    "receipt",
    metadata,
    key(),
    ref("point_id", "distribution_point"),
    ref("distribution_id", "distribution"),
    ref("household_id", "household", index=True),
    text("code"),  # what the family shows or says
    text("state"),  # invited, received
    text("how"),  # tap, code, list
    ref("case_id", "risk_case", nullable=True),  # seen by health staff only
    ref("by_person", "person", nullable=True),
    instant("at"),
    instant("received_at"),
    UniqueConstraint("distribution_id", "household_id"),
    UniqueConstraint("code"),
    Index("ix_receipt_point_id", "point_id", "state"),
)

sponsor = Table(
    "sponsor",
    metadata,
    key(),
    text("name", unique=True),
    text("kind"),  # pemerintah, bumn, swasta, lsm, kampus, media, perorangan
    text("contact"),
    ref("by_person", "person", nullable=True),
    instant("at"),
)

# Orang tua asuh (GENTING): who stands by whom, with what, from when to when. Several givers a child are allowed.
sponsorship = Table(
    "sponsorship",
    metadata,
    key(),
    ref("sponsor_id", "sponsor", index=True),
    ref("child_id", "child", index=True),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=False, index=True),
    text("what"),  # gizi, non_gizi
    text("goods"),
    number("rp_month", nullable=False),
    text("from_on"),
    text("until_on"),
    number("grams_before"),
    ref("by_person", "person", nullable=True),
    instant("at"),
    UniqueConstraint("sponsor_id", "child_id", "from_on"),
)

__all__ = ["distribution", "distribution_point", "household", "receipt", "sponsor", "sponsorship"]
