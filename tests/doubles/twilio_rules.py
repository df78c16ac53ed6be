"""WhatsApp's rules for one message at Twilio, as the fake applies them: what is rendered, and which code refuses it.

Limits: Twilio's pages on Content types and error codes, read November 2026.
"""

from __future__ import annotations

import json
import re
from typing import Any

Json = dict[str, Any]

_VARIABLE = re.compile(r"\{\{(\w{1,16})\}\}")


class Rule(Exception):
    """A send that Twilio refuses at once, with its code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def rendered(fields: Json, media: list[str], content: Json | None) -> Json:
    """What the person will see: body, options as (title, id), how they are shown. Raises `Rule`."""
    if not fields.get("To", "").startswith("whatsapp:"):
        raise Rule(21211)
    if fields.get("ContentSid"):
        if content is None or fields.get("Body") or media:
            raise Rule(21655)
        return _content(content, fields.get("ContentVariables", "{}"))
    body = fields.get("Body", "")
    if not body and not media:
        raise Rule(21619)
    if _units(body) > (1024 if media else 1600):
        raise Rule(21617)
    return {"body": body, "options": [], "form": "none"}


def content_fault(body: Json) -> int | None:
    """The code with which Twilio refuses to create this Content resource, None when it is fine."""
    types = body.get("types", {})
    used = set(_VARIABLE.findall(json.dumps(types)))
    if not used <= set(body.get("variables", {})) or len(used) > 100:
        return 92002
    items = types.get("twilio/list-picker", {}).get("items", [])
    actions = types.get("twilio/quick-reply", {}).get("actions", [])
    return 92003 if len(items) > 10 or len(actions) > 10 else None


def _content(content: Json, variables: str) -> Json:
    try:
        given = json.loads(variables)
        assert isinstance(given, dict)
        assert all(isinstance(value, str) and value for value in given.values())
    except (ValueError, AssertionError):
        raise Rule(21656) from None
    values = {**content.get("variables", {}), **given}
    ((kind, shown),) = content["types"].items()
    if any(re.search(r"[\n\t]| {5,}", str(values[name])) for name in _VARIABLE.findall(shown["body"])):
        raise Rule(21656)

    def fill(text: str) -> str:
        return _VARIABLE.sub(lambda found: str(values[found[1]]), text)

    body = fill(shown["body"])
    if _units(body) > 1024:
        raise Rule(63021)
    if kind == "twilio/list-picker":
        options = [(fill(item["item"]), fill(item["id"])) for item in shown["items"]]
        return _checked(body, options, "list", most=10, title=24, key=200, button=fill(shown["button"]))
    options = [(fill(one["title"]), fill(one.get("id", ""))) for one in shown.get("actions", [])]
    return _checked(body, options, "buttons" if options else "none", most=3, title=20, key=200)


def _checked(
    body: str, options: list[tuple[str, str]], form: str, *, most: int, title: int, key: int, button: str = ""
) -> Json:
    ids = {one for _, one in options}
    fits = len(options) <= most and all(0 < _units(name) <= title and 0 < len(one) <= key for name, one in options)
    if not fits or len(ids) < len(options) or (form == "list" and not 0 < _units(button) <= 20):
        raise Rule(63013)
    return {"body": body, "options": options, "form": form, "button": button}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
