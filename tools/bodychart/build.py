"""From control points to the two charts: every picture of every body, as the product reads it."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from shapely import affinity
from shapely.geometry import Polygon

from tools.bodychart.curves import closed_path, label_point, largest, open_path, polylines
from tools.bodychart.fibres import fibre_lines
from tools.bodychart.mirroring import mirrored_path, mirrored_picture, mirrored_region, region_id
from tools.bodychart.pictures import PICTURES, Picture
from tools.bodychart.shapes import ON_THE_MIDLINE, Muscle, fitted, marks_of, muscles_of, outline_of

VERSION = "1"  # raised when coordinates or ids change after points were recorded; old files stay readable
BODIES = ("male", "female")
CREDIT = "Outline: MakeHuman / MPFB2 base mesh (CC0 1.0). Muscles: hand-placed by this project."
NOT_MIRRORED = {"spine", "cleft"}  # marks on the midline
Entry = dict[str, Any]


def charts() -> dict[str, bytes]:
    """The file of each body, byte for byte the same at every run."""
    drawn = [chart(body) for body in BODIES]
    _keep_common(drawn)
    return {entry["body"]: json.dumps(entry, separators=(",", ":")).encode() for entry in drawn}


def chart(body: str) -> Entry:
    views = []
    for picture in PICTURES:
        entry = drawn_picture(picture, body)
        views += [entry, mirrored_picture(picture, entry)] if picture.twin else [entry]
    return {"version": VERSION, "body": body, "credit": CREDIT, "views": views}


def drawn_picture(picture: Picture, body: str) -> Entry:
    skins, creases, marks, regions = [], [], [], []
    number: Counter[str] = Counter()
    for part in picture.parts:
        skin, lines = outline_of(part, body)
        skins.append(skin)
        creases += [open_path(line) for line in lines if not picture.paired or line[:, 0].mean() > 6]
        marks += [_mark(name, closed, curve) for name, closed, curve in marks_of(part, body)]
        for muscle in fitted(muscles_of(part, body), skin, picture):
            number[muscle.key] += 1
            regions.append(_region(picture, muscle, number[muscle.key]))
    if picture.paired:
        regions += [mirrored_region(r, picture.id) for r in regions if r["side"] != "midline"]
        creases += [mirrored_path(line) for line in creases]
        marks += [m | {"d": mirrored_path(m["d"])} for m in marks if m["name"] not in NOT_MIRRORED]
        if skins[0].bounds[0] > 0:  # a hand or a foot: the other one lies apart
            skins.append(affinity.scale(skins[0], -1, 1, origin=(0, 0)))
    return _entry(picture, _outline_path(skins), creases, marks, regions)


def _mark(name: str, closed: bool, curve: Any) -> Entry:
    return {"name": name, "closed": closed, "d": (closed_path if closed else open_path)(curve, 0.3)}


def _region(picture: Picture, muscle: Muscle, number: int) -> Entry:
    """A region of the side that is drawn."""
    near = picture.zoom == 1
    side, ends, shape = picture.side, muscle.ends, muscle.shape
    if muscle.key in ON_THE_MIDLINE and picture.paired:
        side, ends = "midline", None
        shape = largest(shape.union(affinity.scale(shape, -1, 1, origin=(0, 0))).buffer(0.1))
    label = label_point(shape)
    if side == "midline":
        label[0] = 0
    path = closed_path(np.array(shape.exterior.coords), 0.25 if near else 0.5)
    fibres = [] if muscle.layer == "tendon" else fibre_lines(shape, ends, spacing=4.5 if near else 11)
    return {
        "id": region_id(picture.id, muscle.key, number, side), "muscle": muscle.key, "name": names()[muscle.key], "side": side,
        "layer": muscle.layer, "d": path, "fibres": [open_path(line, 0.6 if near else 1.2) for line in fibres],
        "label": [round(float(v), 1) for v in label], "area": round(Polygon(polylines(path)[0]).area), "number": number,
    }  # fmt: skip


def _outline_path(skins: Iterable[Any]) -> str:
    polygons = [polygon for skin in skins for polygon in getattr(skin, "geoms", [skin])]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(closed_path(np.array(ring.coords), 0.2) for ring in rings)


def _entry(picture: Picture, outline: str, creases: list[str], marks: list[Entry], regions: list[Entry]) -> Entry:
    tendons = [{k: r[k] for k in ("id", "name", "side", "d")} for r in regions if r["layer"] == "tendon"]
    return {
        "id": picture.id, "title": picture.title, "viewBox": list(picture.box), "zoom": picture.zoom, "outline": outline,
        "creases": creases, "marks": marks, "letters": [{"text": t, "x": x, "y": y} for t, x, y in picture.letters],
        "tendons": tendons,
        "regions": [{k: v for k, v in r.items() if k != "number"} for r in regions if r["layer"] != "tendon"],
    }  # fmt: skip


def _keep_common(drawn: list[Entry]) -> None:
    """A region too small on one body is left out of both, so that an id means the same on each."""
    ids = [{region["id"] for view in entry["views"] for region in view["regions"]} for entry in drawn]
    common = set.intersection(*ids)
    for entry in drawn:
        for view in entry["views"]:
            view["regions"] = [region for region in view["regions"] if region["id"] in common]


@cache
def names() -> dict[str, str]:
    """What a muscle of the chart is called."""
    with (Path(__file__).parent / "names.csv").open(newline="", encoding="utf-8") as file:
        return {row["muscle"]: row["name"] for row in csv.DictReader(file)}
