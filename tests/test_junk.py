"""Anything may arrive: each update is answered or set aside for the operator, and the next weighing works."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from bot import score_sheet
from bot.channels.port import Heard, HeardFile
from storage.sql import Sql
from storage.tables import incoming, outgoing, sheet_job
from tests.house import DemoHouse, demo_house
from tests.slow.measured import record

PEOPLE = (
    "kader", "kader", "kader", "bidan", "koordinator", "kader-lain", "orangtua-an-01", "orangtua-an-20", "kader-baru",
    "tak-dikenal", "-1001234", "x" * 300,
)  # fmt: skip
TEXTS = (
    "", " ", "\n\n", "\x00", "a\x00b", "\ud800", "‮Azzam 11,1‬", "👩‍👩‍👧‍👦" * 40, "مرحبا", "﷽", "é́" * 60,
    "'; drop table child; --",
    '{"flow": "weighing"}', "{child}", "{0.__class__}", "%s%n", "../../etc/passwd", "<script>alert(1)</script>", "null",
    "NaN", "1e400", "-0", "0", "1" * 50, "99999999", "١٢٣", "½", "8,4,5", "batal", "kembali", "menu", "bantuan", "?",
    "timbang", "daftar", "simpan", "ya", "lewati", "tidak", "belum", "rekap", "grafik", "azzam", "aisyah", "Azzam 11,1",
    "11,1", "83,5", "*_~`", "ralat 9,1", "semua kecuali 2 5", "KADER234", "stop", "berhenti", "/start x", "https://x.id",
)  # fmt: skip
PICKS = (
    "", ":", "!", "!:", "!undo", "!undo:1", "!undo:x:y", "!undo:99999999999999999999:1", "!undo:-1:-1", "!picture:0",
    "!picture:1", "!picture:²", "!explained:1:2026-11-12", "!explained:1:kemarin", "!explained:1:9999-12-31",
    "!nosuch:1", "deadbeef00:save", "0000000000:-", "a" * 200, "\x00:\x00",
)  # fmt: skip
KINDS = ("image", "document", "voice", "contact", "location", "sticker", "other")
LONG = (
    "a" * 65_536, "1" * 65_536, " " * 65_536, "Azzam 11,1 83,5\n" * 4_000, "8,4 " * 16_000, ",." * 32_000,
    "\n" * 65_536, "kg" * 32_000, "a b " * 16_000, "(" * 65_536, "👶" * 16_000,
)  # fmt: skip


def junk(chance: random.Random, count: int, buttons: list[str]) -> Iterator[Heard]:
    """So many updates of every kind, some of them twice."""
    at, before = 1_794_448_800_000, None
    for number in range(count):
        if before is not None and chance.random() < 0.08:
            yield before
            continue
        more: dict[str, Any] = {}
        text, roll = "", chance.random()
        if roll < 0.55:
            text = chance.choice(TEXTS)
        elif roll < 0.56:
            text = chance.choice(LONG)
        elif roll < 0.64:
            text = "".join(chr(chance.randint(1, 0x2FFF)) for _ in range(chance.randint(1, 60)))
        elif roll < 0.80:
            more["pick"] = chance.choice([*PICKS, *buttons])
        elif roll < 0.90:
            text = chance.choice(("", "", "Azzam 11,1"))
            more["file"] = HeardFile(chance.choice(KINDS), "r", "a\x00.png", "image/png", 3, b"\x00\xff\x00")  # type: ignore[arg-type]
        elif roll < 0.94:
            more["event"] = chance.choice(("blocked", "unblocked", "status", "unreadable", "nobody knows"))
        elif roll < 0.97:
            text, more["edits"] = chance.choice(TEXTS), f"j{chance.randint(0, count)}"
        else:
            text, more["private"] = chance.choice(TEXTS), False
        sent_at = chance.choice((at, at - 10**9, at + 10**9, 0, -1, 2**63 + 5))
        before = Heard("emulator", chance.choice(PEOPLE), f"j{number}", sent_at, text, raw='{"\\u0000": 1}', **more)
        yield before


UNANSWERED = Sql(
    select(incoming.c.id, incoming.c.text, incoming.c.pick)
    .where(
        incoming.c.event.is_(None),
        incoming.c.private == 1,  # a group is told once a day, and not again
        incoming.c.state == "done",
        ~select(1).where(outgoing.c.incoming_id == incoming.c.id).exists(),
    )
    .order_by(incoming.c.id)
)
OPEN = Sql(select(func.count()).select_from(incoming).where(incoming.c.state == "open"))
STRANGE = Sql(
    select(incoming.c.id, incoming.c.text, incoming.c.pick, incoming.c.note).where(
        incoming.c.state == "set_aside", func.coalesce(incoming.c.event, "") != "unreadable"
    )
)
UNSAID = Sql(select(outgoing.c.id, outgoing.c.reason).where(outgoing.c.reason.like("%disusun%")))


async def pour(house: DemoHouse, count: int, seed: int) -> int:
    """All of it through the inbox, twenty at a time; how many were messages of their own."""
    chance = random.Random(seed)
    await house.say("kader", "timbang", "azzam")
    await house.say("bidan", "menu")
    buttons = [pick for key in ("kader", "bidan") for seen in house.thread(key) for pick, _ in seen.buttons]
    heap, new = list(junk(chance, count, buttons)), 0
    for start in range(0, len(heap), 20):
        new += len(await house.house.hear(heap[start : start + 20]))
        if start % 400 == 0:
            assert await house.house.settled(120), "the house does not come to rest"
    assert await house.house.settled(240), "the house does not come to rest"
    return new


async def check(house: DemoHouse) -> None:
    assert house.read(lambda tx: tx.value(OPEN)) == 0
    assert house.read(lambda tx: tx.all(STRANGE)) == [], "a message of a person broke the house"
    assert house.read(lambda tx: tx.all(UNANSWERED)) == []
    assert house.read(lambda tx: tx.all(UNSAID)) == [], "an answer could not be put into words"
    for _ in range(3):
        await house.say("kader", "batal")
    before = house.measures().get(("AN-06", "weight"))
    assert before is None, "junk weighed a child that it never named"
    await house.say("kader", "menu", "timbang", "rizky aditya", "15,6", "101", "lewati", "simpan")
    assert house.measures()[("AN-06", "weight")] == 15600
    assert house.measures()[("AN-06", "length")] == 1010


async def test_two_thousand_updates_of_junk(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert await pour(house, 2_000, 1) > 1_700
        await check(house)


@pytest.mark.proof
async def test_ten_thousand_updates_of_junk(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        new = await pour(house, 10_000, 2)
        await check(house)
        aside = len(house.set_aside())
    record(
        "10,000 mixed updates: each answered or set aside, the worker goes on",
        f"{new} heard once, {aside} unreadable ones set aside, 0 broke a turn, 0 unanswered",
        "pytest -m proof tests/test_junk.py",
    )


async def test_a_place_that_moves_on_is_answered_once_and_kept_nowhere(tmp_path: Path) -> None:
    """Telegram tells of a live location every few seconds, as a change of the first message."""
    async with demo_house(tmp_path) as house:
        await house.hear("kader", file=HeardFile("location", "-6.481,106.854"), message_id="kader/live")
        shown = len(house.thread("kader"))
        for number in range(3):
            await house.hear(
                "kader", file=HeardFile("location", f"-6.48{number},106.854"), message_id=f"u{number}",
                edits="kader/live", raw=f"-6.48{number}",
            )  # fmt: skip
        assert len(house.thread("kader")) == shown
        rows = house.read(lambda tx: tx.all(Sql(select(incoming.c.file, incoming.c.raw))))
        assert not any("-6.48" in f"{row.file}{row.raw}" for row in rows)


async def test_new_words_below_a_sheet_do_not_send_it_again(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        sheet = HeardFile("document", "ref", "balita.csv", "text/csv", 10, b"nama;tgl lahir\n")
        await house.hear("kader", "ini", file=sheet, message_id="kader/sheet")
        jobs = Sql(select(func.count()).select_from(sheet_job))
        assert house.read(lambda tx: tx.value(jobs)) == 1
        await house.hear("kader", "ini ya", file=sheet, message_id="kader/sheet#1", edits="kader/sheet")
        assert house.read(lambda tx: tx.value(jobs)) == 1


@pytest.mark.parametrize("said", ["status siaran 123456789012345678901", "!undo_all:123456789012345678901",
                                  "!hadir:123456789012345678901:datang", "!alasan:123456789012345678901"])  # fmt: skip
async def test_a_number_larger_than_any_of_ours_is_answered(tmp_path: Path, said: str) -> None:
    async with demo_house(tmp_path) as house:
        await house.hear("bidan", *([] if said[0] == "!" else [said]), pick=said if said[0] == "!" else None)
        assert house.set_aside() == []
        assert "gangguan" not in house.last("bidan").text


def test_a_sheet_of_scores_that_breaks_off_in_the_middle_is_no_sheet() -> None:
    whole, broken = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["Nama", "Isi"])
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    assert score_sheet.read(broken.getvalue()) is None
