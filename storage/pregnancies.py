"""The list of pregnant women of a posyandu, and the child that comes of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, func, select, update

from posyandu.child_code import CODES
from storage import expecting
from storage.reminders import due
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.summary import summarise
from storage.tables import child, consent, guardian, pregnancy, pregnancy_visit

WHY = {"born": "sudah lahir", "lost": "tidak lagi di daftar", "moved": "tidak lagi di daftar"}
_MOTHER = (
    pregnancy.c.id, pregnancy.c.posyandu_id, pregnancy.c.name, pregnancy.c.hpht, pregnancy.c.muac_mm, pregnancy.c.ttd,
    pregnancy.c.state, pregnancy.c.person_id, pregnancy.c.messages,
)  # fmt: skip
ONE = Sql(select(*_MOTHER).where(pregnancy.c.id == bindparam("pregnancy_id")))
ACTIVE = Sql(
    select(*_MOTHER)
    .where(pregnancy.c.posyandu_id == bindparam("posyandu_id"), pregnancy.c.state == fixed("active"))
    .order_by(pregnancy.c.name, pregnancy.c.id)
)
VISITS = Sql(
    select(pregnancy_visit.c.name, pregnancy_visit.c.on)
    .where(pregnancy_visit.c.pregnancy_id == bindparam("pregnancy_id"))
    .order_by(pregnancy_visit.c.name)
)
MEASURE = Sql(
    update(pregnancy)
    .where(pregnancy.c.id == bindparam("row_id"))
    .values(
        muac_mm=func.coalesce(bindparam("new_muac"), pregnancy.c.muac_mm),
        ttd=func.coalesce(bindparam("new_ttd"), pregnancy.c.ttd),
        at=bindparam("now"),
    )
)
END = Sql(
    update(pregnancy)
    .where(pregnancy.c.id == bindparam("row_id"), pregnancy.c.state == fixed("active"))
    .values(state=bindparam("new_state"), child_id=bindparam("became"), ended_at=bindparam("now"))
)
HOW_MANY = Sql(select(func.count()).select_from(child).where(child.c.posyandu_id == bindparam("posyandu_id")))
CODE = Sql(select(child.c.id).where(child.c.code == bindparam("code")))


def add(
    tx: Tx, posyandu_id: int, name: str, hpht: date, muac_mm: int | None, ttd: int | None, by: int, now: int
) -> int:
    """A woman new to the list."""
    return tx.insert(
        pregnancy,
        posyandu_id=posyandu_id,
        name=name,
        hpht=hpht.isoformat(),
        muac_mm=muac_mm,
        ttd=ttd,
        state="active",
        by_person=by,
        at=now,
    )


def active(tx: Tx, posyandu_id: int) -> list[Row]:
    """Who is pregnant now."""
    return tx.all(ACTIVE, posyandu_id=posyandu_id)


def end(tx: Tx, mother: Row, how: str, now: int, became: int | None = None) -> bool:
    """born, lost or moved; nothing that waits about it goes out. False when it had ended before."""
    if not tx.run(END, row_id=mother.id, new_state=how, became=became, now=now):
        return False
    expecting.close(tx, mother.id, mother.posyandu_id, now, WHY[how])
    due.reconsider(tx, mother.posyandu_id, now, WHY[how])
    return True


def birth(tx: Tx, mother: Row, sex: str, on: date, name: str, grams: int | None, by: int, now: int) -> int | None:
    """The child on its mother's posyandu's register; None when it is there already. What its mother's own chat may be
    told she is still asked: consent begins anew with the child."""
    made = tx.insert(
        child,
        code=_free_code(tx, mother.posyandu_id),
        posyandu_id=mother.posyandu_id,
        name=name or f"By. Ny. {mother.name}",
        sex=sex,
        birth=on.isoformat(),
        birth_weight_g=grams,
        mother_name=mother.name,
        has_kms=0,
        since=on.isoformat(),
        by_person=by,
        at=now,
    )
    if not end(tx, mother, "born", now, made):
        return None
    if mother.person_id is not None:
        tx.insert(
            guardian,
            person_id=mother.person_id,
            child_id=made,
            relation="ibu",
            state="confirmed",
            muted=1,
            by_person=by,
            at=now,
        )
    for purpose in ("record", "messages", "sharing"):
        tx.insert(
            consent, child_id=made, purpose=purpose, state="belum", by_person=by, at=now, current=f"{made}:{purpose}"
        )
    summarise(tx, mother.posyandu_id, on.isoformat()[:7], now)
    return made


def _free_code(tx: Tx, posyandu_id: int) -> str:
    for number in range(int(tx.value(HOW_MANY, posyandu_id=posyandu_id)), len(CODES)):
        for code in (CODES[number], f"{CODES[number]}-{posyandu_id}"):
            if tx.value(CODE, code=code) is None:
                return code
    raise LookupError("no code is left at this posyandu")
