"""One message of one address and what is needed to answer it. The order of reading stands in `bot/reading.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import handlers, screen
from bot.dialogue import Finished, Flow, Said, Session, Showing, back, resume
from bot.handlers.desk import Desk, Outcome, Say
from bot.locales import Catalogue, catalogue
from posyandu.calendar import local
from posyandu.commands import ConfirmRisk, RecordSession, RecordVisit, UndoEntry
from posyandu.people import Scope
from storage import outbox, people, sessions
from storage.look_events import LookEvents
from storage.people import Known
from storage.sql import Row
from storage.store import Tx

# Commands that change visits but no register: what was looked up of the children stays true.
VISITS = (RecordVisit, RecordSession, UndoEntry, ConfirmRisk)
# What has been saved on the way stays: of these it is not said that nothing is.
LEFT = {
    "settle": "settle.left", "recheck": "recheck.left", "event_door": "acara.door_left",
    "siaran_except": "siaran.except_left", "erase": "erase.left", "stop": "stop.left",
}  # fmt: skip
# What a talk that has ended in nothing says.
NOTHING = {
    "settle": "settle.kept",
    "died": "settle.kept",
    "siaran_which": "siaran.nobody_chosen",
    "siaran_except": "siaran.except_left",
    "erase": "erase.left",
}
WAITING, BESIDE = ("settle", "recheck"), ("unlisted", "died")  # questions about lines; talks that such lines led to
MOST_FLOWS = 8  # one flow may lead to the next; a circle is a bug


@dataclass(frozen=True)
class Where:
    """What a talk needs besides the book: the flows, and settings that change what is said."""

    flows: Mapping[str, Flow]
    explain_first: str = "careful"
    demo: bool = False  # new codes may be kept in clear for the emulator page
    consent_days: int = 60
    call_minutes: int = 480


def waits(session: Session) -> bool:
    """Is what she sent not yet dealt with? Then it is asked on, whatever she looks at or does in between."""
    return session.flow in WAITING or (session.flow in BESIDE and "queue" in session.answers)


class Talk:
    """One message of one address, with everything needed to answer it."""

    def __init__(self, tx: Tx, row: Row, person: Known | None, kept: Row, now: int, where: Where) -> None:
        """`kept`: where her talk stands (storage.meeting)."""
        self.tx, self.row, self.person, self.now, self.where = tx, row, person, now, where
        self.words: Catalogue = catalogue(person.language if person else "id")
        self.today = local(now, person.zone if person else "Asia/Jakarta").date()
        self.session = Session.load(kept.data)
        self._version = kept.version or 0
        self._asked_at = kept.asked_at
        self.asked = kept.asked  # the message that carries the open question
        self._look: LookEvents | None = None
        self.says: list[Say] = []
        self.actions: list[tuple[str, str]] = []
        self.media: dict[str, Any] | None = None
        self.extra: dict[str, Any] = {}
        self.question: dict[str, Any] | None = None

    # -- flows ---------------------------------------------------------------------------------------------------

    @property
    def look(self) -> LookEvents:
        """The book as this person may read it; read anew after every command."""
        if self._look is None:
            scope = self.person.scope if self.person else Scope(None)
            self._look = LookEvents(self.tx, scope, self.today, self.now)
        return self._look

    def start(self, flow: str, seed: dict[str, Any] | None = None, *, park: bool = False) -> None:
        """Begin a flow; what it asks first goes on the screen. `park`: the talk under way goes on afterwards; if not,
        only what waits for an answer of hers does, and she is told."""
        before = self.session if self.session.flow else None
        kept = before if park else before and before.first(waits)
        self.session = replace(Session.start(flow, seed), parked=kept)
        self.go(None)
        if not park:
            self._left_behind(before, kept)

    def _left_behind(self, before: Session | None, kept: Session | None) -> None:
        """Said when she goes on to another talk: what still waits, and that a half-typed weighing is not saved."""
        if kept is not None and self.session.parked is kept:
            self.says.append(("settle.waits", {}))
        if before is not None and before.flow == "weighing" and "weight" in before.answers:
            self.says.append(("weighing.unsaved", {}))

    def look_aside(self, flow: str, seed: dict[str, Any] | None = None) -> None:
        """Begin what one of her words stands for. After a mere look, which asks nothing, the talk under way goes on."""
        before = self.session
        begun = waits(before) or (before.flow not in (None, "menu") and before.begun)
        if not begun:
            self.start(flow, seed)
            return
        self.session = replace(Session.start(flow, seed), parked=before)
        self.go(None)
        if self.session.parked is not before:
            return  # it has said what it had to say, and her question stands below it
        waiting = before.first(waits)
        self.session = replace(self.session, parked=waiting)
        self._left_behind(before, waiting)

    def go(self, said: Said | None) -> None:
        """Run the flow with what was said, and any flow that follows."""
        for _ in range(MOST_FLOWS):
            flow = self.where.flows[self.session.flow or ""]
            result = resume(flow, self.look, self.session, said, self.words)
            if isinstance(result, Showing):
                self._show(result)
                return
            self.session = self._after(result)
            if self.session.flow not in self.where.flows:
                return
            said = None
        raise RuntimeError("flows lead to each other in a circle")

    def step_back(self) -> None:
        result = back(self.where.flows[self.session.flow or ""], self.look, self.session)
        if isinstance(result, Showing):
            self._show(result)

    def _show(self, showing: Showing) -> None:
        self.session = showing.session
        self.question = screen.put(showing.question)

    def _after(self, result: Finished) -> Session:
        """Carry out what a flow ended in; the talk that goes on now, an empty one when there is none."""
        parked, done = self.session.parked, result.done
        if result.cancelled:
            return self.dropped()
        outcome = self.do(done.command) if done.command is not None else None
        # What was refused of one child says nothing about those that wait behind her.
        following = outcome is None or not outcome.failed or "queue" in done.seed
        then = Session.start(str(done.then), dict(done.seed)) if following and done.then in self.where.flows else None
        if then is not None:
            then = replace(then, parked=parked)
        elif done.command is None and parked is None and self.session.flow != "recheck":
            self.says.append((NOTHING.get(self.session.flow or "", "nothing_to_do"), {}))
        if outcome is not None and outcome.follow is not None:
            flow, seed = outcome.follow
            return replace(Session.start(flow, seed), parked=then or parked)
        return then or parked or Session()

    def dropped(self) -> Session:
        """What goes on when the entry under way is dropped: the talk that waited, or weighing with its next child."""
        before = self.session
        if before.flow in BESIDE and waits(before):  # of several lines this one is dropped, the others are asked
            self.says.append(("settle.one_left", {}))
            rest = before.answers["queue"].value
            following = Session.start("settle", {"queue": rest}) if rest else None
            return replace(following, parked=before.parked) if following else before.parked or Session()
        self.says.append((LEFT.get(before.flow or "", "cancelled"), {}))
        if before.parked is not None or before.flow != "weighing":
            return before.parked or Session()
        return Session.start(
            "weighing", {k: a.value for k, a in before.answers.items() if a.seeded and k in ("day", "of_day")}
        )

    def do(self, command: object) -> Outcome:
        """Carry out a command and say what came of it."""
        person = self.person or people.NOBODY
        desk = Desk(
            self.tx, self.now, self.today, person, self.row.id, self.where.explain_first, self.row.address_id,
            self.where.demo, self.where.consent_days, self.where.call_minutes,
        )  # fmt: skip
        outcome = handlers.carry_out(command, desk)
        if outcome.became is not None:
            self.person = people.load(self.tx, outcome.became, self.now)
        if self._look is not None and isinstance(command, VISITS):
            self._look.forget_visits()
        else:
            self._look = None
        self.says += outcome.says
        self.actions += outcome.actions
        self.media = outcome.media or self.media
        return outcome

    def become_nobody(self) -> None:
        """What follows is said by somebody else than the person of this address: of her talk nothing is left."""
        self.person, self.session, self._look = None, Session(), None

    def show_again(self) -> None:
        """The open question stays open, and is shown again below what is said."""
        if self.session.flow in self.where.flows and self.question is None:
            self.go(None)

    def in_time(self) -> bool:
        """A button names its question; a typed reply counts only if the question had been sent when it was heard."""
        if self.row.pick is not None:
            return True
        return self._asked_at is not None and self._asked_at <= self.row.arrived_at

    # -- the reply -----------------------------------------------------------------------------------------------

    def reply(self) -> str:
        asked = self.asked
        if self.says or self.question or self.media:
            message = outbox.Message(
                "reply",
                tuple(self.says),
                self.question,
                self.media,
                person_id=self.person.id if self.person else None,
                address_id=self.row.address_id,
                incoming_id=self.row.id,
                extra={"actions": self.actions, **self.extra},
                once=None if self.row.private else f"group:{self.row.address_id}:{self.today}",
            )
            put = outbox.put(self.tx, message, self.now)
            asked = put if self.question else asked
        open_question = self.session.flow is not None
        sessions.save(
            self.tx,
            self.row.address_id,
            self.session.dump(),
            self._version + 1,
            asked if open_question else None,
            self.now,
        )
        return ""
