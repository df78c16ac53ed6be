"""`posyandu-bot entry`: what the reader makes of typed lines, without a database.

One JSON object a line on standard output; everything else (help, progress, faults of the input) goes to standard error,
in Indonesian, because kader coordinators try their own lists with it.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NoReturn, TextIO

from posyandu.anthropometry import Sex
from posyandu.entry import Kind, Reading, Status, Why, read_date, read_line, read_session
from posyandu.names import Roster, RosterChild

_COLUMNS = (
    "child_id",
    "name",
    "sex",
    "birth_date",
    "mother_name",
    "rt",
    "last_date",
    "last_weight_kg",
    "last_height_cm",
)
_NEEDED = ("child_id", "name")
_SAY_AFTER = 1_000  # lines between two words of progress

_WHY = {
    Why.MEASURED: "terbaca jelas", Why.SAID: "status disebut", Why.LISTED: "disebut di bawah judul",
    Why.NO_CHILD: "nama anak tidak ada", Why.UNKNOWN_CHILD: "nama tidak ada di daftar", Why.WHICH_CHILD: "lebih dari satu anak cocok",  # noqa: E501
    Why.TWO_CHILDREN: "dua anak disebut", Why.OTHER_NAME: "sebagian nama tidak cocok", Why.VISITOR: "anak tamu atau belum terdaftar",  # noqa: E501
    Why.BAD_CODE: "kode anak tidak cocok", Why.MOTHER: "nama ibu tidak cocok", Why.RT: "RT tidak cocok", Why.AGE: "umur tidak cocok",  # noqa: E501
    Why.SEX: "jenis kelamin tidak cocok", Why.BIRTH: "tanggal lahir tidak cocok", Why.NO_VALUE: "belum ada angkanya",
    Why.MISSING_VALUE: "ada ukuran tanpa angka", Why.NUMBER: "angka kurang jelas", Why.ONE_NUMBER: "satu angka tanpa keterangan",  # noqa: E501
    Why.EXTRA_NUMBER: "ada angka lebih", Why.TWO_VALUES: "dua angka untuk ukuran yang sama", Why.UNIT: "satuan tidak cocok",  # noqa: E501
    Why.SWAPPED: "berat dan tinggi tertukar", Why.DOUBTFUL: "angka meragukan", Why.PAST: "angka bulan lalu atau hari lain",  # noqa: E501
    Why.DATE: "tanggal tidak ada di kalender", Why.FUTURE: "tanggal belum tiba", Why.HEDGED: "masih perkiraan",
    Why.CORRECTION: "ada kata ralat atau bukan", Why.PLAN: "baru rencana", Why.EXAMPLE: "contoh atau andai", Why.NEGATED: "disangkal",  # noqa: E501
    Why.QUESTION: "pertanyaan", Why.DEATH: "kabar meninggal, ditanya dua kali", Why.STATUS_UNCLEAR: "kehadiran kurang jelas",  # noqa: E501
    Why.NOT_YET: "belum datang, atau tidak hadir",
    Why.EMPTY: "tidak ada teks", Why.TALK: "bukan laporan ukuran", Why.RECAP: "rekap jumlah", Why.HEADING: "judul",
    Why.CLOSING: "penutup", Why.TOO_LONG: "terlalu panjang", Why.CONTINUED: "lanjutan baris di atasnya", Why.SAME_AGAIN: "sama dengan sebelumnya",  # noqa: E501
}  # fmt: skip


class InputFault(Exception):
    """Something in the roster or the call that the user can mend; the text says how."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputFault(f"{message}\nCoba: posyandu-bot entry --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="posyandu-bot entry",
        description="Membaca baris laporan penimbangan seperti yang diketik kader; hasilnya satu objek JSON per baris.",
        epilog="Contoh: posyandu-bot entry --roster roster.csv --date 2026-11-12 baris.txt", add_help=False,
    )  # fmt: skip
    parser.add_argument("-h", "--help", action="help", help="tampilkan bantuan ini")
    parser.add_argument("--roster", metavar="CSV", required=True, help="daftar anak; kolom: " + ", ".join(_COLUMNS))
    parser.add_argument("--date", metavar="TANGGAL", required=True, help="hari penimbangan, misalnya 2026-11-12")
    parser.add_argument("--session", action="store_true", help="masukan adalah satu pesan utuh; hasil memuat line_no")
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="berkas teks UTF-8; - untuk masukan standar"
    )
    return parser


def main(args: list[str]) -> int:
    """Run the command; 0 when everything was read, 2 when the call or a file is wrong."""
    try:
        chosen = _parser().parse_args(args)
        on = _date(chosen.date)
        roster = read_roster(Path(chosen.roster))
        with _opened(chosen.file) as source:
            text = source.read()
    except InputFault as fault:
        print(f"posyandu-bot entry: {fault}", file=sys.stderr)
        return 2
    except SystemExit as leave:  # --help
        return int(leave.code or 0)
    rows = session_rows(text, roster, on) if chosen.session else line_rows(text.splitlines(), roster, on)
    counts = dict.fromkeys(Kind, 0)
    try:
        for row in rows:
            counts[Kind(str(row["kind"]))] += 1
            print(json.dumps(row, ensure_ascii=False))
            if sum(counts.values()) % _SAY_AFTER == 0:
                print(f"{sum(counts.values())} baris dibaca ...", file=sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:
        return 0
    print(", ".join(f"{name.value} {number}" for name, number in counts.items()), file=sys.stderr)
    return 0


def line_rows(lines: Iterable[str], roster: Roster, on: date) -> Iterator[dict[str, object]]:
    """A row for each line that is not blank, each judged alone."""
    for line in lines:
        if line.strip():
            yield row_of(line, read_line(line, roster, on))


def session_rows(message: str, roster: Roster, on: date) -> Iterator[dict[str, object]]:
    """A row for each line of one message; a line with two children has two rows of the same line_no."""
    for found in read_session(message, roster, on).lines:
        yield {"line_no": found.line_no, **row_of(found.text, found.reading)}


def row_of(line: str, reading: Reading) -> dict[str, object]:
    """A reading as the fields of the labelled corpus; the measures are null unless the kind is ok."""
    why = _WHY[reading.why] + (f" ({reading.detail})" if reading.detail else "")
    return {
        "line": line, "kind": reading.kind.value, "child": reading.child, "weight_g": reading.weight_g,
        "height_mm": reading.height_mm, "head_mm": reading.head_mm, "muac_mm": reading.muac_mm,
        "position": reading.position.value if reading.position else None,
        "status": _status(reading.status), "why": why,
    }  # fmt: skip


def _status(status: Status | None) -> str | None:
    return status.value if status else None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        found = read_date(text, date.today())
    if found is None:
        raise InputFault(f"--date {text!r} bukan tanggal; tulis misalnya 2026-11-12")
    return found


def _opened(name: str) -> TextIO:
    if name == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        return sys.stdin
    try:
        return open(name, encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise InputFault(f"berkas {name} tidak bisa dibuka: {error.strerror}") from error


def read_roster(path: Path) -> Roster:
    """The children of a CSV file (comma or semicolon, UTF-8). Raises InputFault naming the line that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputFault(f"daftar {path} tidak bisa dibuka: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputFault(f"daftar {path} bukan UTF-8; simpan ulang sebagai CSV UTF-8") from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise InputFault(
            f"daftar {path}: kolom {', '.join(missing)} tidak ada; kolom yang dikenal: {', '.join(_COLUMNS)}"
        )
    children = []
    for number, row in enumerate(rows, 2):
        try:
            children.append(
                _child({name: (value or "").strip() for name, value in row.items() if isinstance(name, str)})
            )
        except ValueError as error:
            raise InputFault(f"daftar {path} baris {number}: {error}") from error
    if len({c.id for c in children}) < len(children):
        raise InputFault(f"daftar {path}: child_id yang sama dipakai lebih dari satu anak")
    return Roster(children)


def _child(row: dict[str, str]) -> RosterChild:
    if not row["child_id"] or not row["name"]:
        raise ValueError("child_id dan name harus diisi")
    sex = {"l": Sex.BOY, "p": Sex.GIRL, "": None}.get(row.get("sex", "").lower(), ...)
    if sex is ...:
        raise ValueError(f"sex {row['sex']!r} harus L atau P")
    return RosterChild(
        row["child_id"], row["name"], row.get("nickname") or None, sex, _day(row, "birth_date"),
        row.get("mother_name", ""), row.get("rt", ""), row.get("code") or None, _day(row, "last_date"),
        _scaled(row, "last_weight_kg", 1000), _scaled(row, "last_height_cm", 10),
    )  # fmt: skip


def _day(row: dict[str, str], name: str) -> date | None:
    if not row.get(name):
        return None
    try:
        return date.fromisoformat(row[name])
    except ValueError:
        raise ValueError(f"{name} {row[name]!r} bukan tanggal seperti 2025-02-20") from None


def _scaled(row: dict[str, str], name: str, factor: int) -> int | None:
    if not row.get(name):
        return None
    try:
        return round(float(row[name].replace(",", ".")) * factor)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} {row[name]!r} bukan angka") from None
