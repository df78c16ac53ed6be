"""Telegram updates as recorded, one row each: what is heard of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.port import Heard, HeardFile
from bot.channels.telegram_heard import ALLOWED_UPDATES, heard_from_update, next_offset

CHAT = {"id": 42, "type": "private"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Posyandu Melati"}
SITI = {"id": 42, "is_bot": False, "first_name": "Siti"}


def heard(update: Any, arrived: int = 1) -> Heard:
    found = heard_from_update(update, arrived=arrived)
    assert found is not None
    return found


def message(**content: Any) -> dict[str, Any]:
    return {"update_id": 9, "message": {"message_id": 3, "date": 100, "chat": CHAT, "from": SITI, **content}}


FILES: list[tuple[dict[str, Any], HeardFile]] = [
    (
        {"document": {"file_id": "D", "file_name": "anak.xlsx", "mime_type": "application/zip", "file_size": 900}},
        HeardFile("document", "D", "anak.xlsx", "application/zip", 900),
    ),
    ({"photo": [{"file_id": "S"}, {"file_id": "L", "file_size": 70}]}, HeardFile("image", "L", "", "image/jpeg", 70)),
    ({"voice": {"file_id": "V", "mime_type": "audio/ogg"}}, HeardFile("voice", "V", "", "audio/ogg")),
    ({"sticker": {"file_id": "T"}}, HeardFile("sticker", "T")),
    ({"video": {"file_id": "F"}}, HeardFile("other", "F")),
    ({"contact": {"phone_number": "+620000", "user_id": 7}}, HeardFile("contact", "+620000")),
    ({"location": {"latitude": -7.5, "longitude": 110.25}}, HeardFile("location", "-7.5,110.25")),
    ({"poll": {"id": "1"}}, HeardFile("other", "")),
]


@pytest.mark.parametrize(("content", "file"), FILES)
def test_each_kind_of_content(content: dict[str, Any], file: HeardFile) -> None:
    found = heard(message(**content))
    assert found.file == file
    assert found.event is None
    assert found.sent_at == 100_000


def test_her_own_contact_tells_her_number_anybody_elses_does_not() -> None:
    own = heard(message(contact={"phone_number": "620000", "user_id": 42}))
    assert own.profile["phone"] == "+620000"
    assert "phone" not in heard(message(contact={"phone_number": "620000", "user_id": 43})).profile


def test_a_group_is_no_private_talk() -> None:
    found = heard(message(chat=GROUP, text="halo"))
    assert (found.private, found.external_id) == (False, "-1001")


def test_a_service_message_is_an_event() -> None:
    assert heard(message(new_chat_title="Melati 2")).event == "status"


@pytest.mark.parametrize(("status", "event"), [("kicked", "blocked"), ("left", "blocked"), ("member", "unblocked")])
def test_blocking_and_coming_back(status: str, event: str) -> None:
    change = {"chat": CHAT, "from": SITI, "date": 100, "new_chat_member": {"status": status}}
    assert heard({"update_id": 9, "my_chat_member": change}).event == event


def test_a_press_on_a_message_telegram_no_longer_shows() -> None:
    found = heard({"update_id": 9, "callback_query": {"id": "1", "from": SITI, "data": "ab:1"}}, arrived=77)
    assert (found.external_id, found.pick, found.sent_at, found.private) == ("42", "ab:1", 77, True)


def test_text_that_no_database_takes_is_mended() -> None:
    assert heard(message(text="8,2\x00 kg \ud83d")).text == "8,2 kg \ufffd"


@pytest.mark.parametrize("kind", ["channel_post", "poll_answer", "message_reaction"])
def test_kinds_we_do_not_ask_for_say_nothing(kind: str) -> None:
    assert heard_from_update({"update_id": 9, kind: {}}, arrived=1) is None


BROKEN: list[Any] = [
    None,
    17,
    "message",
    [],
    {},
    {"update_id": "9"},
    {"update_id": 9, "message": None},
    {"update_id": 9, "message": {"chat": CHAT}},
    {"update_id": 9, "message": {"message_id": 1, "date": "today", "chat": CHAT, "text": "x"}},
    {"update_id": 9, "message": {"message_id": 1, "date": 1, "chat": CHAT, "text": 5}},
    {"update_id": 9, "callback_query": {"id": "1", "from": SITI, "game_short_name": "x"}},
]


@pytest.mark.parametrize("update", BROKEN, ids=json.dumps)
def test_what_cannot_be_read_is_set_aside_whole(update: Any) -> None:
    found = heard(update)
    assert found.event == "unreadable"
    assert json.loads(found.raw) == update
    assert found.message_id == heard(update).message_id, "the same twice is one message"


ODD = st.sampled_from([None, True, -1, 10**30, "", "x", [], [1], {}, CHAT, SITI, {"id": None}, {"chat": []}, [SITI]])
FIELDS = ["message_id", "date", "chat", "from", "text", "photo", "document", "data", "message", "new_chat_member"]


@settings(deadline=None)
@given(st.sampled_from(sorted(ALLOWED_UPDATES)), st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=8))
def test_no_update_whatever_makes_it_fail(kind: str, content: dict[str, Any]) -> None:
    found = heard({"update_id": 1, kind: content})
    assert found.channel == "telegram"


@pytest.mark.parametrize(
    ("updates", "offset", "expected"),
    [([], 5, 5), ([{"update_id": 7}, {"update_id": 6}], 5, 8), ([{"update_id": "x"}, None], 5, 5)],
)
def test_the_offset_confirms_the_highest_id(updates: list[Any], offset: int, expected: int) -> None:
    assert next_offset(updates, offset) == expected
