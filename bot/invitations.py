"""The way in as a picture for the chat, and as a sheet to print for a posyandu's wall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.port import Media
from bot.locales import Catalogue
from bot.pictures import poster, qr_picture

INVITE, SHEET = "invite", "sheet"


def make(media: Mapping[str, Any], words: Catalogue) -> Media:
    """`media`: kind "invite" (a picture) or "sheet" (a document, A4 at 300 dpi), name of the posyandu, link."""
    name = str(media["name"]).removeprefix("Posyandu ")
    if media["kind"] == SHEET:
        file = words.say("invite.sheet", posyandu=slug(name))
        return Media("document", file, "image/png", poster(words.say("invite.title", posyandu=name), (), media["link"]))
    picture = qr_picture(media["link"], words.say("invite.caption", posyandu=name))
    return Media("image", "undangan.png", "image/png", picture)


def slug(name: str) -> str:
    """A name as it may stand in a file name."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split()) or "bot"
