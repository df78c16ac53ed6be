"""What a parent asks in her own words: what is understood, what comes first, and what is left to the kader."""

from __future__ import annotations

import pytest

from posyandu.family_asks import Asked, asked, urgent

NOW = (
    "anak kejang!", "Bu tolong anak saya sesak", "bayinya ga mau nyusu dari pagi", "anak lemas banget",
    "kakinya bengkak dua duanya", "saya keluar darah", "ketuban sudah pecah", "janinnya tidak gerak seharian",
    "bayi saya ga gerak dari kemarin", "pup nya berdarah", "step tadi malam",
    "muntah terus dari tadi", "perdarahan bu", "susah napas",
)  # fmt: skip
NOT_NOW = (
    "tidak kejang kok, cuma panas", "anak saya demam", "tidak naik lagi", "kapan posyandu", "boleh bu",
    "dia ga mau minum vitamin", "habis kejang minggu lalu",
    "anak saya tidak mau makan", "bu saya lemas lihat harga beras",
)  # fmt: skip


@pytest.mark.parametrize("text", NOW)
def test_what_cannot_wait_is_known_at_once(text: str) -> None:
    assert urgent(text)
    assert asked(text) is Asked.NOW


@pytest.mark.parametrize("text", NOT_NOW)
def test_nobody_is_sent_running_for_less(text: str) -> None:
    assert not urgent(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("kenapa beratnya tidak naik, apa salah saya?", Asked.BLAME),
        ("anak demam dari semalam", Asked.SICK),
        ("saya takut bu", Asked.FEAR),
        ("siapa saja yang bisa lihat?", Asked.SEEN_BY),
        ("untuk apa datanya", Asked.SEEN_BY),
        ("data anak saya apa saja yg disimpan?", Asked.DATA),
        ("nomor saya ganti bu", Asked.NUMBER),
        ("suami saya mau juga dapat pesan", Asked.FAMILY),
        ("jam berapa bukanya", Asked.WHEN),
        ("dimana posyandunya", Asked.WHEN),
        ("anak saya sudah berapa kilo ya", Asked.WEIGHT),
        ("beratnya sekarang berapa", Asked.WEIGHT),
        ("ini bot apa orang?", Asked.WHO),
        ("apa artinya?", Asked.MEANING),
        ("hp nya barengan sama suami", Asked.SHARED),
        ("kuning matanya bu", Asked.SICK),
        ("berapa tinggi anak saya", Asked.WEIGHT),
        ("saya keguguran", Asked.LOSS),
        ("kenapa bidan mau ketemu?", Asked.CALL),
        ("anak saya gizi buruk ya?", Asked.CALL),
        ("imunisasi campak kapan", Asked.VACCINE),
        ("anaknya makan apa ya biar gemuk", Asked.FOOD),
        ("demam dan susah makan", Asked.SICK),
        ("kucing tetangga lucu", None),
        ("Cici 8,4", None),
        ("ya", None),
    ],
)
def test_the_rest_is_told_apart(text: str, kind: Asked | None) -> None:
    assert asked(text) is kind
