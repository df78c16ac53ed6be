"""Who is at risk, and how loudly to say so: three drawers, so that a case is seen and a wobble rings nobody.

*Kasus* has an owner and a priority; *catatan meja 5* stands on that day's list and is closed by the next N; *daftar
kunjungan* is the kader's list of homes. Which trigger lies where is data (standards/risk.toml), a puskesmas may have
its own. Apart from the drawers, whatever the national forms refer stays "rujuk".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from posyandu.anthropometry import Scores
from posyandu.kms import Mark, Verdict
from posyandu.nutrition import muac_category
from posyandu.standards import standard

_DATA = standard("risk")
VERSION: str = _DATA["version"]


class Drawer(StrEnum):
    """Where a finding is kept, loudest first."""

    CASE = "kasus"
    NOTE = "catatan"
    VISIT = "kunjungan"


class Priority(StrEnum):
    """How soon a case must be seen."""

    URGENT = "segera"
    THIS_WEEK = "minggu_ini"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the triggers look at; None or False: unknown or not so. z-scores rounded; `muac_mm` only where the cut-offs
    hold (6-59 months); `fall_z` of kms.fall_in_three_months; `months_absent` of kms.months_absent."""

    wfa: float | None = None
    lfa: float | None = None
    wfl: float | None = None
    hc: float | None = None
    muac_mm: float | None = None
    oedema: bool = False
    danger_sign: bool = False
    bgm: bool = False
    first_t: bool = False
    two_t: bool = False
    above_orange: bool = False
    fall_z: float | None = None
    months_absent: int | None = None
    tb_signs: int = 0
    development_incomplete: bool = False

    @classmethod
    def of(
        cls,
        *,
        verdict: Verdict | None = None,
        scores: Scores | None = None,
        age_months: int | None = None,
        muac_mm: float | None = None,
        **rest: Any,
    ) -> "Facts":
        """Facts of one visit: the month's verdict, the scores and whatever else is given by name. A score WHO flags
        counts too: the doubt has been asked before it was stored."""
        given: dict[str, Any] = dict(rest)
        if scores is not None:
            given |= {"wfa": scores.wfa, "lfa": scores.lfa, "wfl": scores.wfl, "hc": scores.hc}
        if verdict is not None:
            given |= {
                "bgm": verdict.bgm,
                "first_t": verdict.mark is Mark.T and not verdict.two_t,
                "two_t": verdict.two_t,
                "above_orange": verdict.above_orange,
            }
        if muac_category(muac_mm, age_months) is not None:
            given["muac_mm"] = muac_mm
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Finding:
    """One trigger that fired: its code, drawer, priority (of a case) and whether the forms call it a referral."""

    code: str
    drawer: Drawer
    priority: Priority | None
    refer: bool


@dataclass(frozen=True, slots=True)
class Risk:
    """All findings of a child, loudest first."""

    findings: tuple[Finding, ...]

    @property
    def drawer(self) -> Drawer | None:
        """The loudest drawer; None: nothing found."""
        return next((d for d in Drawer if any(f.drawer is d for f in self.findings)), None)

    @property
    def priority(self) -> Priority | None:
        """The soonest priority of its cases; None without a case."""
        return next((p for p in Priority if any(f.priority is p for f in self.findings)), None)

    @property
    def refer(self) -> bool:
        """Whether the official word is "rujuk"."""
        return any(f.refer for f in self.findings)

    def within(self, drawer: Drawer) -> tuple[Finding, ...]:
        """The findings of one drawer."""
        return tuple(f for f in self.findings if f.drawer is drawer)


Rules = tuple[dict[str, Any], ...]
_SETTINGS = frozenset({"code", "on", "drawer", "priority", "refer", "when", "unless"})


def rules(changes: Mapping[str, Mapping[str, Any]] | None = None) -> Rules:
    """The triggers with a puskesmas's changes by code: {"first_t": {"drawer": "kasus"}, "tb_signs": {"on": False}}.
    A trigger made a case without a priority gets "minggu_ini". Raises ValueError for a code, setting, drawer or
    priority there is none of."""
    changes = changes or {}
    if unknown := set(changes) - {trigger["code"] for trigger in _DATA["trigger"]}:
        raise ValueError(f"no such trigger: {', '.join(sorted(unknown))}")
    return tuple(
        merged
        for trigger in _DATA["trigger"]
        if (merged := _changed(trigger, changes.get(trigger["code"], {}))).get("on", True)
    )


def _changed(trigger: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    if stray := set(change) - _SETTINGS:
        raise ValueError(f"{trigger['code']} has no setting {', '.join(sorted(stray))}")
    merged = {**trigger, **change}
    if Drawer(merged["drawer"]) is Drawer.CASE:
        Priority(merged.setdefault("priority", Priority.THIS_WEEK.value))
    else:
        merged.pop("priority", None)
    return merged


STANDARD: Rules = rules()


def assess(facts: Facts, triggers: Rules = STANDARD) -> Risk:
    """What a child's facts mean by the triggers."""
    fired = [t for t in triggers if all(_holds(facts, condition) for condition in t["when"])]
    codes = {t["code"] for t in fired}
    findings = [
        Finding(t["code"], Drawer(t["drawer"]), Priority(t["priority"]) if "priority" in t else None, t["refer"])
        for t in fired
        if not codes & set(t.get("unless", ()))
    ]
    order = [(d, p) for d in Drawer for p in (*Priority, None)]
    return Risk(tuple(sorted(findings, key=lambda f: order.index((f.drawer, f.priority)))))


def _holds(facts: Facts, condition: Mapping[str, Any]) -> bool:
    value = getattr(facts, condition["fact"])
    if value is None:
        return False
    if len(condition) == 1:
        return bool(value)
    return (
        ("below" not in condition or value < condition["below"])
        and ("above" not in condition or value > condition["above"])
        and ("from" not in condition or value >= condition["from"])
        and ("to" not in condition or value <= condition["to"])
    )
