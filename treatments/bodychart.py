"""The body chart: views of two bodies with muscle regions as vector paths, and what a point on it means.

Pure: reads the shipped drawings, knows no database and no request. Coordinates are chart units of one view (the
standing height is 960), x to the viewer's right, y down. A recorded point keeps the version it was placed on, so every
version that was ever shipped stays readable. Muscle borders are schematic; the screen and the print say so.
"""

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from treatments import referral_areas
from treatments.chart_geometry import Rings, bounds, contains, distance, rings_of

VERSION = "1"
BODIES = ("female", "male")
LAYERS = ("superficial", "deep", "fibres")
FIBRES_ONLY = ("id", "layer", "fibres")
TOLERANCE = 7.0  # chart units: a finger that just misses a thin muscle still means it
DATA = Path(__file__).parent / "data"
DRAWINGS = {("1", body): DATA / f"bodychart_{body}.json" for body in BODIES}
STANDING = ("anterior", "posterior")
EASY_TO_HIT = 120  # square units; a smaller region is better shown in a view of its own


class NotDrawn(LookupError):
    """There is no such version, body, view or layer."""


@dataclass(frozen=True)
class Region:
    """One muscle (or a part of it) in one view. `label` is a point well inside."""

    id: str
    muscle: str
    name: str
    side: str
    deep: bool
    path: str = field(repr=False)
    label: tuple[float, float]
    area: float

    @property
    def rings(self) -> Rings:
        return rings_of(self.path)


@dataclass(frozen=True)
class View:
    """One picture. `letters` are the patient's sides (L, R) and directions (A, P) at their places in the picture."""

    id: str
    title: str
    box: tuple[float, float, float, float]
    zoom: float
    outline: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    letters: Mapping[str, tuple[float, float]]
    regions: tuple[Region, ...] = field(repr=False)

    def holds(self, x: float, y: float) -> bool:
        left, top, width, height = self.box
        return left <= x <= left + width and top <= y <= top + height


@dataclass(frozen=True)
class Chart:
    version: str
    body: str
    views: Mapping[str, View] = field(repr=False)

    def view(self, name: str) -> View:
        try:
            return self.views[name]
        except KeyError:
            raise NotDrawn(f"No view {name}") from None


@cache
def load(version: str = VERSION, body: str = "female") -> Chart:
    """The drawing of one body, read once. Raises NotDrawn for one that was never shipped."""
    drawing = _drawing(version, body)
    return Chart(version, body, {view["id"]: _view(view) for view in drawing["views"]})


@cache
def _drawing(version: str, body: str) -> dict[str, Any]:
    path = DRAWINGS.get((version, body))
    if path is None:
        raise NotDrawn(f"No chart {version} of a {body} body")
    drawing: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return drawing


def _view(view: Mapping[str, Any]) -> View:
    left, top, width, height = view["viewBox"]
    return View(
        id=view["id"],
        title=view["title"],
        box=(left, top, width, height),
        zoom=view["zoom"],
        outline=view["outline"],
        lines=(*view["creases"], *(mark["d"] for mark in view["marks"])),
        letters={letter["text"]: (letter["x"], letter["y"]) for letter in view["letters"]},
        regions=tuple(_region(region) for region in view["regions"]),
    )


def _region(region: Mapping[str, Any]) -> Region:
    return Region(
        id=region["id"],
        muscle=region["muscle"],
        name=region["name"],
        side=region["side"],
        deep=region["layer"] == "deep",
        path=region["d"],
        label=(region["label"][0], region["label"][1]),
        area=region["area"],
    )


# ---- what lies under a point ---------------------------------------------------------------------------------------
def regions_at(view: View, x: float, y: float, *, tolerance: float = TOLERANCE) -> list[Region]:
    """Every muscle under the point, the one meant first: exact before near, superficial before deep, small before
    large (the small one is what was aimed at)."""
    found = [(away, region) for region in view.regions if (away := _away(region, x, y, tolerance)) <= tolerance]
    found.sort(key=lambda entry: (entry[0], entry[1].deep, entry[1].area))
    return [region for _, region in found]


def region_at(view: View, x: float, y: float, *, tolerance: float = TOLERANCE) -> Region | None:
    """The muscle that a tap means, or None where nothing is drawn near."""
    return next(iter(regions_at(view, x, y, tolerance=tolerance)), None)


def _away(region: Region, x: float, y: float, tolerance: float) -> float:
    """0 inside, else the distance to the border; infinity for what is certainly too far."""
    left, top, right, bottom = bounds(region.path)
    if not (left - tolerance <= x <= right + tolerance and top - tolerance <= y <= bottom + tolerance):
        return float("inf")
    rings = region.rings
    return 0.0 if contains(rings, x, y) else distance(rings, x, y)


def side_at(view: View, x: float, y: float) -> str:
    """The patient's side at a point: that of the muscle there, else of the nearer letter of the picture."""
    region = region_at(view, x, y)
    if region is not None:
        return region.side
    letters = {text: place for text, place in view.letters.items() if text in "LR"}
    nearer = min(letters, key=lambda text: abs(letters[text][0] - x))
    return "left" if nearer == "L" else "right"


def problem_with(point: Mapping[str, Any]) -> str | None:
    """What is wrong with a chart point, as a sentence with the cure; None for a good one."""
    version, body = str(point.get("chart_version", "")), str(point.get("body", ""))
    if version not in {v for v, _ in DRAWINGS}:
        return f"There is no body chart {version or 'without a version'}. The current one is {VERSION}."
    if (version, body) not in DRAWINGS:
        return f"The body of a chart point is {' or '.join(BODIES)}."
    view = load(version, body).views.get(str(point.get("view", "")))
    if view is None:
        return f"The body chart has no view {point.get('view') or 'without a name'}."
    x, y = _number(point.get("x")), _number(point.get("y"))
    if x is None or y is None:
        return "A chart point has x and y as numbers."
    if not view.holds(x, y):
        left, top, width, height = view.box
        return f"This point lies outside the picture: x {left} to {left + width}, y {top} to {top + height}."
    return None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# ---- chart muscles and catalogue keys --------------------------------------------------------------------------------
@cache
def catalogue_keys() -> Mapping[str, tuple[str, ...]]:
    """Chart muscle -> keys of the structure catalogue; a group region offers its members."""
    with (DATA / "chart_structures.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        row["chart_muscle"]: tuple(key for key in row["catalogue_keys"].split(";") if key)
        for row in rows
        if row["chart_muscle"]
    }


def structures_of(muscle: str) -> tuple[str, ...]:
    return catalogue_keys().get(muscle, ())


@cache
def muscles_of(structure: str) -> frozenset[str]:
    """The chart muscles in which a catalogue structure is drawn, alone or as a member of a group."""
    return frozenset(muscle for muscle, keys in catalogue_keys().items() if structure in keys)


@cache
def _drawn() -> frozenset[str]:
    return frozenset(region.muscle for view in load().views.values() for region in view.regions)


def is_drawn(structure: str) -> bool:
    """Whether a catalogue structure can be tapped; the others are typed."""
    return not muscles_of(structure).isdisjoint(_drawn())


def regions_of(chart: Chart, structure: str, side: str) -> Iterable[tuple[View, Region]]:
    """Where a structure is drawn, over all views; a region across the midline belongs to both sides."""
    muscles = muscles_of(structure)
    for view in chart.views.values():
        for region in view.regions:
            if region.muscle in muscles and region.side in {side, "midline"}:
                yield view, region


def label_point(structure: str, side: str, body: str) -> tuple[str, float, float] | None:
    """Where to put the dot of a site that was typed: the view, x and y that show it best, None if it is not drawn."""
    places = list(regions_of(load(VERSION, body), structure, side))
    if not places:
        return None
    view, region = max(places, key=lambda place: _shows_well(*place))
    return view.id, *region.label


def _shows_well(view: View, region: Region) -> tuple[bool, bool, float]:
    return not region.deep, view.id in STANDING and region.area >= EASY_TO_HIT, region.area


# ---- for the browser -------------------------------------------------------------------------------------------------
def slim(body: str, views: Iterable[str] = (), layers: Iterable[str] = (), *, version: str = VERSION) -> dict[str, Any]:
    """The drawing reduced to the views and layers asked for (all when none is named), each region with its
    catalogue keys. Raises NotDrawn for an unknown view or layer."""
    drawing = _drawing(version, body)
    by_id = {view["id"]: view for view in drawing["views"]}
    wanted, shown = tuple(views) or tuple(by_id), frozenset(layers) or frozenset(LAYERS)
    if not by_id.keys() >= set(wanted) or not shown <= set(LAYERS):
        raise NotDrawn("No such view or layer")
    return {
        **{name: drawing[name] for name in ("version", "body", "credit")},
        "views": [_slim_view(by_id[name], shown) for name in wanted],
        "referral_areas": referral_areas.on_views(wanted),
    }


def _slim_view(view: Mapping[str, Any], layers: frozenset[str]) -> dict[str, Any]:
    """Fibres alone are what a browser that has the muscles already still wants: how they run, and nothing else."""
    if layers == {"fibres"}:
        return {
            "id": view["id"],
            "regions": [{name: region[name] for name in FIBRES_ONLY} for region in view["regions"]],
        }
    dropped = set() if "fibres" in layers else {"fibres"}
    regions = [
        {name: value for name, value in region.items() if name not in dropped}
        | {"structures": structures_of(region["muscle"])}
        for region in view["regions"]
        if region["layer"] in layers
    ]
    return {**view, "regions": regions}


@lru_cache(maxsize=64)
def served(version: str, body: str, views: tuple[str, ...], layers: tuple[str, ...]) -> tuple[bytes, str]:
    """The slim drawing as gzipped JSON and the digest that names it."""
    drawing = slim(body, views, layers, version=version)
    content = json.dumps(drawing, separators=(",", ":"), ensure_ascii=False).encode()
    return gzip.compress(content, 9, mtime=0), sha256(content).hexdigest()[:32]
