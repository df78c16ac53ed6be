"""Telegram: sending, receiving and files through python-telegram-bot's `Bot`. The only file that imports its package.

Only the client is used, not `telegram.ext`: its Application confirms updates before they are handled and so loses them
when the process is killed. Here an update is confirmed after `hear` has returned, that is, after its row is committed.
The token stands in every address of the Bot API; no error and no log line of this module carries an address.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp

from bot.channels.bold import bold_places
from bot.channels.port import (
    Bubble,
    ChannelError,
    Heard,
    HeardFile,
    InDoubt,
    Misconfigured,
    Moved,
    NotSent,
    Refused,
    SlowDown,
    Template,
    Unreachable,
)
from bot.channels.reach import TELEGRAM
from bot.channels.telegram_heard import ALLOWED_UPDATES, pick_id
from bot.channels.telegram_keyboard import keyboard_rows
from bot.channels.telegram_poll import Hear, poll
from bot.channels.wire import Wire, server_problem

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library reads it at each use: durations as timedelta, no warning

import telegram as ptb
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBUserWarning

# At DEBUG the library logs its base address, which holds the token, and every text.
logging.getLogger("telegram").setLevel(logging.WARNING)
# Updates are fetched raw on purpose: parsed by the library, one bad update takes its whole batch with it.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)

MOST_BYTES = 20 * 1024 * 1024  # what the Bot API lets a bot download
POLL_SECONDS = 25

# 400 answers that mean the person, not the message.
_GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "not enough rights")

T = TypeVar("T")


class Telegram:
    """The Telegram channel of one bot.

    `base_url` is Telegram's or a double's address without a trailing slash. `paid_broadcast` lets Telegram take Stars
    for sends above 30 a second (a setting of the operator's; off unless set).
    """

    name = "telegram"
    reach = TELEGRAM

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "https://api.telegram.org",
        paid_broadcast: bool = False,
        wire: Wire | None = None,
        poll_wire: Wire | None = None,
    ) -> None:
        if not token:
            raise Misconfigured("no Telegram token")
        self._token = token
        self._paid = paid_broadcast or None
        self._wire = wire or Wire()
        self._poll_wire = poll_wire or Wire(connections=2)
        self._bot = ptb.Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=TelegramRequest(self._wire),
            get_updates_request=TelegramRequest(self._poll_wire),
        )

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        """Send to a chat; returns "<chat>:<message>", the id that an edit and the person's own edits go by.

        `template` is WhatsApp's affair and ignored. Raises the port's errors.
        """
        chat = _chat(to)
        shown: dict[str, Any] = {"reply_markup": _markup(bubble), "allow_paid_broadcast": self._paid}
        text, bold = _bold(bubble.text)
        if bubble.media is None:
            call = self._bot.send_message(chat, text, entities=bold, **shown)
        else:
            shown |= {"caption": text or None, "caption_entities": bold, "filename": bubble.media.filename}
            send = self._bot.send_photo if bubble.media.kind == "image" else self._bot.send_document
            call = send(chat, bubble.media.data, **shown)
        message = await self._call(call)
        return f"{message.chat.id}:{message.message_id}"

    async def edit(self, to: str, sent_id: str, bubble: Bubble) -> None:
        """Change the words and buttons of a text that `send` has sent. That nothing changes is no error."""
        number = int(sent_id.rpartition(":")[2])
        text, bold = _bold(bubble.text)
        shown: dict[str, Any] = {"reply_markup": _markup(bubble), "entities": bold}
        try:
            await self._call(self._bot.edit_message_text(text, _chat(to), number, **shown))
        except Refused as error:
            if "not modified" not in error.reason:
                raise

    async def poll(self, hear: Hear, *, start: int = 0, wait: int = POLL_SECONDS) -> None:
        """Receive for ever: `hear` gets each batch and returns once it is committed; see `telegram_poll.poll`."""

        async def get_updates(offset: int) -> list[Any]:
            asked = {"offset": offset, "timeout": wait, "allowed_updates": ALLOWED_UPDATES}
            call = self._bot.do_api_request("getUpdates", api_kwargs=asked, read_timeout=wait + 10)
            return list(await self._call(call))

        await poll(get_updates, hear, self.answer_pick, start=start)

    async def answer_pick(self, heard: Heard) -> None:
        """Stop the little clock on the pressed button. Failing is harmless: the clock stops by itself."""
        if found := pick_id(heard):
            try:
                await self._call(self._bot.answer_callback_query(found))
            except ChannelError as error:
                logging.getLogger(__name__).info("button not answered: %s", error.reason)

    async def fetch(self, file: HeardFile) -> bytes:
        """The bytes of a file a person sent, 20 MB at most (`Refused` above that or when it is gone)."""
        if file.size > MOST_BYTES:
            raise Refused("more bytes than allowed")
        found = await self._call(self._bot.get_file(file.ref))
        if (found.file_size or 0) > MOST_BYTES:
            raise Refused("more bytes than allowed")
        try:
            return bytes(await self._call(found.download_as_bytearray()))
        except Misconfigured:  # 404: here it is the link that has run out, not the token that is wrong
            pass
        raise NotSent("the file's link has run out")

    async def set_commands(
        self, commands: Sequence[tuple[str, str]], *, chat: str | None = None, language: str | None = None
    ) -> None:
        """The commands menu as (command, description): of one chat (a role), or of all private chats."""
        scope = ptb.BotCommandScopeChat(_chat(chat)) if chat else ptb.BotCommandScopeAllPrivateChats()
        menu = [ptb.BotCommand(name, words) for name, words in commands]
        await self._call(self._bot.set_my_commands(menu, scope=scope, language_code=language))

    async def username(self) -> str:
        """The bot's own name without "@": shows that the token works, and makes the links people join by."""
        return (await self._call(self._bot.get_me())).username or ""

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates posted to `url` (https) with `secret` in the header; waiting ones are kept."""
        await self._call(self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))

    async def delete_webhook(self) -> None:
        """Back to polling; waiting updates are kept."""
        await self._call(self._bot.delete_webhook())

    async def webhook_url(self) -> str:
        """Where updates are posted to, "" when polling is free to fetch them."""
        return (await self._call(self._bot.get_webhook_info())).url

    def charged_as(self, template: Template | None) -> str | None:
        return None

    async def close(self) -> None:
        await self._wire.close()
        await self._poll_wire.close()

    async def _call(self, call: Awaitable[T]) -> T:
        """Run a call of the library and turn every failure into one of the port's errors, free of the token."""
        problem: ChannelError
        try:
            return await call
        except TelegramError as error:
            problem = _problem(error, self._token)
        except Exception as error:  # Telegram answered 200 with something the library cannot read
            problem = InDoubt(f"the answer was not understood ({type(error).__name__})")
        raise problem  # outside of `except`: the library's error is not its context


class _Carried(TelegramError):
    """One of our errors on its way through the library, which passes its own kind on untouched."""

    def __init__(self, problem: ChannelError) -> None:
        super().__init__(problem.reason)
        self.problem = problem


class TelegramRequest(BaseRequest):
    """The library's HTTP over aiohttp: httpx, its own choice, collapses above 200 sends a second."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def read_timeout(self) -> float | None:
        return self._wire.read

    async def initialize(self) -> None:
        """Nothing to do: connections open at the first request."""

    async def shutdown(self) -> None:
        await self._wire.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; of the timeouts only reading may differ from the wire's own (long polling needs it)."""
        read = None if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        problem: ChannelError
        try:
            answer = await self._wire.request(method, url, data=_form(request_data), read=read, most=MOST_BYTES + 4096)
        except ChannelError as error:
            problem = error
        else:
            if answer.status < 500 and answer.status != 413:
                return answer.status, answer.body
            problem = Refused("too large for Telegram") if answer.status == 413 else server_problem(answer.status)
        raise _Carried(problem)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library's own, but nothing is logged of what a proxy may have answered in Telegram's place."""
        try:
            return dict(json.loads(payload))
        except (ValueError, TypeError):
            pass
        raise _Carried(InDoubt("the answer is no JSON object"))


def _problem(error: TelegramError, token: str) -> ChannelError:
    """What the library's error means for a send. The order matters: BadRequest is a NetworkError there."""
    reason = error.message.replace(token, "<token>")[:200]
    match error:
        case _Carried():
            return error.problem
        case RetryAfter():
            wait = error.retry_after
            return SlowDown(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
        case Forbidden():
            return Unreachable(reason)
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case BadRequest():
            return Unreachable(reason) if any(word in reason.lower() for word in _GONE) else Refused(reason)
        case InvalidToken() | EndPointNotFound():
            return Misconfigured("Telegram does not know this token")
        case Conflict():
            return Misconfigured(reason) if "webhook" in reason else NotSent(reason)
        case _:
            return InDoubt(reason)


def _form(request_data: RequestData | None) -> aiohttp.FormData | None:
    if request_data is None:
        return None
    form = aiohttp.FormData(quote_fields=False)  # file names as they are, not percent-encoded
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def _markup(bubble: Bubble) -> ptb.InlineKeyboardMarkup | None:
    rows = keyboard_rows(bubble)
    if not rows:
        return None
    return ptb.InlineKeyboardMarkup(
        [[ptb.InlineKeyboardButton(choice.title, callback_data=choice.id) for choice in row] for row in rows]
    )


def _bold(text: str) -> tuple[str, list[ptb.MessageEntity] | None]:
    plain, places = bold_places(text)
    return plain, [ptb.MessageEntity(ptb.MessageEntity.BOLD, at, length) for at, length in places] or None


def _chat(to: str) -> int:
    try:
        return int(to)
    except ValueError:
        pass
    raise Refused("not a Telegram chat id")
