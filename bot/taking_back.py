""" "hapus Azzam", "batal Azzam", "Azzam ga jadi pindah", "ga jadi pindah": her latest entry of a child taken back."""

from __future__ import annotations

import re

from sqlalchemy import bindparam

from bot.acts import BEFORE, LATEST, UNDO_WITHIN_MS
from bot.talk import Talk
from posyandu.commands import STATUSES, UndoEntry
from posyandu.queries import ChildView, VisitView, call_name
from storage.sql import Sql
from storage.tables import measurement

_NOT_AFTER_ALL = r"(?:g|ga|gak|ngga|nggak|enggak|tdk|tidak|ndak|tak|teu|ora)\s*jadi"
_TAKEN_BACK = re.compile(
    rf"^\s*(?:maaf\s*,?\s+)?(?:batal(?:kan)?|hapus(?:kan)?|cancel|urungkan|{_NOT_AFTER_ALL})\b[\s:,]*(?P<said>[^\d\n]{{2,60}})$"
    r"|^\s*(?P<who>[^\d\n]{2,40}?)\s+(?:di)?(?:hapus|batal)(?:kan|in)?(?:\s+(?:ya|aja|saja|dong|bu|dulu|deh))*\W*$"
    rf"|^\s*(?P<name>[^\d\n]{{2,40}}?)\s+(?:batal|{_NOT_AFTER_ALL})\s+(?P<what>[^\d\n]{{3,20}})$",
    re.IGNORECASE,
)
_FILLERS = re.compile(r"^(?:(?:aja|saja|yang|yg|data|datanya|catatan|punya|punyanya|si|itu|dong)\s+)+", re.IGNORECASE)
_STATUSES = {
    "pindah": "pindah", "sakit": "sakit", "pergi": "pergi", "lulus": "lulus", "absen": "tidak_hadir",
    "tidak hadir": "tidak_hadir", "meninggal": "meninggal",
}  # fmt: skip
OLDER_WITHIN_MS = 62 * 24 * 3600_000  # what is older is of a closed month

OF_CHILD = Sql(LATEST.limit(1).where(measurement.c.child_id == bindparam("child_id")))
OF_STATUS = Sql(
    LATEST.limit(9).where(measurement.c.field == bindparam("field"), measurement.c.value == bindparam("value"))
)


def words_of(text: str) -> tuple[str, str | None] | None:
    """The name that a line says to take back ("" for none), and the status that it names; None for other lines."""
    found = _TAKEN_BACK.match(text)
    if found is None:
        return None
    if found["who"] is not None:
        return (found["who"], None)
    if found["name"] is not None:
        what = _STATUSES.get(found["what"].strip().casefold())
        return (found["name"], what) if what else None
    said = found["said"].strip(" .!").casefold()
    return ("", _STATUSES[said]) if said in _STATUSES else (_FILLERS.sub("", found["said"]), None)


def take_back(talk: Talk, name: str, status: str | None, child: ChildView | None, filed: VisitView | None) -> bool:
    """Take back her latest entry of this child, or her latest status of this kind. A name says which entry is meant;
    without one it is done at once only right after it was written. `filed`: what stands there of the child. False when
    the words named nobody she wrote of."""
    assert talk.person is not None
    mine = {"person_id": talk.person.id, "since": talk.now - UNDO_WITHIN_MS}
    if status is not None:
        rows = talk.tx.all(OF_STATUS, **mine, field="status", value=STATUSES.index(status))
        words, its = name.casefold().split(), int(child.id) if child is not None else None
        last = next((r for r in rows if its in (None, r.child_id) and all(w in r.name.casefold() for w in words)), None)
    elif child is None:
        return False
    else:
        last = talk.tx.one(OF_CHILD, **mine, child_id=int(child.id))
        if last is None:
            _not_lately(talk, child, filed)
            return True
    if last is None:
        talk.says.append(("undo.nothing", {}))
    elif name or last.incoming_id == talk.tx.value(BEFORE, address_id=talk.row.address_id, row_id=talk.row.id):
        talk.do(UndoEntry(last.incoming_id, last.child_id))
    else:
        talk.says.append(("undo.which", {"child": {"id": str(last.child_id), "name": call_name(last.name)}}))
        talk.actions.append((f"!undo:{last.incoming_id}:{last.child_id}", "actions.undo"))
    return True


def _not_lately(talk: Talk, child: ChildView, filed: VisitView | None) -> None:
    """She wrote nothing of this child in the last hours: an older entry is hers to confirm, another kader's is not."""
    assert talk.person is not None
    named = {"child": {"id": child.id, "name": child.short}}
    since = talk.now - OLDER_WITHIN_MS
    old = talk.tx.one(OF_CHILD, person_id=talk.person.id, since=since, child_id=int(child.id))
    others = sorted(set(filed.authors.values()) - {""}) if filed is not None else []
    if old is not None:
        talk.says.append(("undo.older", named))
        talk.actions.append((f"!undo:{old.incoming_id}:{old.child_id}", "actions.undo"))
    elif others == [talk.person.name]:  # by a sheet, not by a message
        talk.says.append(("undo.not_typed", named))
    elif others:
        talk.says.append(("undo.others", {**named, "by": ", ".join(others)}))
    else:
        talk.says.append(("undo.none_of", named))
