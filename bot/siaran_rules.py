"""`posyandu-bot siaran`: above how many people a second person must agree, the election season, what a message costs.

Kept in the book, so that every process and every plan uses the same.
"""

from __future__ import annotations

import sys

from bot.operator import existing_book, now_of
from bot.settings import Settings
from posyandu.siaran import PRICES_RP
from storage import book, siaran
from storage.store import Tx
from storage.tables import setting

YES = {"ya": "1", "tidak": "0"}


def rules(settings: Settings, second_above: int | None, election: str | None, prices: list[str]) -> int:
    """Set what is named, then say how it stands; 2 where a price cannot be read."""
    new: dict[str, str] = {}
    if second_above is not None:
        new["siaran.second_above"] = str(max(0, second_above))
    if election is not None:
        new["masa_pemilu"] = YES[election]
    for said in prices:
        kind, _, rupiah = said.partition("=")
        if kind not in PRICES_RP or not rupiah.isdigit():
            print(f"Harga {said!r} tidak terbaca. Contoh: --rp utility=330 --rp service=90", file=sys.stderr)
            return 2
        new[f"siaran.rp.{kind}"] = rupiah
    store = existing_book(settings)
    try:
        now = now_of(store)

        def write(tx: Tx) -> None:
            for name, value in new.items():
                tx.upsert(setting, name=name, value=value)
                book.note(tx, now, None, "siaran:rule", name, value)

        if new:
            store.write(write)
        kept = store.read(siaran.limits)
    finally:
        store.close()
    print(f"Orang kedua menyetujui siaran di atas {kept.second_above} orang.")
    print("Masa pemilu: ya, setiap siaran disetujui orang kedua." if kept.election else "Masa pemilu: tidak.")
    print("Harga satu pesan WhatsApp: " + ", ".join(f"{k} Rp{rp}" for k, rp in sorted(kept.prices.items())))
    return 0
