"""Paket: planned, families invited, received, counted; and orang tua asuh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.dialogue import Ask, Done
from bot.flows.pieces import ask_day, by_name
from posyandu.access import RULES
from posyandu.calendar import add_months
from posyandu.commands.aid import (
    SPONSOR_KINDS,
    SPONSORED,
    AddSponsorship,
    CountBack,
    InviteFamilies,
    MakeDistribution,
    ShowDistribution,
    ShowSponsors,
    TakeReceipts,
)
from posyandu.entry.dates import read_date
from posyandu.queries_aid import AidQueries, PointView

MOST_PACKAGES = 10_000


def aid(ask: Ask, look: AidQueries) -> Done:
    """What is to be done with packages? Only what she may do is offered."""
    roles = look.scope.roles
    offered = []
    if look.points():
        offered += ["take", "invite", "back"] if roles & RULES["invite_families"] else []
    if roles & RULES["make_distribution"]:
        offered.append("new")
    if look.givings():
        offered.append("recap")
    if roles & RULES["see_aid"]:
        offered.append("sponsors")
    if not offered:
        return Done(None)
    what = ask.one("what", offered)
    return TALKS[what](ask, look)


def _point(ask: Ask, look: AidQueries) -> PointView:
    points = look.points()
    chosen: PointView = points[0] if len(points) == 1 else ask.one("point", points)
    return chosen


def _take(ask: Ask, look: AidQueries) -> Done:
    point = _point(ask, look)
    codes = ask.value("codes", read=read_codes, point=point)
    return Done(TakeReceipts(point.posyandu_id, tuple(codes)))


def _invite(ask: Ask, look: AidQueries) -> Done:
    point = _point(ask, look)
    children = look.register(point.posyandu_id, look.today)
    chosen = ask.many("families", children, match=by_name(children), point=point)
    others = ask.text("others", skip=True, point=point) or ""
    names = tuple(n.strip() for n in others.split(",") if n.strip())
    ask.confirm("save", edit=("families", "others"), point=point, count=len(chosen) + len(names))
    return Done(InviteFamilies(point.posyandu_id, int(point.id), tuple(int(c.id) for c in chosen), names))


def _back(ask: Ask, look: AidQueries) -> Done:
    point = _point(ask, look)
    count = ask.value("back", read=read_count, between=(0, point.tally.out), point=point)
    return Done(CountBack(point.posyandu_id, int(point.id), count))


def _new(ask: Ask, look: AidQueries) -> Done:
    area = look.aid_area("make_distribution")
    places = look.posts_of(area) if area else []
    if area is None or not places:
        return Done(None)
    giver = ask.text("giver", longest=80)
    goods = ask.text("goods", longest=80)
    on = ask.value("on", read=lambda text: iso_date(text, look.today))
    points = ask.many("points", places)
    if not points:
        return Done(None)
    counts = ask.value("counts", read=lambda text: read_counts(text, len(points)), points=points)
    ask.confirm("plan", edit=("giver", "goods", "on", "counts"), giver=giver, goods=goods, on=on, total=sum(counts))
    told = tuple((int(p.id), n) for p, n in zip(points, counts, strict=True))
    event = ask.given("event")
    of_event = int(event) if event is not None else None
    return Done(MakeDistribution(area, str(giver), str(goods), date.fromisoformat(on), told, of_event))


def _recap(ask: Ask, look: AidQueries) -> Done:
    givings = look.givings()
    giving = givings[0] if len(givings) == 1 else ask.one("giving", givings)
    return Done(ShowDistribution(giving.area, int(giving.id)))


def _sponsors(ask: Ask, look: AidQueries) -> Done:
    area = look.aid_area("see_aid")
    return Done(ShowSponsors(area) if area else None)


TALKS: dict[str, Callable[[Ask, AidQueries], Done]] = {
    "take": _take,
    "invite": _invite,
    "back": _back,
    "new": _new,
    "recap": _recap,
    "sponsors": _sponsors,
}


def sponsorship(ask: Ask, look: AidQueries) -> Done:
    """Who stands by which child, with what, for how long?"""
    day = ask_day(ask, look) if look.scope.roles & RULES["add_sponsorship"] else None
    if day is None:
        return Done(None)
    children = look.children_of(day)
    child = ask.one("child", children, match=by_name(children), day=day)
    sponsor = ask.text("sponsor", longest=80, child=child)
    kind = ask.one("kind", SPONSOR_KINDS, child=child)
    what = ask.one("gives", SPONSORED, child=child)
    goods = ask.text("goods", longest=80, child=child)
    rp_month = ask.value("rp", read=read_count, between=(0, 100_000_000), child=child)
    months = ask.value("months", read=read_count, between=(1, 24), child=child)
    ask.confirm(
        "save", edit=("sponsor", "goods", "rp", "months"), child=child, sponsor=sponsor, rp=rp_month, months=months
    )
    until = add_months(look.today, months)
    return Done(AddSponsorship(int(child.id), str(sponsor), kind, what, str(goods), rp_month, look.today, until))


def read_codes(text: str) -> list[str] | None:
    """Codes with spaces, commas or lines between them."""
    words = text.upper().replace(",", " ").split()
    return words or None


def read_count(text: str) -> int | None:
    """ "450.000", "Rp 450 000", "12": a whole number."""
    plain = text.casefold().replace("rp", "").replace(".", "").replace(" ", "")
    return int(plain) if plain.isdigit() and len(plain) < 10 else None


def read_counts(text: str, points: int) -> list[int] | None:
    """One number a point in their order, or one for all of them alike."""
    words = text.replace(",", " ").split()
    if not all(w.isdigit() and len(w) < 6 for w in words) or len(words) not in (1, points):
        return None
    counts = [int(w) for w in words]
    return counts * points if len(counts) == 1 else counts


def iso_date(text: str, today: date) -> str | None:
    """The day she means, as it goes to file."""
    found = read_date(text, today)
    return found.isoformat() if found else None
