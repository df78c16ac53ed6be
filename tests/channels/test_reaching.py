"""One person, two channels; what waits for the window; links that run out. On both databases."""

from __future__ import annotations

from typing import Any

from bot import window
from bot.channels.reach import TELEGRAM, WHATSAPP
from bot.role_menus import commands_for, menu_of
from posyandu.people import Post, Role, Scope
from storage import addresses, inbox, media_links, outbox, rates, statuses
from storage.people import Known
from storage.store import Store, Tx
from storage.tables import address, person

NOW = 1_795_000_000_000
HOUR = 3600_000


def ibu(tx: Tx, *, prefers: str) -> tuple[int, int, int]:
    """A person on Telegram and WhatsApp: her id and those of her addresses."""
    who = tx.insert(person, name="Siti", at=NOW, prefers=prefers)
    telegram = tx.insert(address, channel="telegram", external_id="1", person_id=who, at=NOW, heard_at=NOW)
    whatsapp = tx.insert(address, channel="whatsapp", external_id="whatsapp:+62000", person_id=who, at=NOW, heard_at=1)
    return who, telegram, whatsapp


def tell(tx: Tx, who: int) -> int:
    return int(outbox.put(tx, outbox.Message("parent", (("cancelled", {}),), person_id=who), NOW) or 0)


def taken(tx: Tx, channel: str) -> list[Any]:
    return outbox.take(tx, channel, NOW, 10)


def test_she_is_told_where_she_prefers_and_elsewhere_when_that_fails_never_twice(store: Store) -> None:
    def work(tx: Tx) -> None:
        who, _, _ = ibu(tx, prefers="whatsapp")
        tell(tx, who)
        assert taken(tx, "telegram") == []
        (row,) = taken(tx, "whatsapp")
        addresses.unreachable(tx, row, "unreachable 63003", NOW)
        (again,) = taken(tx, "telegram")
        assert again.id == row.id
        outbox.sent(tx, again.id, "1:1", NOW)
        assert (taken(tx, "telegram"), taken(tx, "whatsapp")) == ([], [])
        addresses.prefer(tx, who, "telegram")
        tell(tx, who)
        assert len(taken(tx, "telegram")) == 1

    store.write(work)


def test_who_wrote_stop_is_not_written_to_elsewhere_until_she_takes_it_back(store: Store) -> None:
    def work(tx: Tx) -> None:
        who, telegram, whatsapp = ibu(tx, prefers="whatsapp")
        first = tell(tx, who)
        addresses.quiet(tx, whatsapp)
        assert (taken(tx, "whatsapp"), taken(tx, "telegram")) == ([], [])
        assert tx.one(outbox.BY_ID, row_id=first).state == "failed"  # type: ignore[union-attr]
        reply = outbox.put(tx, outbox.Message("reply", (("cancelled", {}),), address_id=whatsapp), NOW)
        assert [row.id for row in taken(tx, "whatsapp")] == [reply]
        assert addresses.resume(tx, telegram)
        assert not addresses.resume(tx, telegram)
        assert addresses.channels_of(tx, who) == {"telegram": "reachable", "whatsapp": "reachable"}

    store.write(work)


def test_what_is_held_leaves_when_she_writes(store: Store) -> None:
    def work(tx: Tx) -> None:
        who, _, whatsapp = ibu(tx, prefers="whatsapp")
        tell(tx, who)
        (row,) = taken(tx, "whatsapp")
        assert window.closed(WHATSAPP, row, NOW)
        assert not window.closed(TELEGRAM, row, NOW)
        window.hold(tx, row, NOW)
        (notice,) = taken(tx, "whatsapp")
        assert notice.template == window.WAITING
        outbox.sent(tx, notice.id, "SM1", NOW, "utility")
        assert taken(tx, "whatsapp") == []
        outbox.release(tx, whatsapp, NOW)
        assert [r.id for r in taken(tx, "whatsapp")] == [row.id]

    store.write(work)


def test_the_days_allowance_of_people_counts_each_person_once(store: Store) -> None:
    def work(tx: Tx) -> None:
        who, _, whatsapp = ibu(tx, prefers="whatsapp")
        for _ in range(2):
            tell(tx, who)
            (row,) = taken(tx, "whatsapp")
            assert window.pause(tx, "whatsapp", row, 1, NOW) == 0
            outbox.sent(tx, row.id, "SM1", NOW, "utility")
        assert rates.reached(tx, "whatsapp", besides=whatsapp, now=NOW + 1) == 0
        assert rates.reached(tx, "whatsapp", besides=0, now=NOW + 1) == 1
        assert rates.reached(tx, "whatsapp", besides=0, now=NOW + 25 * HOUR) == 0
        rates.pause(tx, "whatsapp:templates", NOW + HOUR)
        rates.pause(tx, "whatsapp:templates", NOW + 1)
        assert window.pause(tx, "whatsapp", row, 0, NOW) == HOUR
        rates.move_cursor(tx, "whatsapp", "7")
        assert (rates.cursor(tx, "whatsapp"), rates.paused_until(tx, "whatsapp")) == ("7", 0)

    store.write(work)


def test_what_it_costs_is_kept_also_when_the_report_was_quicker_than_our_note(store: Store) -> None:
    def work(tx: Tx) -> None:
        who, _, _ = ibu(tx, prefers="whatsapp")
        number = tell(tx, who)
        taken(tx, "whatsapp")
        reported = statuses.find(tx, statuses.Sent(number, 1))
        assert statuses.further(tx, reported, "delivered", "SM1", NOW)
        outbox.sent(tx, number, "SM1", NOW, "utility")
        row = tx.one(outbox.BY_ID, row_id=number)
        assert row is not None
        assert (row.state, row.sent_as) == ("delivered", "utility")

    store.write(work)


def test_a_media_link_runs_out_and_cannot_be_guessed(store: Store) -> None:
    def work(tx: Tx) -> None:
        token = media_links.publish(tx, b"png", "image/png", "grafik.png", NOW)
        other = media_links.publish(tx, b"png", "image/png", "grafik.png", NOW)
        assert len({token, other}) == 2
        assert len(token) == 22  # 128 bits
        assert bytes(media_links.find(tx, token, NOW + 14 * 60_000).data) == b"png"  # type: ignore[union-attr]
        assert media_links.find(tx, token, NOW + 15 * 60_000) is None
        assert media_links.find(tx, token[:-1], NOW) is None
        assert media_links.find(tx, "", NOW) is None
        assert media_links.forget_expired(tx, NOW + 15 * 60_000) == 2

    store.write(work)


def test_a_number_from_the_channel_is_kept_once(store: Store) -> None:
    from bot.channels.port import Heard

    def work(tx: Tx) -> None:
        told = Heard("whatsapp", "whatsapp:+62999", "SM9", NOW, "halo", profile={"phone": "+62999"})
        nameless = Heard("whatsapp", "whatsapp:ID.77", "SM8", NOW, "halo")
        assert len(inbox.hear(tx, [told, nameless, told], NOW)) == 2
        assert tx.one(inbox.ADDRESS, channel="whatsapp", external_id="whatsapp:+62999").phone == "+62999"  # type: ignore[union-attr]
        assert tx.one(inbox.ADDRESS, channel="whatsapp", external_id="whatsapp:ID.77").phone is None  # type: ignore[union-attr]

    store.write(work)


def test_the_menu_of_a_chat_is_by_role_and_language() -> None:
    kader = Known(1, "Iis", "id", Scope(1, (Post(Role.KADER, posyandu_id=1),)), "Asia/Jakarta")
    parent = Known(2, "Ibu", "en", Scope(2, (), frozenset({7})), "Asia/Jakarta")
    assert [name for name, _ in commands_for(kader)][:4] == ["menu", "timbang", "belum", "grafik"]
    assert [name for name, _ in commands_for(parent)] == ["menu", "anaksaya", "bantuan", "batal"]
    assert dict(commands_for(parent))["batal"] == "Cancel or take back"
    assert menu_of(kader) != menu_of(parent)
    assert menu_of(None) == ""
