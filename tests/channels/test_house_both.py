"""One person on two channels of a real house: told where she prefers, on the other when that fails, never on both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from storage.sql import Sql
from storage.tables import address, person
from tests.channels import real_house
from tests.channels.conftest import serving
from tests.channels.phones import TelegramPhone, WhatsAppPhone
from tests.channels.real_house import KADER, PARENT, STRANGER
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

pytestmark = pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'")
HER_WA = "whatsapp:+628110000011"
WHOSE = Sql(select(address.c.person_id).where(address.c.external_id == str(PARENT)))
PREFERS = Sql(update(person).where(person.c.id == bindparam("who")).values(prefers="telegram"))


def two_phones(tx: Any) -> None:
    """The mother of Azzam has WhatsApp too, and wrote from it a moment ago."""
    who, now = tx.value(WHOSE), real_house.MachineClock().now()
    tx.insert(address, channel="whatsapp", external_id=HER_WA, person_id=who, at=now, heard_at=now)
    tx.run(PREFERS, who=who)


async def test_who_blocked_one_channel_is_told_on_the_other_and_only_there(
    tmp_path: Path, account: TwilioDouble, twilio_server: tuple[TwilioDouble, str]
) -> None:
    telegram, url = TelegramDouble(), real_house.book(tmp_path)
    store = real_house.open_store(url)
    store.write(two_phones)
    store.close()
    account.inbound(HER_WA, "halo")  # Twilio knows, too, that she has written
    kader, here = TelegramPhone(telegram, KADER), TelegramPhone(telegram, PARENT)
    there, other = WhatsAppPhone(account, HER_WA), TelegramPhone(telegram, STRANGER)
    async with serving(telegram.app()) as address_of_telegram:
        settings = real_house.settings_for(url, telegram=address_of_telegram, twilio=twilio_server[1])
        async with real_house.running(settings) as running:
            account.deliver_to = running.url
            await kader.says("Azzam 11,1 83,5")
            await here.sees("Hasil timbang Azzam")
            telegram.refuse("*", 403, "Forbidden: bot was blocked by the user", times=9, chat=PARENT)
            await kader.says("ralat Azzam 11,4")
            await there.sees("Perbaikan dari Posyandu Anyelir")
            # She writes from WhatsApp, in her own language from now on; a stranger beside her hears nothing of it.
            assert await there.says("english") == 200
            await there.sees("English")
            await other.says("halo")
            await other.sees("8 huruf dan angka")
    assert len([t for t in here.texts() if "Perbaikan" in t]) == 0
    assert len([t for t in there.texts() if "Perbaikan" in t or "Hasil timbang" in t]) == 1
