"""The whole house on Telegram: the real client library against the double, the real inbox, turns and outbox."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.sql import Sql
from storage.store import Tx
from storage.tables import address, channel_rate, incoming, outgoing
from tests.channels import real_house
from tests.channels.conftest import serving
from tests.channels.phones import TelegramPhone, until
from tests.channels.real_house import KADER, PARENT, STRANGER, TOKEN, RealHouse
from tests.doubles.telegram import TelegramDouble

pytestmark = pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'")

ADDRESSES = Sql(select(address.c.external_id, address.c.state, address.c.menu))
OWNERS = Sql(select(address.c.external_id, address.c.person_id))
STATES = Sql(select(outgoing.c.kind, outgoing.c.state).order_by(outgoing.c.id))
DATA = Sql(select(incoming.c.data).order_by(incoming.c.id))
CURSOR = Sql(select(channel_rate.c.cursor).where(channel_rate.c.channel == "telegram"))


@asynccontextmanager
async def house(folder: Path, double: TelegramDouble, **more: object) -> AsyncIterator[RealHouse]:
    settings = {"url": real_house.book(folder), **more}
    async with (
        serving(double.app()) as telegram,
        real_house.running(real_house.settings_for(telegram=telegram, **settings)) as running,  # type: ignore[arg-type]
    ):
        yield running


def empty_the_inbox(tx: Tx) -> None:
    tx.run(Sql(outgoing.update().values(incoming_id=None)))
    tx.run(Sql(incoming.delete()))


def state_of(running: RealHouse, chat: int) -> str:
    """How an address stands in the book."""
    return str({r.external_id: r.state for r in running.store.read(lambda tx: tx.all(ADDRESSES))}[str(chat)])


def states_of(running: RealHouse, kind: str) -> list[str]:
    """How the messages of a kind stand in the outbox."""
    return [r.state for r in running.store.read(lambda tx: tx.all(STATES)) if r.kind == kind]


async def test_a_guided_weighing_by_buttons_reaches_the_parent_with_a_picture(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader, parent = TelegramPhone(double, KADER), TelegramPhone(double, PARENT)
    async with house(tmp_path, double):
        await kader.says("timbang")
        await kader.sees("Siapa yang ditimbang")
        await kader.says("azzam")
        await kader.sees("Berat Azzam")
        await kader.says("11,1")
        await kader.sees("Panjang Azzam")
        await kader.taps("Lewati")
        await kader.sees("Ada tambahan untuk Azzam")
        await kader.taps("Lewati")
        await kader.sees("Simpan?")
        await kader.taps("Simpan")
        await kader.sees("NAIK (N), +200 gram")
        picture = await parent.sees("Hasil timbang Azzam")
        assert picture["method"] == "sendPhoto"
        assert picture["files"]["photo"]["data"].startswith(b"\x89PNG")
        assert "*" not in picture["fields"]["caption"]
        pressed = [c for c in double.sent if c["method"] == "answerCallbackQuery"]
        assert len(pressed) == 3


async def test_a_whole_line_and_an_old_button(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader = TelegramPhone(double, KADER)
    async with house(tmp_path, double):
        await kader.says("timbang")
        await kader.sees("Siapa yang ditimbang")
        await kader.says("Azzam 11,1 83,5")
        await kader.sees("Azzam")
        await kader.says("menu")
        await kader.sees("Mau apa")
        await kader.taps("Tidak ada di daftar")
        await kader.sees("Tombol itu sudah lewat")


async def test_who_is_not_known_joins_with_a_code_from_a_deep_link(tmp_path: Path) -> None:
    double = TelegramDouble()
    new = TelegramPhone(double, STRANGER)
    async with house(tmp_path, double):
        await new.says("halo")
        await new.sees("8 huruf dan angka")
        await new.says("id saya")
        await new.sees(f"telegram:{STRANGER}")
        await new.says("/start KADER234", entities=[{"type": "bot_command", "offset": 0, "length": 6}])
        await new.sees("Anyelir")

        def menus() -> list[str]:
            set_here = [c["fields"] for c in double.sent if c["method"] == "setMyCommands"]
            return [f["commands"] for f in set_here if json.loads(f["scope"])["chat_id"] == STRANGER]

        await until(menus, 12, new.texts)
        assert "timbang" in menus()[-1]


async def test_a_second_address_is_linked_with_her_own_code_and_is_still_she(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader, other = TelegramPhone(double, KADER), TelegramPhone(double, STRANGER)
    async with house(tmp_path, double) as running:
        await kader.says("hubungkan")
        said = await kader.sees("Kirim kode")
        made = re.search(r"\b[2-9A-Z]{8}\b", said["fields"]["text"])
        assert made is not None
        await other.says(made[0])
        await other.sees("Sudah terhubung")
        await other.says("belum")
        await other.sees("Posyandu Anyelir")
        owners = running.store.read(lambda tx: tx.all(OWNERS))
        assert len({r.person_id for r in owners if r.external_id in (str(KADER), str(STRANGER))}) == 1
        await kader.says(made[0])
        await kader.sees("sudah")


async def test_groups_are_told_once_to_write_in_private(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader = TelegramPhone(double, KADER)
    group = {"id": -500, "type": "group", "title": "Ibu-ibu RW 14"}
    async with house(tmp_path, double):
        for number in (1, 2):
            message = {**kader.message(text=f"azzam 11,{number}"), "chat": group}
            await double.queue_missing({"message": message}, token=TOKEN)
        await kader.says("menu")
        await kader.sees("Mau apa")
        said = [c["fields"]["text"] for c in double.sent if str(c["fields"].get("chat_id")) == "-500"]
        assert len(said) == 1
        assert "pribadi" in said[0]
        assert "Azzam" not in said[0]


async def test_the_cursor_outlives_the_inbox_and_an_update_twice_is_one_message(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader = TelegramPhone(double, KADER)
    async with house(tmp_path, double) as running:
        await kader.says("menu")
        await kader.sees("Mau apa")
        same = kader.message(text="rekap")
        await double.queue_missing({"message": same}, token=TOKEN)
        await double.queue_missing({"message": same}, token=TOKEN)
        await kader.sees("Belum ada hasil timbang")
        await double.confirmed(TOKEN)
        before = int(running.store.read(lambda tx: tx.value(CURSOR)))
        assert len([t for t in kader.texts() if "Belum ada hasil" in t]) == 1
        running.store.write(
            lambda tx: [tx.run(Sql(outgoing.update().values(incoming_id=None))), tx.run(Sql(incoming.delete()))]
        )
    assert before == 4
    async with house(tmp_path, double) as running:
        await kader.says("menu")
        await kader.sees("Mau apa")
        assert int(running.store.read(lambda tx: tx.value(CURSOR))) == 5


async def test_a_pause_that_telegram_asks_for_holds_for_everybody_and_loses_nothing(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader, parent = TelegramPhone(double, KADER), TelegramPhone(double, PARENT)
    double.refuse("sendMessage", 429, "Too Many Requests: retry after 2", retry_after=2)
    async with house(tmp_path, double):
        loop = asyncio.get_running_loop()
        await kader.says("menu")
        await until(lambda: double.refused, 5, lambda: "no 429")
        asked = loop.time()
        await parent.says("menu")
        await parent.sees("Mau apa")
        assert loop.time() - asked > 1.8
        await kader.sees("Mau apa")
        assert len(kader.seen()) == 1


async def test_who_has_blocked_the_bot_is_left_alone_until_she_writes(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader, parent = TelegramPhone(double, KADER), TelegramPhone(double, PARENT)
    double.refuse("sendPhoto", 403, "Forbidden: bot was blocked by the user", chat=PARENT)
    async with house(tmp_path, double) as running:
        await kader.says("Azzam 11,1 83,5")
        await until(lambda: double.refused, 8, kader.texts)
        await until(lambda: state_of(running, PARENT) == "blocked", 5, lambda: states_of(running, "parent"))
        assert parent.seen() == []
        await parent.says("/start")
        await parent.sees("Mau apa")
        assert state_of(running, PARENT) == "reachable"


async def test_stop_and_start(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader, parent = TelegramPhone(double, KADER), TelegramPhone(double, PARENT)
    async with house(tmp_path, double) as running:
        await parent.says("STOP SEMUA")
        await parent.sees("tidak akan mengirim")
        await kader.says("Azzam 11,1 83,5")
        await kader.sees("Azzam")
        await until(lambda: states_of(running, "parent") == ["failed"], 5, lambda: states_of(running, "parent"))
        assert len(parent.seen()) == 1
        await parent.says("mulai")
        await parent.sees("Selamat datang kembali")


async def test_the_invitation_is_a_picture_and_a_sheet(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader = TelegramPhone(double, KADER)
    async with house(tmp_path, double):
        await kader.says("undangan")
        picture = await kader.sees("https://t.me/posyandu_test_bot")
        assert picture["method"] == "sendPhoto"
        await kader.says("lembar undangan")
        sheet = await kader.sees("https://t.me/posyandu_test_bot")
        assert sheet["method"] == "sendDocument"
        assert sheet["files"]["document"]["filename"] == "undangan-anyelir-rw-14.png"


async def test_a_file_is_fetched_only_for_a_turn_that_needs_it(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader = TelegramPhone(double, KADER)
    double.put_file("sheet", b"nama;berat")
    sheet = {"file_id": "sheet", "file_unique_id": "u", "file_name": "a.csv", "mime_type": "text/csv", "file_size": 10}
    photo = [{"file_id": "photo", "file_unique_id": "p", "width": 9, "height": 9, "file_size": 10}]
    async with house(tmp_path, double) as running:

        def kept() -> list[bytes | None]:
            return [row.data for row in running.store.read(lambda tx: tx.all(DATA))]

        await double.queue_missing({"message": kader.message(photo=photo)}, token=TOKEN)
        await kader.sees("Fotonya sudah sampai")
        await double.queue_missing({"message": kader.message(document=sheet)}, token=TOKEN)
        await until(lambda: len(kader.seen()) > 1, 8, kader.texts)
        assert [None if data is None else bytes(data) for data in kept()] == [None, b"nama;berat"]
