"""How fast a channel may be sent to: never more than its rate in any second, never twice at once to one chat.

Pure: every call is told the time (seconds on any steady clock), so it can be tested without waiting. Who goes first is
not decided here but by delivery; this only says when the next message may go.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """A provider's limits: messages a second over all chats, and seconds between two messages to one chat."""

    per_second: float
    chat_gap: float


# Telegram publishes about 30 a second over all and 1 a second in one chat; Twilio 80 a second for one WhatsApp sender.
PACES: dict[str, Pace] = {
    "telegram": Pace(per_second=30, chat_gap=1.0),
    "whatsapp": Pace(per_second=80, chat_gap=0.0),
    "emulator": Pace(per_second=1000, chat_gap=0.0),
    "terminal": Pace(per_second=1000, chat_gap=0.0),
}

_NARROW = 1.015  # seconds that must hold no more than one second's worth: absorbs the jitter of the way there
_SLACK = 0.005  # the even rate is slower by so much a second, or whoever was late once would be late for ever
_WIDE = 1.5
_CHATS_KEPT = 5000


class Pacer:
    """The gate in front of one bot or sender. Ask `wait`, send, tell `sent`; tell `slow_down` when it was too fast.

    The strict rule is a sliding window over the instants of real sends; below it sends are spread evenly, with a small
    allowance for late ticks, so that an alert does not wait behind a burst. The even rate is a little slower than the
    window allows: at the very same rate a send that was late makes the one a window later late, and that the next, and
    what is lost by each is never made good. Every `slow_down` widens the window a little, every thousand sends without
    one narrow it again: the margin finds itself.
    """

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._window = _NARROW
        self._instants: deque[float] = deque(maxlen=max(1, int(pace.per_second)))
        self._due = 0.0  # when the next send is due at an even rate
        self._paused_until = 0.0
        self._last: dict[str, float] = {}
        self._calm = 0

    def wait(self, chat: str, now: float) -> float:
        """Seconds until a message to `chat` may go; 0.0 means now."""
        return max(self.wait_any(now), self.wait_chat(chat, now))

    def wait_chat(self, chat: str, now: float) -> float:
        """Seconds until this chat alone may hear the next."""
        return max(0.0, self._last.get(chat, float("-inf")) + self.pace.chat_gap - now)

    def wait_any(self, now: float) -> float:
        """Seconds until a message to a chat that has heard nothing lately may go."""
        return max(0.0, self._open_at() - now)

    def sent(self, chat: str, now: float) -> None:
        """A request to `chat` leaves now, whatever comes of it."""
        self._instants.append(now)
        self._due = max(self._due, now) + self._gap()
        if self.pace.chat_gap:
            self._last[chat] = now
            if len(self._last) > _CHATS_KEPT:
                self._last = {name: at for name, at in self._last.items() if at > now - self.pace.chat_gap}
        self._calm += 1
        if self._calm >= 1000:
            self._calm, self._window = 0, max(_NARROW, self._window - 0.05)

    def left(self, now: float) -> None:
        """The request told of last is certainly on its way: on a busy machine that may be long after `sent`."""
        if self._instants:
            self._instants[-1] = max(self._instants[-1], now)

    def change(self, pace: Pace) -> None:
        """Another rate from now on; what was sent in the last second still counts."""
        self.pace = pace
        self._instants = deque(self._instants, maxlen=max(1, int(pace.per_second)))

    def pause(self, seconds: float, now: float) -> None:
        """Another process was asked for a pause: it holds here, too."""
        self._paused_until = max(self._paused_until, now + seconds)

    def slow_down(self, seconds: float, now: float) -> None:
        """The provider asks for a pause: it holds for every chat, and the margin grows."""
        self.pause(seconds, now)
        self._window = min(_WIDE, self._window + 0.05)
        self._calm = 0

    def _gap(self) -> float:
        return (self._window + _SLACK) / self.pace.per_second

    def _open_at(self) -> float:
        allowance = max(1.0, self.pace.per_second / 10)
        opens = max(self._paused_until, self._due - allowance * self._gap())
        if len(self._instants) == self._instants.maxlen:
            opens = max(opens, self._instants[0] + self._window)
        return opens
