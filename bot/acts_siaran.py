"""Siaran in words and buttons: "siaran ke semua kader Kec. Cibinong: ...", "status siaran", what hangs below one."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.files import file_of
from bot.talk import Talk
from posyandu.commands.board import ShowBoard
from posyandu.commands.siaran import (
    AnswerRequest,
    BroadcastSheet,
    LeaveOut,
    ReportBroadcast,
    ResendFailed,
    SendBroadcast,
    ShowBroadcast,
    SteerBroadcast,
    TryBroadcast,
)
from posyandu.siaran import CREW, FAMILIES, LONGEST, OFFICERS, SENDERS, STRATA, TO_FAMILIES, Audience, left_out
from storage import leaving_out, siaran, siaran_places

# The talk that each of these words begins.
FLOW_WORDS = {"siaran": "siaran", "pengumuman": "siaran", "lapor": "lapor", "laporkan": "lapor"}
BOARD = {"papan kader", "papan", "siapa sudah bergabung"}
STATUS = {"status siaran", "siaran saya", "siaran terakhir", "hasil siaran"}
LINE = re.compile(r"^(?:siaran|umumkan|pengumuman)\s+(?:ke|kepada|untuk|buat)\s+", re.IGNORECASE)
STEERED = re.compile(r"^(jeda|lanjutkan|hentikan|status|ulangi|ulang)\s+siaran(?:\s+(\d{1,12}))?$", re.IGNORECASE)
HOW = {"jeda": "pause", "lanjutkan": "resume", "hentikan": "stop"}
EXCEPT = re.compile(r"\b(?:kecuali|selain|tanpa)\b\s*", re.IGNORECASE)
LEAVES = re.compile(r"^\s*(?:kecuali(?:kan)?|selain|tanpa)\s+\S", re.IGNORECASE)
SILENT = re.compile(
    r"\byang\s+(?:belum|blm)\s+(?:lapor|melapor|setor|mengisi|input)(?:\s+bulan\s+ini)?\b", re.IGNORECASE
)
FILLER = re.compile(r"\b(?:semua|seluruh|para|se|di|dari|dan|serta|wilayah|strata|ibu-ibu)\b\s*|&", re.IGNORECASE)
FAMILY = re.compile(r"\b(?:keluarga|orang\s*tua|wali|ibu\s+balita|ortu)\b", re.IGNORECASE)
# Whom a line names, the longer names first; several may stand in one line.
NAMED_ROLES = tuple(
    (re.compile(rf"\b(?:{said})\b", re.IGNORECASE), roles)
    for said, roles in (
        (r"ketua(?:\s+kader|\s+posyandu)?", ("ketua",)),
        (r"tp[\s.-]?pkk|pkk", ("tp_pkk",)),
        (r"tp[\s.-]?posyandu", ("tp_posyandu",)),
        (r"kader(?:\s+posyandu)?", CREW),
        (r"petugas\s+gizi|tpg", ("tpg",)),
        (r"petugas", OFFICERS),
        (r"bidan(?:\s+desa)?", ("bidan",)),
        ("kpm", ("kpm",)),
        ("tpk", ("tpk",)),
        ("plkb", ("plkb",)),
    )
)
KINDS = {CREW: "kader", ("ketua",): "ketua", OFFICERS: "petugas", (*CREW, *OFFICERS): "semua"}


def line(talk: Talk, text: str) -> bool:
    """A whole siaran in one message, as far as it says what is asked; False when it is none."""
    person = talk.person
    said = " ".join(text.split())
    if person is None or not person.scope.roles & (SENDERS | TO_FAMILIES):
        return False
    if said.casefold() in BOARD:
        return _board(talk)
    if said.casefold() in STATUS or STEERED.match(said):
        return _about(talk, said)
    opening = LINE.match(text)
    if opening is None:
        return _narrow(talk, text)
    head, _, body = _split(text[opening.end() :])
    seed = _read_head(talk, head)
    if seed is None:
        return True
    if body:
        seed["detail" if seed.get("who") == "keluarga" else "text"] = body[:LONGEST]
    if talk.row.file and json.loads(talk.row.file).get("kind") in ("image", "document") and file_of(talk.tx, talk.row):
        seed["file"] = talk.row.id
    talk.start("siaran", seed)
    return True


def _split(rest: str) -> tuple[str, str, str]:
    """Whom it is for, and the text after a colon or on the next line."""
    cut = re.search(r":\s|\n", rest)
    return (rest, "", "") if cut is None else (rest[: cut.start()], cut[0], rest[cut.end() :].strip())


def _read_head(talk: Talk, head: str) -> dict[str, Any] | None:
    """What the talk already knows; None when the answer has been given: it is outside her area."""
    person, seed = talk.person, dict[str, Any]()
    assert person is not None
    head, *without = EXCEPT.split(head, maxsplit=1)
    silent = SILENT.search(head)
    head = SILENT.sub(" ", head)
    families = FAMILY.search(head) is not None
    if families and not person.scope.roles & TO_FAMILIES:
        talk.says.append(("siaran.not_to_them", {}))
        return None
    head = _who(FAMILY.sub(" ", head), seed, families=families)
    if silent:
        seed["who"] = "silent"
    for strata in STRATA:
        if re.search(rf"\b{strata}\b", head, re.IGNORECASE):
            seed["strata"], head = strata, re.sub(rf"\b{strata}\b", " ", head, flags=re.IGNORECASE)
    where = " ".join(FILLER.sub(" ", head).split()).strip(" ,.")
    place, how = siaran_places.find(talk.tx, person.scope, where, families=families)
    if how == "outside":
        talk.says.append(("siaran.outside", {"place": where}))
        return None
    if place is not None:
        seed["where"] = place.id
        if how == "part":
            talk.says.append(("siaran.only_part", {"place": place.name}))
    elif where:
        talk.says.append(("siaran.which_place", {"text": where}))
    for part in left_out(without[0]) if without else ():
        _leave_out(talk, part, seed, families=families)
    return seed


def _who(head: str, seed: dict[str, Any], *, families: bool) -> str:
    """Notes whom the line names; what is left of it."""
    if families:
        seed["who"] = "keluarga"
        return head
    named: set[str] = set()
    for pattern, roles in NAMED_ROLES:
        if pattern.search(head):
            named |= set(roles)
            head = pattern.sub(" ", head, count=1)
    chosen = tuple(r for r in (*CREW, *OFFICERS) if r in named)
    if chosen:
        seed["who"] = KINDS.get(chosen) or ("petugas" if named <= set(OFFICERS) else "semua")
        seed["roles"] = list(chosen)
    return head


def _leave_out(talk: Talk, said: str, seed: dict[str, Any], *, families: bool) -> None:
    """What the first line leaves out already; what is not clear is named below the plan."""
    assert talk.person is not None
    scope, found = talk.person.scope, dict[str, str]()
    for one in [Audience(FAMILIES)] if families else leaving_out.everybody(scope):
        found |= {n.id: n.name for n in leaving_out.find(talk.tx, scope, said, one, talk.now, talk.today.isoformat())}
    if len(found) == 1:
        seed.setdefault("except", []).extend(found)
    else:
        talk.says.append(("siaran.except_several" if found else "siaran.except_unknown", {"text": said}))


def _narrow(talk: Talk, said: str) -> bool:
    """ "kecuali Posyandu Melati" below the plan of a siaran that has not begun."""
    assert talk.person is not None
    if not LEAVES.match(said) or talk.session.flow not in (None, "menu"):
        return False
    number = talk.look.unsent()
    if number is None:
        latest = talk.tx.value(siaran.LATEST, person_id=talk.person.id, most=1)
        row = siaran.load(talk.tx, latest) if latest is not None else None
        if row is None or row.state == "dropped":
            return False
        talk.says.append(("siaran.except_late", {"number": row.id}))
        return True
    named = left_out(said)
    known = [one for one in named if talk.look.to_leave_out(number, one)]
    talk.says += [("siaran.except_nobody", {"text": one}) for one in named if one not in known]
    talk.start("siaran_except", {"number": number, **({"who": ", ".join(known)} if known else {})})
    return True


def _about(talk: Talk, said: str) -> bool:
    """Words about one that is there: the latest, or the one of this number."""
    assert talk.person is not None
    steered = STEERED.match(said)
    latest = talk.tx.value(siaran.LATEST, person_id=talk.person.id, most=1)
    number = int(steered[2]) if steered is not None and steered[2] else latest
    if number is None:
        talk.says.append(("siaran.none", {}))
    elif steered is not None and steered[1].lower() in HOW:
        talk.do(SteerBroadcast(number, HOW[steered[1].lower()]))
    elif steered is not None and steered[1].lower().startswith("ulang"):
        talk.do(ResendFailed(number))
    else:
        talk.do(ShowBroadcast(number))
    return True


def _board(talk: Talk) -> bool:
    """The board of each of her own places."""
    assert talk.person is not None
    for post in talk.person.scope.posts:
        if post.role in SENDERS | TO_FAMILIES:
            talk.do(ShowBoard(post.area, post.puskesmas_id, post.posyandu_id))
    return True


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """ "!siaran:7:send"; False when it is no such button. ValueError, IndexError: a button that nobody made."""
    if name in ("board", "board_qr"):
        kind, which = parts
        number = None if kind == "area" else int(which[:12])
        area, center = (which if kind == "area" else None), (number if kind == "puskesmas" else None)
        talk.do(ShowBoard(area, center, number if kind == "posyandu" else None, sheet=True, qr=name == "board_qr"))
        return True
    if name != "siaran":
        return False
    number, verb = int(parts[0][:12]), parts[1]
    if verb in ("later", "except"):
        talk.start(f"siaran_{verb}", {"number": number})
    elif verb == "answer":
        row = siaran.load(talk.tx, number)
        talk.start("siaran_answer", {"number": number, "sender": row.sender if row else ""}, park=True)
    else:
        talk.do(_command(number, verb))
    return True


def _command(number: int, verb: str) -> object:
    if verb in ("pause", "resume", "stop", "drop"):
        return SteerBroadcast(number, verb)
    if verb in ("yes", "no"):
        return AnswerRequest(number, verb == "yes")
    if verb in ("sheet", "ketua"):
        return BroadcastSheet(number, "proof" if verb == "sheet" else "ketua")
    if verb == "include":
        return LeaveOut(number)
    others = {"send": SendBroadcast, "try": TryBroadcast, "status": ShowBroadcast, "resend": ResendFailed}
    if verb == "report":
        return ReportBroadcast(number)
    if verb not in others:
        raise ValueError(verb)
    return others[verb](number)
