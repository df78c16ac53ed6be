"""Outside a channel's free window: a template, or a word that something waits, and the message when she writes.

WhatsApp takes free words for 24 hours after a person's last message. Later only approved templates leave, to so many
people a day. A message without a template that fits is held until she writes, and `message_waiting` tells her so once.
"""

from __future__ import annotations

import json

from bot.channels.port import Reach, Template
from storage import addresses, outbox, rates
from storage.sql import Row
from storage.store import Tx

WAITING = "message_waiting"
MARGIN_MS = 5 * 60_000  # a message that leaves in the last minutes might arrive too late
HOUR_MS = 3600_000


def closed(reach: Reach, row: Row, now: int) -> bool:
    """May only a template go to this address now?"""
    if not reach.window_hours:
        return False
    return row.heard_at is None or now - row.heard_at > reach.window_hours * HOUR_MS - MARGIN_MS


def template_of(row: Row) -> Template | None:
    """The approved words of a message with its values, None when it names none."""
    if not row.template:
        return None
    values = dict(json.loads(row.body).get("template", {}))
    return Template(row.template, row.language, {str(k): str(v) for k, v in values.items()})


def pause(tx: Tx, channel: str, row: Row, tier: int, now: int) -> int:
    """Milliseconds until a template may go to this person: the day's allowance of people may be used up. 0: now."""
    until = rates.paused_until(tx, f"{channel}:templates")
    if until > now:
        return until - now
    return HOUR_MS if tier and rates.reached(tx, channel, row.address_id, now) >= tier else 0


def hold(tx: Tx, row: Row, now: int) -> None:
    """No template fits: the message waits until she writes, and she is told once per silence that it does."""
    if row.template == WAITING:
        outbox.ended(tx, row.id, "failed", "templat message_waiting belum ada: posyandu-bot whatsapp templates create")
        return
    place = addresses.posyandu_of(tx, row.person_id, row.child_id)
    notice = outbox.Message(
        row.kind,
        person_id=row.person_id,
        address_id=row.address_id,
        once=f"waiting:{row.address_id}:{row.heard_at or 0}",
        template=WAITING,
        expires=row.expires,
        extra={"template": {"posyandu": place or "Posyandu"}},
    )
    outbox.hold(tx, row, notice, now)
