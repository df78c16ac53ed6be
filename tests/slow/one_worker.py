"""One process of the job engine alone, with work that waits 50 ms and then leaves a line in a file.

python -m tests.slow.one_worker DATABASE_URL EFFECTS TICK_SECONDS
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

from bot.engine import Engine
from bot.runner import Work
from storage.store import open_store

WAITS_S = 0.05


async def main(url: str, effects: str, tick_seconds: int) -> None:
    store = open_store(url)
    store.has_jobs = True
    file = os.open(effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def line(what: str) -> None:
        os.write(file, f"{what}\t{time.time():.3f}\n".encode())

    async def job(number: int) -> int:
        await asyncio.sleep(WAITS_S)
        line(f"job {number}")
        return 1

    async def tick() -> None:
        line("tick")

    async def nothing() -> None:
        pass

    async def none() -> int:
        return 0

    async def no_siaran(number: int) -> None:
        return None

    engine = Engine(store, Work(tick, no_siaran, job, none, nothing, nothing), tick_seconds)
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await engine.start()
    await over.wait()
    await engine.stop()
    store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
