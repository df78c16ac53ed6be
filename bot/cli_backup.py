"""`posyandu-bot backup` and `restore`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy import make_url

from bot.cli_book import opened
from bot.clock import MachineClock
from bot.locales import Catalogue
from bot.settings import Settings
from posyandu.calendar import local
from scheduler.ticking import Ticking
from storage import backup as backups
from storage.migrate import migrate
from storage.sealed_file import CannotOpen
from storage.store import Store, open_store

NICE = 10


def backup(args: argparse.Namespace, settings: Settings, words: Catalogue) -> int:
    """One backup now; old ones in the same folder are let go."""
    if not settings.BACKUP_KEY:
        return _fail(words.say("cli.backup.no_key"), 2)
    os.nice(NICE)
    with opened(settings) as (store, _):
        now = MachineClock().now()
        at = local(now, settings.DEFAULT_ZONE)
        given = args.out or Path(settings.BACKUP_DIR)
        path = given if given.suffix else given / backups.file_name(f"{at:%Y%m%d-%H%M%S}")
        try:
            made = backups.backup(store, path, settings.BACKUP_KEY, now)
        except backups.NoProgram:
            return _fail(words.say("cli.backup.no_program"), 1)
        except OSError as error:
            return _fail(words.say("cli.unwritable", file=path.name, why=error.strerror or str(error)), 1)
    backups.retain(path.parent, at.date(), settings.BACKUP_DAYS)
    size = f"{path.stat().st_size / 1_000_000:.1f} MB".replace(".", ",")
    print(words.say("cli.backup.done", file=path.name, size=size, **backups.details(made)))
    return 0


def restore(args: argparse.Namespace, settings: Settings, words: Catalogue) -> int:
    """Put a backup back, check it, and hold whatever may have been sent since."""
    if not settings.BACKUP_KEY:
        return _fail(words.say("cli.backup.no_key"), 2)
    url = make_url(args.to or settings.DATABASE_URL)
    try:
        made = backups.restore(args.file, url, settings.BACKUP_KEY, overwrite=args.yes)
    except FileNotFoundError:
        return _fail(words.say("sheets.error.missing", file=args.file.name), 1)
    except CannotOpen:
        return _fail(words.say("cli.restore.wrong_key"), 1)
    except backups.WrongEngine as wrong:
        return _fail(words.say("cli.restore.wrong_engine", engine=wrong.engine), 2)
    except backups.NotEmpty:
        return _fail(words.say("cli.restore.not_empty"), 2)
    except backups.Differs as wrong:
        return _fail(words.say("cli.restore.differs", table=wrong.table), 1)
    except backups.NoProgram:
        return _fail(words.say("cli.backup.no_program"), 1)
    store = open_store(url.render_as_string(hide_password=False))
    try:
        migrate(store)
        held = settle(store, MachineClock().now())
    finally:
        store.close()
    at = local(made.made, settings.DEFAULT_ZONE)
    said = words.say("cli.restore.done", made=f"{at:%d/%m/%Y %H.%M}", held=held, **backups.details(made))
    print(said)
    return 0


def settle(store: Store, now: int) -> int:
    """Hold what waited at the time of the backup, and what has fallen due since: that may have been sent, too.

    The clock is asked once, so that everything due by now gets its row, and those rows are held before any channel
    runs. A row is put once only, so none of it is made again.
    """
    held = store.write(backups.hold)
    Ticking(store).tick(now)
    return held + store.write(backups.hold)


def _fail(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
