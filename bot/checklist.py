"""What a command of the operator's finds, line by line, in plain words and without a secret in any of them."""

from __future__ import annotations

from bot.channels.port import ChannelError
from bot.secret_log import Redacting, secrets_of
from bot.settings import Settings

GOOD, BAD, NOTE = "✔", "✘", "•"


class Checklist:
    """Lines as they are found, without a secret in any of them; `missing` counts what is still to be done."""

    def __init__(self, settings: Settings) -> None:
        self._clean = Redacting(secrets_of(settings)).clean
        self.missing = 0

    def say(self, mark: str, text: str) -> None:
        self.missing += mark == BAD
        first, *rest = self._clean(text).splitlines()
        print("\n".join([f"{mark} {first}", *(f"  {line}" for line in rest)]), flush=True)


def mend(error: ChannelError) -> str:
    """What to do about it, in plain words."""
    return {
        "Misconfigured": "Periksa token atau nomor pengirim di .env; salin ulang dari BotFather atau konsol Twilio.",
        "NotSent": "Tidak tersambung. Periksa jaringan server, lalu jalankan lagi.",
        "InDoubt": "Tidak ada jawaban. Periksa jaringan server, lalu jalankan lagi.",
        "Unreachable": "Orang itu belum pernah menulis ke bot, atau memblokirnya. Minta ia menulis dulu.",
        "Refused": "Penyedia tidak mau mengirimnya. Periksa nomor tujuan dan, untuk WhatsApp, TWILIO_ACCOUNT_SID.",
        "NeedsTemplate": "Di luar 24 jam. Minta ia menulis ke nomor bot dulu.",
    }.get(type(error).__name__, "Jalankan lagi sebentar lagi; kalau tetap, baca docs/operating.md.")
