"""Transcripts between two webs and two workers on PostgreSQL: each message is heard by the next web and answered by
whichever worker it falls on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations.scenes import EMPTY, arrange
from tests.conversations.test_conversations import CHATS, compare
from tests.conversations.transcript import perform
from tests.slow.talking_fleet import talking_fleet

pytestmark = pytest.mark.postgres
FEW = ("case_evening", "weighing_resume")
CODES = ("aid_packages",)  # its codes are counted in one process; tests/slow/test_many.py has it in two houses


@pytest.mark.parametrize(
    "chat",
    [
        pytest.param(c, id=c.stem, marks=() if c.stem in FEW else pytest.mark.proof)
        for c in CHATS
        if c.stem not in CODES
    ],
)
async def test_a_transcript_goes_the_same_between_four_processes(chat: Path, postgres_url: str, tmp_path: Path) -> None:
    async with talking_fleet(postgres_url, tmp_path, empty=chat.stem in EMPTY) as talks:
        arrange(talks, chat.stem)
        went = await perform(talks, chat)
        assert not talks.set_aside()
    compare(chat, went, update=False)
