"""The whole house on WhatsApp: Twilio's client through Prism with Twilio's own OpenAPI files, before our fake."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import bindparam, select, update

from bot.callbacks import apply
from bot.channels.twilio_api import Twilio
from bot.channels.whatsapp_status import Status
from bot.channels.whatsapp_templates import create, load_templates, submit
from storage import erasures, outbox
from storage.sql import Sql
from storage.tables import address, outgoing, person
from tests.channels import real_house
from tests.channels.conftest import Shelf
from tests.channels.phones import WhatsAppPhone, until
from tests.channels.real_house import BIDAN_WA, PARENT_WA, RealHouse
from tests.doubles.twilio import ACCOUNT, AUTH_TOKEN, TwilioDouble

KADER_WA = "whatsapp:+628110000001"
ROWS = Sql(
    select(
        outgoing.c.id, outgoing.c.kind, outgoing.c.state, outgoing.c.reason, outgoing.c.tries, outgoing.c.provider_id,
        outgoing.c.sent_as, outgoing.c.not_before, outgoing.c.template,
    ).order_by(outgoing.c.id)
)  # fmt: skip
STATE = Sql(select(address.c.state).where(address.c.external_id == bindparam("who")))
HEARD = Sql(update(address).where(address.c.external_id == bindparam("who")).values(heard_at=bindparam("at")))
WHO = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
TO_WHATSAPP = Sql(
    update(address)
    .where(address.c.channel == "telegram", address.c.external_id == str(real_house.KADER))
    .values(channel="whatsapp", external_id=KADER_WA)
)
DAY_MS = 24 * 3600_000


@asynccontextmanager
async def house(folder: Path, double: TwilioDouble, urls: list[str], **more: object) -> AsyncIterator[RealHouse]:
    """A house whose kader, bidan and one parent are on WhatsApp."""
    url = real_house.book(folder)
    settings = real_house.settings_for(url, twilio=urls[0], content=urls[-1], **more)
    async with real_house.running(settings) as running:
        double.deliver_to = running.url
        running.store.write(lambda tx: tx.run(TO_WHATSAPP))
        yield running


def rows(running: RealHouse, kind: str) -> list[Any]:
    return [row for row in running.store.read(lambda tx: tx.all(ROWS)) if row.kind == kind]


async def ended(running: RealHouse, kind: str, state: str) -> Any:
    """The newest message of a kind, once it stands like this."""
    return await until(
        lambda: next((r for r in reversed(rows(running, kind)) if r.state == state), None),
        10,
        lambda: rows(running, kind),
    )


def tell(running: RealHouse, key: str, **more: Any) -> int:
    """A message to a person that no turn asked for."""

    def work(tx: Any) -> int:
        who = tx.value(WHO, key=key)
        told = outbox.Message("parent", (("channel.stopped", {}),), person_id=who, **more)
        return int(outbox.put(tx, told, 0) or 0)

    return running.store.write(work)


async def make_templates(double: TwilioDouble, urls: list[str], running: RealHouse) -> None:
    """As `posyandu-bot whatsapp templates create` and `submit` do, and Meta says yes."""
    twilio, shelf = Twilio(ACCOUNT, AUTH_TOKEN, api_base=urls[0], content_base=urls[-1]), Shelf()
    await create(twilio, shelf, load_templates())
    await submit(twilio, shelf, load_templates())
    await twilio.close()
    double.approve_all()
    from storage import content_cache

    running.store.write(lambda tx: [content_cache.put(tx, key, sid, 0) for key, sid in shelf.sids.items()])


async def test_a_guided_weighing_through_prism_short_for_staff_and_a_picture_for_the_parent(
    tmp_path: Path, account: TwilioDouble, prism_urls: list[str]
) -> None:
    kader, parent = WhatsAppPhone(account, KADER_WA), WhatsAppPhone(account, PARENT_WA)
    async with house(tmp_path, account, prism_urls) as running:
        assert await parent.says("halo") == 200
        await parent.sees("")
        assert await kader.says("timbang") == 200
        await kader.sees("Siapa yang ditimbang")
        await kader.says("aisyah humaira")
        await kader.sees("Berat")
        await kader.says("11,7")
        await kader.sees("cm?")
        await kader.taps("Lewati")
        await kader.sees("Ada tambahan")
        await kader.taps("Lewati")
        asked = await kader.sees("Simpan?")
        assert asked["form"] == "buttons"
        await kader.taps("Simpan")
        read = await kader.sees("(AN-02)")
        assert "aik (N)" in read["body"] or "idak naik (T)" in read["body"]
        assert " gram" not in read["body"]
        assert "BB/U" not in read["body"]
        await kader.says("detail")
        assert " gram" in (await kader.sees("Hasil skrining"))["body"]
        picture = await parent.sees("Hasil timbang")
        (link,) = picture["media"]
        assert link.startswith(f"{real_house.PUBLIC}/media/")
        assert len(link.rpartition("/")[2]) >= 22
        async with aiohttp.ClientSession() as twilio:
            async with twilio.get(running.url + link.removeprefix(real_house.PUBLIC)) as found:
                assert (found.status, found.content_type) == (200, "image/png")
                assert (await found.read()).startswith(b"\x89PNG")
            async with twilio.get(f"{running.url}/media/{'A' * 22}") as guessed:
                assert guessed.status == 404
        await account.post_callbacks()
        assert (await ended(running, "parent", "read")).sent_as == "service"


async def test_outside_of_24_hours_a_template_goes_or_a_word_that_something_waits(
    tmp_path: Path, account: TwilioDouble, prism_urls: list[str]
) -> None:
    parent = WhatsAppPhone(account, PARENT_WA)
    async with house(tmp_path, account, prism_urls) as running:
        await make_templates(account, prism_urls, running)
        values = {"posyandu": "Anyelir", "child": "Aisyah", "day": "Kamis", "hours": "08.00", "place": "Balai"}
        tell(running, "orangtua-an-02", template="reminder_parent", extra={"template": values})
        await parent.sees("jadwal Anyelir untuk Aisyah")
        held = tell(running, "orangtua-an-02")
        await parent.sees("Anyelir")
        assert len(parent.seen()) == 2
        await account.post_callbacks()
        assert [r.not_before for r in rows(running, "parent") if r.id == held] == [outbox.HOLD]
        await parent.says("ya")
        await parent.sees("tidak akan mengirim pesan lagi")

        def charged() -> list[str | None]:
            return [r.sent_as for r in rows(running, "parent")]

        await until(lambda: charged() == ["utility", "service", "utility"], 10, charged)


async def test_63016_becomes_a_template_and_later_reports_of_the_old_try_change_nothing(
    tmp_path: Path, account: TwilioDouble, prism_urls: list[str]
) -> None:
    parent = WhatsAppPhone(account, PARENT_WA)
    async with house(tmp_path, account, prism_urls) as running:
        await make_templates(account, prism_urls, running)
        # We believe that she has written; WhatsApp knows that she has not.
        running.store.write(lambda tx: tx.run(HEARD, who=PARENT_WA, at=real_house.MachineClock().now()))
        values = {"posyandu": "Anyelir", "child": "Aisyah", "day": "Kamis", "hours": "08.00", "place": "Balai"}
        tell(running, "orangtua-an-02", template="reminder_parent", extra={"template": values})
        await parent.sees("tidak akan mengirim pesan lagi")
        old = list(account.callbacks)
        await ended(running, "parent", "sent")
        await account.post_callbacks()
        await parent.sees("jadwal Anyelir untuk Aisyah")
        account.callbacks += old
        await account.post_callbacks()
        assert (await ended(running, "parent", "read")).tries == 2
        assert len(parent.seen()) == 2


async def test_who_blocks_or_writes_stop_is_left_alone(
    tmp_path: Path, account: TwilioDouble, twilio_server: tuple[TwilioDouble, str]
) -> None:
    parent, bidan = WhatsAppPhone(account, PARENT_WA), WhatsAppPhone(account, BIDAN_WA)
    async with house(tmp_path, account, [twilio_server[1]]) as running:
        for one in (parent, bidan):
            await one.says("menu")
            await one.sees("")
        account.blocked.add(parent.sender)
        account.stopped.add(bidan.sender)
        for key in ("orangtua-an-02", "bidan"):
            tell(running, key)
        await ended(running, "parent", "failed")
        await until(lambda: len(parent.seen()) == 2, 5, parent.texts)
        await until(lambda: rows(running, "parent")[0].state == "sent", 5, lambda: rows(running, "parent"))
        await account.post_callbacks()
        first, second = rows(running, "parent")
        assert (first.state, second.state) == ("failed", "failed")
        assert ("63014" in first.reason, "21610" in second.reason) == (True, True)
        states = [running.store.read(lambda tx, w=w: tx.value(STATE, who=w)) for w in (PARENT_WA, BIDAN_WA)]
        assert states == ["blocked", "opted_out"]
        tell(running, "orangtua-an-02")
        tell(running, "bidan")
        assert len(parent.seen()) == 2
        assert len(bidan.seen()) == 1


async def test_a_webhook_that_is_not_twilios_is_refused_and_a_replayed_one_changes_nothing(
    tmp_path: Path, account: TwilioDouble, twilio_server: tuple[TwilioDouble, str]
) -> None:
    parent = WhatsAppPhone(account, PARENT_WA)
    async with house(tmp_path, account, [twilio_server[1]]) as running:
        form = account.inbound(PARENT_WA, "menu")
        good = account.sign("/wa/in", form)
        elsewhere = TwilioDouble(public_url=running.url).sign("/wa/in", form)
        async with aiohttp.ClientSession() as anybody:

            async def post(path: str, headers: dict[str, str], data: dict[str, str]) -> int:
                async with anybody.post(running.url + path, data=data, headers=headers) as answer:
                    return answer.status

            assert await post("/wa/in", {}, form) == 403
            assert await post("/wa/in", elsewhere, form) == 403
            assert await post("/wa/in", good, {**form, "Body": "hapus"}) == 403
            assert await post("/wa/status?ref=1.1", {}, {"MessageStatus": "read"}) == 403
            # A proxy that writes another host is no matter: what counts is the configured address.
            assert await post("/wa/in", {**good, "Host": "proxy.internal"}, form) == 200
            assert await post("/wa/in", good, form) == 200
            assert await post("/wa/in", good, {"Body": "x" * 2_000_000}) == 413
        await parent.sees("")
        assert len(parent.seen()) == 1


@pytest.mark.parametrize("erase", ["yes", "no"])
async def test_what_a_lost_webhook_missed_is_swept_once_and_deleted_at_twilio_after(
    tmp_path: Path, account: TwilioDouble, twilio_server: tuple[TwilioDouble, str], erase: str
) -> None:
    parent = WhatsAppPhone(account, PARENT_WA)
    account.clock = lambda: time.time() - 60
    lost = account.inbound(PARENT_WA, "menu")
    async with house(tmp_path, account, [twilio_server[1]], TWILIO_ERASE=erase) as running:
        await parent.sees("")
        await account.post("/wa/in", lost)
        due = running.store.read(lambda tx: erasures.due(tx, real_house.MachineClock().now() + DAY_MS))
        assert (lost["MessageSid"] in [sid for sid, _ in due]) == (erase == "yes")
        assert len(parent.seen()) == 1


def test_each_report_by_what_it_asks_for(tmp_path: Path) -> None:
    store = real_house.open_store(real_house.book(tmp_path))

    def sent(key: str) -> str:
        def work(tx: Any) -> str:
            told = outbox.Message("parent", (("channel.stopped", {}),), person_id=tx.value(WHO, key=key))
            row = outbox.put(tx, told, 0)
            assert [r.id for r in outbox.take(tx, "whatsapp", 1, 10)] == [row]
            outbox.sent(tx, int(row or 0), f"SM{row}", 2)
            return f"{row}.1"

        return store.write(work)

    def after(code: int, ref: str) -> tuple[str, int, Any]:
        effect = store.write(lambda tx: apply(tx, Status(ref, "SM1", "undelivered", code), 1000, erase=False))
        row = store.read(lambda tx: next(r for r in tx.all(ROWS) if r.id == int(ref.partition(".")[0])))
        return row.state, row.not_before, effect

    try:
        assert after(63018, sent("bidan"))[:2] == ("ready", 1000 + 3600_000)
        assert after(63049, sent("bidan"))[:2] == ("ready", 1000 + (6 * 3600_000 << 1))
        assert after(63017, sent("bidan"))[2].pause_s > 0
        assert after(63007, sent("bidan"))[2].stop == "stop 63007"
        assert after(63032, sent("bidan"))[0] == "failed"
        assert after(63013, sent("bidan"))[0] == "failed"
        assert after(63012, sent("bidan"))[0] == "ready"
        assert after(63003, sent("bidan"))[0] == "failed"
    finally:
        store.close()
