"""Where: areas by Kemendagri code, puskesmas, posyandu and their days."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint

from storage.tables.kinds import AreaCode, count, flag, instant, key, metadata, number, ref, text

# "Everything below 32.01" is a range of codes: "32.01." <= code < "32.01/".
area = Table(
    "area",
    metadata,
    Column("code", AreaCode, primary_key=True),
    text("name"),
    text("level"),  # provinsi, kabkota, kecamatan, desa, rw
    Column("parent", AreaCode, ForeignKey("area.code"), nullable=True, index=True),
    text("zone"),
)

puskesmas = Table(
    "puskesmas",
    metadata,
    key(),
    text("code", unique=True),
    text("name"),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=False, index=True),
    text("phone"),
)

puskesmas_desa = Table(
    "puskesmas_desa",
    metadata,
    ref("puskesmas_id", "puskesmas", primary_key=True),
    Column("area", AreaCode, ForeignKey("area.code"), primary_key=True),
)

posyandu = Table(
    "posyandu",
    metadata,
    key(),
    text("code", unique=True),
    text("name"),
    Column("area", AreaCode, ForeignKey("area.code"), nullable=False, index=True),  # desa/kelurahan or RW
    ref("puskesmas_id", "puskesmas", nullable=True, index=True),
    text("place"),
    text("day_rule"),  # "tanggal 12", "Selasa kedua"
    number("opens", nullable=False, server_default="480"),  # minutes after local midnight
    number("closes", nullable=False, server_default="660"),
    text("zone"),
    text("strata"),
    flag("kind_word"),  # its kader want the families of the absent to hear a kind word
)

posyandu_day = Table(
    "posyandu_day",
    metadata,
    key(),
    ref("posyandu_id", "posyandu"),
    text("on"),
    text("month"),
    number("opens", nullable=False),
    number("closes", nullable=False),
    text("place"),
    text("state"),  # planned, cancelled, moved
    text("reason"),
    text("moved_to", nullable=True),
    instant("changed_at"),
    count("version"),
    UniqueConstraint("posyandu_id", "on"),
    Index("ix_posyandu_day_on", "on"),
)

month_summary = Table(
    "month_summary",
    metadata,
    ref("posyandu_id", "posyandu", primary_key=True),
    text("month", primary_key=True),
    *(count(letter) for letter in ("s", "k", "d", "n", "t", "o", "b", "bgm", "two_t", "orange", "absent")),
    instant("at"),
    Index("ix_month_summary_month", "month"),
)

month_state = Table(
    "month_state",
    metadata,
    ref("posyandu_id", "posyandu", primary_key=True),
    text("month", primary_key=True),
    text("state"),  # reopened
    text("reason"),
    ref("by_person", "person", nullable=True),
    instant("at"),
)

__all__ = ["area", "month_state", "month_summary", "posyandu", "posyandu_day", "puskesmas", "puskesmas_desa"]
