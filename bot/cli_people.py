"""`posyandu-bot key rotate` and `code`: what an operator does about keys and about the first people of a place."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from bot.settings import Settings

OF_POSYANDU = ("kader", "ketua")
OF_PUSKESMAS = ("tpg", "puskesmas")
OF_AREA = ("bidan", "tpk", "kpm", "plkb", "tp_pkk", "tp_posyandu", "operator")


def add_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    """`code`: the first people of a place come in with a code from the operator."""
    made = add("code", code, "buat kode masuk untuk petugas (sekali pakai, 72 jam)")
    made.add_argument(
        "role", choices=[*OF_POSYANDU, *OF_PUSKESMAS, *OF_AREA], help="peran, misalnya kader, bidan, puskesmas"
    )
    made.add_argument(
        "place", metavar="KODE", help="kode posyandu (kader, ketua), puskesmas (tpg, puskesmas) atau wilayah"
    )


def code(args: argparse.Namespace, settings: Settings) -> int:
    """Print one code; 1 when there is no such place."""
    from sqlalchemy import bindparam, select

    from storage import joining
    from storage.sql import Sql
    from storage.store import Tx, open_store
    from storage.tables import area, posyandu, puskesmas

    if args.role in OF_POSYANDU:
        what, column, find = "posyandu", "posyandu_id", select(posyandu.c.id, posyandu.c.name, posyandu.c.code)
    elif args.role in OF_PUSKESMAS:
        what, column, find = "puskesmas", "puskesmas_id", select(puskesmas.c.id, puskesmas.c.name, puskesmas.c.code)
    else:
        what, column, find = "wilayah", "area", select(area.c.code, area.c.name)
    store = open_store(settings.DATABASE_URL)
    now = time.time_ns() // 1_000_000

    def work(tx: Tx) -> tuple[str, str] | None:
        row = tx.one(Sql(find.where(find.selected_columns["code"] == bindparam("given"))), given=args.place)
        if row is None:
            return None
        return row.name, joining.make_code(tx, kind="staff", now=now, by=None, role=args.role, **{column: row[0]})

    try:
        made = store.write(work)
    finally:
        store.close()
    if made is None:
        print(f"Tidak ada {what} dengan kode {args.place}.", file=sys.stderr)
        print("Masukkan daftarnya dulu: posyandu-bot places import BERKAS", file=sys.stderr)
        return 1
    print(f"{made[1]}\nKode untuk {args.role} {made[0]}: sekali pakai, 72 jam. Berikan langsung kepada orangnya.")
    return 0


def rotate(settings: Settings) -> int:
    """Seal every NIK with the first key of FIELD_KEY; safe to stop and to run again."""
    from storage import key_rotation
    from storage.nik import NikKey
    from storage.store import open_store

    if "," not in settings.FIELD_KEY:
        print("Tulis dulu kunci baru di depan kunci lama di .env: FIELD_KEY=kuncibaru,kuncilama", file=sys.stderr)
        print("Kunci baru dibuat dengan: posyandu-bot key", file=sys.stderr)
        return 2
    store = open_store(settings.DATABASE_URL)
    try:
        key = NikKey(settings.FIELD_KEY)
        done = key_rotation.rotate(store, key, lambda n: print(f"{n} NIK disegel ulang", flush=True))
    finally:
        store.close()
    print(f"Selesai: {done.sealed} NIK memakai kunci baru.")
    if done.unreadable:
        print(f"{done.unreadable} NIK tidak bisa dibuka dengan kunci mana pun.", file=sys.stderr)
        print("Biarkan kunci lama di .env sampai itu diperiksa.", file=sys.stderr)
        return 1
    print("Kunci lama boleh dihapus dari FIELD_KEY di .env, lalu mulai ulang bot.")
    return 0
