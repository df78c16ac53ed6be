"""The talk: what was heard, where each talk stands, what is to be told, and what each channel allows."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, UniqueConstraint

from storage.tables.kinds import count, flag, instant, key, metadata, number, partial, ref, text

incoming = Table(
    "incoming",
    metadata,
    key(),
    ref("address_id", "address"),
    text("message_id"),  # the provider's, prefixed with the channel: the same twice is one row
    instant("sent_at"),
    instant("arrived_at"),
    text("text"),
    text("pick", nullable=True),
    text("event", nullable=True),
    text("edits", nullable=True),
    text("file", nullable=True),  # JSON of HeardFile without its bytes
    Column("data", LargeBinary, nullable=True),
    flag("private"),
    text("raw"),
    text("state", server_default="open"),  # open, fetch (its file is on the way), done, set_aside
    text("note"),
    count("tries"),
    instant("done_at"),
    UniqueConstraint("message_id"),
    partial("ix_incoming_open", "address_id", "id", when="state = 'open'"),
    partial("ix_incoming_fetch", "address_id", when="state = 'fetch'"),
    Index("ix_incoming_address_id", "address_id", "id"),
    partial("ix_incoming_state", "state", "id", when="state <> 'done'"),
)

session = Table(
    "session",
    metadata,
    ref("address_id", "address", primary_key=True, autoincrement=False),
    text("data"),
    count("version"),
    instant("updated_at"),
    ref("asked", "outgoing", nullable=True),  # the outbox row that carries the open question
)

outgoing = Table(
    "outgoing",
    metadata,
    key(),
    text("once", nullable=True),  # unique: what must not be told twice
    ref("person_id", "person", nullable=True, index=True),
    ref("address_id", "address", nullable=True),  # replies go where the question came from
    ref("incoming_id", "incoming", nullable=True),
    ref("child_id", "child", nullable=True, index=True),
    text("kind"),  # reply, alert, parent, reminder, broadcast
    number("prio", nullable=False, server_default="0"),
    text("body"),  # JSON: says, question, media
    text("template", nullable=True),
    text("of", nullable=True),  # digest of the question it carries
    text("group_key", nullable=True, index=True),  # what it belongs to: "reminder:<day>", "broadcast:<id>"
    instant("not_before", nullable=False, server_default="0"),
    instant("expires"),
    text("state", server_default="ready"),
    # ready, claimed, sending, sent, delivered, read, in_doubt, failed, dropped, superseded
    text("reason"),
    text("channel", nullable=True),  # once decided
    text("provider_id", nullable=True),
    text("sent_as", nullable=True),  # what the provider charges for: service, utility, marketing
    instant("lease"),
    count("tries"),
    instant("at"),
    instant("sent_at"),
    UniqueConstraint("once"),
    partial("ix_outgoing_ready", "prio", "not_before", "id", when="state = 'ready'"),
    partial("ix_outgoing_waiting", "group_key", when="state = 'ready'"),
    partial("ix_outgoing_open_end", "state", "at", when="state in ('in_doubt','failed')"),
    partial("ix_outgoing_busy", "state", "lease", when="state in ('claimed','sending')"),
    Index("ix_outgoing_address_id", "address_id", "id"),
    partial("ix_outgoing_order", "address_id", "id", when="state in ('ready','claimed','sending')"),
    Index("ix_outgoing_provider_id", "provider_id"),
    partial("ix_outgoing_templates", "channel", "sent_at", when="sent_as in ('utility','marketing')"),
)

channel_rate = Table(
    "channel_rate",
    metadata,
    text("channel", primary_key=True),
    instant("next_at", nullable=False, server_default="0"),
    instant("paused_until", nullable=False, server_default="0"),
    text("cursor"),  # polling offset, last sweep
)

# Which processes send on a channel, each with its share of the pace (storage.senders).
sender = Table(
    "sender",
    metadata,
    text("channel", primary_key=True),
    text("process", primary_key=True),
    instant("since", nullable=False),
    instant("beat_at", nullable=False),
)

# When each chat was last sent something, where several processes must keep a gap between two messages to it.
told = Table("told", metadata, ref("address_id", "address", primary_key=True, autoincrement=False), instant("at"))

# What stands on the emulator's phones: the emulator's own memory, as a provider has its own.
phone = Table(
    "phone",
    metadata,
    key(),
    text("owner"),  # external id of the emulator address
    text("direction"),
    text("message_id", unique=True),
    text("text"),
    text("buttons"),  # JSON
    text("list_button"),
    text("media"),  # JSON: kind, url part, filename
    Column("data", LargeBinary, nullable=True),
    text("mime"),
    text("ref"),
    flag("superseded"),
    flag("edited"),
    number("rev", nullable=False, server_default="0"),
    instant("at"),
    Index("ix_phone_owner", "owner", "id"),
)

content = Table("content", metadata, text("hash", primary_key=True), text("sid"), instant("at"))

media_link = Table(
    "media_link",
    metadata,
    text("token", primary_key=True),
    Column("data", LargeBinary, nullable=False),
    text("mime"),
    text("filename"),
    instant("expires"),
)

# Messages still to be deleted at the provider, body and media: "WhatsApp sid" and when to try.
erasure = Table(
    "erasure",
    metadata,
    text("sid", primary_key=True),
    instant("due", nullable=False),
    count("tries"),
    Index("ix_erasure_due", "due"),
)

__all__ = [
    "channel_rate",
    "content",
    "erasure",
    "incoming",
    "media_link",
    "outgoing",
    "phone",
    "sender",
    "session",
    "told",
]
