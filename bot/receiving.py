"""How the house hears: Telegram by polling or webhook, WhatsApp by webhook with a sweep for what was lost."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.channels.port import ChannelError, Heard, Misconfigured
from bot.channels.telegram import Telegram
from bot.channels.telegram_heard import telegram_path
from bot.channels.whatsapp import WhatsApp
from bot.chores import mine
from bot.house import House
from bot.settings import Settings
from storage import erasures, links, rates
from storage.store import Tx

log = logging.getLogger("posyandu.receiving")
LONGEST_PAUSE_S = 60.0
OVERLAP_MS = 10 * 60_000  # Twilio's list may lag behind its webhooks
ON_ITS_WAY_MS = 20_000  # what is younger may still come by its webhook, which tells more
FIRST_SWEEP_MS = 24 * 3600_000


def webhook_url(settings: Settings) -> str:
    """Where Telegram posts updates to; "" when they are fetched."""
    return settings.PUBLIC_URL.rstrip("/") + telegram_path(settings.TELEGRAM_SECRET) if settings.TELEGRAM_SECRET else ""


async def receive_telegram(house: House, telegram: Telegram, settings: Settings) -> None:
    """Until cancelled. A wrong token ends it, and stops sending too: only the operator can mend that."""
    try:
        await _prepared(house, telegram, settings)
        if settings.TELEGRAM_SECRET:
            return
        start = await asyncio.to_thread(house.store.read, lambda tx: rates.cursor(tx, "telegram"))

        async def hear(heard: list[Heard], then: int) -> None:
            await house.hear(heard, lambda tx, _new: rates.move_cursor(tx, "telegram", str(then)))

        await telegram.poll(hear, start=int(start or 0))
    except Misconfigured as error:
        house.delivery.stop("telegram", error.reason)


async def _prepared(house: House, telegram: Telegram, settings: Settings) -> None:
    """Our own name for links, and the webhook as the settings want it; waits for as long as Telegram is away."""
    pause, wanted = 1.0, webhook_url(settings)
    while True:
        try:
            link = links.telegram_link(await telegram.username())
            await asyncio.to_thread(house.store.write, lambda tx: links.note(tx, "telegram", link))  # noqa: B023
            if await telegram.webhook_url() != wanted:
                if wanted:
                    await telegram.set_webhook(wanted, settings.TELEGRAM_SECRET)
                else:
                    await telegram.delete_webhook()
            return
        except Misconfigured:
            raise
        except ChannelError as error:
            log.warning("Telegram: %s; again in %g s", error.reason, pause)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)


async def sweep_whatsapp(
    house: House, whatsapp: WhatsApp, seconds: int, *, erase: bool, one_of_many: bool = False
) -> None:
    """Ask Twilio every so often what came in; what its webhook has told already is dropped by its id. `erase`: delete
    it there."""
    while True:
        if not one_of_many or await asyncio.to_thread(mine, house, "whatsapp sweep", seconds):
            with contextlib.suppress(ChannelError):
                await sweep_once(house, whatsapp, erase=erase)
        await asyncio.sleep(seconds)


async def sweep_once(house: House, whatsapp: WhatsApp, *, erase: bool) -> list[int]:
    """One sweep since the last; the ids of what had been lost."""
    now = house.clock.now()
    last = await asyncio.to_thread(house.store.read, lambda tx: rates.cursor(tx, "whatsapp"))
    since = int(last) - OVERLAP_MS if last else now - FIRST_SWEEP_MS
    heard = [one for one in await whatsapp.sweep(since) if one.sent_at <= now - ON_ITS_WAY_MS]

    if not heard:
        await asyncio.to_thread(house.store.write, lambda tx: rates.move_cursor(tx, "whatsapp", str(now)))
        return []

    def also(tx: Tx, new: list[int]) -> None:
        rates.move_cursor(tx, "whatsapp", str(now))
        for one in heard if erase else ():
            erasures.ask(tx, one.message_id, now)

    new = await house.hear(heard, also)
    if new:
        log.warning("%d WhatsApp messages had no webhook and were fetched from Twilio's list", len(new))
    return new
