"""Day one: an empty house, a faulty list of kader from a coordinator, and then the first of them come in.

The list has what such lists have: names in capitals with blanks behind them, telephone numbers as figures, as a word or
missing, a person twice, posyandu that nobody knows, rows without a name, and empty rows."""

from __future__ import annotations

import io
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from bot import board_sheet
from bot.channels.port import HeardFile
from bot.locales import catalogue
from bot.sheets.table import read_table
from storage import links
from storage.migrate import migrate
from storage.sql import Sql, among
from storage.store import Store, Tx, open_store
from storage.tables import address, area, membership, person, posyandu, puskesmas, sheet_job
from tests.house import ZONE, DemoHouse, Seen, demo_house
from tests.slow.measured import record

COMMAND = "pytest -m proof tests/slow/test_day_one.py"
CREW = 10  # kader of a posyandu
HEADER = ("Nama Kader", "Peran", "Posyandu", "No HP")
LISTED = Sql(select(func.count()).select_from(membership).where(among(membership.c.role, "kader", "ketua")))
NAMES = Sql(
    select(person.c.name, func.count().label("n"))
    .join(membership, membership.c.person_id == person.c.id)
    .where(among(membership.c.role, "kader", "ketua"))
    .group_by(membership.c.posyandu_id, func.lower(person.c.name))
    .having(func.count() > 1)
)
NUMBERS = Sql(select(func.count()).select_from(person).where(person.c.phone.is_not(None)))
FIRST = ("Siti", "Dewi", "Rina", "Yuli", "Neneng", "Wati", "Tuti", "Lilis", "Popon", "Enok")


def letters(number: int) -> str:
    """A name's last word for each posyandu, so that no two kader of a house are called alike by chance."""
    out = ""
    for _ in range(4):
        number, rest = divmod(number, 20)
        out += "bcdfghjklmnprstvwyzk"[rest] + "aiueo"[rest % 5]
    return out.capitalize()


def good_list(many: int) -> list[tuple[Any, ...]]:
    rows = []
    for n in range(many):
        place, seat = divmod(n, CREW)
        role = "ketua" if seat == 0 else "kader"
        rows.append((f"{FIRST[seat]} {letters(place)}", role, f"Posyandu {letters(place)}", f"08120{n:07d}"))
    return rows


def spoilt(rows: list[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
    """The list as it comes first, and how many rows want a person, by the words of the reason."""
    out: list[tuple[Any, ...]] = []
    wrong = {"ada di baris lain": 0, "tidak dikenal di wilayah": 0, "nomor HP": 0, "namanya belum diisi": 0}
    for n, (name, role, place, phone) in enumerate(rows):
        what = n % 25
        if what == 1:
            out.append((name, role, place, ""))
        elif what == 2:
            out += [(name, role, place, phone), (name.upper(), role, place, "081399999999")]
            wrong["ada di baris lain"] += 1
        elif what == 3:
            out.append((name, role, f"{place} Lama", phone))
            wrong["tidak dikenal di wilayah"] += 1
        elif what == 4:
            out.append((name, role, place, float(phone)))  # the leading 0 is gone, as Excel has it
        elif what == 5:
            out += [(f"{name.upper()}  ", role.upper(), f" {place.upper()} ", phone), ("", "", "", "")]
        elif what == 6:
            out.append((name, role, place, "belum punya 12"))
            wrong["nomor HP"] += 1
        elif what == 7:
            out.append(("", role, place, phone))
            wrong["namanya belum diisi"] += 1
        else:
            out.append((name, role, place, phone))
    return out, wrong


def xlsx(rows: list[tuple[Any, ...]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    page = book.add_worksheet()
    for at, row in enumerate([HEADER, *rows]):
        page.write_row(at, 0, row)
    book.close()
    return made.getvalue()


def prepare(store: Store, many: int) -> None:
    """What `setup` and the list of areas leave: places, a coordinator and a bidan. No kader, no child."""

    def work(tx: Tx) -> None:
        tx.insert(area, code="32", name="Jawa Barat", level="provinsi", zone=ZONE)
        tx.insert(area, code="32.01", name="Kab. Contoh", level="kabupaten", parent="32", zone=ZONE)
        center = tx.insert(puskesmas, code="P1", name="Puskesmas Contoh", area="32.01", phone="")
        for n in range(-(-many // CREW)):
            tx.insert(
                posyandu, code=f"32.01.{n:04d}", name=f"Posyandu {letters(n)}", area="32.01", puskesmas_id=center,
                zone=ZONE,
            )  # fmt: skip
        for key, role, where in (
            ("koordinator", "puskesmas", {"puskesmas_id": center}),
            ("bidan", "bidan", {"area": "32.01", "puskesmas_id": center}),
        ):
            who = tx.insert(person, key=key, name=key.title(), at=0, prefers="emulator")
            tx.insert(address, channel="emulator", external_id=key, person_id=who, at=0, heard_at=0)
            tx.insert(membership, person_id=who, role=role, from_at=0, **where)
        links.note(tx, "telegram", "https://t.me/posyandu_bot")

    store.write(work)


@asynccontextmanager
async def empty_house(folder: Path, many: int) -> AsyncIterator[DemoHouse]:
    url = f"sqlite:///{folder}/empty.db"
    store = open_store(url)
    migrate(store)
    prepare(store, many)
    store.close()
    async with demo_house(folder, url=url, filled=True) as house:
        yield house


async def settle(house: DemoHouse) -> None:
    """A long list takes its time."""
    by = time.monotonic() + 1800
    while not await house.house.settled(60):
        assert time.monotonic() < by


async def sends(house: DemoHouse, file: str, rows: list[tuple[Any, ...]]) -> Seen:
    data = xlsx(rows)
    sheet = HeardFile("document", "ref", file, "application/octet-stream", len(data), data)
    await house.hear("koordinator", file=sheet, settle=False)
    await settle(house)
    return house.last("koordinator")


async def stores(house: DemoHouse) -> None:
    await house.hear("koordinator", pick=house.button("koordinator", "Simpan"), settle=False)
    await settle(house)


def figures(text: str) -> tuple[int, ...]:
    found = re.search(r"terdaftar ([\d.]+) · bergabung ([\d.]+) · terjangkau ([\d.]+) · berhenti ([\d.]+)", text)
    assert found, text
    return tuple(int(part.replace(".", "")) for part in found.groups())


async def day_one(folder: Path, many: int) -> dict[str, float]:
    """The whole day; how long each step took."""
    took: dict[str, float] = {}
    right = good_list(many)
    first, wrong = spoilt(right)
    async with empty_house(folder, many) as house:
        count = lambda: house.read(lambda tx: tx.value(LISTED))  # noqa: E731
        assert "Belum ada kader" in (await house.say("koordinator", "papan kader")).text
        began = time.monotonic()
        shown = await sends(house, "kader.xlsx", first)
        took["look"] = time.monotonic() - began
        assert count() == 0, "nothing is stored before she says so"
        bad = sum(wrong.values()) - wrong["nomor HP"]
        assert f"perlu diperiksa orang: {bad}" in shown.text.replace(".", "")
        assert shown.media == "periksa-kader.xlsx"
        reasons = _reasons(house, folder)
        assert {why: sum(why in r for r in reasons) for why in wrong} == wrong
        assert len(reasons) == sum(wrong.values()), "each faulty row is named once"
        began = time.monotonic()
        await stores(house)
        took["store"] = time.monotonic() - began
        assert count() == many - wrong["tidak dikenal di wilayah"] - wrong["namanya belum diisi"]
        await sends(house, "kader-betul.xlsx", right)
        await stores(house)
        assert count() == many
        assert house.read(lambda tx: tx.all(NAMES)) == [], "the corrected list doubles nobody"
        assert house.read(lambda tx: tx.value(NUMBERS)) == many, "and brings the numbers that were missing"
        again = await sends(house, "kader-betul.xlsx", right)
        assert "Tidak ada yang perlu disimpan" in again.text
        await _they_come(house, many)
        await house.say("koordinator", "siaran ke semua kader: Rapat hari Senin pukul 9.")
        plan = house.last("koordinator").text.replace(".", "")
        assert f"terjangkau {CREW - 1} dari {many}" in plan
        assert f"belum bergabung {many - CREW} · berhenti 1" in plan
    return took


def _reasons(house: DemoHouse, folder: Path) -> list[str]:
    """The last column of the sheet that came back."""

    newest = Sql(select(sheet_job.c.data).where(sheet_job.c.data.is_not(None)).order_by(sheet_job.c.id.desc()).limit(1))
    path = folder / "back.xlsx"
    path.write_bytes(bytes(house.read(lambda tx: tx.value(newest))))
    return [row.cells[-1] for row in read_table(path).rows if row.cells[-1] not in ("", "Alasan")]


async def _they_come(house: DemoHouse, many: int) -> None:
    """The invitation of the first posyandu brings its ten; one yes lets them in; one of them wants quiet."""
    board = await house.say("koordinator", "papan kader")
    assert figures(board.text) == (many, 0, 0, 0)
    assert (await house.tap("koordinator", "Undangan per posyandu")).media == "undangan-posyandu.xlsx"
    assert (await house.tap("koordinator", "Lembar QR (PDF)")).media == "undangan-qr.pdf"
    place = {"now": house.house.clock.now(), "puskesmas_id": 1}
    invitations = list(house.read(lambda tx: list(board_sheet._rows(tx, place, catalogue("id")))))
    assert len(invitations) == -(-many // CREW), "one invitation for each posyandu"
    ours = next(row for row in invitations if row[0] == f"Posyandu {letters(0)}")
    opened = re.search(r"start=(\S+)", ours[3])
    assert opened is not None
    assert opened[1] in ours[4]
    for seat in range(CREW):
        await house.say(f"baru-{seat}", f"/start {opened[1]}", f"{FIRST[seat]} {letters(0)}")
    assert figures((await house.say("koordinator", "papan kader")).text)[1] == 0, "nobody is in before the yes"
    await house.say("bidan", "persetujuan", "semua")
    assert figures((await house.say("koordinator", "papan kader")).text) == (many, CREW, CREW, 0)
    await house.say("baru-3", "stop")
    assert figures((await house.say("koordinator", "papan kader")).text) == (many, CREW, CREW - 1, 1)


async def test_day_one_with_a_small_list(tmp_path: Path) -> None:
    await day_one(tmp_path, 30)


@pytest.mark.proof
async def test_day_one_with_a_faulty_list_of_12_447(tmp_path: Path) -> None:
    took = await day_one(tmp_path, 12_447)
    said = f"looked through in {took['look']:.0f} s, stored in {took['store']:.0f} s; nobody doubled, nobody lost"
    record("Day one: a faulty list of 12,447 kader, corrected, sent again", said, COMMAND)
