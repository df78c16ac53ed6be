"""How a line is said: as a question, a guess, a plan, an example, a correction, a denial. Then nothing is stored."""

from dataclasses import dataclass

from posyandu.entry.lexer import Item
from posyandu.entry.reading import Why

_REASONS = (
    ("doubt.correction", Why.CORRECTION), ("doubt.example", Why.EXAMPLE), ("doubt.plan", Why.PLAN),
    ("doubt.hedge", Why.HEDGED), ("doubt.held", Why.HEDGED),
)  # fmt: skip
# After "tidak" these say nothing against the measures: "tidak bengkak", "ga naik", "gak rewel", "tanpa baju".
_HARMLESS_LISTS = (
    "doubt.gain", "attendance.ill", "attendance.refused", "extra", "not_a_measure", "attendance.moved", "talk.goods",
)  # fmt: skip
_HARMLESS = frozenset(["ada", "apa", "apa2", "masalah", "kenapa", "kenapa2", "pakai", "pake", "makan", "susah", "berubah", "sehat", "lemas", "lahap", "mau_makan", "pernah", "terlalu", "begitu", "banyak", "aktif", "turun", "naik", "keluhan", "minum", "netek", "menyusu", "merangkak", "jalan", "duduk", "bicara", "tumbuh", "imunisasi", "vaksin", "kb", "popok", "sepatu", "baju", "celana", "pampers", "jaket", "alas", "sandal", "kelainan", "alergi", "gangguan", "obat", "suntik", "pmt", "kembar", "asi", "sufor", "bgm", "rujuk", "dirujuk", "lancar", "masuk", "puasa", "kmr", "kms", "buku"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manner:
    """Whether a question was asked, and the first reason not to believe what is said."""

    question: bool = False
    reason: Why | None = None
    detail: str = ""


def read_manner(items: list[Item], inside: frozenset[int] = frozenset()) -> Manner:
    """How a line is said; `inside` are places that belong to a measure ("9 kg lebih 4 ons")."""
    question = any(i.has("doubt.question") or i.text == "?" for i in items)
    for tag, why in _REASONS:
        for at, item in enumerate(items):
            if at in inside or not item.has(tag):
                continue
            if item.text == "an" and not (at and items[at - 1].kind == "number"):
                continue
            if item.text in ("kalau", "kalo", "klo", "kl") and _label_after(items, at):
                continue  # "kalau tingginya 76": as for the height
            if item.text in ("kurang", "lebih") and item.has("doubt.gain") and _number_after(items, at):
                continue
            return Manner(question, why, item.text)
    if (denied := _denied(items)) is not None:
        return Manner(question, Why.NEGATED, denied)
    return Manner(question)


def _number_after(items: list[Item], at: int) -> bool:
    return at + 1 < len(items) and items[at + 1].kind == "number"


def _label_after(items: list[Item], at: int) -> bool:
    return at + 1 < len(items) and items[at + 1].has("label", "weak")


def _denied(items: list[Item]) -> str | None:
    """The first "tidak" or "belum" that may speak of the measures."""
    past = False
    for at, item in enumerate(items):
        if item.has("doubt.past"):
            past = True
        elif item.has("doubt.now"):
            past = False
        if past or item.kind != "word" or not item.has("negation"):
            continue
        following = [i for i in items[at + 1 : at + 4] if i.kind == "word"]
        if item.text in ("g", "tk", "can", "no") and (not following or items[at - 1].kind == "number"):
            continue
        if item.text == "g" and not following[0].has("attendance"):
            continue
        if not following or not _harmless(following):
            return item.text
    return None


def _harmless(following: list[Item]) -> bool:
    first = following[0]
    if first.text in ("bisa", "bs", "mau", "mw") and len(following) > 1:
        first = following[1]
        return first.text in _HARMLESS and not first.has("attendance.weighing")
    if first.text in ("naik timbangan",) or (
        first.has("attendance.weighing", "attendance.come") and not first.has("doubt.gain")
    ):
        return False
    return first.text in _HARMLESS or any(first.has(t) for t in _HARMLESS_LISTS)
