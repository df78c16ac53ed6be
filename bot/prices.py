"""What a WhatsApp message costs: one setting, for the plan of a siaran as for the costs of a month."""

from __future__ import annotations

from bot.settings import Settings, WrongSettings
from posyandu.prices import Prices, read_prices


def prices_of(settings: Settings) -> Prices | None:
    """The operator's own; None when none are entered."""
    try:
        return read_prices(settings.WHATSAPP_PRICES)
    except ValueError:
        raise WrongSettings(
            "WHATSAPP_PRICES tidak terbaca. Contoh: WHATSAPP_PRICES=service=90 utility=330 marketing=600 IDR 2026-11-21"
        ) from None
