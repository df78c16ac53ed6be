"""Looking at a child: the growth picture for staff, "anak saya" for a parent."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from bot.flows.pieces import ask_day, by_name
from posyandu.commands import ShowChild, ShowPicture
from posyandu.queries import Queries


def picture(ask: Ask, look: Queries) -> Done:
    """Whose growth picture?"""
    day = ask_day(ask, look)
    if day is None:
        return Done(None)
    children = look.children_of(day)
    child = ask.one("child", children, match=by_name(children), day=day)
    return Done(ShowPicture(int(child.id)))


def mychild(ask: Ask, look: Queries) -> Done:
    """How is my child? Asked only where there are several."""
    own = [c for c in (look.child(str(i)) for i in sorted(look.scope.children)) if c is not None]
    if not own:
        return Done(None)
    child = own[0] if len(own) == 1 else ask.one("child", own)
    return Done(ShowChild(int(child.id)))
