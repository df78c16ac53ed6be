"""No frightening word for families: in the catalogues, in the templates, and in whatever else is checked at sending."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from bot.locales import catalogue
from bot.locales.catalogue import languages
from posyandu.commands.cases import TOPICS
from posyandu.family_words import frightening

ROOT = Path(__file__).parents[2]
# What families read: whole sections, and single texts of others.
OF_FAMILIES = (
    "parent.", "mychild.", "family.", "leaflets.", "keluarga.", "aid.invitation", "aid.thanks", "help.wali",
    "hints.wali", "reminder.", "day_changed.", "welcome.", "picture.here", "picture.none", "picture.ask_kader",
    "picture.family_bottom", "actions.paket",
)  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_the_catalogues_for_families(language: str) -> None:
    words = catalogue(language)
    keys = [key for key in sorted(words.keys()) if key.startswith(OF_FAMILIES)]
    texts = {key: json.dumps(words.find(key), ensure_ascii=False) for key in keys}
    assert {key: found for key, text in texts.items() if (found := frightening(text))} == {}


def test_every_topic_has_its_leaflet_and_it_can_be_read_in_one_go() -> None:
    words = catalogue("id")
    for topic in TOPICS:
        text = words.say(f"leaflets.{topic}", child="Ayu")
        assert len(text) <= 400, topic


def test_the_templates_for_families() -> None:
    data = tomllib.loads((ROOT / "bot" / "channels" / "templates.toml").read_text(encoding="utf-8"))
    staff = ("case_staff", "digest_staff", "reminder_kader", "nudge_kader")
    for template in data["template"]:
        if not template["name"].startswith(staff):
            assert frightening(json.dumps(template, ensure_ascii=False)) == (), template["name"]


@pytest.mark.parametrize(
    "text",
    ["Anak Ibu stunting", "terlalu PENDEK ya", "kependekan", "gizi  buruk", "status *BGM*", "garis merah", "-2,5 SD",
     "tanda bahayanya", "2T", "z-score", "Ibu lalai", "BB/TB rendah", "kekurusan", "gagal tumbuh", "his case"],
)  # fmt: skip
def test_what_is_found(text: str) -> None:
    assert frightening(text)


@pytest.mark.parametrize(
    "text",
    ["Ayu 9,4 kg. Terima kasih sudah datang 🌱", "Maaf, “gizi buruk” belum saya mengerti.", "Ibu hamil 2 TM",
     "di SD Negeri 2", "Posyandu Melati, Jl. Pendekar 4", "Bidan ingin bertemu Ibu", "tepat di Gedung Serbaguna"],
)  # fmt: skip
def test_what_is_let_through(text: str) -> None:
    assert frightening(text) == ()
