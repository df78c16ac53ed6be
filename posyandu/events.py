"""Events: what kinds there are, who may be invited to which, seats by area and role, and the waiting list.

Pure. Rows and moments come in, decisions come out. Attendance is in posyandu.guest_lists, codes in posyandu.event_code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from posyandu.entry import read_date
from posyandu.people import Role, Scope
from posyandu.siaran import CREW, FAMILIES, OFFICERS, SENDERS, TO_FAMILIES

OFFICE_KINDS = ("temu_kader", "rapat", "bimtek", "pembinaan", "lomba", "aksi_sosial", "rembuk", "studi")
FAMILY_KINDS = ("penyuluhan", "kelas_ibu")
POST_KINDS = ("pertemuan",)
KINDS = (*OFFICE_KINDS, *FAMILY_KINDS, *POST_KINDS)
# What a guest may be: silent so far, coming, waiting for a seat, not coming, somebody comes for her, came unasked.
SILENT, COMING, WAITING, NOT, STAND_IN, WALK_IN = "diundang", "hadir", "menunggu", "tidak", "diwakili", "tamu"
SEATED = (COMING, STAND_IN)
CAME = "datang"  # beside the answers: whoever was there
EARLY_MS = 3 * 3600_000  # so long before the beginning a guest may be there
LATE_MS = 2 * 3600_000  # and so long after the end
LONGEST_NAME = 100  # letters on a certificate, titles included
LEVELS = ("purwa", "madya", "utama")
SKILL_GROUPS = ("pengelolaan", "balita", "ibu_hamil", "remaja", "dewasa_lansia")
WHO = {
    "kader": CREW,
    "ketua": ("ketua",),
    "petugas": OFFICERS,
    "semua": (*CREW, *OFFICERS),
    "keluarga": FAMILIES,
}
_ROLES = {
    "kader": CREW, "ketua": ("ketua",), "tpk": ("tpk",), "kpm": ("kpm",), "pkk": ("tp_pkk",), "tp pkk": ("tp_pkk",),
    "tp posyandu": ("tp_posyandu",), "plkb": ("plkb",), "pkb": ("plkb",), "bidan": ("bidan",), "tpg": ("tpg",),
    "puskesmas": ("puskesmas",), "petugas": OFFICERS,
}  # fmt: skip


def kinds_for(scope: Scope) -> list[str]:
    """What she may hold: a kader for families only, a ketua also for her own posyandu, offices the rest."""
    roles, out = scope.roles, list[str]()
    if roles & (SENDERS - {Role.KETUA}):
        out += OFFICE_KINDS
    if roles & TO_FAMILIES:
        out += FAMILY_KINDS
    return out + list(POST_KINDS if Role.KETUA in roles else ())


def who_for(kind: str) -> list[str]:
    """Whom an event of this kind may be for."""
    if kind in FAMILY_KINDS:
        return ["keluarga"]
    return ["kader", "ketua"] if kind in POST_KINDS else ["kader", "ketua", "petugas", "semua"]


# -- seats ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """So many seats for some roles, of one area and what lies below it. `seats` None: no limit."""

    label: str
    seats: int | None
    roles: tuple[str, ...] = ()
    area: str | None = None
    id: int = 0

    def fits(self, role: str, area: str) -> bool:
        below = self.area in (None, "") or area == self.area or area.startswith(f"{self.area}.")
        return below and (not self.roles or role in self.roles)


def share_of(shares: Sequence[Share], role: str, area: str) -> Share | None:
    """Out of which share a guest is seated: the narrowest that fits her."""
    fitting = [s for s in shares if s.fits(role, area)]
    return max(fitting, key=lambda s: (len(s.area or ""), bool(s.roles)), default=None)


_PART = re.compile(
    r"^(?:(?P<first>\d[\d.]*)\s*(?:kursi|orang)?\s*(?P<after>.*)|(?P<before>.*?)[\s:=]+(?P<last>\d[\d.]*)\s*(?:kursi|orang)?)$"
)


def read_shares(text: str, areas: Iterable[tuple[str, str]]) -> list[Share] | None:
    """ "36 TPK, 8 KPM, 76 TP PKK", "Denpasar 1.200\nBadung 900", "500". None: not understood.

    `areas`: (code, name) of the areas that may be named. Raises ValueError("which_area") for a name that is none.
    """
    known = {_bare(name): code for code, name in areas}
    out: list[Share] = []
    for part in re.split(r"[\n;]+|,(?!\d)", text):
        said = " ".join(part.split())
        if not said:
            continue
        found = _PART.match(said)
        if found is None:
            return None
        seats = int((found["first"] or found["last"]).replace(".", ""))
        label = (found["after"] or found["before"] or "").strip(" :-")
        if not 0 < seats <= 100_000:
            return None
        out.append(_share(label, seats, known))
    return out or None


def _share(label: str, seats: int, known: dict[str, str]) -> Share:
    if not label:
        return Share("", seats)
    if roles := _ROLES.get(label.casefold()):
        return Share(label, seats, roles)
    code = known.get(_bare(label))
    if code is not None:
        return Share(label, seats, (), code)
    for words, roles in _ROLES.items():  # "kader Badung"
        rest = re.sub(rf"\b{words}\b", "", label, flags=re.IGNORECASE).strip()
        if rest != label and _bare(rest) in known:
            return Share(label, seats, roles, known[_bare(rest)])
    raise ValueError("which_area")


_LEVEL = re.compile(r"\b(?:prov(?:insi)?|kab(?:upaten)?|kota|kec(?:amatan)?|desa|kel(?:urahan)?)\b\.?\s*", re.I)


def _bare(name: str) -> str:
    return " ".join(_LEVEL.sub("", name).split()).casefold()


# -- when and where ---------------------------------------------------------------------------------------------------

_HOURS = re.compile(
    r"(?:,|\s|^)\s*(?:jam|pukul|pkl)?\.?\s*(\d{1,2})(?:[.:](\d{2}))?\s*(?:-|–|s\.?/?d\.?|sampai)\s*(\d{1,2})(?:[.:](\d{2}))?"
    r"\s*(?:wib|wita|wit)?\s*$",
    re.IGNORECASE,
)
_SEVERAL_DAYS = re.compile(
    r"(?P<first>\d{1,2})(?:\s+(?P<before>[^\W\d]{3,}))?(?:\s+(?P<year_before>20\d\d))?"
    r"\s*(?:-|–|s\.?/?d\.?|sampai(?:\s+dengan)?|hingga)\s*"
    r"(?:[^\W\d]+,?\s+)?(?P<last>\d{1,2})\s+(?P<month>[^\W\d]{3,})(?:\s+(?P<year>20\d\d))?",
    re.IGNORECASE,
)
MOST_DAYS = 14
_PAIR = re.compile(r"(-?\d{1,2}\.\d{3,})\s*,\s*(\d{2,3}\.\d{3,})")


def read_when(text: str, today: date) -> tuple[date, int, int, date] | None:
    """ "25-27 November 08.00-14.00": first day, minutes after midnight, last day. ValueError("past"): a day gone by."""
    hours = _HOURS.search(text)
    on, until = _read_days(text[: hours.start()], today) if hours else (None, None)
    if hours is None or on is None or until is None:
        return None
    opens = int(hours[1]) * 60 + int(hours[2] or 0)
    closes = int(hours[3]) * 60 + int(hours[4] or 0)
    if not 0 <= opens < closes <= 24 * 60:
        raise ValueError("hours")
    if on < today:
        raise ValueError("past")
    if not on <= until <= on + timedelta(days=MOST_DAYS - 1):
        raise ValueError("days")
    return on, opens, closes, until


def _read_days(text: str, today: date) -> tuple[date | None, date | None]:
    several = _SEVERAL_DAYS.search(text)
    if several is None:
        on = read_date(text, today)
        return on, on
    year = several["year"] or ""
    last = read_date(f"{several['last']} {several['month']} {year}", today)
    first = f"{several['first']} {several['before'] or several['month']} {several['year_before'] or year}"
    return read_date(first, today), last


def span(on: date, until: date) -> str:
    """A day, or an ISO interval of days: as the words of the house say it."""
    return on.isoformat() if on == until else f"{on.isoformat()}/{until.isoformat()}"


def read_pin(text: str) -> tuple[int, int] | None:
    """A point on the map in millionths of a degree, from a location, a link or two numbers; it must be in Indonesia."""
    found = _PAIR.search(text)
    if found is None:
        return None
    lat, lon = round(float(found[1]) * 1e6), round(float(found[2]) * 1e6)
    if not (-11_500_000 <= lat <= 6_500_000 and 94_500_000 <= lon <= 141_500_000):
        raise ValueError("not_here")
    return lat, lon


def region_of(area: str, event_area: str | None) -> str:
    """The area under which a guest is counted: one level below the event's own, at least kabupaten or kota."""
    depth = min(max(2, (event_area.count(".") + 2) if event_area else 2), 5)
    return ".".join(area.split(".")[:depth])
