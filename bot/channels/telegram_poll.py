"""Long polling that loses nothing: a batch is confirmed only after it has been committed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bot.channels.port import ChannelError, Heard, Misconfigured, SlowDown
from bot.channels.telegram_heard import heard_from_updates, next_offset, pick_id

log = logging.getLogger(__name__)

# What was heard, and the offset from which receiving goes on: to be committed together.
Hear = Callable[[list[Heard], int], Awaitable[None]]
LONGEST_PAUSE = 30.0


async def poll(
    get_updates: Callable[[int], Awaitable[list[Any]]],
    hear: Hear,
    answer_pick: Callable[[Heard], Awaitable[None]],
    *,
    start: int = 0,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Fetch, let `hear` commit, answer the buttons, confirm with the next fetch; for ever, until cancelled.

    `start` is the offset that the last `hear` was told, so that a restart goes on where it stopped; what was not
    confirmed comes again, and the inbox's unique key drops repeats.
    Trouble of Telegram's or of the database's is waited out (1, 2, 4 ... 30 seconds); `Misconfigured` (a wrong token, a
    webhook that is set) ends the loop, because waiting cannot mend it.
    """
    offset, pause = start, 1.0
    while True:
        try:
            updates = await get_updates(offset)
            heard = heard_from_updates(updates, arrived=time.time_ns() // 1_000_000)
            moved = next_offset(updates, offset)
            if heard:
                await hear(heard, moved)
        except Misconfigured:
            raise
        except SlowDown as error:
            await sleep(error.seconds)
        except ChannelError as error:
            log.warning("Telegram updates: %s; again in %g s", error.reason, pause)
            await sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        except Exception:
            log.exception("updates could not be stored; Telegram keeps them, again in %g s", pause)
            await sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        else:
            pause = 1.0
            if updates:
                await asyncio.gather(*(answer_pick(one) for one in heard if pick_id(one)))
                if moved == offset:  # a batch without a single usable id would come again at once
                    await sleep(LONGEST_PAUSE)
                offset = moved
