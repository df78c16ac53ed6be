"""What the operator does from the command line with messages that were set aside: look at them, read one again."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, make_url, select

from bot.clock import DemoClock, MachineClock
from bot.settings import Settings, WrongSettings
from posyandu.calendar import local
from storage import book, demo, freezing, moving
from storage import inbox as heard
from storage.migrate import migrate
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import incoming

ONE = Sql(select(incoming.c.state, incoming.c.note).where(incoming.c.id == bindparam("row_id")))
HOW_MANY = 50  # lines of a listing


def existing_book(settings: Settings) -> Store:
    """The database that is there already; raises WrongSettings where there is none: a command makes no new one."""
    url = make_url(settings.DATABASE_URL)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        raise WrongSettings(
            f"Basis data {url.database} belum ada. Jalankan dulu: posyandu-bot run\natau perbaiki DATABASE_URL di .env."
        )
    store = open_store(settings.DATABASE_URL)
    here_and_whole(store)
    migrate(store)
    return store


def here_and_whole(store: Store) -> None:
    """This book was not moved away, and is not just arriving; else WrongSettings says where it is."""
    gone, arriving = freezing.is_frozen(store), moving.unfinished(store)
    if gone is None and not arriving:
        return
    store.close()
    if arriving:
        raise WrongSettings("Pemindahan ke basis data ini belum selesai. Jalankan lagi: posyandu-bot move --to URL")
    raise WrongSettings(
        f"Buku ini sudah dipindahkan ke {gone['to']}. Perbaiki DATABASE_URL di .env.\n"  # type: ignore[index]
        "Bila pemindahannya belum selesai: jalankan lagi posyandu-bot move, atau batalkan dengan --cancel"
    )


def now_of(store: Store) -> int:
    """What time it is for this book: a demo has a clock of its own."""
    return (DemoClock(store) if demo.is_demo(store) else MachineClock()).now()


def inbox(settings: Settings, replay_id: int | None) -> int:
    """List the messages that were set aside, or put one back into the inbox; a running bot reads it at once."""
    store = existing_book(settings)
    try:
        return _list(store, settings) if replay_id is None else _replay(store, replay_id)
    finally:
        store.close()


def _list(store: Store, settings: Settings) -> int:
    rows = store.read(lambda tx: tx.all(heard.ASIDE))
    if not rows:
        print("Tidak ada pesan yang disisihkan.")
        return 0
    zone = str(ZoneInfo(settings.DEFAULT_ZONE))
    for row in rows[:HOW_MANY]:
        at = local(row.arrived_at, zone)
        print(f"{row.id:>8}  {at:%Y-%m-%d %H:%M}  {row.channel:<9}  {row.note}")
    if len(rows) > HOW_MANY:
        print(f"... dan {len(rows) - HOW_MANY} lagi")
    print(f"{len(rows)} pesan disisihkan. Baca ulang satu: posyandu-bot inbox --replay NOMOR")
    return 0


def _replay(store: Store, row_id: int) -> int:
    now = now_of(store)

    def work(tx: Tx) -> bool:
        if not tx.run(heard.REPLAY, row_id=row_id):
            return False
        book.note(tx, now, None, "replay", f"incoming:{row_id}")
        return True

    if store.write(work):
        print(f"Pesan {row_id} dikembalikan ke antrean; bot yang sedang berjalan segera membacanya.")
        return 0
    there = store.read(lambda tx: tx.one(ONE, row_id=row_id))
    why = "tidak ada" if there is None else "tidak sedang disisihkan"
    print(f"Pesan {row_id} {why}. Lihat daftarnya: posyandu-bot inbox", file=sys.stderr)
    return 1
