"""Files: which sheet, of which place and month; and for a file she sent, which column is what."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue import Ask, Done
from posyandu.access import NAMED
from posyandu.calendar import month_of, months_before
from posyandu.commands import ExportNames, ExportNumbers, MapSheet
from posyandu.commands.sheets import NAMED_SHEETS, NUMBER_SHEETS
from posyandu.entry.dates import read_month
from posyandu.queries import PlaceView, Queries

KABUPATEN = 1  # dots in its code
OF_TODAY = ("children", "eppgbm-identitas")  # the list as it is now
OLD_FORM = ("eppgbm-identitas", "eppgbm-pengukuran")  # e-PPGBM takes .xls


def sheets(ask: Ask, look: Queries) -> Done:
    """A sheet as a document: kind, place where there are several, month."""
    places = look.number_places()
    if not places:
        return Done(None)
    names = bool(look.scope.roles & NAMED)
    # F1 has ages and sexes of a few children: who sees no names gets it of a kabupaten or kota only.
    of_f1 = places if names else [p for p in places if p.area and p.area.count(".") == KABUPATEN]
    kinds = [k for k in (*NUMBER_SHEETS, *(NAMED_SHEETS if names else ())) if k != "f1" or of_f1]
    kind: str = ask.one("kind", kinds)
    places = of_f1 if kind == "f1" else places
    place: PlaceView = places[0] if len(places) == 1 else ask.one("place", places, kind=kind)
    this = month_of(look.today)

    def month(text: str) -> str | None:
        if text in ("this", "before"):
            return this if text == "this" else months_before(this, 1)
        found = read_month(text, look.today)
        return None if found is None else f"{found[0]:04d}-{found[1]:02d}"

    of: str = (
        this if kind in OF_TODAY else ask.value("month", read=month, quick=("this", "before"), kind=kind, place=place)
    )
    command = ExportNames if kind in NAMED_SHEETS else ExportNumbers
    form = "xls" if kind in OLD_FORM else "xlsx"
    return Done(command(kind, of, form, place.posyandu_id, place.puskesmas_id, place.area))


def columns(ask: Ask, look: Queries) -> Done:
    """Each thing that must be in a file and was not found by its name: which column is it?"""
    job_id = ask.value("job", read=int)
    file = look.sheet(int(job_id))
    if file is None:
        return Done(None)
    header = [_Column(str(at), f"{at + 1}. {title or '-'}"[:60]) for at, title in enumerate(file.header)]
    found = []
    for field in file.ask:
        column: _Column | None = ask.maybe_one(f"column_{field}", header, none="none", file=file.filename)
        found.append((field, -1 if column is None else int(column.id)))
    return Done(MapSheet(file.job_id, tuple(found)))


@dataclass(frozen=True)
class _Column:
    """A column of her file, to choose from."""

    id: str
    name: str
