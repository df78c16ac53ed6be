"""The kernel of the talk. A flow is a plain function that runs from the top on every message.

Three rules carry it:

1. A reply is filed under the question that was on the screen; then the flow runs from the top.
2. An answer belongs to the question as it was read: same key, same subject. Otherwise it is asked again.
3. A flow asks, looks and decides. It ends in one command; it never writes and never sends.

Standard library only; knows no words, no channel, no database and no clock.
"""

from bot.dialogue.ask import Ask, Done, Flow
from bot.dialogue.hear import Said
from bot.dialogue.question import Note, Option, Question
from bot.dialogue.run import Finished, Showing, back, resume
from bot.dialogue.session import Session

__all__ = [
    "Ask", "Done", "Finished", "Flow", "Note", "Option", "Question", "Said", "Session", "Showing", "back", "resume",
]  # fmt: skip
