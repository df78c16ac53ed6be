"""Every look-up by area in a kabupaten of Bogor's size: 5,152 posyandu, twelve months of figures, a year of kader.

python -m benchmarks.places
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from datetime import date

from posyandu.people import Post, Role, Scope
from storage import board, look_sheets, telaah
from storage.exports import levels
from storage.look_people import LookPeople
from storage.store import Tx, open_store
from storage.tables import membership, metadata, month_summary, person
from tests.slow.measured import record
from tests.slow.test_hidden_numbers import month
from tests.storage.test_places_size import POSYANDU, bogor

TODAY, NOW, TIMES = date(2026, 11, 12), 1_794_448_800_000, 5
DESA, KECAMATAN, KABUPATEN = "32.01.01.2000", "32.01.01", "32.01"


def fill(tx: Tx) -> None:
    bogor(tx)
    r = random.Random(7)
    numbers = range(1, POSYANDU + 1)
    months = [f"2025-{m:02d}" for m in (12,)] + [f"2026-{m:02d}" for m in range(1, 12)]
    tx.insert_many(
        month_summary, [{"posyandu_id": n, "month": m, "at": NOW, **month(r)} for n in numbers for m in months]
    )
    tx.insert_many(person, [{"name": f"Kader {n}", "at": NOW} for n in range(5 * POSYANDU)])
    crew = [{"person_id": n + 1, "role": "kader", "posyandu_id": n // 5 + 1, "from_at": 0} for n in range(5 * POSYANDU)]
    tx.insert_many(membership, crew)


def of(area: str, role: Role = Role.PUSKESMAS) -> Scope:
    return Scope(1, (Post(role, area=area),))


WHAT: dict[str, Callable[[Tx], object]] = {
    "posyandu of a desa": lambda tx: LookPeople(tx, of(DESA), TODAY, NOW).posyandu(),
    "of a puskesmas": lambda tx: LookPeople(tx, Scope(1, (Post(Role.TPG, puskesmas_id=1),)), TODAY, NOW).posyandu(),
    "of the kabupaten": lambda tx: LookPeople(tx, of(KABUPATEN), TODAY, NOW).posyandu(),
    "by name": lambda tx: LookPeople(tx, Scope(None), TODAY, NOW).posyandu_named("melati 4711"),
    "places to ask figures of": lambda tx: look_sheets.places(tx, of(KABUPATEN, Role.TP_PKK)),
    "figures of a kecamatan as an office sees them": lambda tx: levels.of_month(tx, "2026-10").shown(
        levels.path_of(KECAMATAN)
    ),
    "telaah of a kecamatan": lambda tx: telaah.lines(tx, "2026-10", NOW, area=KECAMATAN),
    "telaah of the kabupaten": lambda tx: telaah.lines(tx, "2026-10", NOW, area=KABUPATEN),
    "who has joined in the kabupaten": lambda tx: board.posyandu_lines(tx, NOW, code=KABUPATEN),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/book.db")
        metadata.create_all(store.engine)
        store.write(fill)
        took = {}
        for name, look in WHAT.items():
            times = []
            for _ in range(TIMES):
                begun = time.process_time()
                assert store.read(look)
                times.append(time.process_time() - begun)
            took[name] = 1000 * sorted(times)[TIMES // 2]
        store.close()
    result = ", ".join(f"{name} {ms:.0f} ms" for name, ms in took.items())
    print(result)
    record(
        "look-ups by area with 5,152 posyandu and 25,760 kader",
        f"{result} (processor time)",
        "python -m benchmarks.places",
    )


if __name__ == "__main__":
    main()
