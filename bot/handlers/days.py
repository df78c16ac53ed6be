"""Hari posyandu: answers of families, days moved and cancelled, who is expected, who has not reported."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.where import nowhere, of_place
from posyandu.calendar import HOURS, holiday, next_allowed, say_date
from posyandu.commands.days import (
    AnswerDay,
    AskEarly,
    CancelDay,
    ChangeHours,
    MoveAreaDay,
    MoveDay,
    RemindSilent,
    SetDayRule,
    SetKindWord,
    ShowExpected,
    ShowSilent,
    ToldInPerson,
)
from storage import days, look_days
from storage.reminders import facts, reading
from storage.reminders.words import expected_words
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import day_answer, membership, outgoing, person, posyandu, tell_in_person

MOST_MOVES = 10
TOLD_LAST = Sql(
    select(outgoing.c.group_key)
    .where(outgoing.c.person_id == bindparam("person_id"), outgoing.c.group_key.like("day:%"))
    .order_by(outgoing.c.id.desc())
    .limit(1)
)
WAS_TOLD = Sql(
    select(outgoing.c.id)
    .where(outgoing.c.person_id == bindparam("person_id"), outgoing.c.group_key == bindparam("about"))
    .limit(1)
)
CHANGE_ANSWER = Sql(
    update(day_answer)
    .where(day_answer.c.day_id == bindparam("which"), day_answer.c.person_id == bindparam("whose"))
    .values(answer=bindparam("new_answer"), at=bindparam("now"))
)
EARLY = Sql(update(person).where(person.c.id == bindparam("whose")).values(early=bindparam("wanted")))
IS_EARLY = Sql(select(person.c.early).where(person.c.id == bindparam("person_id")))
KIND_WORD = Sql(update(posyandu).where(posyandu.c.id == bindparam("where")).values(kind_word=bindparam("wanted")))
ALL_TOLD = Sql(
    update(tell_in_person)
    .where(
        tell_in_person.c.posyandu_id == bindparam("where"),
        tell_in_person.c.state == fixed("open"),
        tell_in_person.c.once.like(bindparam("reminded")) | tell_in_person.c.once.like(bindparam("changed")),
    )
    .values(state="told", by_person=bindparam("by"), done_at=bindparam("now"))
)
NAME = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("posyandu_id")))
KADER = Sql(
    select(membership.c.person_id)
    .join(person, person.c.id == membership.c.person_id)
    .where(
        membership.c.posyandu_id == bindparam("posyandu_id"),
        among(membership.c.role, "kader", "ketua"),
        membership.c.until_at.is_(None) | (membership.c.until_at > bindparam("now")),
        person.c.state == fixed("active"),
    )
    .distinct()
)


def answer_day(command: AnswerDay, desk: Desk) -> Outcome:
    """Kept for the kader's list; the last word counts. Only who was told of a day can answer for it."""
    about = f"day:{command.day_id}"
    if command.day_id is None:
        about = desk.tx.value(TOLD_LAST, person_id=desk.person.id) or ""
    if not about or not desk.tx.value(WAS_TOLD, person_id=desk.person.id, about=about):
        return Outcome((("days.not_told", {}),), failed=True)
    day = _as_it_stands(desk.tx, int(about.removeprefix("day:")))
    if day is None or day.state != "planned" or date.fromisoformat(day.on) < desk.today:
        return Outcome((("days.over", {}),), failed=True)
    new = desk.tx.insert_once(day_answer, day_id=day.id, person_id=desk.person.id, answer=command.answer, at=desk.now)
    if new is None:
        desk.tx.run(CHANGE_ANSWER, which=day.id, whose=desk.person.id, new_answer=command.answer, now=desk.now)
    says: list[Say] = [(f"days.answered.{command.answer}", {"on": day.on, "posyandu": day.name})]
    if command.answer == "tidak_bisa" and not desk.tx.value(IS_EARLY, person_id=desk.person.id):
        says.append(("days.early_offer", {}))  # three days' notice might have let her come
    return Outcome(tuple(says))


def _as_it_stands(tx: Tx, day_id: int) -> Row | None:
    """The day she was told of; one that was moved is answered for where it is now."""
    day = tx.one(reading.DAY, day_id=day_id)
    for _ in range(MOST_MOVES):
        if day is None or day.state != "moved" or not day.moved_to:
            break
        target = tx.one(days.BY_DATE, posyandu_id=day.posyandu_id, on_day=day.moved_to)
        day = tx.one(reading.DAY, day_id=target.id) if target is not None else None
    return day


def ask_early(command: AskEarly, desk: Desk) -> Outcome:
    """Three days' notice, as she wishes."""
    desk.tx.run(EARLY, whose=desk.person.id, wanted=int(command.wanted))
    return Outcome((("days.early" if command.wanted else "days.not_early", {}),))


def told_in_person(command: ToldInPerson, desk: Desk) -> Outcome:
    """Every open line about this day is done."""
    count = desk.tx.run(
        ALL_TOLD, where=command.posyandu_id, reminded=f"h1:{command.day_id}:%", changed=f"change:{command.day_id}:%",
        by=desk.person.id, now=desk.now,
    )  # fmt: skip
    return Outcome((("days.told_in_person", {"count": count}),))


def show_expected(command: ShowExpected, desk: Desk) -> Outcome:
    """The list of the next day as it stands now."""
    coming = days.coming(desk.tx, command.posyandu_id, desk.today)
    book = facts.of_day(desk.tx, coming[0].id, desk.now) if coming else None
    if book is None:
        return Outcome((("days.none", {}),))
    register = {c.id: c for family in book.facts.families for c in family.children if c.open_on(book.day.on)}
    expected = sorted(i for i, c in register.items() if not c.weighed)
    words = expected_words("eve.next", book, expected)
    return Outcome(words.says, words.actions)


def move_day(command: MoveDay, desk: Desk) -> Outcome:
    """Another date; those who were told hear of it in this transaction."""
    try:
        done = days.move(desk.tx, command.posyandu_id, command.on, command.to, command.reason, desk.now)
    except days.NotPossible as why:
        return _refused(why)
    says: list[Say] = [("days.moved", _said(desk, command.posyandu_id, on=command.on, to=command.to, told=done.told))]
    return Outcome((*says, *_rest_day(command.to)))


def cancel_day(command: CancelDay, desk: Desk) -> Outcome:
    """No posyandu that day."""
    try:
        done = days.cancel(desk.tx, command.posyandu_id, command.on, command.reason, desk.now)
    except days.NotPossible as why:
        return _refused(why)
    return Outcome((("days.cancelled", _said(desk, command.posyandu_id, on=command.on, told=done.told)),))


def change_hours(command: ChangeHours, desk: Desk) -> Outcome:
    """Other hours, another place."""
    try:
        done = days.rearrange(
            desk.tx, command.posyandu_id, command.on, command.opens, command.closes, command.place, desk.now
        )
    except days.NotPossible as why:
        return _refused(why)
    more = {"opens": command.opens, "closes": command.closes}
    return Outcome((("days.changed", {**_said(desk, command.posyandu_id, on=command.on, told=done.told), **more}),))


def move_area_day(command: MoveAreaDay, desk: Desk) -> Outcome:
    """Each posyandu of the area with its day then, one by one; who cannot be moved is named."""
    done, told, refused = 0, 0, []
    for one in days.in_area(desk.tx, command.on, puskesmas_id=command.puskesmas_id, area=command.area):
        try:
            if command.to is None:
                told += days.cancel(desk.tx, one, command.on, command.reason, desk.now).told
            else:
                told += days.move(desk.tx, one, command.on, command.to, command.reason, desk.now).told
            done += 1
        except days.NotPossible:
            refused.append({"posyandu": desk.tx.value(NAME, posyandu_id=one)})
    if not done and not refused:
        return Outcome((("days.none", {}),), failed=True)
    key = "days.area_moved" if command.to else "days.area_cancelled"
    values = {"on": command.on.isoformat(), "to": command.to.isoformat() if command.to else "", "told": told}
    says: list[Say] = [(key, {**values, "count": done})]
    if refused:
        says.append(("days.area_refused", {"rows": refused}))
    return Outcome((*says, *(_rest_day(command.to) if command.to else ())))


def _refused(why: days.NotPossible) -> Outcome:
    return Outcome(((f"days.refused.{why}", {}),), failed=True)


def _said(desk: Desk, posyandu_id: int, *, on: date, told: int, to: date | None = None) -> dict[str, Any]:
    name = desk.tx.value(NAME, posyandu_id=posyandu_id)
    return {"posyandu": name, "on": on.isoformat(), "to": to.isoformat() if to else "", "told": told}


def _rest_day(on: date) -> tuple[Say, ...]:
    found = holiday(on)
    return (("days.holiday", {"on": on.isoformat(), "name": found.name}),) if found else ()


def set_kind_word(command: SetKindWord, desk: Desk) -> Outcome:
    """On or off for this posyandu."""
    desk.tx.run(KIND_WORD, where=command.posyandu_id, wanted=int(command.wanted))
    return Outcome((("days.kind_word_on" if command.wanted else "days.kind_word_off", {}),))


def set_day_rule(command: SetDayRule, desk: Desk) -> Outcome:
    """From next month on; a day that is planned already moves, and who has been told of it hears so."""
    try:
        coming = days.set_rule(desk.tx, command.posyandu_id, command.rule, desk.now)
    except days.NotPossible as why:
        return _refused(why)
    name = desk.tx.value(NAME, posyandu_id=command.posyandu_id)
    rows = [{"on": on.isoformat()} for on in coming]
    says: list[Say] = [("days.rule_set", {"posyandu": name, "rule": command.rule, "rows": rows})]
    return Outcome((*says, *(say for on in coming for say in _rest_day(on))))


def show_silent(command: ShowSilent, desk: Desk) -> Outcome:
    """Which posyandu have had their day and written nothing."""
    rows = look_days.silent(desk.tx, desk.today, **_where(command))
    if not rows:
        return Outcome((("silent.none", {}),))
    listed = [{"posyandu": r.name, "on": r.on} for r in rows]
    says: Say = ("silent.text", {"count": len(listed), "rows": listed[:30]})
    more: tuple[Say, ...] = (("digest.more", {"count": len(listed) - 30}),) if len(listed) > 30 else ()
    actions = () if command.posyandu_id is not None else (("!ingatkan:now", "actions.remind_those"),)
    return Outcome((says, *more), actions)


def remind_silent(command: RemindSilent, desk: Desk) -> Outcome:
    """A word to the kader of just those posyandu; each at most once a day."""
    reminded = set()
    rows = look_days.silent(desk.tx, desk.today, **_where(command))
    for row in rows:
        values = {"posyandu": row.name, "on": row.on, "opens": row.opens, "closes": row.closes, "place": row.place}
        for kader in desk.tx.all(KADER, posyandu_id=row.id, now=desk.now):
            put = desk.tell(
                kader.person_id,
                "reminder",
                ("silent.nudge", values),
                once=f"ask:{row.day_id}:{desk.today.isoformat()}:{kader.person_id}",
                group=f"ask:{row.day_id}",
                template="nudge_kader",
                not_before=next_allowed(desk.now, row.zone),
                expires=next_allowed(desk.now, row.zone) + 24 * 3600_000,
                extra={
                    "actions": [[f"!start:weighing:{row.id}@{row.on}", "actions.record_now"]],
                    "hours": [row.zone, *HOURS],
                    "template": {"posyandu": row.name, "day": say_date(date.fromisoformat(row.on)).rsplit(" ", 1)[0]},
                },
            )
            if put is not None:
                reminded.add(row.id)
    key = "silent.reminded" if reminded else "silent.reminded_before" if rows else "silent.none"
    return Outcome(((key, {"count": len(reminded)}),))


def _where(command: ShowSilent | RemindSilent) -> dict[str, Any]:
    return {"posyandu_id": command.posyandu_id, "puskesmas_id": command.puskesmas_id, "area": command.area}


HANDLERS = {
    AnswerDay: Handler("own_data", nowhere, answer_day),
    AskEarly: Handler("own_data", nowhere, ask_early),
    ToldInPerson: Handler("tell_in_person", of_place, told_in_person),
    ShowExpected: Handler("see_children", of_place, show_expected),
    MoveDay: Handler("move_day", of_place, move_day),
    CancelDay: Handler("move_day", of_place, cancel_day),
    ChangeHours: Handler("move_day", of_place, change_hours),
    MoveAreaDay: Handler("move_area_day", of_place, move_area_day),
    SetDayRule: Handler("move_day", of_place, set_day_rule),
    SetKindWord: Handler("move_day", of_place, set_kind_word),
    ShowSilent: Handler("see_numbers", of_place, show_silent),
    RemindSilent: Handler("remind_kader", of_place, remind_silent),
}
