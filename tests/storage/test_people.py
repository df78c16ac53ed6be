"""What is known of a person: by which clock she lives."""

from __future__ import annotations

import pytest

from storage import people
from storage.store import Store, Tx
from storage.tables import area, membership, person, posyandu, puskesmas


@pytest.mark.parametrize("zone", ["Asia/Jayapura", "Asia/Makassar", "Asia/Jakarta"])
@pytest.mark.parametrize("post", ["area", "puskesmas", "posyandu"])
def test_staff_live_by_the_clock_of_their_place(store: Store, post: str, zone: str) -> None:
    """Who serves a puskesmas has neither an area nor a posyandu of her own: else it is yesterday in Papua till two."""

    def work(tx: Tx) -> str:
        tx.insert_once(area, code="91", name="Papua", level="provinsi", zone=zone)
        center = tx.insert(puskesmas, code="p", name="Sentani", area="91")
        place = tx.insert(posyandu, code="a", name="Anggrek", area="91", zone=zone, puskesmas_id=center)
        who = tx.insert(person, name="Yosina", at=0)
        at = {"area": {"area": "91"}, "puskesmas": {"puskesmas_id": center}, "posyandu": {"posyandu_id": place}}[post]
        tx.insert(membership, person_id=who, role="bidan", from_at=0, **at)
        known = people.load(tx, who, 1)
        assert known is not None
        return known.zone

    assert store.write(work) == zone
