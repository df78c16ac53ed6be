"""What becomes of a WhatsApp message after Twilio took it: status callbacks, their order, and what each error asks for.

Callbacks come late, twice and out of order; a status counts only when it is further than the one on file.
Codes: Twilio's error reference (https://www.twilio.com/docs/api/errors), read November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs

from bot.channels.port import (
    ChannelError,
    Later,
    Misconfigured,
    NeedsTemplate,
    NotSent,
    Refused,
    SlowDown,
    Unreachable,
)

Action = Literal[
    "template",  # outside the 24-hour window: once more as a template, or hold it when there is none
    "slow",  # too fast: everyone waits, the same message stays in line
    "tier",  # the day's allowance of people is used up: campaigns wait, what is in the window goes on
    "tomorrow",  # the account's own daily limit: stop until tomorrow and tell the operator
    "later",  # not delivered to this person now (marketing limit): with growing delays, and look at the category
    "skip",  # this person is in an experiment of Meta's: leave it, no quick retry
    "unreachable",  # no WhatsApp there: mark the address, try the other channel
    "opted_out",  # she blocked us or wrote STOP: stop at once, mark it
    "retry",  # the provider's own trouble: once more later
    "refused",  # this message will not be taken: fail it and report
    "stop",  # our settings are wrong: stop this channel and call the operator
]

ACTIONS: dict[int, Action] = {
    63016: "template",
    20429: "slow",
    30001: "slow",
    63017: "slow",
    63018: "tier",
    63038: "tomorrow",
    63049: "later",
    63032: "skip",
    63003: "unreachable",
    63024: "unreachable",
    21211: "unreachable",
    21614: "unreachable",
    30003: "unreachable",
    30005: "unreachable",
    30006: "unreachable",
    21610: "opted_out",
    63014: "opted_out",
    30004: "opted_out",
    20009: "retry",  # to be erased while still on its way
    63012: "retry",
    30008: "retry",
    63005: "refused",
    63013: "refused",
    63021: "refused",
    21617: "refused",
    21656: "refused",
    30007: "refused",
    20003: "stop",
    20404: "refused",
    21606: "stop",
    21608: "stop",
    21408: "stop",
    63007: "stop",
    63008: "stop",
    63040: "refused",
    63041: "refused",
    63042: "refused",
}

# How far a message has come. Failed may still become delivered (Twilio says so late), never the other way round.
RANK: dict[str, int] = {
    "scheduled": 0,
    "accepted": 1,
    "queued": 2,
    "sending": 3,
    "sent": 4,
    "partially_delivered": 5,
    "canceled": 6,
    "undelivered": 6,
    "failed": 6,
    "delivered": 7,
    "read": 8,
}


@dataclass(frozen=True)
class Status:
    """One status callback: `ref` is our outbox id, `code` Twilio's error code, `action` what that code asks for."""

    ref: str | None
    sid: str
    status: str
    code: int | None = None

    @property
    def action(self) -> Action | None:
        return None if self.code is None else action_for(self.code)


def action_for(code: int) -> Action:
    """What an error code asks for; an unknown one fails the message and is reported."""
    return ACTIONS.get(code, "refused")


def further(new: str, old: str | None) -> bool:
    """Whether `new` is further than what is on file; an unknown word never is."""
    return RANK.get(new, -1) > (-1 if old is None else RANK.get(old, -1))


def status_from_form(form: Mapping[str, str], query: str = "") -> Status:
    """A status callback's form and query string. The ref stands in the query, put there when the message was sent."""
    code = form.get("ErrorCode", "")
    return Status(
        ref=parse_qs(query).get("ref", [None])[0],
        sid=form.get("MessageSid") or form.get("SmsSid") or "",
        status=form.get("MessageStatus") or form.get("SmsStatus") or "",
        code=int(code) if code.isascii() and code.isdigit() and int(code) else None,
    )


def problem_for(code: int, http_status: int) -> ChannelError:
    """The port's error for a code given at once, as the answer to a send. Its reason is "<action> <code>"."""
    action = "stop" if http_status in (401, 403) and code not in ACTIONS else action_for(code)
    reason = f"{action} {code}"
    match action:
        case "template":
            return NeedsTemplate(reason)
        case "slow":
            return SlowDown(1.0, reason)
        case "tier" | "tomorrow" | "later":
            return Later(3600.0, reason)
        case "unreachable" | "opted_out":
            return Unreachable(reason)
        case "retry":
            return NotSent(reason)
        case "stop":
            return Misconfigured(reason)
        case _:
            return Refused(reason)
