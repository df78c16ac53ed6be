"""The verbs: a flow ends in one of these, and a handler of the same name does it. Nothing else changes the book.

One file per subject; every command is a frozen dataclass of plain values.
"""

from posyandu.commands.sessions import ConfirmRisk, LetRecheckGo, RecordSession
from posyandu.commands.sheets import DropSheet, ExportNames, ExportNumbers, MapSheet, ReadSheet, SendSheet, StoreSheet
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
    "DropSheet",
    "ExportNames",
    "ExportNumbers",
    "LetRecheckGo",
    "MapSheet",
    "MarkExplained",
    "ReadSheet",
    "RecordSession",
    "RecordVisit",
    "SendSheet",
    "ShowChild",
    "ShowMissing",
    "ShowPicture",
    "ShowRecap",
    "StoreSheet",
    "UndoEntry",
    "Value",
]
