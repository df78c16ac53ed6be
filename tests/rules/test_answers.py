"""What is typed at one question: a number in words or among other words is the number, half a number is asked again."""

import pytest

from posyandu.answers import read_extras, read_length, read_muac, read_weight


@pytest.mark.parametrize(
    ("said", "grams"),
    [
        ("sebelas koma dua", 11200), ("8 kilo 4 ons", 8400), ("sebelas kilo dua ons", 11200),
        ("dua belas setengah", 12500), ("8,4 kg bu", 8400), ("8 koma 4", 8400), ("8, 4", 8400), ("lupa", None),
    ],
)  # fmt: skip
def test_weights_in_words(said: str, grams: int | None) -> None:
    assert read_weight(said) == grams


def test_lengths_arms_and_extras_in_words() -> None:
    assert read_length("sembilan puluh tiga") == read_length("93 cm bu") == 930
    assert read_muac("sebelas koma dua") == read_muac("11,2 cm ya") == 112
    assert read_extras("lila lima belas koma dua vit a merah") == {"muac": 152, "vita": 2}
    assert read_extras("LILA 14,5 lk empat puluh lima") == {"muac": 145, "head": 450}
    assert read_extras("bengkak dua kaki") == {"oedema": 1}


@pytest.mark.parametrize("said", ["9 kg kurang 1 ons", "tujuh enam", "11,2 83", "kira-kira 9"])
def test_what_may_mean_another_weight_is_asked(said: str) -> None:
    with pytest.raises(ValueError, match="ambiguous"):
        read_weight(said)
