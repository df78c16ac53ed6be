"""After an event: papers, certificates, feedback, goods with receipts, commitments, contests; and kader's skills."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, cast, exists, func, insert, select, update

from storage.guests import UNINVITED_LAST
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import (
    address,
    commitment,
    contest_entry,
    contest_photo,
    contest_score,
    event,
    event_feedback,
    event_goods,
    event_paper,
    event_receipt,
    incoming,
    invitation,
    kader_skill,
    kader_training,
    membership,
    person,
    posyandu,
)  # fmt: skip

NOTE = "catatan"  # what was talked about, kept as a paper of words
ENOUGH_VOICES = 3  # from so many on sentences are read: of fewer it would be plain whose they are

PAPERS = Sql(
    select(event_paper.c.id, event_paper.c.kind, event_paper.c.filename)
    .where(event_paper.c.event_id == bindparam("event_id"))
    .order_by(event_paper.c.id)
)
PAPER = Sql(select(event_paper).where(event_paper.c.id == bindparam("paper_id")))
FILE = Sql(select(incoming.c.file, incoming.c.data).where(incoming.c.id == bindparam("row_id")))
OWN_TEXT = Sql(
    select(incoming.c.text)
    .join(address, address.c.id == incoming.c.address_id)
    .where(incoming.c.id == bindparam("row_id"), address.c.person_id == bindparam("person_id"))
)
VOICES = Sql(
    select(event_feedback.c.stars, event_feedback.c.text)
    .where(event_feedback.c.event_id == bindparam("event_id"))
    .order_by(event_feedback.c.stars.desc(), event_feedback.c.text)
)
GOODS = Sql(
    select(
        event_goods.c.id, event_goods.c.what, event_goods.c.rupiah,
        select(func.count()).where(event_receipt.c.goods_id == event_goods.c.id).scalar_subquery().label("given"),
    )
    .where(event_goods.c.event_id == bindparam("event_id"))
    .order_by(event_goods.c.id)
)  # fmt: skip
ONE_GOODS = Sql(
    select(event_goods).where(
        event_goods.c.id == bindparam("goods_id"), event_goods.c.event_id == bindparam("event_id")
    )
)
RECEIPTS = Sql(
    select(
        event_receipt.c.number, event_receipt.c.at, event_receipt.c.confirmed_at, event_goods.c.what,
        event_goods.c.rupiah, invitation.c.name, invitation.c.origin, invitation.c.stand_in, invitation.c.state,
    )
    .join(event_goods, event_goods.c.id == event_receipt.c.goods_id)
    .join(invitation, invitation.c.id == event_receipt.c.invitation_id)
    .where(event_goods.c.event_id == bindparam("event_id"))
    .order_by(event_goods.c.id, UNINVITED_LAST, invitation.c.region, invitation.c.name, invitation.c.id)
)  # fmt: skip
PRESENT = Sql(
    select(invitation.c.id, invitation.c.person_id)
    .where(invitation.c.event_id == bindparam("event_id"), invitation.c.came == 1)
    .order_by(invitation.c.id)
)
# A receipt for everybody who came and has none of these goods yet.
TO_ALL = Sql(
    insert(event_receipt).from_select(
        ["goods_id", "invitation_id", "number", "by_person", "at"],
        select(
            bindparam("goods", type_=BigInteger), invitation.c.id,
            bindparam("stem", type_=Text).op("||")(cast(invitation.c.id, Text)), bindparam("by", type_=BigInteger),
            bindparam("now", type_=BigInteger),
        ).where(
            invitation.c.event_id == bindparam("event_id"), invitation.c.came == 1,
            ~exists().where(
                event_receipt.c.goods_id == bindparam("goods"), event_receipt.c.invitation_id == invitation.c.id
            ),
        ),
    )
)  # fmt: skip
UNCONFIRMED = Sql(
    select(event_receipt.c.goods_id)
    .where(event_receipt.c.invitation_id == bindparam("whose"), event_receipt.c.confirmed_at.is_(None))
    .order_by(event_receipt.c.id)
)
CONFIRMED = Sql(
    update(event_receipt)
    .where(
        event_receipt.c.goods_id == bindparam("which"), event_receipt.c.invitation_id == bindparam("whose"),
        event_receipt.c.confirmed_at.is_(None),
    )
    .values(confirmed_at=bindparam("now"))
)  # fmt: skip
RECEIPT = Sql(
    select(event_receipt.c.number, event_receipt.c.at, event_receipt.c.confirmed_at).where(
        event_receipt.c.goods_id == bindparam("which"), event_receipt.c.invitation_id == bindparam("whose")
    )
)
COMMITMENTS = Sql(select(commitment).where(commitment.c.event_id == bindparam("event_id")).order_by(commitment.c.id))
_held = select(event.c.area, event.c.puskesmas_id, event.c.posyandu_id).where(event.c.id == bindparam("event_id"))
# Promised at an earlier event of the same place, and not settled yet.
EARLIER = Sql(
    select(commitment, event.c.theme, event.c.on)
    .join(event, event.c.id == commitment.c.event_id)
    .where(
        commitment.c.state == fixed("open"),
        event.c.starts_at < select(event.c.starts_at).where(event.c.id == bindparam("event_id")).scalar_subquery(),
        func.coalesce(event.c.area, "") == func.coalesce(_held.with_only_columns(event.c.area).scalar_subquery(), ""),
        func.coalesce(event.c.puskesmas_id, 0)
        == func.coalesce(_held.with_only_columns(event.c.puskesmas_id).scalar_subquery(), 0),
        func.coalesce(event.c.posyandu_id, 0)
        == func.coalesce(_held.with_only_columns(event.c.posyandu_id).scalar_subquery(), 0),
    )
    .order_by(commitment.c.id)
)
SETTLED = Sql(
    update(commitment)
    .where(commitment.c.id == bindparam("row_id"), commitment.c.state == fixed("open"))
    .values(state=bindparam("new_state"), settled_event=bindparam("at_event"), settled_at=bindparam("now"))
)
# Settled at this meeting.
SETTLED_AT = Sql(
    select(commitment).where(commitment.c.settled_event == bindparam("event_id")).order_by(commitment.c.id)
)
NOTES = Sql(
    select(event_paper.c.data, event_paper.c.at)
    .where(event_paper.c.event_id == bindparam("event_id"), event_paper.c.kind == fixed(NOTE))
    .order_by(event_paper.c.id)
)
EVIDENCE = Sql(
    update(contest_entry).where(contest_entry.c.id == bindparam("row_id")).values(evidence=bindparam("said"))
)
PHOTOS = Sql(
    select(contest_photo.c.entry_id, contest_photo.c.paper_id)
    .join(contest_entry, contest_entry.c.id == contest_photo.c.entry_id)
    .where(contest_entry.c.event_id == bindparam("event_id"))
    .order_by(contest_photo.c.paper_id)
)
ENTRIES = Sql(
    select(contest_entry).where(contest_entry.c.event_id == bindparam("event_id")).order_by(contest_entry.c.id)
)
SCORES = Sql(
    select(contest_score.c.entry_id, contest_score.c.criterion, contest_score.c.score)
    .join(contest_entry, contest_entry.c.id == contest_score.c.entry_id)
    .where(contest_entry.c.event_id == bindparam("event_id"))
    .order_by(contest_score.c.entry_id, contest_score.c.criterion)
)
MEMBER = Sql(
    select(
        membership.c.person_id, membership.c.posyandu_id, membership.c.puskesmas_id, membership.c.area, person.c.name
    )
    .join(person, person.c.id == membership.c.person_id)
    .where(membership.c.id == bindparam("membership_id"), membership.c.until_at.is_(None))
)
SKILLS = Sql(
    select(kader_skill.c.person_id, kader_skill.c.level, kader_skill.c.groups, kader_skill.c.on).order_by(
        kader_skill.c.id
    )
)
TRAININGS = Sql(select(kader_training.c.person_id, kader_training.c.topic, kader_training.c.on))
CREW = Sql(
    select(
        membership.c.person_id, membership.c.role, person.c.name, posyandu.c.id.label("posyandu_id"),
        posyandu.c.name.label("posyandu"), posyandu.c.strata, posyandu.c.area, posyandu.c.puskesmas_id,
    )
    .join(person, person.c.id == membership.c.person_id)
    .join(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .where(membership.c.until_at.is_(None), person.c.state == fixed("active"))
    .order_by(posyandu.c.area, posyandu.c.name, person.c.name)
)  # fmt: skip


def add_paper(tx: Tx, event_id: int, kind: str, file: dict[str, Any], data: bytes, by: int, now: int) -> int:
    return tx.insert(
        event_paper, event_id=event_id, kind=kind, filename=str(file.get("filename") or f"{kind}.jpg"),
        mime=str(file.get("mime") or "image/jpeg"), data=data, by_person=by, at=now,
    )  # fmt: skip


def add_note(tx: Tx, event_id: int, text: str, by: int, now: int) -> int:
    return tx.insert(
        event_paper, event_id=event_id, kind=NOTE, filename="", mime="text/plain", data=text.encode(), by_person=by,
        at=now,
    )  # fmt: skip


def sentences(voices: list[Row]) -> list[str]:
    """What they wrote, in an order that tells nothing; nothing while they are too few."""
    return sorted(r.text for r in voices if r.text) if len(voices) >= ENOUGH_VOICES else []


def hand_out(tx: Tx, goods: Row, invitation_id: int, by: int, now: int) -> bool:
    """One receipt a guest and thing; False when she has one."""
    number = f"{stem(goods)}{invitation_id}"
    made = tx.insert_once(
        event_receipt, goods_id=goods.id, invitation_id=invitation_id, number=number, by_person=by, at=now
    )
    return made is not None


def hand_to_all(tx: Tx, goods: Row, by: int, now: int) -> int:
    """Everybody who came; how many receipts are new."""
    return tx.run(TO_ALL, goods=goods.id, stem=stem(goods), by=by, now=now, event_id=goods.event_id)


def stem(goods: Row) -> str:
    """What the number of a receipt begins with."""
    return f"TT-{goods.event_id}-{goods.id}-"


def scores(tx: Tx, event_id: int) -> tuple[list[str], list[dict[str, Any]]]:
    """The criteria, and the entries with their scores and sum, best first."""
    found: dict[int, dict[str, int]] = {}
    for row in tx.all(SCORES, event_id=event_id):
        found.setdefault(row.entry_id, {})[row.criterion] = row.score
    photos: dict[int, list[int]] = {}
    for row in tx.all(PHOTOS, event_id=event_id):
        photos.setdefault(row.entry_id, []).append(row.paper_id)
    entries = [
        {"id": r.id, "name": r.name, "evidence": r.evidence, "photos": photos.get(r.id, []),
         "scores": found.get(r.id, {}),
         "sum": sum(found.get(r.id, {}).values())}
        for r in tx.all(ENTRIES, event_id=event_id)
    ]  # fmt: skip
    criteria = list(dict.fromkeys(c for e in entries for c in e["scores"]))
    return criteria, sorted(entries, key=lambda e: (-e["sum"], e["name"]))
