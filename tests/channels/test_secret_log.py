"""Nothing secret and nobody's number in a log, however it got into the message."""

from __future__ import annotations

import logging

import pytest

from bot.secret_log import Redacting, secrets_of
from tests.channels.real_house import TOKEN, settings_for

SETTINGS = settings_for(
    "postgresql://bot:p4ssw0rd-xyz@db/posyandu", telegram="http://t", twilio="http://w", TELEGRAM_SECRET="s3cret-" * 3
)
HIDDEN = [
    TOKEN,
    f"https://api.telegram.org/bot{TOKEN}/sendMessage",
    "999888777:AAanotherBotsTokenThatIsNotInOurSettings",
    "p4ssw0rd-xyz",
    "s3cret-" * 3,
    SETTINGS.TWILIO_AUTH_TOKEN,
    SETTINGS.FIELD_KEY,
    "whatsapp:+6281234567890",
    "+62 812-3456-7890",
    "081234567890",
    "6281234567890",
    "3201010101260000",
]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_it_is_taken_out_of_messages_and_tracebacks(hidden: str) -> None:
    form = Redacting(secrets_of(SETTINGS))
    try:
        raise ValueError(f"no answer from {hidden}")
    except ValueError as error:
        record = logging.LogRecord(
            "x", 40, "f", 1, "sending to %s", (hidden,), (ValueError, error, error.__traceback__)
        )
    said = form.format(record)
    assert hidden not in said
    for part in (p for p in hidden.replace("/", " ").split() if len(p) > 9 and any(c.isdigit() for c in p)):
        assert part not in said


def test_what_the_operator_needs_stays() -> None:
    said = Redacting([]).clean("message 12345 at 1795000000000 is set aside: 21610, 2026-11-22 00:10:24,123")
    assert said == "message 12345 at 1795000000000 is set aside: 21610, 2026-11-22 00:10:24,123"


def test_a_database_that_quotes_a_row_in_its_error_tells_nobodys_name() -> None:
    error = (
        'null value in column "birth" violates not-null constraint\nDETAIL:  Failing row contains (7, Azzam, Lilis).\n'
        "CONTEXT:  COPY child, line 3: Azzam"
    )
    said = Redacting([]).format(logging.LogRecord("x", 40, "f", 1, "message 3: %s", (error,), None))
    assert 'null value in column "birth"' in said
    assert "Azzam" not in said
