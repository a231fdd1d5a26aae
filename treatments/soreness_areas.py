"""The treated areas as a patient is asked about them: everyday words, one question each, and a small picture.

Several muscles that a patient would call the same place share a question; the score then holds for each of them. An
area that was left alone has no score: silence is never zero.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from treatments import bodychart
from treatments.bodychart import Chart, Region, View
from treatments.plain_words import where

Place = tuple[str, str]  # structure, side
CROP: Mapping[str, tuple[int, int, int, int]] = {"posterior": (-250, 8, 500, 984), "anterior": (-250, 8, 500, 984)}
DOT_RADIUS = 30


@dataclass(frozen=True)
class Treated:
    """A needled structure as the record holds it."""

    structure: str
    side: str
    area: str | None
    name: str


@dataclass(frozen=True)
class Area:
    """One question. `number` is what the picture and the field are called by."""

    number: int
    words: str
    places: tuple[Place, ...]

    @property
    def field(self) -> str:
        return f"area_{self.number}"


def areas_of(treated: Iterable[Treated]) -> list[Area]:
    """In the order of the record, each everyday place once."""
    found: dict[str, dict[Place, None]] = {}
    for site in treated:
        words = where(site.structure, site.area, site.side, site.name)
        found.setdefault(words, {})[site.structure, site.side] = None
    return [Area(n, words, tuple(places)) for n, (words, places) in enumerate(found.items(), start=1)]


def scores(areas: Sequence[Area], given: Mapping[str, int | None]) -> list[dict[str, object]]:
    """Answers by field as the record keeps them: one entry per structure and side; None where nothing was said."""
    return [
        {"structure": structure, "side": side, "score": given.get(area.field)}
        for area in areas
        for structure, side in area.places
    ]


def given_before(areas: Sequence[Area], stored: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The way back: what stands in the record, by field."""
    known = {(entry["structure"], entry["side"]): entry["score"] for entry in stored}
    return {area.field: known.get(area.places[0]) for area in areas}


def picture(areas: Sequence[Area], body: str) -> str:
    """Back and front with a number on every area, as SVG without style; only the sides that hold one. Empty when nothing of
    it is drawn. The picture is as wide as a thumb, so its lines are coarse."""
    chart = bodychart.load(bodychart.VERSION, body)
    shown = {area.number: place for area in areas if (place := _shown(chart, area))}
    views = [name for name in CROP if any(view.id == name for view, _ in shown.values())]
    return "".join(_view(chart.view(name), areas, shown) for name in views)


def _shown(chart: Chart, area: Area) -> tuple[View, Region] | None:
    """Where the area's first drawn structure shows best on a standing body."""
    for structure, side in area.places:
        drawn = [(v, r) for v, r in bodychart.regions_of(chart, structure, side) if v.id in CROP]
        if drawn:
            return max(drawn, key=lambda place: (not place[1].deep, place[1].area))
    return None


def _view(view: View, areas: Sequence[Area], shown: Mapping[int, tuple[View, Region]]) -> str:
    here = {number: region for number, (seen, region) in shown.items() if seen.id == view.id}
    told = "; ".join(f"{area.number}: {area.words}" for area in areas if area.number in here)
    back = "Back of the body" if view.id == "posterior" else "Front of the body"
    regions = "".join(f'<path class="area" d="{_coarse(region.path)}"/>' for region in here.values())
    dots = "".join(
        f'<g transform="translate({region.label[0]:.0f} {region.label[1]:.0f})"><circle r="{DOT_RADIUS}"/><text y="13">{number}</text></g>'
        for number, region in here.items()
    )
    box = " ".join(map(str, CROP[view.id]))
    return (
        f'<figure><svg viewBox="{box}" role="img" aria-label="{escape(f"{back}. {told}")}">'
        f'<path class="body" d="{_coarse(view.outline)}"/>{regions}{dots}</svg><figcaption>{back[:5].strip()}</figcaption></figure>'
    )


def _coarse(path: str) -> str:
    """The same outline from corner to corner in whole chart units: at the width of a thumb nobody sees the curves, and it is a
    quarter of the bytes. The drawings know M, C and Z only."""
    points = []
    for command, given in re.findall(r"([MCZ])([^MCZ]*)", path):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", given)]
        step = 6 if command == "C" else 2  # of a curve, the point it leads to
        ends = [numbers[i + step - 2 : i + step] for i in range(0, len(numbers), step)]
        points += [f"{'M' if command == 'M' else 'L'}{x:.0f} {y:.0f}" for x, y in ends] or ["Z"]
    return "".join(points)
