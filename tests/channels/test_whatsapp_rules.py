"""WhatsApp without a wire: forms as recorded, codes, ranks, shapes of buttons and lists, and the templates' words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest

from bot.channels import whatsapp_templates
from bot.channels.port import Bubble, Choice, HeardFile, Refused
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_content import content_of, plain_value
from bot.channels.whatsapp_heard import heard_from_form
from bot.channels.whatsapp_status import ACTIONS, RANK, Action, action_for, further, status_from_form
from bot.channels.whatsapp_templates import ApprovedText, load_templates
from tests.channels.conftest import Shelf
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio_rules import rendered

SITI = "whatsapp:+6281100000000"
BASE = {"MessageSid": "SM1", "From": SITI, "Body": ""}

FORMS: list[tuple[dict[str, str], HeardFile | None, str | None]] = [
    ({"Body": "8,2"}, None, None),
    ({"Body": "Ya", "ButtonText": "Ya", "ButtonPayload": "ab12:1"}, None, "ab12:1"),
    ({"Body": "Anak 3", "ListId": "ab12:3", "ListTitle": "Anak 3"}, None, "ab12:3"),
    ({"Latitude": "-7.5", "Longitude": "110.25"}, HeardFile("location", "-7.5,110.25"), None),
    ({"MediaUrl0": "u", "MediaContentType0": "image/jpeg"}, HeardFile("image", "u", mime="image/jpeg"), None),
    ({"MediaUrl0": "u", "MediaContentType0": "audio/ogg"}, HeardFile("voice", "u", mime="audio/ogg"), None),
    ({"MediaUrl0": "u", "MediaContentType0": "text/x-vcard"}, HeardFile("contact", "u", mime="text/x-vcard"), None),
    ({"MediaUrl0": "u", "MediaContentType0": "video/mp4"}, HeardFile("other", "u", mime="video/mp4"), None),
    (
        {"MediaUrl0": "u", "MediaContentType0": "image/webp", "MessageType": "sticker"},
        HeardFile("sticker", "u", mime="image/webp"),
        None,
    ),
    (
        {"MediaUrl0": "u", "MediaContentType0": "application/pdf", "Body": "surat"},
        HeardFile("document", "u", "berkas.pdf", "application/pdf"),
        None,
    ),
    (
        {"MediaUrl0": "u", "MediaContentType0": "text/csv", "Body": "hasil november.csv"},
        HeardFile("document", "u", "hasil november.csv", "text/csv"),
        None,
    ),
    (
        {"Body": "Datang", "ButtonText": "Datang", "ButtonPayload": "datang"},
        None,
        None,
    ),
    ({"MessageType": "unsupported"}, HeardFile("other", ""), None),
]


@pytest.mark.parametrize(("fields", "file", "pick"), FORMS)
def test_each_kind_of_form(fields: dict[str, str], file: HeardFile | None, pick: str | None) -> None:
    heard = heard_from_form(BASE | fields, arrived=9)
    assert (heard.file, heard.pick, heard.text) == (file, pick, fields.get("Body", ""))
    assert (heard.event, heard.sent_at, heard.message_id, heard.private) == (None, 9, "SM1", True)


@pytest.mark.parametrize(
    ("sender", "profile"),
    [
        (SITI, {"name": "Siti", "phone": "+6281100000000"}),
        ("whatsapp:ID.1502576394655843", {"name": "Siti"}),
        ("whatsapp:+0", {"name": "Siti"}),
    ],
)
def test_the_address_is_kept_whole_and_a_phone_is_only_an_attribute(sender: str, profile: dict[str, str]) -> None:
    heard = heard_from_form(BASE | {"From": sender, "ProfileName": "Siti", "WaId": "1502576394655843"}, arrived=9)
    assert (heard.external_id, heard.profile) == (sender, profile)


@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM1"}, {"From": SITI}])
def test_a_form_without_sender_or_sid_is_set_aside(form: dict[str, str]) -> None:
    first, second = heard_from_form(form, arrived=9), heard_from_form(form, arrived=10)
    assert first.event == "unreadable"
    assert first.message_id == second.message_id


def test_every_action_has_a_code_and_an_unknown_code_fails() -> None:
    assert set(ACTIONS.values()) == set(get_args(Action))
    assert action_for(12345) == "refused"


# The statuses of Twilio's own file; receiving and received are other people's messages to us.
STATUSES = "queued sending sent failed delivered undelivered accepted scheduled read partially_delivered canceled"


def test_every_status_has_its_place() -> None:
    assert set(STATUSES.split()) == set(RANK)
    assert further("sent", "queued")
    assert not further("sent", "read")
    assert not further("sent", "failed")
    assert further("delivered", "failed")
    assert further("accepted", None)
    assert not further("exploded", None)


def test_a_status_without_its_query_or_code() -> None:
    status = status_from_form({"SmsSid": "SM1", "SmsStatus": "sent", "ErrorCode": ""})
    assert (status.ref, status.sid, status.status, status.code, status.action) == (None, "SM1", "sent", None, None)


def shown(bubble: Bubble) -> dict[str, object]:
    """What the fake renders of the Content that we would create and fill."""
    content = content_of(bubble)
    fields = {"To": SITI, "ContentSid": "HX", "ContentVariables": json.dumps(content.variables)}
    return rendered(fields, [], content.definition)


def test_a_shape_filled_with_its_values_reads_as_it_was_said() -> None:
    options = tuple(Choice(f"ab12:{number}", f"Anak {number}") for number in range(1, 11))
    text = "\n\nDaftar:\n- satu {{1}}\n\n\n- dua      lebar\n"
    result = shown(Bubble(text, options, "list", "Pilih"))
    assert result["body"] == "\n\nDaftar:\n- satu {{1}}\n\n\n- dua   lebar\n"
    assert result["options"] == [(one.title, one.id) for one in options]


def test_more_lines_than_variables_are_refused() -> None:
    with pytest.raises(Refused):
        content_of(Bubble("x\n" * 120, (Choice("a:1", "Ya"),), "buttons"))


@pytest.mark.parametrize(("value", "plain"), [("a\nb\tc", "a b c"), ("a     b", "a b"), ("", "-"), (" \n", "-")])
def test_template_values_are_plain(value: str, plain: str) -> None:
    assert plain_value(value) == plain


TEMPLATES = load_templates()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_our_templates_keep_metas_rules(template: ApprovedText) -> None:
    assert template.faults() == []
    given = dict(zip(template.variables, template.samples, strict=True))
    assert template.values(given) == template.definition["variables"]


def test_template_names_are_unique() -> None:
    assert (
        len({one.provider_name for one in TEMPLATES})
        == len(TEMPLATES)
        == len({(t.name, t.language) for t in TEMPLATES})
    )


GOOD = ApprovedText("contoh", "id", "UTILITY", "Halo {{1}}, besok {{2}} ya.", ("a", "b"), ("x", "y"))
FAULTY = {
    "name": replace(GOOD, name="Contoh!"),
    "category": replace(GOOD, category="SPAM"),
    "at most 1024": replace(GOOD, body="x" * 1025, variables=(), samples=()),
    "begin or end": replace(GOOD, body="{{1}} dan {{2}} ya"),
    "side by side": replace(GOOD, body="Halo {{1}} {{2}} ya"),
    "in order": replace(GOOD, body="Halo {{2}}, besok {{1}} ya"),
    "buttons": replace(GOOD, buttons=(Choice("a", "x" * 21),)),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_each_fault_is_named(fault: str) -> None:
    (named,) = FAULTY[fault].faults()
    assert fault in named


@pytest.mark.parametrize("language", ["id", "jv"])
def test_a_language_that_is_missing_falls_back(language: str) -> None:
    assert whatsapp_templates.find([GOOD], "contoh", language) is GOOD


async def test_the_operators_way_from_words_to_approval(
    whatsapp: WhatsApp, account: TwilioDouble, shelf: Shelf
) -> None:
    api = whatsapp.twilio

    async def standings() -> set[str]:
        return {one.status for one in await whatsapp_templates.check(api, shelf, TEMPLATES)}

    assert await standings() == {"not created"}
    assert len(await whatsapp_templates.create(api, shelf, TEMPLATES)) == len(TEMPLATES)
    assert await whatsapp_templates.create(api, shelf, TEMPLATES) == []
    assert await standings() == {"unsubmitted"}
    assert len(await whatsapp_templates.submit(api, shelf, TEMPLATES)) == len(TEMPLATES)
    assert await whatsapp_templates.submit(api, shelf, TEMPLATES) == []
    account.approve_all()
    assert await standings() == {"approved"}
    emptied = Shelf()  # another machine, or a restored book: the sids are found again
    await whatsapp_templates.check(api, emptied, TEMPLATES)
    assert emptied.sids == shelf.sids
