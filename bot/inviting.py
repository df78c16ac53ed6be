"""`posyandu-bot invite`: the way in as files, a picture to forward and a sheet to print."""

from __future__ import annotations

from pathlib import Path

from bot import invitations
from bot.app import open_book
from bot.locales import catalogue
from bot.settings import Settings
from storage import links


def invite(posyandu: str, out: str, settings: Settings) -> int:
    """A picture and an A4 sheet per channel, for one posyandu."""
    store, _ = open_book(settings)
    try:
        found = store.read(links.links)
    finally:
        store.close()
    if not found:
        print("Tautan bot belum diketahui. Jalankan dulu: posyandu-bot setup")
        return 1
    words, folder = catalogue("id"), Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    name = posyandu or "Posyandu setempat"
    for channel, link in found.items():
        for kind in (invitations.INVITE, invitations.SHEET):
            made = invitations.make({"kind": kind, "name": name, "link": link}, words)
            file = folder / f"{kind}-{invitations.slug(name.removeprefix('Posyandu '))}-{channel}.png"
            file.write_bytes(made.data)
            print(file)
    return 0
