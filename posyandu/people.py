"""Who somebody is, and where: roles, posts and scope. The right that follows stands in `posyandu.access`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is (docs/words.md). GUARDIAN comes from a confirmed child, never from a post."""

    KADER = "kader"
    KETUA = "ketua"
    BIDAN = "bidan"
    TPG = "tpg"
    PUSKESMAS = "puskesmas"
    TP_PKK = "tp_pkk"
    TP_POSYANDU = "tp_posyandu"
    KPM = "kpm"
    TPK = "tpk"
    PLKB = "plkb"
    OPERATOR = "operator"
    GUARDIAN = "wali"


@dataclass(frozen=True)
class Place:
    """Where something belongs: a posyandu with its puskesmas and area code, or a wider place with less."""

    area: str = ""
    posyandu_id: int | None = None
    puskesmas_id: int | None = None


@dataclass(frozen=True)
class Post:
    """One role at one place. Exactly one of the three places is given."""

    role: Role
    area: str | None = None
    posyandu_id: int | None = None
    puskesmas_id: int | None = None

    def covers(self, place: Place) -> bool:
        """Is that place this post's own, or below it?"""
        if self.posyandu_id is not None:
            return place.posyandu_id == self.posyandu_id
        if self.puskesmas_id is not None:
            return place.puskesmas_id == self.puskesmas_id
        if self.area is None:
            return False
        return self.area == "" or place.area == self.area or place.area.startswith(f"{self.area}.")


@dataclass(frozen=True)
class Scope:
    """A person with her posts; as a guardian her children; as a TPK the children of her families."""

    person_id: int | None
    posts: tuple[Post, ...] = ()
    children: frozenset[int] = field(default_factory=frozenset)
    families: frozenset[int] = field(default_factory=frozenset)

    @property
    def roles(self) -> frozenset[Role]:
        own = {p.role for p in self.posts}
        return frozenset(own | {Role.GUARDIAN}) if self.children else frozenset(own)

    def reaches(self, place: Place, roles: frozenset[Role]) -> bool:
        """Has she one of these roles over that place?"""
        return any(p.role in roles and p.covers(place) for p in self.posts)
