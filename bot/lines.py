"""A whole measured line, any time, without a menu: "Supriadi 13,5 99"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.reading import Talk


class Lines:
    """Reads a message as entry lines and records what is certain."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def read(self, text: str) -> bool:
        """True when the message was one or more entry lines and has been dealt with."""
        return False
