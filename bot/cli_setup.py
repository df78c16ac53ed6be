"""`posyandu-bot setup`, `whatsapp`, `siaran`, `doctor`, `move`, `invite`: each imports what it needs when called."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bot.settings import Settings


def add_commands(add: Callable[[str, object, str], argparse.ArgumentParser]) -> None:
    """The commands of this file, through the function that registers one."""
    made = add("setup", setup, "periksa pengaturan, hubungi Telegram dan Twilio, pasang webhook, kirim tes")
    made.add_argument("--to", default="", help="kirim tes ke telegram:<id> atau whatsapp:+62...")
    templates = add("whatsapp", whatsapp, "templat dan biaya WhatsApp")
    templates.add_argument("what", choices=["templates", "costs"], help="templates: templat; costs: biaya per bulan")
    templates.add_argument("step", nargs="?", default="list", choices=["list", "create", "submit", "check"])
    templates.add_argument("--month", default="", help="bulan untuk costs, misalnya 2026-11; kosong: bulan ini")
    kept = add("siaran", siaran, "aturan siaran: persetujuan orang kedua, masa pemilu")
    kept.add_argument("--second-above", type=int, help="di atas berapa orang perlu persetujuan orang kedua (200)")
    kept.add_argument("--pemilu", choices=["ya", "tidak"], help="masa pemilu: setiap siaran perlu orang kedua")
    add("doctor", doctor, "bagaimana keadaannya, dan apa yang harus dilakukan")
    goes = add("move", move, "pindahkan buku dari SQLite ke PostgreSQL; buku lama berhenti untuk selamanya")
    goes.add_argument("--to", required=True, metavar="URL", help="postgresql://pemakai:sandi@server/nama, masih kosong")
    goes.add_argument("--cancel", action="store_true", help="batalkan pemindahan yang belum selesai")
    sheet = add("invite", invite, "buat gambar dan lembar undangan satu posyandu")
    sheet.add_argument("--posyandu", default="", help="nama posyandu untuk judulnya")
    sheet.add_argument("--out", default=".", help="folder untuk berkasnya")


def setup(args: argparse.Namespace, settings: Settings) -> int:
    from bot.setting_up import setup as run

    return run(args.to, settings)


def whatsapp(args: argparse.Namespace, settings: Settings) -> int:
    from bot import whatsapp_desk

    if args.what == "costs":
        return whatsapp_desk.costs(args.month, settings)
    return whatsapp_desk.templates(args.step, settings)


def siaran(args: argparse.Namespace, settings: Settings) -> int:
    from bot.siaran_rules import rules

    return rules(settings, args.second_above, args.pemilu)


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor import doctor as run

    return run(settings)


def move(args: argparse.Namespace, settings: Settings) -> int:
    from bot.book_move import move as run

    return run(args.to, settings, cancel=args.cancel)


def invite(args: argparse.Namespace, settings: Settings) -> int:
    from bot.inviting import invite as run

    return run(args.posyandu, args.out, settings)
