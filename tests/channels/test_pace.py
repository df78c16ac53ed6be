"""The pacer against strict limits, on a clock that is moved by hand: a month of sends in a moment."""

from __future__ import annotations

import itertools
import random

import pytest

from bot.channels.pace import PACES, Pace, Pacer


def run(pacer: Pacer, count: int, *, tick: float = 0.0, chats: int = 1_000_000, start: float = 100.0) -> list[float]:
    """The instants of `count` sends by a loop that wakes at most `tick` seconds late (seeded)."""
    late = random.Random(7)
    now, sends = start, []
    for number in range(count):
        now += pacer.wait(str(number % chats), now) + late.random() * tick
        pacer.sent(str(number % chats), now)
        sends.append(now)
    return sends


def most_in_a_second(sends: list[float]) -> int:
    """The most sends in any window of one second: what a strict provider counts."""
    most, first = 0, 0
    for last, at in enumerate(sends):
        while sends[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("tick", [0.0, 0.02, 0.3])
def test_never_above_the_rate_in_any_second(channel: str, tick: float) -> None:
    pace = PACES[channel]
    assert most_in_a_second(run(Pacer(pace), 3000, tick=tick)) <= pace.per_second


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_the_allowed_rate_is_used(channel: str) -> None:
    sends = run(Pacer(PACES[channel]), 3000)
    rate = (len(sends) - 1) / (sends[-1] - sends[0])
    assert rate >= 0.98 * PACES[channel].per_second


def test_late_wake_ups_cost_little_rate() -> None:
    sends = run(Pacer(PACES["telegram"]), 3000, tick=0.02)
    assert (len(sends) - 1) / (sends[-1] - sends[0]) >= 0.97 * 30


def test_what_was_late_once_is_made_good() -> None:
    """A moment of 90 ms in which nothing left: half a minute later nobody is late because of it."""
    pacer, now = Pacer(Pace(80, 0.0)), 100.0
    sends = []
    for number in range(4000):
        late = 0.09 if number == 1000 else 0.0
        now += pacer.wait(str(number), now) + late
        pacer.sent(str(number), now)
        sends.append(now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(sends[3000:])]
    assert max(gaps) < 1.5 * min(gaps), "evenly spread again"


def test_a_request_that_left_late_counts_from_when_it_left() -> None:
    pacer = Pacer(Pace(2, 0.0))
    pacer.sent("a", 100.0)
    pacer.left(100.4)  # the machine was busy with something else
    pacer.sent("b", 100.5)
    assert 100.5 + pacer.wait("c", 100.5) >= 101.4


def test_one_chat_hears_one_message_a_second_and_does_not_hold_up_others() -> None:
    pacer = Pacer(Pace(30, 1.0))
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(run(pacer, 10, chats=1)))
    pacer = Pacer(Pace(30, 1.0))
    pacer.sent("a", 5.0)
    assert pacer.wait("a", 5.2) == pytest.approx(0.8)
    assert pacer.wait("b", 5.2) == 0.0
    assert pacer.wait_any(5.2) == 0.0


def test_retry_after_stops_everybody_and_then_goes_on() -> None:
    pacer = Pacer(PACES["telegram"])
    run(pacer, 10, start=100.0)
    pacer.slow_down(7, 101.0)
    assert pacer.wait("anyone", 101.0) == pytest.approx(7.0)
    pacer.slow_down(2, 102.0)
    assert pacer.wait("anyone", 102.0) == pytest.approx(6.0), "a shorter pause does not lift a longer one"
    assert pacer.wait("anyone", 108.0) == 0.0


def test_after_a_pause_there_is_no_burst() -> None:
    pacer = Pacer(PACES["telegram"])
    run(pacer, 30)
    assert most_in_a_second(run(pacer, 200, start=500.0)) <= 30
    first_tenth = [at for at in run(Pacer(PACES["telegram"]), 200, start=500.0) if at < 500.1]
    assert len(first_tenth) <= 7


def test_the_margin_grows_with_trouble_and_shrinks_without() -> None:
    pacer = Pacer(Pace(100, 0.0))

    def rate() -> float:
        sends = run(pacer, 500, start=next(starts))
        return 499 / (sends[-1] - sends[0])

    starts = itertools.count(1000.0, 1000.0)
    calm = rate()
    for _ in range(3):
        pacer.slow_down(0.1, next(starts))
    careful = rate()
    run(pacer, 20_000, start=next(starts))
    assert careful < 0.9 * calm
    assert rate() == pytest.approx(calm, rel=0.01)


def test_a_month_of_chats_is_not_kept_in_memory() -> None:
    pacer = Pacer(PACES["telegram"])
    run(pacer, 30_000)
    assert len(pacer._last) <= 5001
