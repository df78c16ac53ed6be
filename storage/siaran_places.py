"""The place that a line like "siaran ke semua kader Kec. Cibinong" names, inside the sender's own places."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import bindparam, func, select

from posyandu.people import Post, Scope
from posyandu.queries import PlaceView
from posyandu.siaran import SENDERS, TO_FAMILIES, level_named
from storage import look_sheets
from storage.sql import Sql
from storage.store import Tx
from storage.tables import area, posyandu, puskesmas

LEVEL = re.compile(
    r"\b(?:prov(?:insi)?|kab(?:upaten)?|kota|kec(?:amatan)?|desa|kel(?:urahan)?|pkm|puskesmas|posyandu|wilayah)\b\.?\s*",
    re.IGNORECASE,
)
SAID = {
    "provinsi": ("provinsi", "prov"), "kabkota": ("kabupaten", "kab", "kota"), "kecamatan": ("kecamatan", "kec"),
    "desa": ("desa", "kelurahan", "kel"),
}  # fmt: skip
AREAS = Sql(select(area.c.code, area.c.name).where(func.lower(area.c.name).like(bindparam("like"))).limit(20))
POSYANDU = Sql(select(posyandu.c.id).where(func.lower(posyandu.c.name).like(bindparam("like"))).limit(1))
PUSKESMAS = Sql(select(puskesmas.c.id).where(func.lower(puskesmas.c.name).like(bindparam("like"))).limit(1))
OWN_AREA = Sql(select(puskesmas.c.area).where(puskesmas.c.id == bindparam("puskesmas_id")))


def bare(name: str) -> str:
    """ "Kec. Cibinong" -> "cibinong": a place without its level."""
    return " ".join(LEVEL.sub("", name).replace(".", " ").split()).casefold()


def own(tx: Tx, scope: Scope, *, families: bool = False) -> list[PlaceView]:
    """Where she may send to: her own places first, then what lies in them."""
    allowed = TO_FAMILIES if families else SENDERS
    return [_with_level(place) for place in look_sheets.places(tx, scope, allowed)]


def _with_level(place: PlaceView) -> PlaceView:
    """ "Kec. Cibinong", which may also be typed in full or without its level."""
    if place.area is None:
        return place
    named, plain = level_named(place.level, place.name, place.area), LEVEL.sub("", place.name).strip()
    return replace(place, name=named, aka=(plain, *(f"{said} {plain}" for said in SAID.get(place.level, ()))))


def find(tx: Tx, scope: Scope, said: str, *, families: bool = False) -> tuple[PlaceView | None, str]:
    """The place, and how it was found: "own"; "part" when a wider one was named and only her part of it is taken;
    "outside" when it is elsewhere; "unknown"."""
    places, wanted = own(tx, scope, families=families), bare(said)
    if not wanted:
        return (places[0], "own") if places else (None, "unknown")
    near, exact = _near(places, wanted)
    if near and (exact or len(near) == 1):
        return _level(near, said), "own"
    codes = [r.code for r in tx.all(AREAS, like=f"%{wanted}%") if bare(r.name) == wanted]
    for post in scope.posts:
        if any(_inside(tx, post, code) for code in codes):
            part = own(tx, Scope(scope.person_id, (post,)), families=families)
            if part:
                return part[0], "part"
    like = f"%{wanted}%"
    elsewhere = codes or tx.value(POSYANDU, like=like) or tx.value(PUSKESMAS, like=like)
    return None, "outside" if elsewhere else "unknown"


def _near(places: list[PlaceView], wanted: str) -> tuple[list[PlaceView], bool]:
    """Those that bear the name, and True; else those whose names hold its words."""
    exact = [p for p in places if bare(p.name) == wanted]
    return exact or [p for p in places if set(wanted.split()) <= set(bare(p.name).split())], bool(exact)


def several(tx: Tx, scope: Scope, said: str, *, families: bool = False) -> list[PlaceView]:
    """All that it can mean inside her own places; only those of the level that was named."""
    near, _ = _near(own(tx, scope, families=families), bare(said)) if bare(said) else ([], False)
    for level in ("posyandu", "puskesmas", "pkm"):
        if re.search(rf"\b{level}\b", said, re.IGNORECASE):
            return [p for p in near if p.id.startswith(level.replace("pkm", "puskesmas"))]
    return [p for p in near if p.area is not None] if LEVEL.search(said) else near


def _level(places: list[PlaceView], said: str) -> PlaceView:
    """Of places with one name that whose level was named: a posyandu, a puskesmas, or an area."""
    for word, kind in (("posyandu", "posyandu"), ("puskesmas", "puskesmas"), ("pkm", "puskesmas")):
        if re.search(rf"\b{word}\b", said, re.IGNORECASE):
            return next((p for p in places if p.id.startswith(kind)), places[0])
    return next((p for p in places if p.area is not None), places[0])


def _inside(tx: Tx, post: Post, code: str) -> bool:
    """Does this post's own place lie in that area?"""
    mine = post.area
    if post.puskesmas_id is not None:
        mine = tx.value(OWN_AREA, puskesmas_id=post.puskesmas_id)
    return mine is not None and (mine == code or mine.startswith(f"{code}."))
