"""Colours, type styles and paper: the whole visual language in one place."""

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor

INK = HexColor("#1d2a30")
INK_SOFT = HexColor("#47565d")  # 7.6:1 on white: small print must survive a tired printer
LINE = HexColor("#b9c4c8")
HAIR = HexColor("#d5dde0")
ACCENT = HexColor("#0b5c73")
STOP = HexColor("#b3261e")
WHITE = HexColor("#ffffff")

REGULAR, BOLD, NARROW, NARROW_BOLD = "Noto", "Noto-SemiBold", "Noto-Narrow", "Noto-Narrow-SemiBold"


@dataclass(frozen=True)
class Paper:
    """A sheet, upright, in points."""

    width: float
    height: float


A4 = Paper(595.276, 841.89)
LETTER = Paper(612.0, 792.0)


def paper(size: str) -> Paper:
    """The paper a practice prints on; A4 where the setting says nothing we know."""
    return LETTER if size == "letter" else A4


@dataclass(frozen=True)
class Style:
    """A face at a size. `bold` is the face of emphasised words."""

    font: str
    size: float
    leading: float
    colour: Color = INK
    bold: str = BOLD

    @property
    def drop(self) -> float:
        """From the top of a line to its baseline."""
        return self.leading - (self.leading - self.size) / 2 - self.size * 0.22


BODY = Style(REGULAR, 9.25, 13)
SMALL = Style(NARROW, 8.5, 11.5, INK, NARROW_BOLD)
SMALL_SOFT = Style(NARROW, 8.5, 11.5, INK_SOFT, NARROW_BOLD)
CELL = Style(NARROW, 8.25, 11, INK, NARROW_BOLD)
CELL_HEAD = Style(NARROW_BOLD, 7.75, 10, INK, NARROW_BOLD)
LABEL = Style(BOLD, 8.75, 13, ACCENT)
FOOT = Style(NARROW, 7.25, 9.5, INK_SOFT)
NOTICE = Style(NARROW_BOLD, 7.25, 9.5, STOP)
