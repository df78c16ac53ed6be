"""Whole talks through the real turn, book and outbox, on every channel's form, by tap, by name and by number.

`pytest tests/conversations --update` writes the answers into the transcripts; read the difference before it is kept.
"""

from __future__ import annotations

import difflib
import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import screen, talk
from bot.channels.port import Reach
from bot.channels.reach import REACH
from bot.channels.render import units
from bot.dialogue import Session
from bot.locales import catalogue
from tests.conversations.scenes import EMPTY, arrange, empty_book, plain_codes
from tests.conversations.transcript import Hand, perform
from tests.house import DemoHouse, Seen, demo_house, sheets_at_once

CHATS = sorted(Path(__file__).parent.glob("*.chat"))
WAYS = [("telegram", Hand.NAME), ("whatsapp", Hand.TAP), ("terminal", Hand.NUMBER)]
LONGEST_READ = 700  # characters of one bubble that a kader still reads between two children


@pytest.fixture(autouse=True)
def every_turn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow is pure and a session is JSON: each turn is run again from the session's text and must come out alike."""
    resume, back = talk.resume, talk.back

    def resume_twice(flow: Any, look: Any, session: Session, said: Any, words: Any) -> Any:
        first = resume(flow, look, session, said, words)
        assert resume(flow, look, Session.load(session.dump()), said, words) == first
        return first

    monkeypatch.setattr("storage.aid.new_code", plain_codes())

    def back_twice(flow: Any, look: Any, session: Session) -> Any:
        first = back(flow, look, session)
        assert back(flow, look, Session.load(session.dump())) == first
        return first

    monkeypatch.setattr(talk, "resume", resume_twice)
    monkeypatch.setattr(talk, "back", back_twice)


def fits(seen: Seen, reach: Reach) -> None:
    """Would the channel take this message as it is?"""
    assert units(seen.text) <= (reach.caption_chars if seen.media else reach.text_chars), seen
    assert len(seen.text) <= LONGEST_READ or "\n1. " in seen.text, f"too long to read: {seen.text}"
    titles = seen.titles
    assert len(set(titles)) == len(titles), seen
    if titles:
        assert seen.text or seen.media, "buttons need words above them"
        assert all(len(pick.encode()) <= 64 for pick, _ in seen.buttons), seen
        longest = max(units(title) for title in titles)
        as_buttons = len(titles) <= reach.buttons and longest <= reach.button_chars
        as_list = len(titles) <= reach.rows and longest <= reach.row_chars
        assert as_buttons or as_list, seen
        assert not reach.choice_chars or units(seen.text) <= reach.choice_chars, seen
        assert not seen.media or reach.choices_beside_media, seen


@dataclass(frozen=True)
class Went:
    """How a talk went on the emulator, by tap: the transcript, the book after it, and what others were told."""

    text: str
    book: dict[tuple[str, str], int]
    told: list[tuple[str, list[str]]]
    broken: list[str]


_went: dict[Path, Went] = {}


def news(house: DemoHouse) -> list[tuple[str, list[str]]]:
    """Who was told what unasked. On WhatsApp some of it waits until she writes, with a note that it does."""
    return sorted((key, says) for key, _, says in house.told() if says)


def in_house(chat: Path, folder: Path, reach: Reach = REACH["emulator"]) -> AbstractAsyncContextManager[DemoHouse]:
    """The demo, or for the first day of all an empty book."""
    if chat.stem in EMPTY:
        return demo_house(folder, reach=reach, url=empty_book(folder), filled=True)
    return demo_house(folder, reach=reach)


async def usual(chat: Path, folder: Path) -> Went:
    """Performed once for all the comparisons."""
    if chat not in _went:
        async with in_house(chat, folder) as house:
            arrange(house, chat.stem)
            text = await perform(house, chat, check=lambda seen: fits(seen, REACH["emulator"]))
            broken = [row.note for row in house.set_aside()] + [row.reason for row in house.failed()]
            _went[chat] = Went(text, house.measures(), news(house), broken)
    return _went[chat]


def compare(chat: Path, went: str, *, update: bool) -> None:
    written = chat.read_text(encoding="utf-8")
    if update:
        chat.write_text(went, encoding="utf-8")
    elif went != written:
        changed = difflib.unified_diff(written.splitlines(), went.splitlines(), chat.name, "now", lineterm="")
        pytest.fail("\n".join(changed))


@pytest.mark.parametrize("chat", CHATS, ids=lambda path: path.stem)
async def test_the_talk_goes_as_it_is_written(chat: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    went = await usual(chat, tmp_path)
    assert not went.broken, "a message broke the house"
    compare(chat, went.text, update=pytestconfig.getoption("--update"))


HOW_SHE_IS = re.compile(r"\d (kg|gram|cm)\b|\bSD\b|BB/|TB/U|BGM|\b2T\b|[Gg]izi|LiLA|[Pp]endek|garis")
COUNTS = ("recap.", "digest.weighed", "help.")  # of nobody by name


def without_counts(says: Any) -> list[Any]:
    """What is said of people, without the figures of a whole posyandu."""
    out = []
    for key, values in says:
        if key == "lines":
            out.append([key, {"rows": without_counts(values["rows"])}])
        elif not key.startswith(COUNTS):
            out.append([key, values])
    return out


def told_too_much(house: DemoHouse) -> list[str]:
    """What staff would read on WhatsApp of how somebody is, without having asked for it."""
    found = []
    for body in house.bodies_to_staff():
        says = without_counts(body.get("says", ()))
        if body.get("full") or not says:
            continue
        shown = screen.bubbles({**body, "says": says, "question": None}, catalogue("id"), REACH["whatsapp"], None)
        found += [bubble.text for bubble in shown if HOW_SHE_IS.search(bubble.text)]
    return found


@pytest.mark.postgres
@pytest.mark.parametrize("chat", [c for c in CHATS if c.stem.startswith("people_")], ids=lambda path: path.stem)
async def test_people_on_postgresql(chat: Path, tmp_path: Path, postgres_demo_url: str) -> None:
    """Joining, consent, access and what is asked for on the other database: the same words, the same book."""
    went = await usual(chat, tmp_path)
    async with demo_house(tmp_path, url=postgres_demo_url, filled=True) as house:
        sheets_at_once(house)
        arrange(house, chat.stem)
        assert await perform(house, chat) == went.text
        assert house.measures() == went.book
        assert not house.set_aside()
        assert not house.failed()


@pytest.mark.parametrize(("channel", "hand"), WAYS, ids=str)
@pytest.mark.parametrize("chat", [c for c in CHATS if c.stem not in EMPTY], ids=lambda path: path.stem)
async def test_the_same_comes_of_it_everywhere(chat: Path, channel: str, hand: Hand, tmp_path: Path) -> None:
    """On another channel, with names or numbers typed for the buttons: the same book, and the same told to others."""
    went = await usual(chat, tmp_path)
    async with in_house(chat, tmp_path, REACH[channel]) as house:
        sheets_at_once(house)  # the usual talk has seen the real process
        arrange(house, chat.stem)
        await perform(house, chat, hand, check=lambda seen: fits(seen, REACH[channel]))
        assert house.measures() == went.book
        assert news(house) == went.told
        assert not house.set_aside()
        assert not house.failed()
        assert not told_too_much(house)
