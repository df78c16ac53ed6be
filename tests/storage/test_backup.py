"""The restore drill: everything comes back, counted and checked; and nothing that was sent is sent again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import bindparam, make_url, select, update

from bot.cli_backup import settle
from storage import backup, outbox
from storage.backup import Differs, NotEmpty
from storage.outbox import Message
from storage.sealed_file import CannotOpen
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import address, child, incoming, outgoing
from tests.exports.filled import KEY, NIK_OF_AZZAM, NOW, fill

SECRET = "a backup key of tests"
KADER = Sql(select(address.c.id).where(address.c.external_id == "kader"))
STATES = Sql(select(outgoing.c.once, outgoing.c.state).order_by(outgoing.c.id))
HEARD = Sql(select(incoming.c.message_id, incoming.c.state).order_by(incoming.c.id))
TO = Sql(update(outgoing).where(outgoing.c.once == bindparam("which")).values(state=bindparam("new_state")))
NIK = Sql(select(child.c.nik_cipher, child.c.nik_key).where(child.c.code == "AN-01"))


def _talk(tx: Tx) -> None:
    """Messages in every state, and one that was heard and not answered."""
    at = tx.value(KADER)
    for once, state in (("a", "sent"), ("b", "ready"), ("c", "sending"), ("d", "failed"), ("e", "in_doubt")):
        outbox.put(tx, Message("reminder", (("hints.kader", {}),), address_id=at, once=once), NOW)
        tx.run(TO, which=once, new_state=state)
    for number, state in enumerate(("done", "open")):
        tx.insert(incoming, address_id=at, message_id=f"m{number}", state=state, sent_at=NOW, arrived_at=NOW)


def _target(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Another machine."""
    if store.dialect == "sqlite":
        return f"sqlite:///{tmp_path}/other/place.db"
    import tests.conftest as shared

    server: str = request.getfixturevalue("postgres_server")
    import psycopg

    name = f"other{next(shared._numbers)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return f"{server}/{name}"


def test_everything_comes_back_on_another_machine(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    fill(store)
    store.write(_talk)
    file = tmp_path / "kept" / "one.backup"
    made = backup.backup(store, file, SECRET, NOW)
    there = _target(store, tmp_path, request)
    assert backup.restore(file, make_url(there), SECRET) == made
    assert made.tables["child"][0] == 33
    other = open_store(there)
    try:
        names = list(made.tables)
        assert other.read(lambda tx: backup.count(tx, names)) == store.read(lambda tx: backup.count(tx, names))
        held = other.write(backup.hold)
        states = dict(tuple(r) for r in other.read(lambda tx: tx.all(STATES)) if r.once in "abcde")
        assert states == {"a": "sent", "b": "in_doubt", "c": "in_doubt", "d": "failed", "e": "in_doubt"}
        assert held >= 2
        heard = dict(tuple(r) for r in other.read(lambda tx: tx.all(HEARD)))
        assert (heard["m0"], heard["m1"]) == ("done", "set_aside")
        assert other.write(lambda tx: outbox.take(tx, "emulator", NOW + 10**10, 100)) == []
        row = other.read(lambda tx: tx.one(NIK))
        assert KEY.open(row.nik_cipher, row.nik_key) == NIK_OF_AZZAM
    finally:
        other.close()


def test_what_fell_due_since_the_backup_is_held_too(tmp_path: Path) -> None:
    """A reminder of the days in between was sent by the machine that is gone: it is put, held, and never again."""
    store = open_store(f"sqlite:///{tmp_path}/book.db")
    from storage.tables import metadata

    metadata.create_all(store.engine)
    fill(store)
    from scheduler.ticking import Ticking

    Ticking(store).tick(NOW)
    backup.backup(store, tmp_path / "one.backup", SECRET, NOW)
    month_later = NOW + 32 * 24 * 3600_000
    Ticking(store).tick(month_later)
    sent_by_the_old_one = {r.once for r in store.read(lambda tx: tx.all(STATES))}
    store.close()
    backup.restore(tmp_path / "one.backup", make_url(f"sqlite:///{tmp_path}/new.db"), SECRET)
    new = open_store(f"sqlite:///{tmp_path}/new.db")
    try:
        settle(new, month_later)
        rows = new.read(lambda tx: tx.all(STATES))
        assert {r.once for r in rows} == sent_by_the_old_one
        assert len(sent_by_the_old_one) > 5
        assert not {r.state for r in rows} & {"ready", "claimed", "sending"}
        Ticking(new).tick(month_later + 1)
        assert not [r for r in new.read(lambda tx: tx.all(STATES)) if r.state == "ready"]
    finally:
        new.close()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    store = open_store(f"sqlite:///{folder}/book.db")
    from storage.tables import metadata

    metadata.create_all(store.engine)
    fill(store)
    backup.backup(store, folder / "one.backup", SECRET, NOW)
    store.close()
    return folder / "one.backup"


def test_only_its_key_opens_it_and_only_when_it_is_whole(sealed: Path, tmp_path: Path) -> None:
    raw = sealed.read_bytes()
    assert b"Azzam" not in raw
    assert sealed.stat().st_mode & 0o077 == 0
    url = make_url(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(CannotOpen):
        backup.restore(sealed, url, "another key")
    for broken in (raw[:-30], raw[:60] + bytes([raw[60] ^ 1]) + raw[61:], b"something else"):
        (tmp_path / "broken").write_bytes(broken)
        with pytest.raises(CannotOpen):
            backup.restore(tmp_path / "broken", url, SECRET)
    assert not (tmp_path / "x.db").exists()


def test_a_book_in_use_is_not_overwritten_unasked(sealed: Path, tmp_path: Path) -> None:
    url = make_url(f"sqlite:///{tmp_path}/x.db")
    backup.restore(sealed, url, SECRET)
    with pytest.raises(NotEmpty):
        backup.restore(sealed, url, SECRET)
    backup.restore(sealed, url, SECRET, overwrite=True)


def test_a_difference_is_noticed(sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rightly = backup._put_sqlite

    def loses_a_child(payload: Path, target: Path) -> None:
        rightly(payload, target)
        store = open_store(f"sqlite:///{target}")
        store.write(lambda tx: tx.run(Sql(update(child).where(child.c.code == "AN-02").values(name="Lain"))))
        store.close()

    monkeypatch.setattr(backup, "_put_sqlite", loses_a_child)
    with pytest.raises(Differs, match="child"):
        backup.restore(sealed, make_url(f"sqlite:///{tmp_path}/x.db"), SECRET)


def test_old_ones_go_but_the_first_of_each_month_stays(tmp_path: Path) -> None:
    days = ["20260901", "20260915", "20261001", "20261020", "20261101", "20261110", "20261112", "20240101"]
    for day in days:
        (tmp_path / backup.file_name(f"{day}-020000")).touch()
    (tmp_path / "notes.txt").touch()
    backup.retain(tmp_path, date(2026, 11, 12), 14)
    left = sorted(p.name[9:17] for p in tmp_path.glob("*.backup"))
    assert left == ["20260901", "20261001", "20261101", "20261110", "20261112"]
    assert (tmp_path / "notes.txt").exists()
