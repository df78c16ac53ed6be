"""What a parent or a pregnant woman asks in her own words, so far as a few words tell it. Pure.

`asked` gives the first that fits, the most urgent first; None is no shame: she is shown to the kader or the midwife.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Asked(StrEnum):
    """What it is about; also the name of the words under `family` that answer it, where there are such."""

    NOW = "now"
    LOSS = "loss"
    CALL = "why_called"
    BLAME = "blame"
    VACCINE = "vaccine"
    SICK = "sick"
    FOOD = "food"
    FEAR = "fear"
    SEEN_BY = "seen_by"
    DATA = "data"
    NUMBER = "number"
    SHARED = "shared"
    FAMILY = "family"
    WEIGHT = "weight"
    WHEN = "when"
    WHO = "who"
    MEANING = "meaning"


_NOT = r"(?:tidak|tdk|tak|gak?|nggak|ngga|enggak|ndak|susah|sulit)"
_NOT_ILL = r"(?<!tidak )(?<!tdk )(?<!ga )(?<!gak )(?<!nggak )(?<!habis )(?<!abis )(?<!sudah )"
_PATTERNS: dict[Asked, str] = {
    Asked.NOW: (
        rf"{_NOT_ILL}\bkejang|\bsesak\b|\b{_NOT} (?:ber)?na[pf]as|\b{_NOT} sadar|\bpingsan|\bkeracunan"
        r"|\blemas (?:sekali|banget|terus|bgt)"
        rf"|\b{_NOT} mau (?:minum(?! (?:obat|vit|kapsul|oralit))|menyusu|nyusu|netek|nenen|asi)\b"
        r"|\bmuntah (?:terus|semua)|\bbibir\w* biru|\bbengkak (?:di )?(?:kedua )?kaki|\bkaki\w* bengkak"
        r"|\bpe[rn]darahan|\b(?:keluar|muntah|berak|bab) darah"
        r"|\b(?:bab|pup|berak|tinja)\w*(?: \w+)? berdarah|\bstep\b|\bketuban"
        rf"|\b(?:bayi|janin)\w*(?: \w+)? {_NOT} (?:ber)?gerak|\bpandangan\w* kabur|\bmau melahirkan|\bkontraksi"
    ),
    Asked.LOSS: r"\b(?:keguguran|meninggal|wafat|berpulang)\b",
    Asked.CALL: (
        r"\b(?:kenapa|mengapa|knp|ada apa|mau apa)\b.*\bbidan"
        r"|\bbidan\b.*\b(?:kenapa|mengapa|knp|ada apa|mau apa|ketemu)\b"
        r"|\banak (?:saya|ku) (?:kenapa|knp)\b|\bgizi (?:buruk|kurang)\b|\bkurang gizi\b|\bstunting\b"
        r"|\bnormal (?:ga|gak|tidak)\b"
    ),
    Asked.BLAME: (
        r"\bsalah (?:saya|aku|ibu)\b|\bibu (?:yang |yg )?(?:buruk|jahat|jelek)\b|\bmerasa bersalah"
        r"|\b(?:tidak|tdk|gak?|nggak|ngga|belum) naik"
    ),
    Asked.VACCINE: r"\b(?:imunisasi|vaksin|suntik|vitamin)\b",
    Asked.SICK: (
        r"\b(?:demam|meriang|mencret|diare|muntah|muntaber|batuk|pilek|mual|pusing|ruam|campak|cacar|sakit)\b"
        r"|\b(?:mata|badan|kulit)\w* kuning|\bkuning (?:mata|badan|kulit)"
        r"|\bpanas (?:tinggi|badan|terus|dingin)|\bbadan\w* panas"
    ),
    Asked.FOOD: (
        r"\bmakan apa\b|\b(?:susah|sulit|malas|(?:tidak|tdk|ga|gak|nggak) mau) makan\b|\bgtm\b|\bmpasi\b|\balergi\b"
    ),
    Asked.FEAR: r"\b(?:takut|khawatir|kuatir|cemas|sedih)\b",
    Asked.SEEN_BY: (
        r"\bsiapa (?:saja |aja )?(?:yang |yg )?(?:bisa |boleh )?(?:me)?(?:lihat|liat|baca|tahu|tau)\b"
        r"|\b(?:untuk|buat) apa\b|\bapa (?:guna|untung|manfaat)\w*|\b(?:kenapa|mengapa) (?:harus|perlu|minta|diminta)\b"
    ),
    Asked.DATA: (
        r"\bdata\b.*\b(?:di)?(?:simpan|tercatat|catat)\b|\bdata\b.*\bapa (?:saja|aja)\b|\bapa (?:saja|aja)\b.*\bdata\b"
    ),
    Asked.NUMBER: (
        r"\b(?:ganti|berganti|pindah) (?:nomor|nomer|no|hp|wa|kartu)\b"
        r"|\b(?:nomor|nomer|no|hp|kartu)\b.*\b(?:di)?(?:ganti|berganti|hilang|rusak|baru)\b"
    ),
    Asked.SHARED: r"\b(?:hp|hape|nomor|wa)\w*\b.*\b(?:bareng\w*|berdua|gantian|pinjam|dipakai|dipake|sama suami)\b",
    Asked.FAMILY: (
        r"\b(?:suami|bapaknya|ayahnya|nenek|neneknya|kakek|kakeknya|pengasuh\w*)\b"
        r".*\b(?:juga|ikut|terima|dapat|dapet|dikirim\w*|kirim)\b"
    ),
    Asked.WHEN: (
        r"\b(?:kapan|tanggal berapa|hari apa|jadwal|jam berapa|pukul berapa|alamat)\b"
        r"|\bdi ?mana (?:posyandu|tempat|timbang)"
    ),
    Asked.WEIGHT: (
        r"\bberapa (?:kilo|kg|berat|bb)\w*|\bberat\w* (?:\w+ ){0,3}berapa\b|\b(?:hasil|data) timbang\w*"
        r"|\bsudah berapa (?:kilo|kg)|\bberapa (?:tinggi|panjang)|\b(?:tinggi|panjang)\w* (?:\w+ ){0,3}berapa\b"
    ),
    Asked.WHO: (
        r"\b(?:siapa ini|ini siapa|kamu siapa|anda siapa)\b"
        r"|\b(?:bot|robot|mesin|orang) (?:apa|atau) (?:bot|robot|mesin|orang)\b|\bini (?:ro)?bot\b"
    ),
    Asked.MEANING: (
        r"\b(?:ini|itu|pesan(?:nya)?|gambar(?:nya)?|angka(?:nya)?)\s+(?:\w+\s+)?(?:apa|maksud\w*|arti\w*)\b"
        r"|\b(?:apa|maksud\w*|arti\w*)\s+(?:\w+\s+)?(?:ini|itu|pesan\w*|gambar\w*|angka\w*)\b"
        r"|^\W*(?:apa\s+)?(?:maksud|arti)(?:nya)?\b|\b(?:maksud|arti)nya\s+apa\b"
    ),
}
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}


def asked(text: str) -> Asked | None:
    """What these words are about, the first that fits."""
    said = " ".join(text.casefold().split())
    return next((kind for kind, pattern in _COMPILED.items() if pattern.search(said)), None)


def urgent(text: str) -> bool:
    """Does it speak of what cannot wait for anybody's answer?"""
    return _COMPILED[Asked.NOW].search(" ".join(text.casefold().split())) is not None
