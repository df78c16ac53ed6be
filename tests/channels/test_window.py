"""Between free words and templates nothing is stuck: a message arrives, ends with a reason, or waits and is told of."""

from __future__ import annotations

import ast
import itertools
import tempfile
from collections import defaultdict, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from bot import acts_events, window
from bot.acts_days import ANSWERS
from bot.channels.pace import Pace, Pacer
from bot.channels.port import Bubble, NeedsTemplate, NoTemplate, Template
from bot.channels.reach import WHATSAPP
from bot.channels.whatsapp_templates import find, load_templates
from bot.delivery import Delivery
from bot.locales import catalogue
from posyandu.siaran import TEMPLATE
from storage import case_alarm, outbox
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import address, metadata, outgoing, person

ROOT = Path(__file__).parents[2]
TEMPLATES = {one.name: one for one in load_templates()}
NOW = 1_795_000_000_000
DAY = 24 * 3600_000
ROWS = Sql(select(outgoing).order_by(outgoing.c.id))
HEARD = Sql(update(address).where(address.c.id == bindparam("which")).values(heard_at=bindparam("at")))
Row = namedtuple("Row", "id episode")


# -- every template that is named exists, and its values fit --------------------------------------------------------


# There `template` is the layout of a sheet.
LAYOUTS = ("bot/sheet_child.py", "bot/cli_sheets.py")


def sources() -> Iterator[tuple[str, ast.AST]]:
    for folder in ("bot", "storage", "scheduler"):
        for file in sorted(ROOT.glob(f"{folder}/**/*.py")):
            text = file.read_text(encoding="utf-8")
            if "template" in text or "Words(" in text:
                yield str(file.relative_to(ROOT)), ast.parse(text)


def chosen(value: ast.expr) -> list[ast.expr]:
    """What an `a if x else b` may come to; what it asks on the way is no name."""
    return [*chosen(value.body), *chosen(value.orelse)] if isinstance(value, ast.IfExp) else [value]


def named_templates() -> Iterator[tuple[str, str]]:
    """(file, name) of every template that a message names: `template=`, or the third thing a `Words` is given."""
    for file, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            given = [k.value for k in node.keywords if k.arg == "template"]
            given = [part for value in given for part in chosen(value)]
            if isinstance(node.func, ast.Name) and node.func.id == "Words":
                given += node.args[2:3]
            for value in given:
                for leaf in ast.walk(value):
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                        yield file, leaf.value


def test_every_template_that_is_named_exists_and_every_template_is_named() -> None:
    named = {name for file, name in named_templates() if file not in LAYOUTS} | {TEMPLATE, window.WAITING}
    assert named == set(TEMPLATES)


def test_what_a_template_asks_to_be_answered_is_understood() -> None:
    """ "Balas LANJUT": each such word does something; what only opens asks for LANJUT, which lets the message go."""
    understood = {"LANJUT", "BERHENTI", "MENU", "TIMBANG", "BANTUAN", "ANAK SAYA"}
    for one in TEMPLATES.values():
        words = {w for w in understood if w in one.body}
        capitals = {w for w in one.body.replace(",", " ").replace(".", " ").split() if w.isupper() and len(w) > 3}
        assert capitals <= {part for word in words for part in word.split()} | {"KIA"}, one.name
        assert ("Balas LANJUT" in one.body) == one.opens, one.name


def test_a_button_of_a_template_says_what_it_does() -> None:
    """Its title comes back as a typed word: it must be the word for its id, as on the buttons of Telegram."""
    words = catalogue("id")
    for button in (button for one in TEMPLATES.values() for button in one.buttons):
        keys = [key for key in (f"day_answer.{button.id}", f"actions.{button.id}") if words.has(key)]
        assert [words.say(key) for key in keys] == [button.title]
        event = acts_events.TEMPLATE_PICKS.get(button.id)
        typed = button.title.casefold()
        assert (acts_events.RSVP[typed] == event) if event else (ANSWERS[typed] == button.id)


# -- whatever is approved, and whatever WhatsApp says of the window, a message is not stuck -------------------------


@dataclass
class WindowChannel:
    """WhatsApp's rule and nothing else: free words while the window is open, approved templates always."""

    approved: set[str]
    open: bool = False
    name: str = "whatsapp"
    reach: Any = WHATSAPP
    read: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        if template is None:
            if not self.open:
                raise NeedsTemplate("template 63016")
            self.read[to].append(bubble.text)
            return "SM1"
        text = find(list(TEMPLATES.values()), template.name, template.language)
        text.values(template.variables)
        if template.name not in self.approved:
            raise NoTemplate(f"template {template.name} has not been created at Twilio")
        self.read[to].append(f"<{template.name}>")
        return "SM1"

    def charged_as(self, template: Template | None) -> str | None:
        return "utility" if template else "service"

    async def close(self) -> None: ...


class Hand:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        return self.at


@pytest.fixture
def in_memory() -> Iterator[Store]:
    """A book on a disk that need not be waited for."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        store = open_store(f"sqlite:///{folder}/book.db")
        metadata.create_all(store.engine)
        yield store
        store.close()


def values_of(name: str | None) -> dict[str, str]:
    known = TEMPLATES.get(name or "")
    return dict(zip(known.variables, known.samples, strict=True)) if known else {}


async def delivered(store: Store, channel: WindowChannel, clock: Hand) -> None:
    """Deliver until nothing is due."""
    delivery = Delivery(store, {"whatsapp": channel}, clock, {"whatsapp": Pacer(Pace(10_000, 0))})
    for _ in range(100):
        await delivery.once("whatsapp")
        await delivery.drain()
        if not store.read(lambda tx: tx.value(outbox.WAITING, now=clock.now())):
            return
    raise AssertionError(rows_of(store))


def rows_of(store: Store) -> list[Any]:
    return list(store.read(lambda tx: tx.all(ROWS)))


KINDS = ("alert", "parent", "reminder")
NAMED = (None, "tidak_ada", *TEMPLATES)
SAID = "Pesan lama yang diubah"


def put_everything(tx: Tx, believed_open: bool) -> dict[int, tuple[int, str | None]]:
    """A message of each kind with each template, with its values and without, each to a person of her own."""
    made = {}
    for number, (kind, name, whole) in enumerate(itertools.product(KINDS, NAMED, (True, False)), 1):
        who = tx.insert(person, name="Siti", at=NOW)
        heard = NOW - DAY // 24 if believed_open else None
        to = tx.insert(address, channel="whatsapp", external_id=f"w:{number}", person_id=who, at=NOW, heard_at=heard)
        told = outbox.Message(
            kind, (("hints.edited", {}),), person_id=who, template=name,
            extra={"template": values_of(name) if whole else {}},
        )  # fmt: skip
        row = outbox.put(tx, told, NOW)
        made[int(row or 0)] = (int(to or 0), name if whole else None)
    return made


def they_write(tx: Tx, to: int, at: int) -> None:
    tx.run(HEARD, which=to, at=at)
    outbox.release(tx, to, at)


@pytest.mark.parametrize("approved", [set(), {window.WAITING}, set(TEMPLATES)], ids=["none", "waiting", "all"])
@pytest.mark.parametrize("believed", [True, False], ids=["believed open", "believed closed"])
@pytest.mark.parametrize("open_", [True, False], ids=["open", "closed"])
async def test_nothing_is_stuck(in_memory: Store, approved: set[str], believed: bool, open_: bool) -> None:
    store = in_memory
    channel, clock = WindowChannel(set(approved), open_), Hand()
    made = store.write(lambda tx: put_everything(tx, believed))
    await delivered(store, channel, clock)
    rows = {row.id: row for row in rows_of(store)}
    for number, (to, name) in made.items():
        row, heard = rows[number], channel.read.get(f"w:{to}", [])
        if row.state == "sent":
            assert any(SAID in text for text in heard) or heard == [f"<{name}>"], (row.kind, row.template)
            continue
        # It waits for her, and she knows; or nothing may go to her at all, and the word for her is tried again.
        assert (row.state, row.not_before) == ("ready", outbox.HOLD), (row.kind, row.template, row.reason)
        notices = [r for r in rows.values() if r.address_id == to and r.id not in made]
        told = [text for text in heard if text in ("<message_waiting>", f"<{name}>")]
        waits = [r for r in notices if r.state == "ready" and clock.at < r.not_before < outbox.HOLD]
        assert len(told) == 1 or (not approved and len(waits) == 1 and waits[0].reason == window.NOT_THERE)
    # She writes: what waited leaves, and nothing is left over.
    channel.open, clock.at = True, NOW + DAY
    store.write(lambda tx: [they_write(tx, to, clock.at) for to, _ in made.values()])
    await delivered(store, channel, clock)
    rows = {row.id: row for row in rows_of(store)}
    assert {row.state for row in rows.values()} <= {"sent", "superseded"}
    for number, (to, name) in made.items():
        row = rows[number]
        whole = name in TEMPLATES and not TEMPLATES[name].opens and f"<{name}>" in channel.read[f"w:{to}"]
        assert row.state == "sent"
        assert len([text for text in channel.read[f"w:{to}"] if SAID in text]) == (0 if whole else 1)


def test_a_notice_that_names_a_child_is_taken_back_with_its_alarm(store: Store) -> None:
    def work(tx: Tx) -> None:
        who = tx.insert(person, name="Bidan", at=NOW)
        tx.insert(address, channel="whatsapp", external_id="whatsapp:+62000", person_id=who, at=NOW)
        told = outbox.Message(
            "alert", (("hints.edited", {}),), person_id=who, template="case_staff", group="kasus:1:1",
            extra={"template": values_of("case_staff")},
        )  # fmt: skip
        outbox.put(tx, told, NOW)
        (row,) = outbox.take(tx, "whatsapp", NOW, 5)
        window.hold(tx, row, NOW)
        case = Row(1, 1)
        assert {r.state for r in tx.all(ROWS)} == {"ready"}
        tx.run(case_alarm.WITHDRAWN, about=case_alarm.about(case), why="nilai diperbarui")  # type: ignore[arg-type]
        assert {r.state for r in tx.all(ROWS)} == {"superseded"}

    store.write(work)
