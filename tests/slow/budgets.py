"""Were the budgets of unasked messages kept? Counted from what the provider got."""

from __future__ import annotations

import statistics
from collections import Counter

from posyandu.calendar import local
from storage.sql import Row


def kept(rows: dict[int, Row], sent: list[list[str]]) -> dict[str, float]:
    """How much people were told unasked: families by month, kader and officers by day. Changes of a day and what she
    asked for are not counted."""
    families: Counter[tuple[str, str]] = Counter()
    kader: Counter[tuple[str, str]] = Counter()
    bidan: Counter[tuple[str, str]] = Counter()
    for ref, at, to in sent:
        row = rows[int(ref)]
        kind = (row.once or "weighed").split(":")[0]
        on = local(int(at), "Asia/Makassar").date().isoformat()
        if kind in ("change", "h3"):
            continue
        if to.startswith("ibu"):
            families[(to, on[:7])] += 1
        elif to.startswith("kader"):
            kader[(to, on)] += 1
        else:
            bidan[(to, on)] += 1
    most = {
        "family_most": max(families.values()),
        "kader_most": max(kader.values()),
        "officer_most": max(bidan.values()),
    }
    assert most["family_most"] <= 4 + 3, most  # a result of each of her children is no reminder, but is counted here
    assert statistics.median(families.values()) <= 2
    assert most["kader_most"] <= 3
    assert most["officer_most"] <= 1
    return most | {"family_median": statistics.median(families.values())}
