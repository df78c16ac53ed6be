"""Pictures for the chat: growth charts for staff and for families, QR codes, and the sheet for the posyandu's wall.

Drawn with Pillow alone, in one shipped font; the same input gives the same bytes with the locked versions. All are
plain functions that take tens of milliseconds: call them in a worker thread. Begin with `growth.py`, which says what a
chart shows; `charts.py` and `bands.py` hold axes, bands and lines as data.
"""

from bot.pictures.growth import Picture, growth_chart, growth_picture
from bot.pictures.qr import poster, poster_drawn, qr_drawn, qr_picture
from bot.pictures.trail import Point
from bot.pictures.words import Words, indonesian, words_of

__all__ = [
    "Picture",
    "Point",
    "Words",
    "growth_chart",
    "growth_picture",
    "indonesian",
    "poster",
    "poster_drawn",
    "qr_drawn",
    "qr_picture",
    "words_of",
]
