"""What a handler works with and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from posyandu.people import Place
from storage import outbox
from storage.people import Known
from storage.store import Tx

Say = tuple[str, dict[str, Any]]  # a key of the catalogue and its variables


@dataclass(frozen=True)
class Desk:
    """One command's surroundings: the transaction, the moment, the person who gave it, and her message."""

    tx: Tx
    now: int
    today: date
    person: Known
    incoming_id: int | None
    explain_first: str = "careful"
    address_id: int | None = None  # where she wrote from
    demo: bool = False  # codes may be shown in clear
    consent_days: int = 60  # how long a child may be on the register before anybody was asked
    call_minutes: int = 480  # when on the next day a careful word goes out that no kader has said before

    def tell(self, person_id: int, kind: str, *says: Say, **more: Any) -> int | None:
        """Something to somebody else, in this transaction."""
        message = outbox.Message(kind=kind, says=says, person_id=person_id, incoming_id=self.incoming_id, **more)
        return outbox.put(self.tx, message, self.now)

    def tell_address(self, address_id: int, *says: Say) -> int | None:
        """Something to an address that is nobody's yet."""
        return outbox.put(self.tx, outbox.Message(kind="alert", says=says, address_id=address_id), self.now)


@dataclass(frozen=True)
class Outcome:
    """What is said back to the person who gave the command.

    `actions` are buttons that act by themselves ("!explained:12:2026-11-12"), each with the key of its words.
    """

    says: tuple[Say, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()
    media: dict[str, Any] | None = None
    failed: bool = False
    follow: tuple[str, dict[str, Any]] | None = None  # a flow to ask right away, with what it already knows
    became: int | None = None  # who the person at this address is from now on


@dataclass(frozen=True)
class Handler:
    """How one command is carried out: the verb that access knows, where it belongs, and the function that does it."""

    verb: str
    where: Callable[[Tx, Any], tuple[Place | None, int | None]]
    do: Callable[[Any, Desk], Outcome]
