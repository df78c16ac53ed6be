"""What a message costs by kind, as the operator has entered it with currency and date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

KINDS = ("service", "utility", "marketing")
_FORM = re.compile(r"((?:(?:service|utility|marketing)=\d+(?:\.\d+)?\s+)+)([A-Z]{3})\s+(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Prices:
    """Price of one message by kind, in `currency`, as read on `on`."""

    each: dict[str, Decimal]
    currency: str
    on: date

    def of(self, counted: dict[str, int]) -> Decimal:
        """The cost of so many messages by kind."""
        return sum((self.each.get(kind, Decimal(0)) * n for kind, n in counted.items()), Decimal(0))


# What Meta and Twilio together charge for a message to Indonesia, about: a siaran is planned with it as long as the
# operator has not entered his own.
ASSUMED = Prices({"service": Decimal(500), "utility": Decimal(500)}, "IDR", date(2026, 11, 21))


def read_prices(text: str) -> Prices | None:
    """From "service=90 utility=330 marketing=600 IDR 2026-11-21"; None for "". Raises ValueError."""
    if not text.strip():
        return None
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    pairs = (pair.split("=") for pair in found[1].split())
    return Prices({kind: Decimal(price) for kind, price in pairs}, found[2], date.fromisoformat(found[3]))
