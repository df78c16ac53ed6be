"""`posyandu-bot doctor`: how it stands, and what to do where something is wrong."""

from __future__ import annotations

from bot.alarms import alarms
from bot.locales import catalogue
from bot.operator import existing_book, now_of
from bot.settings import Settings
from storage import demo
from storage.watching import Signs, look

STATES = {"ready": "siap", "sending": "sedang dikirim", "in_doubt": "tidak pasti", "failed": "gagal"}


def doctor(settings: Settings) -> int:
    """0 when nothing wants anybody."""
    store = existing_book(settings)
    try:
        many = store.dialect == "postgresql" and not demo.is_demo(store)
        now = now_of(store)
        signs = store.read(lambda tx: look(tx, now, jobs=many))
    finally:
        store.close()
    for line in lines(signs, many=many):
        print(line)
    words, found = catalogue("id"), alarms(signs, many=many)
    print()
    for key, values in found:
        print(words.say(key, **values))
    if not found:
        print("Tidak ada yang perlu ditindak.")
    return 1 if found else 0


def lines(signs: Signs, *, many: bool) -> list[str]:
    """The figures, one a line."""
    out = [
        f"pesan masuk yang belum dijawab: {signs.open}, tertua {signs.open_s:.0f} detik",
        f"pesan masuk yang disisihkan: {signs.aside}",
        f"pesan keluar yang sudah waktunya: {signs.due}, tertua {signs.due_s:.0f} detik",
    ]
    out += [f"pesan keluar {STATES.get(state, state)}: {n}" for state, n in sorted(signs.rows.items())]
    if many:
        at_work = ", ".join(f"{name} {n}" for name, n in sorted(signs.senders.items())) or "tidak ada"
        out.append(f"worker yang sedang mengirim: {at_work}")
        out.append(f"pekerjaan menunggu: {signs.jobs}, tertua {signs.jobs_s:.0f} detik; gagal: {signs.jobs_failed}")
    return out
