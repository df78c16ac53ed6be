"""Twilio's inbound webhook form as `Heard`: what a person said on WhatsApp. Pure; the signature is checked before.

Fields: https://www.twilio.com/docs/messaging/guides/webhook-request, read November 2026. Twilio adds fields without
notice, so none is required but the sender and the message's sid. The sender is opaque: with a WhatsApp username she may
come without a phone number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from bot.channels.port import Heard, HeardFile
from bot.channels.safe_text import clean

_PHONE = re.compile(r"whatsapp:(\+[1-9]\d{6,14})")

FileKind = Literal["image", "document", "voice", "contact", "location", "sticker", "other"]


def heard_from_form(form: Mapping[str, str], *, arrived: int) -> Heard:
    """One inbound message. `arrived` (epoch ms) is its time, as the form has none. Never raises.

    A tapped button or list row is in `pick` (its id) and in `text` (its title).
    """
    raw = json.dumps({key: str(form[key]) for key in form})
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid") or ""
    sender = form.get("From", "")
    file = _file(form)
    text = clean(form.get("Body", ""))
    return Heard(
        channel="whatsapp",
        external_id=sender,
        message_id=sid or "x" + hashlib.sha256(raw.encode()).hexdigest()[:32],
        sent_at=arrived,
        text=text,
        pick=_pick(form),
        file=file or (None if text else HeardFile("other", "")),
        event=None if sid and sender else "unreadable",
        raw=raw,
        profile=profile(sender, form.get("ProfileName", "")),
    )


def heard_from_list(
    *, sid: str, sender: str, body: str, sent_at: int, media: list[tuple[str, str]], raw: Mapping[str, Any]
) -> Heard:
    """A message found in Twilio's own list because its webhook was lost. It has no button id; its title is the text.

    The same `message_id` as from the webhook, so whichever comes second is a repeat. `media` are (url, mime) pairs.
    """
    text = clean(body)
    file = _of_mime(*media[0]) if media else None
    return Heard(
        channel="whatsapp",
        external_id=sender,
        message_id=sid,
        sent_at=sent_at,
        text=text,
        file=file or (None if text else HeardFile("other", "")),
        raw=json.dumps(dict(raw)),
        profile=profile(sender, ""),
    )


def profile(sender: str, name: str) -> dict[str, str]:
    """Name, and the phone number where the address is one (E.164)."""
    phone = _PHONE.fullmatch(sender)
    found = {"name": clean(name), "phone": phone[1] if phone else ""}
    return {key: value for key, value in found.items() if value}


def _pick(form: Mapping[str, str]) -> str | None:
    """The id of a button or row of ours. Those of templates are plain words: they count as typed."""
    told = clean(form.get("ButtonPayload") or form.get("ListId") or "")
    return told if ":" in told or told.startswith("!") else None


def _file(form: Mapping[str, str]) -> HeardFile | None:
    if url := form.get("MediaUrl0"):
        mime = form.get("MediaContentType0", "")
        return _of_mime(url, mime, sticker=form.get("MessageType") == "sticker", told=form.get("Body", ""))
    if form.get("Latitude") and form.get("Longitude"):
        return HeardFile("location", f"{form['Latitude']},{form['Longitude']}")
    return None


# WhatsApp tells a document's name in the words beside it, or not at all; its type is certain.
_ENDINGS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "text/csv": ".csv",
    "text/html": ".html",
    "application/pdf": ".pdf",
}


def _filename(mime: str, told: str) -> str:
    ending = _ENDINGS.get(mime, "")
    named = told.strip()
    return clean(named) if "." in named and "\n" not in named and len(named) < 200 else f"berkas{ending}"


def _of_mime(url: str, mime: str, *, sticker: bool = False, told: str = "") -> HeardFile:
    kind: FileKind
    if sticker:
        kind = "sticker"
    elif mime.startswith("image/"):
        kind = "image"
    elif mime.startswith("audio/"):
        kind = "voice"
    elif "vcard" in mime:
        kind = "contact"
    elif mime.startswith("video/"):
        kind = "other"
    else:
        kind = "document"
    return HeardFile(kind, url, _filename(mime, told) if kind == "document" else "", mime)
