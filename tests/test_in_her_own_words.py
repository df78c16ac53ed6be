"""A slip mended and an entry taken back as a kader says it, not as the help says it."""

from __future__ import annotations

from pathlib import Path

from tests.house import demo_house
from tests.test_lines import weights


async def test_corrections_and_removals_in_her_own_words(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "fatir 9,6 76", "fatir salah bukan 9,6 tapi 9,8")
        assert weights(house) == {"AN-17": 9800}
        await house.say("kader", "eh salah, fathir harusnya 9,9")
        assert weights(house) == {"AN-17": 9900}
        assert "ralat Fathir" in (await house.say("kader", "ralat fatir")).text
        assert "hapus Azzam" in (await house.say("kader", "hapus")).text
        for said in ("hapus aja yg dafa", "dafa dihapus ya"):
            await house.say("kader", "dafa 9,6 75", said)
            assert weights(house) == {"AN-17": 9900}, said
        await house.say("kader", "salma 12,8\nnabila 17,3", "batalin semua")
        assert weights(house) == {"AN-17": 9900}
        assert "1 dari 30" in (await house.say("kader", "udah gitu aja bu")).text


async def test_a_picture_is_asked_for_by_name(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert (await house.say("kader", "timbang", "salma", "grafik raisa")).media
        assert "Neng Salma" in house.last("kader").text, "her question stands below"


async def test_going_on_drops_no_question_that_is_open(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "cantika 9,4 78,6\naisyah 9 72", "menu", "lanjut", "lanjut")
        assert "Cantika: mohon ukur sekali lagi" in house.last("kader").text
        await house.say("kader", "sama", "tidak")
        assert "Ini siapa?" in house.last("kader").text


async def test_a_half_typed_weighing_that_is_left_is_said_to_be_unsaved(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert "belum disimpan" in (await house.say("kader", "timbang", "dafa", "9,6", "menu")).text
        assert "Panjang Dafa" in (await house.say("kader", "timbang", "dafa", "9,6", "rekap")).text
