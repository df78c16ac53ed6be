"""`posyandu-bot move --to URL`: a SQLite book goes to PostgreSQL, and the old one never sends again."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from sqlalchemy import make_url

from bot.moments import moment
from bot.settings import Settings, WrongSettings
from storage import freezing, moving
from storage.migrate import migrate
from storage.store import Store, open_store

MOST_WAIT_S = 130.0  # a message on its way ends by then, or its process is no more
TELL_S = 2.0


def move(to: str, settings: Settings, *, cancel: bool = False) -> int:
    """0 when all is there and checked; what was cut off goes on when it is called again."""
    old, new = make_url(settings.DATABASE_URL), make_url(to)
    if old.get_backend_name() != "sqlite" or not (old.database and Path(old.database).is_file()):
        raise WrongSettings("DATABASE_URL harus menunjuk berkas SQLite yang akan dipindahkan.")
    if new.get_backend_name() != "postgresql":
        raise WrongSettings("--to harus diawali postgresql://, misalnya postgresql://pemakai:sandi@server/nama")
    source, target = open_store(settings.DATABASE_URL), open_store(to)
    try:
        return _cancel(source, target) if cancel else _move(source, target, new.render_as_string())
    except moving.NotEmpty:
        print("Basis data tujuan sudah berisi. Pakai basis data yang kosong.", file=sys.stderr)
    except moving.Differs as error:
        print(f"Isi tabel tidak sama di kedua sisi: {error}. Buku lama tetap utuh.", file=sys.stderr)
        print("Kosongkan basis data tujuan, lalu: posyandu-bot move --cancel, dan mulai lagi.", file=sys.stderr)
    finally:
        source.close()
        target.close()
    return 1


def _move(source: Store, target: Store, where: str) -> int:
    begun = freezing.is_frozen(source)
    if begun is None:
        migrate(source)
    migrate(target)
    token = begun["token"] if begun else source.write(freezing.token)
    if begun is None or not moving.finished(target, token):
        moving.begin(target, token)  # an empty target is wanted before the old house is stopped
        source.write(lambda tx: freezing.freeze(tx, where))
        moment("frozen")
        _let_end(source)
        told = 0.0
        for step in moving.copy(source, target):
            moment("moved_chunk")
            if time.monotonic() - told > TELL_S or step.rows == step.of:
                told = time.monotonic()
                print(f"{step.table}: {step.rows:,} dari {step.of:,}".replace(",", "."), flush=True)
        rows = moving.verify(source, target)
        moment("verified")
        moving.finish(target, token)
        print(f"{sum(rows.values()):,} baris di {len(rows)} tabel sama di kedua sisi.".replace(",", "."))
    print(f"Buku sudah pindah. Di .env: DATABASE_URL={where} (dengan sandinya), lalu jalankan posyandu-bot lagi.")
    print("Buku lama tetap tersimpan, tetapi tidak lagi menerima atau mengirim apa pun.")
    return 0


def _let_end(source: Store) -> None:
    """What a house that still runs is sending may end; it can take nothing new."""
    until = time.monotonic() + MOST_WAIT_S
    while (left := source.read(lambda tx: freezing.sending(tx, _now()))) and time.monotonic() < until:
        print(f"menunggu {left} pesan yang sedang dikirim ...", flush=True)
        time.sleep(1.0)
    source.write(freezing.harden)


def _cancel(source: Store, target: Store) -> int:
    begun = freezing.is_frozen(source)
    if begun is None:
        print("Tidak ada pemindahan yang dimulai dari buku ini.")
        return 1
    migrate(target)
    if moving.finished(target, begun["token"]):
        print("Pemindahan sudah selesai dan tidak bisa dibatalkan: buku baru sudah berlaku.", file=sys.stderr)
        return 1
    source.write(freezing.thaw)
    print("Pemindahan dibatalkan; buku lama berlaku lagi. Kosongkan basis data tujuan sebelum mencoba lagi.")
    return 0


def _now() -> int:
    return time.time_ns() // 1_000_000
