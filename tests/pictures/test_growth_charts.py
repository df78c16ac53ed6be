"""What is on a growth chart: the WHO lines, the child's line, and its words."""

from datetime import date

import pytest
from PIL import Image

from bot.pictures import Point, growth_picture
from bot.pictures.bands import KMS_LINES
from bot.pictures.charts import STAFF, ChartName
from bot.pictures.themes import HEIGHT, THEMES, TONES, WIDTH, Sex
from posyandu.anthropometry import DAYS_PER_MONTH, Indicator, lms, value_at
from posyandu.anthropometry import Sex as StandardSex
from tests.pictures.children import BORN, visits
from tests.pictures.drawing import at, chart, near

LINE = {line.sd: line.colour for line in KMS_LINES}
CHILD = THEMES["petugas", "L"].line

# Weight-for-age in kg computed from WHO's coefficients with WHO's own program: sex, day, -3, -2, 0, +1 SD.
WHO = [
    ("bb_u_0_24", "L", 30, 2.92, 3.38, 4.45, 5.08),
    ("bb_u_0_24", "L", 183, 5.68, 6.36, 7.94, 8.85),
    ("bb_u_0_24", "L", 365, 6.93, 7.74, 9.65, 10.76),
    ("bb_u_0_24", "P", 91, 3.99, 4.53, 5.84, 6.62),
    ("bb_u_0_24", "P", 365, 6.27, 7.04, 8.95, 10.13),
    ("bb_u_24_60", "L", 1096, 10.02, 11.28, 14.34, 16.20),
    ("bb_u_24_60", "L", 1461, 11.24, 12.71, 16.35, 18.59),
    ("bb_u_24_60", "P", 1796, 11.96, 13.63, 18.05, 21.00),
]


@pytest.mark.parametrize(("name", "sex", "day", "red", "minus_2", "median", "orange"), WHO)
def test_the_lines_lie_where_who_puts_them(
    name: ChartName, sex: Sex, day: int, red: float, minus_2: float, median: float, orange: float
) -> None:
    image = chart(name, sex=sex)
    for sd, kilograms in ((-3, red), (-2, minus_2), (0, median), (1, orange)):
        x, y = at(name, day / DAYS_PER_MONTH, kilograms, sex)
        assert any(near(image, (x, y + off), LINE[sd]) for off in (-1, 0, 1)), f"{sd} SD at day {day}"
        assert not near(image, (x, y - 12), LINE[sd])
        assert not near(image, (x, y + 12), LINE[sd])


@pytest.mark.parametrize(
    ("name", "asked", "sex", "index", "x", "sd"),
    [
        ("tb_u_0_24", "tb_u_0_24", "P", 365, 365 / DAYS_PER_MONTH, -2),
        ("tb_u_24_60", "tb_u_24_60", "L", 1200, 1200 / DAYS_PER_MONTH, -3),
        ("bb_pb_short", "bb_tb", "P", 6200, 62.0, -3),
    ],
)
def test_the_other_standards_lie_right_too(
    name: str, asked: ChartName, sex: Sex, index: int, x: float, sd: int
) -> None:
    look = STAFF[name]
    value = value_at(sd, lms(look.table, StandardSex(sex), index))
    colour = next(line.colour for line in look.lines if line.sd == sd)
    image = chart(asked, sex=sex)
    assert any(near(image, (at(name, x, value)[0], at(name, x, value)[1] + off), colour) for off in (-1, 0, 1))


def test_a_dot_for_each_visit_and_a_ring_round_the_last() -> None:
    points = visits("L", BORN, range(1, 9), lambda month: -0.5)
    image = chart(points=points)
    for point in points:
        place = at("bb_u_0_24", (point.on - BORN).days / DAYS_PER_MONTH, (point.weight_g or 0) / 1000)
        assert near(image, place, CHILD)
    last = points[-1]
    x, y = at("bb_u_0_24", (last.on - BORN).days / DAYS_PER_MONTH, (last.weight_g or 0) / 1000)
    assert near(image, (x, y - 19), CHILD), "the ring"
    assert near(image, (x, y - 15), (255, 255, 255)), "white between dot and ring"


def test_one_visit_and_twenty() -> None:
    one = growth_picture(
        "bb_u_0_24",
        audience="petugas",
        sex="P",
        birth=BORN,
        points=[Point(date(2026, 3, 12), 4850, None)],
        title="Ayu",
        bottom="Baru (B)",
        tone="netral",
    )
    assert "4,85 kg" in one.written
    assert "Diukur 12 Mar 2026" in one.written
    twenty = chart(points=visits("L", BORN, range(1, 21), lambda month: 0.3))
    assert (twenty.width, twenty.height) == (WIDTH, HEIGHT)


def test_a_missed_month_leaves_gaps_in_the_line() -> None:
    whole = chart(points=visits("L", BORN, range(2, 9), lambda month: 0))
    missed = chart(points=visits("L", BORN, range(2, 9), lambda month: 0, missed=frozenset({4, 5})))
    day = (date(2026, 5, 27) - BORN).days
    x, y = at("bb_u_0_24", day / DAYS_PER_MONTH, value_at(0, lms(Indicator.WFA, StandardSex.BOY, day)))

    def inked(image: Image.Image) -> int:
        return sum(any(near(image, (x + dx, y + dy), CHILD) for dy in range(-25, 26)) for dx in range(-22, 23))

    assert inked(whole) == 45
    assert 12 < inked(missed) < 36


def test_a_value_off_the_chart_is_an_arrow_at_its_edge() -> None:
    image = chart(points=[Point(date(2026, 6, 12), 60_000, None)])
    x = at("bb_u_0_24", (date(2026, 6, 12) - BORN).days / DAYS_PER_MONTH, 0)[0]
    top = THEMES["petugas", "L"].plot[1]
    assert near(image, (x, top + 20), CHILD)
    assert near(image, (x - 12, top + 28), CHILD)
    assert not near(image, (x - 12, top + 8), CHILD), "it narrows upwards"


def test_visits_of_other_ages_are_left_out_but_the_line_comes_from_them() -> None:
    birth = date(2024, 6, 1)
    points = visits("L", birth, range(21, 29), lambda month: 0)
    plot = THEMES["petugas", "L"].plot
    image = chart("bb_u_24_60", birth=birth, points=points)
    height = at("bb_u_24_60", 24, value_at(0, lms(Indicator.WFA, StandardSex.BOY, 731)))[1]
    assert any(near(image, (plot[0] + 3, height + off), CHILD) for off in range(-6, 7)), "it enters at the edge"
    before = (0, plot[1], plot[0] - 20, HEIGHT)
    assert image.crop(before).tobytes() == chart("bb_u_24_60", birth=birth).crop(before).tobytes(), "and not before"


def test_a_child_measured_the_other_way_is_corrected_by_seven_millimetres() -> None:
    birth, on = date(2024, 6, 1), date(2026, 12, 1)
    lying = chart("tb_u_24_60", birth=birth, points=[Point(on, None, 900, "terlentang")])
    day = (on - birth).days
    assert near(lying, at("tb_u_24_60", day / DAYS_PER_MONTH, 89.3), CHILD)
    x, y = at("tb_u_24_60", day / DAYS_PER_MONTH, 89.3)
    assert near(lying, (x, y - 19), CHILD)


def test_weight_for_length_under_two_and_for_height_after() -> None:
    def subtitle(birth: date) -> tuple[str, ...]:
        point = Point(date(2026, 11, 12), 9000, 760, None)
        return growth_picture(
            "bb_tb", audience="petugas", sex="P", birth=birth, points=[point], title="A", bottom="B", tone="baik"
        ).written

    assert "Berat menurut panjang badan (BB/PB)" in subtitle(date(2024, 11, 13))
    assert "Berat menurut tinggi badan (BB/TB)" in subtitle(date(2024, 11, 11))


def test_the_verdict_has_its_colour_and_an_empty_one_no_bar() -> None:
    for tone, colour in TONES.items():
        assert near(chart(tone=tone), (540, 1182), colour)
    assert near(chart(bottom=""), (540, 1182), (255, 255, 255))


def test_long_texts_are_cut_and_strange_letters_left_out() -> None:
    drawn = growth_picture(
        "bb_u_0_24",
        audience="petugas",
        sex="L",
        birth=BORN,
        points=[],
        title="Muhammad " * 20,
        bottom="Naik 👍 \ud800 hebat\x00",
        tone="baik",
    ).written
    assert any(text.startswith("Muhammad") and text.endswith("…") for text in drawn)
    assert "Naik hebat" in drawn
