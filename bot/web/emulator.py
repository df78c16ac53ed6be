"""The emulator's small JSON API and its page. Documented in docs/emulator.md.

Messages go into the same inbox as any channel's; what stands on the phones comes out of the same outbox.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.port import Heard, HeardFile
from bot.house import House
from posyandu.calendar import local
from storage import demo, phones
from storage.inbox import clean
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import address, code, membership, person, phone, posyandu, posyandu_day

PAGE = Path(__file__).with_name("emulator_page")
ZONE = "Asia/Jakarta"
LONGEST_WAIT_S = 60.0
SHOWN_INLINE = {"image/png", "image/jpeg", "image/webp", "image/gif"}  # never SVG: it may carry a script
LARGEST_FILE = 16 * 1024 * 1024
PEOPLE = Sql(
    select(
        address.c.external_id,
        person.c.name,
        membership.c.role,
        posyandu.c.name.label("posyandu"),
        select(func.coalesce(func.max(phone.c.rev), 0))
        .where(phone.c.owner == address.c.external_id)
        .scalar_subquery()
        .label("rev"),
    )
    .outerjoin(person, person.c.id == address.c.person_id)
    .outerjoin(membership, membership.c.person_id == person.c.id)
    .outerjoin(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .where(address.c.channel == fixed("emulator"))
    .order_by(address.c.id, membership.c.id)
)
CODES = Sql(select(code.c.shown, code.c.kind, code.c.expires_at).where(code.c.shown.is_not(None)).order_by(code.c.id))
DAYS = Sql(select(posyandu_day.c.on).where(posyandu_day.c.state == fixed("planned")).order_by(posyandu_day.c.on))
NAMES = {"kader-baru": "Kader baru", "orangtua-baru": "Orang tua baru"}


class Wrong(Exception):
    """A request that cannot be understood, with words for whoever wrote the client."""


class EmulatorApi:
    """The calls, bound to one house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def routes(self) -> list[Route | Mount]:
        api = "/emulator/api"
        return [
            Route("/", lambda _: RedirectResponse("/emulator/")),
            Route("/emulator", lambda _: RedirectResponse("/emulator/")),
            Route("/emulator/", self.page),
            Route(f"{api}/people", self.people),
            Route(f"{api}/people/{{key}}/messages", self.say, methods=["POST"]),
            Route(f"{api}/people/{{key}}/messages", self.thread, methods=["GET"]),
            Route(f"{api}/media/{{message_id:path}}", self.media),
            Route(f"{api}/clock", self.clock, methods=["GET", "POST"]),
            Route(f"{api}/reset", self.reset, methods=["POST"]),
            Mount("/emulator", StaticFiles(directory=PAGE)),
        ]

    async def page(self, request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    # -- people --------------------------------------------------------------------------------------------------

    async def people(self, request: Request) -> Response:
        rows, shown = self.house.store.read(lambda tx: (tx.all(PEOPLE), tx.all(CODES)))
        now = self.house.clock.now()
        out: dict[str, dict[str, Any]] = {}
        for row in rows:
            role = row.role or ("wali" if row.external_id.startswith("orangtua-") and row.name else "baru")
            one = out.setdefault(row.external_id, {"key": row.external_id, "name": row.name, "role": role})
            one["rev"] = row.rev
            one["name"] = one["name"] or NAMES.get(row.external_id, row.external_id)
            if row.name is None:
                kind = "guardian" if row.external_id.startswith("orangtua") else "staff"
                one["codes"] = [
                    {"code": c.shown, "note": "berlaku" if c.expires_at > now else "kedaluwarsa"}
                    for c in shown
                    if c.kind == kind
                ]
        return JSONResponse(list(out.values()))

    def _known(self, tx: Tx, key: str) -> bool:
        return any(row.external_id == key for row in tx.all(PEOPLE))

    # -- messages ------------------------------------------------------------------------------------------------

    async def say(self, request: Request) -> Response:
        key = request.path_params["key"]
        if not self.house.store.read(lambda tx: self._known(tx, key)):
            return _wrong(f"tidak ada orang dengan kunci {key!r}; lihat /emulator/api/people", 404)
        try:
            heard, bytes_, edits = await self._read(request, key)
        except Wrong as wrong:
            return _wrong(str(wrong))
        now = self.house.clock.now()

        def on_the_phone(tx: Tx, new: list[int]) -> None:
            if edits is not None:
                phones.edit(tx, key, edits, heard.text)
            elif new:
                media = _media_of(heard) if heard.file else None
                text = heard.text or (_title(tx, key, heard.pick) if heard.pick else "")
                phones.show(
                    tx, key, "in", text, now, message_id=heard.message_id, media=media, data=bytes_,
                    mime=heard.file.mime if heard.file else "", ref="pick" if heard.pick else "",
                )  # fmt: skip

        await self.house.hear([heard], on_the_phone)
        return JSONResponse({"id": _outer(key, edits or heard.message_id)}, status_code=202)

    async def _read(self, request: Request, key: str) -> tuple[Heard, bytes | None, str | None]:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await self._read_file(request, key)
        try:
            body = await request.json()
        except (ValueError, UnicodeDecodeError):
            raise Wrong('kirim JSON: {"text": ...}, {"pick": ...} atau {"edit": ..., "text": ...}') from None
        if not isinstance(body, dict):
            raise Wrong("kirim satu objek JSON")
        text, pick, edits = body.get("text"), body.get("pick"), body.get("edit")
        if pick is None and not isinstance(text, str):
            raise Wrong('perlu "text" atau "pick"')
        message_id = _inner(key, str(body.get("message_id") or f"in-{secrets.token_hex(6)}"))
        if edits is not None:
            edits = _inner(key, str(edits))
            message_id = f"{edits}#{secrets.token_hex(4)}"
        heard = Heard(
            "emulator", key, message_id, self._sent_at(body.get("sent_at")),
            clean(str(text or "")), None if pick is None else str(pick), edits=edits,
            raw=json.dumps(body, ensure_ascii=False)[:100_000],
        )  # fmt: skip
        return heard, None, edits

    async def _read_file(self, request: Request, key: str) -> tuple[Heard, bytes | None, str | None]:
        async with request.form(max_files=1, max_part_size=LARGEST_FILE) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Wrong('multipart perlu bagian "file"')
            data = await file.read()
            if len(data) > LARGEST_FILE:
                raise Wrong("berkas lebih dari 16 MB")
            mime = file.content_type or "application/octet-stream"
            kind = "image" if mime.startswith("image/") else "voice" if mime.startswith("audio/") else "document"
            message_id = _inner(key, str(form.get("message_id") or f"in-{secrets.token_hex(6)}"))
            kept = HeardFile(kind, message_id, file.filename or "berkas", mime, len(data), data)  # type: ignore[arg-type]
            heard = Heard(
                "emulator",
                key,
                message_id,
                self._sent_at(form.get("sent_at")),
                clean(str(form.get("text") or "")),
                file=kept,
            )
            return heard, data, None

    def _sent_at(self, value: object) -> int:
        if value is None:
            return self.house.clock.now()
        try:
            return int(value) if isinstance(value, (int, float)) else _instant(str(value))
        except (ValueError, OverflowError):
            raise Wrong('"sent_at" harus seperti 2026-11-12T08:00:00+07:00') from None

    async def thread(self, request: Request) -> Response:
        key, asked = request.path_params["key"], request.query_params
        after, rev = _inner(key, asked.get("after", "")), asked.get("rev")
        try:
            wait = min(float(asked.get("wait", 0)), LONGEST_WAIT_S)
            since = int(rev) if rev else None
        except ValueError:
            return _wrong("wait dan rev harus angka")
        if not self.house.store.read(lambda tx: self._known(tx, key)):
            return _wrong(f"tidak ada orang dengan kunci {key!r}", 404)
        if wait:
            await self.house.settled(wait)
        rows = self.house.store.read(lambda tx: phones.thread(tx, key, after, since))
        if wait and not rows and rev is not None:
            rows = await self.house.until(lambda tx: phones.thread(tx, key, after, since), wait)
        return JSONResponse([_item(key, row) for row in rows])

    async def media(self, request: Request) -> Response:
        found = self.house.store.read(lambda tx: phones.media(tx, request.path_params["message_id"]))
        if found is None or found.data is None:
            return _wrong("tidak ada", 404)
        name = json.loads(found.media or "{}").get("filename", "berkas").replace('"', "")
        kind = "inline" if found.mime in SHOWN_INLINE else "attachment"
        headers = {
            "content-disposition": f'{kind}; filename="{name.encode("ascii", "replace").decode()}"',
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return Response(found.data, media_type=found.mime or "application/octet-stream", headers=headers)

    # -- clock and reset -----------------------------------------------------------------------------------------

    async def clock(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                to = _instant((await request.json())["now"])
            except (ValueError, KeyError, TypeError):
                return _wrong('kirim {"now": "2026-11-12T08:00:00+07:00"}')
            if to < self.house.clock.now():
                return _wrong("jam hanya bisa maju; pakai reset untuk mulai lagi", 409)
            await self.house.advance(to)
        now = local(self.house.clock.now(), ZONE)
        today = now.date().isoformat()
        days, made = self.house.store.read(lambda tx: ([r.on for r in tx.all(DAYS)], tx.value(demo.MADE)))
        return JSONResponse(
            {
                "now": now.isoformat(),
                "zone": ZONE,
                "next_posyandu_day": next((d for d in days if d > today), None),
                "made": made or "",
            }
        )

    async def reset(self, request: Request) -> Response:
        raw = await request.body()
        try:
            given = json.loads(raw) if raw else {}
            to = _instant(given["now"]) if given.get("now") else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return _wrong('kirim {} atau {"now": "2026-11-12T08:00:00+07:00"}')
        await self.house.reset(to)
        return await self.clock(Request({**request.scope, "method": "GET"}))


def _wrong(why: str, status: int = 400) -> Response:
    return JSONResponse({"error": why}, status_code=status)


def _inner(key: str, message_id: str) -> str:
    """Message ids as a client gives them are its own; inside they carry the phone they belong to."""
    message_id = clean(message_id)
    return message_id if not message_id or message_id.startswith("out-") else f"{key}/{message_id}"


def _outer(key: str, message_id: str) -> str:
    return message_id.removeprefix(f"{key}/")


def _instant(text: str) -> int:
    """UTC epoch milliseconds of an ISO moment; without a zone it is the demo's."""
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(ZONE))).timestamp() * 1000)


def _media_of(heard: Heard) -> dict[str, str]:
    assert heard.file is not None
    kind = "image" if heard.file.kind == "image" else "document"
    return {"kind": kind, "filename": heard.file.filename}


def _title(tx: Tx, key: str, pick: str) -> str:
    """What stood on the button that was tapped."""
    for row in reversed(phones.thread(tx, key)):
        for button, title in json.loads(row.buttons):
            if button == pick:
                return str(title)
    return ""


def _item(key: str, row: Row) -> dict[str, Any]:
    media = json.loads(row.media) if row.media else None
    item = {
        "id": _outer(key, row.message_id),
        "direction": row.direction,
        "text": row.text,
        "buttons": [{"id": i, "title": t} for i, t in json.loads(row.buttons)],
        "media": [{**media, "url": f"/emulator/api/media/{row.message_id}"}] if media else [],
        "at": datetime.fromtimestamp(row.at / 1000, UTC).isoformat(),
        "superseded": bool(row.superseded),
        "edited": bool(row.edited),
        "rev": row.rev,
        "editable": row.direction == "in" and row.ref != "pick" and media is None,
    }
    if row.list_button:
        item["list_button"] = row.list_button
    return item
