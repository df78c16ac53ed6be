"""The `posyandu-bot` command."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable, Sequence
from functools import partial

from bot import outbox_desk
from bot import settings as settings_file
from bot.cli_people import add_commands as add_people_commands
from bot.cli_setup import add_commands as add_setup_commands
from bot.settings import Settings, WrongSettings

# What posyandu-bot can do; each imports what it needs when it is called, so that --help is quick.
PASSED_ON = ("zscore", "entry", "export", "import", "backup", "restore")


PARTS = {
    "web": "satu dari beberapa proses (PostgreSQL): menerima pesan dari luar",
    "worker": "satu dari beberapa proses (PostgreSQL): menjawab, mengirim, menjalankan jadwal",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; exit codes: 0 done, 1 not done, 2 the call or the settings are wrong."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:2] == ["places", "import"]:  # one importer knows every kind of list
        given = given[1:]
    if given and given[0] in PASSED_ON:
        return _passed_on(given[0], given[1:])
    parser = _parser()
    args = parser.parse_args(given)
    if args.command is None:
        parser.print_help()
        return 0
    try:
        settings = settings_file.load()
        run: Callable[[argparse.Namespace, Settings], int] = args.run
        return run(args, settings)
    except WrongSettings as wrong:
        print(f"Pengaturan belum benar:\n{wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="posyandu-bot", description="Bot posyandu: kader melapor lewat obrolan.")
    commands = parser.add_subparsers(dest="command", metavar="PERINTAH")
    _command(commands, "run", _run, "jalankan bot, jadwal dan halaman web dalam satu proses")
    for part, about in PARTS.items():
        _command(commands, part, partial(_run, part=part), about)
    chat = _command(commands, "chat", _chat, "mengobrol sebagai satu orang demo di terminal")
    chat.add_argument("--as", dest="key", default="kader", help="kunci orang demo, misalnya kader atau orangtua-an-01")
    key = _command(
        commands, "key", _key, "buat FIELD_KEY baru untuk .env; key rotate: segel ulang NIK dengan kunci baru"
    )
    key.add_argument("action", nargs="?", choices=["rotate"], help="segel ulang semua NIK dengan kunci pertama")
    outbox_desk.add_command(commands)
    inbox = _command(commands, "inbox", _inbox, "pesan yang disisihkan: lihat dan ulangi")
    inbox.add_argument("--replay", type=int, metavar="ID", help="baca ulang satu pesan yang disisihkan")
    commands.add_parser("export", help="keluarkan lembar data (--help untuk caranya)")
    commands.add_parser("import", help="masukkan lembar anak, hasil ukur, wali, kader atau wilayah")
    commands.add_parser("backup", help="buat cadangan terenkripsi")
    commands.add_parser("restore", help="pulihkan cadangan dan periksa isinya")
    add_setup_commands(partial(_command, commands))
    add_people_commands(partial(_command, commands))
    commands.add_parser("places", help="places import BERKAS: masukkan daftar wilayah, puskesmas dan posyandu")
    commands.add_parser("zscore", help="hitung z-score satu lembar (--help untuk caranya)")
    commands.add_parser("entry", help="baca baris ketikan kader tanpa basis data (--help untuk caranya)")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, help: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=help, description=help)
    made.set_defaults(run=run)
    return made


def _passed_on(name: str, args: list[str]) -> int:
    if name == "zscore":
        from bot.sheets.command import main as zscore

        return zscore(args)
    if name == "entry":
        from bot.cli_entry import main as entry

        return entry(args)
    from bot.cli_sheets import main as sheets

    return sheets(name, args)


def _run(args: argparse.Namespace, settings: Settings, part: str = "") -> int:
    import uvicorn

    from bot import secret_log
    from bot.app import serve

    secret_log.set_up(settings)
    if part:
        settings_file.for_many(settings)
    app = serve(settings, part)
    address = f"http://{settings.HOST}:{settings.PORT}/"
    print(f"Posyandu-bot{f' {part}' if part else ''} berjalan di {address}  (berhenti: Ctrl+C)", flush=True)
    uvicorn.run(app, host=settings.HOST, port=settings.PORT, log_config=None, access_log=False)
    return 0


def _chat(args: argparse.Namespace, settings: Settings) -> int:
    from bot.terminal import chat

    return chat(settings, args.key)


def _key(args: argparse.Namespace, settings: Settings) -> int:
    if args.action == "rotate":
        from bot.cli_people import rotate

        return rotate(settings)
    print(f"FIELD_KEY={secrets.token_urlsafe(32)}\nBACKUP_KEY={secrets.token_urlsafe(32)}")
    return 0


def _inbox(args: argparse.Namespace, settings: Settings) -> int:
    from bot.operator import inbox

    return inbox(settings, args.replay)


if __name__ == "__main__":
    sys.exit(main())
