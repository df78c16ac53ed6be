"""Any input gives a picture, the same input the same bytes, and few colours keep it small."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures import Point, growth_chart
from bot.pictures.charts import Audience, ChartName
from bot.pictures.themes import HEIGHT, WIDTH, Sex, Tone
from tests.pictures.children import BORN, visits
from tests.pictures.drawing import chart


def test_same_input_same_bytes_here_and_in_another_process() -> None:
    program = (
        "import hashlib; from datetime import date; from bot.pictures import *\n"
        "points = [Point(date(2026, m, 12), 3000 + 400 * m, 500 + 20 * m) for m in range(1, 11)]\n"
        "for kind in ('petugas', 'keluarga'):\n"
        "    png = growth_chart('bb_u_0_24', audience=kind, sex='P', birth=date(2026, 1, 5), points=points,\n"
        "        title='Ayu', bottom='8,4 kg', tone='baik', next_day='8 Des 2026')\n"
        "    print(hashlib.sha256(png).hexdigest())\n"
        "print(hashlib.sha256(qr_picture('https://t.me/x?start=1', 'Gabung')).hexdigest())\n"
    )

    def run(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout

    assert run("1") == run("2")
    points = visits("L", BORN, range(0, 5), lambda month: 0)
    assert chart(points=points).tobytes() == chart(points=points[::-1]).tobytes(), "the order of points does not matter"


def test_few_colours_and_small_files() -> None:
    png = growth_chart(
        "bb_u_0_24",
        audience="petugas",
        sex="L",
        birth=BORN,
        points=visits("L", BORN, range(1, 21), lambda month: 0.1),
        title="Budi Santoso",
        bottom="20 bln · 11,2 kg · NAIK (N)",
        tone="baik",
    )
    image = Image.open(BytesIO(png))
    assert image.mode == "P"
    assert 64 <= len(image.getcolors(256) or []) <= 96
    assert len(png) < 80_000


days = st.dates(date(2020, 1, 1), date(2032, 12, 31)) | st.dates()
numbers = st.none() | st.integers() | st.integers(300, 30_000) | st.sampled_from([0, -1, 10**400])
points = st.builds(Point, days, numbers, numbers, st.sampled_from([None, "berdiri", "terlentang", "?"]))


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(get_args(ChartName)),
    audience=st.sampled_from(get_args(Audience)),
    sex=st.sampled_from(get_args(Sex)),
    birth=days,
    visited=st.lists(points, max_size=25),
    title=st.text(),
    bottom=st.text(),
    tone=st.sampled_from(get_args(Tone)),
    next_day=st.none() | st.text(),
)
def test_nothing_raises(
    name: ChartName,
    audience: Audience,
    sex: Sex,
    birth: date,
    visited: list[Point],
    title: str,
    bottom: str,
    tone: Tone,
    next_day: str | None,
) -> None:
    png = growth_chart(
        name,
        audience=audience,
        sex=sex,
        birth=birth,
        points=visited,
        title=title,
        bottom=bottom,
        tone=tone,
        next_day=next_day,
    )
    assert png.startswith(b"\x89PNG")


@pytest.mark.parametrize("asked", get_args(ChartName))
def test_a_visit_on_every_day_of_five_years_and_beyond(asked: ChartName) -> None:
    every = [Point(BORN + timedelta(days=day), 3000 + day * 9, 480 + day // 3, None) for day in range(0, 1900, 7)]
    assert chart(asked, points=every).size == (WIDTH, HEIGHT)


def test_charts_drawn_at_the_same_time_do_not_disturb_each_other() -> None:
    def draw(number: int) -> bytes:
        return growth_chart(
            "bb_u_0_24",
            audience="petugas",
            sex="L",
            birth=BORN,
            points=visits("L", BORN, range(0, 2 + number), lambda month: -0.2 * number),
            title=f"Anak {number}",
            bottom="N",
            tone="baik",
        )

    alone = [draw(number) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, range(8))) == alone
