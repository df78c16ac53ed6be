"""Refusals first: who may not, and that it is noted; then that nobody else can learn of a named child's case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select, update

from posyandu.commands.cases import (
    ExplainCase,
    OverrideVerdict,
    RecordCounselling,
    RecordHomeVisit,
    ReportCase,
    ShowCase,
    ShowCases,
)
from storage.look_people import LookPeople
from storage.people import load
from storage.sql import Sql
from storage.store import Tx
from storage.tables import audit, companion, consent, membership
from tests.handlers.case_house import (
    DAY,
    REFUSALS,
    case_of,
    child_of,
    give,
    join,
    person_of,
    story,
    told,
    weigh,
)
from tests.house import DemoHouse, demo_house

DESA = "32.01.01.1010"
OUTSIDE = ("kader-lain", "pkk", "camat", "tpk", "kpm", "plkb", "bidan-lain", "orangtua-an-20", "orangtua-an-01")


async def with_case(house: DemoHouse) -> int:
    """Cantika in a case, and people of every other kind around her."""
    join(house, "pkk", "tp_pkk", area=DESA)
    join(house, "camat", "tp_posyandu", area="32.01.01")
    join(house, "tpk", "tpk", area=DESA)
    join(house, "kpm", "kpm", area=DESA)
    join(house, "plkb", "plkb", area=DESA)
    join(house, "bidan-lain", "bidan", area="32.01.01.1099")
    await weigh(house, "cantika 9,3 lila 11,2", "Sama", "Tidak")
    assert case_of(house, "AN-20") is not None
    return child_of(house, "AN-20")


async def test_who_may_not_changes_nothing_and_learns_nothing(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        child = await with_case(house)
        before = (case_of(house, "AN-20"), story(house, "AN-20"))
        commands = (
            ShowCase(child),
            ReportCase(child, "ditangani"),
            ReportCase(child, "datang"),
            ExplainCase(child),
            OverrideVerdict(child, DAY, "nt", "N", "menurut saya"),
            RecordCounselling(child, DAY, "lauk", True),
            ShowCases(posyandu_id=1),
            ShowCases(area=DESA),
            ShowCases(puskesmas_id=1),
        )
        for key in OUTSIDE:
            for command in commands:
                outcome = give(house, key, command)
                assert outcome.says == (("refused", {}),), (key, command)
        assert (case_of(house, "AN-20"), story(house, "AN-20")) == before
        assert len(house.read(lambda tx: tx.all(REFUSALS))) == len(OUTSIDE) * len(commands)


async def test_a_kader_helps_but_does_not_treat(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        child = await with_case(house)
        for step in ("ditangani", "pulih", "tidak_terbukti", "dikonfirmasi", "dirujuk", "pmt"):
            assert give(house, "kader", ReportCase(child, step, 14)).says == (("refused", {}),), step
        assert give(house, "kader", OverrideVerdict(child, DAY, "nt", "N", "sehat")).says == (("refused", {}),)
        assert give(house, "kader", ReportCase(child, "datang")).says[0][0] == "kasus.noted"


@pytest.mark.parametrize("key", ["kader-lain", "pkk", "camat", "plkb", "orangtua-an-01", "orangtua-an-20", "tpk"])
async def test_a_home_visit_is_for_those_who_go_there(key: str, tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        child = await with_case(house)
        assert give(house, key, RecordHomeVisit(child, DAY, ("baik",))).says == (("refused", {}),)


async def test_a_tpk_visits_her_families_while_they_consent(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        child = await with_case(house)
        tpk = person_of(house, "tpk")
        house.store.write(
            lambda tx: (
                tx.insert(companion, person_id=tpk, child_id=child, from_at=1),
                tx.insert(
                    consent, child_id=child, purpose="sharing", state="sendiri", text_version="1", at=1,
                    current=f"{child}:sharing",
                ),
            )
        )  # fmt: skip
        assert give(house, "tpk", RecordHomeVisit(child, DAY, ("lauk_kurang",))).says[0][0] == "home_visit.saved"
        assert "kunjungan" in story(house, "AN-20")
        house.store.write(lambda tx: tx.run(Sql(consent.update().values(state="menolak"))))
        assert give(house, "tpk", RecordHomeVisit(child, DAY, ("baik",))).says == (("refused", {}),)


async def test_a_kpm_visits_by_code_and_hears_no_name(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await with_case(house)
        await house.say("kpm", "kunjungan", "an-20")
        await house.tap("kpm", "Selesai") if "Selesai" in house.last("kpm").titles else None
        assert "Cantika" not in "\n".join(s.text for s in house.thread("kpm"))


async def test_nobody_outside_learns_that_a_named_child_has_a_case(tmp_path: Path) -> None:
    """The same house twice, once with the case and once with a healthy weighing: who has no right to know reads the
    same, whatever she types or is told, for days on end."""
    words = ("menu", "kasus", "konseling", "kunjungan", "rekap", "cantika", "AN-20", "kasus cantika", "grafik", "belum")
    outside = ("kader-lain", "pkk", "camat", "kpm", "plkb", "bidan-lain", "orangtua-an-01")
    seen: list[dict[str, list[str]]] = []
    for line, taps in (("cantika 9,3 lila 11,2", ("Sama", "Tidak")), ("cantika 9,3 lila 14,5", ())):
        async with demo_house(tmp_path) as house:
            await with_people(house)
            await weigh(house, line, *taps)
            for moment in ("2026-11-12 20:00", "2026-11-13 09:00", "2026-11-18 09:00"):
                await house.clock(moment)
                for key in outside:
                    for word in words:
                        await house.say(key, word)
            seen.append({key: [s.text for s in house.thread(key)] for key in outside})
            for key in outside:
                assert_no_case_in_view(house, key)
    assert seen[0] == seen[1]


async def with_people(house: DemoHouse) -> None:
    join(house, "pkk", "tp_pkk", area=DESA)
    join(house, "camat", "tp_posyandu", area="32.01.01")
    join(house, "kpm", "kpm", area=DESA)
    join(house, "plkb", "plkb", area=DESA)
    join(house, "bidan-lain", "bidan", area="32.01.01.1099")


def assert_no_case_in_view(house: DemoHouse, key: str) -> None:
    """What flows may look up for her holds no case."""
    number, now = person_of(house, key), house.house.clock.now()

    def work(tx: Tx) -> None:
        known = load(tx, number, now)
        assert known is not None
        look = LookPeople(tx, known.scope, DAY, now)
        assert look.cases() == []
        assert all(look.case(str(number)) is None for number in range(1, 40))

    house.read(work)


async def test_the_answer_to_a_home_visit_is_the_same_with_and_without_a_case(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await with_case(house)
        answers = [
            (code, json.dumps(give(house, "kpm", RecordHomeVisit(child_of(house, code), DAY, ("sakit",))).says))
            for code in ("AN-20", "AN-01")
        ]
        assert len({said.replace(code, "X") for code, said in answers}) == 1


async def test_the_audit_knows_who_opened_a_story(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        child = await with_case(house)
        give(house, "bidan", ShowCase(child))
        rows = house.read(lambda tx: tx.all(Sql(select(audit.c.did, audit.c.about, audit.c.person_id))))
        assert ("ShowCase", f"child:{child}", person_of(house, "bidan")) in [tuple(r) for r in rows]


async def test_a_midwife_whose_post_has_ended_hears_no_more_of_the_cases_that_were_hers(tmp_path: Path) -> None:
    """Not of a new alarm, nor that a kader asks for help: that goes to who serves there now."""
    async with demo_house(tmp_path) as house:
        await weigh(house, "cantika 9,3 lila 11,2", "Sama", "Tidak")
        before = len(told(house, "bidan", arrived=False))
        assert before, "it was hers"
        ends = membership.c.person_id == person_of(house, "bidan")
        house.store.write(lambda tx: tx.run(Sql(update(membership).where(ends).values(until_at=1))))
        join(house, "bidan-baru", "bidan", area=DESA)
        await house.say("kader", "ralat cantika lila 11,0")
        give(house, "kader", ReportCase(child_of(house, "AN-20"), "perlu_bantuan"))
        await house.settled()
        assert len(told(house, "bidan", arrived=False)) == before, "nor is anything written for her"
        assert "kasus.help_asked" in [keys[0] for keys in told(house, "bidan-baru")]
