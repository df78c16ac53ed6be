"""A chart opened again as an image, and what is at a place on it."""

from io import BytesIO
from typing import Any

from PIL import Image

from bot.pictures import growth_chart
from bot.pictures.charts import STAFF, ChartName
from bot.pictures.plot import Plot
from bot.pictures.themes import THEMES, Sex
from tests.pictures.children import BORN


def chart(name: ChartName = "bb_u_0_24", **changes: Any) -> Image.Image:
    settings: dict[str, Any] = {
        "audience": "petugas",
        "sex": "L",
        "birth": BORN,
        "points": [],
        "title": "Adi",
        "bottom": "N",
        "tone": "baik",
    }
    return Image.open(BytesIO(growth_chart(name, **settings | changes))).convert("RGB")


def near(image: Image.Image, at: tuple[float, float], colour: tuple[int, int, int], tolerance: int = 24) -> bool:
    pixel = image.getpixel((round(at[0]), round(at[1])))
    assert isinstance(pixel, tuple)
    return max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) <= tolerance


def at(name: str, x: float, y: float, sex: Sex = "L") -> tuple[float, float]:
    return Plot(STAFF[name].x, STAFF[name].y, THEMES["petugas", sex].plot).place(x, y)
