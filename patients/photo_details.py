"""What a photo says besides its picture: where it was taken, when, with what. Taken out without touching a pixel.

A JPEG is a row of marked segments and a PNG a row of chunks, so that what is not picture can be left out and the rest
copied byte for byte. Kept are colour profiles and, of a JPEG, which way up it is held. What follows the end of the
picture (films, second pictures, whole earlier versions that phones append) goes as well.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

PLACE_IN_XMP = b"GPSLatitude"
ORIENTATION, GPS, TAKEN, CHANGED, EXIF = 0x0112, 0x8825, 0x9003, 0x0132, 0x8769
STANDALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_DETAILS = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}


class NotWhole(ValueError):
    """The picture breaks off or is not built as its kind is."""


@dataclass(frozen=True)
class Bare:
    """The picture without details, and what was among them."""

    content: bytes
    had_details: bool = False
    had_place: bool = False
    taken_on: date | None = None


def bare_jpeg(content: bytes) -> Bare:
    """Raises NotWhole."""
    kept, end = [b"\xff\xd8"], 0
    dropped: list[bytes] = []
    for marker, piece, after in _segments(content):
        if _is_detail(marker, piece):
            dropped.append(piece)
        else:
            kept.append(piece)
        end = after
    exif = [piece[10:] for piece in dropped if piece[4:10] == b"Exif\0\0"]
    told = [_tags(block) for block in exif]
    way_up = next((tags[ORIENTATION] for tags in told if 1 < tags.get(ORIENTATION, 1) <= 8), 0)
    if way_up:
        kept.insert(1, _only_orientation(way_up))
    bare = b"".join(kept)
    return Bare(
        content=bare,
        had_details=bare != content[:end] or end < len(content),
        had_place=any(GPS in tags for tags in told) or any(PLACE_IN_XMP in piece for piece in dropped),
        taken_on=next((day for block in exif if (day := _taken_on(block))), None),
    )


def _segments(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, bytes, and where the next begins; the picture data stands with the marker that starts it."""
    at, seen_scan = 2, False
    while True:
        if at + 2 > len(content) or content[at] != 0xFF:
            raise NotWhole
        marker = content[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker == END_OF_IMAGE:
            if not seen_scan:
                raise NotWhole
            yield marker, content[at : at + 2], at + 2
            return
        end = at + 2 if marker in STANDALONE else at + 2 + _length(content, at + 2)
        if marker == START_OF_SCAN:
            seen_scan, end = True, _end_of_scan(content, end)
        if end > len(content):
            raise NotWhole
        yield marker, content[at:end], end
        at = end


def _length(content: bytes, at: int) -> int:
    length = int.from_bytes(content[at : at + 2])
    if length < 2:
        raise NotWhole
    return length


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the picture data ends: the next mark that is neither a stuffed byte nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] and content[at + 1] not in STANDALONE and content[at + 1] != 0xFF:
            return at
        at += 1 if content[at + 1] == 0xFF else 2
    raise NotWhole


def _is_detail(marker: int, piece: bytes) -> bool:
    """Application segments and comments, but for what the picture needs: JFIF, its colour profile, Adobe's colours."""
    if marker == 0xFE:
        return True
    if not 0xE0 <= marker <= 0xEF:
        return False
    head = piece[4:16]
    needed = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker)
    return needed is None or not head.startswith(needed)


def _tags(block: bytes) -> dict[int, int]:
    """The whole numbers of the first directory of an Exif block; what is broken is left out."""
    with suppress(struct.error, ValueError):
        order = _byte_order(block)
        return dict(_directory(block, struct.unpack_from(f"{order}I", block, 4)[0], order))
    return {}


def _byte_order(block: bytes) -> str:
    if block[:2] not in (b"II", b"MM"):
        raise ValueError
    return "<" if block[:2] == b"II" else ">"


def _directory(block: bytes, at: int, order: str) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(f"{order}H", block, at)
    for index in range(min(count, 200)):
        tag, kind, _, value = struct.unpack_from(f"{order}HHI4s", block, at + 2 + 12 * index)
        yield tag, struct.unpack(f"{order}H", value[:2])[0] if kind == 3 else struct.unpack(f"{order}I", value)[0]


def _taken_on(block: bytes) -> date | None:
    """The day the camera wrote, where it wrote one that exists."""
    with suppress(struct.error, ValueError):
        order, first = _byte_order(block), _tags(block)
        more = dict(_directory(block, first[EXIF], order)) if EXIF in first else {}
        at = more.get(TAKEN) or first.get(CHANGED)
        if at:
            return date.fromisoformat(block[at : at + 10].decode("ascii").replace(":", "-"))
    return None


def _only_orientation(way_up: int) -> bytes:
    block = b"Exif\0\0" + b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", ORIENTATION, 3, 1, way_up, 0) + b"\0\0\0\0"
    return b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block


def bare_png(content: bytes) -> Bare:
    """Raises NotWhole."""
    kept, at = [PNG_START], len(PNG_START)
    dropped: list[bytes] = []
    while True:
        if at + 12 > len(content):
            raise NotWhole
        end = at + 12 + int.from_bytes(content[at : at + 4])
        kind, piece = content[at + 4 : at + 8], content[at:end]
        if end > len(content):
            raise NotWhole
        (dropped if kind in PNG_DETAILS else kept).append(piece)
        at = end
        if kind == b"IEND":
            break
    exif = [piece[8:-4] for piece in dropped if piece[4:8] == b"eXIf"]
    return Bare(
        content=b"".join(kept),
        had_details=bool(dropped) or at < len(content),
        had_place=any(GPS in _tags(block) for block in exif) or any(PLACE_IN_XMP in piece for piece in dropped),
        taken_on=next((day for block in exif if (day := _taken_on(block))), None),
    )
