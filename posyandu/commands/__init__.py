"""The verbs: a flow ends in one of these, and a handler of the same name does it. Nothing else changes the book.

One file per subject; every command is a frozen dataclass of plain values.
"""

from posyandu.commands.sessions import ConfirmRisk, RecordSession
from posyandu.commands.visits import (
    STATUSES,
    MarkExplained,
    RecordVisit,
    ShowChild,
    ShowMissing,
    ShowPicture,
    ShowRecap,
    UndoEntry,
    Value,
)

__all__ = [
    "STATUSES",
    "ConfirmRisk",
    "MarkExplained",
    "RecordSession",
    "RecordVisit",
    "ShowChild",
    "ShowMissing",
    "ShowPicture",
    "ShowRecap",
    "UndoEntry",
    "Value",
]
