"""Lists of guardians and of kader. Nobody is let in by a list: a guardian waits for a yes, a kader for her code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, select, update

from storage.imports import cells
from storage.imports.cells import BadCell
from storage.imports.columns import DATA, Line, Recognised, folded
from storage.imports.matching import Register
from storage.imports.rows import Reader, Remark
from storage.nik import NikKey
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import guardian, membership, person

BY_PHONE = Sql(
    select(person.c.id, person.c.name).where(person.c.phone == bindparam("phone"), person.c.state == fixed("active"))
)
GUARDIAN = Sql(
    select(guardian.c.id)
    .join(person, person.c.id == guardian.c.person_id)
    .where(guardian.c.child_id == bindparam("child_id"), person.c.name == bindparam("name"))
)
MEMBERS = Sql(
    select(person.c.id, person.c.name, person.c.phone, membership.c.role)
    .join(person, person.c.id == membership.c.person_id)
    .where(
        membership.c.posyandu_id == bindparam("posyandu_id"),
        membership.c.role == bindparam("role"),
        membership.c.until_at.is_(None),
    )
)
PHONE = Sql(
    update(person)
    .where(person.c.id == bindparam("whose"), person.c.phone.is_(None))
    .values(phone=bindparam("new_phone"))
)


class Posyandus:
    """The posyandu a list may speak of, and who has been named in it so far: read once for all of its batches, for
    thousands of rows look for their posyandu among thousands."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.named: dict[str, list[Row]] = defaultdict(list)
        for place in rows:
            for said in {folded(place.code), folded(place.name)}:
                self.named[said].append(place)
        self.seen: dict[tuple[int, str], str | None] = {}


class People:
    """One pass over a list of guardians or of kader."""

    def __init__(
        self,
        tx: Tx,
        file: Recognised,
        places: Posyandus,
        key: NikKey,
        today: date,
        now: int,
        person_id: int | None,
        *,
        storing: bool,
    ) -> None:
        self._tx, self._now, self._by, self._storing = tx, now, person_id, storing
        self._file, self._places = file, places
        self._reader = Reader(file, today)
        self._register = Register(tx, places.rows, key)

    def close(self) -> None:
        """Nothing follows from a list of people."""

    def take(self, line: Line) -> tuple[list[str], list[Remark]]:
        """What a row is, and what was left out of it. Raises BadCell."""
        return self._staff(line) if self._file.kind == "staff" else (self._guardian(line), [])

    def _posyandu(self, line: Line) -> Row:
        said = cells.text(self._reader.cell(line, "posyandu_code")) or cells.text(self._reader.cell(line, "posyandu"))
        named = self._places.named.get(folded(said), []) if said else self._places.rows
        if said and len(named) > 1:
            raise BadCell("posyandu_twice", text=said, count=len(named))
        if len(named) != 1:
            raise BadCell("posyandu" if said else "no_posyandu", text=said)
        return named[0]

    def _guardian(self, line: Line) -> list[str]:
        row = self._reader.read(line)
        found = self._register.find(self._posyandu(line).id, row)
        name = cells.text(self._reader.cell(line, "guardian"))
        if found is None or found.id is None:
            raise BadCell("who", name=row.name)
        if not name:
            raise BadCell("no_name")
        if self._twice(found.id, name, None) or self._tx.value(GUARDIAN, child_id=found.id, name=name) is not None:
            return ["same"]
        if self._storing:
            who = self._person(name, cells.phone(self._reader.cell(line, "phone")))
            relation = folded(self._reader.cell(line, "relation"))
            known = next((r for r, words in DATA["relation"].items() if relation in words), "wali")
            self._tx.insert_once(
                guardian, person_id=who, child_id=found.id, relation=known, state="waiting", by_person=self._by,
                at=self._now,
            )  # fmt: skip
        return ["guardians"]

    def _staff(self, line: Line) -> tuple[list[str], list[Remark]]:
        place = self._posyandu(line)
        name = _as_written(cells.text(self._reader.cell(line, "person")))
        if not name:
            raise BadCell("no_name")
        said = folded(self._reader.cell(line, "role"))
        role = next((r for r, words in DATA["role"].items() if said in words), None if said else "kader")
        if role is None:
            raise BadCell("role", text=said)
        phone, remarks = self._phone(line)
        if self._twice(place.id, name, phone):
            return ["same"], remarks
        members = self._tx.all(MEMBERS, posyandu_id=place.id, role=role)
        known = next((m for m in members if folded(m.name) == folded(name)), None)
        if known is None:
            if self._storing:
                who = self._person(name, phone)
                self._tx.insert(
                    membership, person_id=who, role=role, posyandu_id=place.id, from_at=self._now, by_person=self._by
                )
            return ["staff"], remarks
        if phone is None or known.phone is not None:
            return ["same"], remarks
        if self._storing:  # the corrected list brings what the first one lacked
            self._tx.run(PHONE, whose=known.id, new_phone=phone)
        return ["phones"], remarks

    def _phone(self, line: Line) -> tuple[str | None, list[Remark]]:
        """A wrong number does not keep a kader off the list: she joins by her name."""
        try:
            return cells.phone(self._reader.cell(line, "phone")), []
        except BadCell as bad:
            return None, [(bad.key, dict(bad.values))]

    def _twice(self, about: int, name: str, phone: str | None) -> bool:
        """Was it said further up in the same file? Raises BadCell where it may be two people of one name."""
        seen, key = self._places.seen, (about, folded(name))
        if key not in seen:
            seen[key] = phone
            return False
        if self._file.kind == "staff" and phone != seen[key]:
            raise BadCell("twice", name=name)
        return True

    def _person(self, name: str, phone: str | None) -> int:
        """The person with this number and name, or a new one. A number alone is no proof: families share one."""
        known = self._tx.all(BY_PHONE, phone=phone) if phone else []
        same = [p.id for p in known if folded(p.name) == folded(name)]
        return int(same[0]) if same else self._tx.insert(person, name=name, phone=phone, at=self._now)


def _as_written(name: str) -> str:
    """A name in capitals, as lists have them, in the letters in which she is greeted."""
    return " ".join(word.capitalize() for word in name.split()) if name.isupper() else name
