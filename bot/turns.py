"""One turn = one transaction: the oldest open message of an address, and everything that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.clock import Clock
from bot.files import NeedsFile
from bot.moments import moment
from bot.reading import answer
from bot.role_menus import menu_of
from bot.talk import Talk, Where
from storage import inbox, meeting, outbox, role_menus, sessions
from storage.failures import met, passing
from storage.sql import Row
from storage.store import Store, Tx

log = logging.getLogger("posyandu.turns")
AT_ONCE = 16
MOST_MEETINGS = 4  # so often a message is taken again whose turn wrote what another had just written


class Undone(Exception):
    """A turn could not be finished; nothing of it stays, and its message is open again."""

    def __init__(self, row: Row, error: Exception) -> None:
        super().__init__(str(error))
        self.row, self.error = row, error


class Turns:
    """Takes messages from the inbox until there is none."""

    def __init__(self, store: Store, clock: Clock, where: Where) -> None:
        self._store = store
        self._clock = clock
        self._where = where
        self.wants_files = False  # a turn waits for a file that is to be fetched
        self._stumbled = False  # a turn of this group commit is undone: its message is open, to be settled first

    def some(self) -> tuple[int, bool]:
        """Up to sixteen talks in one group commit; how many messages were dealt with, and whether to look again."""
        if self._store.dialect == "postgresql":
            return self._one_by_one()
        waiting = self._store.read(lambda tx: int(tx.value(inbox.OPEN)))
        if not waiting:
            return 0, False
        self._stumbled = False
        works: list[Callable[[Tx], Row | None]] = [self.one] * min(waiting, AT_ONCE)
        found = self._store.write_all(works)
        moment("after_turn_commit")
        done = sum(self._seen_through(result) is not None for result in found)
        return done, done > 0

    def _one_by_one(self) -> tuple[int, bool]:
        """On PostgreSQL each is a transaction of its own: other processes take the talks beside."""
        for done in range(AT_ONCE):
            row = self._seen_through(self._store.write_all([self.one])[0])
            if row is None:
                return done, False
            moment("after_turn_commit")
            if not row.more:
                return done + 1, False
        return AT_ONCE, True

    def one(self, tx: Tx) -> Row | None:
        """One message; None when none is open."""
        if self._stumbled:
            return None
        now = self._clock.now()
        row = inbox.claim(tx, now)
        if row is None:
            return None
        try:
            self._answer(tx, row, now)
        except Exception as error:
            if passing(error):
                raise
            self._stumbled = self._store.dialect == "sqlite"
            raise Undone(row, error) from error
        moment("before_turn_commit")
        return row

    def _answer(self, tx: Tx, row: Row, now: int) -> None:
        person, kept = meeting.meet(tx, row.address_id, now)
        talk = Talk(tx, row, person, kept, now, self._where)
        if note := answer(talk):
            inbox.note(tx, row.id, note)
        if row.channel == "telegram" and talk.person is not None and menu_of(talk.person) != row.menu:
            role_menus.wanted(tx, row.address_id)

    def _seen_through(self, result: Row | Exception | None) -> Row | None:
        """A turn that was undone is settled in a transaction of its own."""
        if isinstance(result, Undone):
            undone = result
            self._store.write(lambda tx: self._settle(tx, undone))
            return undone.row
        if isinstance(result, Exception):
            raise result
        return result

    def _settle(self, tx: Tx, undone: Undone) -> None:
        row, error, now = undone.row, undone.error, self._clock.now()
        if isinstance(error, NeedsFile):
            inbox.wait_for_file(tx, row.id)
            self.wants_files = True
        elif met(error) and inbox.once_more(tx, row.id, MOST_MEETINGS):
            log.info("message %s met another at the same row; it is taken again", row.id)
        elif inbox.set_aside(tx, row.id, now, f"{type(error).__name__}: {error}"):
            # Our bug: logged with the message's id, kept for the operator; the person is freed and told.
            log.error("message %s is set aside", row.id, exc_info=error)
            sessions.forget(tx, row.address_id, now)
            if row.event is None and row.private:
                sorry = outbox.Message("reply", (("sorry", {}),), address_id=row.address_id, incoming_id=row.id)
                outbox.put(tx, sorry, now)
