"""Receiving on WhatsApp: signed webhooks, statuses, files, and the sweep for what a lost webhook missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels.port import Bubble, Heard, HeardFile, NotSent, Refused, WebhookRefused
from bot.channels.twilio_api import MOST_BYTES, Twilio
from bot.channels.whatsapp import WhatsApp, whatsapp_status, whatsapp_webhook
from bot.channels.whatsapp_status import Status, further
from tests.channels.conftest import Shelf, serving
from tests.doubles.twilio import ACCOUNT, AUTH_TOKEN, SENDER, TwilioDouble

PUBLIC = "https://bot.example.id"
SITI = "whatsapp:+6281100000000"

Form = dict[str, str]


def hear(path_qs: str, form: Form, headers: Form, *, public_url: str = PUBLIC, token: str = AUTH_TOKEN) -> Heard:
    return whatsapp_webhook(public_url, path_qs, form, headers, token, arrived=1)


@pytest.mark.parametrize("path_qs", ["/wa/in", "/wa/in?a=1&b=%20x", "/bot/wa/in"])
@pytest.mark.parametrize("algorithm", [None, "HMAC_SHA256"])
@pytest.mark.parametrize("body", ["8,2", "Siti 👶 8,2 kg + 70 cm & sehat", ""])
def test_what_twilio_signed_is_heard(path_qs: str, algorithm: str | None, body: str) -> None:
    double = TwilioDouble(public_url=PUBLIC)
    form = double.inbound(SITI, body, NewFieldOfTwilio="")
    heard = hear(path_qs, form, double.sign(path_qs, form, algorithm=algorithm))
    assert (heard.text, heard.external_id, heard.message_id) == (body, SITI, form["MessageSid"])


def tampered(change: Callable[[Form, Form], Any]) -> tuple[Form, Form]:
    double = TwilioDouble(public_url=PUBLIC)
    form = double.inbound(SITI, "8,2")
    headers = double.sign("/wa/in", form)
    change(form, headers)
    return form, headers


FORGERIES: dict[str, Callable[[Form, Form], Any]] = {
    "another text": lambda form, _: form.update(Body="9,2"),
    "another sender": lambda form, _: form.update(From="whatsapp:+6281200000000"),
    "one field more": lambda form, _: form.update(ButtonPayload="ab12:1"),
    "no signature": lambda _, headers: headers.clear(),
    "a guessed signature": lambda _, headers: headers.update({"X-Twilio-Signature": "AAAA"}),
    "an unknown algorithm": lambda _, headers: headers.update(
        {"X-Twilio-Webhooks-Signature-Settings": "key=1,algorithm=NONE"}
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_webhook_is_refused(forgery: str) -> None:
    form, headers = tampered(FORGERIES[forgery])
    with pytest.raises(WebhookRefused):
        hear("/wa/in", form, headers)


def test_the_address_counts_as_configured_not_as_a_proxy_rewrote_it() -> None:
    double = TwilioDouble(public_url=PUBLIC)
    form = double.inbound(SITI, "8,2")
    headers = double.sign("/wa/in", form) | {"Host": "10.0.0.5:8000", "X-Forwarded-Host": "elsewhere.example"}
    assert hear("/wa/in", form, headers).text == "8,2"
    assert hear("/wa/in", form, headers, public_url=PUBLIC + "/").text == "8,2"
    for other in ("http://10.0.0.5:8000", "https://elsewhere.example"):
        with pytest.raises(WebhookRefused):
            hear("/wa/in", form, headers, public_url=other)
    with pytest.raises(WebhookRefused):
        hear("/wa/in?x=1", form, headers)


def test_another_token_and_no_token_hear_nobody() -> None:
    form, headers = tampered(lambda _form, _headers: None)
    for token in ("another", ""):
        with pytest.raises(WebhookRefused):
            hear("/wa/in", form, headers, token=token)


def test_the_same_message_twice_has_one_id() -> None:
    double = TwilioDouble(public_url=PUBLIC)
    form = double.inbound(SITI, "8,2")
    again = double.inbound(SITI, "8,2", MessageSid=form["MessageSid"])
    first, second = (hear("/wa/in", one, double.sign("/wa/in", one)) for one in (form, again))
    assert first.message_id == second.message_id


async def test_it_holds_over_real_http() -> None:
    heard: list[Heard] = []

    async def receive(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            heard.append(whatsapp_webhook(PUBLIC, request.path_qs, form, request.headers, AUTH_TOKEN, arrived=1))
        except WebhookRefused:
            return web.Response(status=403)
        return web.Response(text="<Response/>", content_type="text/xml")

    app = web.Application()
    app.router.add_post("/wa/in", receive)
    async with serving(app) as url:
        double = TwilioDouble(public_url=PUBLIC, deliver_to=url)
        assert await double.post("/wa/in?from=twilio", double.inbound(SITI, "Siti 👶 8,2 + 70", Address="")) == 200
        async with aiohttp.ClientSession() as guesser, guesser.post(f"{url}/wa/in", data={"Body": "9"}) as answer:
            assert answer.status == 403
    assert [one.text for one in heard] == ["Siti 👶 8,2 + 70"]


async def test_statuses_late_twice_and_out_of_order(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    account.inbound(SITI, "halo")
    sid = await whatsapp.send(SITI, Bubble("Halo"), ref="out/7 x")
    url, _ = account.callbacks[0]
    path_qs = url.removeprefix(PUBLIC)
    on_file: str | None = None
    history = []
    for _, form in [*reversed(account.callbacks), *account.callbacks]:
        status = whatsapp_status(PUBLIC, path_qs, form, account.sign(path_qs, form), AUTH_TOKEN)
        assert (status.ref, status.sid) == ("out/7 x", sid)
        if further(status.status, on_file):
            on_file = status.status
        history.append(on_file)
    assert history == ["read"] * 6
    with pytest.raises(WebhookRefused):
        whatsapp_status(PUBLIC, path_qs, {"MessageSid": sid, "MessageStatus": "read"}, {}, AUTH_TOKEN)


async def test_a_failure_says_what_to_do(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    account.blocked.add(SITI)
    account.inbound(SITI, "halo")
    sid = await whatsapp.send(SITI, Bubble("Halo"), ref="7")
    url, form = account.callbacks[-1]
    path_qs = url.removeprefix(PUBLIC)
    status = whatsapp_status(PUBLIC, path_qs, form, account.sign(path_qs, form), AUTH_TOKEN)
    assert status == Status("7", sid, "undelivered", 63014)
    assert status.action == "opted_out"


async def test_a_photo_comes_in_byte_for_byte_and_the_password_stays_with_twilio(
    straight: WhatsApp, account: TwilioDouble
) -> None:
    data = bytes(range(256)) * 1000
    heard = hear_form(account, media=(data, "image/jpeg"))
    assert heard.file is not None
    assert heard.file.kind == "image"
    assert await straight.fetch(heard.file) == data


async def test_files_that_cannot_be_had(straight: WhatsApp, account: TwilioDouble) -> None:
    large = hear_form(account, media=(bytes(MOST_BYTES + 1), "video/mp4")).file
    gone = hear_form(account, media=(b"x", "image/jpeg")).file
    assert large is not None
    assert gone is not None
    account.media.pop(gone.ref.rpartition("/")[2])
    elsewhere = HeardFile("image", "https://api.twilio.com.evil.example/x")
    for file in (large, gone, elsewhere, HeardFile("image", "http://api.twilio.com/x")):
        with pytest.raises(Refused):
            await straight.fetch(file)
    nowhere = WhatsApp(
        Twilio(ACCOUNT, AUTH_TOKEN, api_base="http://127.0.0.1:9"), sender=SENDER, cache=Shelf(), links=Shelf()
    )
    with pytest.raises(NotSent):
        await nowhere.fetch(gone)
    await nowhere.close()


def hear_form(account: TwilioDouble, **said: Any) -> Heard:
    form = account.inbound(SITI, **said)
    return hear("/wa/in", form, account.sign("/wa/in", form))


async def test_the_sweep_finds_what_a_lost_webhook_missed(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    account.clock = lambda: 1_795_000_000.0
    old = account.inbound(SITI, "kemarin")
    account.clock = lambda: 1_795_000_600.0
    text = account.inbound(SITI, "8,2")
    photo = account.inbound(SITI, media=(b"\xff\xd8", "image/jpeg"))
    await whatsapp.send(SITI, Bubble("Halo"), ref="1")

    swept = await whatsapp.sweep(1_795_000_300_000)
    assert [one.message_id for one in swept] == [text["MessageSid"], photo["MessageSid"]]
    assert old["MessageSid"] not in {one.message_id for one in swept}
    assert (swept[0].text, swept[0].sent_at, swept[0].profile) == (
        "8,2",
        1_795_000_600_000,
        {"phone": "+6281100000000"},
    )
    assert swept[1].file == HeardFile("image", photo["MediaUrl0"], mime="image/jpeg")


async def test_the_sweep_reads_every_page(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    for number in range(120):
        account.inbound(SITI, str(number))
    assert len(await whatsapp.sweep(0)) == 120


async def test_erasing_takes_words_and_files_from_twilio(whatsapp: WhatsApp, account: TwilioDouble) -> None:
    form = account.inbound(SITI, "buku KIA", media=(b"\xff\xd8", "image/jpeg"))
    await whatsapp.erase(form["MessageSid"])
    assert account.messages == []
    assert account.media == {}
    await whatsapp.erase(form["MessageSid"])  # gone already: nothing to complain about
