"""Outside a channel's free window: a template, or a word that something waits, and the message when she writes.

WhatsApp takes free words for 24 hours after a person's last message. Later only approved templates leave, to so many
people a day. A template says all of a message, or only that it waits (`opens` in templates.toml): then the message is
held, the template tells of it, and it leaves when she answers. What names no template, or one that is not approved,
is held in the same way, with `message_waiting` told once per silence.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

from bot.channels.port import Reach, Template
from bot.channels.whatsapp_templates import load_templates
from storage import addresses, outbox, rates
from storage.sql import Row
from storage.store import Tx

WAITING = "message_waiting"
MARGIN_MS = 5 * 60_000  # a message that leaves in the last minutes might arrive too late
HOUR_MS = 3600_000
NOT_THERE = f"templat {WAITING} belum ada: posyandu-bot whatsapp templates create"


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


@cache
def openers() -> frozenset[str]:
    """The templates that only say that something waits."""
    return frozenset(one.name for one in load_templates() if one.opens)


def only_opens(row: Row) -> bool:
    """Would its template leave the message itself unsaid?"""
    return row.template in openers() and _says_something(row)


def hold(tx: Tx, row: Row, now: int) -> None:
    """The message waits until she writes, and she is told that it does. A notice that cannot go gives way to the
    general one; that one is tried until its template is there."""
    if row.template == WAITING and not _says_something(row):
        outbox.later(tx, row.id, now + HOUR_MS, NOT_THERE, counts=False)
    elif _says_something(row):
        outbox.hold(tx, row, _own_notice(row) or _general_notice(tx, row), now)
    else:
        outbox.put(tx, _general_notice(tx, row), now)
        outbox.ended(tx, row.id, "superseded", f"templat {row.template} belum disetujui")


def _says_something(row: Row) -> bool:
    body = json.loads(row.body)
    return bool(body.get("says") or body.get("question") or body.get("media"))


def _own_notice(row: Row) -> outbox.Message | None:
    """A message whose own template announces it is announced by that: a child in need does not hide behind "news"."""
    if row.template == WAITING or not only_opens(row):
        return None
    values = json.loads(row.body).get("template", {})
    notice = _notice(row, f"waiting:row:{row.id}", row.template, values)
    # It names the child: when the alarm is taken back, it is taken back, too, and who has read it hears that.
    return replace(notice, group=row.group_key) if str(row.group_key).startswith("kasus:") else notice


def _general_notice(tx: Tx, row: Row) -> outbox.Message:
    place = addresses.posyandu_of(tx, row.person_id, row.child_id)
    return _notice(row, f"waiting:{row.address_id}:{row.heard_at or 0}", WAITING, {"posyandu": place or "Posyandu"})


def _notice(row: Row, once: str, template: str, values: dict[str, str]) -> outbox.Message:
    hours = json.loads(row.body).get("hours")
    return outbox.Message(
        row.kind,
        person_id=row.person_id,
        address_id=row.address_id,
        child_id=row.child_id,
        once=once,
        template=template,
        expires=row.expires,
        extra={"template": values, **({"hours": hours} if hours else {})},
    )
