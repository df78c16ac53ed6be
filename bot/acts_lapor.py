"""Lapor in words and buttons: a photo for the report just made, the officer's taps, "rekap lapor"."""

from __future__ import annotations

import json

from bot.files import file_of
from bot.handlers.lapor import PHOTO_MS
from bot.talk import Talk
from posyandu.commands.lapor import AddPhoto, MoveReport, ShowReports
from posyandu.people import Role
from posyandu.reports import STATES
from storage import reports

COUNTS = {"rekap lapor", "rekap laporan", "laporan warga", "laporan", "daftar laporan"}
FLOW_WORDS = {"petugas lapor": "lapor_officer"}


def file(talk: Talk) -> bool:
    """A picture right after a report belongs to it."""
    heard = json.loads(talk.row.file or "{}")
    if talk.person is None or heard.get("kind") != "image":
        return False
    found = talk.tx.value(reports.WANTS_PHOTO, person_id=talk.person.id, since=talk.now - PHOTO_MS)
    if found is None or file_of(talk.tx, talk.row) is None:
        return False
    talk.do(AddPhoto(found, talk.row.id))
    talk.show_again()
    return True


def word(talk: Talk, text: str) -> bool:
    """Counts of the widest place of hers."""
    if " ".join(text.casefold().split()) not in COUNTS or talk.person is None:
        return False
    own = [p.area for p in talk.person.scope.posts if p.area is not None and p.role is not Role.OPERATOR]
    codes = own or [p.area for p in talk.look.report_places() if p.area]
    if not codes:
        talk.says.append(("lapor.none", {}))
    for code in codes[:3]:
        talk.do(ShowReports(code))
    return True


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """ "!lapor:7:diproses", "!lapor:sheet:32.01"."""
    if name != "lapor":
        return False
    if parts[0] == "sheet":
        talk.do(ShowReports(parts[1], sheet=True))
        return True
    if parts[1] not in STATES:
        raise ValueError(parts[1])
    outcome = talk.do(MoveReport(int(parts[0][:12]), parts[1]))
    if outcome.follow is not None:
        talk.start(*outcome.follow, park=True)
    return True
