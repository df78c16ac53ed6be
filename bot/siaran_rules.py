"""`posyandu-bot siaran`: above how many people a second person must agree, and the election season.

Kept in the book, so that every process and every plan uses the same. What a message costs stands in WHATSAPP_PRICES.
"""

from __future__ import annotations

from bot.operator import existing_book, now_of
from bot.prices import prices_of
from bot.settings import Settings
from posyandu.prices import ASSUMED
from storage import siaran, siaran_rules


def rules(settings: Settings, second_above: int | None, election: str | None) -> int:
    """Set what is named, then say how it stands."""
    season = None if election is None else election == "ya"
    store = existing_book(settings)
    try:
        now = now_of(store)
        store.write(lambda tx: siaran_rules.put(tx, now, second_above, season))
        kept = store.read(siaran.limits)
    finally:
        store.close()
    own = prices_of(settings)
    prices = own or ASSUMED
    each = ", ".join(f"{kind} {price} {prices.currency}" for kind, price in sorted(prices.each.items()))
    print(f"Orang kedua menyetujui siaran di atas {kept.second_above} orang.")
    print("Masa pemilu: ya, setiap siaran disetujui orang kedua." if kept.election else "Masa pemilu: tidak.")
    print(f"Harga satu pesan WhatsApp: {each} ({'WHATSAPP_PRICES' if own else 'perkiraan; isi WHATSAPP_PRICES'}).")
    return 0
