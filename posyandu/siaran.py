"""One announcement to many: whom one may reach, how long it takes, what it costs, and who must say yes to it.

Pure: counts and moments come in, the plan comes out. Durations are seconds, instants UTC epoch ms.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from posyandu.access import HEALTH, POST
from posyandu.calendar import HOURS, instant, local, next_allowed
from posyandu.people import Role, Scope
from posyandu.prices import ASSUMED, Prices

CREW = ("kader", "ketua")
OFFICERS = ("bidan", "tpg", "puskesmas", "tp_pkk", "tp_posyandu", "kpm", "tpk", "plkb")
FAMILIES = ("wali",)
SENDERS = HEALTH | {Role.TP_PKK, Role.TP_POSYANDU, Role.KETUA, Role.OPERATOR}
TO_FAMILIES = POST | {Role.BIDAN, Role.PUSKESMAS}
# The only things that families are told in a siaran: about a service, in words that are approved once for all.
SERVICES = ("vitamin_a", "imunisasi", "pindah", "libur", "kelas_ibu")
STRATA = ("pratama", "madya", "purnama", "mandiri")
SECOND_ABOVE = 200  # people; the setting "siaran.second_above" overrides it
NAME = "{nama}"
LONGEST = 900  # characters; with sender and office it stays under WhatsApp's 1024 for a template and for buttons

TEMPLATE = "announcement"  # the approved words outside WhatsApp's window


@dataclass(frozen=True)
class Audience:
    """Whom a siaran is for: roles, one place and everything below it, and what narrows it.

    Exactly one of area, puskesmas_id, posyandu_id is given. `silent`: only kader of a posyandu that had its day this
    month and has no entry of it. `people`: a guest list; then only these. `event`: those of its guests who were told of
    it and have given one of these `answers`; then the place only says whose word it is.
    """

    roles: tuple[str, ...]
    area: str | None = None
    puskesmas_id: int | None = None
    posyandu_id: int | None = None
    strata: str = ""
    silent: bool = False
    people: tuple[int, ...] = ()
    except_areas: tuple[str, ...] = ()
    except_posyandu: tuple[int, ...] = ()
    except_roles: tuple[str, ...] = ()
    except_puskesmas: tuple[int, ...] = ()
    except_people: tuple[int, ...] = ()
    event: int | None = None
    answers: tuple[str, ...] = ()

    @property
    def families(self) -> bool:
        return self.roles == FAMILIES

    def without(self, which: Iterable[str]) -> Audience:
        """Leaving out these, too: "posyandu:7", "puskesmas:2", "area:32.01", "role:bidan", "person:12"."""
        out = self
        for one in which:
            kind, _, named = one.partition(":")
            name, value = _LEFT_OUT[kind], named if kind in ("area", "role") else int(named)
            before: tuple[Any, ...] = getattr(out, name)
            more: dict[str, Any] = {name: (*before, *(() if value in before else (value,)))}
            out = replace(out, **more)
        return out

    def whole(self) -> Audience:
        """Leaving out nobody."""
        nobody: dict[str, Any] = dict.fromkeys(_LEFT_OUT.values(), ())
        return replace(self, **nobody)

    def dump(self) -> str:
        return json.dumps({k: v for k, v in asdict(self).items() if v not in (None, "", (), False)})

    @staticmethod
    def load(text: str) -> Audience:
        kept: dict[str, Any] = json.loads(text)
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in kept.items()}
        return Audience(**values)


_LEFT_OUT = {
    "area": "except_areas", "posyandu": "except_posyandu", "puskesmas": "except_puskesmas", "role": "except_roles",
    "person": "except_people",
}  # fmt: skip
_LEAVING = re.compile(r"^(?:kecuali(?:kan)?|selain|tanpa)\b[\s:]*", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;\n&+]|\bdan\b|\bserta\b", re.IGNORECASE)


def left_out(said: str) -> list[str]:
    """What "kecuali Posyandu Melati dan Bu Nining" names, one by one."""
    parts = _BETWEEN.split(_LEAVING.sub("", said.strip()))
    return [part for one in parts if (part := " ".join(one.split()).strip(" ."))]


LEVELS = {"kecamatan": "Kec.", "desa": "Desa", "kelurahan": "Kel."}
_HAS_LEVEL = ("kec", "kecamatan", "desa", "kel", "kelurahan", "kampung", "nagari", "gampong", "negeri")


def level_named(level: str, name: str, code: str) -> str:
    """ "Kec. Cibinong"; a name that says its own level stays as it is. The codes of the Ministry of Home Affairs number
    a kelurahan from 1001 and a desa from 2001."""
    first = name.split(" ", 1)[0].strip(".").casefold()
    if level == "desa" and code.rpartition(".")[2].startswith("1"):
        level = "kelurahan"
    return f"{LEVELS[level]} {name}" if level in LEVELS and first not in _HAS_LEVEL else name


def may_reach(scope: Scope, roles: tuple[str, ...]) -> bool:
    """May somebody with these posts write to such people at all? Where, is checked against the place."""
    if roles == FAMILIES:
        return bool(scope.roles & TO_FAMILIES)
    return bool(roles) and set(roles) <= {*CREW, *OFFICERS} and bool(scope.roles & SENDERS)


@dataclass
class Figures:
    """How many people a siaran is for, and how each can be reached. Added up chunk by chunk.

    `channels`: reachable by channel; `closed`: of those, WhatsApp without an open window; `zones`: reachable by zone;
    `unjoined`, `opted_out`, `gone`: not reachable, by reason.
    """

    total: int = 0
    channels: dict[str, int] = field(default_factory=dict)
    zones: dict[str, int] = field(default_factory=dict)
    closed: int = 0
    unjoined: int = 0
    opted_out: int = 0
    gone: int = 0

    @property
    def reachable(self) -> int:
        return sum(self.channels.values())

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def load(text: str) -> Figures:
        return Figures(**(json.loads(text) if text else {}))


@dataclass(frozen=True)
class Limits:
    """What the channels allow: messages a second, people a day by template, and what a message costs."""

    rates: Mapping[str, float]
    tier: int = 250
    prices: Prices = ASSUMED  # of WhatsApp; Telegram is free
    second_above: int = SECOND_ABOVE
    election: bool = False  # masa_pemilu: a second person always


@dataclass(frozen=True)
class Plan:
    """What would happen if it were sent at `start`."""

    start: int
    ends: int
    seconds: int  # at the channels' rates, without nights
    days: int  # of the WhatsApp allowance; 1 where it fits
    cost: Decimal
    currency: str
    second: bool
    waits: tuple[tuple[str, int], ...]  # zones whose people hear later, and when
    template: str | None
    election: bool = False  # the second person is because of masa_pemilu


def plan(figures: Figures, limits: Limits, start: int) -> Plan:
    """The plan of a siaran that begins at `start`."""
    seconds = max((n / limits.rates.get(name, 30.0) for name, n in figures.channels.items()), default=0.0)
    days = max(1, math.ceil(figures.closed / limits.tier)) if limits.tier else 1
    whatsapp = figures.channels.get("whatsapp", 0)
    open_ones = whatsapp - figures.closed
    cost = limits.prices.of({"service": open_ones, "utility": figures.closed})
    waits = tuple((zone, at) for zone in sorted(figures.zones) if (at := next_allowed(start, zone)) > start)
    ends = finish(start, figures.zones, figures.reachable, seconds)
    if days > 1:
        zone = next(iter(figures.zones), "Asia/Jakarta")
        ends = max(ends, next_allowed(start + (days - 1) * DAY_MS, zone))
    return Plan(
        start, ends, math.ceil(seconds), days, cost, limits.prices.currency,
        figures.reachable > limits.second_above or limits.election, waits,
        TEMPLATE if figures.closed else None, limits.election,
    )  # fmt: skip


DAY_MS = 24 * 3600_000


def finish(start: int, zones: Mapping[str, int], people: int, seconds: float) -> int:
    """When the last one has been sent to: zone after zone, and never at night."""
    at = float(start)
    for zone in sorted(zones, key=lambda z: next_allowed(start, z)):
        left = seconds * 1000 * zones[zone] / people if people else 0.0
        at = float(next_allowed(int(at), zone))
        while left > 0:
            closes = instant(local(int(at), zone).date(), HOURS[1], zone)
            part = min(left, closes - at)
            at, left = at + part, left - part
            if left > 0:
                at = float(next_allowed(int(at), zone))
    return math.ceil(at)


def day_of(number: int, tier: int) -> int:
    """On which day (0: the first) the n-th message by template (from 0) leaves."""
    return number // tier if tier else 0


def filled(text: str, name: str) -> str:
    """The text as one person reads it."""
    return text.replace(NAME, name or "Ibu/Bapak")


def flat(text: str) -> str:
    """The text as a template's value: one line, and not longer than a template may be."""
    return " ".join(text.split())[:LONGEST]


# -- what became of a row, in words -----------------------------------------------------------------------------------

FATES = ("terkirim", "menunggu", "gagal", "ragu", "dihentikan", "belum_bergabung", "berhenti", "tak_terjangkau")
_UNREACHABLE = {"unreachable": "belum_bergabung"}


def fate(state: str, reason: str) -> str:
    """The one word (a key of the catalogue) for a row's state and reason; every row has exactly one."""
    if state in ("sent", "delivered", "read"):
        return "terkirim"
    if state == "in_doubt":
        return "ragu"
    if state in ("ready", "claimed", "sending"):
        return "menunggu"
    if state in ("dropped", "superseded"):
        return "dihentikan"
    if reason in ("blocked", "gone", "unverified") or reason.startswith(("unreachable:", "tidak terjangkau")):
        return "tak_terjangkau"
    return "berhenti" if reason.startswith("opted_out") else _UNREACHABLE.get(reason, "gagal")
