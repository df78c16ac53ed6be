"""Sending on WhatsApp: Twilio's own client and OpenAPI file (Prism), and a fake that knows WhatsApp's rules."""

from __future__ import annotations

import json

import pytest

from bot.channels import whatsapp_templates
from bot.channels.port import (
    Bubble,
    ChannelError,
    Choice,
    InDoubt,
    Later,
    Media,
    Misconfigured,
    NoTemplate,
    NotSent,
    Refused,
    SlowDown,
    Template,
    Unreachable,
)
from bot.channels.twilio_api import Twilio
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_templates import load_templates
from tests.channels.conftest import Shelf
from tests.doubles.twilio import ACCOUNT, AUTH_TOKEN, SENDER, TwilioDouble

SITI = "whatsapp:+6281100000000"
YES_NO = (Choice("ab12:1", "Ya, simpan"), Choice("ab12:2", "Ubah"))


async def test_free_text_inside_the_window(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    account.inbound(SITI, "halo")
    sid = await whatsapp.send(SITI, Bubble("Berat Siti 8,2 kg.\nLanjut?"), ref="out-1")
    sent = account.requests[0]
    assert (sent["sid"], sent["to"], sent["body"]) == (sid, SITI, "Berat Siti 8,2 kg.\nLanjut?")
    assert sent["fields"]["From"] == SENDER
    assert sent["fields"]["StatusCallback"] == "https://bot.example.id/wa/status?ref=out-1"
    assert account.callbacks[-1][1]["MessageStatus"] == "read"


async def test_a_person_without_a_phone_number_is_answered_all_the_same(
    whatsapp: WhatsApp, account: TwilioDouble
) -> None:
    account.inbound("whatsapp:ID.1502576394655843", "halo")
    await whatsapp.send("whatsapp:ID.1502576394655843", Bubble("Halo"), ref="1")
    assert account.requests[0]["to"] == "whatsapp:ID.1502576394655843"


async def test_a_messaging_service_sends_in_place_of_the_number(
    prism_urls: list[str], account: TwilioDouble, shelf: Shelf
) -> None:
    service = "MG" + "1" * 32
    twilio = Twilio(ACCOUNT, AUTH_TOKEN, api_base=prism_urls[0])
    channel = WhatsApp(twilio, sender=SENDER, cache=shelf, links=shelf, service_sid=service)
    await channel.send(SITI, Bubble("Halo"), ref="1")
    await channel.close()
    fields = account.requests[0]["fields"]
    assert (fields["MessagingServiceSid"], "From" in fields, "StatusCallback" in fields) == (service, False, False)


async def test_buttons_are_shown_with_their_ids_and_every_line(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    account.inbound(SITI, "halo")
    text = "Siti: 8,2 kg\n\nNaik (N).\tSimpan?"
    await whatsapp.send(SITI, Bubble(text, YES_NO, "buttons"), ref="1")
    sent = account.requests[0]
    assert sent["form"] == "buttons"
    assert sent["body"] == "Siti: 8,2 kg\n\nNaik (N).   Simpan?"
    assert sent["options"] == [("Ya, simpan", "ab12:1"), ("Ubah", "ab12:2")]
    assert account.tap(SITI, 2)["ButtonPayload"] == "ab12:2"


async def test_a_list_is_shown_with_its_button(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    account.inbound(SITI, "halo")
    children = tuple(Choice(f"cd34:{number}", f"Anak {number}") for number in range(1, 11))
    await whatsapp.send(SITI, Bubble("Siapa?", children, "list", list_button="Pilih anak"), ref="1")
    sent = account.requests[0]
    assert (sent["form"], sent["button"], sent["options"][9]) == ("list", "Pilih anak", ("Anak 10", "cd34:10"))


async def test_a_shape_is_created_once_and_holds_no_name(
    whatsapp: WhatsApp, account: TwilioDouble, shelf: Shelf
) -> None:
    account.inbound(SITI, "halo")
    for name in ("Siti", "Budi", "Wayan"):
        await whatsapp.send(SITI, Bubble(f"{name}: 8,2 kg\nSimpan?", YES_NO, "buttons"), ref=name)
    assert len(account.contents) == len(shelf.sids) == 1
    assert "Siti" not in json.dumps(account.contents)
    await whatsapp.send(SITI, Bubble("Siti: 8,2 kg. Simpan?", YES_NO, "buttons"), ref="4")
    assert len(account.contents) == 2, "one line is another shape than two"


async def test_a_picture_goes_out_as_a_link_beside_its_words(
    whatsapp: WhatsApp, account: TwilioDouble, shelf: Shelf
) -> None:
    account.inbound(SITI, "halo")
    picture = Media("image", "kms.png", "image/png", b"\x89PNG")
    await whatsapp.send(SITI, Bubble("KMS Siti", media=picture), ref="1")
    sheet = Media("document", "skdn.xlsx", "application/vnd.ms-excel", b"PK")
    await whatsapp.send(SITI, Bubble("", media=sheet), ref="2")
    first, second = account.requests
    assert (first["body"], first["media"]) == ("KMS Siti", ["https://bot.example.id/media/" + "1".zfill(32)])
    assert "Body" not in second["fields"]
    assert shelf.published == [picture, sheet]


async def approved(whatsapp: WhatsApp, account: TwilioDouble, shelf: Shelf) -> None:
    await whatsapp_templates.create(whatsapp.twilio, shelf, load_templates())
    await whatsapp_templates.submit(whatsapp.twilio, shelf, load_templates())
    account.approve_all()


REMINDER = Template(
    "reminder_parent",
    "id",
    {
        "posyandu": "Melati 3",
        "child": "Siti",
        "day": "Kamis\n12 November",
        "hours": "08.00",
        "place": "Balai RW 3",
        "unused": "x",
    },
)


async def test_a_template_goes_outside_the_window(whatsapp: WhatsApp, account: TwilioDouble, shelf: Shelf) -> None:
    await approved(whatsapp, account, shelf)
    await whatsapp.send(SITI, Bubble("Besok posyandu."), ref="1", template=REMINDER)
    sent = account.requests[0]
    assert sent["body"].startswith("Bapak/Ibu, jadwal Melati 3 untuk Siti: Kamis 12 November, pukul 08.00")
    assert sent["options"][0] == ("Datang", "datang")
    assert [form["MessageStatus"] for _, form in account.callbacks] == ["sent", "delivered", "read"]


async def test_free_text_outside_the_window_comes_back_as_63016(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    await whatsapp.send(SITI, Bubble("Besok posyandu."), ref="out-9")
    url, form = account.callbacks[-1]
    assert (form["ErrorCode"], url.partition("?")[2]) == ("63016", "ref=out-9")


async def test_the_tier_ends_a_day_of_new_people(whatsapp: WhatsApp, account: TwilioDouble, shelf: Shelf) -> None:
    await approved(whatsapp, account, shelf)
    account.tier = 1
    await whatsapp.send(SITI, Bubble(""), ref="1", template=REMINDER)
    await whatsapp.send("whatsapp:+6281200000000", Bubble(""), ref="2", template=REMINDER)
    assert [form.get("ErrorCode") for _, form in account.callbacks] == [None, None, None, None, "63018"]


async def test_a_template_that_is_missing_or_lacks_a_value_is_refused_before_it_leaves(
    whatsapp: WhatsApp, account: TwilioDouble, shelf: Shelf
) -> None:
    with pytest.raises(NoTemplate, match="has not been created"):
        await whatsapp.send(SITI, Bubble(""), ref="1", template=REMINDER)
    await approved(whatsapp, account, shelf)
    with pytest.raises(NoTemplate, match="lacks posyandu, day"):
        await whatsapp.send(SITI, Bubble(""), ref="1", template=Template("nudge_kader", "id", {}))
    with pytest.raises(NoTemplate, match="no template"):
        await whatsapp.send(SITI, Bubble(""), ref="1", template=Template("horoscope", "id", {}))
    assert account.requests == []


REFUSALS = [
    (21610, 400, Unreachable, "opted_out 21610"),
    (21211, 400, Unreachable, "unreachable 21211"),
    (20003, 401, Misconfigured, "stop 20003"),
    (63007, 400, Misconfigured, "stop 63007"),
    (21617, 400, Refused, "refused 21617"),
    (99999, 400, Refused, "refused 99999"),
    (63018, 400, Later, "tier 63018"),
    (63038, 429, Later, "tomorrow 63038"),
    (20429, 429, SlowDown, "slow 20429"),
    (20500, 500, NotSent, "HTTP 500"),
    (20503, 503, NotSent, "HTTP 503"),
    (20504, 504, InDoubt, "HTTP 504"),
]


@pytest.mark.parametrize(("code", "status", "expected", "reason"), REFUSALS)
async def test_each_refusal_means_what_it_means(
    straight: WhatsApp, account: TwilioDouble, code: int, status: int, expected: type[ChannelError], reason: str
) -> None:
    account.refuse(code, status, Retry_After="7")
    with pytest.raises(ChannelError) as caught:
        await straight.send(SITI, Bubble("Halo"), ref="1")
    assert (type(caught.value), caught.value.reason) == (expected, reason)
    if isinstance(caught.value, SlowDown):
        assert caught.value.seconds == 7
    assert caught.value.__context__ is None
    assert account.requests == []


async def test_a_person_who_wrote_stop_is_not_sent_to(straight: WhatsApp, account: TwilioDouble) -> None:
    account.stopped.add(SITI)
    with pytest.raises(Unreachable, match="opted_out"):
        await straight.send(SITI, Bubble("Halo"), ref="1")


async def test_a_lost_answer_leaves_the_send_in_doubt_and_is_not_repeated(
    straight: WhatsApp, account: TwilioDouble
) -> None:
    account.stall = 1
    with pytest.raises(InDoubt):
        await straight.send(SITI, Bubble("Halo"), ref="1")
    assert len(account.requests) == 1


async def test_a_refused_connection_certainly_sent_nothing() -> None:
    twilio = Twilio(ACCOUNT, AUTH_TOKEN, api_base="http://127.0.0.1:9", content_base="http://127.0.0.1:9")
    channel = WhatsApp(twilio, sender=SENDER, cache=Shelf(), links=Shelf())
    for bubble in (Bubble("Halo"), Bubble("Simpan?", YES_NO, "buttons")):
        with pytest.raises(NotSent):
            await channel.send(SITI, bubble, ref="1")
    await channel.close()


async def test_neither_numbers_nor_secrets_are_in_errors_and_logs(
    straight: WhatsApp, account: TwilioDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    account.stopped.add(SITI)
    with pytest.raises(Unreachable) as caught:
        await straight.send(SITI, Bubble("Rahasia"), ref="1")
    shown = caplog.text + repr(caught.value)
    assert not [secret for secret in (AUTH_TOKEN, ACCOUNT, "628110", "Rahasia") if secret in shown]


async def test_prism_is_really_in_between(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    with pytest.raises(Refused, match="422"):
        await whatsapp.twilio.send(to=SITI, from_=SENDER, content_sid="HX1")
    assert account.requests == []
