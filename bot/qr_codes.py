"""QR codes on a photo: of one guest, or of a whole table of them."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

LARGEST_SIDE = 2400  # pixels: a photo of many codes is looked at in this size


def read_codes(data: bytes) -> list[str]:
    """Every QR code on a picture, each once, in the order of the eye; nothing from what is no picture."""
    import zxingcpp  # heavy, and most starts of the program never need it

    try:
        image: Image.Image = Image.open(io.BytesIO(data))
        image.draft("L", (LARGEST_SIDE, LARGEST_SIDE))
        image = image.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return []
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return list(dict.fromkeys(one.text for one in found if one.text))
