"""Pictures and documents that a message carries, made when it is sent from what is on file then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import bindparam, select

from bot import board_sheet, event_papers, invitations, lapor_sheet, siaran_sheet
from bot.channels.port import Media
from bot.locales import Catalogue
from bot.pictures import Point, growth_chart
from bot.pictures.charts import ChartName
from bot.pictures.themes import Tone
from posyandu.anthropometry import completed_months
from posyandu.queries import call_name
from storage import cases, sheet_jobs
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import child, measurement, posyandu_day, verdict, visit

CHILD = Sql(
    select(child.c.id, child.c.name, child.c.nickname, child.c.sex, child.c.birth, child.c.posyandu_id).where(
        child.c.id == bindparam("child_id")
    )
)
VERDICTS = Sql(select(verdict).where(verdict.c.child_id == bindparam("child_id")).order_by(verdict.c.on))
POSITIONS = Sql(
    select(visit.c.on, measurement.c.position)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .where(
        measurement.c.child_id == bindparam("child_id"),
        measurement.c.field == fixed("length"),
        measurement.c.current.is_not(None),
    )
)
NEXT_DAY = Sql(
    select(posyandu_day.c.on)
    .where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"),
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on > bindparam("after"),
    )
    .order_by(posyandu_day.c.on)
    .limit(1)
)


def make(tx: Tx, media: Mapping[str, Any], words: Catalogue, today: date) -> Media | None:
    """The thing that a message's `media` names, or None when there is nothing to draw any more."""
    if media.get("audience") == "keluarga" and cases.is_open(tx, media["child_id"]):
        return None  # never a picture for the family of a child in a case
    if media["kind"] == "chart":
        return _chart(tx, media, words, today)
    if media["kind"] == "document":
        return _document(tx, media)
    if media["kind"] in (invitations.INVITE, invitations.SHEET):
        return invitations.make(media, words)
    if media["kind"] in siaran_sheet.FILES:
        return siaran_sheet.make(tx, media, words)
    if media["kind"] == board_sheet.KIND:
        return board_sheet.make(tx, media, words)
    if media["kind"] == "invitations_pdf":
        from bot import board_pdf  # heavy, and most starts of the program never need it

        return board_pdf.make(tx, media, words)
    if media["kind"] in event_papers.FILES:
        return event_papers.make(tx, media, words)
    if media["kind"] in lapor_sheet.FILES:
        return lapor_sheet.make(tx, media, words)
    raise ValueError(f"no such attachment: {media['kind']}")


def _document(tx: Tx, media: Mapping[str, Any]) -> Media | None:
    """A sheet that a child process has made; None once it is let go."""
    job = sheet_jobs.load(tx, media["job"])
    return None if job is None or job.data is None else Media("document", job.filename, job.mime, bytes(job.data))


def _chart(tx: Tx, media: Mapping[str, Any], words: Catalogue, today: date) -> Media | None:
    who = tx.one(CHILD, child_id=media["child_id"])
    rows = tx.all(VERDICTS, child_id=media["child_id"])
    weighed = [r for r in rows if r.grams is not None]
    if who is None or not weighed:
        return None
    last, birth = weighed[-1], date.fromisoformat(who.birth)
    months = completed_months(birth, date.fromisoformat(last.on))
    chart = media.get("chart") or ("bb_u_0_24" if months < 24 else "bb_u_24_60")
    family = media["audience"] == "keluarga"
    short = who.nickname or call_name(who.name)
    positions = {r.on: r.position for r in tx.all(POSITIONS, child_id=media["child_id"])}
    points = [Point(date.fromisoformat(r.on), r.grams, r.mm, positions.get(r.on)) for r in rows]
    yesterday = (today - timedelta(days=1)).isoformat()
    next_day = tx.value(NEXT_DAY, posyandu_id=who.posyandu_id, after=max(yesterday, last.on))
    values = {"kg": last.grams, "months": months, "z": last.waz, "on": last.on}
    if family:
        this_month = last.on[:7] == today.isoformat()[:7]
        bottom = words.say("picture.family_bottom" if this_month else "picture.family_bottom_on", **values)
    else:
        mark = f"picture.bottom_{last.nt}" if last.nt else "picture.bottom"
        bottom = words.say(mark if last.waz is not None else "picture.bottom", **values)
    tone = "segera" if last.priority == "segera" else "perhatian" if last.drawer else "baik"
    png = growth_chart(
        cast(ChartName, chart),
        audience="keluarga" if family else "petugas",
        sex="L" if who.sex == "L" else "P",
        birth=birth,
        points=points,
        title=short if family else who.name,
        bottom=bottom,
        tone=cast(Tone, "netral" if family else tone),
        next_day=words.say("picture.next_day", on=next_day) if next_day and family else None,
    )
    return Media("image", f"grafik-{last.on}.png", "image/png", png)
