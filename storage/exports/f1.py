"""The F1 form of a month: every item by age band and sex, with its total."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.anthropometry import Indicator, Sex, completed_months
from posyandu.calendar import month_range, say_month
from posyandu.kms import Mark, Verdict
from posyandu.skdn import FIVE_YEARS, ChildMonth, Counts, Recap, Settings, recap
from storage.exports.hiding import WITHHELD, Shown, hide_small
from storage.exports.layout import data, word
from storage.exports.levels import LETTERS, of_month, path_of
from storage.exports.moves import SMALL
from storage.exports.named import values_of
from storage.exports.request import Making
from storage.exports.sheet import Column, Sheet
from storage.sql import Row, Sql, fixed
from storage.summary import counting_day
from storage.tables import child, verdict

CHILDREN = Sql(
    select(
        child.c.id, child.c.sex, child.c.birth, child.c.has_kms, verdict.c.visit_id, verdict.c.on, verdict.c.grams,
        verdict.c.nt, verdict.c.gain_g, verdict.c.kbm_g, verdict.c.two_t, verdict.c.bgm, verdict.c.orange,
        verdict.c.waz, verdict.c.why,
    )
    .outerjoin(
        verdict,
        (verdict.c.child_id == child.c.id)
        & (verdict.c.month == bindparam("month"))
        & (verdict.c.posyandu_id == child.c.posyandu_id)
        & verdict.c.counts.is_not(None),
    )
    .where(
        child.c.posyandu_id == bindparam("posyandu_id"),
        child.c.state == fixed("active"),
        child.c.since <= bindparam("last_day"),
    )
)  # fmt: skip
Extras = Counter[tuple[str, int, Sex]]  # what the recap does not count: name, completed months, sex
INFANT_MONTHS = 6


def f1(making: Making) -> Sheet:
    """The form; `request.bands` are its age columns."""
    month, request = making.request.one_month(), making.request
    settings = Settings(bands=request.bands)
    whole, extras = Recap(), Extras()
    for done, place in enumerate(making.places, 1):
        on = counting_day(making.tx, place.id, month)
        rows = making.tx.all(CHILDREN, posyandu_id=place.id, month=month, last_day=month_range(month)[1].isoformat())
        whole += recap((_child_month(r) for r in rows), on, settings)
        extras.update(_extras(making, place.id, rows, on))
        making.progress(done, len(making.places))
    cells = [(band, sex) for band in request.bands.months for sex in (Sex.BOY, Sex.GIRL)]
    form = data("f1")
    lines: list[list[Any]] = []
    for item in form["item"]:
        figures = [_figure(item, whole, extras, settings, band, sex) for band, sex in cells]
        lines.append([item["no"], item["name"], *figures, _total(figures)])
    if request.hide:
        lines = _hidden(lines, form["item"], _seen(making))
    missing = form["not_recorded"]
    lines = [[*line[:2], *(missing if f is None else f for f in line[2:])] for line in lines]
    head = ((f"{form['title']} {making.name}".strip(),), (say_month(month),))
    notes = (form["note"], word("hidden")) if request.hide else (form["note"],)
    return Sheet("F1", _columns(cells, form["all_ages"]), iter(lines), head, notes, request.style or "orang")


def _child_month(row: Row) -> ChildMonth:
    sex, birth = Sex(row.sex), date.fromisoformat(row.birth)
    if row.visit_id is None:
        return ChildMonth(sex, birth, bool(row.has_kms))
    on = date.fromisoformat(row.on)
    mark = Verdict(
        month=on.replace(day=1), on=on, grams=row.grams, mark=Mark(row.nt), gain_g=row.gain_g, kbm_g=row.kbm_g,
        t_in_a_row=2 if row.two_t else int(row.nt == "T"), wfa=None if row.waz is None else row.waz / 100,
        bgm=bool(row.bgm), yellow=False, above_orange=bool(row.orange),
    )  # fmt: skip
    codes = json.loads(row.why or "{}").get("categories", {})
    return ChildMonth(sex, birth, bool(row.has_kms), mark, categories={Indicator(i): c for i, c in codes.items()})


def _extras(making: Making, posyandu_id: int, rows: Iterable[Row], on: date) -> Extras:
    """Vitamin A, infants and exclusive breastfeeding by age and sex."""
    found = Extras()
    values = values_of(making, posyandu_id)
    for row in rows:
        months = max(0, completed_months(date.fromisoformat(row.birth), on))
        if months >= FIVE_YEARS or row.birth > month_range(making.request.month)[1].isoformat():
            continue
        own = values.get(row.visit_id, {}) if row.visit_id is not None else {}
        cell = months, Sex(row.sex)
        if months <= INFANT_MONTHS:
            found["infants", *cell] += 1
            if "asi" in own and own["asi"].value:
                found["asi", *cell] += 1
        if "vita" in own:
            found[f"vita_{own['vita'].value}", *cell] += 1
    return found


def _figure(
    item: dict[str, str], whole: Recap, extras: Extras, settings: Settings, band: tuple[int, int], sex: Sex
) -> int | None:
    """One cell; None for what the house does not record."""
    counts = whole.cells.get((band, sex, False), Counts())
    if "count" in item:
        return int(getattr(counts, item["count"]))
    if item.get("of") == "absent":
        return counts.absent(settings.absent_base)
    if "of" in item:
        return sum(
            n for (name, age, s), n in extras.items() if name == item["of"] and s is sex and band[0] <= age <= band[1]
        )
    return None


def _total(figures: list[int | None]) -> int | None:
    known = [f for f in figures if f is not None]
    return sum(known) if known else None


def _seen(making: Making) -> Shown:
    """The letters of the place as they are shown in every other table."""
    kind, _, code = making.request.area.rpartition(":")
    found = of_month(making.tx, making.request.one_month()).shown(path_of(code)) if kind in ("", "area") else None
    return found or dict.fromkeys(LETTERS, WITHHELD)


def _hidden(lines: list[list[Any]], form: list[dict[str, str]], seen: Shown) -> list[list[Any]]:
    """Items down, ages across: each line sums to its total, and D to its letters. A total that is hidden or shown
    elsewhere is so here."""
    known = {
        item.get("count") or item["of"]: line for item, line in zip(form, lines, strict=True) if line[-1] is not None
    }
    # A column of the form is a row here, so that what adds up downwards (3+4+5+6 = 7) is watched too.
    across = [{name: line[at] for name, line in known.items()} for at in range(2, len(next(iter(known.values()))))]
    sums = [("d", ("n", "t", "o", "b")), ("k", ("d", "absent"))]
    total = {key: value if isinstance(value, str) else across[-1][key] for key, value in seen.items() if key in known}
    total = {key: value for key, value in total.items() if key != "absent" and value not in range(1, SMALL)}
    shown = hide_small(across, sums, last_is_total=True, total=total).rows
    for name, line in known.items():
        line[2:] = [row[name] for row in shown]
    return lines


def _columns(cells: list[tuple[tuple[int, int], Sex]], all_ages: str) -> tuple[Column, ...]:
    sexes = {Sex.BOY: word("boy"), Sex.GIRL: word("girl")}
    ages = [Column(f"{b[0]}_{b[1]}_{s.value}", f"{b[0]}-{b[1]} bln {sexes[s]}", "int", 9) for b, s in cells]
    return (
        Column("no", "No", "text", 5),
        Column("item", "Uraian", "text", 40),
        *ages,
        Column("total", all_ages, "int", 9),
    )
