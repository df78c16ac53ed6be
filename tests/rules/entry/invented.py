"""Makes rosters, lines and slips of the thumb for the reader's tests: seeded, invented, reproducible."""

import random
from datetime import date, timedelta

from posyandu.anthropometry import Sex, age_days, value_at
from posyandu.lms import Indicator, lms
from posyandu.names import RosterChild

ON = date(2026, 11, 12)
LAST = date(2026, 10, 13)
_FIRST = [
    "Aditya", "Agus", "Aisyah", "Akbar", "Alifa", "Amanda", "Andika", "Anggun", "Annisa", "Arfan", "Arkan", "Asep",
    "Azizah", "Azka", "Bagas", "Bayu", "Bella", "Bilqis", "Cahaya", "Candra", "Citra", "Dafa", "Danish", "Dewi",
    "Dian", "Dimas", "Dinda", "Elsa", "Fadil", "Faisal", "Farah", "Fatih", "Fauzan", "Fikri", "Galih", "Gilang",
    "Hafiz", "Hana", "Hasna", "Ibrahim", "Ilham", "Inara", "Intan", "Irfan", "Jihan", "Kaisar", "Kayla", "Keisha",
    "Khalisa", "Kinanti", "Laila", "Lutfi", "Maulana", "Mikail", "Mutiara", "Nadia", "Nabila", "Naufal", "Nayla",
    "Putri", "Rafa", "Raihan", "Raisa", "Ratna", "Rizki", "Salma", "Salsabila", "Satria", "Shakila", "Siti",
    "Syifa", "Tania", "Umar", "Vania", "Wulan", "Yusuf", "Zahra", "Zaki", "Zidan",
]  # fmt: skip
_SECOND = [
    "Ramadhan", "Humaira", "Kamila", "Pratama", "Lestari", "Anggraini", "Saputra", "Maharani", "Nugraha",
    "Rahmawati", "Permana", "Khairunnisa", "Firmansyah", "Oktaviani", "Hidayat", "Wulandari", "Setiawan", "Azzahra",
    "Kurniawan", "Safitri", "Alfarizi", "Ramadhani", "Wijaya", "Puspita", "Hakim", "Nuraini", "Maulida", "Prasetyo",
    "Aulia", "Mahendra", "Cahyani", "Gunawan", "Salsabila", "Purnama", "Fauziah",
]  # fmt: skip
_MOTHERS = [
    "Lilis", "Neneng", "Rina", "Yuli", "Elis", "Sumarni", "Nunung", "Fitriani", "Maesaroh", "Wagiyem", "Desi",
    "Mega", "Kokom", "Popon", "Tati", "Ika", "Warsih", "Enok", "Tiurma", "Sri", "Mimin", "Wulan", "Yanti", "Hani",
    "Cicih", "Ratih", "Endang", "Tuti", "Marni", "Suryani",
]  # fmt: skip
_KEYS = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}
_SOUNDS = (("f", "p"), ("z", "s"), ("z", "j"), ("y", "i"), ("q", "k"), ("kh", "k"), ("dh", "d"), ("sy", "s"), ("v", "f"), ("au", "o"))  # fmt: skip  # noqa: E501


def _length(sex: Sex, days: int, z: float) -> int:
    return round(value_at(z, lms(Indicator.LFA, sex, days)) * 10)


def _weight(sex: Sex, days: int, z: float) -> int:
    return round(value_at(z, lms(Indicator.WFA, sex, days)) * 10) * 100


def child(rng: random.Random, number: int, name: str, mother: str, sex: Sex | None = None) -> RosterChild:
    """A healthy enough child between one and 58 months, weighed last month."""
    sex = sex or rng.choice(list(Sex))
    birth = ON - timedelta(days=rng.randrange(60, 1750))
    days, z = age_days(birth, LAST), rng.uniform(-1.5, 1.2)
    return RosterChild(
        f"TS-{number:03d}", name, None, sex, birth, mother, f"{number % 6 + 1:02d}", None, LAST,
        _weight(sex, days, z), _length(sex, days, rng.uniform(-1.5, 1.0)),
    )  # fmt: skip


def roster(rng: random.Random, size: int = 60) -> list[RosterChild]:
    """`size` children, three of them Siti, one pair of twins, most with two names."""
    names: list[str] = [f"Siti {second}" for second in rng.sample(_SECOND, 3)]
    firsts = [f for f in _FIRST if f != "Siti"]
    while len(names) < size - 2:
        first = rng.choice(firsts)
        name = first if rng.random() < 0.15 else f"{first} {rng.choice(_SECOND)}"
        if name not in names:
            names.append(name)
    children = [child(rng, n, name, rng.choice(_MOTHERS)) for n, name in enumerate(names)]
    second = rng.choice(_SECOND)
    twin = child(rng, size - 2, f"Hasan {second}", "Siti Maesaroh", Sex.BOY)
    other = child(rng, size - 1, f"Husein {second}", "Siti Maesaroh", Sex.BOY)
    return [*children, twin, RosterChild(**{**_fields(other), "birth": twin.birth, "last_grams": twin.last_grams, "last_mm": twin.last_mm})]  # fmt: skip  # noqa: E501


def _fields(c: RosterChild) -> dict[str, object]:
    return {name: getattr(c, name) for name in RosterChild.__slots__}


def this_month(c: RosterChild, rng: random.Random) -> tuple[int, int]:
    """A weight in whole 100 g and a length in whole 5 mm that the child may well have today."""
    days, last = age_days(c.birth or ON, ON), age_days(c.birth or ON, LAST)
    sex, grams, mm = c.sex or Sex.BOY, c.last_grams or 0, c.last_mm or 0
    gain = (_weight(sex, days, 0) - _weight(sex, last, 0)) * rng.uniform(0.4, 1.1)
    growth = (_length(sex, days, 0) - _length(sex, last, 0)) * rng.uniform(0.6, 1.2)
    return round((grams + gain) / 100) * 100, max(mm, round((mm + growth) / 5) * 5)


def comma(value: int, unit: int) -> str:
    """9400 g -> "9,4"; 830 mm -> "83"; 9450 g -> "9,45"."""
    return f"{value / unit:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def slip(name: str, rng: random.Random) -> str:
    """One slip of thumb or ear somewhere in the name."""
    places = [i for i, c in enumerate(name) if c != " "]
    i = rng.choice(places)
    kind = rng.randrange(6)
    if kind == 0 and len(places) > 3:
        return name[:i] + name[i + 1 :]
    if kind == 1:
        return name[:i] + name[i] + name[i:]
    if kind == 2 and i + 1 < len(name) and name[i + 1] != " ":
        return name[:i] + name[i + 1] + name[i] + name[i + 2 :]
    if kind == 3:
        return name[:i] + _KEYS.get(name[i].lower(), name[i]) + name[i + 1 :]
    if kind == 4:
        return name[:i] + rng.choice("aiueo") + name[i:]
    sounds = [(a, b) for pair in _SOUNDS for a, b in (pair, pair[::-1]) if a in name.lower()]
    if not sounds:
        return name[:i] + name[i] + name[i:]
    a, b = rng.choice(sounds)
    return name.lower().replace(a, b, 1)


# -- lines that are fine

_BEFORE = ("", "", "", "", "1. ", "12) ", "- ", "[12/11/26 08.47] Teh Iis: ", "12/11/26, 09:05 - Bu Yuyun: ", "Bu, ", "lapor bu ", "maaf bu, ", "pagi bu kader ", "ini ", "si ", "dede ", "✅ ")  # fmt: skip  # noqa: E501
_AFTER = ("", "", "", "", " ya bu", " alhamdulillah", " sehat", " vit A merah sudah", " sedang batuk", " 👍", " rewel", " asi", " imunisasi lengkap", ".", " naik bu", " tidak ada keluhan")  # fmt: skip  # noqa: E501
_BETWEEN = (" ", " ", ", ", " / ", "/", " - ", " ; ", " | ", " dan ")
_ONES = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]


def words(value: int) -> str:
    """A whole number from 0 to 199 in words."""
    if value < 12:
        return _ONES[value]
    if value < 20:
        return f"{_ONES[value - 10]} belas"
    if value < 100:
        return f"{_ONES[value // 10]} puluh" + (f" {_ONES[value % 10]}" if value % 10 else "")
    return "seratus" + (f" {words(value - 100)}" if value > 100 else "")


def spoken(value: int, unit: int) -> str:
    """9400 g -> "sembilan koma empat"."""
    whole, rest = divmod(value, unit)
    tenths = rest * 10 // unit
    return words(whole) + (f" koma {_ONES[tenths]}" if tenths else "")


def weight_said(grams: int, rng: random.Random) -> tuple[str, bool]:
    """A weight as typed, and whether it carries its unit or label."""
    plain, kg, tenth = comma(grams, 1000), grams // 1000, grams % 1000 // 100
    forms = [
        (plain, False), (plain.replace(",", "."), False), (f"bb {plain}", True), (f"BB: {plain}", True), (f"bb{plain}", True),  # noqa: E501
        (f"{plain} kg", True), (f"{plain}kg", True), (f"BB={plain}kg", True), (f"berat {plain} kilo", True),
        (f"{grams} gram", True), (f"{grams // 100} ons", True), (f"bb nya {plain}", True), (f"beratnya {spoken(grams, 1000)} kilo", True),  # noqa: E501
        (f"{kg} kg {tenth} ons" if tenth else f"{kg} kg", True), (f"{kg} kilo {tenth}" if tenth else f"{kg} kilo", True),  # noqa: E501
        (f"{kg}.{grams % 1000:03d} gr", True), (f"b.b {plain}", True), (f"berat badan {plain} kg", True),
    ]  # fmt: skip
    return rng.choice(forms)


def length_said(mm: int, rng: random.Random) -> tuple[str, bool]:
    """A length as typed, and whether it carries its unit or label."""
    plain = comma(mm, 10)
    forms = [
        (plain, False), (plain.replace(",", "."), False), (f"tb {plain}", True), (f"PB: {plain}", True), (f"tb{plain}", True),  # noqa: E501
        (f"{plain} cm", True), (f"{plain}cm", True), (f"tinggi {plain} senti", True), (f"{mm} mm", True),
        (f"{comma(mm, 1000) if mm % 10 == 0 else f'{mm / 1000:.3f}'.replace('.', ',')} m", True), (f"panjang badan {plain}", True),  # noqa: E501
        (f"tingginya {spoken(mm, 10)}", True), (f"tb nya {plain} cm", True),
    ]  # fmt: skip
    return rng.choice(forms)


def name_said(c: RosterChild, rng: random.Random) -> str:
    """The child's name as a kader may write it, unmistakable on a list without her like."""
    first, *rest = c.name.split()
    full = rng.choice((c.name, c.name.lower(), c.name.upper(), f"{first} {rest[0][0]}" if rest else first, f"{c.name} anak bu {c.mother}", f"{c.name} rt {c.rt}"))  # fmt: skip  # noqa: E501
    return full


def good_line(c: RosterChild, grams: int, mm: int, rng: random.Random) -> str:
    """A line that says exactly this child, weight and length."""
    (w, w_marked), (h, h_marked) = weight_said(grams, rng), length_said(mm, rng)
    name = name_said(c, rng)
    first_weight = rng.random() < 0.8 or not (w_marked and h_marked)
    if not w_marked and h_marked and rng.random() < 0.5:
        w = f"bb {w}"
    between = rng.choice(_BETWEEN)
    measures = f"{w}{between}{h}" if first_weight else f"{h}{between}{w}"
    lead = rng.choice((" ", " ", ": ", ", ", " = ", " - "))
    return f"{rng.choice(_BEFORE)}{name}{lead}{measures}{rng.choice(_AFTER)}"


# -- lines that must not be stored as they stand

_UNKNOWN = [
    "Zhafran", "Gavriel", "Yumna", "Khansa", "Rayyan", "Elvano", "Bianca", "Oktora", "Tegar", "Wiranata", "Quinsha",
    "Ghaisan", "Nafeesa", "Bumi", "Samudra",
]  # fmt: skip
_FUTURE = ("besok", "tgl 20/11", "tgl 15 november", "tanggal 1 des", "20-11-2026", "lusa", "minggu depan", "tgl 14")
_EARLIER = (
    "bulan lalu",
    "bln kemarin",
    "tgl 13/10",
    "13 oktober",
    "kemarin",
    "bulan kmrn",
    "13-10-2026",
    "minggu lalu",
)
TRAPS = ("name", "decimal", "swap", "twins", "date")


def trap(kind: str, c: RosterChild, roster: list[RosterChild], grams: int, mm: int, rng: random.Random) -> str:
    """A line of this kind of trap about (or near) a child: nothing of it may be stored without a question."""
    make = {"name": _name_trap, "decimal": _decimal_trap, "swap": _swap_trap, "twins": _twin_trap, "date": _date_trap}[
        kind
    ]
    return f"{rng.choice(_BEFORE)}{make(c, roster, grams, mm, rng)}{rng.choice(_AFTER)}"


def _values(grams: int, mm: int, rng: random.Random) -> str:
    return f"{weight_said(grams, rng)[0]}{rng.choice(_BETWEEN)}{length_said(mm, rng)[0]}"


def _name_trap(c: RosterChild, roster: list[RosterChild], grams: int, mm: int, rng: random.Random) -> str:
    first = c.name.split()[0]
    other = rng.choice([o for o in roster if o.name.split()[0] != first])
    strange = rng.choice(_UNKNOWN)
    name = rng.choice((strange, f"{strange} {rng.choice(_UNKNOWN)}", f"{first} {strange}", f"Siti {strange}", "Siti", "",  # noqa: E501
                       f"{c.name} dan {other.name}", f"{c.name} atau {other.name}", f"anak bu {strange}", f"bayi ny {strange}",  # noqa: E501
                       f"{c.name} anak bu {strange}", "anak tamu", "ponakan saya", f"{strange} {first}"))  # fmt: skip
    return f"{name} {_values(grams, mm, rng)}"


def _decimal_trap(c: RosterChild, roster: list[RosterChild], grams: int, mm: int, rng: random.Random) -> str:
    kg, tenth, cm = grams // 1000, grams % 1000 // 100, comma(mm, 10)
    weight = rng.choice((f"{kg}{tenth}", f"{kg / 10:.2f}".replace(".", ","), f"{kg} {tenth}", f"bb {kg}{tenth}", f"bb {kg} {tenth}",  # noqa: E501
                         f"{kg}{tenth} kg", f"bb {grams / 10000:.3f}".replace(".", ","), f"{kg},{tenth},{tenth}", f"{kg}x{tenth}", f"{kg}:{tenth}",  # noqa: E501
                         f"bb {words(kg * 10 + tenth)}"))  # fmt: skip
    if tenth == 0 and " " in weight.removeprefix("bb "):
        weight = f"bb {kg}0"
    line = rng.choice((f"{weight} tb {cm}", f"{weight} {cm}", weight, f"{weight} / {cm} cm"))
    if rng.random() < 0.3:
        line = rng.choice((f"bb {comma(grams, 1000)} tb {mm}", f"bb {comma(grams, 1000)} tb {comma(mm, 100)}", f"{comma(grams, 1000)} {mm // 100}", f"{comma(grams, 1000)} kg tb {comma(mm, 1000)}"))  # fmt: skip  # noqa: E501
    return f"{c.name} {line}"


def _swap_trap(c: RosterChild, roster: list[RosterChild], grams: int, mm: int, rng: random.Random) -> str:
    w, h = comma(grams, 1000), comma(mm, 10)
    return f"{c.name} " + rng.choice((f"{h} {w}", f"{h}/{w}", f"bb {h} tb {w}", f"tb {w} bb {h}", f"{h} kg {w} cm", f"BB: {h} kg, TB: {w} cm", f"{w} cm {h} kg", f"berat {h} tinggi {w}", f"{h}, {w}"))  # fmt: skip  # noqa: E501


def _twin_trap(c: RosterChild, roster: list[RosterChild], grams: int, mm: int, rng: random.Random) -> str:
    one, two = roster[-2], roster[-1]
    last = one.name.split()[-1]
    name = rng.choice(("kembar", "si kembar", f"{one.name} dan {two.name}", "hasan husein", "hasan/husein", f"kembar bu {one.mother}",  # noqa: E501
                       f"anak bu {one.mother}", "husein & hasan", f"kembar {last}", "salah satu kembar", "hasan sama husein", "kembar yang kecil"))  # fmt: skip  # noqa: E501
    return f"{name} {_values(one.last_grams or 0, one.last_mm or 0, rng)}"


def _date_trap(c: RosterChild, roster: list[RosterChild], grams: int, mm: int, rng: random.Random) -> str:
    when, values = rng.choice(_FUTURE + _EARLIER), _values(grams, mm, rng)
    return rng.choice((f"{when} {c.name} {values}", f"{c.name} {when} {values}", f"{c.name} {values} {when}"))
