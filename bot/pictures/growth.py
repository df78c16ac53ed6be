"""Growth charts of one child: `petugas` with verdict and SD lines, `keluarga` calm and without any judgement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.pictures import family, staff
from bot.pictures.backdrop import backdrop
from bot.pictures.bubble import label
from bot.pictures.captions import captions
from bot.pictures.charts import Audience, Chart, ChartName, chosen
from bot.pictures.packing import png
from bot.pictures.plot import Plot
from bot.pictures.themes import THEMES, Sex, Tone
from bot.pictures.trail import Point, Spot, draw, length_of, spots
from bot.pictures.typography import Pen
from bot.pictures.words import Words, centimetres, day, indonesian, kilograms
from posyandu.anthropometry import Indicator, age_days


@dataclass(frozen=True)
class Picture:
    """A PNG and every string drawn on it, for the check of words before it is sent."""

    png: bytes
    written: tuple[str, ...]


def growth_chart(
    chart: ChartName,
    *,
    audience: Audience,
    sex: Sex,
    birth: date,
    points: Sequence[Point],
    title: str,
    bottom: str,
    tone: Tone,
    next_day: str | None = None,
    words: Words = indonesian,
) -> bytes:
    """The picture as PNG, 1080 x 1350. See `growth_picture`."""
    return growth_picture(
        chart,
        audience=audience,
        sex=sex,
        birth=birth,
        points=points,
        title=title,
        bottom=bottom,
        tone=tone,
        next_day=next_day,
        words=words,
    ).png


def growth_picture(
    chart: ChartName,
    *,
    audience: Audience,
    sex: Sex,
    birth: date,
    points: Sequence[Point],
    title: str,
    bottom: str,
    tone: Tone,
    next_day: str | None = None,
    words: Words = indonesian,
) -> Picture:
    """A child's chart with its measurements, the last of them ringed.

    petugas: `title` is the headline (name), `bottom` the verdict in one line or two (split by a newline), coloured by
    `tone`.
    keluarga: always weight for age, of the same ages; `title` is the nickname, `bottom` the large line ("" for
    "Bulan ini 8,4 kg" from the last point), `next_day` the next posyandu day in words; `tone` is not shown.
    "bb_tb" is weight for length for a child under 731 days at the last point, else weight for height.
    Texts too long are shrunk, then cut. Never raises for any numbers, dates or texts.
    """
    newest = max(points, key=lambda point: point.on, default=None)
    days = 0 if newest is None else age_days(birth, newest.on)
    kind = chosen(chart, audience, days, None if newest is None else length_of(newest, sex, birth)[0])
    theme = THEMES[audience, sex]
    base = backdrop(audience, kind.name, sex, captions(kind, audience, sex, words))
    image = base.image.convert("RGB")
    pen = Pen(image)
    trail = spots(kind, Plot(kind.x, kind.y, theme.plot), points, sex, birth)
    draw(image, trail, theme, dotted_gaps=kind.table is Indicator.WFA)
    last = next((spot for spot in reversed(trail) if spot.shown), None)
    if last is not None:
        label(image, pen, trail, last, _measures(kind, last, words), theme)
    if audience == "petugas":
        measured = "" if last is None else words("petugas.measured").format(day=day(last.point.on, words))
        staff.write(image, pen, theme, words(f"sex.{sex}"), title, measured, bottom, tone)
    else:
        next_label = words("keluarga.next_day") if next_day else words("keluarga.welcome")
        family.write(image, pen, theme, title, bottom or _this_month(last, words), next_label, next_day or "")
    return Picture(png(image, base.image), (*base.written, *pen.written))


def _measures(chart: Chart, spot: Spot, words: Words) -> str:
    """The spot in numbers as they were measured: "8,4 kg", "70,2 cm", or both."""
    weight = kilograms(spot.point.weight_g or 0, words) + " " + words("axis.kg")
    length = centimetres(spot.point.length_mm or 0, words) + " " + words("axis.cm")
    if chart.by_age:
        return weight if chart.weighs else length
    return f"{weight} · {length}"


def _this_month(last: Spot | None, words: Words) -> str:
    if last is None or last.point.weight_g is None:
        return ""
    return words("keluarga.this_month").format(kg=kilograms(last.point.weight_g, words))
