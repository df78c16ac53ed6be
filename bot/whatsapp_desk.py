"""WhatsApp for the operator: where the templates stand at Twilio and Meta, and what the messages cost."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime

from bot.app import open_book
from bot.channels.port import ChannelError
from bot.channels.whatsapp_templates import Standing, check, create, load_templates, submit
from bot.checklist import BAD, GOOD, NOTE, Checklist, mend
from bot.clock import MachineClock
from bot.real import Shelf, make_real
from bot.settings import Settings
from posyandu.prices import read_prices
from storage import costs as costs_of
from storage import rates
from storage.store import Store, Tx


def templates(step: str, settings: Settings) -> int:
    """list: what there is, without asking anybody; create, submit, check: at Twilio."""
    if step == "list":
        for text in load_templates():
            faults = "; ".join(text.faults()) or "siap diajukan"
            print(f"{text.name} ({text.language}, {text.category}): {faults}\n  " + text.body.replace("\n", "\n  "))
        return 0
    listed = Checklist(settings)
    if not settings.TWILIO_ACCOUNT_SID:
        listed.say(BAD, "TWILIO_ACCOUNT_SID kosong. Isi dulu di .env, lalu: posyandu-bot setup")
        return 1
    store, _ = open_book(settings)
    try:
        found = asyncio.run(_at_twilio(step, settings, store))
    except ChannelError as error:
        listed.say(BAD, f"Twilio: {error.reason}\n{mend(error)}")
        return 1
    finally:
        store.close()
    done = {"create": "dibuat", "submit": "diajukan"}.get(step)
    for one in found:
        standing = STANDINGS.get(one.status, one.status)
        mark = GOOD if done or one.status == "approved" else BAD if one.status in ("rejected", "not created") else NOTE
        reason = f" ({one.reason})" if one.reason else ""
        listed.say(mark, f"{one.template.name} {one.template.language}: {done or standing}{reason}")
    if not found:
        listed.say(NOTE, "Tidak ada yang perlu dikerjakan.")
    return 1 if listed.missing else 0


async def _at_twilio(step: str, settings: Settings, store: Store) -> list[Standing]:
    real = make_real(settings, store, MachineClock())
    assert real.whatsapp is not None
    doing = {"create": create, "submit": submit, "check": check}[step]
    try:
        return await doing(real.whatsapp.twilio, Shelf(store, MachineClock(), settings.PUBLIC_URL), load_templates())
    finally:
        await real.close()


STANDINGS = {
    "not created": "belum dibuat",
    "unsubmitted": "belum diajukan",
    "received": "diterima Twilio, menunggu Meta",
    "pending": "sedang diperiksa Meta",
    "approved": "disetujui",
    "rejected": "ditolak",
    "paused": "dijeda Meta",
    "disabled": "dimatikan Meta",
}


def costs(month: str, settings: Settings) -> int:
    """Messages of a month by kind, and what they cost by the prices in the settings."""
    store, _ = open_book(settings)
    try:
        since, until = _month(month)
        prices = read_prices(settings.WHATSAPP_PRICES)
        found = store.read(lambda tx: rates.charged(tx, since, until))
        places = store.read(lambda tx: _by_district(tx, since, until))
    except ValueError:
        print("Bulan atau WHATSAPP_PRICES tidak terbaca. Contoh: --month 2026-11, dan")
        print("WHATSAPP_PRICES=service=90 utility=330 marketing=600 IDR 2026-11-21")
        return 2
    finally:
        store.close()
    kinds: dict[str, dict[str, int]] = defaultdict(dict)
    for row in found:
        kinds[row.kind][row.sent_as] = kinds[row.kind].get(row.sent_as, 0) + row.n
    for kind, counted in sorted(kinds.items()):
        said = ", ".join(f"{n} {sent_as}" for sent_as, n in sorted(counted.items()))
        cost = f" = {prices.of(counted):,.0f} {prices.currency}" if prices else ""
        print(f"{kind}: {said}{cost}")
    if not kinds:
        print("Belum ada pesan WhatsApp bulan itu.")
    for name, (counted, children) in sorted(places.items()):
        cost = f" = {prices.of(counted):,.0f} {prices.currency}" if prices else ""
        paid = counted.get("utility", 0) + counted.get("marketing", 0)
        each = f", {paid / children:.2f} templat per anak" if children else ""
        print(f"  {name}: {sum(counted.values())} pesan{cost}{each}")
    if prices:
        total = sum((prices.of(c) for c in kinds.values()), start=prices.of({}))
        print(
            f"Jumlah: {total:,.0f} {prices.currency}, harga per {prices.on}. Periksa tagihan Twilio untuk angka pasti."
        )
    else:
        print("Harga belum diisi. Contoh: WHATSAPP_PRICES=service=90 utility=330 marketing=600 IDR 2026-11-21")
    return 0


def _by_district(tx: Tx, since: int, until: int) -> dict[str, tuple[dict[str, int], int]]:
    """Messages by what they are charged as, and children on the register, by district (kecamatan)."""
    names, children = costs_of.names(tx), costs_of.children(tx)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    kids: Counter[str] = Counter()

    def district(code: str | None) -> str:
        if code is None:
            return "tanpa posyandu"
        parts = code.split(".")
        return next((names[key] for n in (3, 2, 1) if (key := ".".join(parts[:n])) in names), code)

    for row in costs_of.by_area(tx, since, until):
        counted[district(row.area)][row.sent_as] += int(row.n)
    for code, n in children.items():
        kids[district(code)] += n
    return {name: (dict(some), kids[name]) for name, some in counted.items()}


def _month(month: str) -> tuple[int, int]:
    """The instants between which a month lies, in UTC, as the provider bills it."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC) if month else datetime.now(UTC)
    first = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return int(first.timestamp() * 1000), int(following.timestamp() * 1000)
