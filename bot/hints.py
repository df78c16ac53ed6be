"""Which words answer what nobody could read, and whose help is whose."""

from __future__ import annotations

import json
import re

from posyandu.access import NAMED
from posyandu.people import Role
from storage.people import Known

THANKS = re.compile(
    r"^\W*(?:(?:terima|trima|terimakasih|trimakasih)\s*(?:kasih)?|makasih|makasi|mksh|tks|thanks?|trims?)\b"
)
AGREED = re.compile(r"^\W*(?:iya|ya|ok|oke|siap|baik|sip|insya ?allah)\b[^?]{0,40}$")  # said to nothing that was asked


def file_kind(file: str, person: Known) -> str:
    """The words for what was sent instead of text; only those who weigh are told how a weighing is typed."""
    if not person.scope.roles & NAMED:
        return "family"
    kind = json.loads(file).get("kind", "other")
    return kind if kind in ("image", "document", "voice", "contact", "location", "sticker") else "other"


def hint(person: Known, text: str) -> str:
    """The words for what nobody here could read: how to go on."""
    if THANKS.match(text.casefold()):
        return "hints.thanks"
    word = role_word(person)
    return "hints.ok" if word == "wali" and AGREED.match(text.casefold()) else f"hints.{word}"


def help_word(person: Known) -> str:
    """The word of her help. TPK and KPM go into homes: what they may do is nobody else's."""
    roles = person.scope.roles
    own = next((r.value for r in (Role.TPK, Role.KPM) if r in roles and not roles & NAMED), "")
    return own or role_word(person)


def role_word(person: Known) -> str:
    """The word under which help and hints for her main role stand in the catalogue."""
    for role in (Role.KADER, Role.KETUA, Role.BIDAN, Role.TPG, Role.PUSKESMAS):
        if role in person.scope.roles:
            return {"ketua": "kader", "tpg": "puskesmas"}.get(role.value, role.value)
    return "wali" if Role.GUARDIAN in person.scope.roles else "office"
