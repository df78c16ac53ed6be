"""A plain yes or no, as people type it."""

from __future__ import annotations

from bot.dialogue.matching import folded

# A parent's plain answer to the buttons under "bolehkah saya kirim ke nomor ini?"
YES = {"ya", "iya", "iyaa", "y", "boleh", "bisa", "mau", "setuju", "ok", "oke", "silakan", "silahkan"}
NO = {"tidak", "jangan", "tdk", "ga", "gak", "nggak", "ngga", "enggak", "engga"}
POLITE = {
    "bu", "pak", "kak", "dong", "aja", "saja", "dulu", "usah", "mau", "kasih", "terima", "makasih", "deh", "jadi",
    "nak", "neng", "mas", "mbak", "ibu", "bapak",
}  # fmt: skip


def said_yes(text: str) -> bool | None:
    """ "iya boleh bu" is yes, "jangan dulu ya" no; None for anything else."""
    words = folded(text).split()
    if not words or not (YES | NO | POLITE).issuperset(words):
        return None
    if words[0] in NO or "jangan" in words:
        return False
    return True if words[0] in YES else None
