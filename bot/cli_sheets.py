"""`posyandu-bot export`, `import`, `backup`, `restore`: the book as files, from the command line.

The operator at the machine reaches the whole house; what is taken out or put in stands in the audit all the same.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import settings as settings_file
from bot.cli_book import opened, progress
from bot.locales import Catalogue, catalogue
from bot.settings import Settings, WrongSettings
from posyandu.entry.dates import read_month
from posyandu.skdn import Bands
from storage import book, exports
from storage.exports.places import NoSuchPlace
from storage.nik import NikKey

NICE = 10
MOST_NAMED = 20  # missing codes
EXAMPLES = {"fhir": "deploy/satusehat.example.toml", "dhis2": "deploy/dhis2.example.toml"}
COMMANDS = ("export", "import", "backup", "restore")


def main(name: str, args: list[str]) -> int:
    """0 done, 1 not done, 2 the call or the settings are wrong."""
    words = catalogue("id")
    parser = argparse.ArgumentParser(prog=f"posyandu-bot {name}", description=words.say(f"cli.{name}.about"))
    _arguments(name, parser, words)
    try:
        given = parser.parse_args(args)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    try:
        settings = settings_file.load()
        return _run(name)(given, settings, words)
    except WrongSettings as wrong:
        return _fail(str(wrong), 2)
    except KeyboardInterrupt:
        return 130


def _run(name: str) -> Callable[[argparse.Namespace, Settings, Catalogue], int]:
    # Each brings what it needs, so that an export stays small.
    from bot.cli_backup import backup, restore
    from bot.cli_import import run

    return {"export": export, "import": run, "backup": backup, "restore": restore}[name]


def _arguments(name: str, parser: argparse.ArgumentParser, words: Catalogue) -> None:
    def add(*flags: str, **kw: object) -> None:
        key = flags[-1].lstrip("-")
        parser.add_argument(*flags, help=words.say(f"cli.{name}.{key}"), **kw)  # type: ignore[arg-type]

    if name == "export":
        add("kind", choices=[*exports.KINDS, *exports.MESSAGES])
        add("--month", default="")
        add("--area", default="")
        add("--out", required=True, type=Path)
        add("--bands", default="f1")
        add("--variant", default="", choices=["", "lama"])
        add("--template", type=Path)
        add("--style", choices=["orang", "mesin"])
        add("--hide", action="store_true")
        add("--codes", type=Path)
    elif name == "import":
        add("file", type=Path)
        add("--area", default="")
        add("--yes", action="store_true")
        add("--columns", default="")
        add("--bad", type=Path)
    elif name == "backup":
        add("--out", type=Path)
    else:
        add("file", type=Path)
        add("--to", default="")
        add("--yes", action="store_true")


def export(args: argparse.Namespace, settings: Settings, words: Catalogue) -> int:
    """One sheet into a file, kindly to what else runs."""
    os.nice(NICE)
    month = _month(args.month)
    if month is None:
        return _fail(words.say("cli.export.bad_month", text=args.month), 2)
    if not month and args.kind not in exports.WITHOUT_MONTH:
        return _fail(words.say("cli.export.needs_month", kind=args.kind), 2)
    left: Counter[str] = Counter()
    with opened(settings) as (store, now):
        try:
            request = exports.Request(
                args.kind, month, args.area, hide=args.hide, style=args.style, bands=_bands(args.bands),
                variant=args.variant, nik_key=NikKey(settings.FIELD_KEY),
                template=_template(args.template) or exports.template_for(store, args.kind, args.area),
                codes=_codes(args.codes),
            )  # fmt: skip
            started = time.monotonic()
            rows = exports.make(store, request, args.out, progress(words, "cli.export.progress"), left)
        except NoSuchPlace as wrong:
            return _fail(words.say("cli.no_place_twice" if wrong.kinds else "cli.no_place", code=wrong.code), 2)
        except exports.NoSuchFormat:
            if args.kind not in exports.MESSAGES:
                return _fail(words.say("cli.export.bad_format", file=args.out.name), 2)
            one, other = exports.endings(args.kind)
            return _fail(words.say("cli.export.bad_ending", file=args.out.name, one=one, other=other), 2)
        except exports.MissingCodes as wrong:
            return _fail(_say_missing(words, args.kind, wrong.missing), 2)
        except (ValueError, KeyError) as wrong:
            return _fail(words.say("cli.export.bad_call", why=str(wrong)), 2)
        except OSError as error:
            return _fail(words.say("cli.unwritable", file=args.out.name, why=error.strerror or str(error)), 1)
        detail = f"{args.kind} {month} {args.out.suffix} {rows}"
        store.write(lambda tx: book.note(tx, now, None, "export", args.area, detail))
    said = words.say("cli.export.done", rows=rows, file=args.out.name, seconds=f"{time.monotonic() - started:.1f}")
    print(said, file=sys.stderr)
    for why, many in sorted(left.items()):
        if many:
            print(words.say(f"cli.export.left.{why}", n=many), file=sys.stderr)
    return 0


def _codes(path: Path | None) -> dict[str, Any]:
    """What the receiver calls things. ValueError when the file cannot be read."""
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        raise ValueError(f"{path.name}: {getattr(wrong, 'strerror', None) or wrong}") from None


def _say_missing(words: Catalogue, kind: str, missing: tuple[str, ...]) -> str:
    shown = [{"it": key} for key in missing[:MOST_NAMED]]
    said = words.say("cli.export.missing_codes", rows=shown, example=EXAMPLES[kind])
    more = len(missing) - len(shown)
    return said if more <= 0 else f"{said}\n{words.say('cli.export.more_codes', n=more)}"


def _month(text: str) -> str | None:
    """ "2026-11", "oktober"; empty for every month; None when it is no month."""
    if not text:
        return ""
    found = read_month(text, datetime.now(ZoneInfo("Asia/Jakarta")).date())
    return None if found is None else f"{found[0]:04d}-{found[1]:02d}"


def _bands(text: str) -> Bands:
    """A layout by name, or "0-5,6-11,12-23,24-59"."""
    if not text[:1].isdigit():
        return Bands.of(text)
    return Bands(tuple((int(a), int(b)) for a, _, b in (part.partition("-") for part in text.split(","))))


def _template(path: Path | None) -> exports.Template | None:
    """The puskesmas' own blank template. ValueError when its header is not known."""
    if path is None:
        return None
    from bot.sheet_import import lines_of

    found = exports.template_of("Sheet1", [line.cells for line in lines_of(path)])
    if found is None:
        raise ValueError(path.name)
    return found[1]


# -- shared by the commands --------------------------------------------------------------------------------------


def _fail(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
