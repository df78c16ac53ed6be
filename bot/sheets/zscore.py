"""Scores a whole sheet: the same rows with z-scores, flags, categories and, per missing score, why.

A row that cannot be read is reported by its line and written without scores; the rest is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.locales import Catalogue, catalogue
from bot.sheets.columns import BadRow, Columns, find_columns, measurement
from bot.sheets.results import HEADER, bad_cells, cells
from bot.sheets.scoring import HAS_NUMPY, score_all
from bot.sheets.table import Row, SheetError, read_table
from bot.sheets.writing import write_table
from posyandu.anthropometry import Measurement

STEP = 2_000  # rows scored between two words of progress


@dataclass(frozen=True, slots=True)
class BadLine:
    """A row that could not be read: its line in the file, and why, in words."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a sheet."""

    scored: int
    bad: tuple[BadLine, ...]


def zscore(
    in_path: Path | str,
    out_path: Path | str,
    progress: Callable[[int, int], None] | None = None,
    *,
    language: str = "id",
    vectorised: bool = HAS_NUMPY,
) -> Done:
    """Reads `in_path` (CSV, XLSX, XLS, HTML table; WHO's columns or an e-PPGBM export) and writes `out_path` (.csv or
    .xlsx). `progress(done, total)` is called on the way, in rows. Raises SheetError where nothing can be done."""
    source, target, words = Path(in_path), Path(out_path), catalogue(language)
    if target.exists() and source.exists() and target.samefile(source):
        raise SheetError("same_file")
    if target.suffix.lower() not in (".csv", ".xlsx"):
        raise SheetError("out_type", file=target.name)
    table = read_table(source)
    columns = find_columns(table)
    rows = table.rows[columns.index + 1 :]
    bad: list[BadLine] = []
    kept = [at for at, title in enumerate(columns.header) if title.lower() not in HEADER]  # ours replace old ones

    def scored() -> Iterator[list[str]]:
        for start in range(0, len(rows), STEP):
            part = rows[start : start + STEP]
            yield from _part(words, columns, kept, part, bad, vectorised)
            if progress is not None:
                progress(min(start + STEP, len(rows)), len(rows))

    header = [columns.header[at] for at in kept] + list(HEADER)
    write_table(target, header, scored(), table.delimiter)
    return Done(len(rows) - len(bad), tuple(bad))


def _part(
    words: Catalogue, columns: Columns, kept: list[int], rows: tuple[Row, ...], bad: list[BadLine], vectorised: bool
) -> Iterator[list[str]]:
    """The written rows of a part; what cannot be read is added to `bad`."""
    read: list[Measurement | str] = []
    for row in rows:
        try:
            read.append(measurement(columns, row))
        except BadRow as error:
            why = words.say(f"sheets.bad.{error.key}", **error.values)
            bad.append(BadLine(row.line, why))
            read.append(why)
    found = iter(score_all([m for m in read if not isinstance(m, str)], vectorised=vectorised))
    for row, m in zip(rows, read, strict=True):
        own = [row.cells[at] if at < len(row.cells) else "" for at in kept]
        yield own + (bad_cells(m) if isinstance(m, str) else cells(words, m, next(found)))
