"""A row of a file as a child and a visit, read with the faults that such files have; remarks say what was left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from posyandu.anthropometry import Sex
from posyandu.commands import STATUSES, Value
from posyandu.doubt import POSSIBLE, Known, doubts
from storage.exports.layout import data
from storage.imports import cells
from storage.imports.cells import BadCell
from storage.imports.columns import Line, Recognised, folded

Remark = tuple[str, dict[str, Any]]  # a key of the words, and its variables
STATES = {word: state for state, word in data("columns")["words"]["state"].items()}
BIRTH_GRAMS, BIRTH_MM = (300, 7_000), (200, 650)
PLACES = {"posyandu", "rumah", "puskesmas", "lain"}


@dataclass
class ChildRow:
    """What one row says. `facts`: columns of the child's table that are filled."""

    line: Line
    posyandu: str = ""  # code or name
    code: str = ""
    nik: str = ""
    name: str = ""
    sex: str | None = None
    birth: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    on: date | None = None
    place: str = "posyandu"
    values: list[Value] = field(default_factory=list)
    status: str | None = None
    remarks: list[Remark] = field(default_factory=list)


class Reader:
    """Reads rows of a recognised file. Raises BadCell for a row that a person must look at."""

    def __init__(self, file: Recognised, today: date) -> None:
        self._file = file
        self._today = today

    def cell(self, line: Line, name: str) -> str:
        at = self._file.at.get(name)
        return line.cells[at] if at is not None and at < len(line.cells) else ""

    def read(self, line: Line) -> ChildRow:
        """The child and, where the file has measurements, the visit."""

        def said(name: str) -> str:
            return cells.text(self.cell(line, name))

        row = ChildRow(line, said("posyandu_code") or said("posyandu"), said("code"), name=said("name"))
        row.nik, why = cells.nik(self.cell(line, "nik"))
        if why:
            row.remarks.append((why, {"text": said("nik")}))
        row.sex = cells.sex(self.cell(line, "sex"))
        row.birth = cells.day(self.cell(line, "birth"), self._today)
        if row.nik and row.birth and row.sex and not _nik_fits(row.nik, row.birth, row.sex):
            row.remarks.append(("nik_odd", {"text": row.nik[-4:]}))
        self._facts(line, row)
        if self._file.kind in ("measurements", "both"):
            self._visit(line, row)
        return row

    def _facts(self, line: Line, row: ChildRow) -> None:
        def said(name: str) -> str:
            return cells.text(self.cell(line, name))

        father, mother = cells.parents(self.cell(line, "parent"))
        rt, _, rw = said("rt_rw").partition("/")
        self._put(row, "birth_order", cells.whole(self.cell(line, "birth_order")))
        self._put(row, "birth_weight_g", self._within(line, "birth_weight", cells.grams, BIRTH_GRAMS))
        self._put(row, "birth_length_mm", self._within(line, "birth_length", cells.millimetres, BIRTH_MM))
        self._put(row, "nickname", said("nickname"))
        self._put(row, "mother_name", said("mother") or mother)
        self._put(row, "father_name", said("father") or father)
        self._put(row, "rt", said("rt") or rt.strip())
        self._put(row, "rw", said("rw") or rw.strip())
        self._put(row, "address", said("address"))
        try:
            self._put(row, "phone", cells.phone(self.cell(line, "phone")))
        except BadCell as bad:
            row.remarks.append((bad.key, dict(bad.values)))
        kms = cells.yes(self.cell(line, "kms"))
        row.facts["has_kms"] = 1 if kms is None and "kms" not in self._file.at else int(bool(kms))
        state = folded(said("state"))
        row.facts["state"] = STATES.get(state, state or "active")
        if row.facts["state"] not in STATES.values():
            row.facts["state"] = "active"
        for name in ("since", "until"):
            on = cells.day(self.cell(line, name), self._today)
            self._put(row, name, on.isoformat() if on else None)

    def _put(self, row: ChildRow, name: str, value: Any) -> None:
        if value not in (None, ""):
            row.facts[name] = value

    def _within(self, line: Line, name: str, read: Callable[[str], int | None], bounds: tuple[int, int]) -> int | None:
        value = read(self.cell(line, name))
        if value is not None and not bounds[0] <= value <= bounds[1]:
            raise BadCell("impossible", text=self.cell(line, name).strip())
        return value

    def _visit(self, line: Line, row: ChildRow) -> None:
        row.on = cells.day(self.cell(line, "on"), self._today)
        said = cells.text(self.cell(line, "place")).casefold()
        row.place = said if said in PLACES else "posyandu"
        row.status = cells.status(self.cell(line, "status"))
        for name, column in (("weight", "weight"), ("length", "length"), ("head", "head"), ("muac", "muac")):
            cell = self.cell(line, column)
            word = cells.status(cell)
            row.status = word or row.status
            value = None if word else self._measure(name, cell)
            if value is not None:
                where = cells.position(self.cell(line, "position")) if name == "length" else None
                row.values.append(Value(name, value, where))
        for name, read in (("oedema", cells.yes), ("vita", cells.capsule), ("asi", cells.yes), ("danger", cells.yes)):
            flag = read(self.cell(line, name))
            if flag is not None and (flag or self._file.own):
                row.values.append(Value(name, flag))
        if row.status == "meninggal" and not self._file.own:
            raise BadCell("died")
        if row.on is None and (row.values or row.status in STATUSES):
            if self._file.kind == "both" and not row.values:
                row.status = None  # a remark about the child, not about a day
            else:
                raise BadCell("no_day")
        if row.on is not None and row.birth is not None and row.on < row.birth:
            raise BadCell("before_birth", on=row.on.isoformat())

    def _measure(self, name: str, cell: str) -> int | None:
        value = cells.grams(cell) if name == "weight" else cells.millimetres(cell)
        if value is not None and not POSSIBLE[name][0] <= value <= POSSIBLE[name][1]:
            raise BadCell("impossible", text=cell.strip())
        return value

    def doubt(self, row: ChildRow, sex: str, birth: date) -> BadCell | None:
        """A value that does not fit the child's age. The house's own figures were asked about already."""
        if self._file.own or row.on is None:
            return None
        named = {v.field: v.value for v in row.values}
        found = doubts(
            Known(Sex(sex), birth), row.on, weight_g=named.get("weight"), length_mm=named.get("length"),
            head_mm=named.get("head"), muac_mm=named.get("muac"),
        )  # fmt: skip
        return BadCell("doubt", field=found[0].field, value=named.get(found[0].field, 0)) if found else None


def _nik_fits(nik: str, birth: date, sex: str) -> bool:
    """Day (a girl's plus 40), month and year of birth stand in digits 7 to 12."""
    on = birth.day + (40 if sex == "P" else 0)
    return nik[6:12] == f"{on:02d}{birth.month:02d}{birth.year % 100:02d}"
