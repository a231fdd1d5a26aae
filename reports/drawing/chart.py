"""The body chart as vectors: which views are needed, each one a form XObject, treated muscles and dots on top.

Chart units run down the page, so every stream starts by turning the y axis over. Colours are chosen so that a
black-and-white printer keeps the three things apart: pale body, grey treated muscle with a strong edge, black dot.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import log
from typing import Any

from reportlab.lib.colors import HexColor

from reports.contents import Patient, Point, Referral
from reports.drawing import ink, stipple
from reports.drawing.dots import draw_dots
from reports.drawing.ink import Style
from reports.drawing.sheet import Box, Sheet
from treatments import bodychart

TITLES = {
    "anterior": "Front",
    "posterior": "Back",
    "lateral_left": "Left side",
    "lateral_right": "Right side",
    "head_neck_lateral_left": "Head, left",
    "head_neck_lateral_right": "Head, right",
    "hand_palmar": "Palms",
    "hand_dorsal": "Backs of hands",
    "foot_plantar": "Soles",
    "foot_dorsal": "Tops of feet",
    "leg_medial_left": "Left leg, inside",
    "leg_medial_right": "Right leg, inside",
}
STANDING = ("anterior", "posterior")
WHOLE_BODY = (*STANDING, "lateral_left", "lateral_right")
UPPER_ENDS, LOWER_STARTS = 445.0, 385.0  # chart units: at the hips, above the hips
UPPER_HALF, LOWER_HALF = 178.0, 150.0  # half widths of the cut front and back: arms leave the frame
TREATED = HexColor("#8fb9c6")
LETTER = Style(ink.BOLD, 11, 14)
CORNER = 5.0


# ---- the drawing as it is shipped ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Region:
    muscle: str
    side: str
    deep: bool
    path: str = field(repr=False)


@dataclass(frozen=True)
class View:
    id: str
    box: Box
    outline: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    tendons: tuple[str, ...] = field(repr=False)
    letters: tuple[tuple[str, float], ...]
    regions: tuple[Region, ...] = field(repr=False)


@cache
def load(version: str, body: str) -> Mapping[str, View]:
    """All views of one body, read once. Raises bodychart.NotDrawn for one that was never shipped."""
    return {view["id"]: _view(view) for view in bodychart.slim(body, version=version)["views"]}


def _view(view: Mapping[str, Any]) -> View:
    return View(
        id=view["id"],
        box=tuple(view["viewBox"]),
        outline=view["outline"],
        lines=(*(mark["d"] for mark in view["marks"]), *view["creases"]),
        tendons=tuple(tendon["d"] for tendon in view["tendons"]),
        letters=tuple((letter["text"], letter["x"]) for letter in view["letters"] if letter["text"] in "LR"),
        regions=tuple(Region(r["muscle"], r["side"], r["layer"] == "deep", r["d"]) for r in view["regions"]),
    )


# ---- which parts of which views --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Frame:
    """One view cut to the part that matters: its box is (x, y from the top, width, height) in chart units."""

    view: View
    cut: str
    box: Box

    def shows(self, path: str) -> bool:
        """Whether any of a path can be seen; the rest need not be in the file."""
        low, high = _heights(path)
        return low < self.box[1] + self.box[3] and high > self.box[1]


@dataclass(frozen=True)
class Body:
    """What is drawn: a patient's body with the needled points and the places where pain was felt elsewhere."""

    version: str
    body: str
    points: tuple[Point, ...]
    areas: tuple[stipple.Area, ...] = ()

    @classmethod
    def of(cls, patient: Patient, points: tuple[Point, ...], referrals: tuple[Referral, ...]) -> "Body":
        shown = {point.view for point in points}
        return cls(patient.chart_version, patient.body, points, stipple.areas_of(referrals, shown))

    @property
    def views(self) -> Mapping[str, View]:
        return load(self.version, self.body)

    def frames(self, *, tight: bool = False) -> list[Frame]:
        """Only the views that hold something; the upper or the lower half where all of the body views' is there.
        `tight` lets a small picture of the upper half end soon below the lowest dot."""
        used = {point.view for point in self.points} | {area.view for area in self.areas}
        cut = self._cut()
        lowest = max((bottom for *_, bottom in self._extents()), default=0.0)
        ends = max(300.0, 20 * round(lowest / 20 + 4)) if tight else UPPER_ENDS
        return [Frame(v, f"{cut}{ends:.0f}", _box(v, cut, ends)) for name, v in self.views.items() if name in used]

    def _extents(self) -> Iterator[tuple[str, float, float, float]]:
        """(view, farthest from the middle, top, bottom) of all that lies on the whole-body views."""
        yield from ((p.view, abs(p.x), p.y, p.y) for p in self.points if p.view in WHOLE_BODY)
        yield from ((a.view, abs(a.x) + a.rx, a.y - a.ry, a.y + a.ry) for a in self.areas if a.view in WHOLE_BODY)

    def _cut(self) -> str:
        held = list(self._extents())
        wide = max((far for view, far, *_ in held if view in STANDING), default=0.0)
        if held and max(bottom for *_, bottom in held) < UPPER_ENDS - 60 and wide < UPPER_HALF - 20:
            return "upper"
        if held and min(top for *_, top, _ in held) > LOWER_STARTS + 60 and wide < LOWER_HALF - 10:
            return "lower"
        return "whole"

    def spoken(self, words: Mapping[int, str], referrals: tuple[Referral, ...]) -> str:
        """The alternative text of the drawing."""
        said = "; ".join(f"{p.number}: {words.get(p.number, 'needled')}" for p in self.points)
        elsewhere = ", ".join(referral.words for referral in referrals)
        parts = (
            "Drawing of the body with numbered dots",
            said,
            elsewhere and f"Stippled, pain felt elsewhere: {elsewhere}",
        )
        return "".join(f"{part}. " for part in parts if part).rstrip()


def _box(view: View, cut: str, ends: float) -> Box:
    x, y, w, h = view.box
    if view.id not in WHOLE_BODY or cut == "whole":
        return (x, y, w, h)
    half = UPPER_HALF if cut == "upper" else LOWER_HALF
    x, w = (-half, 2 * half) if view.id in STANDING else (x, w)
    return (x, y, w, min(ends, UPPER_ENDS) - y) if cut == "upper" else (x, LOWER_STARTS, w, y + h - LOWER_STARTS)


# ---- paths and streams -----------------------------------------------------------------------------------------------
_COMMAND = re.compile(r"([MCZ])([^MCZ]*)")
_NUMBER = re.compile(r"-?[\d.]+")
_OPERATOR = {"M": "m", "C": "c"}


@cache
def operators(path: str) -> str:
    """SVG path (absolute M, C, Z) as PDF path operators."""
    return " ".join("h" if c == "Z" else f"{numbers.strip()} {_OPERATOR[c]}" for c, numbers in _COMMAND.findall(path))


@cache
def _heights(path: str) -> tuple[float, float]:
    heights = [float(number) for number in _NUMBER.findall(path)[1::2]]
    return min(heights), max(heights)


@lru_cache(maxsize=96)
def stream(frame: Frame, weight: float) -> bytes:
    """The compressed form: skin, muscles and tendons in pale tints, outline and creases in ink. `weight` is the
    width of one printed point in chart units."""
    view, shown = frame.view, frame.shows
    skin, parts = "0.955 0.945 0.93 rg", ["1 0 0 -1 0 0 cm 1 j 1 J"]
    parts += [skin, operators(view.outline), "f", "0.885 0.865 0.845 rg 1 1 1 RG", f"{0.45 * weight:.2f} w"]
    parts += [f"{operators(r.path)} B" for r in view.regions if not r.deep and shown(r.path)]
    parts += [skin, *(f"{operators(path)} f" for path in view.tendons if shown(path))]
    parts += [f"0.52 0.55 0.57 RG {0.35 * weight:.2f} w", *(f"{operators(d)} S" for d in view.lines if shown(d))]
    parts += [f"0.20 0.26 0.29 RG {0.8 * weight:.2f} w", operators(view.outline), "S"]
    return zlib.compress("\n".join(parts).encode(), 9)


def _step(scale: float) -> int:
    """Scales in steps of 4 %: line widths need no finer ones, and few streams have to be remembered."""
    return round(log(scale) / log(1.04))


# ---- drawing ---------------------------------------------------------------------------------------------------------
def draw(sheet: Sheet, body: Body, frame: Frame, x: float, bottom: float, scale: float, radius: float = 6.2) -> None:
    """One view: lower left corner at x, bottom; `scale` is points per chart unit."""
    left, top, w, h = frame.box
    step = _step(scale)
    name = f"{body.body}-{body.version}-{frame.view.id}-{frame.cut}-{step}"
    sheet.place(name, stream(frame, 1.04**-step), (left, -(top + h), left + w, -top), x, bottom, scale)
    sheet.saveState()
    edge = sheet.beginPath()
    edge.roundRect(x, bottom, w * scale, h * scale, CORNER)
    sheet.clipPath(edge, stroke=0)
    sheet.transform(scale, 0, 0, -scale, x - left * scale, bottom + (top + h) * scale)
    _draw_treated(sheet, body, frame.view, scale)
    _draw_referred(sheet, body, frame.view, scale)
    sheet.restoreState()
    sheet.setStrokeColor(ink.LINE)
    sheet.setLineWidth(0.6)
    sheet.roundRect(x, bottom, w * scale, h * scale, CORNER)
    _draw_letters(sheet, frame, x, bottom, scale)
    here = [point for point in body.points if point.view == frame.view.id]
    places = [(x + (p.x - left) * scale, bottom + (top + h - p.y) * scale) for p in here]
    draw_dots(sheet, [p.number for p in here], places, (x, bottom, w * scale, h * scale), radius)


def _draw_treated(sheet: Sheet, body: Body, view: View, scale: float) -> None:
    here = [point for point in body.points if point.view == view.id]
    treated = {(muscle, point.side) for point in here for muscle in point.muscles}
    regions = [region for region in view.regions if (region.muscle, region.side) in treated]
    sheet.setFillColor(TREATED)
    sheet.setStrokeColor(ink.ACCENT)
    sheet.setLineWidth(0.7 / scale)
    sheet.setLineJoin(1)
    for region in sorted(regions, key=lambda region: region.deep):
        sheet.write(f"{operators(region.path)} B")


def _draw_referred(sheet: Sheet, body: Body, view: View, scale: float) -> None:
    here = [area for area in body.areas if area.view == view.id]
    if here:
        sheet.write(f"{operators(view.outline)} W n")
        stipple.draw(sheet, here, scale)


def _draw_letters(sheet: Sheet, frame: Frame, x: float, bottom: float, scale: float) -> None:
    """R and L at the top corners, the patient's own sides; lateral views say it in their title."""
    left, _, w, h = frame.box
    if frame.view.id in ("lateral_left", "lateral_right"):
        return
    for text, place in frame.view.letters:
        at = x + 11 if place < left + w / 2 else x + w * scale - 11
        sheet.line_of_text(at, bottom + h * scale - 15, text, LETTER, "centre")
