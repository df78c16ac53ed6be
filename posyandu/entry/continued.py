"""A list sent in several messages: the headings of the one before hold for the next.

"Urutan: nama = tb / bb" stands in the first message only, and "Tidak hadir:" may end it. A continued message is read
both ways, alone and below those headings; what both understand, but differently, is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from posyandu.entry.headings import read_heading
from posyandu.entry.line import asked_about
from posyandu.entry.parts import NO_CONTEXT, Context
from posyandu.entry.reading import Kind, Reading, Why
from posyandu.entry.session import Session, SessionLine, read_session
from posyandu.names import Roster

_SURE = (Kind.OK, Kind.STATUS)
_BARE_NAME = (Why.NO_VALUE, Why.WHICH_CHILD)


def headings_of(messages: Sequence[str], roster: Roster, on: date) -> Context:
    """What the headings of these messages, one after the other, still say at the end. Never raises."""
    context = NO_CONTEXT
    for line in (line for message in messages for line in message.splitlines()):
        if not line.strip():
            continue
        heading = read_heading(line[:400], roster, on)
        if heading is None:
            if len(re.findall(r"\d+", line)) > 1:  # a measured child: the list of absent ones is over
                context = replace(context, status=None, status_unclear=False)
        elif heading.columns:
            context = Context(heading.columns, heading.cells, day=context.day)
        elif heading.day is not None:
            context = replace(context, day=heading.day)
        elif not heading.names:
            context = replace(context, status=heading.status, status_unclear=heading.unclear)
    return context


def read_continued(message: str, roster: Roster, on: date, before: Context) -> Session:
    """Read a message that may go on below the headings of the ones before it."""
    alone = read_session(message, roster, on)
    if before == NO_CONTEXT:
        return alone
    below = read_session(message, roster, on, _still_said(before, alone))
    if [x.line_no for x in alone.lines] != [x.line_no for x in below.lines]:
        sure = [sum(x.reading.kind in _SURE for x in session.lines) for session in (alone, below)]
        return below if sure[1] > sure[0] else alone
    lines = [_one_of(a, b) for a, b in zip(alone.lines, below.lines, strict=True)]
    return Session(tuple(lines), below.day, below.context)


def _still_said(before: Context, alone: Session) -> Context:
    """ "Tidak hadir:" goes on only in a message of several names without a number; one alone begins something new."""
    readings = [x.reading for x in alone.lines]
    names = [r for r in readings if r.kind is Kind.ASK and r.why in _BARE_NAME and not r.heard]
    several = len(names) + sum(r.kind is Kind.STATUS for r in readings) > 1
    if names and several and not any(r.kind is Kind.OK for r in readings):
        return before
    return replace(before, status=None, status_unclear=False)


def _one_of(alone: SessionLine, below: SessionLine) -> SessionLine:
    """The reading to go by: the surer one; a question where both are sure of different things."""
    a, b = alone.reading, below.reading
    if a.kind not in _SURE or b.kind not in _SURE:
        return alone if a.kind in _SURE else below
    return below if _said(a) == _said(b) else replace(below, reading=asked_about(a, Why.ONE_NUMBER))


def _said(reading: Reading) -> tuple[object, ...]:
    return reading.child, reading.status, reading.weight_g, reading.height_mm, reading.head_mm, reading.muac_mm
