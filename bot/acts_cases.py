"""Buttons and words about cases and aid: the digest's "Jawab", "Ya, bantu", the mother's "Sudah saya terima"."""

from __future__ import annotations

from bot.picked import number
from bot.talk import Talk
from posyandu.commands.aid import ConfirmReceipt
from posyandu.commands.cases import ReportCase

# The talk that each of these words begins.
FLOW_WORDS = {
    "kasus": "cases",
    **dict.fromkeys(
        (
            "risiko",
            "berisiko",
            "anak risiko",
            "anak berisiko",
            "daftar risiko",
            "siapa berisiko",
            "siapa yang berisiko",
            "perlu perhatian",
            "anak perlu perhatian",
        ),
        "cases",
    ),
    "kunjungan": "home_visit",
    "kunjungan rumah": "home_visit",
    "konseling": "counselling",
    "ubah status": "ruling",
    "paket": "aid",
    "orang tua asuh": "sponsorship",
}


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """Do what a button says; False when it is none of these."""
    try:
        return _act(talk, name, parts)
    except (ValueError, IndexError):
        talk.says.append(("hints.old_button", {}))
        return True


def _act(talk: Talk, name: str, parts: list[str]) -> bool:
    if name == "kasus":
        talk.start("followup", {"queue": [str(number(p)) for p in parts]}, park=True)
    elif name == "kasus_daftar":
        talk.start("cases", park=True)
    elif name == "kasus_bantu":
        talk.do(ReportCase(number(parts[0]), "perlu_bantuan"))
    elif name == "paket":
        talk.do(ConfirmReceipt(number(parts[0]), number(parts[1])))
    else:
        return False
    return True
