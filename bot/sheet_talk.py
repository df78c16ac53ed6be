"""What a talk does with files and recaps: a document she sends, "rekap oktober ciriung", and buttons about files."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from bot.dialogue import Said
from bot.dialogue.matching import folded
from bot.files import file_of
from bot.picked import number
from bot.talk import Talk
from posyandu.access import NAMED
from posyandu.calendar import month_of
from posyandu.commands import DropSheet, ExportNames, ExportNumbers, ReadSheet, SendSheet, ShowRecap, StoreSheet
from posyandu.commands.sheets import NAMED_SHEETS, NUMBER_SHEETS
from posyandu.commands.telaah import ShowTelaah
from posyandu.entry.dates import read_month
from posyandu.people import Role
from posyandu.queries import PlaceView

TELAAH = re.compile(r"(?:telaah|strata)\s+(.+)", re.IGNORECASE | re.DOTALL)
PICTURE = re.compile(r"(?:grafik|gambar|kms)\s+(?:anak\s+)?(.+)", re.IGNORECASE)
RECAP = re.compile(r"(?:rekap|skdn|recap)\s+(.+)", re.IGNORECASE | re.DOTALL)
MONTH_WORDS = 4  # "bulan oktober 2026" is three words, "bulan lalu" two
SHEET = re.compile(r"\.(xlsx|xls|csv|htm|html)$", re.IGNORECASE)


def file(talk: Talk) -> bool:
    """Is it a sheet from somebody who may put one into the book? Then it is looked through."""
    heard = json.loads(talk.row.file or "{}")
    person = talk.person
    if person is None or heard.get("kind") != "document" or not SHEET.search(str(heard.get("filename", ""))):
        return False
    posts = person.scope.posts
    post = next((p for p in posts if p.role in NAMED), next((p for p in posts if p.role is Role.OPERATOR), None))
    if post is None:
        return False
    if file_of(talk.tx, talk.row) is None:
        talk.says.append(("files.lost", {}))
        return True
    talk.do(ReadSheet(talk.row.id, post.posyandu_id, post.puskesmas_id, post.area))
    talk.show_again()
    return True


def place_words(talk: Talk, text: str) -> bool:
    """ "rekap oktober ciriung", "telaah ciriung", "grafik azzam"."""
    return recap_words(talk, text) or telaah_words(talk, text) or picture_words(talk, text)


def picture_words(talk: Talk, text: str) -> bool:
    """ "grafik azzam": the picture, without the question whose; of several posyandu the one is asked first."""
    said = PICTURE.fullmatch(text.strip())
    if said is None or talk.person is None or not talk.person.scope.roles & NAMED:
        return False
    before, spoken = talk.session, len(talk.says)
    talk.look_aside("picture")
    if talk.question is not None and talk.question["name"] == "picture.child":
        talk.question = None
        if before.flow not in (None, "menu") and before.begun:  # a mere look: what she was doing goes on below it
            del talk.says[spoken:]
            talk.session = replace(talk.session, parked=before)
        talk.go(Said(said[1]))
    return True


def recap_words(talk: Talk, text: str) -> bool:
    """ "rekap oktober", "rekap 2026-10", "rekap ciriung", "rekap okt rw 14": the month, then the place."""
    said = RECAP.fullmatch(text.strip())
    if said is None:
        return False
    words = said[1].split()
    month, rest = _month(talk, words)
    places = talk.look.number_places()
    found = _named(places, rest) if rest else places[:1]
    if month is None and len(found) != 1:
        return False
    if len(found) != 1:
        _which(talk, " ".join(rest), found or places)
        return True
    place = found[0]
    talk.do(ShowRecap(month or month_of(talk.today), place.posyandu_id, place.puskesmas_id, place.area))
    return True


def telaah_words(talk: Talk, text: str) -> bool:
    """ "telaah ciriung": of that place."""
    said = TELAAH.fullmatch(text.strip())
    if said is None:
        return False
    places = talk.look.number_places()
    found = _named(places, said[1].split())
    if len(found) != 1:
        _which(talk, said[1], found or places)
    else:
        place = found[0]
        talk.do(ShowTelaah(month_of(talk.today), place.posyandu_id, place.puskesmas_id, place.area))
    return True


def _which(talk: Talk, text: str, places: list[PlaceView]) -> None:
    rows = [{"it": p.name} for p in places[:8]]
    talk.says.append(("recap.which_place" if rows else "refused", {"text": text, "rows": rows}))


def _month(talk: Talk, words: list[str]) -> tuple[str | None, list[str]]:
    """The month that the first or last words name, and the other words."""
    for length in range(min(MONTH_WORDS, len(words)), 0, -1):
        for part, rest in ((words[:length], words[length:]), (words[-length:], words[:-length])):
            found = read_month(" ".join(part), talk.today)
            # A bare number belongs to a name ("RW 14"), unless it is all that was said.
            if found is not None and (not part[0].isdigit() or len(words) == 1 or len(part) > 1):
                return f"{found[0]:04d}-{found[1]:02d}", rest
    return None, words


def _named(places: list[PlaceView], words: list[str]) -> list[PlaceView]:
    """The places whose name holds every word; one that is named in full comes alone."""
    wanted = folded(" ".join(words)).split()
    exact = [p for p in places if folded(p.name) == " ".join(wanted)]
    return exact or [p for p in places if set(wanted) <= set(folded(p.name).split())]


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """Buttons about files: "!file:skdn:2026-10:posyandu:3", "!storesheet:7", "!dropsheet:7", "!mapsheet:7"."""
    if name == "file" and len(parts) == 4:
        _file(talk, parts[0], parts[1], f"{parts[2]}:{parts[3]}")
    elif name == "sheets":
        talk.start("sheets")
    elif name == "storesheet":
        talk.do(StoreSheet(number(parts[0])))
    elif name == "dropsheet":
        talk.do(DropSheet(number(parts[0])))
    elif name == "sendsheet":
        talk.do(SendSheet(number(parts[0])))
    elif name == "mapsheet":
        talk.start("columns", {"job": number(parts[0])})
    else:
        return False
    return True


def _file(talk: Talk, kind: str, month: str, place: str) -> None:
    found = next((p for p in talk.look.number_places() if p.id == place), None)
    if found is None or kind not in NAMED_SHEETS + NUMBER_SHEETS:
        talk.says.append(("hints.old_button", {}))
        return
    command = ExportNames if kind in NAMED_SHEETS else ExportNumbers
    talk.do(command(kind, month, "xlsx", found.posyandu_id, found.puskesmas_id, found.area))
