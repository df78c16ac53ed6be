"""What the stand-in house answers: a believable talk, made up, with every form a message can take."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from .standin import House

START = datetime(2026, 11, 10, 8, 5, tzinfo=ZoneInfo("Asia/Jakarta"))
CHILDREN = {
    "Muhammad Azzam Ramadhan": 10.9,
    "Aisyah Humaira": 11.4,
    "Aisyah Nur Fadilah": 8.6,
    "Aisyah Kamila": 13.7,
    "Supriadi": 13.2,
    "Cici Paramida": 7.1,
    "Dewi Lestari": 9.9,
    "Fajar Nugraha": 12.0,
    "Gilang Permana": 6.8,
    "Intan Permatasari": 10.1,
    "Joko Susilo": 11.1,
    "Kirana Putri": 8.0,
}
LINE = re.compile(r"^(?P<name>[a-z ]{3,}?)\s+(?P<kg>\d{1,2}[.,]\d)(\s+(?P<cm>\d{2,3}))?$", re.IGNORECASE)


@dataclass
class Person:
    """Someone of the demo data; `open` is the item of the question on the screen, `about` what it is about."""

    key: str
    name: str
    role: str
    codes: list[dict[str, str]] = field(default_factory=list)
    open: dict[str, Any] | None = None
    step: str = ""
    about: dict[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return {"key": self.key, "name": self.name, "role": self.role, "codes": self.codes}


def people() -> dict[str, Person]:
    """Everyone, as the demo data has them before anything was said."""
    valid, old = {"code": "AB12-CD34", "note": "berlaku"}, {"code": "ZZ99-XX88", "note": "sudah lewat"}
    mothers = ("Lilis Suryati", "Neneng Hasanah", "Rina Marlina", "Yuli Astuti", "Sumiati", "Wati Rahayu")
    staff = [
        Person("kader", "Bu Yati", "Kader · Posyandu Anyelir RW 14"),
        Person("bidan", "Bidan Ratna", "Bidan desa · Ciriung"),
        Person("koordinator", "Pak Dedi", "Koordinator · Puskesmas Cibinong"),
        Person("kader-lain", "Bu Imas", "Kader · Posyandu Mawar, desa lain"),
        Person("kader-baru", "Bu Tuti", "belum bergabung", [valid, old]),
    ]
    parents = [Person(f"orangtua-an-{n:02}", name, f"Orang tua · AN-{n:02}") for n, name in enumerate(mothers, 1)]
    return {person.key: person for person in staff + parents}


def next_posyandu_day(now: datetime) -> date:
    """The 12th of this month, or of the next when this month's has passed."""
    day = now.date()
    while day.day != 12:
        day += timedelta(days=1)
    return day


def turn(house: House, key: str, said: dict[str, str], media: list[dict[str, str]]) -> dict[str, Any]:
    """One message of `key`: put into the thread and answered. Returns its item."""
    me = house.people[key]
    if "edit" in said:
        return _edited(house, me, said["edit"], said["text"])
    if "pick" in said:
        return _picked(house, me, said["pick"])
    item = house.put(key, "in", said.get("text", ""), media=media)
    if media:
        _answer(house, me, f"Berkas {media[0]['filename']} sudah saya terima. Siapa yang ada di situ?", open_stays=True)
    else:
        _read(house, me, said["text"].strip())
    return item


def clock_moves(house: House, now: datetime) -> None:
    """The clock goes forward; on the eve at 16:00 every parent is reminded."""
    day = next_posyandu_day(house.now)
    eve = datetime(day.year, day.month, day.day, 16, tzinfo=START.tzinfo) - timedelta(days=1)
    if house.now < eve <= now:
        house.now = eve
        for me in house.people.values():
            if me.key.startswith("orangtua"):
                text = f"Bu {me.name}, besok {day.day}/{day.month} ada Posyandu Anyelir."
                text += "\n08.00-11.00, Balai RW 14. Bawa Buku KIA."
                _answer(house, me, text, ("Datang", "Tidak bisa", "Pindah hari"), "eve")
    house.now = now


def _answer(
    house: House,
    me: Person,
    text: str,
    options: tuple[str, ...] = (),
    step: str = "",
    *,
    open_stays: bool = False,
    **more: Any,
) -> None:
    if me.open and not open_stays:
        house.touch(me.open, superseded=True)
    digest = f"q{house.rev}"
    buttons = [{"id": f"{digest}:{n}", "title": title} for n, title in enumerate(options, 1)]
    item = house.put(me.key, "out", text, buttons=buttons, **more)
    if not open_stays:
        me.open, me.step = (item if options else None), step


def _edited(house: House, me: Person, item_id: str, text: str) -> dict[str, Any]:
    item = next(item for item in house.threads[me.key] if item["id"] == item_id)
    house.touch(item, text=text, edited=True)
    _answer(house, me, f"Pesan yang diubah sudah saya baca: {text}", open_stays=True)
    return item


def _picked(house: House, me: Person, pick: str) -> dict[str, Any]:
    asked = next((i for i in house.threads[me.key] if any(b["id"] == pick for b in i["buttons"])), None)
    title = next((b["title"] for b in asked["buttons"] if b["id"] == pick), pick) if asked else pick
    item = house.put(me.key, "in", title, editable=False)
    if me.open is None or asked is not me.open:
        _answer(house, me, "Pertanyaan itu sudah lewat. Ketik menu untuk mulai lagi.", open_stays=True)
    else:
        _read(house, me, title)
    return item


def _read(house: House, me: Person, text: str) -> None:
    low, line = text.lower(), LINE.match(text)
    if low.startswith("/start"):
        _join(house, me, text.removeprefix("/start").strip())
    elif low in ("menu", "selesai", "batal", "mulai"):
        _answer(
            house,
            me,
            f"Halo {me.name}. Mau apa hari ini?",
            ("Timbang balita", "Belum ditimbang", "Rekap bulan ini"),
            "menu",
        )
    elif low in ("timbang balita", "timbang", "anak berikut"):
        text = "Siapa yang ditimbang?\nPilih dari daftar, atau ketik sebagian namanya."
        _answer(house, me, text, tuple(CHILDREN), "child", list_button="Pilih anak")
    elif low == "rekap bulan ini":
        sheet = house.keep("rekap-skdn-2026-11.csv", "text/csv", b"S,K,D,N\r\n30,30,12,9\r\n")
        _answer(house, me, "Rekap SKDN November 2026. S 30, K 30, D 12, N 9.", media=[sheet])
    elif me.step == "child" and text in CHILDREN:
        me.about = {"name": text}
        _answer(house, me, f"Berat {text}? Bulan lalu {_kg(CHILDREN[text])}.\nContoh: 8,4")
        me.step = "weight"
    elif me.step == "weight" and re.fullmatch(r"\d{1,2}[.,]\d", text):
        me.about["kg"] = float(text.replace(",", "."))
        summary = f"{me.about['name']}\nBerat {_kg(me.about['kg'])}\n\nSimpan?"
        _answer(house, me, summary, ("Simpan", "Ubah", "Batal"), "save")
    elif me.step == "save" and low == "simpan":
        _saved(house, me, me.about["name"], me.about["kg"])
    elif line and any(line["name"].lower() in name.lower() for name in CHILDREN):
        name = next(name for name in CHILDREN if line["name"].lower() in name.lower())
        _saved(house, me, name, float(line["kg"].replace(",", ".")))
    elif me.step == "eve":
        _answer(house, me, "Terima kasih, sudah saya catat. Sampai jumpa besok.")
    else:
        _answer(
            house, me, f"Saya belum paham “{text[:60]}”.\nContoh: Supriadi 13,5 99\natau ketik menu.", open_stays=True
        )


def _join(house: House, me: Person, code: str) -> None:
    if not any(known["code"] == code and known["note"] == "berlaku" for known in me.codes):
        return _answer(house, me, "Kode itu tidak bisa dipakai. Minta kode baru ke bidan.")
    me.codes, me.role = [], "Kader · Posyandu Anyelir RW 14"
    _answer(house, me, f"Selamat bergabung, {me.name}. Ketik menu untuk mulai.")


def _saved(house: House, me: Person, name: str, kg: float) -> None:
    picture = house.keep(f"kms-{name.split()[0].lower()}.png", "image/png", _chart(name, kg))
    up = kg > CHILDREN[name]
    verdict = "Naik (N)" if up else "Tidak naik (T). Sampaikan baik-baik, ajak bertemu bidan"
    text = f"Tersimpan. {name} {_kg(kg)}.\nHasil skrining: {verdict}.\n12 dari 30, 18 lagi."
    _answer(house, me, text, ("Anak berikut", "Selesai"), "next", media=[picture])
    mother = house.people["orangtua-an-01"]
    word = "Beratnya naik, bagus." if up else "Bulan ini beratnya belum naik. Bu kader akan menjelaskan."
    _answer(
        house,
        mother,
        f"{name.split()[-1]} hari ini {_kg(kg)}. {word}\nPosyandu berikutnya 12 Desember.",
        media=[picture],
    )


def _kg(kg: float) -> str:
    return f"{kg:.1f} kg".replace(".", ",")


def _chart(name: str, kg: float) -> bytes:
    picture = Image.new("RGB", (640, 480), "#f7f4ea")
    draw = ImageDraw.Draw(picture)
    for band, colour in enumerate(("#f3d98b", "#bfe0a8", "#8cc98a", "#bfe0a8", "#f3d98b")):
        top = [(60 + 9 * m, 400 - 40 * band - 130 * (m / 60) ** 0.6) for m in range(61)]
        bottom = [(x, y + 40) for x, y in reversed(top)]
        draw.polygon(top + bottom, fill=colour)
    dots = [(60 + 60 * n, 330 - 18 * n - kg) for n in range(7)]
    draw.line(dots, fill="#0a524b", width=4)
    for x, y in dots:
        draw.ellipse((x - 7, y - 7, x + 7, y + 7), fill="#0a524b")
    draw.text((60, 24), f"{name}  {_kg(kg)}", fill="#17231f", font_size=26)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
