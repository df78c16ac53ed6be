"""The gate in front of a channel: who is answered or warned goes before who waits to hear what many hear."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channels.pace import Pace, Pacer
from bot.channels.port import SlowDown
from bot.gate import Gate
from bot.lookahead import Lookahead

MANY, ALERT = 5, 0


def shut(seconds: float, rate: float = 200) -> tuple[Pacer, Gate]:
    """A gate that opens in a moment."""
    pacer = Pacer(Pace(rate, 1.0))
    pacer.pause(seconds, time.monotonic())
    return pacer, Gate(pacer)


def held_up(seconds: float) -> None:
    """The machine does something else."""
    time.sleep(seconds)


async def passes(gate: Gate, chat: str, prio: int, order: list[str], *, patient: bool = False) -> None:
    await gate.through(chat, prio, patient=patient, beside=lambda: order.append(f"{chat} waits alone"))
    order.append(chat)


async def test_an_alert_goes_before_all_that_came_earlier() -> None:
    _, gate = shut(0.05)
    order: list[str] = []
    many = [asyncio.create_task(passes(gate, f"p{n}", MANY, order)) for n in range(6)]
    await asyncio.sleep(0)
    await asyncio.gather(passes(gate, "alert", ALERT, order), *many)
    assert order == ["alert", "p0", "p1", "p2", "p3", "p4", "p5"]


async def test_one_chat_waits_alone_and_holds_up_nobody() -> None:
    pacer, gate = shut(0.0)
    order: list[str] = []
    pacer.sent("twice", time.monotonic() - 0.8)
    await asyncio.gather(passes(gate, "twice", ALERT, order), passes(gate, "other", MANY, order))
    assert order == ["twice waits alone", "other", "twice"]


async def test_whoever_gives_up_leaves_the_gate_to_the_next() -> None:
    _, gate = shut(0.05)
    order: list[str] = []
    gone, stays = (asyncio.create_task(passes(gate, chat, MANY, order)) for chat in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait_for(stays, 5)
    assert order == ["stays"]


async def test_a_sender_held_up_on_the_way_out_holds_the_window_open_longer() -> None:
    pacer = Pacer(Pace(1, 0.0))
    gate, left = Gate(pacer), list[float]()

    async def send() -> None:
        await gate.through("a", MANY, patient=True, beside=lambda: None)
        held_up(0.2)
        left.append(time.monotonic())
        await asyncio.sleep(0)

    await asyncio.gather(send(), send())
    assert left[1] - left[0] >= 1.0 + 0.2


async def test_a_long_pause_sends_everybody_back_into_line() -> None:
    pacer, gate = shut(0.05)
    order: list[str] = []
    waits = asyncio.create_task(passes(gate, "p0", MANY, order))
    await asyncio.sleep(0)
    pacer.slow_down(60, time.monotonic())
    with pytest.raises(SlowDown):
        await asyncio.wait_for(waits, 5)
    assert order == []


async def test_what_is_urgent_is_claimed_past_a_full_queue() -> None:
    ahead = Lookahead(Pacer(Pace(30, 1.0)))
    most, urgent = await ahead.room(0)
    assert (most > 0, urgent) == (True, False)
    ahead.claimed(set(range(most)), 0.0)
    assert await ahead.room(most) == (0, False)
    ahead.hurry()
    most, urgent = await ahead.room(most)
    assert (most > 0, urgent) == (True, True)
    assert await ahead.room(0) == (0, False), "asked once, looked once"
