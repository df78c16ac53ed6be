"""Reads and writes transcripts (*.chat), and performs them in a house.

    # a remark
    @ 2026-11-12 19:00            the clock is moved to here
    > azzam                       kader types
    > [Simpan]                    kader taps a button
    > (ubah: azzam 11,1)          kader edits what she typed last
    > (foto catatan.jpg)          kader sends a file: foto, berkas, suara, stiker, lokasi, kontak (a sheet: files/*.csv)
    bidan> rekap                  another person types
    < ✅ Azzam tercatat            what kader then reads; what is indented goes on (blank lines are left out)
      [Gambar] [Batalkan]         the buttons below it
      (gambar grafik.png)         the picture above it
    orangtua-an-01< Azzam ...     what somebody else reads because of it

A person whose name is left out is the one named before, at first `kader`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import xlsxwriter

from tests.house import DemoHouse, Seen

FIRST = "kader"
SAID = re.compile(r"([\w-]*)> ?(.*)")
ANSWERED = re.compile(r"([\w-]*)< ?(.*)")
TAP = re.compile(r"\[(.+)\]")
FILE = re.compile(r"\((foto|berkas|suara|stiker|lokasi|kontak) ?(.*)\)")
EDIT = re.compile(r"\(ubah: (.*)\)")
KINDS = {
    "foto": "image",
    "berkas": "document",
    "suara": "voice",
    "stiker": "sticker",
    "lokasi": "location",
    "kontak": "contact",
}


class Hand(StrEnum):
    """How what stands as a tap in the transcript is done."""

    TAP = "tap"
    NAME = "name"  # the words on the button are typed
    NUMBER = "number"  # its number in the list is typed, where the question takes numbers


@dataclass
class Step:
    """One thing that happens, and what everybody then reads. `lines` are remarks and blank lines before it."""

    person: str
    said: str = ""
    clock: str = ""
    lines: list[str] = field(default_factory=list)
    named: bool = False


def read(path: Path) -> tuple[list[Step], list[str]]:
    """The steps of a transcript, and the remarks after the last. What was answered is not read: it is compared."""
    steps: list[Step] = []
    before: list[str] = []
    person = FIRST
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            before.append(line)
        elif line.startswith("@ "):
            steps.append(Step(person, clock=line[2:].strip(), lines=before))
            before = []
        elif said := SAID.fullmatch(line):
            person = said[1] or person
            steps.append(Step(person, said[2].replace("\\n", "\n"), lines=before, named=bool(said[1])))
            before = []
        elif not (line.startswith("  ") or ANSWERED.fullmatch(line)):
            raise ValueError(f"{path.name}: what is this? {line!r}")
    return steps, before


async def perform(
    house: DemoHouse, path: Path, hand: Hand = Hand.TAP, check: Callable[[Seen], None] | None = None
) -> str:
    """Do what the transcript says; gives it as it went. `check` sees every message that was shown."""
    steps, after = read(path)
    out: list[str] = []
    top = house.newest()
    shown_to = FIRST
    for step in steps:
        out += step.lines
        if step.clock:
            out.append(f"@ {step.clock}")
            await house.clock(step.clock)
        else:
            said = step.said.replace("\n", "\\n")
            out.append(f"{step.person if step.named else ''}> {said}".rstrip())
            shown_to = step.person
            try:
                await _do(house, step, hand, path.parent / "files")
            except LookupError as error:
                raise AssertionError("\n".join([*out[-25:], str(error)])) from error
        fresh = house.shown_since(top)
        top = house.newest()
        for owner, seen in sorted(fresh, key=lambda pair: (pair[0] != shown_to, pair[0])):
            if check is not None:
                check(seen)
            out += _answer("" if owner == shown_to else owner, seen)
    return "\n".join([*out, *after]) + "\n"


async def _do(house: DemoHouse, step: Step, hand: Hand, files: Path) -> None:
    if tap := TAP.fullmatch(step.said):
        typed = None if hand is Hand.TAP else _typed(house, step.person, tap[1], hand)
        if typed is None:
            await house.tap(step.person, tap[1])
        else:
            await house.say(step.person, typed)
    elif edit := EDIT.fullmatch(step.said):
        await house.edit(step.person, edit[1])
    elif file := FILE.fullmatch(step.said):
        await house.send_file(step.person, KINDS[file[1]], file[2], _content(files / file[2]))
    else:
        await house.say(step.person, step.said)


def _content(file: Path) -> bytes:
    """A sheet is kept as CSV, so that a transcript's reader can read it, and sent as what its name says."""
    written = file.with_suffix(".csv")
    if not file.suffix or not written.is_file():
        return b"x"
    if file.suffix == ".csv":
        return written.read_bytes()
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet()
        for at, line in enumerate(csv.reader(written.open(encoding="utf-8"), delimiter=";")):
            page.write_row(at, 0, line)
    return made.getvalue()


def _typed(house: DemoHouse, key: str, title: str, hand: Hand) -> str | None:
    """What is typed instead of a tap; None where a tap is the only way (a button that is old)."""
    question = house.open_question(key)
    last = house.last(key)
    if title not in last.titles and any(title in seen.titles for seen in house.thread(key)):
        return None
    if hand is Hand.NUMBER and question is not None and question["kind"] not in ("value", "text"):
        titles = [t for i, t in last.buttons if not i.startswith("!")]
        if question["listed"] and title in titles:
            return str(titles.index(title) + 1)
        numbered = re.search(rf"^(\d+)\. {re.escape(title)}$", last.text, re.MULTILINE)
        if numbered:
            return numbered[1]
    return title


def _answer(owner: str, seen: Seen) -> Iterator[str]:
    lines = [line for line in seen.text.split("\n") if line.strip()] or [""]
    yield f"{owner}< {lines[0]}".rstrip()
    yield from (f"  {line}" for line in lines[1:])
    if seen.media:
        yield f"  (gambar {seen.media})"
    if seen.buttons:
        yield "  " + " ".join(f"[{title}]" for title in seen.titles)
