"""The night's work: once, whoever comes first, with a backup that opens."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from bot.nightly import Nightly
from bot.settings import Settings
from posyandu.calendar import instant
from storage import backup
from storage.migrate import migrate
from storage.store import open_store
from tests.exports.filled import TODAY, fill


class At:
    """A clock that stands."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes

    def now(self) -> int:
        return instant(TODAY, self.minutes, "Asia/Jakarta")


async def test_one_backup_a_night(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/book.db")
    migrate(store)
    fill(store)
    settings = Settings(BACKUP_KEY="secret", BACKUP_DIR=str(tmp_path / "kept"))
    evening = Nightly(store, At(60), settings)
    assert await evening.once() == 0, "not before its hour"
    one, other = (Nightly(store, At(150), settings) for _ in range(2))
    assert [await one.once(), await other.once(), await one.once()] == [1, 0, 0]
    store.close()
    (file,) = (tmp_path / "kept").iterdir()
    made = backup.restore(file, make_url(f"sqlite:///{tmp_path}/again.db"), "secret")
    assert made.tables["child"][0] == 33
