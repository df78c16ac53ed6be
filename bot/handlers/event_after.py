"""After an event: certificates, materials, feedback, goods with receipts, commitments, notes for the minutes."""

from __future__ import annotations

import json
from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.event_door import is_at_door, refused
from bot.handlers.events import actions, led, of_event
from bot.handlers.where import nowhere
from bot.locales import catalogue
from posyandu.commands.events import (
    AddCommitment,
    AddNote,
    AddPaper,
    AskCertificate,
    ConfirmGoods,
    GiveFeedback,
    HandOut,
    PlanGoods,
    SettleCommitment,
    ShowFeedback,
    ShowPapers,
    ThankGuests,
)
from posyandu.events import CAME, LONGEST_NAME
from posyandu.guest_lists import GuestList, read_lines
from storage import event_after, events, guests
from storage.events import facts
from storage.sql import Row
from storage.tables import commitment, event_feedback, event_goods

EVERYBODY = {"semua", "semua yang hadir", "semua hadir"}
MOST_TOLD = 12
MOST_SENTENCES, MOST_NOTE = 15, 2000


def _own(desk: Desk, event_id: int) -> tuple[Row | None, Row | None]:
    """The event and her own line on its guest list."""
    row = events.load(desk.tx, event_id)
    mine = desk.tx.one(guests.OF_PERSON, event_id=event_id, person_id=desk.person.id) if row is not None else None
    return row, mine


def certificate(command: AskCertificate, desk: Desk) -> Outcome:
    """Only for who was there; her name as she wants it written. A second one takes the first one's place."""
    row, mine = _own(desk, command.event_id)
    if command.invitation_id is not None:
        mine = desk.tx.one(guests.BY_ID, row_id=command.invitation_id)
        if not is_at_door(row, desk) or mine is None or mine.event_id != command.event_id:
            return refused(desk, command.event_id)
    if row is None or mine is None or not mine.came:
        return Outcome((("acara.no_certificate", {}),), failed=True)
    name = " ".join(command.name.split())[:LONGEST_NAME]
    desk.tx.run(guests.CERTIFIED, row_id=mine.id, as_written=name, now=desk.now)
    media = {"kind": "acara_sertifikat", "invitation": mine.id, "form": "pdf"}
    if command.invitation_id is not None:
        said = ("acara.certificate_for", {**facts(row), "name": name})
        return Outcome((said,), media=media, actions=actions(row.id, "sertifikatkan"))
    picture = {"kind": "acara_sertifikat", "invitation": mine.id, "form": "png"}
    desk.tell(
        desk.person.id, "reply", ("acara.certificate_picture", {}), address_id=desk.address_id, media=picture
    )  # fmt: skip
    return Outcome(
        (("acara.certificate", {**facts(row), "name": name}),), media=media, actions=actions(row.id, "kesan")
    )


def thank(command: ThankGuests, desk: Desk) -> Outcome:
    """Those who came hear what is there for them; a siaran with its plan, since it costs and is not urgent."""
    row = events.load(desk.tx, command.event_id)
    if row is None or row.state != "open" or not any(True for _ in desk.tx.all(guests.COUNT, event_id=row.id)):
        return Outcome((("acara.nobody_came", {}),), failed=True)
    text = catalogue("id").say("acara.thanks", **facts(row))
    number = events.announce(
        desk.tx, row, "after", text, events.told(row.id, (CAME,), row),
        catalogue("id").say("acara.who_came", **facts(row)), desk.now, by_person=desk.person.id,
        address_id=desk.address_id,
    )  # fmt: skip
    return Outcome((("acara.counting_came", {**facts(row), "siaran": number}),))


def add_paper(command: AddPaper, desk: Desk) -> Outcome:
    """The file she has sent is kept with the event."""
    file = desk.tx.one(event_after.FILE, row_id=command.incoming_id)
    row = events.load(desk.tx, command.event_id)
    if row is None or file is None or not file.data or command.kind not in ("materi", "notulen", "bukti"):
        return Outcome((("files.lost", {}),), failed=True)
    heard = json.loads(file.file or "{}")
    event_after.add_paper(desk.tx, row.id, command.kind, heard, bytes(file.data), desk.person.id, desk.now)
    return Outcome((("acara.paper_kept", {"kind": command.kind, "file": heard.get("filename") or command.kind}),))


def papers(command: ShowPapers, desk: Desk) -> Outcome:
    """What was handed out and the minutes: for who was there, and for who holds it."""
    row, mine = _own(desk, command.event_id)
    if row is None or not ((mine is not None and mine.came) or is_at_door(row, desk)):
        return refused(desk, command.event_id)
    found = [r for r in desk.tx.all(event_after.PAPERS, event_id=row.id) if r.kind not in ("bukti", event_after.NOTE)]
    for one in found:
        media = {"kind": "acara_berkas", "paper": one.id}
        says = ("acara.paper", {"kind": one.kind, "file": one.filename})
        desk.tell(desk.person.id, "reply", says, address_id=desk.address_id, media=media)
    return Outcome((("acara.papers" if found else "acara.no_papers", {"count": len(found), **facts(row)}),))


def feedback(command: GiveFeedback, desk: Desk) -> Outcome:
    """One voice a guest; the latest counts. Who holds the event sees numbers and words, without names."""
    row, mine = _own(desk, command.event_id)
    if row is None or mine is None or not mine.came or not 1 <= command.stars <= 5:
        return Outcome((("acara.no_feedback", {}),), failed=True)
    desk.tx.upsert(
        event_feedback, invitation_id=mine.id, event_id=row.id, stars=command.stars, text=command.text[:500],
        at=desk.now,
    )  # fmt: skip
    return Outcome((("acara.feedback_thanks", {}),))


def voices(command: ShowFeedback, desk: Desk) -> Outcome:
    """How many of each, and the sentences; nobody's name, and no sentence while it would be plain whose it is."""
    row = events.load(desk.tx, command.event_id)
    found = desk.tx.all(event_after.VOICES, event_id=command.event_id)
    if row is None or not found:
        return Outcome((("acara.no_voices", {}),), actions=actions(command.event_id, "setelah"))
    stars = [r.stars for r in found]
    rows = [{"stars": n, "count": stars.count(n)} for n in range(5, 0, -1) if n in stars]
    mean = f"{sum(stars) / len(stars):.1f}".replace(".", ",")
    says: list[Say] = [("acara.voices", {**facts(row), "count": len(stars), "mean": mean, "rows": rows})]
    if said := event_after.sentences(found):
        says.append(("acara.voices_said", {"rows": [{"text": text[:120]} for text in said[:MOST_SENTENCES]]}))
    if len(said) > MOST_SENTENCES:
        says.append(("acara.voices_more", {"count": len(said) - MOST_SENTENCES}))
    if not said and any(r.text for r in found):
        says.append(("acara.voices_few", {}))
    return Outcome((("lines", {"rows": says}),), actions=actions(row.id, "berkas"))


def add_note(command: AddNote, desk: Desk) -> Outcome:
    """A paragraph of the minutes."""
    text = command.text.strip()[:MOST_NOTE]
    if not text:
        return Outcome((("refused", {}),), failed=True)
    event_after.add_note(desk.tx, command.event_id, text, desk.person.id, desk.now)
    count = len(desk.tx.all(event_after.NOTES, event_id=command.event_id))
    return Outcome((("acara.noted", {"count": count}),), actions=actions(command.event_id, "catat", "janji", "notulen"))


def plan_goods(command: PlanGoods, desk: Desk) -> Outcome:
    """What everybody who came may be given."""
    if command.rupiah is not None and not 0 < command.rupiah <= 10_000_000:
        return Outcome((("acara.not_possible", {}),), failed=True)
    made = desk.tx.insert(
        event_goods, event_id=command.event_id, what=command.what, rupiah=command.rupiah, by_person=desk.person.id,
        at=desk.now,
    )  # fmt: skip
    values = {"what": command.what, "rupiah": command.rupiah or 0, "field": "money" if command.rupiah else "goods"}
    key = "acara.goods_planned_money" if command.rupiah else "acara.goods_planned"
    return Outcome(((key, values),), actions=((f"!acara:{command.event_id}:beri:{made}", "actions.acara_beri"),))


def hand_out(command: HandOut, desk: Desk) -> Outcome:
    """A receipt for each, and only for who was there; each hears of hers and says that she has it."""
    row = events.load(desk.tx, command.event_id)
    goods = desk.tx.one(event_after.ONE_GOODS, goods_id=command.goods_id, event_id=command.event_id)
    if not is_at_door(row, desk) or goods is None or row is None:
        return refused(desk, command.event_id)
    everybody = " ".join(command.text.casefold().split()) in EVERYBODY
    whom, strange = ([], []) if everybody else _whom(command.text, row, desk)
    given = event_after.hand_to_all(desk.tx, goods, desk.person.id, desk.now) if everybody else 0
    again = absent = 0
    for one in whom:
        if not one.came:
            absent += 1
        elif event_after.hand_out(desk.tx, goods, one.id, desk.person.id, desk.now):
            given += 1
            _ask_receipt(row, goods, one, desk)
        else:
            again += 1
    says: list[Say] = [("acara.handed_out", {"count": given, "what": goods.what, "sum": given * (goods.rupiah or 0)})]
    if given and goods.rupiah:
        says = [("acara.handed_out_money", {"count": given, "what": goods.what, "sum": given * goods.rupiah})]
    if everybody and given:
        says.append(("acara.handed_out_all", {}))
    if again:
        says.append(("acara.handed_out_before", {"count": again}))
    if absent:
        says.append(("acara.handed_out_absent", {"count": absent}))
    if strange:
        says.append(("acara.wrong_code", {"count": len(strange), "names": ", ".join(strange[:MOST_TOLD])}))
    return Outcome((("lines", {"rows": says}),), failed=not given)


def _whom(text: str, row: Row, desk: Desk) -> tuple[list[Row], list[str]]:
    """Those whom a list names; and what names nobody."""
    tx = desk.tx
    found, strange = list[Row](), list[str]()
    known: GuestList | None = None
    for line in read_lines(text):
        ids = []
        if line.code is not None and line.event_id in (None, row.id):
            one = tx.one(guests.BY_CODE, event_id=row.id, said=line.code)
            ids = [one.id] if one is not None else []
        elif line.name:
            known = known or GuestList(guests.guest_names(tx, row.id))
            ids = [g.id for g in known.find(line)]
        one = tx.one(guests.BY_ID, row_id=ids[0]) if len(ids) == 1 else None
        if one is None:
            strange.append(line.said)
        else:
            found.append(one)
    return found, strange


def _ask_receipt(row: Row, goods: Row, one: Row, desk: Desk) -> None:
    if one.person_id is None:
        return
    values = {**facts(row), "what": goods.what, "rupiah": goods.rupiah or 0}
    key = "acara.please_confirm_money" if goods.rupiah else "acara.please_confirm"
    desk.tell(
        one.person_id, "broadcast", (key, values), once=f"terima:{goods.id}:{one.id}",
        extra={"actions": [(f"!acara:{row.id}:terima:{goods.id}", "actions.acara_terima")]},
    )  # fmt: skip


def confirm(command: ConfirmGoods, desk: Desk) -> Outcome:
    """Her own word that she has it; a second tap does nothing more."""
    row, mine = _own(desk, command.event_id)
    goods = desk.tx.one(event_after.ONE_GOODS, goods_id=command.goods_id, event_id=command.event_id)
    receipt = desk.tx.one(event_after.RECEIPT, which=command.goods_id, whose=mine.id) if mine is not None else None
    if row is None or mine is None or goods is None or receipt is None:
        return refused(desk, command.event_id)
    desk.tx.run(event_after.CONFIRMED, which=goods.id, whose=mine.id, now=desk.now)
    media = {"kind": "acara_tanda_terima", "goods": goods.id, "invitation": mine.id}
    return Outcome((("acara.receipt", {"number": receipt.number, "what": goods.what}),), media=media)


def promise(command: AddCommitment, desk: Desk) -> Outcome:
    """Written down at once; the next meeting of this place begins with it."""
    desk.tx.insert(
        commitment, event_id=command.event_id, who=command.who[:80], what=command.what[:200], due=command.due[:60],
        by_person=desk.person.id, at=desk.now,
    )  # fmt: skip
    rows = [
        {"who": r.who, "what": r.what, "due": r.due, "field": "due" if r.due else "plain"}
        for r in desk.tx.all(event_after.COMMITMENTS, event_id=command.event_id)
    ]
    more = actions(command.event_id, "janji", "catat", "notulen")
    return Outcome((("acara.promised", {"rows": rows[-10:], "count": len(rows)}),), actions=more)


def settle(command: SettleCommitment, desk: Desk) -> Outcome:
    """Followed at this meeting."""
    tx = desk.tx
    known = {r.id: r for r in tx.all(event_after.EARLIER, event_id=command.event_id)}
    one = known.get(command.commitment_id)
    if one is None or command.state not in ("done", "dropped"):
        return Outcome((("refused", {}),), failed=True)
    tx.run(event_after.SETTLED, row_id=one.id, new_state=command.state, at_event=command.event_id, now=desk.now)
    left = len(known) - 1
    values: dict[str, Any] = {"who": one.who, "what": one.what, "left": left}
    return Outcome(
        ((f"acara.settled_{command.state}", values),), actions=actions(command.event_id, "tindak") if left else ()
    )


HANDLERS = {
    AskCertificate: Handler("own_event", nowhere, certificate),
    ThankGuests: Handler("hold_event", of_event, led(thank)),
    AddPaper: Handler("hold_event", of_event, led(add_paper)),
    ShowPapers: Handler("own_event", nowhere, papers),
    GiveFeedback: Handler("own_event", nowhere, feedback),
    ShowFeedback: Handler("hold_event", of_event, led(voices)),
    AddNote: Handler("hold_event", of_event, led(add_note)),
    PlanGoods: Handler("hold_event", of_event, led(plan_goods)),
    HandOut: Handler("own_event", nowhere, hand_out),
    ConfirmGoods: Handler("own_event", nowhere, confirm),
    AddCommitment: Handler("hold_event", of_event, led(promise)),
    SettleCommitment: Handler("hold_event", of_event, led(settle)),
}
