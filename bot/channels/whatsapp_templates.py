"""The approved WhatsApp templates as data: what goes out when nobody has written for 24 hours.

`templates.toml` holds the words; this module checks them against Meta's rules, creates them at Twilio, submits them for
approval and says where each stands. A changed wording is a new resource under a new name, so what was approved stays.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any, Protocol

from bot.channels.port import Choice, NoTemplate
from bot.channels.whatsapp_content import ContentCache, content_key, plain_value

Json = dict[str, Any]

CATEGORIES = ("UTILITY", "MARKETING")
MOST_CHARS = 1024
MOST_BUTTONS = 10
BUTTON_CHARS = 20
_PLACE = re.compile(r"\{\{(\d+)\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,60}")


class ContentApi(Protocol):
    """The two calls that templates need of Twilio (`twilio_api.Twilio` has them)."""

    async def content(self, method: str, path: str, data: Json | None = None) -> Json: ...

    async def create_content(self, definition: Json) -> str: ...


@dataclass(frozen=True)
class ApprovedText:
    """One template: its words with {{1}}, {{2}} ... for the named variables in their order, samples for reviewers.

    `opens`: it only says that something waits; the message itself leaves once she has answered.
    """

    name: str
    language: str
    category: str
    body: str
    variables: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    buttons: tuple[Choice, ...] = ()
    opens: bool = False

    @cached_property
    def types(self) -> Json:
        if not self.buttons:
            return {"twilio/text": {"body": self.body}}
        actions = [{"type": "QUICK_REPLY", "title": one.title, "id": one.id} for one in self.buttons]
        return {"twilio/quick-reply": {"body": self.body, "actions": actions}}

    @cached_property
    def key(self) -> str:
        """What its Content resource is cached under; changes with every word."""
        return content_key(self.language, self.types)

    @property
    def provider_name(self) -> str:
        """Its name at Twilio and Meta: lower case, digits and underscores, new for every wording."""
        return f"{self.name}_{self.language}_{self.key[:8]}"

    @property
    def definition(self) -> Json:
        """What creates it at Twilio."""
        samples = {str(number): sample for number, sample in enumerate(self.samples, 1)}
        return {
            "friendly_name": self.provider_name,
            "language": self.language,
            "variables": samples,
            "types": self.types,
        }

    def values(self, given: Mapping[str, str]) -> dict[str, str]:
        """The named values by number, as WhatsApp takes them. Raises `NoTemplate` when one is missing."""
        if missing := [name for name in self.variables if name not in given]:
            raise NoTemplate(f"template {self.name} lacks {', '.join(missing)}")
        return {str(number): plain_value(given[name]) for number, name in enumerate(self.variables, 1)}

    def faults(self) -> list[str]:
        """What Meta's reviewers or Twilio would refuse, in plain words; empty when nothing."""
        places = [int(number) for number in _PLACE.findall(self.body)]
        checks = {
            "name: lower case letters, digits and _ only": bool(_NAME.fullmatch(self.name)),
            f"category: one of {', '.join(CATEGORIES)}": self.category in CATEGORIES,
            f"body: at most {MOST_CHARS} characters": len(self.body) <= MOST_CHARS,
            "body: must not begin or end with a variable": not re.search(r"^\W*\{\{|\}\}\W*$", self.body),
            "body: no two variables side by side": not re.search(r"\}\}\s*\{\{", self.body),
            "variables: {{1}}, {{2}} ... each once, in order, each with a name and a sample": places
            == list(range(1, len(self.variables) + 1))
            and len(self.samples) == len(self.variables)
            and all(self.samples),
            f"buttons: at most {MOST_BUTTONS}, each at most {BUTTON_CHARS} characters": len(self.buttons)
            <= MOST_BUTTONS
            and all(0 < len(one.title) <= BUTTON_CHARS for one in self.buttons),
        }
        return [fault for fault, fine in checks.items() if not fine]


@dataclass(frozen=True)
class Standing:
    """Where one template stands: "not created", "unsubmitted", "received", "pending", "approved", "rejected" ..."""

    template: ApprovedText
    sid: str | None
    status: str
    reason: str = ""


def load_templates() -> list[ApprovedText]:
    """All templates of `templates.toml`, in its order."""
    rows = tomllib.loads(files("bot.channels").joinpath("templates.toml").read_text("utf-8"))["template"]
    return [
        ApprovedText(
            name=row["name"],
            language=row.get("language", "id"),
            category=row.get("category", "UTILITY"),
            body=row["body"].strip(),
            variables=tuple(one["name"] for one in row.get("variables", [])),
            samples=tuple(one["sample"] for one in row.get("variables", [])),
            buttons=tuple(Choice(one["id"], one["title"]) for one in row.get("buttons", [])),
            opens=row.get("opens", False),
        )
        for row in rows
    ]


def find(templates: Sequence[ApprovedText], name: str, language: str) -> ApprovedText:
    """The template of this name, in this language or else in the first it exists in. Raises `NoTemplate` for none."""
    named = [one for one in templates if one.name == name]
    if not named:
        raise NoTemplate(f"no template {name}")
    return next((one for one in named if one.language == language), named[0])


async def check(api: ContentApi, cache: ContentCache, templates: Sequence[ApprovedText]) -> list[Standing]:
    """Ask Twilio where every template stands, and remember the sids of those that exist."""
    known = await _existing(api)
    found = []
    for one in templates:
        sid = known.get(one.provider_name)
        if sid is None:
            found.append(Standing(one, None, "not created"))
            continue
        await cache.put(one.key, sid)
        approval = (await api.content("GET", f"/v1/Content/{sid}/ApprovalRequests")).get("whatsapp") or {}
        status = str(approval.get("status") or "unsubmitted")
        found.append(Standing(one, sid, status, str(approval.get("rejection_reason") or "")))
    return found


async def create(api: ContentApi, cache: ContentCache, templates: Sequence[ApprovedText]) -> list[Standing]:
    """Create those that do not exist yet and have no faults; returns what was created."""
    made = []
    for standing in await check(api, cache, templates):
        if standing.sid is None and not standing.template.faults():
            sid = await api.create_content(standing.template.definition)
            await cache.put(standing.template.key, sid)
            made.append(Standing(standing.template, sid, "unsubmitted"))
    return made


async def submit(api: ContentApi, cache: ContentCache, templates: Sequence[ApprovedText]) -> list[Standing]:
    """Hand those that exist and were never submitted to WhatsApp for approval; returns what was submitted."""
    handed = []
    for standing in await check(api, cache, templates):
        if standing.sid and standing.status == "unsubmitted":
            one = standing.template
            request = {"name": one.provider_name, "category": one.category}
            answer = await api.content("POST", f"/v1/Content/{standing.sid}/ApprovalRequests/whatsapp", request)
            handed.append(Standing(one, standing.sid, str(answer.get("status") or "received")))
    return handed


async def _existing(api: ContentApi) -> dict[str, str]:
    """Every Content resource of the account by its friendly name."""
    found: dict[str, str] = {}
    path = "/v1/Content?PageSize=500"
    while path:
        page = await api.content("GET", path)
        found |= {one["friendly_name"]: one["sid"] for one in page["contents"] if one.get("friendly_name")}
        following = (page.get("meta") or {}).get("next_page_url") or ""
        path = following.partition("content.twilio.com")[2]
    return found
