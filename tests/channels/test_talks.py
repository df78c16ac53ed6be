"""The transcripts of the emulator through the real client libraries: python-telegram-bot against `lo-bot-api-emulator`,
twilio through Prism with Twilio's own OpenAPI files.

On Telegram every word, button and picture is as it is written there. On WhatsApp the forms differ, so the book after
the talk and what others were told are compared. `make test` performs some, `make proof` all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.channels.reach import WHATSAPP
from tests.channels.talks import telegram_talks, whatsapp_talks
from tests.conversations.scenes import EMPTY, arrange, empty_book, plain_codes
from tests.conversations.test_conversations import CHATS, compare, fits, news, told_too_much, usual
from tests.conversations.transcript import perform
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.imports.test_by_chat import csv_of
from tests.imports.test_faults import row

pytestmark = pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'")
TELEGRAM = ("weighing_three", "hints", "people_join", "case_evening", "siaran")
WHATSAPP_TOO = ("hints", "people_join", "case_evening", "siaran")
NO_EDITS = ("entry_edited",)  # Twilio tells nobody that a message was edited


def talks(core: tuple[str, ...], but: tuple[str, ...] = ()) -> list[Any]:
    marks = {True: (), False: pytest.mark.proof}
    return [pytest.param(c, id=c.stem, marks=marks[c.stem in core]) for c in CHATS if c.stem not in but]


def book_of(chat: Path, folder: Path) -> str | None:
    return empty_book(folder) if chat.stem in EMPTY else None


@pytest.fixture(autouse=True)
def codes_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.aid.new_code", plain_codes())


@pytest.mark.parametrize("chat", talks(TELEGRAM))
async def test_on_telegram_it_goes_as_it_is_written(chat: Path, tmp_path: Path) -> None:
    async with telegram_talks(tmp_path, TelegramDouble(), book=book_of(chat, tmp_path)) as house:
        arrange(house, chat.stem)
        house.give_phones()
        text = await perform(house, chat)
        assert not house.set_aside()
        assert not house.failed()
    compare(chat, text.replace("telegram ", "emulator "), update=False)


@pytest.mark.parametrize("chat", talks(WHATSAPP_TOO, NO_EDITS))
async def test_on_whatsapp_the_same_comes_of_it(
    chat: Path, tmp_path: Path, account: TwilioDouble, prism_urls: list[str], twilio_server: tuple[Any, str]
) -> None:
    went = await usual(chat, tmp_path)
    urls = prism_urls if chat.stem not in EMPTY else [twilio_server[1]]  # Prism lets no file through that is fetched
    more = {"book": book_of(chat, tmp_path)}
    async with whatsapp_talks(tmp_path, account, urls, twilio_server[1], **more) as house:
        arrange(house, chat.stem)
        house.give_phones()
        await perform(house, chat, check=lambda seen: fits(seen, WHATSAPP))
        assert house.measures() == went.book
        assert news(house) == went.told
        assert not house.set_aside()
        assert not house.failed()
        assert not told_too_much(house)
        assert {form.get("ErrorCode") for _, form in account.callbacks} == {None}


async def test_a_message_that_she_edits_is_a_correction(tmp_path: Path) -> None:
    async with telegram_talks(tmp_path, TelegramDouble()) as house:
        house.give_phones()
        await house.say("kader", "Azzam 11,1 83,5")
        await house.edit("kader", "Azzam 11,4 83,5")
        assert house.measures()["AN-01", "weight"] == 11_400
        assert "BB 11,4 kg" in house.last("kader").text
        heard = [seen.text for seen in house.thread("orangtua-an-01")]
        assert [text.partition(":")[0] for text in heard] == [
            "Hasil timbang Azzam, 12 November",
            "Perbaikan dari Posyandu Anyelir RW 14",
        ]


async def test_what_waits_leaves_at_her_word_and_only_then_is_it_said_so(
    tmp_path: Path, account: TwilioDouble, twilio_server: tuple[Any, str]
) -> None:
    async with whatsapp_talks(tmp_path, account, [twilio_server[1]], twilio_server[1]) as house:
        house.give_phones()
        await house.say("koordinator", "lanjut")
        assert house.last("koordinator").text.startswith("Tidak ada kabar yang menunggu")
        await house.clock("2026-11-12 13:30")
        await house.clock("2026-12-11 18:30")
        waiting = house.last("kader").text
        assert "Balas LANJUT" in waiting
        assert "Ditunggu" not in waiting
        await house.say("kader", "lanjut")
        said = [seen.text for seen in house.thread("kader")]
        assert any("Ditunggu 29 anak" in text for text in said)
        assert any(text.startswith("Baik, kabar yang menunggu") for text in said)


REGISTER = csv_of(row(), row(NAMA_ANAK="Nina", TGL_LAHIR="tidak tahu"))


async def test_a_sheet_goes_in_and_out_on_telegram(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with telegram_talks(tmp_path, double) as house:
        house.give_phones()
        shown = await house.send_file("kader", "document", "register.csv", REGISTER)
        assert "anak baru: 1" in shown.text
        assert shown.media == "periksa-register.xlsx"
        sent = next(c for c in reversed(double.sent) if c["method"] == "sendDocument")
        assert sent["files"]["document"]["data"].startswith(b"PK")


async def test_a_sheet_goes_in_and_out_on_whatsapp(
    tmp_path: Path, account: TwilioDouble, twilio_server: tuple[Any, str]
) -> None:
    async with whatsapp_talks(tmp_path, account, [twilio_server[1]], twilio_server[1]) as house:
        house.give_phones()
        await house.send_file("kader", "document", "register.csv", REGISTER)
        assert any("anak baru: 1" in seen.text for seen in house.thread("kader"))
        status, mime, data = await house.download()
        assert status == 200
        assert mime.endswith("spreadsheetml.sheet")
        assert data.startswith(b"PK")
        await house.clock("2026-11-12 09:16")
        assert (await house.download())[0] == 404, "a link is good for a quarter of an hour"
