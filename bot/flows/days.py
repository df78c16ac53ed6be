"""Hari posyandu: moving, cancelling and other hours; why a child was absent; what coordinators ask about days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Protocol

from bot.dialogue import Ask, Done
from bot.flows.pieces import ask_day
from posyandu.access import HEALTH, OFFICES
from posyandu.calendar import DayRule, NotADayRule
from posyandu.commands import RecordVisit, ShowMissing
from posyandu.commands.days import (
    CancelDay,
    ChangeHours,
    MoveAreaDay,
    MoveDay,
    SetDayRule,
    SetKindWord,
    ShowExpected,
    ShowSilent,
)
from posyandu.entry.dates import read_date
from posyandu.people import Post, Role
from posyandu.queries import ChildView, DayView, Queries

WHY = ("sakit", "pergi", "tidak_mau", "pindah", "tidak_hadir")


class DayQueries(Queries, Protocol):
    """What these talks look up besides."""

    def coming_days(self) -> list[DayView]: ...
    def missing_of(self, day: DayView) -> list[ChildView]: ...
    def area_days(self, post: Post) -> list[DayView]: ...


def days(ask: Ask, look: DayQueries) -> Done:
    """Change one posyandu day: another date, none at all, other hours; or the kind word on and off."""
    coming = look.coming_days()
    if not coming:
        return Done(None)
    day: DayView = ask.one("which", coming)
    what = ask.one("what", ["move", "cancel", "hours", "kind_word"], day=day)
    if what == "kind_word":
        return Done(SetKindWord(day.posyandu_id, ask.yes("kind_word", day=day)))
    if what == "hours":
        opens, closes = ask.value("hours", read=read_hours, day=day)
        place = ask.text("place", skip=True, longest=60, day=day) or ""
        ask.confirm("save_hours", edit=("which", "hours", "place"), day=day, opens=opens, closes=closes, place=place)
        return Done(ChangeHours(day.posyandu_id, day.on, opens, closes, place))
    if what == "cancel":
        why = ask.text("why", skip=True, longest=80, day=day) or ""
        ask.confirm("save_cancel", edit=("which", "why"), day=day, why=why)
        return Done(CancelDay(day.posyandu_id, day.on, why))
    to = date.fromisoformat(ask.value("to", read=_reader(look.today, day.on), day=day))
    why = ask.text("why", skip=True, longest=80, day=day) or ""
    ask.confirm("save_move", edit=("which", "to", "why"), day=day, to=to, why=why)
    return Done(MoveDay(day.posyandu_id, day.on, to, why))


def schedule(ask: Ask, look: DayQueries) -> Done:
    """The day of every month by its rule, from next month on."""
    places = {d.posyandu_id: d for d in reversed(look.coming_days())}
    own = [p.posyandu_id for p in look.scope.posts if p.posyandu_id is not None]
    if len(places) > 1:
        where = ask.one("which", sorted(places.values(), key=lambda d: d.posyandu)).posyandu_id
    elif places or own:
        where = next(iter(places), own[0] if own else 0)
    else:
        return Done(None)
    rule = ask.value("rule", read=read_rule)
    ask.confirm("save", edit=("rule",), rule=rule)
    return Done(SetDayRule(where, rule))


def area_days(ask: Ask, look: DayQueries) -> Done:
    """Move or cancel one date for every posyandu of her puskesmas or area."""
    post = next((p for p in look.scope.posts if p.role in HEALTH and p.posyandu_id is None), None)
    dates = look.area_days(post) if post else []
    if post is None or not dates:
        return Done(None)
    day: DayView = ask.one("which", dates)
    what = ask.one("what", ["move", "cancel"], day=day)
    to = None
    if what == "move":
        to = date.fromisoformat(ask.value("to", read=_reader(look.today, day.on), day=day))
    why = ask.text("why", skip=True, longest=80, day=day) or ""
    if to is None:
        ask.confirm("save_cancel", edit=("which", "why"), day=day, why=why)
    else:
        ask.confirm("save_move", edit=("which", "to", "why"), day=day, to=to, why=why)
    return Done(MoveAreaDay(day.on, to, why, post.puskesmas_id, post.area))


def absent(ask: Ask, look: DayQueries) -> Done:
    """One tap for each child that was not weighed: why not. The next child follows by itself."""
    day = ask_day(ask, look)
    if day is None:
        return Done(None)
    missing = look.missing_of(day)
    if not missing:
        return Done(ShowMissing(day.posyandu_id, day.on))
    child = missing[0]
    why = ask.one("why", list(WHY), child=child, day=day, left=len(missing))
    return Done(RecordVisit(int(child.id), day.on, status=why), then="absent", seed={"day": day.id})


def expected(ask: Ask, look: DayQueries) -> Done:
    """Who is expected on the next posyandu day?"""
    coming = look.coming_days()
    if not coming:
        return Done(None)
    places = {d.posyandu_id: d for d in reversed(coming)}
    day = coming[0] if len(places) == 1 else ask.one("which", sorted(places.values(), key=lambda d: d.on))
    return Done(ShowExpected(day.posyandu_id))


def silent(ask: Ask, look: Queries) -> Done:
    """Which posyandu have not reported?"""
    for post in look.scope.posts:
        if post.role in HEALTH | OFFICES | {Role.KETUA, Role.KADER}:
            return Done(ShowSilent(post.puskesmas_id, post.area, post.posyandu_id))
    return Done(None)


def _reader(today: date, on: date) -> Callable[[str], str | None]:
    """A new date: not past, in the same month (its SKDN would be empty), not the day itself."""

    def read(text: str) -> str | None:
        found = read_date(text, on)
        if found is None and (number := re.fullmatch(r"\s*(?:tanggal|tgl)?\s*(\d{1,2})\s*", text.casefold())):
            try:
                found = on.replace(day=int(number[1]))
            except ValueError:
                raise ValueError("impossible") from None
        if found is None:
            return None
        if found < today:
            raise ValueError("past")
        if (found.year, found.month) != (on.year, on.month):
            raise ValueError("other_month")
        if found == on:
            raise ValueError("same_day")
        return found.isoformat()

    return read


def read_rule(text: str) -> str | None:
    """ "tgl 12", "selasa ke-2" -> the rule as it is written down."""
    try:
        return DayRule.parse(text).text()
    except NotADayRule:
        return None


def read_hours(text: str) -> list[int] | None:
    """ "8-11", "08.00 sampai 11.30", "jam 9 - 12" -> minutes after midnight of opening and closing."""
    found = re.findall(r"(\d{1,2})(?:[.:](\d{2}))?", text)
    if len(found) != 2:
        return None
    opens, closes = (int(h) * 60 + int(m or 0) for h, m in found)
    if not 0 <= opens < closes <= 24 * 60 or any(int(m or 0) > 59 for _, m in found):
        raise ValueError("impossible")
    return [opens, closes]
