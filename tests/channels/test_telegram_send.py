"""Sending on Telegram through the real client library against the emulator."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback

import pytest

from bot.channels.port import (
    Bubble,
    ChannelError,
    Choice,
    InDoubt,
    Media,
    Misconfigured,
    Moved,
    NotSent,
    Refused,
    SlowDown,
    Unreachable,
)
from bot.channels.telegram import Telegram
from bot.channels.wire import Wire
from tests.channels.conftest import TOKEN, serving
from tests.doubles.telegram import TelegramDouble

YES_NO = (Choice("ab12:1", "Ya, simpan"), Choice("ab12:2", "Ubah"))


async def test_a_text_arrives_as_it_was_written(telegram: Telegram, double: TelegramDouble) -> None:
    sent = await telegram.send("42", Bubble("Berat Siti < 8,2 kg & sehat 👶 2*3*4"), ref="1")
    assert sent == "42:1"
    assert double.sent[0]["method"] == "sendMessage"
    assert double.sent[0]["fields"] == {"chat_id": "42", "text": "Berat Siti < 8,2 kg & sehat 👶 2*3*4"}


async def test_words_between_stars_are_bold(telegram: Telegram, double: TelegramDouble) -> None:
    await telegram.send("42", Bubble("👶 Ketik *menu*, atau *anak saya*"), ref="1")
    await telegram.send("42", Bubble("*Azzam*", media=Media("image", "a.png", "image/png", b"png")), ref="2")
    text, picture = (call["fields"] for call in double.sent)
    assert text["text"] == "👶 Ketik menu, atau anak saya"
    places = [(one["type"], one["offset"], one["length"]) for one in json.loads(text["entities"])]
    assert places == [("bold", 9, 4), ("bold", 20, 9)]
    assert picture["caption"] == "Azzam"
    assert json.loads(picture["caption_entities"])[0]["length"] == 5


async def test_buttons_hang_below_with_their_data(telegram: Telegram, double: TelegramDouble) -> None:
    await telegram.send("42", Bubble("Simpan?", YES_NO, "buttons"), ref="1")
    keyboard = json.loads(double.sent[0]["fields"]["reply_markup"])["inline_keyboard"]
    assert keyboard == [
        [{"text": "Ya, simpan", "callback_data": "ab12:1"}, {"text": "Ubah", "callback_data": "ab12:2"}]
    ]


async def test_a_numbered_list_can_be_tapped_by_number(telegram: Telegram, double: TelegramDouble) -> None:
    children = tuple(Choice(f"ab12:{number}", f"Anak {number}") for number in range(1, 13))
    await telegram.send("42", Bubble("1. Anak 1 ...", children, "numbers"), ref="1")
    rows = json.loads(double.sent[0]["fields"]["reply_markup"])["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [list("12345"), [*"6789", "10"], ["11", "12"]]


@pytest.mark.parametrize("kind", ["image", "document"])
async def test_pictures_and_documents_go_out_byte_for_byte(
    telegram: Telegram, double: TelegramDouble, kind: str
) -> None:
    data = bytes(range(256)) * 500
    media = Media(kind, "Rekap SKDN Mei.xlsx", "application/octet-stream", data)  # type: ignore[arg-type]
    await telegram.send("42", Bubble("Rekap bulan ini", YES_NO, "buttons", media=media), ref="1")
    call = double.sent[0]
    part = call["files"]["photo" if kind == "image" else "document"]
    assert (part["data"], part["filename"]) == (data, "Rekap SKDN Mei.xlsx")
    assert call["fields"]["caption"] == "Rekap bulan ini"
    assert "ab12:1" in call["fields"]["reply_markup"]


async def test_an_edit_changes_the_message_that_was_sent(telegram: Telegram, double: TelegramDouble) -> None:
    sent = await telegram.send("42", Bubble("Simpan?", YES_NO, "buttons"), ref="1")
    await telegram.edit("42", sent, Bubble("Tersimpan."))
    assert double.sent[1]["method"] == "editMessageText"
    assert double.sent[1]["fields"] == {"chat_id": "42", "message_id": "1", "text": "Tersimpan."}


async def test_an_edit_that_changes_nothing_is_no_error(telegram: Telegram, double: TelegramDouble) -> None:
    double.refuse("editMessageText", 400, "Bad Request: message is not modified: specified new message content ...")
    await telegram.edit("42", "42:1", Bubble("Tersimpan."))


async def test_paid_broadcast_is_asked_for_only_when_set(double: TelegramDouble) -> None:
    async with serving(double.app()) as url:
        for paid in (False, True):
            channel = Telegram(TOKEN, base_url=url, paid_broadcast=paid)
            await channel.send("42", Bubble("Halo"), ref="1")
            await channel.close()
    assert ["allow_paid_broadcast" in call["fields"] for call in double.sent] == [False, True]


async def test_the_commands_menu(telegram: Telegram, double: TelegramDouble) -> None:
    await telegram.set_commands([("timbang", "Catat penimbangan"), ("menu", "Semua pilihan")], language="id")
    await telegram.set_commands([("rekap", "Rekap SKDN")], chat="42")
    everyone, one = (call["fields"] for call in double.sent)
    assert json.loads(everyone["commands"])[0] == {"command": "timbang", "description": "Catat penimbangan"}
    assert (json.loads(everyone["scope"]), everyone["language_code"]) == ({"type": "all_private_chats"}, "id")
    assert json.loads(one["scope"]) == {"type": "chat", "chat_id": 42}


async def test_the_bots_name_and_its_webhook(telegram: Telegram, double: TelegramDouble) -> None:
    assert await telegram.username() == "posyandu_test_bot"
    await telegram.set_webhook("http://127.0.0.1:9/tg/abc", "s3cret")
    assert await telegram.webhook_url() == "http://127.0.0.1:9/tg/abc"
    await telegram.delete_webhook()
    assert await telegram.webhook_url() == ""


REFUSALS = [
    (429, "Too Many Requests: retry after 7", {"retry_after": 7}, SlowDown),
    (403, "Forbidden: bot was blocked by the user", {}, Unreachable),
    (403, "Forbidden: user is deactivated", {}, Unreachable),
    (400, "Bad Request: chat not found", {}, Unreachable),
    (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -1001234}, Moved),
    (400, "Bad Request: can't parse entities", {}, Refused),
    (413, "Request Entity Too Large", {}, Refused),
    (401, "Unauthorized", {}, Misconfigured),
    (404, "Not Found", {}, Misconfigured),
    (500, "Internal Server Error", {}, NotSent),
    (502, "Bad Gateway", {}, NotSent),
    (504, "Gateway Timeout", {}, InDoubt),
]


@pytest.mark.parametrize(("code", "words", "parameters", "expected"), REFUSALS)
async def test_each_refusal_means_what_it_means(
    telegram: Telegram,
    double: TelegramDouble,
    code: int,
    words: str,
    parameters: dict[str, int],
    expected: type[ChannelError],
) -> None:
    double.refuse("sendMessage", code, words, **parameters)
    with pytest.raises(ChannelError) as caught:
        await telegram.send("42", Bubble("Halo"), ref="1")
    assert type(caught.value) is expected
    if isinstance(caught.value, SlowDown):
        assert caught.value.seconds == 7
    if isinstance(caught.value, Moved):
        assert caught.value.new_id == "-1001234"
    assert double.sent == []


async def test_an_answer_that_is_lost_leaves_the_send_in_doubt(telegram: Telegram, double: TelegramDouble) -> None:
    double.stall = 1
    with pytest.raises(InDoubt):
        await telegram.send("42", Bubble("Halo"), ref="1")
    assert len(double.sent) == 1, "it was carried out, and not repeated by the client"


async def test_silence_leaves_the_send_in_doubt() -> None:
    async with await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0) as mute:
        port = mute.sockets[0].getsockname()[1]
        channel = Telegram(TOKEN, base_url=f"http://127.0.0.1:{port}", wire=Wire(read=0.1))
        with pytest.raises(InDoubt):
            await channel.send("42", Bubble("Halo"), ref="1")
        await channel.close()


async def test_a_refused_connection_certainly_sent_nothing() -> None:
    channel = Telegram(TOKEN, base_url="http://127.0.0.1:9")
    with pytest.raises(NotSent):
        await channel.send("42", Bubble("Halo"), ref="1")
    await channel.close()


async def test_no_token_is_told_at_once() -> None:
    with pytest.raises(Misconfigured):
        Telegram("")


async def test_an_id_that_is_no_chat_is_refused(telegram: Telegram) -> None:
    with pytest.raises(Refused):
        await telegram.send("whatsapp:+620000", Bubble("Halo"), ref="1")


async def test_the_token_is_in_no_log_and_no_error(double: TelegramDouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    causes: list[BaseException | None] = []
    async with serving(double.app()) as url:
        double.refuse("sendMessage", 404, f"no such path /bot{TOKEN}/sendMessage")
        double.refuse("sendMessage", 400, f"Bad Request: odd address /bot{TOKEN}/sendMessage")
        for address in (url, url, "http://127.0.0.1:9", "nowhere://x", url):
            channel = Telegram(TOKEN, base_url=address)
            try:
                await channel.send("42", Bubble("Halo"), ref="1")
            except ChannelError as error:
                shown += [str(error), repr(error), *traceback.format_exception(error)]
                causes.append(error.__context__)
            await channel.close()
    shown += [record.getMessage() for record in caplog.records]
    assert len(double.sent) == 1
    assert causes == [None] * 4
    assert not [line for line in shown if TOKEN in line]
