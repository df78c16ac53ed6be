"""What a picture costs: CPU of the first chart and of the next ones, size of the PNG, how long others wait meanwhile.

Run: python -m benchmarks.pictures. Goal: 60 ms CPU a chart. The child differs from call to call; each warm number is
the median of three rounds' medians.
"""

import asyncio
import time
from datetime import date, timedelta
from statistics import median
from typing import get_args

from bot.pictures import Point, growth_chart, poster, qr_picture
from bot.pictures.backdrop import backdrop
from bot.pictures.charts import Audience, ChartName
from posyandu.anthropometry import Indicator, Sex, lms, value_at

GOAL_MS = 60
ROUNDS, CALLS = 3, 15
BORN = date(2023, 1, 5)
NAMES: dict[ChartName, range] = {
    "bb_u_0_24": range(1, 21),
    "bb_u_24_60": range(25, 45),
    "tb_u_0_24": range(1, 21),
    "tb_u_24_60": range(25, 45),
    "bb_tb": range(25, 45),
}


def child(months: range, number: int) -> list[Point]:
    """Twenty monthly visits of a child that differs with `number`."""
    points = []
    for month in months:
        day = month * 30 + number % 9
        weight = value_at(-1 + number % 7 / 4, lms(Indicator.WFA, Sex.BOY, day))
        length = value_at(-1 + number % 5 / 4, lms(Indicator.LFA, Sex.BOY, day))
        points.append(Point(BORN + timedelta(days=day), round(weight * 1000), round(length * 10), None))
    return points


def draw(name: ChartName, audience: Audience, number: int) -> bytes:
    return growth_chart(
        name,
        audience=audience,
        sex="L",
        birth=BORN,
        points=child(NAMES[name], number),
        title=f"Anak ke-{number}",
        bottom=f"{number} bln · NAIK (N)" if audience == "petugas" else "",
        tone="baik",
        next_day="Selasa, 8 Desember 2026",
    )


def cpu_ms(name: ChartName, audience: Audience) -> tuple[float, float, float]:
    """Milliseconds of the first chart and of a warm one, and the kilobytes of the last."""
    backdrop.cache_clear()
    start = time.process_time()
    draw(name, audience, 0)
    first = time.process_time() - start
    rounds = []
    size = 0
    for turn in range(ROUNDS):
        times = []
        for number in range(CALLS):
            start = time.process_time()
            size = len(draw(name, audience, turn * CALLS + number + 1))
            times.append(time.process_time() - start)
        rounds.append(median(times))
    return first * 1000, median(rounds) * 1000, size / 1024


async def longest_wait_ms() -> float:
    """The longest time the event loop stood still while twenty charts were drawn in a thread."""
    longest, done = 0.0, False

    async def watch() -> None:
        nonlocal longest
        while not done:
            before = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - before)

    draw("bb_u_0_24", "petugas", 0)
    watcher = asyncio.create_task(watch())
    for number in range(20):
        await asyncio.to_thread(draw, "bb_u_0_24", "petugas", number)
    done = True
    await watcher
    return longest * 1000


def main() -> None:
    draw("bb_u_0_24", "petugas", 0)
    print(f"{'chart':28}{'first ms':>10}{'warm ms':>10}{'PNG KB':>8}   goal {GOAL_MS} ms warm")
    for audience in get_args(Audience):
        for name in NAMES if audience == "petugas" else ("bb_u_0_24", "bb_u_24_60"):
            first, warm, size = cpu_ms(name, audience)
            verdict = "ok" if warm <= GOAL_MS else "OVER"
            print(f"{audience + ' ' + name:28}{first:10.0f}{warm:10.1f}{size:8.0f}   {verdict}")
    start = time.process_time()
    size = len(qr_picture("https://t.me/PosyanduBot?start=K7QMX2PA", "Gabung")) / 1024
    print(f"{'qr_picture':28}{(time.process_time() - start) * 1000:10.0f}{'':10}{size:8.0f}")
    start = time.process_time()
    size = len(poster("Posyandu Anyelir", [], "https://t.me/PosyanduBot?start=K7QMX2PA")) / 1024
    print(f"{'poster':28}{(time.process_time() - start) * 1000:10.0f}{'':10}{size:8.0f}")
    print(f"event loop's longest wait while drawing in a thread: {asyncio.run(longest_wait_ms()):.0f} ms")


if __name__ == "__main__":
    main()
