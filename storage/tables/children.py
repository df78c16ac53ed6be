"""Children, their visits, what was measured (append-only, field by field) and what it means."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, UniqueConstraint

from storage.tables.kinds import flag, instant, key, metadata, number, ref, text

child = Table(
    "child",
    metadata,
    key(),
    text("code", unique=True),
    ref("posyandu_id", "posyandu", index=True),
    text("name"),
    text("nickname"),
    text("sex"),  # L, P
    text("birth"),
    number("birth_order"),
    number("birth_weight_g"),
    number("birth_length_mm"),
    text("mother_name"),
    text("father_name"),
    text("rt"),
    text("rw"),
    text("address"),
    text("phone", nullable=True),
    flag("has_kms"),
    flag("no_share"),  # "jangan bagikan": nobody else may become a guardian
    Column("nik_cipher", LargeBinary, nullable=True),
    text("nik_hash", nullable=True, index=True),
    text("nik_last4", nullable=True),
    number("nik_key"),
    # active, visitor (one day only), moved, left, five, died, merged, erased; counted: a number in S and no more
    text("state", server_default="active"),
    text("since"),  # on the register since this local date
    text("until", nullable=True),  # and until this one
    ref("merged_into", "child", nullable=True),
    ref("by_person", "person", nullable=True),
    instant("at"),
)

visit = Table(
    "visit",
    metadata,
    key(),
    ref("child_id", "child"),
    ref("posyandu_id", "posyandu"),
    text("on"),
    text("month"),
    text("place", server_default="posyandu"),  # posyandu, rumah, puskesmas, lain
    text("status", nullable=True),  # tidak_hadir, sakit, pergi, tidak_mau ... when not measured
    ref("by_person", "person", nullable=True),
    instant("at"),
    instant("explained_at"),  # "sudah dijelaskan" to the parent
    UniqueConstraint("child_id", "on"),
    Index("ix_visit_posyandu_id_month", "posyandu_id", "month"),
)

measurement = Table(
    "measurement",
    metadata,
    key(),
    ref("visit_id", "visit"),
    ref("child_id", "child"),
    text("field"),  # weight g, length mm, head mm, muac mm, oedema 0/1, vita 1 blue 2 red, asi 0/1, danger 0/1
    number("value", nullable=False),
    text("position", nullable=True),  # terlentang, berdiri: of a length
    ref("by_person", "person", nullable=True),
    ref("incoming_id", "incoming", nullable=True, index=True),
    instant("at"),
    instant("superseded_at"),
    ref("superseded_by", "measurement", nullable=True),
    text("reason"),
    text("current", nullable=True),  # "<visit>:<field>" on the value in force, NULL on history
    UniqueConstraint("current"),
    Index("ix_measurement_by_person", "by_person", "id"),
    Index("ix_measurement_superseded_by", "superseded_by"),
    Index("ix_measurement_visit_id", "visit_id"),
    Index("ix_measurement_child_id", "child_id", "field"),
)

verdict = Table(
    "verdict",
    metadata,
    ref("visit_id", "visit", primary_key=True, autoincrement=False),
    ref("child_id", "child"),
    ref("posyandu_id", "posyandu"),
    text("on"),
    text("month"),
    number("age_days"),
    number("grams"),
    number("mm"),
    number("head_mm"),
    number("muac_mm"),
    flag("oedema"),
    text("nt", nullable=True),  # N, T, O, B
    flag("two_t"),
    flag("bgm"),
    flag("orange"),
    number("gain_g"),
    number("kbm_g"),
    *(number(z) for z in ("waz", "haz", "whz", "bmiz", "hcz", "acz")),  # hundredths of a z-score
    text("drawer"),  # "", kasus, meja5, kunjungan
    text("priority"),  # "", segera, minggu_ini
    text("why"),  # JSON: triggers, flags, missing scores with their reasons, categories
    text("method"),
    text("version"),
    instant("at"),
    # The weighing that counts for the month carries "<child>:<month>"; a second one in the month is kept beside it.
    text("counts", nullable=True),
    UniqueConstraint("counts"),
    Index("ix_verdict_child_id", "child_id", "on"),
    Index("ix_verdict_posyandu_id_month", "posyandu_id", "month", "nt"),
)

__all__ = ["child", "measurement", "verdict", "visit"]
