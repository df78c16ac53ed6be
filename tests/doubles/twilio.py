"""Twilio's side for tests: a stateful fake of messages, Content and media, with WhatsApp's rules.

It keeps what Prism and Twilio's OpenAPI file cannot know: the 24-hour window, people who have blocked us, the daily
tier, lengths and counts, and callbacks signed with Twilio's own `RequestValidator`. Prism runs before it in proxy mode
and checks both sides' shapes, so this fake cannot drift from Twilio's.

In a test it is an object; as a program (`python -m tests.doubles.twilio PORT PUBLIC_URL LOCAL_URL`) it offers the same
over `/__double/...`.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.doubles import twilio_rules
from tests.doubles.twilio_content import ACCOUNT, ContentDouble, Json, error

AUTH_TOKEN = "test-auth-token-of-nobody"
SENDER = "whatsapp:+14155550000"
DAY = 24 * 3600.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TwilioDouble(ContentDouble):
    """One account with one WhatsApp sender. `clock` may be moved; nothing here sleeps.

    `public_url` is what our side calls itself; callbacks and inbound messages are signed for it and posted to
    `deliver_to`, as a proxy would.
    """

    def __init__(self, *, public_url: str = "https://bot.example.id", deliver_to: str = "") -> None:
        self.public_url, self.deliver_to = public_url, deliver_to
        self.reset()

    def reset(self) -> None:
        self.clock: Callable[[], float] = time.time
        self.reset_content()
        self.messages: list[Json] = []
        self.media: dict[str, tuple[bytes, str]] = {}
        self.requests: list[Json] = []  # every Messages.create that was accepted, as it came
        self.callbacks: list[tuple[str, Json]] = []  # (url, form) waiting to be posted
        self.last_heard: dict[str, float] = {}
        self.blocked: set[str] = set()  # they blocked us on WhatsApp: told later
        self.stopped: set[str] = set()  # they wrote STOP: told at once
        self.tier = 250
        self.reached: dict[str, float] = {}
        self.refusals: list[Json] = []
        self.stall = 0  # so many sends are carried out without an answer
        self._number = 0

    def sid(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._number:032x}"

    # What a person does.

    def inbound(self, sender: str, body: str = "", *, media: tuple[bytes, str] | None = None, **fields: str) -> Json:
        """A person writes: the window opens, and here is the form that Twilio would post."""
        sid = fields.get("MessageSid") or self.sid("SM")
        self.last_heard[sender] = self.clock()
        message = self._message(sid, sender, SENDER, body, "inbound", "received")
        form = {
            "MessageSid": sid,
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": SENDER,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
            "ProfileName": "Siti",
            "WaId": sender.removeprefix("whatsapp:+"),
            "MessageType": "text",
        }
        if media:
            one = self.sid("ME")
            self.media[one] = media
            message["media"] = [one]
            form |= {"NumMedia": "1", "MediaContentType0": media[1], "MediaUrl0": self._media_url(sid, one)}
        return form | fields

    def tap(self, sender: str, option: int) -> Json:
        """A person taps the option (from 1) of the last buttons or list she was shown."""
        shown = next(one for one in reversed(self.requests) if one["to"] == sender and one.get("options"))
        title, key = shown["options"][option - 1]
        return self.inbound(sender, title, ButtonText=title, ButtonPayload=key, MessageType="interactive")

    def sign(self, path_qs: str, form: Json, *, algorithm: str | None = None) -> dict[str, str]:
        """The headers that Twilio would send with this form to our public address."""
        value = RequestValidator(AUTH_TOKEN).compute_signature(self.public_url + path_qs, form, algorithm)
        headers = {"X-Twilio-Signature": value}
        if algorithm:
            headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
        return headers

    async def post(self, path_qs: str, form: Json) -> int:
        """Post a signed form to our side; returns the HTTP status it answered."""
        async with aiohttp.ClientSession() as session:
            url = self.deliver_to + path_qs
            async with session.post(url, data=form, headers=self.sign(path_qs, form)) as answer:
                return answer.status

    async def post_callbacks(self) -> list[int]:
        """Post the waiting status callbacks in their order (a test may shuffle `callbacks` first)."""
        waiting, self.callbacks = self.callbacks, []
        return [await self.post(url.removeprefix(self.public_url), form) for url, form in waiting]

    # What Twilio does.

    def refuse(self, code: int, status: int = 400, *, times: int = 1, **headers: str) -> None:
        """Answer the next sends with this error instead."""
        self.refusals += [{"code": code, "status": status, "headers": headers}] * times

    def app(self) -> web.Application:
        app = web.Application(client_max_size=20_000_000, middlewares=[_only_with_the_token])
        account = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
        router = app.router
        router.add_post(f"{account}.json", self._create)
        router.add_get(f"{account}.json", self._list)
        router.add_delete(account + "/{sid}.json", self._delete)
        router.add_get(account + "/{sid}/Media.json", self._media_list)
        router.add_delete(account + "/{sid}/Media/{media}.json", self._media_delete)
        router.add_get(account + "/{sid}/Media/{media}", self._media_redirect)
        router.add_get("/stored/{media}", self._media_bytes)
        self.add_content_routes(router)
        router.add_post("/__double/{what}", self._control)
        return app

    async def _create(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.refusals:
            rule = self.refusals.pop(0)
            return error(rule["code"], rule["status"], rule["headers"])
        fields = {name: str(form[name]) for name in form if name != "MediaUrl"}
        media = [str(url) for url in form.getall("MediaUrl", [])]
        to, now = fields.get("To", ""), self.clock()
        content = self.contents.get(fields.get("ContentSid", ""))
        try:
            shown = twilio_rules.rendered(fields, media, content)
        except twilio_rules.Rule as rule:
            return error(rule.code, 400)
        if to in self.stopped:
            return error(21610, 400)
        open_window = now - self.last_heard.get(to, -DAY) < DAY
        approved = self.approvals.get(fields.get("ContentSid", ""), {}).get("status") == "approved"
        failure = self._failure(to, open_window=open_window, approved=approved)
        sid = self.sid("MM" if media else "SM")
        message = self._message(sid, SENDER, to, shown["body"], "outbound-api", "queued")
        message |= {"error_code": failure, "media_urls": media}
        self.requests.append({"sid": sid, "to": to, "fields": fields, "media": media, **shown})
        if callback := fields.get("StatusCallback"):
            ends = [("undelivered", failure)] if failure else [("delivered", None), ("read", None)]
            for status, code in [("sent", None), *ends]:
                report = {"MessageSid": sid, "MessageStatus": status, "To": to, "From": SENDER, "AccountSid": ACCOUNT}
                self.callbacks.append((callback, report | ({"ErrorCode": str(code)} if code else {})))
        if self.stall:
            self.stall -= 1
            assert request.transport is not None
            request.transport.close()
        return web.json_response(public(message), status=201)

    def _failure(self, to: str, *, open_window: bool, approved: bool) -> int | None:
        """The code with which this message will fail after it was accepted, if it will."""
        now = self.clock()
        if to in self.blocked:
            return 63014
        if open_window:
            return None
        if not approved:
            return 63016
        self.reached = {person: at for person, at in self.reached.items() if now - at < DAY}
        if to not in self.reached and len(self.reached) >= self.tier:
            return 63018
        self.reached[to] = now
        return None

    def _message(self, sid: str, sender: str, to: str, body: str, direction: str, status: str) -> Json:
        message = {
            "sid": sid,
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "from": sender,
            "to": to,
            "body": body,
            "direction": direction,
            "status": status,
            "error_code": None,
            "at": self.clock(),
            "media": [],
        }
        self.messages.append(message)
        return message

    async def _list(self, request: web.Request) -> web.Response:
        to, since = request.query.get("To"), request.query.get("DateSent>", "")
        found = [
            one
            for one in reversed(self.messages)
            if one["to"] == to and time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(one["at"])) >= since
        ]
        size, page = int(request.query.get("PageSize", 50)), int(request.query.get("Page", 0))
        part = found[page * size : (page + 1) * size]
        following = str(request.rel_url.update_query(Page=str(page + 1))) if found[(page + 1) * size :] else None
        return web.json_response(
            {"messages": [public(one) for one in part], "page": page, "page_size": size, "next_page_uri": following}
        )

    async def _delete(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        if sid not in {one["sid"] for one in self.messages}:
            return error(20404, 404)
        self.messages = [one for one in self.messages if one["sid"] != sid]
        return web.Response(status=204)

    def _media_url(self, sid: str, media: str) -> str:
        return f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media/{media}"

    async def _media_list(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        owned = next((one["media"] for one in self.messages if one["sid"] == sid), [])
        rows = [
            {
                "sid": media,
                "account_sid": ACCOUNT,
                "parent_sid": sid,
                "content_type": self.media[media][1],
                "uri": self._media_url(sid, media).partition("api.twilio.com")[2] + ".json",
            }
            for media in owned
            if media in self.media
        ]
        return web.json_response({"media_list": rows})

    async def _media_delete(self, request: web.Request) -> web.Response:
        self.media.pop(request.match_info["media"], None)
        return web.Response(status=204)

    async def _media_redirect(self, request: web.Request) -> web.Response:
        if request.match_info["media"] not in self.media:
            return error(20404, 404)
        target = f"{request.url.origin().with_host('localhost')}/stored/{request.match_info['media']}"
        return web.Response(status=307, headers={"Location": target})

    async def _media_bytes(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            return web.Response(status=400, text="our password went to a strange host")
        data, mime = self.media[request.match_info["media"]]
        return web.Response(body=data, content_type=mime)

    async def _control(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read() or b"{}")
        match request.match_info["what"]:
            case "inbound":
                path = body.pop("path", "/wa/in")
                return web.json_response({"status": await self.post(path, self.inbound(**body))})
            case "tap":
                return web.json_response({"status": await self.post("/wa/in", self.tap(**body))})
            case "callbacks":
                return web.json_response(await self.post_callbacks())
            case "clock":
                self.clock = lambda: float(body["now"])
            case "refuse":
                self.refuse(**body)
            case "approve":
                self.approve_all()
            case "sent":
                return web.json_response(self.requests)
            case "clear":
                self.requests.clear()
        return web.json_response({"ok": True})


@web.middleware
async def _only_with_the_token(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Both APIs ask for the account's name and password."""
    expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
    if request.path.startswith(("/2010", "/v1/")) and request.headers.get("Authorization") != expected:
        return error(20003, 401)
    return await handler(request)


def public(message: Json) -> Json:
    """A message as Twilio shows it."""
    kept = {name: value for name, value in message.items() if name not in ("at", "media", "media_urls")}
    date = formatdate(message["at"])
    counted = len(message["media"]) or len(message.get("media_urls", []))
    return {
        **kept,
        "num_media": str(counted),
        "num_segments": "1",
        "date_created": date,
        "date_sent": date,
        "date_updated": date,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message['sid']}.json",
    }


if __name__ == "__main__":
    port, public, local = sys.argv[1:]
    web.run_app(
        TwilioDouble(public_url=public, deliver_to=local).app(), host="127.0.0.1", port=int(port), access_log=None
    )
