"""A small house of cards that speaks the emulator's API, so that the page can be tested without a database.

Threads live in memory; what is answered is made up in `standin_talk`. Run it alone to work on the page:
`python -m tests.browser.standin` and open http://127.0.0.1:8123/emulator/
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from . import standin_talk as talk

PAGE = Path(__file__).parents[2] / "bot" / "web" / "emulator_page"
LARGEST_FILE = 1_000_000
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'"
)


@dataclass
class House:
    """People, threads and the clock. `rev` rises by one with everything that is said or changed."""

    now: datetime = talk.START
    made: float = field(default_factory=time.time)
    rev: int = 0
    people: dict[str, talk.Person] = field(default_factory=talk.people)
    threads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)  # id -> name, mime, bytes
    heard: dict[str, str] = field(default_factory=dict)  # message_id -> item id
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, key: str, direction: str, text: str, **more: Any) -> dict[str, Any]:
        """A new item at the end of a thread."""
        item: dict[str, Any] = {
            "id": f"m{self.rev + 1}",
            "direction": direction,
            "text": text,
            "buttons": [],
            "media": [],
        }
        item |= {"at": self.now.isoformat(), "superseded": False, "edited": False, "rev": 0} | more
        self.threads.setdefault(key, []).append(item)
        return self.touch(item)

    def touch(self, item: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """An item has changed: whoever waits for this thread hears of it."""
        self.rev += 1
        item.update(changes, rev=self.rev)
        self.news.set()
        self.news = asyncio.Event()
        return item

    def keep(self, name: str, mime: str, data: bytes) -> dict[str, str]:
        """Keep a file; returns it as an entry of an item's `media`."""
        number = f"f{len(self.files) + 1}"
        self.files[number] = (name, mime, data)
        kind = "image" if mime.startswith("image/") else "document"
        return {"kind": kind, "url": f"/emulator/api/files/{number}", "filename": name}


def refuse(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why}, status)


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def list_people(request: Request) -> JSONResponse:
    house = house_of(request)
    newest = {key: max((item["rev"] for item in thread), default=0) for key, thread in house.threads.items()}
    return JSONResponse([person.shown() | {"rev": newest.get(key, 0)} for key, person in house.people.items()])


async def read_thread(request: Request) -> JSONResponse:
    key = request.path_params["key"]
    if key not in house_of(request).people:
        return refuse(404, "Orang ini tidak ada di data contoh.")
    after, rev = request.query_params.get("after", ""), int(request.query_params.get("rev") or 0)
    until = asyncio.get_running_loop().time() + float(request.query_params.get("wait") or 0)
    while True:
        house = house_of(request)
        thread = house.threads.get(key, [])
        known = any(item["id"] == after for item in thread)
        fresh = [item for item in thread if item["rev"] > rev] if known else thread
        left = until - asyncio.get_running_loop().time()
        if fresh or left <= 0:
            return JSONResponse(fresh)
        with suppress(TimeoutError):
            await asyncio.wait_for(house.news.wait(), left)


async def hear(request: Request) -> JSONResponse:
    house, key = house_of(request), request.path_params["key"]
    if key not in house.people:
        return refuse(404, "Orang ini tidak ada di data contoh.")
    if request.headers["content-type"].startswith("application/json"):
        said, media = await request.json(), []
    else:
        form = await request.form()
        file = form["file"]
        if not isinstance(file, UploadFile):
            return refuse(400, "Berkasnya tidak ikut terkirim.")
        data = await file.read()
        if len(data) > LARGEST_FILE:
            return refuse(413, "Berkasnya terlalu besar, paling besar 1 MB.")
        said = {name: value for name, value in form.items() if isinstance(value, str)}
        media = [house.keep(file.filename or "berkas", file.content_type or "application/octet-stream", data)]
    again = house.heard.get(said.get("message_id", ""))
    if again:
        return JSONResponse({"id": again}, 202)
    item = talk.turn(house, key, said, media)
    if "message_id" in said:
        house.heard[said["message_id"]] = item["id"]
    return JSONResponse({"id": item["id"]}, 202)


async def send_file(request: Request) -> Response:
    name, mime, data = house_of(request).files[request.path_params["file"]]
    return Response(data, media_type=mime, headers={"Content-Disposition": f'inline; filename="{name}"'})


async def clock(request: Request) -> JSONResponse:
    house = house_of(request)
    if request.method == "POST":
        now = datetime.fromisoformat((await request.json())["now"])
        if now < house.now:
            return refuse(400, "Jam hanya bisa maju.")
        talk.clock_moves(house, now)
    next_day = talk.next_posyandu_day(house.now).isoformat()
    answer = {
        "now": house.now.isoformat(),
        "zone": "Asia/Jakarta",
        "next_posyandu_day": next_day,
        "made": str(house.made),
    }
    return JSONResponse(answer)


async def reset(request: Request) -> JSONResponse:
    body = await request.json()
    now = datetime.fromisoformat(body["now"]) if body.get("now") else talk.START
    old, request.app.state.house = house_of(request), House(now=now)
    old.news.set()
    return JSONResponse({"now": now.isoformat()})


class StrictPages:
    """Adds the headers under which the real house serves the page."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [
                    (b"content-security-policy", CSP.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        await self.app(scope, receive, sending)


def app() -> Starlette:
    """The stand-in house with its page under /emulator/."""
    routes = [
        Route("/api/people", list_people),
        Route("/api/people/{key}/messages", read_thread),
        Route("/api/people/{key}/messages", hear, methods=["POST"]),
        Route("/api/clock", clock, methods=["GET", "POST"]),
        Route("/api/reset", reset, methods=["POST"]),
        Route("/api/files/{file}", send_file),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]
    house = Starlette(routes=[Mount("/emulator", routes=routes)], middleware=[Middleware(StrictPages)])
    house.state.house = House()
    return house


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app(), host="127.0.0.1", port=8123, log_level="warning")
