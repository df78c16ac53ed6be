"""Telegram's side for tests: `lo-bot-api-emulator`, which other people wrote, with our glue around it.

The emulator checks requests strictly (unknown parameters, lengths, keyboards), keeps updates until they are confirmed
and refuses a second poller. The glue adds what it does not model, and says so by name: what was sent (`sent`), scripted
errors (`refuse`), files a person sends (`put_file`), and update kinds that it does not queue itself (`queue_missing`).

Run as a program (`python -m tests.doubles.telegram PORT`) it offers the same over `/__double/...` as JSON.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import sys
from typing import Any

from aiohttp import web
from lo_bot_api_emulator import ApiRefusal, LoBotApiEmulator

# Parameters of Bot API 10.1 that the emulator's own server does not have; checked nowhere, dropped before its check.
NOT_MODELLED = {"allow_paid_broadcast", "link_preview_options", "protect_content"}


class TelegramDouble(LoBotApiEmulator):
    """The emulator plus glue. `sent` holds each call that changes something: method, fields, files."""

    def __init__(self, **options: Any) -> None:
        super().__init__(enable_control=True, allow_insecure_loopback_webhooks=True, max_updates=20_000, **options)
        self.sent: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self._rules: list[dict[str, Any]] = []
        self.stall = 0  # so many calls get no answer: the connection is cut after the request was carried out

    def refuse(
        self, method: str, code: int, description: str, *, times: int = 1, chat: int | None = None, **more: Any
    ) -> None:
        """Answer the next `times` calls of `method` ("*": any) with an error; `more` are its parameters."""
        self._rules.append(
            {"method": method, "code": code, "description": description, "times": times, "chat": chat, "more": more}
        )

    def put_file(self, file_id: str, data: bytes) -> str:
        """A file that a person has sent: getFile and the download know it by `file_id`."""
        self.assets[file_id] = {"kind": "document", "data": data, "size": len(data), "filename": file_id}
        return file_id

    async def queue_missing(self, update: dict[str, Any], *, token: str) -> int:
        """Queue an update kind that the emulator does not take (`edited_message`, `my_chat_member`, broken ones)."""
        state = self._update_queues._state(token)
        async with state.condition:
            number = state.next_id
            state.next_id += 1
            state.updates.append({"update_id": number, **copy.deepcopy(update)})
            state.condition.notify_all()
        await self.deliver_updates(token=token)
        return number

    def waiting(self, token: str) -> list[dict[str, Any]]:
        """Updates not yet confirmed."""
        return list(self._update_queues._state(token).updates)

    async def confirmed(self, token: str) -> None:
        """Wait until every update has been confirmed."""
        while self.waiting(token):  # noqa: ASYNC110 - the emulator's queue tells nobody when it shrinks
            await asyncio.sleep(0)

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        for rule in self._rules:
            if rule["times"] > 0 and self._hit(rule, method, fields):
                rule["times"] -= 1
                self.refused.append({"method": method, "fields": dict(fields)})
                raise ApiRefusal(rule["description"], rule["code"], rule["more"] or None)
        result = super().validate(method, {k: v for k, v in fields.items() if k not in NOT_MODELLED}, uploads)
        if method == "getMe":
            result["username"] = "posyandu_test_bot"
        elif method != "getUpdates":
            files = {name: {"filename": part["filename"], "data": part["data"]} for name, part in uploads.items()}
            self.sent.append({"method": method, "fields": dict(fields), "files": files})
        return result

    @staticmethod
    def _hit(rule: dict[str, Any], method: str, fields: dict[str, Any]) -> bool:
        return rule["method"] in (method, "*") and rule["chat"] in (None, int(fields.get("chat_id", 0)))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await super().handle(request)
        if self.stall and request.match_info["method"].startswith("send"):
            self.stall -= 1
            assert request.transport is not None
            request.transport.close()
        return answer

    def app(self) -> web.Application:
        app: web.Application = super().app()
        app.router.add_post("/__double/{what}", self._control)
        return app

    async def _control(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read() or b"{}")
        match request.match_info["what"]:
            case "refuse":
                self.refuse(**body)
            case "file":
                self.put_file(body["file_id"], base64.b64decode(body["data"]))
            case "queue_missing":
                await self.queue_missing(body["update"], token=body["token"])
            case "sent":
                return web.json_response([{**call, "files": _described(call["files"])} for call in self.sent])
            case "clear":
                self.sent.clear()
        return web.json_response({"ok": True})


def _described(files: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"filename": part["filename"], "data": base64.b64encode(part["data"]).decode()}
        for name, part in files.items()
    }


if __name__ == "__main__":
    web.run_app(TelegramDouble().app(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
