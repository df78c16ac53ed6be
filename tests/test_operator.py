"""The operator's inbox and the terminal, as they are called from the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.app import open_book
from bot.channels.port import Heard
from bot.operator import inbox
from bot.settings import Settings, WrongSettings
from bot.terminal import chat
from storage import people
from storage.migrate import migrate
from storage.store import open_store
from tests.house import demo_house, loaded_book


async def test_a_message_set_aside_is_listed_and_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = loaded_book(tmp_path)
    settings = Settings(DATABASE_URL=url)
    async with demo_house(tmp_path, url=url, filled=True) as house:
        assert inbox(settings, None) == 0
        assert "Tidak ada pesan" in capsys.readouterr().out
        broken = Heard("emulator", "kader", "kader/broken", house.house.clock.now(), event="unreadable", raw="{")
        (row_id,) = await house.house.hear([broken])
        await house.say("kader", "menu")
        assert [row.id for row in house.set_aside()] == [row_id]
        assert "Mau apa" in house.last("kader").text, "what is broken holds up nothing"
        assert inbox(settings, None) == 0
        assert str(row_id) in capsys.readouterr().out
        assert inbox(settings, row_id) == 0
        assert inbox(settings, 99_999) == 1
        assert "tidak ada" in capsys.readouterr().err
        await house.settled()
        assert [row.id for row in house.set_aside()] == [row_id], "it was read again, and set aside again"


def test_a_command_makes_no_database_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="belum ada"):
        inbox(Settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"), None)
    assert not list(tmp_path.iterdir())


def test_a_child_is_weighed_at_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(DATABASE_URL=loaded_book(tmp_path))
    # Numbers press buttons where there are some: [1] Lewati, [1] Simpan.
    assert chat(settings, "kader", io.StringIO("timbang\nazzam\n11,1\n83,5\n1\n1\n2\n")) == 0
    shown = capsys.readouterr().out
    assert "[1] Simpan" in shown
    assert "NAIK (N)" in shown
    picture = next(line for line in shown.splitlines() if "(gambar: " in line)
    assert Path(picture.strip().removeprefix("(gambar: ").removesuffix(")")).read_bytes().startswith(b"\x89PNG")
    assert chat(settings, "orangtua-an-01", io.StringIO("")) == 0
    assert "11,1 kg" in capsys.readouterr().out


def test_nobody_by_that_name_is_at_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert chat(Settings(DATABASE_URL=loaded_book(tmp_path)), "presiden") == 1
    assert "kader" in capsys.readouterr().err


def test_a_first_start_that_was_cut_off_is_begun_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/book.db"
    cut_off = open_store(url)
    migrate(cut_off)
    cut_off.close()
    store, is_demo = open_book(Settings(DATABASE_URL=url))
    assert is_demo
    assert store.read(lambda tx: tx.all(people.PERSON, person_id=1, now=1))
    store.close()


def test_a_real_database_never_becomes_a_demo(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/book.db"
    store, is_demo = open_book(Settings(DATABASE_URL=url, PUBLIC_URL="https://bot.example.id"))
    store.close()
    assert not is_demo
    store, is_demo = open_book(Settings(DATABASE_URL=url))
    store.close()
    assert not is_demo
