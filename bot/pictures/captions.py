"""The words that stand on every picture of a chart, gathered so that a backdrop can be kept by them."""

from dataclasses import dataclass

from bot.pictures.charts import Audience, Chart
from bot.pictures.themes import Sex
from bot.pictures.words import Words


@dataclass(frozen=True)
class Captions:
    """The words of a backdrop, in one language."""

    subtitle: str
    sex: str
    across: str
    upward: str
    sd: str
    foot: str
    legend: tuple[str, ...] = ()


def captions(chart: Chart, audience: Audience, sex: Sex, words: Words) -> Captions:
    """The words that belong to a chart."""
    if audience == "keluarga":
        return Captions(
            words(chart.title), "", words(chart.x_words), words(chart.y_words), "", words("keluarga.closing")
        )
    return Captions(
        words(chart.title),
        words(f"sex.{sex}"),
        words(chart.x_words),
        words(chart.y_words),
        words("axis.sd"),
        words("petugas.source"),
        (*(words(key) for _, key in chart.legend), words("legend.latest")),
    )
