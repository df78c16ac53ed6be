"""A book to take out and put back: the demo's children, with every kind of value somewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import bindparam, select, update

from posyandu.calendar import instant
from posyandu.commands import Value
from storage import book, demo, exports
from storage.exports import Request
from storage.nik import NikKey
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import child

TODAY = date(2026, 11, 12)
NOW = instant(TODAY, 600, "Asia/Jakarta")
KEY = NikKey("a field key of tests")
MONTH = "2026-10"
ANYELIR, MELATI, CIRIUNG = "32.01.01.1010.001", "32.01.01.1099.001", "P3201010101"
BY_CODE = Sql(select(child).where(child.c.code == bindparam("code")))
MORE = Sql(
    update(child)
    .where(child.c.code == bindparam("which"))
    .values(
        nik_cipher=bindparam("nik_cipher_"), nik_hash=bindparam("nik_hash_"), nik_last4=bindparam("nik_last4_"),
        nik_key=bindparam("nik_key_"), birth_weight_g=2986, birth_length_mm=485, birth_order=2, father_name="Asep",
        address="=Jl. Melati 3", phone="+6281200000000",
    )
)  # fmt: skip
NIK_OF_AZZAM = "3201012002250000"  # a boy of 20 February 2025; no real person's ends in 0000


def fill(store: Store) -> None:
    """The demo as of 12 November 2026, Azzam with everything there is, and a visit with every field."""
    demo.load(store, TODAY)
    store.write(_more)


def _more(tx: Tx) -> None:
    sealed = KEY.seal(NIK_OF_AZZAM)
    tx.run(
        MORE, which="AN-01", nik_cipher_=sealed.nik_cipher, nik_hash_=sealed.nik_hash, nik_last4_=sealed.nik_last4,
        nik_key_=sealed.nik_key,
    )  # fmt: skip
    for code, values, status in (
        (
            "AN-01",
            (Value("weight", 11_150), Value("length", 835, "terlentang"), Value("muac", 145), Value("vita", 2)),
            None,
        ),
        ("AN-03", (Value("head", 432), Value("oedema", 0), Value("asi", 1)), None),
        ("AN-05", (), "sakit"),
    ):
        who = tx.one(BY_CODE, code=code)
        assert who is not None
        book.record(
            tx, child_id=who.id, posyandu_id=who.posyandu_id, on=TODAY, values=values, status=status, place="rumah",
            replaces=False, by_person=None, incoming_id=None, now=NOW,
        )  # fmt: skip


def sheet(store: Store, kind: str, path: Path, month: str = "", **more: object) -> Path:
    """One export."""
    exports.make(store, Request(kind, month, nik_key=KEY, **more), path)  # type: ignore[arg-type]
    return path
