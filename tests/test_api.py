"""The whole program behind its API, in one process: a posyandu morning as a rehearsal drives it."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from bot.app import web
from bot.channels.port import Heard
from bot.settings import Settings
from storage import demo
from storage.sql import Sql
from storage.store import Store, open_store
from storage.tables import child, measurement, verdict, visit
from tests.house import demo_house

NINE = "2026-11-12T09:00:00+07:00"
API = "/emulator/api"
LAST = Sql(
    select(child.c.code, visit.c.on, measurement.c.field, measurement.c.value)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .join(child, child.c.id == measurement.c.child_id)
    .order_by(visit.c.on)
)
REGISTER = Sql(select(child.c.code, child.c.name, child.c.sex, child.c.birth, child.c.mother_name, child.c.rt))
JUDGED = Sql(select(verdict.c.nt, verdict.c.two_t, verdict.c.bgm, verdict.c.haz, verdict.c.month, verdict.c.child_id))
HELD = Sql(select(func.count()).select_from(measurement).where(measurement.c.incoming_id.is_not(None)))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('api')}/data/new.db"


@pytest.fixture(scope="module")
def running(url: str) -> Iterator[TestClient]:
    """The program on a new database, talked to from this machine."""
    app = web(Settings(DATABASE_URL=url))
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 40000)) as client:
        yield client


@pytest.fixture
def client(running: TestClient) -> TestClient:
    """The same, with the demo as it was made."""
    assert running.post(f"{API}/reset", json={"now": NINE}).status_code == 200
    return running


@pytest.fixture
def store(client: TestClient, url: str) -> Iterator[Store]:
    """The same book, read from outside."""
    store = open_store(url)
    yield store
    store.close()


def thread(client: TestClient, key: str, after: str = "", wait: int = 20) -> list[dict[str, Any]]:
    got = client.get(f"{API}/people/{key}/messages", params={"after": after, "wait": wait})
    assert got.status_code == 200, got.text
    return list(got.json())


def say(client: TestClient, key: str, text: str = "", **more: Any) -> list[dict[str, Any]]:
    """Say something; what stands on the phone after it."""
    body = {"text": text, **more} if "pick" not in more else more
    got = client.post(f"{API}/people/{key}/messages", json=body)
    assert got.status_code == 202, got.text
    return [m for m in thread(client, key, got.json()["id"]) if m["direction"] == "out"]


def weigh(client: TestClient, *said: str) -> list[dict[str, Any]]:
    for text in said[:-1]:
        say(client, "kader", text)
    return say(client, "kader", said[-1])


def test_a_kader_weighs_a_child_and_the_mother_hears(client: TestClient, store: Store) -> None:
    shown = weigh(client, "timbang", "azzam", "11,1", "83,5", "lewati")
    save = next(b for b in shown[-1]["buttons"] if b["title"] == "Simpan")
    saved = say(client, "kader", pick=save["id"])
    assert "NAIK (N)" in saved[-1]["text"]
    assert "1 dari 30, 29 lagi" in saved[-1]["text"]
    heard = [m for m in thread(client, "orangtua-an-01") if m["direction"] == "out"]
    assert len(heard) == 1
    assert "Azzam" in heard[0]["text"]
    assert "11,1 kg" in heard[0]["text"]
    picture = client.get(heard[0]["media"][0]["url"])
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert all(not thread(client, f"orangtua-an-{n:02d}", wait=0) for n in range(2, 31))
    refused = say(client, "kader-lain", "Azzam 11,9") + say(client, "kader-lain", pick="!picture:1")
    assert refused
    assert all("11,1" not in m["text"] and not m["media"] for m in refused)
    assert store.read(lambda tx: tx.value(HELD)) == 2
    assert not thread(client, "bidan", wait=0)


def test_the_same_message_twice_is_one_message(client: TestClient, store: Store) -> None:
    first = client.post(f"{API}/people/kader/messages", json={"text": "menu", "message_id": "same"})
    again = client.post(f"{API}/people/kader/messages", json={"text": "menu", "message_id": "same"})
    assert first.json() == again.json() == {"id": "same"}
    assert [m["direction"] for m in thread(client, "kader")] == ["in", "out"]
    # Two people's ids are their own.
    client.post(f"{API}/people/bidan/messages", json={"text": "menu", "message_id": "same"})
    assert [m["direction"] for m in thread(client, "bidan")] == ["in", "out"]


def test_two_quick_taps_save_once(client: TestClient, store: Store) -> None:
    shown = weigh(client, "timbang", "azzam", "11,1", "lewati", "lewati")
    save, _, cancel = (b["id"] for b in shown[-1]["buttons"])
    for number, pick in enumerate((save, save, cancel)):
        client.post(f"{API}/people/kader/messages", json={"pick": pick, "message_id": f"tap-{number}"})
    last = thread(client, "kader")[-1]["text"]
    assert "Tombol itu sudah lewat" in last
    assert store.read(lambda tx: tx.value(HELD)) == 1
    assert len(thread(client, "orangtua-an-01")) == 1


async def test_answers_typed_ahead_of_their_question_are_not_filed_under_it(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        now = house.house.clock.now()
        typed = enumerate(("timbang", "azzam", "11,1", "83,5", "lewati", "simpan"))
        await house.house.hear([Heard("emulator", "kader", f"fast-{n}", now, text=text) for n, text in typed])
        await house.settled()
        assert house.measures() == {}
        await house.say("kader", "menu", "timbang", "azzam", "11,1", "83,5", "lewati")
        assert "✅" in (await house.say("kader", "simpan")).text


def test_waiting_ends_when_all_is_quiet_or_something_comes(client: TestClient) -> None:
    start = time.monotonic()
    assert thread(client, "kader", wait=30) == []
    assert time.monotonic() - start < 5


def test_the_demo_is_the_roster(client: TestClient, store: Store) -> None:
    with demo.ROSTER.open(encoding="utf-8", newline="") as file:
        roster = {r["child_id"]: r for r in csv.DictReader(file)}
    register = {r.code: r for r in store.read(lambda tx: tx.all(REGISTER)) if r.code in roster}
    assert len(register) == len(roster) == 30
    for code, row in roster.items():
        told = register[code]
        assert (told.name, told.sex, told.birth) == (row["name"], row["sex"], row["birth_date"])
        assert (told.mother_name, told.rt) == (row["mother_name"], row["rt"])
    last: dict[tuple[str, str], tuple[str, int]] = {}
    for r in store.read(lambda tx: tx.all(LAST)):
        last[(r.code, r.field)] = (r.on, r.value)
    for code, row in roster.items():
        if row["last_date"]:
            assert last[(code, "weight")] == (row["last_date"], round(float(row["last_weight_kg"]) * 1000))
            assert last[(code, "length")] == (row["last_date"], round(float(row["last_height_cm"]) * 10))
        else:
            assert (code, "weight") not in last
    judged = store.read(lambda tx: tx.all(JUDGED))
    assert {r.nt for r in judged} >= {"N", "T", "O", "B"}
    assert any(r.two_t for r in judged)
    assert any(r.bgm for r in judged)
    assert any(r.haz is not None and r.haz < -200 for r in judged)


def test_people_and_their_codes(client: TestClient) -> None:
    people = {p["key"]: p for p in client.get(f"{API}/people").json()}
    assert {"kader", "bidan", "koordinator", "kader-lain", "kader-baru", "orangtua-baru", "orangtua-an-30"} <= set(
        people
    )
    assert [c["note"] for c in people["kader-baru"]["codes"]] == ["berlaku", "kedaluwarsa"]
    assert [c["note"] for c in people["orangtua-baru"]["codes"]] == ["berlaku", "kedaluwarsa"]


def test_the_clock_goes_forward_a_month_at_once(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    now = client.post(f"{API}/clock", json={"now": "2026-12-13T09:00:00+07:00"}).json()["now"]
    took = time.monotonic() - start
    with capsys.disabled():
        print(f"\n  a demo month in {took:.2f} s (goal: under 5)")
    assert now.startswith("2026-12-13T09:00")
    back = client.post(f"{API}/clock", json={"now": NINE})
    assert back.status_code == 409


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
        {"host": "posyandu.example.org"},
        {"host": "127.0.0.1.example.org"},
        {"origin": "https://example.org"},
        {"cf-connecting-ip": "203.0.113.9"},
    ],
    ids=lambda h: "-".join(h),
)
@pytest.mark.parametrize("path", [f"{API}/people", "/emulator/", "/healthz", f"{API}/reset"])
def test_a_tunnel_finds_nothing(running: TestClient, headers: dict[str, str], path: str) -> None:
    call = running.post if path.endswith("reset") else running.get
    assert call(path, headers=headers).status_code == 404


def test_somebody_else_on_the_network_finds_nothing(running: TestClient) -> None:
    other = TestClient(running.app, base_url="http://127.0.0.1:8000", client=("192.168.1.7", 40000))
    assert other.get(f"{API}/people").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"text": 5}',
        b'{"text": "a", "sent_at": "kemarin"}',
        b'{"text":"a","sent_at":1e400}',
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(running: TestClient, body: bytes) -> None:
    got = running.post(f"{API}/people/kader/messages", content=body, headers={"content-type": "application/json"})
    assert got.status_code == 400
    assert got.json()["error"]
    assert running.post(f"{API}/people/nobody/messages", json={"text": "a"}).status_code == 404


def test_strange_texts_are_messages_too(client: TestClient) -> None:
    for text in ("\ud800", "a\x00b", "", "x" * 65_536):
        raw = b'{"text": "\\ud800"}' if text == "\ud800" else None
        got = (
            client.post(f"{API}/people/kader/messages", content=raw, headers={"content-type": "application/json"})
            if raw
            else client.post(f"{API}/people/kader/messages", json={"text": text})
        )
        assert got.status_code == 202
        assert [m for m in thread(client, "kader", got.json()["id"]) if m["direction"] == "out"]


def test_files_and_edits(client: TestClient) -> None:
    got = client.post(f"{API}/people/kader/messages", files={"file": ("catatan.jpg", b"\xff\xd8", "image/jpeg")})
    assert got.status_code == 202
    assert [m["direction"] for m in thread(client, "kader")] == ["in", "out"]
    sent = client.post(f"{API}/people/kader/messages", json={"text": "timbang"}).json()["id"]
    thread(client, "kader")
    edited = client.post(f"{API}/people/kader/messages", json={"edit": sent, "text": "menu"})
    assert edited.json()["id"] == sent
    shown = next(m for m in thread(client, "kader") if m["id"] == sent)
    assert (shown["text"], shown["edited"]) == ("menu", True)
