"""The container of an Excel 97-2003 file: one stream in a compound file, laid out as MS-CFB describes it."""

from __future__ import annotations

import struct

SECTOR = 512
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_IN_HEADER = 109  # FAT sectors that the header names itself
_PER_FAT = SECTOR // 4
_SMALLEST = 4096  # a shorter stream would have to live in the mini stream


def compound(name: str, stream: bytes) -> bytes:
    """A compound file with one stream."""
    stream = stream.ljust(_SMALLEST, b"\0")
    data = _sectors(len(stream))
    fat, difat = _sizes(data + 1)
    first_fat = data + 1
    first_difat = first_fat + fat
    table = [*range(1, data), _END, _END, *[_FAT] * fat, *[_DIFAT] * difat]
    table += [_FREE] * (fat * _PER_FAT - len(table))
    fats = list(range(first_fat, first_fat + fat))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6,  # versions, little endian, sectors of 512 and mini sectors of 64
        0, fat, data, 0, _SMALLEST, _END, 0, first_difat if difat else _END, difat,
    )  # fmt: skip
    header += _numbers(fats[:_IN_HEADER], _IN_HEADER)
    return b"".join(
        (
            header,
            stream.ljust(data * SECTOR, b"\0"),
            _directory(name, len(stream)),
            struct.pack(f"<{len(table)}I", *table),
            _chain(fats[_IN_HEADER:], first_difat),
        )
    )


def _sectors(size: int) -> int:
    return -(-size // SECTOR)


def _sizes(used: int) -> tuple[int, int]:
    """How many FAT and DIFAT sectors describe `used` sectors and themselves."""
    fat, difat = 1, 0
    while fat * _PER_FAT < used + fat + difat or difat * (_PER_FAT - 1) < fat - _IN_HEADER:
        fat = max(fat, -(-(used + fat + difat) // _PER_FAT))
        difat = max(0, -(-(fat - _IN_HEADER) // (_PER_FAT - 1)))
    return fat, difat


def _numbers(values: list[int], room: int) -> bytes:
    return struct.pack(f"<{room}I", *values, *[_FREE] * (room - len(values)))


def _chain(rest: list[int], first: int) -> bytes:
    """The DIFAT sectors: the FAT sectors that the header had no room for, each naming the next."""
    out = []
    for number, at in enumerate(range(0, len(rest), _PER_FAT - 1)):
        part = rest[at : at + _PER_FAT - 1]
        last = at + _PER_FAT - 1 >= len(rest)
        out.append(_numbers(part, _PER_FAT - 1) + struct.pack("<I", _END if last else first + number + 1))
    return b"".join(out)


def _directory(name: str, size: int) -> bytes:
    """Root, the stream, and two empty entries. No times."""
    root = _entry("Root Entry", 5, child=1, start=_END, size=0)
    return root + _entry(name, 2, child=_FREE, start=0, size=size) + 2 * _entry("", 0, child=_FREE, start=0, size=0)


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le") if name else b""
    return struct.pack("<64sHBBIII16xI16xIQ", text, len(text), kind, 1, _FREE, _FREE, child, 0, start, size)
