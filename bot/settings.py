"""Settings from the environment and `.env`; what is wrong or missing is named in plain words with the mend."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


class WrongSettings(Exception):
    """One or more settings cannot be used; each line says which, why, and how to mend it."""


def setting(default: Any, doc: str, *, secret: bool = False) -> Any:
    from dataclasses import field

    return field(default=default, metadata={"doc": doc, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """Every setting with its default. `.env.example` is this list, checked by a test."""

    PORT: int = setting(8000, "Port of the web pages and webhooks, on the loopback address.")
    HOST: str = setting("127.0.0.1", "Address to listen on; put a proxy in front for the world.")
    DATABASE_URL: str = setting("sqlite:///data/posyandu.db", "sqlite:///file or postgresql://user:secret@host/name")
    PUBLIC_URL: str = setting("", "The address the world reaches this server by, e.g. https://bot.example.id")
    FIELD_KEY: str = setting(
        "", "Key for encrypted fields (NIK): posyandu-bot key. new,old while keys are changed", secret=True
    )
    DEFAULT_ZONE: str = setting(
        "Asia/Jakarta", "Zone of areas that name none: Asia/Jakarta, Asia/Makassar, Asia/Jayapura"
    )
    TELEGRAM_TOKEN: str = setting("", "From @BotFather. Empty: no Telegram.", secret=True)
    TELEGRAM_SECRET: str = setting("", "Secret of the webhook; empty: polling.", secret=True)
    TELEGRAM_BASE_URL: str = setting("https://api.telegram.org", "Another Bot API server, for rehearsals.")
    TELEGRAM_RATE: float = setting(30.0, "Messages a second over all chats.")
    TELEGRAM_PAID: str = setting(
        "no", "yes: Telegram takes Stars for what exceeds 30 a second; raise TELEGRAM_RATE too."
    )
    TWILIO_ACCOUNT_SID: str = setting("", "From the Twilio console. Empty: no WhatsApp.")
    TWILIO_AUTH_TOKEN: str = setting("", "From the Twilio console.", secret=True)
    TWILIO_FROM: str = setting("", "Sender, e.g. whatsapp:+62...; or a messaging service MG...")
    TWILIO_API_BASE: str = setting("https://api.twilio.com", "Another API server, for rehearsals.")
    TWILIO_CONTENT_BASE: str = setting("https://content.twilio.com", "Another content server, for rehearsals.")
    TWILIO_ERASE: str = setting("yes", "yes: text and media are deleted at Twilio once delivered or read here.")
    WHATSAPP_RATE: float = setting(80.0, "Messages a second of the WhatsApp sender.")
    WHATSAPP_SWEEP_SECONDS: int = setting(300, "How often Twilio's list is asked for messages whose webhook was lost.")
    WHATSAPP_TIER: int = setting(
        250, "People a day that templates may reach; Meta's tiers on 2026-11-21: 250, 2000, 10000, 100000. 0: no limit."
    )
    WHATSAPP_PRICES: str = setting(
        "", "Price of one message by kind with currency and date: service=90 utility=330 marketing=600 IDR 2026-11-21"
    )
    EXPLAIN_FIRST: str = setting("careful", "A careful word waits for the kader's tap: careful, always, never")
    CALL_HOUR: int = setting(
        8, "The hour of the next day at which a family is called to come if no kader has said sudah dijelaskan: 8 to 18"
    )
    CONSENT_DAYS: int = setting(60, "So many days a child may be on the register before its parents were asked.")
    CONSENT_REMIND_DAYS: int = setting(
        25, "Kader are reminded to ask on posyandu day, at most once in so many days. 0: never."
    )
    TICK_SECONDS: int = setting(30, "How often the clock asks what is due.")
    FAMILY_MONTH: int = setting(4, "Most unasked messages to a family in a month; a changed day always passes.")
    WHATSAPP_PER_CHILD: float = setting(
        1.2, "Most paid WhatsApp templates for each child of a family in a month; urgent ones always pass. 0: no limit."
    )
    KADER_DAY: int = setting(1, "Most reminders to a kader on a day that is not her posyandu day.")
    KADER_POSYANDU_DAY: int = setting(3, "Most reminders to a kader on her posyandu day.")
    BACKUP_KEY: str = setting("", "Key of the nightly backup: posyandu-bot key. Empty: no backup.", secret=True)
    BACKUP_DIR: str = setting("data/backup", "Where backups are kept; best on another disk.")
    BACKUP_HOUR: int = setting(2, "The hour of the night at which one is made.")
    BACKUP_DAYS: int = setting(14, "So many days each backup is kept; then one a month for a year.")
    LOG_LEVEL: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR")
    KILL_AT: str = setting("", "Rehearsals on a demo database only: die at this named point.")

    @property
    def real_provider(self) -> bool:
        return bool(self.TELEGRAM_TOKEN or self.TWILIO_ACCOUNT_SID)


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; quotes around the value and lines that begin with # are allowed."""
    values: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            name, equals, value = line.strip().partition("=")
            if equals and not name.startswith("#"):
                values[name.strip()] = value.strip().strip("\"'")
    return values


def load(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Settings from `.env`, then the environment over it. Raises WrongSettings."""
    given = {**read_env_file(env_file), **(os.environ if environ is None else environ)}
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for f in fields(Settings):
        if f.name not in given:
            continue
        try:
            values[f.name] = type(f.default)(given[f.name])  # type: ignore[misc]
        except ValueError:
            wrong.append(
                f"{f.name} harus berupa angka, bukan {given[f.name]!r}. Perbaiki di .env, misalnya {f.name}={f.default}"
            )
    settings = Settings(**values)
    wrong += problems(settings)
    if wrong:
        raise WrongSettings("\n".join(wrong))
    return settings


def for_many(s: Settings) -> None:
    """What several processes need; raises WrongSettings."""
    if s.TELEGRAM_TOKEN and not s.TELEGRAM_SECRET:
        raise WrongSettings(
            "TELEGRAM_SECRET kosong. Beberapa proses tidak boleh mengambil pesan Telegram sendiri-sendiri: isi\n"
            "TELEGRAM_SECRET dan PUBLIC_URL (webhook), atau jalankan satu proses saja: posyandu-bot run"
        )


def problems(s: Settings) -> list[str]:
    """Each thing that cannot work, with what to do about it."""
    out = []
    if not 0 <= s.PORT <= 65535:
        out.append(f"PORT={s.PORT} bukan nomor port. Pakai 1 sampai 65535, misalnya PORT=8000")
    if not s.DATABASE_URL.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        out.append(
            "DATABASE_URL harus diawali sqlite:/// atau postgresql://. Contoh: DATABASE_URL=sqlite:///data/posyandu.db"
        )
    if s.TWILIO_ACCOUNT_SID and not s.TWILIO_AUTH_TOKEN:
        out.append("TWILIO_ACCOUNT_SID diisi tetapi TWILIO_AUTH_TOKEN kosong. Salin token dari konsol Twilio ke .env")
    if s.TWILIO_ACCOUNT_SID and not s.TWILIO_FROM:
        out.append("TWILIO_FROM kosong. Isi nomor pengirim, misalnya TWILIO_FROM=whatsapp:+62...")
    if s.TWILIO_ACCOUNT_SID and not s.PUBLIC_URL:
        out.append(
            "PUBLIC_URL kosong. WhatsApp perlu alamat umum server ini, misalnya PUBLIC_URL=https://bot.example.id"
        )
    if s.TELEGRAM_SECRET and not s.PUBLIC_URL:
        out.append("TELEGRAM_SECRET diisi tetapi PUBLIC_URL kosong. Isi PUBLIC_URL, atau kosongkan TELEGRAM_SECRET")
    out += _wrong_values(s)
    if s.real_provider and not s.FIELD_KEY:
        out.append("FIELD_KEY kosong. Buat sekali dengan: posyandu-bot key >> .env")
    return out


def _wrong_values(s: Settings) -> list[str]:
    """Values that are none of those allowed."""
    out = []
    for name in ("TELEGRAM_PAID", "TWILIO_ERASE"):
        if getattr(s, name) not in ("yes", "no"):
            out.append(f"{name}={getattr(s, name)} tidak dikenal. Pakai yes atau no")
    if s.PUBLIC_URL and not s.PUBLIC_URL.startswith("https://"):
        out.append(f"PUBLIC_URL={s.PUBLIC_URL} harus diawali https://, misalnya PUBLIC_URL=https://bot.example.id")
    if s.TELEGRAM_SECRET and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", s.TELEGRAM_SECRET):
        out.append("TELEGRAM_SECRET harus 16 sampai 256 huruf, angka, - atau _. Buat dengan: posyandu-bot key")
    if not 8 <= s.CALL_HOUR <= 18:
        out.append(f"CALL_HOUR={s.CALL_HOUR} di luar jam pesan. Pakai 8 sampai 18, misalnya CALL_HOUR=8")
    for name in ("CONSENT_DAYS", "CONSENT_REMIND_DAYS"):
        if getattr(s, name) < 0:
            out.append(f"{name}={getattr(s, name)} tidak mungkin. Pakai 0 atau lebih")
    if s.EXPLAIN_FIRST not in ("careful", "always", "never"):
        out.append(f"EXPLAIN_FIRST={s.EXPLAIN_FIRST} tidak dikenal. Pakai careful, always atau never")
    return out
