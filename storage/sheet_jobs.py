"""Sheets under way, as rows: asked for in a turn, worked on by a child process, told of when they are done."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, func, select, update

from storage import jobs
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import sheet_job

LEASE_MS = 10 * 60_000  # renewed with every word of progress; past it the process is gone
KEEP_MS = 7 * 24 * 3600_000  # files are kept so long, to be sent again
BY_ID = Sql(select(sheet_job).where(sheet_job.c.id == bindparam("job_id")))
_NEXT = (
    select(sheet_job.c.id)
    .where(
        (sheet_job.c.state == fixed("waiting"))
        | ((sheet_job.c.state == fixed("running")) & (sheet_job.c.lease < bindparam("now")))
    )
    .order_by(sheet_job.c.id)
    .limit(1)
)
NEXT = Sql(_NEXT)
NEXT_LOCKED = Sql(_NEXT.with_for_update(skip_locked=True))
THIS = Sql(
    update(sheet_job)
    .where(sheet_job.c.id == bindparam("job_id"), among(sheet_job.c.state, "waiting", "running"))
    .values(state="running", lease=bindparam("until"))
)
OPEN_IDS = Sql(select(sheet_job.c.id).where(among(sheet_job.c.state, "waiting", "running")).order_by(sheet_job.c.id))
# A running one counts, too: whoever waits for the house to be quiet waits for its sheets.
OPEN = Sql(select(func.count()).select_from(sheet_job).where(among(sheet_job.c.state, "waiting", "running")))
CLAIM = Sql(
    update(sheet_job).where(sheet_job.c.id == bindparam("job_id")).values(state="running", lease=bindparam("until"))
)
RELEASE = Sql(update(sheet_job).where(sheet_job.c.state == fixed("running")).values(state="waiting", lease=None))
FAR = Sql(
    update(sheet_job)
    .where(sheet_job.c.id == bindparam("job_id"))
    .values(done=bindparam("so_far"), total=bindparam("of_all"), lease=bindparam("until"))
)
ENDED = Sql(
    update(sheet_job)
    .where(sheet_job.c.id == bindparam("job_id"))
    .values(
        state=bindparam("new_state"), note=bindparam("new_note"), data=bindparam("new_data"),
        filename=bindparam("new_name"), mime=bindparam("new_mime"), done_at=bindparam("now"), lease=None,
    )
)  # fmt: skip
AGAIN = Sql(
    update(sheet_job)
    .where(sheet_job.c.id == bindparam("job_id"), sheet_job.c.state == fixed("asking"))
    .values(does=bindparam("next_step"), args=bindparam("new_args"), state=bindparam("new_state"), lease=None)
)
FORGET = Sql(
    update(sheet_job)
    .where(sheet_job.c.at < bindparam("before"), among(sheet_job.c.state, "done", "failed", "dropped"))
    .values(data=None, source=None)
)
OF_FILE = Sql(
    select(sheet_job).where(sheet_job.c.digest == bindparam("digest")).order_by(sheet_job.c.id.desc()).limit(1)
)


def put(
    tx: Tx,
    does: str,
    args: dict[str, Any],
    now: int,
    *,
    person_id: int | None = None,
    address_id: int | None = None,
    incoming_id: int | None = None,
    filename: str = "",
    source: bytes | None = None,
    digest: str = "",
    state: str = "waiting",
) -> int:
    """Ask for a sheet; its id."""
    made = tx.insert(
        sheet_job, does=does, args=json.dumps(args), person_id=person_id, address_id=address_id,
        incoming_id=incoming_id, filename=filename, source=source, digest=digest, state=state, at=now,
    )  # fmt: skip
    if state == "waiting":
        jobs.ask(tx, jobs.SHEET, made)
    return made


def claim(tx: Tx, now: int) -> int | None:
    """The oldest job that nobody works on, taken; None when there is none."""
    found = tx.value(NEXT if tx.dialect == "sqlite" else NEXT_LOCKED, now=now)
    if found is not None:
        tx.run(CLAIM, job_id=found, until=now + LEASE_MS)
    return None if found is None else int(found)


def claim_this(tx: Tx, job_id: int, now: int) -> bool:
    """Taken by whom the job engine has given it to: a process that had it before is no more."""
    return bool(tx.run(THIS, job_id=job_id, until=now + LEASE_MS))


def load(tx: Tx, job_id: int) -> Row | None:
    return tx.one(BY_ID, job_id=job_id)


def far(tx: Tx, job_id: int, done: int, total: int, now: int) -> None:
    """So much is done; the job is alive."""
    tx.run(FAR, job_id=job_id, so_far=done, of_all=total, until=now + LEASE_MS)


def end(
    tx: Tx,
    job_id: int,
    state: str,
    now: int,
    *,
    note: dict[str, Any] | None = None,
    file: tuple[str, str, bytes] | None = None,
) -> None:
    """done, failed, or asking (a person decides how it goes on). `file`: name, mime, bytes."""
    name, mime, data = file or ("", "", None)
    tx.run(
        ENDED, job_id=job_id, new_state=state, new_note=json.dumps(note or {}), new_data=data, new_name=name,
        new_mime=mime, now=now,
    )  # fmt: skip


def go_on(tx: Tx, job_id: int, does: str, args: dict[str, Any]) -> bool:
    """A person has decided; False when it was decided before."""
    goes = bool(tx.run(AGAIN, job_id=job_id, next_step=does, new_args=json.dumps(args), new_state="waiting"))
    if goes:
        jobs.ask(tx, jobs.SHEET, job_id)
    return goes


def drop(tx: Tx, job_id: int) -> bool:
    """Not wanted after all."""
    job = load(tx, job_id)
    return job is not None and bool(
        tx.run(AGAIN, job_id=job_id, next_step=job.does, new_args=job.args, new_state="dropped")
    )


def forget_old(tx: Tx, now: int) -> None:
    """Files older than a week are let go; that they were made stays in the audit."""
    tx.run(FORGET, before=now - KEEP_MS)
