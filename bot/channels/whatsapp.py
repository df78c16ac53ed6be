"""WhatsApp through Twilio: free text, buttons and lists inside the 24-hour window, approved templates outside of it.

The window itself is kept by delivery, which knows when a person last wrote: with a template given, the template goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import quote

from bot.channels.port import Bubble, Heard, HeardFile, Media, NoTemplate, Refused, Template, WebhookRefused
from bot.channels.reach import WHATSAPP
from bot.channels.twilio_api import Twilio, signed
from bot.channels.whatsapp_content import ContentCache, content_of
from bot.channels.whatsapp_heard import heard_from_form, heard_from_list
from bot.channels.whatsapp_status import Status, status_from_form
from bot.channels.whatsapp_templates import ApprovedText, find, load_templates

STATUS_PATH = "/wa/status"


class MediaLinks(Protocol):
    """Where Twilio fetches a picture or document from: a random address that soon runs out."""

    async def publish(self, media: Media) -> str:
        """Make the media available; returns its public URL."""
        ...


class WhatsApp:
    """The WhatsApp channel of one sender.

    `sender` is our address ("whatsapp:+..."), `service_sid` a Messaging Service that holds it, if there is one.
    `public_url` is where Twilio reaches us, without a trailing slash; "" sends without status callbacks.
    """

    name = "whatsapp"
    reach = WHATSAPP

    def __init__(
        self,
        twilio: Twilio,
        *,
        sender: str,
        cache: ContentCache,
        links: MediaLinks,
        public_url: str = "",
        service_sid: str = "",
        templates: Sequence[ApprovedText] | None = None,
    ) -> None:
        self.twilio = twilio
        self._from = {"messaging_service_sid": service_sid} if service_sid else {"from_": sender}
        self._sender, self._public_url = sender, public_url.rstrip("/")
        self._cache, self._links = cache, links
        self._templates = load_templates() if templates is None else templates

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        """Send to an address as it was heard from; returns Twilio's sid. Raises the port's errors.

        Accepted is not delivered: what the window, limits or the person's block say comes as a status callback.
        """
        fields: dict[str, Any] = {"to": to, **self._from}
        if self._public_url:
            fields["status_callback"] = f"{self._public_url}{STATUS_PATH}?ref={quote(ref, safe='')}"
        if template:
            fields |= await self._approved(template)
        elif bubble.form in ("buttons", "list"):
            fields |= await self._tapped(bubble)
        elif bubble.media:
            check_media(bubble.media)
            fields["media_url"] = [await self._links.publish(bubble.media)]
            if bubble.text:
                fields["body"] = bubble.text
        else:
            fields["body"] = bubble.text
        return await self.twilio.send(**fields)

    async def fetch(self, file: HeardFile) -> bytes:
        """The bytes of a file a person sent, 16 MB at most."""
        data, _mime = await self.twilio.download(file.ref)
        return data

    async def erase(self, sid: str) -> None:
        """Delete a message, its text and its media at Twilio, once it is delivered or stored."""
        await self.twilio.erase(sid)

    async def sweep(self, since: int) -> list[Heard]:
        """What came in since then (epoch ms) by Twilio's own list, for webhooks that never reached us."""
        listed = await self.twilio.received(self._sender, datetime.fromtimestamp(since / 1000, UTC))
        return [
            heard_from_list(
                sid=one.sid,
                sender=one.sender,
                body=one.body,
                sent_at=one.sent_at,
                media=one.media,
                raw={"swept": True, "sid": one.sid, "body": one.body, "media": one.media},
            )
            for one in listed
        ]

    def charged_as(self, template: Template | None) -> str | None:
        """Free words count as service; a template as the category it was approved in."""
        return (
            "service" if template is None else find(self._templates, template.name, template.language).category.lower()
        )

    async def close(self) -> None:
        await self.twilio.close()

    async def _tapped(self, bubble: Bubble) -> dict[str, str]:
        content = content_of(bubble)
        sid = await self._cache.get(content.key)
        if sid is None:
            sid = await self.twilio.create_content(content.definition)
            await self._cache.put(content.key, sid)
        return {"content_sid": sid, "content_variables": json.dumps(content.variables)}

    async def _approved(self, template: Template) -> dict[str, str]:
        text = find(self._templates, template.name, template.language)
        sid = await self._cache.get(text.key)
        if sid is None:
            raise NoTemplate(f"template {template.name} has not been created at Twilio")
        return {"content_sid": sid, "content_variables": json.dumps(text.values(template.variables))}


# What WhatsApp takes, and how much of it: https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages,
# read November 2026.
IMAGE_TYPES = ("image/png", "image/jpeg")
IMAGE_BYTES = 5 * 1024 * 1024
DOCUMENT_BYTES = 16 * 1024 * 1024


def check_media(media: Media) -> None:
    """Raises `Refused` for a picture or document that WhatsApp would drop after taking it."""
    if media.kind == "image" and media.mime not in IMAGE_TYPES:
        raise Refused(f"WhatsApp shows no {media.mime}")
    if len(media.data) > (IMAGE_BYTES if media.kind == "image" else DOCUMENT_BYTES):
        raise Refused("too large for WhatsApp")


def whatsapp_webhook(
    public_url: str, path_qs: str, form: Mapping[str, str], headers: Mapping[str, str], token: str, *, arrived: int
) -> Heard:
    """What one POST of Twilio's says. Raises `WebhookRefused` unless it is signed for our public address.

    `public_url` is the configured one, never what the socket or a proxy's header says; `path_qs` is path and query as
    they came. Answer 200 with an empty `<Response/>` only after the row is committed; Twilio does not repeat.
    """
    _check(public_url, path_qs, form, headers, token)
    return heard_from_form(form, arrived=arrived)


def whatsapp_status(
    public_url: str, path_qs: str, form: Mapping[str, str], headers: Mapping[str, str], token: str
) -> Status:
    """What one status callback says, checked in the same way."""
    _check(public_url, path_qs, form, headers, token)
    return status_from_form(form, path_qs.partition("?")[2])


def _check(public_url: str, path_qs: str, form: Mapping[str, str], headers: Mapping[str, str], token: str) -> None:
    if not signed(public_url.rstrip("/") + path_qs, form, headers, token):
        raise WebhookRefused("wrong signature")
