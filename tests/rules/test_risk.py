"""Three drawers: what opens a case, what only stands on a list, and what is still called rujuk."""

from datetime import date

import pytest

from posyandu.anthropometry import Measurement, Sex, scores
from posyandu.kms import Mark, Weighing, verdicts
from posyandu.risk import STANDARD, Drawer, Facts, Priority, assess, rules

CASE, NOTE, VISIT = Drawer.CASE, Drawer.NOTE, Drawer.VISIT
URGENT, WEEK = Priority.URGENT, Priority.THIS_WEEK


@pytest.mark.parametrize(
    ("facts", "drawer", "priority", "codes"),
    [
        (Facts(), None, None, []),
        (Facts(oedema=True), CASE, URGENT, ["oedema"]),
        (Facts(danger_sign=True), CASE, URGENT, ["danger_sign"]),
        (Facts(muac_mm=114), CASE, URGENT, ["muac_red"]),
        (Facts(muac_mm=115), CASE, WEEK, ["muac_yellow"]),
        (Facts(muac_mm=124), CASE, WEEK, ["muac_yellow"]),
        (Facts(muac_mm=125), None, None, []),
        (Facts(wfl=-3.01), CASE, URGENT, ["severely_wasted"]),
        (Facts(wfl=-3.0), CASE, WEEK, ["wasted"]),
        (Facts(wfl=-2.01), CASE, WEEK, ["wasted"]),
        (Facts(wfl=-2.0), None, None, []),
        (Facts(bgm=True), CASE, WEEK, ["bgm"]),
        (Facts(lfa=-3.01), CASE, WEEK, ["severely_stunted"]),
        (Facts(lfa=-3.0), NOTE, None, ["stunted"]),
        (Facts(lfa=-2.0), None, None, []),
        (Facts(two_t=True, wfa=-2.01), CASE, WEEK, ["two_t_underweight"]),
        (Facts(two_t=True, wfa=-2.0), NOTE, None, ["two_t"]),
        (Facts(two_t=True, fall_z=0.68), CASE, WEEK, ["two_t_falling"]),
        (Facts(two_t=True, fall_z=0.67), NOTE, None, ["two_t"]),
        (Facts(wfa=-2.5), None, None, []),
        (Facts(fall_z=2.0), None, None, []),
        (Facts(first_t=True), NOTE, None, ["first_t"]),
        (Facts(above_orange=True), NOTE, None, ["above_orange"]),
        (Facts(wfl=1.01), NOTE, None, ["overweight"]),
        (Facts(hc=2.01), NOTE, None, ["large_head"]),
        (Facts(hc=-2.01), NOTE, None, ["small_head"]),
        (Facts(tb_signs=2), NOTE, None, ["tb_signs"]),
        (Facts(tb_signs=1), None, None, []),
        (Facts(months_absent=2), VISIT, None, ["absent"]),
        (Facts(months_absent=1), None, None, []),
        (Facts(first_t=True, wfl=-3.5, months_absent=2), CASE, URGENT, ["severely_wasted", "first_t", "absent"]),
    ],
)
def test_the_drawers(facts: Facts, drawer: Drawer | None, priority: Priority | None, codes: list[str]) -> None:
    risk = assess(facts)
    assert (risk.drawer, risk.priority) == (drawer, priority)
    assert [f.code for f in risk.findings] == codes


def test_whatever_the_forms_refer_stays_rujuk() -> None:
    for quiet in (Facts(first_t=True), Facts(above_orange=True), Facts(lfa=-2.5), Facts(hc=3.0), Facts(wfl=1.5)):
        assert assess(quiet).refer
    assert not assess(Facts(months_absent=3)).refer
    assert not assess(Facts()).refer


def test_findings_of_one_drawer() -> None:
    risk = assess(Facts(first_t=True, oedema=True))
    assert [f.code for f in risk.within(NOTE)] == ["first_t"]


def test_a_puskesmas_may_have_it_otherwise() -> None:
    louder = rules({"first_t": {"drawer": "kasus"}, "tb_signs": {"on": False}, "bgm": {"drawer": "catatan"}})
    assert assess(Facts(first_t=True), louder).priority is WEEK
    assert assess(Facts(tb_signs=4), louder).findings == ()
    assert assess(Facts(bgm=True), louder).drawer is NOTE
    lower = rules({"muac_yellow": {"when": [{"fact": "muac_mm", "from": 115, "below": 120}]}})
    assert assess(Facts(muac_mm=122), lower).findings == ()
    assert assess(Facts(first_t=True)).drawer is NOTE, "the standard is as it was"


@pytest.mark.parametrize(
    "changes",
    [
        {"no_such": {"on": False}},
        {"bgm": {"loud": True}},
        {"bgm": {"drawer": "laci"}},
        {"bgm": {"priority": "besok"}},
    ],
)
def test_a_wrong_setting_is_refused(changes: dict[str, dict[str, object]]) -> None:
    with pytest.raises(ValueError, match=r"."):
        rules(changes)


def test_every_trigger_looks_at_facts_there_are() -> None:
    fields = set(Facts.__slots__)
    assert all(condition["fact"] in fields for trigger in STANDARD for condition in trigger["when"])


def test_facts_of_a_visit() -> None:
    birth = date(2025, 11, 1)
    history = [Weighing(date(2026, m, 12), 7500) for m in (9, 10, 11)]
    v = verdicts(Sex.BOY, birth, history)[-1]
    s = scores(Measurement.from_mm(Sex.BOY, 376, weight_g=7500, length_mm=760))
    facts = Facts.of(verdict=v, scores=s, age_months=12, muac_mm=121, tb_signs=1)
    assert v.mark is Mark.T
    assert (facts.two_t, facts.first_t, facts.muac_mm, facts.wfa) == (True, False, 121, s.wfa)
    assert {f.code for f in assess(facts).findings} >= {"two_t_underweight", "muac_yellow"}
    assert Facts.of(age_months=5, muac_mm=100).muac_mm is None, "no cut-off under six months"


def test_a_score_whos_flags_still_opens_a_case() -> None:
    """It was asked before it was stored; a very wasted child must not fall through for being too ill."""
    s = scores(Measurement.from_mm(Sex.BOY, 500, weight_g=4800, length_mm=760))
    assert s.flags
    assert assess(Facts.of(scores=s)).priority is URGENT
