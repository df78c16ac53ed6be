"""Rows of children and measurements on their way into the book: decided one by one, stored only when asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, select, update

from posyandu.calendar import month_closes, month_of
from posyandu.child_code import CODES
from storage import book
from storage.imports.cells import BadCell
from storage.imports.columns import Line, Recognised, folded
from storage.imports.matching import Kept, Register
from storage.imports.rows import ChildRow, Reader, Remark
from storage.nik import NikKey
from storage.sql import Row, Sql
from storage.store import Tx
from storage.summary import summarise
from storage.tables import child, consent, measurement, visit

ZONE = "Asia/Jakarta"
PURPOSES = ("record", "messages", "sharing")
CODE = Sql(select(child.c.id).where(child.c.code == bindparam("code")))
HOW_MANY = Sql(select(func.count()).select_from(child).where(child.c.posyandu_id == bindparam("posyandu_id")))
KEPT = Sql(select(child).where(child.c.id == bindparam("child_id")))
FILLED = (
    "birth_order",
    "birth_weight_g",
    "birth_length_mm",
    "mother_name",
    "father_name",
    "rt",
    "rw",
    "address",
    "phone",
)
FILL = {
    name: Sql(update(child).where(child.c.id == bindparam("child_id")).values({name: bindparam("new_value")}))
    for name in FILLED
}
FILL_NIK = Sql(
    update(child)
    .where(child.c.id == bindparam("child_id"), child.c.nik_hash.is_(None))
    .values(
        nik_cipher=bindparam("new_cipher"), nik_hash=bindparam("new_hash"), nik_last4=bindparam("new_last4"),
        nik_key=bindparam("new_key"),
    )
)  # fmt: skip
VALUES = Sql(
    select(measurement.c.field, measurement.c.value)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .where(
        visit.c.child_id == bindparam("child_id"), visit.c.on == bindparam("on_day"), measurement.c.current.is_not(None)
    )
)
STATUS = Sql(select(visit.c.status).where(visit.c.child_id == bindparam("child_id"), visit.c.on == bindparam("on_day")))


class Children:
    """One pass over a file of children, measurements or both. `storing`: what is good goes into the book."""

    def __init__(
        self,
        tx: Tx,
        file: Recognised,
        places: Sequence[Row],
        key: NikKey,
        today: date,
        now: int,
        person_id: int | None,
        *,
        storing: bool,
        closed_too: bool = True,
    ) -> None:
        self._closed_too = closed_too
        self._tx, self._key, self._today, self._now, self._by = tx, key, today, now, person_id
        self._storing = storing
        self._reader = Reader(file, today)
        self._kind = file.kind
        self._register = Register(tx, places, key)
        self._places = places
        self._grown: set[int] = set()

    def close(self) -> None:
        """The month's summary of every posyandu that has new children."""
        for posyandu_id in sorted(self._grown):
            summarise(self._tx, posyandu_id, month_of(self._today), self._now)

    def take(self, line: Line) -> tuple[list[str], list[Remark]]:
        """What a row is (keys of the preview's counts) and what was left out of it. Raises BadCell."""
        row = self._reader.read(line)
        place = self._place(row)
        found = self._register.find(place.id, row)
        if found is None and self._kind == "measurements":
            raise BadCell("who", name=row.name)
        if found is None and not (row.name and row.sex and row.birth):
            raise BadCell("incomplete")
        sex, birth = (found.sex, found.birth) if found else (str(row.sex), row.birth or self._today)
        doubtful = self._reader.doubt(row, sex, birth)
        if doubtful is not None:
            raise doubtful
        if row.on is not None and (row.values or row.status) and self._closed(place, row.on):
            raise BadCell("closed", month=month_of(row.on))
        what = ["new" if found is None else "known"]
        if found is None:
            found = self._new(place, row)
        elif self._storing and found.id is not None:
            self._fill(found.id, row)
        return what + self._measures(place, found, row), row.remarks

    def _place(self, row: ChildRow) -> Row:
        if not row.posyandu:
            if len(self._places) == 1:
                return self._places[0]
            raise BadCell("no_posyandu")
        said = folded(row.posyandu)
        named = [p for p in self._places if p.code == row.posyandu or folded(p.name) == said]
        named = named or [p for p in self._places if set(said.split()) <= set(folded(p.name).split())]
        if len(named) != 1:
            raise BadCell("posyandu", text=row.posyandu)
        return named[0]

    def _closed(self, place: Row, on: date) -> bool:
        """A month that is reported is the puskesmas' to add to."""
        return not self._closed_too and month_closes(month_of(on), place.zone or ZONE) <= self._now

    # -- a child -------------------------------------------------------------------------------------------------

    def _new(self, place: Row, row: ChildRow) -> Kept:
        assert row.birth is not None
        sealed = self._key.seal(row.nik) if row.nik else None
        mother = str(row.facts.get("mother_name", ""))
        kept = Kept(None, row.code, row.name, str(row.sex), row.birth, mother, sealed.nik_hash if sealed else None)
        if self._storing:
            facts = {"since": row.birth.isoformat(), **row.facts}
            kept.code = row.code or self._code(place.id)
            kept.id = self._tx.insert(
                child, code=kept.code, posyandu_id=place.id, name=row.name, sex=row.sex, birth=row.birth.isoformat(),
                by_person=self._by, at=self._now, **facts, **(vars(sealed) if sealed else {}),
            )  # fmt: skip
            self._grown.add(place.id)
            for purpose in PURPOSES:
                self._tx.insert(
                    consent, child_id=kept.id, purpose=purpose, state="belum", by_person=self._by, at=self._now,
                    current=f"{kept.id}:{purpose}",
                )  # fmt: skip
        self._register.add(place.id, kept)
        return kept

    def _code(self, posyandu_id: int) -> str:
        """The next short code of this posyandu; made longer where another posyandu has it."""
        for number in range(int(self._tx.value(HOW_MANY, posyandu_id=posyandu_id)), len(CODES)):
            for code in (CODES[number], f"{CODES[number]}-{posyandu_id}"):
                if self._tx.value(CODE, code=code) is None:
                    return code
        raise BadCell("no_code")

    def _fill(self, child_id: int, row: ChildRow) -> None:
        """What the book has empty and the file knows; nothing that stands there is changed."""
        kept = self._tx.one(KEPT, child_id=child_id)
        for name in FILLED:
            if getattr(kept, name) in (None, "") and name in row.facts:
                self._tx.run(FILL[name], child_id=child_id, new_value=row.facts[name])
        if row.nik and kept is not None and kept.nik_last4 is None:
            sealed = self._key.seal(row.nik)
            self._tx.run(
                FILL_NIK, child_id=child_id, new_cipher=sealed.nik_cipher, new_hash=sealed.nik_hash,
                new_last4=sealed.nik_last4, new_key=sealed.nik_key,
            )  # fmt: skip

    # -- a visit -------------------------------------------------------------------------------------------------

    def _measures(self, place: Row, found: Kept, row: ChildRow) -> list[str]:
        if row.on is None or not (row.values or row.status):
            return []
        self._agree(found, row)
        if not self._storing:
            return self._would(found, row)
        assert found.id is not None
        done = book.record(
            self._tx, child_id=found.id, posyandu_id=place.id, on=row.on, values=row.values, status=row.status,
            place=row.place, replaces=False, by_person=self._by, incoming_id=None, now=self._now, history=True,
        )  # fmt: skip
        if not done.written:
            return ["same"]
        return ["measured" if any(v.field != "status" for v in done.written) else "statuses"]

    def _on_file(self, found: Kept, row: ChildRow) -> dict[str, int]:
        if found.id is None or row.on is None:
            return {}
        rows = self._tx.all(VALUES, child_id=found.id, on_day=row.on.isoformat())
        return {r.field: r.value for r in rows}

    def _agree(self, found: Kept, row: ChildRow) -> None:
        """Another value of the same day stands: which of them is right is for a person to say."""
        there = self._on_file(found, row)
        for value in row.values:
            if there.get(value.field, value.value) != value.value:
                raise BadCell("differs", field=value.field, value=value.value, filed=there[value.field])

    def _would(self, found: Kept, row: ChildRow) -> list[str]:
        there = self._on_file(found, row)
        fresh = [v for v in row.values if v.field not in there]
        status = row.status is not None and (
            found.id is None or self._tx.value(STATUS, child_id=found.id, on_day=str(row.on)) != row.status
        )
        return ["measured"] if fresh else ["statuses"] if status and not there else ["same"]
