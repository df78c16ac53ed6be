"""Events from invitation to proof: what is held, seats, guests and how they came, and what follows from it."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, UniqueConstraint

from storage.tables.kinds import AreaCode, count, flag, instant, key, metadata, number, partial, ref, text

event = Table(
    "event",
    metadata,
    key(),
    text("kind"),
    text("theme"),
    text("level"),  # pusat, provinsi, kabkota, kecamatan, desa, puskesmas, posyandu
    Column("area", AreaCode, nullable=True, index=True),  # whose it is: one of these three
    ref("puskesmas_id", "puskesmas", nullable=True),
    ref("posyandu_id", "posyandu", nullable=True),
    text("label"),  # that place in words
    text("venue"),
    number("lat_e6"),  # the hall on the map, millionths of a degree
    number("lon_e6"),
    text("on"),
    number("opens", nullable=False),
    number("closes", nullable=False),
    text("zone"),
    instant("starts_at", nullable=False),
    instant("ends_at", nullable=False),
    text("audience"),  # JSON: posyandu.siaran.Audience
    flag("below"),  # every area's own office invites its share
    flag("ask_site"),  # who checks in herself is asked whether she is there
    text("secret"),  # of the word in the hall
    text("state", server_default="draft"),  # draft, open, cancelled
    text("reason"),
    text("sender"),
    text("office"),
    ref("by_person", "person", index=True),
    ref("address_id", "address", nullable=True),
    count("guests"),  # how far the numbers of guests have been given out
    count("version"),
    instant("reminded_at"),
    instant("at"),
    partial("ix_event_to_remind", "starts_at", when="state = 'open' and reminded_at is null"),
)

event_share = Table(
    "event_share",
    metadata,
    key(),
    ref("event_id", "event", index=True),
    text("label"),
    Column("area", AreaCode, nullable=True),
    text("roles"),  # with spaces between; none: all
    number("seats"),  # NULL: no limit
    count("taken"),
)

# A siaran that carries an event's invitation or a later word about it.
event_broadcast = Table(
    "event_broadcast",
    metadata,
    ref("broadcast_id", "broadcast", primary_key=True, autoincrement=False),
    ref("event_id", "event", index=True),
    text("purpose"),  # invite, change, cancel, reminder, after
)

invitation = Table(
    "invitation",
    metadata,
    key(),
    ref("event_id", "event"),
    ref("person_id", "person", nullable=True, index=True),  # NULL: somebody who came unasked and is not on the books
    text("name"),
    text("role"),
    ref("posyandu_id", "posyandu", nullable=True),
    text("origin"),  # where she comes from, in words
    Column("region", AreaCode, nullable=True),  # the area under which she is counted
    text("zone"),
    text("code"),
    ref("share_id", "event_share", nullable=True),
    text("state"),  # diundang, hadir, menunggu, tidak, diwakili, tamu
    text("stand_in"),
    instant("answered_at"),
    flag("came"),
    instant("came_at"),  # the earliest time that any list knows
    number("hour"),  # of that time, where the event is
    text("how"),  # code, qr, name, word, tamu
    number("on_site"),  # 1, 0, or NULL: not asked. The place itself is never kept
    text("written_name"),  # on her certificate
    instant("certified_at"),
    instant("at"),
    UniqueConstraint("event_id", "code"),
    UniqueConstraint("event_id", "person_id"),
    Index("ix_invitation_share_id", "share_id", "state", "answered_at"),
    Index("ix_invitation_count", "event_id", "came", "region", "role", "hour", "state"),
)

# What stood on a list: never changed; a list that is taken back is marked so.
event_tap = Table(
    "event_tap",
    metadata,
    key(),
    ref("event_id", "event"),
    ref("invitation_id", "invitation", index=True),
    ref("by_person", "person"),
    ref("incoming_id", "incoming", nullable=True, index=True),
    text("how"),
    instant("at"),
    instant("heard_at"),
    flag("void"),
    UniqueConstraint("invitation_id", "incoming_id"),
)

event_usher = Table(
    "event_usher",
    metadata,
    ref("event_id", "event", primary_key=True),
    ref("person_id", "person", primary_key=True),
    instant("at"),
)

# Wrong words at the door: after some she is sent to the usher.
event_try = Table(
    "event_try", metadata, key(), ref("event_id", "event"), ref("person_id", "person"), instant("at"),
    Index("ix_event_try_event_id", "event_id", "person_id", "at"),
)  # fmt: skip

event_paper = Table(
    "event_paper",
    metadata,
    key(),
    ref("event_id", "event", index=True),
    text("kind"),  # materi, notulen, bukti
    text("filename"),
    text("mime"),
    Column("data", LargeBinary, nullable=True),
    ref("by_person", "person"),
    instant("at"),
)

event_feedback = Table(
    "event_feedback",
    metadata,
    ref("invitation_id", "invitation", primary_key=True, autoincrement=False),
    ref("event_id", "event", index=True),
    number("stars", nullable=False),
    text("text"),
    instant("at"),
)

event_goods = Table(
    "event_goods",
    metadata,
    key(),
    ref("event_id", "event", index=True),
    text("what"),
    number("rupiah"),  # NULL: goods, no money
    ref("by_person", "person"),
    instant("at"),
)

event_receipt = Table(
    "event_receipt",
    metadata,
    key(),
    ref("goods_id", "event_goods"),
    ref("invitation_id", "invitation", index=True),
    text("number", unique=True),
    ref("by_person", "person"),
    instant("at"),
    instant("confirmed_at"),  # by herself
    UniqueConstraint("goods_id", "invitation_id"),
)

commitment = Table(
    "commitment",
    metadata,
    key(),
    ref("event_id", "event", index=True),
    text("who"),
    text("what"),
    text("due"),
    text("state", server_default="open"),  # open, done, dropped
    ref("settled_event", "event", nullable=True),  # the meeting at which it was followed
    ref("by_person", "person"),
    instant("at"),
    instant("settled_at"),
)

contest_entry = Table(
    "contest_entry",
    metadata,
    key(),
    ref("event_id", "event", index=True),
    text("name"),
    ref("posyandu_id", "posyandu", nullable=True),
    text("evidence"),
    ref("paper_id", "event_paper", nullable=True),  # the one photo of books before 0005; see contest_photo
    ref("by_person", "person"),
    instant("at"),
    UniqueConstraint("event_id", "name"),
)

contest_photo = Table(
    "contest_photo",
    metadata,
    ref("entry_id", "contest_entry", primary_key=True, autoincrement=False),
    ref("paper_id", "event_paper", primary_key=True, autoincrement=False),
)

contest_score = Table(
    "contest_score",
    metadata,
    ref("entry_id", "contest_entry", primary_key=True),
    text("criterion", primary_key=True),
    number("score", nullable=False),  # hundredths
    ref("by_person", "person"),
    instant("at"),
)

# As the puskesmas has given it; never reckoned.
kader_skill = Table(
    "kader_skill",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    text("level"),  # purwa, madya, utama
    text("groups"),  # of the 25 skills, with spaces between
    text("on"),
    ref("by_person", "person"),
    instant("at"),
)

kader_training = Table(
    "kader_training",
    metadata,
    key(),
    ref("person_id", "person", index=True),
    text("topic"),
    text("on"),
    ref("event_id", "event", nullable=True),
    ref("by_person", "person"),
    instant("at"),
    UniqueConstraint("person_id", "topic", "on"),
)

__all__ = [
    "commitment", "contest_entry", "contest_photo", "contest_score", "event", "event_broadcast", "event_feedback",
    "event_goods", "event_paper", "event_receipt", "event_share", "event_tap", "event_try", "event_usher", "invitation",
    "kader_skill", "kader_training",
]  # fmt: skip
