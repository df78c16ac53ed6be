"""Oedema, vitamin A and breast milk, when a line mentions them."""

from posyandu.entry.item import Item
from posyandu.entry.reading import Extras
from posyandu.entry.vocabulary import word_set

_DENIALS = word_set("denials")


def read_extras(items: list[Item]) -> Extras:
    """What is said besides the measures; None where nothing is."""
    oedema: bool | None = None
    vita: str | None = None
    asi: bool | None = None
    for at, item in enumerate(items):
        if item.has("extra.oedema"):
            oedema = not _denied(items, at)
        elif item.has("extra.vita") and not _before(items, at, "negation") and not _before(items, at, "doubt.plan"):
            vita = vita or _colour(items, at)
        elif item.has("extra.no_asi"):
            asi = False
        elif item.has("extra.asi") and asi is None:
            asi = not _before(items, at, "negation")
    return Extras(oedema, vita, asi)


def _before(items: list[Item], at: int, tag: str) -> bool:
    return any(i.has(tag) for i in items[max(0, at - 2) : at])


def _denied(items: list[Item], at: int) -> bool:
    """ "tidak bengkak", "oedema (-)"."""
    before, after = items[max(0, at - 2) : at], items[at + 1 : at + 4]
    return any(i.text in _DENIALS for i in (*before, *after)) or any(i.text == "-" for i in after)


def _colour(items: list[Item], at: int) -> str | None:
    for item in items[at : at + 4]:
        if item.has("extra.red"):
            return "red"
        if item.has("extra.blue"):
            return "blue"
    return None
