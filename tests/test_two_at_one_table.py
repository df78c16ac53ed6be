"""Two kader weigh at one table: nobody's figure is passed over, and each reads whose word stands."""

from __future__ import annotations

from pathlib import Path

from tests.conversations.scenes import arrange
from tests.house import demo_house
from tests.test_lines import weights

GUIDED = ("timbang", "salma", "12,8", "92,5", "lewati")


async def test_a_figure_written_meanwhile_is_named_before_it_is_replaced(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        arrange(house, "entry_midnight")
        await house.say("kader", *GUIDED)
        await house.say("kader-dua", *(("12,9" if said == "12,8" else said) for said in GUIDED))
        await house.say("kader", "simpan")
        asked = await house.say("kader-dua", "simpan")
        assert "tadi tertulis 12,8 kg. Sekarang 12,9 kg" in asked.text
        assert weights(house) == {"AN-22": 12800}
        await house.say("kader-dua", "betul", "simpan")
        assert weights(house) == {"AN-22": 12900}


async def test_she_cannot_take_back_what_the_other_wrote_and_reads_so(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        arrange(house, "entry_midnight")
        await house.say("kader", "azzam 11,2 83,6")
        assert "ditulis Iis Sumiati" in (await house.say("kader-dua", "hapus azzam")).text
        await house.say("kader-dua", "ralat azzam 11,4")
        taken = await house.say("kader", "hapus azzam")
        assert "PB/TB 83,6" in taken.text
        assert "Masih tercatat untuk Azzam: BB 11,4 kg" in taken.text
        assert weights(house) == {"AN-01": 11400}


async def test_a_line_whose_child_was_asked_replaces_no_other_figure_without_a_question(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "aisyah humaira 11,7 87", "aisyah 11,9 87")
        asked = await house.say("kader", "aisyah humaira")
        assert "tadi 11,7 kg, sekarang 11,9 kg" in asked.text
        assert weights(house) == {"AN-02": 11700}
        await house.say("kader", "yang sekarang")
        assert weights(house) == {"AN-02": 11900}
