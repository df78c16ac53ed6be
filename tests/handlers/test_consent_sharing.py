"""Consent to sharing: the words name who gets the data, and a yes to words that did not is asked for again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import bindparam, select, update

from storage import consents
from storage.sql import Sql
from storage.tables import child, consent
from tests.house import demo_house

BY_CODE = Sql(select(child.c.id).where(child.c.code == bindparam("code")))
EARLIER = Sql(update(consent).where(consent.c.purpose == "sharing").values(text_version="1"))


async def test_a_yes_to_earlier_words_is_asked_for_again(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        asked = await house.say("kader-lain", "izin berbagi")
        assert "SATUSEHAT" in asked.text
        assert asked.titles == ["Bagas Pratama", "Intan Permata", "Kirana"]
        await house.say("kader-lain", "semua kecuali 3")
        done = await house.say("kader-lain", "tidak ada")
        assert "2 keluarga setuju" in done.text
        assert (await house.say("kader-lain", "izin berbagi")).titles == ["Kirana"]
        await house.say("kader-lain", "menu")
        house.store.write(lambda tx: tx.run(EARLIER))
        again = await house.say("kader-lain", "izin berbagi")
        assert again.titles == ["Bagas Pratama", "Intan Permata", "Kirana"]
        await house.say("kader-lain", "1")
        await house.say("kader-lain", "tidak ada")
        bagas = house.read(lambda tx: tx.value(BY_CODE, code="ME-01"))
        intan = house.read(lambda tx: tx.value(BY_CODE, code="ME-02"))
        kept = house.read(lambda tx: [consents.state_of(tx, who, "sharing") for who in (bagas, intan)])
        assert kept == ["lisan", "lisan"], "the earlier yes still stands for what it named"
        assert (await house.say("kader-lain", "izin berbagi")).titles == ["Intan Permata", "Kirana"]
