"""`posyandu-bot siaran`: above how many people a second person must agree, the election season, what a message costs.

Kept in the book, so that every process and every plan uses the same.
"""

from __future__ import annotations

import sys

from bot.operator import existing_book, now_of
from bot.settings import Settings
from posyandu.siaran import PRICES_RP
from storage import siaran, siaran_rules


def rules(settings: Settings, second_above: int | None, election: str | None, said: list[str]) -> int:
    """Set what is named, then say how it stands; 2 where a price cannot be read."""
    prices: dict[str, int] = {}
    for one in said:
        kind, _, rupiah = one.partition("=")
        if kind not in PRICES_RP or not rupiah.isdigit():
            print(f"Harga {one!r} tidak terbaca. Contoh: --rp utility=330 --rp service=90", file=sys.stderr)
            return 2
        prices[kind] = int(rupiah)
    season = None if election is None else election == "ya"
    store = existing_book(settings)
    try:
        now = now_of(store)
        store.write(lambda tx: siaran_rules.put(tx, now, second_above, season, prices))
        kept = store.read(siaran.limits)
    finally:
        store.close()
    print(f"Orang kedua menyetujui siaran di atas {kept.second_above} orang.")
    print("Masa pemilu: ya, setiap siaran disetujui orang kedua." if kept.election else "Masa pemilu: tidak.")
    print("Harga satu pesan WhatsApp: " + ", ".join(f"{k} Rp{rp}" for k, rp in sorted(kept.prices.items())))
    return 0
