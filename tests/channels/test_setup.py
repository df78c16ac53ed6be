"""What the operator's commands say and do, against the doubles."""

from __future__ import annotations

import argparse
import os
import re
import textwrap
from pathlib import Path
from unittest.mock import patch

import pytest

from bot import cli_setup
from bot.app import open_book
from bot.cli import main
from bot.settings import Settings
from storage import content_cache, links, outbox
from storage.sql import Sql
from storage.store import open_store
from storage.tables import content
from tests.channels import real_house
from tests.channels.real_house import KADER, PUBLIC, TOKEN
from tests.doubles.serving import in_thread
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import AUTH_TOKEN, SENDER, TwilioDouble

SECRET = "s" * 32


def run(command: str, settings: Settings, **given: object) -> int:
    chosen = {"to": "", "what": "templates", "step": "list", "month": "", "posyandu": "", "out": "."} | given
    done: int = getattr(cli_setup, command)(argparse.Namespace(**chosen), settings)
    return done


def test_setup_talks_to_telegram_sets_the_webhook_and_sends_a_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    double = TelegramDouble()
    with in_thread(double.app()) as url:
        settings = real_house.settings_for(
            real_house.book(tmp_path), telegram=url, TELEGRAM_SECRET=SECRET, PUBLIC_URL=PUBLIC
        )
        assert run("setup", settings, to=f"telegram:{KADER}") == 0
    said = capsys.readouterr().out
    assert "✔ Telegram: token benar, bot @posyandu_test_bot, tautan https://t.me/posyandu_test_bot" in said
    assert "✔ Telegram: webhook dipasang." in said
    assert "✔ Tes dikirim" in said
    assert TOKEN not in said
    assert SECRET not in said
    (webhook,) = [c["fields"] for c in double.sent if c["method"] == "setWebhook"]
    assert webhook["url"].startswith(f"{PUBLIC}/tg/")
    assert webhook["secret_token"] == SECRET
    assert SECRET not in webhook["url"]


def test_setup_names_a_wrong_token_and_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    double = TelegramDouble()
    double.refuse("getMe", 401, "Unauthorized", times=5)
    with in_thread(double.app()) as url:
        assert run("setup", real_house.settings_for(real_house.book(tmp_path), telegram=url)) == 1
    said = capsys.readouterr().out
    assert "✘ Telegram" in said
    assert "salin ulang dari BotFather" in said
    assert TOKEN not in said


def test_setup_names_a_wrong_twilio_token_and_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with in_thread(TwilioDouble().app()) as url:
        settings = real_house.settings_for(real_house.book(tmp_path), twilio=url, TWILIO_AUTH_TOKEN="none-of-ours")
        assert run("setup", settings) == 1
    said = capsys.readouterr().out
    assert "✘ Twilio: stop 20003" in said
    assert "salin ulang dari BotFather atau konsol Twilio" in said
    assert "none-of-ours" not in said


def test_templates_from_the_list_to_approval_and_setup_is_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    double = TwilioDouble()
    with in_thread(double.app()) as url:
        settings = real_house.settings_for(real_house.book(tmp_path), twilio=url)
        assert run("setup", settings) == 1
        assert "templat disetujui. Tanpa itu" in capsys.readouterr().out
        assert run("whatsapp", settings, step="list") == 0
        assert "siap diajukan" in capsys.readouterr().out
        assert run("whatsapp", settings, step="create") == 0
        assert "message_waiting id: dibuat" in capsys.readouterr().out
        assert run("whatsapp", settings, step="submit") == 0
        capsys.readouterr()
        assert run("setup", settings) == 0
        assert "sedang diperiksa Meta" in capsys.readouterr().out
        double.approve_all()
        assert run("whatsapp", settings, step="check") == 0
        assert "disetujui" in capsys.readouterr().out
        assert run("setup", settings) == 0
    said = capsys.readouterr().out
    assert f"{PUBLIC}/wa/in" in said
    assert "Siap: posyandu-bot run" in said
    assert AUTH_TOKEN not in said
    assert SENDER.removeprefix("whatsapp:") not in said
    store = open_store(settings.DATABASE_URL)
    kept = store.read(lambda tx: tx.all(Sql(content.select())))
    assert kept
    assert store.read(lambda tx: content_cache.get(tx, kept[0].hash)) == kept[0].sid
    store.close()


def test_costs_count_by_kind_of_message_at_the_prices_of_a_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = real_house.settings_for(
        real_house.book(tmp_path), WHATSAPP_PRICES="service=90 utility=330 IDR 2026-11-21"
    )
    store = open_store(settings.DATABASE_URL)
    november = 1_795_000_000_000

    def send(tx: object) -> None:
        for kind, sent_as in (("reply", "service"), ("reply", "service"), ("reminder", "utility")):
            about = 1 if kind == "reminder" else None
            told = outbox.Message(kind, (("cancelled", {}),), address_id=1, child_id=about)
            row = outbox.put(tx, told, november)  # type: ignore[arg-type]
            outbox.take(tx, "telegram", november, 1)  # type: ignore[arg-type]
            outbox.sent(tx, int(row or 0), "SM1", november, sent_as)  # type: ignore[arg-type]

    store.write(send)
    store.close()
    assert run("whatsapp", settings, what="costs", month="2026-11") == 0
    said = capsys.readouterr().out
    assert "reply: 2 service = 180 IDR" in said
    assert "reminder: 1 utility = 330 IDR" in said
    assert "  Cibinong: 1 pesan = 330 IDR, 0.0" in said
    assert "  tanpa posyandu: 2 pesan = 180 IDR" in said
    assert "Jumlah: 510 IDR, harga per 2026-11-21" in said


def test_the_invitation_as_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = real_house.settings_for(real_house.book(tmp_path))
    assert run("invite", settings, out=str(tmp_path)) == 1
    store = open_store(settings.DATABASE_URL)
    store.write(lambda tx: links.note(tx, "telegram", "https://t.me/posyandu_test_bot"))
    store.close()
    assert run("invite", settings, posyandu="Posyandu Anyelir RW 14", out=str(tmp_path)) == 0
    files = sorted(file.name for file in tmp_path.glob("*.png"))
    assert files == ["invite-anyelir-rw-14-telegram.png", "sheet-anyelir-rw-14-telegram.png"]
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in files)


def test_the_list_of_places_in_the_guide_is_taken_and_brings_the_first_people_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What docs/operating.md tells a newcomer to write, up to the codes for the first bidan and kader."""
    guide = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
    sheet = guide.partition("```csv\n")[2].partition("```")[0]
    (tmp_path / "tempat.csv").write_text(textwrap.dedent(sheet), encoding="utf-8")
    url = f"sqlite:///{tmp_path}/nyata.db"
    settings = real_house.settings_for(url, telegram="http://127.0.0.1:1")
    open_book(settings)[0].close()
    with patch.dict(os.environ, {"DATABASE_URL": url}):
        assert main(["places", "import", str(tmp_path / "tempat.csv"), "--yes"]) == 0
        assert "wilayah baru 6" in capsys.readouterr().out
        codes = re.findall(r"posyandu-bot (code \w+ [\d.]+)", guide)
        assert len(codes) == 3
        for one in codes:
            assert main(one.split()) == 0
            assert re.match(r"[2-9A-Z]{8}\n", capsys.readouterr().out)
