"""A status callback: what the provider says later about a message, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.whatsapp_status import Action, Status
from storage import addresses, erasures, outbox, rates, statuses
from storage.sql import Row
from storage.store import Tx

# Twilio's words for how far a message has come, as ours. What comes before "sent" is no news.
STATES = {"sent": "sent", "partially_delivered": "sent", "delivered": "delivered", "read": "read"}
FAILED = ("failed", "undelivered", "canceled")
MOST_TRIES = 5
MINUTE_MS, HOUR_MS = 60_000, 3600_000


@dataclass(frozen=True)
class Effect:
    """What the rest of the house must do: pause the channel for so many seconds, or stop it with a reason."""

    pause_s: float = 0.0
    stop: str = ""


def apply(tx: Tx, status: Status, now: int, *, erase: bool) -> Effect:
    """Note one callback. Late, repeated and strange ones change nothing. `erase`: delete it at the provider after."""
    if erase and status.sid and status.status in ("delivered", "read", *FAILED):
        erasures.ask(tx, status.sid, now)
    sent = statuses.sent_of(status.ref)
    row = statuses.find(tx, sent) if sent else None
    if row is None or sent is None:
        return Effect()
    if status.status in FAILED:
        return _failed(tx, row, status, now)
    if sent.part is None and status.status in STATES:
        statuses.further(tx, row, STATES[status.status], status.sid, now)
    return Effect()


def _failed(tx: Tx, row: Row, status: Status, now: int) -> Effect:
    """Each error code by what it asks for."""
    action: Action = status.action or "retry"
    why = f"{action} {status.code or status.status}"
    sid = status.sid
    if row.tries > MOST_TRIES:
        action = "refused"
    match action:
        case "template":
            _as_template(tx, row, sid, now, why)
        case "slow":
            wait = 30_000 << row.tries
            statuses.again(tx, row, sid, now + wait, why)
            return Effect(pause_s=5.0)
        case "tier":
            statuses.again(tx, row, sid, now + HOUR_MS, why)
            rates.pause(tx, f"{row.channel}:templates", now + HOUR_MS)
        case "tomorrow":
            statuses.again(tx, row, sid, now + 12 * HOUR_MS, why)
            rates.pause(tx, row.channel, now + 12 * HOUR_MS)
            return Effect(pause_s=12 * 3600.0)
        case "later":
            statuses.again(tx, row, sid, now + (6 * HOUR_MS << row.tries), why)
        case "retry":
            statuses.again(tx, row, sid, now + (MINUTE_MS << row.tries), why)
        case "unreachable" | "opted_out":
            _gone(tx, row, sid, action, status.code, why)
        case "stop":
            statuses.again(tx, row, sid, now, why)
            return Effect(stop=why)
        case "skip" | "refused":
            statuses.failed(tx, row, sid, why)
    return Effect()


def _as_template(tx: Tx, row: Row, sid: str, now: int, why: str) -> None:
    """The window was closed after all: once more as a template. Was it one, it waits until she writes."""
    statuses.window_over(tx, row)
    statuses.again(tx, row, sid, outbox.HOLD if row.sent_as in ("utility", "marketing") else now, why)


def _gone(tx: Tx, row: Row, sid: str, action: Action, code: int | None, why: str) -> None:
    """Who wrote STOP is left in peace everywhere; who cannot be reached here is told on her other channel."""
    if code == 21610:
        addresses.set_state(tx, row.address_id, "opted_out")
        statuses.failed(tx, row, sid, why)
        return
    addresses.set_state(tx, row.address_id, "blocked" if action == "opted_out" else "gone")
    statuses.elsewhere(tx, row, sid, why)
