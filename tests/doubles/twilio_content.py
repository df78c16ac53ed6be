"""The Content half of the Twilio fake: resources for buttons, lists and templates, and their approval."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any

from aiohttp import web

from tests.doubles import twilio_rules

ACCOUNT = "AC" + "0" * 32

Json = dict[str, Any]


class ContentDouble(ABC):
    """Content resources of one account, and what Meta's reviewers say of them."""

    contents: dict[str, Json]
    approvals: dict[str, Json]

    @abstractmethod
    def sid(self, prefix: str) -> str:
        """A new sid of this kind."""

    def reset_content(self) -> None:
        self.contents, self.approvals = {}, {}

    def add_content_routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/v1/Content", self._content_create)
        router.add_get("/v1/Content", self._content_list)
        router.add_post("/v1/Content/{sid}/ApprovalRequests/whatsapp", self._approval_create)
        router.add_get("/v1/Content/{sid}/ApprovalRequests", self._approval_fetch)

    async def _content_create(self, request: web.Request) -> web.Response:
        body = await request.json()
        if fault := twilio_rules.content_fault(body):
            return error(fault, 400)
        sid = self.sid("HX")
        self.contents[sid] = body
        return web.json_response(self._content(sid), status=201)

    async def _content_list(self, request: web.Request) -> web.Response:
        return web.json_response(
            {"contents": [self._content(sid) for sid in self.contents], "meta": {"key": "contents"}}
        )

    def _content(self, sid: str) -> Json:
        return {"sid": sid, "account_sid": ACCOUNT, **self.contents[sid]}

    async def _approval_create(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not re.fullmatch(r"[a-z0-9_]+", body["name"]):
            return error(20001, 400)
        self.approvals[request.match_info["sid"]] = {**body, "status": "received", "rejection_reason": ""}
        return web.json_response({**body, "status": "received", "rejection_reason": ""}, status=201)

    async def _approval_fetch(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        found = self.approvals.get(sid, {"status": "unsubmitted"})
        return web.json_response({"sid": sid, "account_sid": ACCOUNT, "whatsapp": found})

    def approve_all(self) -> None:
        """Meta's reviewers say yes."""
        for approval in self.approvals.values():
            approval["status"] = "approved"


def error(code: int, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """An error as Twilio words it."""
    words = {"code": code, "message": "of the double", "more_info": "", "status": status}
    return web.json_response(words, status=status, headers={k.replace("_", "-"): v for k, v in (headers or {}).items()})
