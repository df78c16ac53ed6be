"""What some transcripts need beside the demo: people with other posts, a mother of three, messages that wait.

A transcript's scene has its name; most have none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.sheets.table import read_table
from posyandu.calendar import instant
from storage import codes, links, outbox
from storage.imports.areas import Areas
from storage.imports.columns import Line, recognise
from storage.migrate import migrate
from storage.sql import Sql, among
from storage.store import Tx, open_store
from storage.tables import (
    address,
    child,
    code,
    consent,
    guardian,
    membership,
    person,
    posyandu,
    posyandu_day,
    pregnancy,
)
from tests.house import POSYANDU_DAY, ZONE, DemoHouse

FILES = Path(__file__).parent / "files"

CHILD = Sql(select(child.c.id).where(child.c.code == bindparam("code")))
PLACE = Sql(select(posyandu.c.id).where(posyandu.c.code == bindparam("code")))
PERSON = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
LATE_DAY = Sql(
    update(posyandu_day)
    .where(posyandu_day.c.posyandu_id == bindparam("posyandu_id"), posyandu_day.c.month == "2026-12")
    .values(on="2026-12-31")
)
_KADER = select(person.c.id).where(person.c.key == "kader").scalar_subquery()
QUIET = (
    Sql(update(membership).where(membership.c.person_id != _KADER).values(until_at=bindparam("at"))),
    Sql(update(guardian).values(state="ended", at=bindparam("at"))),
)
NOBODY_ASKED = Sql(delete(consent))
THREE = ("AN-01", "AN-12", "AN-20")
OTHERS_BUT_THREE = Sql(update(child).where(~among(child.c.code, *THREE)).values(state="left", until="2026-11-11"))
OTHERS_LEFT = Sql(update(child).where(child.c.code != "AN-17").values(state="left", until="2026-11-11"))
NOW = instant(POSYANDU_DAY, 9 * 60, ZONE)


def melati(house: DemoHouse) -> int:
    """Posyandu Melati RW 03, the other one."""
    return int(house.read(lambda tx: tx.value(PLACE, code="32.01.01.1099.001")))


def _person(tx: Tx, key: str, name: str, role: str = "", **post: Any) -> int:
    who = tx.insert(person, key=key, name=name, at=NOW, prefers="emulator")
    tx.insert(address, channel="emulator", external_id=key, person_id=who, at=NOW, heard_at=NOW)
    if role:
        tx.insert(membership, person_id=who, role=role, from_at=NOW - 1, **post)
    return who


def a_tpk(tx: Tx) -> None:
    """Ibu Sari is TPK of the desa; Azzam's family has agreed to sharing."""
    _person(tx, "tpk", "Sari", "tpk", area="32.01.01.1010")
    azzam = tx.value(CHILD, code="AN-01")
    tx.insert(
        consent, child_id=azzam, purpose="sharing", state="lisan", text_version="1", at=NOW, current=f"{azzam}:sharing"
    )


def a_mother_of_three(tx: Tx) -> None:
    """One phone for three children of three ages."""
    who = _person(tx, "ibu-tiga", "Ibu Lilis Suryati")
    for name in THREE:
        child_id = tx.value(CHILD, code=name)
        tx.insert(guardian, person_id=who, child_id=child_id, relation="ibu", state="confirmed", at=NOW)


def three_of_february(tx: Tx) -> None:
    """The mother of three alone, where February brings vitamin A; nobody else has anything to hear."""
    tx.run(OTHERS_BUT_THREE)
    for quiet in QUIET:
        tx.run(quiet, at=NOW)
    a_mother_of_three(tx)


def twenty_messages(tx: Tx) -> None:
    """Twenty messages about Azzam wait for tomorrow morning."""
    azzam, mother = tx.value(CHILD, code="AN-01"), tx.value(PERSON, key="orangtua-an-01")
    for n in range(20):
        values = {"child": {"id": str(azzam), "name": "Azzam"}, "kg": 11000 + n, "on": POSYANDU_DAY.isoformat()}
        says = (("parent.weighed", {**values, "posyandu": "Posyandu Anyelir RW 14"}),)
        message = outbox.Message(
            "parent", says, person_id=mother, child_id=azzam, once=f"antre:{n}", not_before=NOW + 86_400_000
        )
        assert outbox.put(tx, message, NOW) is not None


def the_last_day_of_december(tx: Tx) -> None:
    """Anyelir weighs on 31 December, and Ibu Yuyun is its second kader."""
    anyelir = tx.value(PLACE, code="32.01.01.1010.001")
    tx.run(LATE_DAY, posyandu_id=anyelir)
    for quiet in QUIET:  # what the weeks until then bring to all others is no part of this talk
        tx.run(quiet, at=NOW)
    _person(tx, "kader-dua", "Yuyun", "kader", posyandu_id=anyelir)


def six_points(tx: Tx) -> None:
    """TP PKK of the desa, and five more posyandu there."""
    _person(tx, "pkk", "Ibu Camat", "tp_pkk", area="32.01.01.1010")
    for number in range(2, 7):
        tx.insert(
            posyandu, code=f"32.01.01.1010.00{number}", name=f"Posyandu Mawar {number}", area="32.01.01.1010",
            puskesmas_id=1, zone=ZONE, day_rule="tanggal 12",
        )  # fmt: skip


def a_pregnant_woman(tx: Tx) -> None:
    """Sri Wahyuni is on the list of Anyelir, and a kader has given her a code; the families are quiet."""
    tx.run(OTHERS_LEFT)
    for quiet in QUIET:
        tx.run(quiet, at=NOW)
    place, kader = tx.value(PLACE, code="32.01.01.1010.001"), tx.value(PERSON, key="kader")
    mother = tx.insert(
        pregnancy, posyandu_id=place, name="Sri Wahyuni", hpht="2026-08-05", muac_mm=241, state="active", at=NOW
    )
    tx.insert(
        code, hash=codes.digest("SRHA2345"), kind="pregnant", pregnancy_id=mother, posyandu_id=place, by_person=kader,
        expires_at=NOW + 30 * 86_400_000,
    )  # fmt: skip


def fathir_alone(tx: Tx) -> None:
    """The other children have left, so that three months can be read in one go."""
    tx.run(OTHERS_LEFT)


def nobody_asked(tx: Tx) -> None:
    """None of the thirty families has been asked yet whether their child may be written down."""
    tx.run(NOBODY_ASKED)


def plain_codes() -> Callable[..., str]:
    """Codes of packages one after the other, so that a transcript can show them."""
    numbers = itertools.count(2222)
    return lambda length=5: f"K{next(numbers)}".rjust(length, "P")


def the_first_day(tx: Tx) -> None:
    """What the operator has done at the machine: the list of places, and two codes."""
    lines = [Line(row.line, row.cells) for row in read_table(FILES / "wilayah.csv").rows]
    file = recognise(lines)
    assert file is not None
    places = Areas(tx, file, storing=True)
    for line in lines[file.header_at + 1 :]:
        places.take(line)
    for shown, role, where in (("PENATA23", "operator", "51"), ("BUNDA567", "bidan", "51.03.01.1001")):
        tx.insert(code, hash=codes.digest(shown), kind="staff", role=role, area=where, expires_at=NOW + 86_400_000)
    links.note(tx, "telegram", "https://t.me/posyandu_bot")


def empty_book(folder: Path) -> str:
    """The address of a book in which nothing stands yet."""
    url = f"sqlite:///{folder}/empty-{next(_books)}.db"
    store = open_store(url)
    migrate(store)
    store.close()
    return url


_books = itertools.count(1)
# These begin with an empty book; their sheets are read by processes of their own, so on one channel only.
EMPTY = {"siaran_hari_pertama"}
SCENES: dict[str, Callable[[Tx], None]] = {
    "siaran_hari_pertama": the_first_day,
    "people_tpk": a_tpk,
    "pregnancy": a_pregnant_woman,
    "people_three_children": a_mother_of_three,
    "reminders_february": three_of_february,
    "people_death": twenty_messages,
    "aid_packages": six_points,
    "case_recovery": fathir_alone,
    "people_consent": nobody_asked,
    "entry_midnight": the_last_day_of_december,
}


def arrange(house: DemoHouse, name: str) -> None:
    """Set the scene of a transcript."""
    if name in SCENES:
        house.store.write(SCENES[name])
