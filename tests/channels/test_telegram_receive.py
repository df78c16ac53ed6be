"""Receiving on Telegram: long polling, webhook and files, through the real client against the emulator."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels import telegram_poll
from bot.channels.port import Heard, HeardFile, Misconfigured, NotSent, Refused, WebhookRefused
from bot.channels.telegram import MOST_BYTES, Telegram
from bot.channels.telegram_heard import telegram_webhook
from tests.channels.conftest import TOKEN, serving
from tests.doubles.telegram import TelegramDouble

# The module quietens this itself, but pytest puts every warning filter back before each test.
pytestmark = pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'")

SITI = {"id": 42, "is_bot": False, "first_name": "Siti", "last_name": "Aminah", "language_code": "id"}
CHAT = {"id": 42, "type": "private", "first_name": "Siti"}
ASKED = {"message_id": 7, "date": 1_795_000_000, "chat": CHAT, "text": "Simpan?"}


def message(number: int, **content: Any) -> dict[str, Any]:
    return {"message_id": number, "date": 1_795_000_000 + number, "chat": CHAT, "from": SITI, **content}


async def hear_all(telegram: Telegram, double: TelegramDouble) -> list[Heard]:
    """Poll until all that waits has been heard and confirmed."""
    heard: list[Heard] = []

    async def hear(batch: list[Heard], _then: int) -> None:
        heard.extend(batch)

    task = asyncio.create_task(telegram.poll(hear, wait=1))
    await asyncio.wait_for(double.confirmed(TOKEN), 5)
    await stop(task)
    return heard


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_everything_said_is_heard_in_order(telegram: Telegram, double: TelegramDouble) -> None:
    await double.enqueue_update({"message": message(1, text="/start KADER-7Q")}, token=TOKEN)
    await double.queue_missing({"edited_message": message(1, text="/start KADER-7R", edit_date=1)}, token=TOKEN)
    pressed = {"id": "99", "from": SITI, "chat_instance": "1", "message": ASKED, "data": "ab12:1"}
    await double.enqueue_update({"callback_query": pressed}, token=TOKEN)
    left = {"chat": CHAT, "from": SITI, "date": 1_795_000_009, "new_chat_member": {"status": "kicked", "user": SITI}}
    await double.queue_missing({"my_chat_member": left}, token=TOKEN)

    start, edit, pick, blocked = await hear_all(telegram, double)
    assert (start.text, start.external_id, start.message_id) == ("/start KADER-7Q", "42", "42:1")
    assert start.profile == {"name": "Siti Aminah", "language": "id"}
    assert (edit.text, edit.edits, edit.message_id) == ("/start KADER-7R", "42:1", "u2")
    assert (pick.pick, pick.message_id) == ("ab12:1", "u3")
    assert (blocked.event, blocked.private) == ("blocked", True)
    assert [call["fields"] for call in double.sent] == [{"callback_query_id": "99"}], "the press is answered at once"


async def test_nothing_is_confirmed_before_it_is_committed(telegram: Telegram, double: TelegramDouble) -> None:
    for number in (1, 2, 3):
        await double.enqueue_update({"message": message(number, text=str(number))}, token=TOKEN)
    reached, waiting = asyncio.Event(), asyncio.Event()

    async def hear(batch: list[Heard], _then: int) -> None:
        reached.set()
        await waiting.wait()

    task = asyncio.create_task(telegram.poll(hear, wait=1))
    await asyncio.wait_for(reached.wait(), 5)
    await stop(task)  # the process dies before the commit
    assert len(double.waiting(TOKEN)) == 3
    assert [heard.text for heard in await hear_all(telegram, double)] == ["1", "2", "3"]


async def test_a_broken_update_is_set_aside_and_its_neighbours_come_through(
    telegram: Telegram, double: TelegramDouble
) -> None:
    await double.enqueue_update({"message": message(1, text="satu")}, token=TOKEN)
    await double.queue_missing({"message": {"message_id": "?", "chat": CHAT}}, token=TOKEN)
    await double.enqueue_update({"message": message(3, text="tiga")}, token=TOKEN)
    first, broken, third = await hear_all(telegram, double)
    assert (first.text, third.text) == ("satu", "tiga")
    assert (broken.event, broken.external_id, broken.message_id) == ("unreadable", "42", "u2")
    assert json.loads(broken.raw)["message"]["message_id"] == "?", "kept whole, to be replayed"


async def run_poll(
    answers: list[Any], hear: Callable[[list[Heard], int], Awaitable[None]]
) -> tuple[list[int], list[float]]:
    """The loop over scripted answers of Telegram: which offsets were asked for, which pauses were made."""
    asked: list[int] = []
    pauses: list[float] = []

    async def get_updates(offset: int) -> list[Any]:
        asked.append(offset)
        if not answers:
            raise asyncio.CancelledError
        if isinstance(answer := answers.pop(0), Exception):
            raise answer
        return list(answer)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def answer_pick(_heard: Heard) -> None: ...

    with suppress(asyncio.CancelledError):
        await telegram_poll.poll(get_updates, hear, answer_pick, sleep=sleep)
    return asked, pauses


async def test_trouble_is_waited_out_and_the_offset_stays(caplog: pytest.LogCaptureFixture) -> None:
    tries = 0

    async def hear(batch: list[Heard], _then: int) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("disk full")

    update = {"update_id": 5, "message": message(1, text="halo")}
    trouble = [NotSent("HTTP 502"), NotSent("HTTP 502")]
    asked, pauses = await run_poll([*trouble, [update], [update], []], hear)
    assert asked == [0, 0, 0, 0, 6, 6]
    assert pauses == [1, 2, 4]
    assert "Telegram keeps them" in caplog.text


async def test_a_batch_without_ids_does_not_turn_into_a_hot_loop() -> None:
    heard: list[Heard] = []

    async def hear(batch: list[Heard], _then: int) -> None:
        heard.extend(batch)

    _, pauses = await run_poll([[{"message": {}}, 17]], hear)
    assert [one.event for one in heard] == ["unreadable", "unreadable"]
    assert pauses == [telegram_poll.LONGEST_PAUSE]


async def test_polling_stops_for_a_set_webhook_and_a_wrong_token(telegram: Telegram, double: TelegramDouble) -> None:
    async def hear(batch: list[Heard], _then: int) -> None: ...

    await telegram.set_webhook("http://127.0.0.1:9/tg/abc", "s3cret")
    with pytest.raises(Misconfigured, match="webhook"):
        await telegram.poll(hear, wait=1)
    await telegram.delete_webhook()
    double.refuse("getUpdates", 401, "Unauthorized")
    with pytest.raises(Misconfigured):
        await telegram.poll(hear, wait=1)


async def test_a_second_poller_waits_its_turn(
    telegram: Telegram, double: TelegramDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    double.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    await double.enqueue_update({"message": message(1, text="halo")}, token=TOKEN)
    assert [heard.text for heard in await hear_all(telegram, double)] == ["halo"]
    assert "Conflict" in caplog.text


async def test_an_old_press_that_telegram_no_longer_knows_harms_nothing(
    telegram: Telegram, double: TelegramDouble
) -> None:
    double.refuse("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    pressed = {"id": "99", "from": SITI, "chat_instance": "1", "message": ASKED, "data": "ab12:1"}
    await double.enqueue_update({"callback_query": pressed}, token=TOKEN)
    assert (await hear_all(telegram, double))[0].pick == "ab12:1"


async def test_a_photo_comes_in_byte_for_byte(telegram: Telegram, double: TelegramDouble) -> None:
    data = bytes(range(256)) * 1000
    sizes = [{"file_id": name, "file_unique_id": name, "width": 1, "height": 1} for name in ("small", "large")]
    double.put_file("large", data)
    await double.enqueue_update({"message": message(1, photo=sizes, caption="buku KIA")}, token=TOKEN)
    (heard,) = await hear_all(telegram, double)
    assert heard.text == "buku KIA"
    assert heard.file is not None
    assert heard.file.kind == "image"
    assert await telegram.fetch(heard.file) == data


@pytest.mark.parametrize("told", [True, False], ids=["told before", "found out while reading"])
async def test_a_file_above_the_limit_is_refused(telegram: Telegram, double: TelegramDouble, told: bool) -> None:
    double.put_file("film", bytes(MOST_BYTES + 5000))
    file = HeardFile("document", "film", size=MOST_BYTES + 5000 if told else 0)
    with pytest.raises(Refused):
        await telegram.fetch(file)


async def test_a_file_that_is_gone_does_not_stop_the_channel(telegram: Telegram, double: TelegramDouble) -> None:
    with pytest.raises(Refused):
        await telegram.fetch(HeardFile("document", "never-was"))
    double.put_file("a", b"x")
    double.refuse("getFile", 400, "Bad Request: file is too big")
    with pytest.raises(Refused):
        await telegram.fetch(HeardFile("document", "a"))


async def test_the_webhook_hears_what_telegram_posts(telegram: Telegram, double: TelegramDouble) -> None:
    heard: list[Heard] = []
    refusals: list[str] = []
    secret = "right-secret_1"

    async def receive(request: web.Request) -> web.Response:
        try:
            heard.extend(telegram_webhook(request.headers, await request.read(), secret, arrived=1))
        except WebhookRefused as error:
            refusals.append(str(error))
            return web.Response(status=403)
        return web.Response()

    app = web.Application()
    app.router.add_post("/tg/abc", receive)
    async with serving(app) as url, aiohttp.ClientSession() as guesser:
        await telegram.set_webhook(f"{url}/tg/abc", secret)
        await double.enqueue_update({"message": message(1, text="lewat webhook")}, token=TOKEN)
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
            async with guesser.post(f"{url}/tg/abc", json={"update_id": 1}, headers=headers) as answer:
                assert answer.status == 403
    assert [one.text for one in heard] == ["lewat webhook"]
    assert refusals == ["wrong secret", "wrong secret"]
    assert double.waiting(TOKEN) == []


async def test_a_webhook_without_a_secret_of_ours_hears_nobody() -> None:
    with pytest.raises(WebhookRefused):
        telegram_webhook({}, b"{}", "", arrived=1)


async def test_a_post_that_is_no_json_is_set_aside() -> None:
    headers = {"x-telegram-bot-api-secret-token": "s"}
    (heard,) = telegram_webhook(headers, b"\xff not json", "s", arrived=5)
    assert (heard.event, heard.sent_at) == ("unreadable", 5)
