"""`posyandu-bot key rotate`, `places import` and `code`: what an operator does about keys, places and first codes."""

from __future__ import annotations

import sys

from bot.settings import Settings
from storage import key_rotation
from storage.nik import NikKey
from storage.store import open_store


def rotate(settings: Settings) -> int:
    """Seal every NIK with the first key of FIELD_KEY; safe to stop and to run again."""
    if "," not in settings.FIELD_KEY:
        print(
            "Tulis dulu kunci baru di depan kunci lama di .env: FIELD_KEY=kuncibaru,kuncilama\n"
            "Kunci baru dibuat dengan: posyandu-bot key",
            file=sys.stderr,
        )
        return 2
    store = open_store(settings.DATABASE_URL)
    try:
        done = key_rotation.rotate(
            store, NikKey(settings.FIELD_KEY), lambda n: print(f"{n} NIK disegel ulang", flush=True)
        )
    finally:
        store.close()
    print(f"Selesai: {done.sealed} NIK memakai kunci baru.")
    if done.unreadable:
        print(
            f"{done.unreadable} NIK tidak bisa dibuka dengan kunci mana pun; biarkan kunci lama di .env.",
            file=sys.stderr,
        )
        return 1
    print("Kunci lama boleh dihapus dari FIELD_KEY di .env, lalu mulai ulang bot.")
    return 0
