"""What commands that work on the book share: opening it, and saying how far long work has come."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from bot.app import open_book
from bot.clock import Clock, DemoClock, MachineClock
from bot.locales import Catalogue
from bot.settings import Settings
from storage.store import Store


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[tuple[Store, int]]:
    """The book and the moment it is there."""
    store, is_demo = open_book(settings)
    clock: Clock = DemoClock(store) if is_demo else MachineClock()
    try:
        yield store, clock.now()
    finally:
        store.close()


def progress(words: Catalogue, key: str) -> Callable[[int, int], None]:
    """Says how far it is, once a second at most and at the end."""
    told = [0.0]

    def tell(done: int, total: int) -> None:
        if done == total or time.monotonic() - told[0] >= 1:
            told[0] = time.monotonic()
            print(words.say(key, done=done, total=total), file=sys.stderr)

    return tell
