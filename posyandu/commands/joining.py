"""Coming in, being let in, and leaving: codes, names picked from a list, guardians, memberships."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UseCode:
    """A code that was typed, scanned or tapped, as it came in."""

    code: str


@dataclass(frozen=True)
class SayName:
    """How the person who has just joined is called."""

    name: str


@dataclass(frozen=True)
class AskToJoin:
    """A stranger says that she is this person of an imported list."""

    person_id: int
    posyandu_id: int


@dataclass(frozen=True)
class AnswerJoins:
    """Those of these waiting requests who are who they say (`yes`), and those who are not."""

    posyandu_id: int
    yes: tuple[int, ...] = ()
    no: tuple[int, ...] = ()


@dataclass(frozen=True)
class InviteKader:
    """A code for a new kader (or ketua) of a posyandu."""

    posyandu_id: int
    role: str = "kader"


@dataclass(frozen=True)
class InviteStaff:
    """A code for somebody who serves an area or a puskesmas: bidan, tpg, puskesmas, tp_pkk, tpk ..."""

    role: str
    area: str | None = None
    puskesmas_id: int | None = None
    posyandu_id: int | None = None


@dataclass(frozen=True)
class InviteGuardian:
    """A code for a parent of a child; from a guardian: for a second one."""

    child_id: int


@dataclass(frozen=True)
class Introduce:
    """What a person with a guardian's code says of herself."""

    child_id: int
    name: str
    relation: str


@dataclass(frozen=True)
class ConfirmGuardian:
    """The kader's one tap: this is (or is not) the child's mother, father or carer."""

    guardian_id: int
    yes: bool


@dataclass(frozen=True)
class EndMembership:
    """A post ends now."""

    membership_id: int


@dataclass(frozen=True)
class SetNoShare:
    """ "Jangan bagikan": nobody else becomes a guardian of this child, without a word to whoever tries."""

    child_id: int
    on: bool


@dataclass(frozen=True)
class VerifyName:
    """What somebody at a long silent or changed number answers when asked for her name."""

    name: str
