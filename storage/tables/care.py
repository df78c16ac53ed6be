"""What follows from a verdict: cases and their story, and what is told to a family in person."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from storage.tables.kinds import instant, key, metadata, number, partial, ref, text

# One line of the kader's "sampaikan langsung" list: a message that no chat can carry.
tell_in_person = Table(
    "tell_in_person",
    metadata,
    key(),
    text("once"),
    ref("posyandu_id", "posyandu", index=True),
    ref("child_id", "child", nullable=True, index=True),
    text("why"),
    text("body"),
    text("state", server_default="open"),  # open, told, dropped
    ref("by_person", "person", nullable=True),
    instant("at"),
    instant("done_at"),
    UniqueConstraint("once"),
    Index("ix_tell_in_person_state", "posyandu_id", "state"),
)

# One case a child, for ever: it closes and reopens; each time is an episode, and the story tells them all.
risk_case = Table(
    "risk_case",
    metadata,
    key(),
    ref("child_id", "child", unique=True),
    ref("posyandu_id", "posyandu"),
    ref("owner_id", "person", nullable=True, index=True),  # bidan of the area, else the puskesmas
    text("state"),  # open, closed
    text("priority"),  # segera, minggu_ini
    text("codes"),  # JSON: the triggers of the case, loudest first
    ref("visit_id", "visit"),  # what was measured then
    text("on"),
    text("mark"),  # the visit and its values: the same mark is the same trigger
    number("episode", nullable=False),
    instant("opened_at"),
    instant("confirmed_at"),  # measured again, or a sign that needs no second look
    text("alerted"),  # for which mark, and how sure, the alarm was last put into the outbox
    text("step"),  # what the owner said last: datang, dikonfirmasi, dirujuk, pmt, kunjungan ...
    instant("step_at"),
    text("pmt_until", nullable=True),
    text("clear_on", nullable=True),  # the round in which the trigger was first gone
    instant("noted_at"),  # the owner has been told of it
    instant("asked_at"),  # the question that has no answer yet
    instant("help_at"),  # "Perlu dibantu?"
    instant("raised_at"),  # the next level was told
    instant("called_at"),  # the family was called by the clock
    instant("reached_at"),
    instant("lost_at"),  # listed as not reached
    instant("closed_at"),
    text("outcome"),  # pulih, tidak_terbukti, ditangani, ralat, or why the child left
    # What falls due next, each NULL when nothing does.
    instant("ask_at"),
    instant("call_at"),
    instant("reach_at"),
    Index("ix_risk_case_posyandu_id", "posyandu_id", "state"),
    *(partial(f"ix_risk_case_{due}", due, when="state = 'open'") for due in ("ask_at", "call_at", "reach_at")),
)

case_event = Table(
    "case_event",
    metadata,
    key(),
    ref("case_id", "risk_case"),
    number("episode", nullable=False),
    instant("at"),
    text("did"),
    ref("person_id", "person", nullable=True),
    text("detail"),  # JSON
    Index("ix_case_event_case_id", "case_id", "id"),
)

# A health worker's word in place of the computed one: N or T of a visit, or the category of an index.
ruling = Table(
    "ruling",
    metadata,
    key(),
    ref("visit_id", "visit"),
    ref("child_id", "child", index=True),
    text("field"),  # nt, wfa, lfa, wfl
    text("value"),
    text("reason"),
    ref("by_person", "person", nullable=True),
    instant("at"),
    text("current", nullable=True),  # "<visit>:<field>" on the one in force, NULL on history
    UniqueConstraint("current"),
)

home_visit = Table(
    "home_visit",
    metadata,
    key(),
    ref("child_id", "child"),
    ref("posyandu_id", "posyandu"),
    text("on"),
    text("seen"),  # JSON: codes of what was seen
    text("note"),
    text("role"),  # as what she came: kader, tpk, kpm, bidan ...
    ref("by_person", "person", nullable=True),
    instant("at"),
    UniqueConstraint("child_id", "on", "by_person"),
)

counselling = Table(
    "counselling",
    metadata,
    key(),
    ref("child_id", "child"),
    ref("posyandu_id", "posyandu"),
    text("on"),
    text("topic"),
    number("sent", nullable=False, server_default="0"),  # to how many the leaflet went
    ref("by_person", "person", nullable=True),
    instant("at"),
    UniqueConstraint("child_id", "on", "topic"),
)

__all__ = ["case_event", "counselling", "home_visit", "risk_case", "ruling", "tell_in_person"]
