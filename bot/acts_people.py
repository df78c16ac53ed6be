"""Buttons and words about people: "ya, ini ibunya", "ya, boleh", "sudah", "berhenti"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posyandu.commands.joining import AnswerJoins, ConfirmGuardian

if TYPE_CHECKING:
    from bot.reading import Talk

# The talk that each of these words begins.
FLOW_WORDS = {
    "orang": "people_menu",
    "kode ibu": "invite_guardian",
    "undang keluarga": "invite_guardian",
    "kode kader": "invite",
    "persetujuan": "approve",
    "tim": "team",
}


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """Do what a button says; False when it is none of these. ValueError, IndexError: a button that nobody made."""
    if name == "guardian":
        command: object = ConfirmGuardian(_number(parts[0]), _yes(parts[1]))
    elif name == "join":
        which = (_number(parts[0]),)
        yes = _yes(parts[2])
        command = AnswerJoins(_number(parts[1]), which if yes else (), () if yes else which)
    else:
        return False
    outcome = talk.do(command)
    if outcome.follow is not None:
        talk.start(*outcome.follow, park=True)
    return True


def _yes(part: str) -> bool:
    if part not in ("yes", "no"):
        raise ValueError(part)
    return part == "yes"


def _number(part: str) -> int:
    if not part.isascii() or not part.isdigit() or len(part) > 15:
        raise ValueError(part)
    return int(part)
