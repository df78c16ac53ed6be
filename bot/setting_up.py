"""`posyandu-bot setup`: look at everything once, set what can be set, and say what is missing and how to mend it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable

from bot.app import open_book
from bot.channels.port import Bubble, ChannelError
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_templates import check, load_templates
from bot.channels.wire import Wire
from bot.checklist import BAD, GOOD, NOTE, Checklist, mend
from bot.clock import MachineClock
from bot.real import Shelf, make_real
from bot.receiving import webhook_url
from bot.settings import Settings
from storage import links
from storage.store import Store

TEST_WORDS = "Tes dari *posyandu-bot*: kalau pesan ini terbaca, kanal ini sudah jalan. 🌱"


def setup(to: str, settings: Settings) -> int:
    """Look at everything in turn; 0 when nothing is missing, 1 otherwise."""
    listed = Checklist(settings)
    store, is_demo = open_book(settings)
    try:
        return asyncio.run(_setup(to, settings, store, listed, is_demo=is_demo))
    finally:
        store.close()


async def _setup(to: str, settings: Settings, store: Store, listed: Checklist, *, is_demo: bool) -> int:
    if is_demo:
        listed.say(
            BAD, "Basis data ini demo. Isi TELEGRAM_TOKEN atau TWILIO_ACCOUNT_SID dan DATABASE_URL baru di .env."
        )
        return 1
    listed.say(GOOD, f"Pengaturan terbaca, basis data siap ({store.dialect}).")
    real = make_real(settings, store, MachineClock())
    try:
        if real.telegram is None:
            listed.say(NOTE, "Telegram tidak dipakai. Untuk memakainya: buat bot di @BotFather, isi TELEGRAM_TOKEN.")
        else:
            await _guarded(listed, "Telegram", _telegram(real.telegram, settings, store, listed))
        if real.whatsapp is None:
            listed.say(NOTE, "WhatsApp tidak dipakai. Untuk memakainya: isi TWILIO_ACCOUNT_SID, _AUTH_TOKEN, _FROM.")
        else:
            await _guarded(listed, "Twilio", _twilio(real.whatsapp, settings, store, listed))
        if settings.PUBLIC_URL:
            await _reachable(settings, listed)
        if to:
            await _guarded(listed, "Tes", _test(to, real.telegram, real.whatsapp, listed))
    finally:
        await real.close()
    listed.say(
        BAD if listed.missing else GOOD,
        f"Masih {listed.missing} hal yang perlu dibereskan." if listed.missing else "Siap: posyandu-bot run",
    )
    return 1 if listed.missing else 0


async def _guarded(listed: Checklist, name: str, work: Awaitable[None]) -> None:
    try:
        await work
    except ChannelError as error:
        listed.say(BAD, f"{name}: {error.reason or type(error).__name__}\n{mend(error)}")


async def _telegram(telegram: Telegram, settings: Settings, store: Store, listed: Checklist) -> None:
    name = await telegram.username()
    store.write(lambda tx: links.note(tx, "telegram", links.telegram_link(name)))
    listed.say(GOOD, f"Telegram: token benar, bot @{name}, tautan {links.telegram_link(name)}")
    wanted, there = webhook_url(settings), await telegram.webhook_url()
    if wanted and there != wanted:
        await telegram.set_webhook(wanted, settings.TELEGRAM_SECRET)
        listed.say(GOOD, "Telegram: webhook dipasang.")
    elif wanted:
        listed.say(GOOD, "Telegram: webhook sudah terpasang.")
    elif there:
        await telegram.delete_webhook()
        listed.say(GOOD, "Telegram: webhook lama dilepas; pesan diambil sendiri (polling).")
    else:
        listed.say(GOOD, "Telegram: pesan diambil sendiri (polling), tidak perlu alamat umum.")


async def _twilio(whatsapp: WhatsApp, settings: Settings, store: Store, listed: Checklist) -> None:
    shelf = Shelf(store, MachineClock(), settings.PUBLIC_URL)
    found = await check(whatsapp.twilio, shelf, load_templates())
    listed.say(GOOD, "Twilio: akun dan token benar.")
    base = settings.PUBLIC_URL.rstrip("/")
    listed.say(
        NOTE,
        "Twilio: isi di konsol, Messaging > Senders > WhatsApp senders > nomor Anda:\n"
        f"Webhook URL for incoming messages: {base}/wa/in   (HTTP POST)\n"
        f"Status callback URL: {base}/wa/status   (HTTP POST)",
    )
    if not links.whatsapp_link(settings.TWILIO_FROM):
        listed.say(NOTE, "TWILIO_FROM bukan nomor, jadi tautan wa.me dan QR WhatsApp tidak dapat dibuat.")
    _standings([one.status for one in found], listed)


def _standings(found: list[str], listed: Checklist) -> None:
    """Where the templates stand, and whose turn it is."""
    approved = found.count("approved")
    checked = sum(status in ("received", "pending") for status in found)
    if approved == len(found):
        listed.say(GOOD, f"Twilio: {approved} templat disetujui.")
    elif approved + checked == len(found):
        listed.say(
            NOTE,
            f"Twilio: {approved} dari {len(found)} templat disetujui, {checked} sedang diperiksa Meta.\n"
            "Lihat lagi nanti: posyandu-bot whatsapp templates check",
        )
    else:
        listed.say(
            BAD,
            f"Twilio: {approved} dari {len(found)} templat disetujui. Tanpa itu, pesan di luar 24 jam menunggu.\n"
            "Jalankan: posyandu-bot whatsapp templates create, lalu submit, lalu check.",
        )


async def _reachable(settings: Settings, listed: Checklist) -> None:
    """Does our public address lead to this server? Only a running bot can answer."""
    wire = Wire(read=5.0)
    try:
        answer = await wire.request("GET", f"{settings.PUBLIC_URL.rstrip('/')}/healthz", most=65536)
        ours = answer.status in (200, 503) and "oldest_open_message_s" in json.loads(answer.body)
    except (ChannelError, ValueError):
        ours = False
    finally:
        await wire.close()
    if ours:
        listed.say(GOOD, f"{settings.PUBLIC_URL} sampai ke bot ini.")
    else:
        listed.say(NOTE, f"{settings.PUBLIC_URL} belum menjawab. Jalankan bot dan proksinya, lalu ulangi perintah ini.")


async def _test(to: str, telegram: Telegram | None, whatsapp: WhatsApp | None, listed: Checklist) -> None:
    name, _, where = to.partition(":")
    bubble = Bubble(TEST_WORDS)
    if name == "telegram" and telegram is not None:
        await telegram.send(where, bubble, ref="setup")
    elif name == "whatsapp" and whatsapp is not None:
        await whatsapp.send(to, bubble, ref="setup")
    else:
        listed.say(
            BAD,
            "--to harus telegram:<id> atau whatsapp:+62..., untuk kanal yang dipakai.\n"
            "Id obrolan Anda: jalankan bot, tulis kepadanya *id saya*.",
        )
        return
    listed.say(GOOD, "Tes dikirim. Lihat HP Anda.")
