"""Words that no family reads from us: diagnoses, labels, blame, and the vocabulary of the register.

Checked on every text for a family at sending (bot/gentle.py) and on every catalogue text, template and drawn string in
tests. What stands in “quotes” is what she typed herself and is left out.
"""

from __future__ import annotations

import re

# Stems and phrases; each is matched as a word of its own, in any case, with Indonesian endings.
BANNED = (
    "stunting", "stunted", "pendek", "gizi buruk", "gizi kurang", "gizi lebih", "kurang gizi", "busung lapar",
    "malnutrisi", "marasmus", "kwashiorkor", "wasting", "wasted", "underweight", "overweight", "obesitas", "obese",
    "kurus", "kegemukan", "gagal", "bahaya", "bgm", "bawah garis merah", "garis merah", "garis oranye", "pita kuning",
    "z-score", "zscore", "2t", "bb/u", "tb/u", "pb/u", "bb/tb", "bb/pb", "imt/u", "mikrosefali", "makrosefali",
    "risiko",
    "skrining", "kasus", "diagnosis", "diagnosa", "penyakit", "abnormal", "tidak normal", "lalai", "kelalaian",
    "salah ibu", "kesalahan ibu", "ibu salah", "malas", "bodoh", "terlambat tumbuh", "severe", "danger", "failure",
    "failed", "at risk", "malnourished", "malnutrition", "case", "screening", "red line", "your fault", "neglect",
)  # fmt: skip
_ENDINGS = r"(?:nya|an|kan|mu|ku|lah|kah|pun)?"
_BEFORE = r"(?:ke|ter|ber|me|pe|se|di)?"
_WORDS = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(BANNED, key=len, reverse=True))
_FOUND = re.compile(rf"(?<![\w/]){_BEFORE}({_WORDS}){_ENDINGS}(?![\w/])", re.IGNORECASE)
_SD = re.compile(r"[-−+±]?\s?\d+(?:[.,]\d+)?\s?SD\b", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”")


def frightening(text: str) -> tuple[str, ...]:
    """The banned words in a text for a family, as they stand there; empty when it may go out."""
    plain = _QUOTED.sub("", text.replace("*", "").replace("_", ""))
    return (*(m[0] for m in _FOUND.finditer(plain)), *(m[0] for m in _SD.finditer(plain)))
