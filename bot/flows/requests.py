"""Data saya, perbaiki, hapus data saya: what somebody may ask about her own data."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from posyandu.commands.requests import AskCorrection, AskErasure, ShowMyData
from posyandu.queries import ChildView
from posyandu.queries_people import PeopleQueries


def my_data(ask: Ask, look: PeopleQueries) -> Done:
    """At once, without a question."""
    return Done(ShowMyData())


def _mine(look: PeopleQueries) -> list[ChildView]:
    return [c for c in (look.child(str(i)) for i in sorted(look.scope.children)) if c is not None]


def correct(ask: Ask, look: PeopleQueries) -> Done:
    """What is wrong, in her words."""
    mine = _mine(look)
    which: ChildView | str = ask.one("which", [*mine, "me"]) if mine else "me"
    child = which if isinstance(which, ChildView) else None
    text = ask.text("what", longest=300, about=[child.name] if child else [])
    return Done(AskCorrection(int(child.id) if child else None, text or ""))


def erase(ask: Ask, look: PeopleQueries) -> Done:
    """One child's data or everything; asked once more, for it cannot be undone."""
    mine = _mine(look)
    which: ChildView | str = ask.one("which", [*mine, "all"]) if mine else "all"
    child = which if isinstance(which, ChildView) else None
    if not ask.yes("sure" if child else "sure_all", child=child.name if child else ""):
        return Done(None)
    return Done(AskErasure(int(child.id) if child else None))
