"""The compact labels of tests/rules/entry/blind: rosters, expected rows, lines and sessions."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from posyandu.anthropometry import Sex
from posyandu.entry import Reading
from posyandu.names import Roster, RosterChild

HERE = Path(__file__).parent
BLIND = HERE / "blind"
ON = date(2026, 11, 12)
FIELDS = ("kind", "child", "weight_g", "height_mm", "head_mm", "muac_mm", "position", "status")
NEXT_MESSAGE, BLANK = "=====", "."
_LETTERS = {"w": ("weight_g", 1000), "h": ("height_mm", 10), "k": ("head_mm", 10), "m": ("muac_mm", 10)}
_WORDS = {"p": "position", "s": "status"}

Row = dict[str, object]


@cache
def roster_named(name: str) -> Roster:
    """One of the rosters: the public one, or an invented one of 49 children."""
    path = HERE / "roster.csv" if name == "anyelir" else BLIND / f"{name}.csv"
    with path.open(encoding="utf-8") as file:
        return Roster(_child(row) for row in csv.DictReader(file))


def _child(row: dict[str, str]) -> RosterChild:
    last = date.fromisoformat(row["last_date"]) if row["last_date"] else None
    grams = round(float(row["last_weight_kg"]) * 1000) if last else None
    mm = round(float(row["last_height_cm"]) * 10) if last else None
    sex = Sex.BOY if row["sex"] == "L" else Sex.GIRL
    birth = date.fromisoformat(row["birth_date"])
    return RosterChild(
        row["child_id"], row["name"], None, sex, birth, row["mother_name"], row["rt"], None, last, grams, mm
    )


def as_row(reading: Reading) -> Row:
    """A reading as the fields of the labels."""
    found = {name: getattr(reading, name) for name in FIELDS}
    return {name: value if value is None or isinstance(value, int) else str(value) for name, value in found.items()}


def expected(label: str) -> Row:
    """ "ok AN-01 w11.2 h83" -> the row."""
    kind, *rest = label.split()
    row: Row = dict.fromkeys(FIELDS)
    row["kind"] = "reject" if kind == "no" else kind
    row["child"] = rest[0] if rest and rest[0] != "-" else None
    for part in rest[1:]:
        if part[0] in _WORDS:
            row[_WORDS[part[0]]] = part[1:]
        else:
            name, unit = _LETTERS[part[0]]
            row[name] = round(float(part[1:]) * unit)
    return row


def labelled_lines(name: str) -> Iterator[tuple[Roster, Row, str]]:
    """Roster, expected row and text of each line of a file."""
    for text in _body(name):
        label, line = text.split(" | ", 1)
        roster, label = label.split(" ", 1)
        yield roster_named(roster), expected(label), line


def labelled_session(name: str) -> tuple[Roster, list[list[tuple[list[Row], str]]]]:
    """Roster, and the messages of a session: for each line the rows expected of it, and its text."""
    messages: list[list[tuple[list[Row], str]]] = [[]]
    for text in _body(name):
        if text == NEXT_MESSAGE:
            messages.append([])
            continue
        if text == BLANK:
            messages[-1].append(([], ""))
            continue
        label, line = text.split(" | ", 1)
        messages[-1].append(([expected(one) for one in label.split(" ++ ")], line))
    return roster_named(roster_called(name)), messages


def roster_called(name: str) -> str:
    """The name of the roster a session is about."""
    lines = (BLIND / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return next(x for x in lines if x.startswith("# roster")).split()[-1]


def _body(name: str) -> list[str]:
    lines = (BLIND / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [x for x in lines if x and not x.startswith("# ") and x != "#"]
