import csv
import gzip
import json
from math import cos, inf, nan, sin, tau

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import bodychart
from treatments.chart_geometry import contains, distance, rings_of

CHARTS = {body: bodychart.load("1", body) for body in bodychart.BODIES}
EVERY_REGION = [
    (chart, view, region) for chart in CHARTS.values() for view in chart.views.values() for region in view.regions
]
RIGHT_OF_PICTURE = {"anterior": "left", "posterior": "right", "hand_palmar": "left", "hand_dorsal": "right",
                    "foot_plantar": "left", "foot_dorsal": "left"}  # fmt: skip
regions = st.sampled_from(EVERY_REGION)
views = st.sampled_from([(chart, view) for chart in CHARTS.values() for view in chart.views.values()])


def point(chart, view, x, y, **other):
    return {"chart_version": chart.version, "body": chart.body, "view": view.id, "x": x, "y": y} | other


# ---- the drawings -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("body", bodychart.BODIES)
def test_the_drawing_matches_its_schema(body):
    schema = json.loads((bodychart.DATA / "bodychart.schema.json").read_text())
    drawing = json.loads((bodychart.DATA / f"bodychart_{body}.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(drawing)
    assert (drawing["version"], drawing["body"]) == (bodychart.VERSION, body)


def test_both_bodies_have_the_same_regions():
    female, male = ([r.id for v in CHARTS[body].views.values() for r in v.regions] for body in bodychart.BODIES)
    assert female == male
    assert len(female) == len(set(female))


@pytest.mark.parametrize(("view_id", "side"), RIGHT_OF_PICTURE.items())
@pytest.mark.parametrize("body", bodychart.BODIES)
def test_the_side_of_a_region_follows_from_where_it_lies(body, view_id, side):
    other = {"left": "right", "right": "left"}[side]
    wrong = [
        region.id
        for region in CHARTS[body].view(view_id).regions
        if region.side != "midline" and region.side != (side if region.label[0] > 0 else other)
    ]
    assert wrong == []


def test_every_drawn_muscle_is_in_the_catalogue():
    with (bodychart.DATA / "muscles.csv").open(newline="", encoding="utf-8") as file:
        catalogue = {row["key"] for row in csv.DictReader(file)}
    drawn = {region.muscle for _, _, region in EVERY_REGION}
    assert {muscle: keys for muscle in drawn if not (keys := bodychart.structures_of(muscle))} == {}
    assert {key for muscle in drawn for key in bodychart.structures_of(muscle)} <= catalogue


def test_a_version_that_was_never_shipped_is_not_drawn():
    with pytest.raises(bodychart.NotDrawn):
        bodychart.load("9", "female")
    with pytest.raises(bodychart.NotDrawn):
        CHARTS["male"].view("inside")


# ---- what lies under a point ------------------------------------------------------------------------------------
@given(regions)
def test_the_label_of_a_region_lies_in_it(place):
    _, view, region = place
    assert contains(region.rings, *region.label)
    assert region in bodychart.regions_at(view, *region.label)
    assert bodychart.problem_with(point(CHARTS["female"], view, *region.label)) is None


@given(regions)
def test_a_tap_on_a_label_means_that_muscle_unless_a_more_superficial_or_smaller_one_lies_there(place):
    _, view, region = place
    meant = bodychart.region_at(view, *region.label)
    assert contains(meant.rings, *region.label)
    assert (meant.deep, meant.area) <= (region.deep, region.area)


@given(views, st.floats(0, 1), st.floats(0, 1))
def test_exact_hits_come_first_and_superficial_before_deep(place, across, down):
    _, view = place
    x, y = view.box[0] + across * view.box[2], view.box[1] + down * view.box[3]
    found = bodychart.regions_at(view, x, y)
    exact = [contains(region.rings, x, y) for region in found]
    assert exact == sorted(exact, reverse=True)
    layers = [region.deep for region, inside in zip(found, exact, strict=True) if inside]
    assert layers == sorted(layers)


@given(regions, st.floats(0, tau), st.floats(0, 1))
def test_a_tap_within_the_tolerance_of_the_border_still_finds_the_muscle(place, angle, part):
    _, view, region = place
    x, y = region.rings[0][0]
    x, y = x + part * 6.9 * cos(angle), y + part * 6.9 * sin(angle)
    assert region in bodychart.regions_at(view, x, y)


@given(regions, st.floats(0, tau))
def test_a_tap_beyond_the_tolerance_does_not_find_it(place, angle):
    _, view, region = place
    x, y = region.rings[0][0]
    x, y = x + 300 * cos(angle), y + 300 * sin(angle)
    far = not contains(region.rings, x, y) and distance(region.rings, x, y) > bodychart.TOLERANCE
    assert (region in bodychart.regions_at(view, x, y)) is not far


@given(regions)
def test_the_side_at_a_label_is_the_regions_side(place):
    _, view, region = place
    meant = bodychart.region_at(view, *region.label)
    assert bodychart.side_at(view, *region.label) == meant.side


def test_the_side_of_bare_skin_is_that_of_the_nearer_letter():
    anterior, lateral = CHARTS["female"].view("anterior"), CHARTS["female"].view("lateral_right")
    assert bodychart.side_at(anterior, 280, 12) == "left"
    assert bodychart.side_at(anterior, -280, 12) == "right"
    assert bodychart.side_at(lateral, 80, 12) == "right"


# ---- what a valid point is --------------------------------------------------------------------------------------
@given(views, st.floats(0, 1), st.floats(0, 1))
def test_every_point_inside_a_picture_is_good(place, across, down):
    chart, view = place
    left, top, width, height = view.box
    inside = point(chart, view, min(left + across * width, left + width), min(top + down * height, top + height))
    assert bodychart.problem_with(inside) is None


@given(views, st.sampled_from("xy"), st.booleans(), st.floats(0.01, 5000))
def test_every_point_outside_a_picture_is_refused(place, axis, beyond, by):
    chart, view = place
    left, top, width, height = view.box
    middle = {"x": left + width / 2, "y": top + height / 2}
    start, size = (left, width) if axis == "x" else (top, height)
    outside = point(chart, view, **middle) | {axis: start + size + by if beyond else start - by}
    assert bodychart.problem_with(outside).startswith("This point lies outside the picture")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"chart_version": "7"}, "There is no body chart 7. The current one is 1."),
        ({"chart_version": ""}, "There is no body chart without a version. The current one is 1."),
        ({"body": "child"}, "The body of a chart point is female or male."),
        ({"view": "inside"}, "The body chart has no view inside."),
        ({"x": None}, "A chart point has x and y as numbers."),
        ({"y": "12"}, "A chart point has x and y as numbers."),
        ({"x": True}, "A chart point has x and y as numbers."),
        ({"x": nan}, "This point lies outside the picture: x -285 to 285, y 8 to 992."),
        ({"y": inf}, "This point lies outside the picture: x -285 to 285, y 8 to 992."),
    ],
)
def test_what_is_wrong_with_a_point_is_a_sentence(change, sentence):
    good = {"chart_version": "1", "body": "female", "view": "posterior", "x": 61.5, "y": 236.0}
    assert bodychart.problem_with(good) is None
    assert bodychart.problem_with(good | change) == sentence


NONSENSE = st.none() | st.text("1aefmlnt.") | st.floats() | st.integers() | st.just(10**400) | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(["chart_version", "body", "view", "x", "y"]), NONSENSE))
def test_any_nonsense_gets_a_sentence(nonsense):
    assert isinstance(bodychart.problem_with(nonsense), str)


# ---- typed sites ------------------------------------------------------------------------------------------------
@given(st.sampled_from(sorted({k for keys in bodychart.catalogue_keys().values() for k in keys})),
       st.sampled_from(["left", "right"]), st.sampled_from(bodychart.BODIES))  # fmt: skip
def test_a_typed_structure_gets_a_point_in_its_own_muscle_and_side(structure, side, body):
    place = bodychart.label_point(structure, side, body)
    if place is None:
        assert not any(structure in bodychart.structures_of(region.muscle) for _, _, region in EVERY_REGION)
        return
    name, x, y = place
    found = bodychart.regions_at(CHARTS[body].view(name), x, y, tolerance=0)
    own = [region for region in found if structure in bodychart.structures_of(region.muscle)]
    assert {region.side for region in own} <= {side, "midline"}
    assert own


@pytest.mark.parametrize(
    ("structure", "view"),
    [
        ("infraspinatus", "posterior"),
        ("rectus_femoris", "anterior"),
        ("abductor_hallucis", "foot_plantar"),
        ("gluteus_medius", "posterior"),
    ],
)
def test_a_typed_structure_appears_where_it_shows_best(structure, view):
    assert bodychart.label_point(structure, "left", "female")[0] == view


def test_a_structure_that_is_not_drawn_gets_no_point():
    assert bodychart.label_point("supraspinatus_tendon", "left", "female") is None


# ---- for the browser --------------------------------------------------------------------------------------------
def test_slim_holds_the_views_and_layers_asked_for():
    drawing = bodychart.slim("male", ["posterior", "anterior"], ["superficial"])
    assert [view["id"] for view in drawing["views"]] == ["posterior", "anterior"]
    assert {region["layer"] for view in drawing["views"] for region in view["regions"]} == {"superficial"}
    assert {"fibres"} & {name for view in drawing["views"] for region in view["regions"] for name in region} == set()


def test_fibres_alone_say_how_they_run_and_nothing_else():
    (view,) = bodychart.slim("female", ["anterior"], ["fibres"])["views"]
    assert {*view} == {"id", "regions"}
    assert {name for region in view["regions"] for name in region} == {"id", "layer", "fibres"}
    content, _ = bodychart.served("1", "female", ("anterior",), ("fibres",))
    assert len(content) < 30_000


def test_slim_gives_each_region_its_catalogue_keys():
    drawing = bodychart.slim("female", ["anterior"])
    scalenes = next(r for r in drawing["views"][0]["regions"] if r["muscle"] == "scalenes")
    assert scalenes["structures"] == ("scalenus_anterior", "scalenus_medius", "scalenus_posterior")


@pytest.mark.parametrize(("views", "layers"), [(("inside",), ()), ((), ("bones",))])
def test_what_is_not_drawn_is_not_served(views, layers):
    with pytest.raises(bodychart.NotDrawn):
        bodychart.served("1", "female", views, layers)


def test_the_first_load_of_the_editor_is_light_and_its_digest_stable():
    content, digest = bodychart.served("1", "female", ("anterior", "posterior"), ("deep", "superficial"))
    assert len(content) < 80_000
    assert json.loads(gzip.decompress(content))["body"] == "female"
    assert bodychart.served.__wrapped__("1", "female", ("anterior", "posterior"), ("deep", "superficial")) == (
        content,
        digest,
    )


def test_flattening_keeps_the_areas_the_drawing_states():
    for _, _, region in EVERY_REGION:
        area = abs(sum(_signed_area(ring) for ring in rings_of(region.path)))
        assert abs(area - region.area) <= 1.5 + 0.02 * region.area, region.id


def _signed_area(ring):
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2
