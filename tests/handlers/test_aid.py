"""Packages: refusals first, then six points that add up, an invitation without a why, and sponsors in totals."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from posyandu.commands.aid import (
    AddSponsorship,
    ConfirmReceipt,
    CountBack,
    InviteFamilies,
    MakeDistribution,
    ShowDistribution,
    ShowSponsors,
    TakeReceipts,
)
from posyandu.family_words import frightening
from storage import exports
from storage.sql import Sql
from storage.store import Tx
from storage.tables import child, distribution_point, household, posyandu, receipt
from tests.handlers.case_house import DAY, child_of, give, join, weigh
from tests.house import DemoHouse, demo_house

DESA, KECAMATAN = "32.01.01.1010", "32.01.01"
RECEIPTS = Sql(select(receipt).order_by(receipt.c.id))
POINTS = Sql(select(distribution_point).order_by(distribution_point.c.id))


def six_points(house: DemoHouse) -> list[int]:
    """Four more posyandu in the demo's kecamatan."""

    def work(tx: Tx) -> list[int]:
        for number in range(3, 7):
            tx.insert(
                posyandu, code=f"{DESA}.00{number}", name=f"Posyandu Mawar {number}", area=DESA, puskesmas_id=1,
                zone="Asia/Jakarta", day_rule="tanggal 12",
            )  # fmt: skip
        return [r.id for r in tx.all(Sql(select(posyandu.c.id).order_by(posyandu.c.id)))]

    return house.store.write(work)


def plan(house: DemoHouse, places: list[int]) -> list[int]:
    """70 packages at six points; gives the points."""
    counts = (12, 12, 12, 12, 11, 11)
    command = MakeDistribution(KECAMATAN, "PAM Jaya", "telur dan sayur", DAY, tuple(zip(places, counts, strict=True)))
    assert give(house, "pkk", command).says[0][1]["total"] == 70
    return [r.id for r in house.read(lambda tx: tx.all(POINTS))]


async def test_who_may_not(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        join(house, "pkk", "tp_pkk", area=KECAMATAN)
        join(house, "tpk", "tpk", area=DESA)
        points = plan(house, six_points(house))
        number = child_of(house, "AN-20")
        refused = (
            ("kader", MakeDistribution(DESA, "x", "y", DAY, ((1, 1),))),
            ("pkk", MakeDistribution("32.01", "x", "y", DAY, ((1, 1),))),
            ("bidan", MakeDistribution(DESA, "x", "y", DAY, ((2, 1),))),  # a point outside the area
            ("pkk", InviteFamilies(1, points[0], (number,))),
            ("kader-lain", InviteFamilies(1, points[0], (number,))),
            ("kader-lain", InviteFamilies(2, points[1], (number,))),  # a child of another posyandu
            ("kader-lain", InviteFamilies(2, points[0], ())),  # her posyandu, another's point
            ("orangtua-an-20", TakeReceipts(1, ("ABCDE",))),
            ("kader-lain", CountBack(1, points[0], 1)),
            ("orangtua-an-01", ConfirmReceipt(number, 1)),
            ("orangtua-an-20", ConfirmReceipt(number, 1)),  # no such receipt of hers
            ("kader", ShowDistribution(KECAMATAN, 1)),
            ("orangtua-an-20", ShowSponsors(DESA)),
            ("tpk", ShowSponsors(DESA)),
            ("pkk", AddSponsorship(number, "x", "swasta", "gizi", "y", 1, DAY, DAY)),
            ("kader", AddSponsorship(number, "x", "swasta", "gizi", "y", 1, DAY, DAY)),
        )
        for key, command in refused:
            assert give(house, key, command).says == (("refused", {}),), (key, command)
        assert house.read(lambda tx: tx.all(RECEIPTS)) == []


async def test_seventy_packages_at_six_points_add_up(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        join(house, "pkk", "tp_pkk", area=KECAMATAN)
        places = six_points(house)
        points = plan(house, places)
        for number, place in enumerate(places):
            names = tuple(f"Keluarga {number}-{n}" for n in range(11))
            assert (
                give(house, "koordinator", InviteFamilies(place, points[number], (), names)).says[0][1]["count"] == 11
            )
            mine = [r.code for r in house.read(lambda tx: tx.all(RECEIPTS)) if r.point_id == points[number]]
            give(house, "koordinator", TakeReceipts(place, tuple(mine[:10])))
        # One package of the first point never came back.
        for number, back in enumerate((1, 2, 2, 2, 1, 1)):
            give(house, "koordinator", CountBack(places[number], points[number], back))
        recap = give(house, "pkk", ShowDistribution(KECAMATAN, 1))
        total = recap.says[1][1]
        assert (total["out"], total["received"], total["back"], total["missing"]) == (70, 60, 9, 1)
        assert [row["missing"] for row in recap.says[0][1]["rows"]].count(1) == 1
        assert "Keluarga" not in str(recap.says)
        rows = lines_of(house, "packages", tmp_path)
        assert len(rows) == 66
        assert "Keluarga 0" not in str(rows)
        counted = [tuple(map(int, row.split(";")[-5:])) for row in lines_of(house, "package-points", tmp_path)]
        assert [sum(column) for column in zip(*counted, strict=True)] == [70, 66, 60, 9, 1]
        assert lines_of(house, "packages", tmp_path, "2026-01") == []


async def test_an_office_cannot_work_out_a_few_families(tmp_path: Path) -> None:
    """One to four at a point are fewer than five, and no sum tells which; the puskesmas sees them."""
    async with demo_house(tmp_path) as house:
        join(house, "pkk", "tp_pkk", area=KECAMATAN)
        places = six_points(house)
        points = plan(house, places)

        def come(number: int, families: int, back: int | None) -> None:
            names = tuple(f"Keluarga {number}-{n}" for n in range(families))
            give(house, "koordinator", InviteFamilies(places[number], points[number], (), names))
            mine = [r.code for r in house.read(lambda tx: tx.all(RECEIPTS)) if r.point_id == points[number]]
            give(house, "koordinator", TakeReceipts(places[number], tuple(mine)))
            if back is not None:
                give(house, "koordinator", CountBack(places[number], points[number], back))

        def recap(key: str) -> dict[str, Any]:
            return dict(give(house, key, ShowDistribution(KECAMATAN, 1)).says)

        come(0, 3, 9)
        come(1, 10, 1)
        rows = recap("pkk")["aid.recap"]["rows"]
        assert rows[0] == {"name": "Posyandu Anyelir RW 14", "out": 12, "missing": 0, "field": "few"}
        assert 10 in [r.get("received") for r in rows], "what is no small number is told"
        assert recap("pkk")["aid.total_withheld"] == {"out": 70, "missing": 1}, "one hidden number is the rest of a sum"
        assert recap("koordinator")["aid.recap"]["rows"][0]["received"] == 3
        assert recap("koordinator")["aid.total_so_far"]["received"] == 13
        come(2, 2, 10)
        assert recap("pkk")["aid.total_so_far"]["received"] == 15, "two and three, or three and two, or one and four"
        come(3, 4, None)
        assert "aid.total_withheld" in recap("pkk"), "what is left at the one open point would tell"
        hidden = lines_of(house, "package-points", tmp_path, hide=True)
        told = [line.split(";")[-4:] for line in hidden]
        assert told.count(["<5", "<5", "*", "0"]) == 2
        assert ["10", "10", "1", "1"] in told


def lines_of(house: DemoHouse, kind: str, folder: Path, month: str = "", *, hide: bool = False) -> list[str]:
    """The rows of an export as the operator gets it."""
    path = folder / f"{kind}.csv"
    exports.make(house.store, exports.Request(kind, month, hide=hide), path)
    return path.read_text(encoding="utf-8-sig").splitlines()[1:]


async def test_an_invitation_says_where_and_never_why(tmp_path: Path) -> None:
    """A family in a case and one that is not read the same words; the tap and the code count once."""
    async with demo_house(tmp_path) as house:
        join(house, "pkk", "tp_pkk", area=KECAMATAN)
        points = plan(house, six_points(house))
        await weigh(house, "cantika 9,3 lila 11,2", "Sama", "Tidak")
        both = (child_of(house, "AN-20"), child_of(house, "AN-01"))
        give(house, "kader", InviteFamilies(1, points[0], both))
        await house.settled()
        texts = [house.last(key).text for key in ("orangtua-an-20", "orangtua-an-01")]
        assert texts[0][:-5] == texts[1][:-5]
        assert texts[0].startswith("Ada paket untuk keluarga Ibu di Posyandu Anyelir RW 14")
        assert not frightening(texts[0])
        assert give(house, "kader", InviteFamilies(1, points[0], both)).says[0][1]["count"] == 0
        await house.tap("orangtua-an-20", "Sudah saya terima")
        await house.tap("orangtua-an-20", "Sudah saya terima")
        codes = tuple(r.code for r in house.read(lambda tx: tx.all(RECEIPTS)))
        outcome = give(house, "kader", TakeReceipts(1, (*codes, "ZZZZZ")))
        assert [key for key, _ in outcome.says] == ["aid.taken", "aid.taken_before", "aid.unknown_code"]
        assert [r.how for r in house.read(lambda tx: tx.all(RECEIPTS))] == ["tap", "code"]
        seen = {who: give(house, who, ShowDistribution(KECAMATAN, 1)).says for who in ("koordinator", "pkk")}
        assert dict(seen["koordinator"])["aid.linked"]["count"] == 1, "health staff see that it reached a case"
        assert "aid.linked" not in dict(seen["pkk"])


async def test_sponsors_are_totals_and_small_groups_have_no_weights(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        join(house, "pkk", "tp_pkk", area=DESA)
        codes = [f"AN-{n:02d}" for n in (1, 2, 3, 4, 5)]
        until = date(2027, 5, 12)
        for code in codes[:4]:
            command = AddSponsorship(child_of(house, code), "Jakpro", "bumn", "gizi", "telur", 450_000, DAY, until)
            assert give(house, "bidan", command).says[0][0] == "aid.sponsored"
        row = give(house, "pkk", ShowSponsors(DESA)).says[0][1]["rows"][0]
        assert (row["field"], row["rp"], row["gain"]) == ("few", 1_800_000, None), "an office hears: fewer than five"
        assert give(house, "bidan", ShowSponsors(DESA)).says[0][1]["rows"][0]["field"] == "plain"
        fifth = AddSponsorship(child_of(house, codes[4]), "Jakpro", "bumn", "gizi", "telur", 450_000, DAY, until)
        give(house, "bidan", fifth)
        row = give(house, "pkk", ShowSponsors(DESA)).says[0][1]["rows"][0]
        assert row["children"] == 5
        assert row["gain"] is not None
        rows = lines_of(house, "sponsors", tmp_path)
        assert len(rows) == 5
        names = house.read(lambda tx: [r.name for r in tx.all(Sql(select(child.c.name)))])
        told = str(rows) + str(give(house, "pkk", ShowSponsors(DESA)).says)
        assert not any(name in told for name in names)
        assert "AN-0" not in told
        homes = house.read(lambda tx: [r.code for r in tx.all(Sql(select(household.c.code)))])
        assert all(code in told for code in homes)


async def test_the_talks(tmp_path: Path) -> None:
    """Planned by TP PKK, families invited and codes taken by the kader, by chat alone."""
    async with demo_house(tmp_path) as house:
        join(house, "pkk", "tp_pkk", area=DESA)
        await house.say("pkk", "paket")
        await house.tap("pkk", "Rencana baru")
        await house.say("pkk", "PAM Jaya", "telur", "12 november 2026")
        await house.say("pkk", "semua")
        question = house.open_question("pkk")
        assert question is not None
        if question["name"] == "aid.points":
            await house.tap("pkk", "Selesai")
        await house.say("pkk", "30")
        assert "30 paket telur" in house.last("pkk").text
        await house.tap("pkk", "Simpan")
        await house.say("kader", "paket")
        await house.tap("kader", "Undang penerima")
        assert house.open_question("kader")["name"] == "aid.families"  # type: ignore[index]
