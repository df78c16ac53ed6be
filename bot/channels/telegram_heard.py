"""Telegram updates as `Heard`: raw JSON in, no Telegram library needed, and no update ever lost.

Updates arrive in batches; one that cannot be read becomes a `Heard` with event "unreadable" and its neighbours come
through. Shapes: Bot API 10.1 (https://core.telegram.org/bots/api#update).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from bot.channels.port import Heard, HeardFile, WebhookRefused
from bot.channels.safe_text import clean

Json = dict[str, Any]

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

# Message contents that are files, with our kind for each; Telegram sends at most one of them per message.
_FILES = {
    "document": "document",
    "voice": "voice",
    "audio": "voice",
    "video_note": "other",
    "video": "other",
    "animation": "other",
    "sticker": "sticker",
}
_OTHER = ("poll", "dice", "game", "venue", "story", "checklist", "paid_media", "invoice", "giveaway")


def heard_from_update(update: Json, *, arrived: int) -> Heard | None:
    """One update as `Heard`; None for kinds that we do not ask for. `arrived` (epoch ms) dates what has no date.

    A message is identified by chat and message id, so that an edit can name the message it changes; everything else by
    its update id. Button presses carry the button's data in `pick`. Never raises.
    """
    try:
        for kind, read in _READERS.items():
            if kind in update:
                return read(update, update[kind], arrived)
        return None if isinstance(update["update_id"], int) else _unreadable(update, arrived)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        return _unreadable(update, arrived)


def heard_from_updates(updates: list[Any], *, arrived: int) -> list[Heard]:
    """A whole batch, in its order."""
    return [heard for update in updates if (heard := heard_from_update(update, arrived=arrived))]


def telegram_path(secret: str) -> str:
    """The path that updates are posted to: known to Telegram and to whoever knows the secret."""
    return "/tg/" + hashlib.sha256(f"posyandu-bot path {secret}".encode()).hexdigest()[:32]


def telegram_webhook(headers: Mapping[str, str], body: bytes, secret: str, *, arrived: int) -> list[Heard]:
    """What one POST to the webhook says. Raises `WebhookRefused` unless the secret header is right.

    Answer 200 only after the rows are committed: Telegram repeats whatever got no 2xx.
    """
    given = {name.lower(): value for name, value in headers.items()}.get(SECRET_HEADER.lower(), "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        raise WebhookRefused("wrong secret")
    try:
        update = json.loads(body)
    except ValueError:
        update = {"unreadable": body.decode("utf-8", "replace")}
    return heard_from_updates([update], arrived=arrived)


def next_offset(updates: list[Any], offset: int) -> int:
    """The offset that confirms this batch: one past its highest update id."""
    ids = [
        number for update in updates if isinstance(update, dict) and isinstance(number := update.get("update_id"), int)
    ]
    return max([offset, *(number + 1 for number in ids)])


def pick_id(heard: Heard) -> str | None:
    """The id under which this button press must be answered, None when it is none."""
    if heard.pick is None:
        return None
    found = json.loads(heard.raw).get("callback_query", {}).get("id")
    return str(found) if found else None


def _message(update: Json, message: Json, arrived: int) -> Heard:
    sender = message.get("from") or {}
    file = _file(message)
    text: Any = message.get("text") or message.get("caption") or ""
    return _heard(
        update,
        message["chat"],
        message_id=f"{message['chat']['id']}:{message['message_id']}",
        sent_at=int(message["date"]) * 1000,
        text=clean(text),
        file=file,
        event=None if text or file else "status",
        profile=_profile(sender, message.get("contact")),
    )


def _edited(update: Json, message: Json, arrived: int) -> Heard:
    heard = _message(update, message, arrived)
    changed = int(message.get("edit_date") or message["date"]) * 1000
    return replace(heard, edits=heard.message_id, message_id=_update_id(update), sent_at=changed)


def _pressed(update: Json, query: Json, arrived: int) -> Heard:
    message = query.get("message")
    chat = message["chat"] if message else {"id": query["from"]["id"], "type": "private"}
    return _heard(
        update,
        chat,
        message_id=_update_id(update),
        sent_at=arrived,
        pick=clean(query["data"]),
        profile=_profile(query["from"], None),
    )


def _member(update: Json, change: Json, arrived: int) -> Heard:
    gone = change["new_chat_member"]["status"] in ("kicked", "left")
    return _heard(
        update,
        change["chat"],
        message_id=_update_id(update),
        sent_at=int(change["date"]) * 1000,
        event="blocked" if gone else "unblocked",
        profile=_profile(change["from"], None),
    )


_READERS: dict[str, Callable[[Json, Any, int], Heard]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _member,
}

# What we ask Telegram for; the same list for polling and webhook.
ALLOWED_UPDATES = list(_READERS)


def _heard(update: Json, chat: Json, **fields: Any) -> Heard:
    return Heard(
        channel="telegram",
        external_id=str(int(chat["id"])),
        private=chat["type"] == "private",
        raw=json.dumps(update),
        **fields,
    )


def _update_id(update: Json) -> str:
    return f"u{int(update['update_id'])}"


def _file(message: Json) -> HeardFile | None:
    if photos := message.get("photo"):
        largest = photos[-1]
        return HeardFile("image", largest["file_id"], mime="image/jpeg", size=int(largest.get("file_size", 0)))
    for name, kind in _FILES.items():
        if found := message.get(name):
            return HeardFile(
                cast(Any, kind),
                found["file_id"],
                clean(found.get("file_name", "")),
                found.get("mime_type", ""),
                int(found.get("file_size", 0)),
            )
    if contact := message.get("contact"):
        return HeardFile("contact", contact["phone_number"])
    if place := message.get("location"):
        return HeardFile("location", f"{place['latitude']},{place['longitude']}")
    return HeardFile("other", "") if any(name in message for name in _OTHER) else None


def _profile(sender: Json, contact: Json | None) -> dict[str, str]:
    """Name and language as Telegram tells them; a phone number only when she shares her own contact."""
    name = clean(" ".join(part for part in (sender.get("first_name"), sender.get("last_name")) if part))
    found = {"name": name, "language": sender.get("language_code", "")}
    if contact and contact.get("user_id") == sender.get("id"):
        found["phone"] = "+" + contact["phone_number"].lstrip("+")
    return {key: value for key, value in found.items() if value}


def _unreadable(update: Any, arrived: int) -> Heard:
    """Set aside whole, with as much of an address as can be found, so that a person can be told."""
    raw = json.dumps(update)
    known = isinstance(update, dict) and isinstance(update.get("update_id"), int)
    chat = _some_chat(update)
    return Heard(
        channel="telegram",
        external_id=str(chat.get("id", "")),
        message_id=_update_id(update) if known else "x" + hashlib.sha256(raw.encode()).hexdigest()[:32],
        sent_at=arrived,
        event="unreadable",
        private=chat.get("type") == "private",
        raw=raw,
    )


def _some_chat(update: Any) -> Json:
    for part in update.values() if isinstance(update, dict) else ():
        for place in (part, part.get("message")) if isinstance(part, dict) else ():
            chat = place.get("chat") if isinstance(place, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return chat
    return {}
