"""`posyandu-bot zscore IN --out OUT`: progress and bad rows go to stderr."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from bot.locales import Catalogue, catalogue
from bot.sheets.table import SheetError
from bot.sheets.zscore import zscore


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in the user's language."""

    words: Catalogue

    def error(self, message: str) -> NoReturn:
        self.exit(2, self.words.say("sheets.zscore.incomplete", why=message) + "\n")


def main(args: list[str]) -> int:
    """Runs the command; 0 when a sheet was written (bad rows are reported), 1 when not, 2 for a wrong command."""
    words = catalogue("id")
    parser = _Parser(prog="posyandu-bot zscore", description=words.say("sheets.zscore.about"))
    parser.words = words
    parser.add_argument("sheet", metavar="IN", type=Path, help=words.say("sheets.zscore.in_help"))
    parser.add_argument("--out", metavar="OUT", type=Path, required=True, help=words.say("sheets.zscore.out_help"))
    try:
        given = parser.parse_args(args)
    except SystemExit as end:  # argparse has said why, or has shown the help
        return end.code if isinstance(end.code, int) else 2

    def progress(done: int, total: int) -> None:
        _tell(words.say("sheets.zscore.progress", done=done, total=total))

    try:
        done = zscore(given.sheet, given.out, progress)
    except SheetError as error:
        _tell(words.say(f"sheets.error.{error.key}", **error.values))
        return 1
    for line in done.bad:
        _tell(words.say("sheets.zscore.bad_row", line=line.line, why=line.why))
    _tell(words.say("sheets.zscore.done", scored=done.scored, bad=len(done.bad), file=given.out.name))
    return 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
