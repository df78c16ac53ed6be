"""What the operator does with messages in doubt: see them, say that they arrived, or send them once more."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import bindparam, select, update

from bot.operator import HOW_MANY, existing_book, now_of
from bot.settings import Settings
from posyandu.calendar import local
from storage import book, outbox
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import outgoing

IN_DOUBT = Sql(
    select(outgoing.c.id, outgoing.c.at, outgoing.c.kind, outgoing.c.channel, outgoing.c.reason)
    .where(outgoing.c.state == fixed("in_doubt"))
    .order_by(outgoing.c.id)
)
AGAIN = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("in_doubt"))
    .values(state="ready", reason="dikirim lagi oleh operator", lease=None)
)
STATE = Sql(select(outgoing.c.state).where(outgoing.c.id == bindparam("row_id")))


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`posyandu-bot outbox`."""
    about = "pesan yang tidak pasti terkirim: lihat dan putuskan"
    made = commands.add_parser("outbox", help=about, description=about)
    made.add_argument("--in-doubt", action="store_true", help="daftar yang tidak pasti (juga tanpa pilihan ini)")
    made.add_argument("--arrived", type=int, metavar="ID", help="sudah sampai: tidak dikirim lagi")
    made.add_argument("--again", type=int, metavar="ID", help="belum sampai: kirim sekali lagi")
    made.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """List, or settle one."""
    store = existing_book(settings)
    try:
        if args.arrived is None and args.again is None:
            return _list(store.read(lambda tx: tx.all(IN_DOUBT)), settings)
        row_id, arrived = (args.arrived, True) if args.arrived is not None else (args.again, False)
        now = now_of(store)
        if store.write(lambda tx: _settle(tx, row_id, now, arrived=arrived)):
            print(f"Pesan {row_id} {'dicatat sudah sampai' if arrived else 'dikirim sekali lagi'}.")
            return 0
        print(f"Pesan {row_id} tidak sedang tidak pasti. Lihat daftarnya: posyandu-bot outbox", file=sys.stderr)
        return 1
    finally:
        store.close()


def _list(rows: list[object], settings: Settings) -> int:
    if not rows:
        print("Tidak ada pesan yang tidak pasti.")
        return 0
    for row in rows[:HOW_MANY]:
        at = local(row.at, settings.DEFAULT_ZONE)  # type: ignore[attr-defined]
        print(f"{row.id:>8}  {at:%Y-%m-%d %H:%M}  {row.channel or '-':<9}  {row.kind:<9}  {row.reason}")  # type: ignore[attr-defined]
    if len(rows) > HOW_MANY:
        print(f"... dan {len(rows) - HOW_MANY} lagi")
    print(f"{len(rows)} pesan tidak pasti. Sudah sampai: outbox --arrived NOMOR. Belum: outbox --again NOMOR")
    return 0


def _settle(tx: Tx, row_id: int, now: int, *, arrived: bool) -> bool:
    """True when the row was in doubt; who decided is in the audit."""
    if tx.value(STATE, row_id=row_id) != "in_doubt":
        return False
    if arrived:
        outbox.sent(tx, row_id, "", now)
    else:
        tx.run(AGAIN, row_id=row_id)
    book.note(tx, now, None, "in_doubt_arrived" if arrived else "in_doubt_again", f"outgoing:{row_id}")
    return True
