"""The generator of the body chart draws what is committed, byte for byte, and what it draws holds together."""

import json
import os
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from shapely.geometry import Point, Polygon

from tools.bodychart.build import names
from tools.bodychart.carrying import carrier
from tools.bodychart.curves import closed_path, fit, polylines, spline
from tools.bodychart.mirroring import mirrored_path
from tools.bodychart.pictures import PICTURES, drawing

ROOT = Path(__file__).parents[2]
DATA = ROOT / "treatments" / "data"
CHARTS = {body: json.loads((DATA / f"bodychart_{body}.json").read_text()) for body in ("female", "male")}
VIEWS = [pytest.param(view, id=f"{body}-{view['id']}") for body in CHARTS for view in CHARTS[body]["views"]]
PAIRED = [
    pytest.param(view, id=f"{body}-{view['id']}")
    for body in CHARTS
    for view in CHARTS[body]["views"]
    if {"L", "R"} <= {letter["text"] for letter in view["letters"]}
]
TWINS = [(p.id, p.twin) for p in PICTURES if p.twin]


def view_of(body: str, name: str) -> dict[str, Any]:
    return next(view for view in CHARTS[body]["views"] if view["id"] == name)


def shape(region: dict[str, Any]) -> Polygon:
    return Polygon(polylines(region["d"])[0]).buffer(0)


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="It knows no database: once is enough.")
def test_it_writes_the_committed_files_byte_for_byte():
    command = [sys.executable, "-m", "tools.bodychart", "--check"]
    env = os.environ | {"PYTHONHASHSEED": "77"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("the same")) == (0, 2), done.stdout + done.stderr


@pytest.mark.parametrize("body", CHARTS)
def test_the_files_are_as_their_schema_says(body: str):
    Draft202012Validator(json.loads((DATA / "bodychart.schema.json").read_text())).validate(CHARTS[body])


@pytest.mark.parametrize("body", CHARTS)
def test_no_identifier_stands_twice(body: str):
    ids = Counter(r["id"] for view in CHARTS[body]["views"] for r in view["regions"] + view["tendons"])
    assert [name for name, count in ids.items() if count > 1] == []


def test_both_bodies_have_the_same_regions():
    female, male = ([r["id"] for v in CHARTS[body]["views"] for r in v["regions"]] for body in ("female", "male"))
    assert female == male


@pytest.mark.parametrize("view", VIEWS)
def test_every_region_is_closed_inside_its_picture_and_holds_its_label(view: dict[str, Any]):
    left, top, width, height = view["viewBox"]
    for region in view["regions"]:
        x0, y0, x1, y1 = shape(region).bounds
        assert region["d"].startswith("M")
        assert region["d"].endswith("Z")
        assert left <= x0 <= x1 <= left + width, region["id"]
        assert top <= y0 <= y1 <= top + height, region["id"]
        assert shape(region).contains(Point(region["label"])), region["id"]


@pytest.mark.parametrize("view", VIEWS)
def test_superficial_muscles_do_not_lie_on_each_other(view: dict[str, Any]):
    shapes = [(r["id"], shape(r)) for r in view["regions"] if r["layer"] == "superficial"]
    over = [(a, b) for (a, one), (b, two) in combinations(shapes, 2) if one.intersection(two).area > 4]
    assert over == []


@pytest.mark.parametrize("body", CHARTS)
@pytest.mark.parametrize(("one", "other"), TWINS)
def test_the_pictures_of_the_two_sides_are_mirror_images(body: str, one: str, other: str):
    first, second = view_of(body, one), view_of(body, other)
    assert [mirrored_path(r["d"]) for r in first["regions"]] == [r["d"] for r in second["regions"]]
    assert {r["side"] for r in first["regions"]} == {"left"}
    assert {r["side"] for r in second["regions"]} == {"right"}


@pytest.mark.parametrize("view", PAIRED)
def test_in_a_paired_picture_each_region_lies_on_the_side_of_its_letter(view: dict[str, Any]):
    letters = {letter["text"]: letter["x"] for letter in view["letters"]}
    side_at_right = "left" if letters["L"] > 0 else "right"
    wrong = [
        r["id"]
        for r in view["regions"]
        if r["side"] != "midline" and (r["side"] == side_at_right) != (r["label"][0] > 0)
    ]
    assert wrong == []


def test_every_drawn_muscle_has_a_name_and_every_name_is_drawn():
    drawn = {m["muscle"] for p in PICTURES for part in p.parts for m in drawing(part.name)["muscles"]}
    assert drawn - names().keys() == set()
    assert {r["muscle"] for v in CHARTS["female"]["views"] for r in v["regions"]} <= drawn


def test_mirroring_twice_is_where_it_began():
    paths = [r["d"] for v in CHARTS["female"]["views"] for r in v["regions"]]
    assert [mirrored_path(mirrored_path(path)) for path in paths] == paths


def test_a_fitted_curve_stays_within_its_error():
    circle = spline([(10, 0), (0, 10), (-10, 0), (0, -10)])
    cubics = fit(circle, 0.2)
    ring = np.vstack(polylines(closed_path(circle, 0.2)))
    assert cubics
    assert max(Polygon(circle).exterior.distance(Point(p)) for p in ring) < 0.5


def test_points_of_the_drawn_body_stay_and_those_of_the_other_move_a_little():
    points = np.array([(60.0, 240.0), (30.0, 700.0)])
    assert (carrier("anterior", "male")(points) == points).all()
    moved = np.linalg.norm(carrier("anterior", "female")(points) - points, axis=1)
    assert (moved > 0.01).all()
    assert (moved < 60).all()
