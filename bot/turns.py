"""One turn = one transaction: the oldest open message of an address, and everything that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.clock import Clock
from bot.files import NeedsFile
from bot.moments import moment
from bot.reading import answer
from bot.talk import Talk, Where
from storage import inbox, outbox, people, sessions
from storage.failures import passing
from storage.sql import Row
from storage.store import Store, Tx

log = logging.getLogger("posyandu.turns")
AT_ONCE = 16


class Turns:
    """Takes messages from the inbox until there is none."""

    def __init__(self, store: Store, clock: Clock, where: Where) -> None:
        self._store = store
        self._clock = clock
        self._where = where

    def some(self) -> int:
        """Up to sixteen talks in one group commit; how many messages were dealt with."""
        if self._store.dialect == "postgresql":
            return self._one_by_one()
        waiting = self._store.read(lambda tx: int(tx.value(inbox.OPEN)))
        if not waiting:
            return 0
        works: list[Callable[[Tx], int]] = [self.one] * min(waiting, AT_ONCE)
        done = self._store.write_all(works)
        moment("after_turn_commit")
        for result in done:
            if isinstance(result, Exception):
                raise result
        return sum(n for n in done if isinstance(n, int))

    def _one_by_one(self) -> int:
        """On PostgreSQL each is a transaction of its own: other processes take the talks beside."""
        done = 0
        while done < AT_ONCE and self._store.write(self.one):
            done += 1
            moment("after_turn_commit")
        return done

    def one(self, tx: Tx) -> int:
        """One message; 0 when none is open."""
        row = inbox.claim(tx)
        if row is None:
            return 0
        now = self._clock.now()
        try:
            with tx.savepoint():
                note = self._answer(tx, row, now)
                inbox.done(tx, row.id, now, note)
        except NeedsFile:
            inbox.wait_for_file(tx, row.id)
        except Exception as error:
            if passing(error):
                raise
            # Our bug: logged with the message's id, kept for the operator; the person is freed and told.
            log.exception("message %s is set aside", row.id)
            self._free(tx, row, now, error)
        moment("before_turn_commit")
        return 1

    def _answer(self, tx: Tx, row: Row, now: int) -> str:
        person = people.load(tx, row.person_id, now)
        return answer(Talk(tx, row, person, now, self._where))

    def _free(self, tx: Tx, row: Row, now: int, error: Exception) -> None:
        inbox.set_aside(tx, row.id, now, f"{type(error).__name__}: {error}")
        sessions.forget(tx, row.address_id, now)
        if row.event is None and row.private:
            sorry = outbox.Message("reply", (("sorry", {}),), address_id=row.address_id, incoming_id=row.id)
            outbox.put(tx, sorry, now)
