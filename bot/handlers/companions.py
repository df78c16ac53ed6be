"""Families are given to a TPK, and taken back. She sees a child only while its family consents to sharing."""

from __future__ import annotations

from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.where import of_posyandu
from posyandu.commands.families import GiveFamilies, TakeFamilies
from posyandu.consent import BELUM, GIVEN, MENOLAK, SHARING
from storage import book, companions, consents, joining
from storage.people import place_of_posyandu


def give_families(command: GiveFamilies, desk: Desk) -> Outcome:
    """Hers from now on; of those nobody asked about sharing she sees nothing until they are."""
    tx = desk.tx
    place = place_of_posyandu(tx, command.posyandu_id)
    assert place is not None
    names = {r.id: r.name for r in companions.serving(tx, command.posyandu_id, place, desk.now)}
    sharing = consents.states(tx, command.posyandu_id, SHARING)
    wanted = set(command.child_ids)
    if command.person_id not in names or not wanted <= sharing.keys():
        return Outcome((("refused", {}),), failed=True)
    refusing = {c for c in wanted if sharing[c] == MENOLAK}
    fresh = wanted - refusing - companions.of(tx, command.person_id, command.posyandu_id)
    companions.give(tx, command.person_id, sorted(fresh), desk.person.id, desk.now)
    for child_id in sorted(fresh):
        book.note(tx, desk.now, desk.person.id, "family:given", f"child:{child_id}", f"person:{command.person_id}")
    values = _values(command, desk, names[command.person_id], len(fresh))
    says: list[Say] = [("companion.given" if fresh else "companion.nothing", values)]
    if refusing:
        says.append(("companion.refusing", {"count": len(refusing)}))
    unasked = sum(sharing[c] == BELUM for c in fresh)
    if unasked:
        says.append(("companion.unasked", {"count": unasked}))
    if fresh:
        seen = sum(sharing[c] in GIVEN for c in fresh)
        desk.tell(command.person_id, "alert", ("companion.yours", {**values, "seen": seen}))
    return Outcome(tuple(says), failed=not fresh)


def take_families(command: TakeFamilies, desk: Desk) -> Outcome:
    """Not hers any more, from this minute."""
    tx = desk.tx
    hers = companions.of(tx, command.person_id, command.posyandu_id)
    if not set(command.child_ids) <= hers or not command.child_ids:
        return Outcome((("refused", {}),), failed=True)
    ended = companions.take(tx, command.person_id, command.child_ids, desk.now)
    for child_id in command.child_ids:
        book.note(tx, desk.now, desk.person.id, "family:taken", f"child:{child_id}", f"person:{command.person_id}")
    values = _values(command, desk, str(tx.value(companions.NAME, person_id=command.person_id) or "?"), ended)
    desk.tell(command.person_id, "alert", ("companion.no_longer_yours", values))
    return Outcome((("companion.taken", values),))


def _values(command: Any, desk: Desk, name: str, count: int) -> dict[str, Any]:
    where = desk.tx.value(joining.POSYANDU_NAME, posyandu_id=command.posyandu_id)
    return {"name": name, "count": count, "posyandu": where or "", "by": desk.person.name}


HANDLERS: dict[type, Handler] = {
    GiveFamilies: Handler("assign_family", of_posyandu, give_families),
    TakeFamilies: Handler("assign_family", of_posyandu, take_families),
}
