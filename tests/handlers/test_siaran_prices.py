"""What a siaran costs stands in one setting, with its currency."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.broadcasts import plan_words
from bot.locales import catalogue
from bot.prices import prices_of
from bot.settings import Settings, WrongSettings
from posyandu.prices import ASSUMED
from posyandu.siaran import Figures, Limits, plan
from storage import siaran
from storage.sql import Sql
from storage.store import Tx
from storage.tables import address
from tests.house import demo_house


async def test_a_plan_costs_what_the_one_setting_says(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        now = house.house.clock.now()

        def on_whatsapp(tx: Tx) -> None:
            for key, heard in (("kader", now), ("kader-lain", 1)):
                those = address.c.external_id == key
                tx.run(Sql(address.update().where(those).values(channel="whatsapp", heard_at=heard)))

        house.store.write(on_whatsapp)
        await house.say("koordinator", "siaran ke semua kader: rapat")
        row = house.read(lambda tx: siaran.load(tx, 1))
        figures = Figures.load(row.figures)
        for prices, words in (
            ("", "perkiraan biaya Rp1.000"),
            ("service=90 utility=330 IDR 2026-11-21", "perkiraan biaya Rp420"),
            ("service=0.01 utility=0.02 USD 2026-11-21", "perkiraan biaya USD 0.03"),
        ):
            kept = Limits({}, prices=prices_of(Settings(WHATSAPP_PRICES=prices)) or ASSUMED)
            says, _ = plan_words(row, figures, plan(figures, kept, now), now)
            assert words in [catalogue("id").say(key, **values) for key, values in says[0][1]["rows"]]


def test_prices_that_cannot_be_read_are_said_at_the_start() -> None:
    with pytest.raises(WrongSettings, match="WHATSAPP_PRICES"):
        prices_of(Settings(WHATSAPP_PRICES="murah"))
