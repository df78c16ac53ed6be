"""Were the budgets of unasked messages kept? Counted from what the providers got."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping

from posyandu.calendar import local
from storage.sql import Row

PAID_PER_CHILD = 1.2
DAY_MS = 24 * 3600_000
PRICE = 330  # rupiah for a template, for the sum that is printed


def kept(
    rows: dict[int, Row], sent: list[list[str]], size: Mapping[int, int], wrote: Mapping[int, list[int]]
) -> dict[str, float]:
    """How much people were told unasked: families by month, kader and officers by day, and what was paid for. Changes
    of a day and what she asked for are not counted. size: children of a family, by person; wrote: when each has
    written, for what comes within a day of that is no message out of the blue."""
    families: Counter[tuple[str, str]] = Counter()
    kader: Counter[tuple[str, str]] = Counter()
    bidan: Counter[tuple[str, str]] = Counter()
    paid: Counter[tuple[int, str]] = Counter()
    for ref, at, to, price in sent:
        row = rows[int(ref)]
        kind = (row.once or "weighed").split(":")[0]
        on = local(int(at), "Asia/Makassar").date().isoformat()
        if kind in ("change", "h3") or row.kind in ("reply", "alert"):
            continue
        if row.kind == "parent" and any(0 <= int(at) - when < DAY_MS for when in wrote.get(row.person_id, ())):
            continue
        if to.startswith("ibu"):
            families[(to, on[:7])] += 1
            paid[(row.person_id, on[:7])] += bool(price)
        elif to.startswith("kader"):
            kader[(to, on)] += 1
        else:
            bidan[(to, on)] += 1
    most = {
        "family_most": max(families.values()),
        "family_median": statistics.median(families.values()),
        "kader_most": max(kader.values()),
        "officer_most": max(bidan.values()),
    }
    assert most["family_most"] <= 4, most
    assert most["family_median"] <= 2, most
    assert most["kader_most"] <= 3
    assert most["officer_most"] <= 1
    for (who, month), n in paid.items():
        assert n <= max(1, math.floor(PAID_PER_CHILD * size[who])), f"{n} paid for {size[who]} children in {month}"
    months = sorted({month for _, month in paid})
    of_those = sum(size[who] for who in {who for (who, _), n in paid.items() if n})
    each = sum(paid.values()) / max(1, of_those * len(months))
    assert each <= PAID_PER_CHILD
    return most | {
        "paid_per_child_and_month": round(each, 2),
        "rupiah_a_month": PRICE * sum(paid.values()) // len(months),
    }
