"""Twilio Content resources for buttons and lists: made once per shape, filled with variables at every send.

WhatsApp's quick replies and list pickers can be sent only as a Content resource that exists already. What is said goes
into variables, so a shape (so many lines, so many options) is created once and no name of a child is ever stored in it.
Variables may hold no line break (Twilio error 21656): each line of the text is a variable of its own.
Limits: https://www.twilio.com/docs/content, read November 2026.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channels.port import Bubble, Refused

Json = dict[str, Any]

MOST_VARIABLES = 100
_GAPS = re.compile(r"[\t\r\v\f]+| {4,}")


class ContentCache(Protocol):
    """Which Content resource a shape has. Kept in the book, so that a shape is created once and for all."""

    async def get(self, key: str) -> str | None:
        """The resource's sid (HX...) for a shape's or template's key, None when it has not been created."""
        ...

    async def put(self, key: str, sid: str) -> None:
        """Remember the sid of a new resource."""
        ...


@dataclass(frozen=True)
class Content:
    """A shape to create (`definition`), the key it is cached under, and this message's values."""

    key: str
    definition: Json
    variables: dict[str, str]


def content_of(bubble: Bubble) -> Content:
    """The quick reply or list picker that shows this bubble. Raises `Refused` when it needs too many variables."""
    values: dict[str, str] = {}
    samples: dict[str, str] = {}

    def variable(value: str, sample: str) -> str:
        name = str(len(values) + 1)
        values[name], samples[name] = value, sample
        return "{{" + name + "}}"

    lines = [_GAPS.sub("   ", line).strip() for line in bubble.text.split("\n")]
    body = "\n".join(variable(line, "Teks") if line else "" for line in lines)
    if bubble.form == "list":
        shown: Json = {
            "body": body,
            "button": variable(bubble.list_button, "Pilih"),
            "items": [
                {"item": variable(choice.title, f"Pilihan {number}"), "id": variable(choice.id, f"p{number}")}
                for number, choice in enumerate(bubble.choices, 1)
            ],
        }
        types = {"twilio/list-picker": shown}
    else:
        actions = [
            {
                "type": "QUICK_REPLY",
                "title": variable(choice.title, f"Pilihan {number}"),
                "id": variable(choice.id, f"p{number}"),
            }
            for number, choice in enumerate(bubble.choices, 1)
        ]
        types = {"twilio/quick-reply": {"body": body, "actions": actions}}
    if len(values) > MOST_VARIABLES:
        raise Refused("too many lines for one WhatsApp message")
    key = content_key("id", types)
    definition = {"friendly_name": f"posyandu_{key[:16]}", "language": "id", "variables": samples, "types": types}
    return Content(key, definition, values)


def content_key(language: str, types: Json) -> str:
    """What a Content resource is known by: a hash of all that is shown, without the values."""
    return hashlib.sha256(json.dumps([language, types], sort_keys=True).encode()).hexdigest()


def plain_value(value: str) -> str:
    """A template variable as WhatsApp takes it: one line, no tabs or long gaps, never empty."""
    return _GAPS.sub(" ", " ".join(value.split("\n"))).strip() or "-"
