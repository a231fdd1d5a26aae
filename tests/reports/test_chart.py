from dataclasses import replace

import pytest

from consent.regions import rows
from reports.contents import Point, Referral
from reports.drawing import chart, stipple
from reports.drawing.chart import Body
from tests.reports import samples
from treatments import bodychart, referral_areas

VIEWS = bodychart.load("1", "female").views


def body(*points, referrals=()):
    return Body.of(samples.INGRID, points, referrals)


def test_only_views_with_a_dot_are_drawn():
    assert [frame.view.id for frame in body(*samples.POINTS).frames()] == ["anterior", "posterior"]
    assert body().frames() == []


def test_the_half_that_holds_every_dot_is_enough():
    assert [frame.cut for frame in body(*samples.POINTS).frames()] == ["upper445", "upper445"]
    assert [frame.cut for frame in body(*samples.FIRST_VISIT.points[2:]).frames()] == ["lower445"]
    assert [frame.cut for frame in body(*samples.FOURTEEN_POINTS).frames()] == ["whole445"] * 3


def test_a_view_that_the_chart_does_not_have_is_not_drawn():
    assert body(Point(1, "inside", 0, 0, (), "left")).frames() == []


@pytest.mark.parametrize("name", bodychart.BODIES)
def test_every_view_of_every_body_can_be_drawn(name):
    patient = replace(samples.INGRID, body=name)
    points = tuple(Point(i, view, 0.0, 300.0, (), "left") for i, view in enumerate(VIEWS, 1))
    frames = Body.of(patient, points, ()).frames()
    assert [frame.view.id for frame in frames] == list(VIEWS)
    assert all(len(chart.stream(frame, 1.0)) > 1_000 for frame in frames)
    assert chart.TITLES.keys() == VIEWS.keys()


def test_a_path_becomes_operators():
    assert chart.operators("M1 2C3 4 5 6 7 8Z") == "1 2 m 3 4 5 6 7 8 c h"


# ---- where pain was felt elsewhere -----------------------------------------------------------------------------------
def test_every_referral_region_has_a_place():
    assert referral_areas.places().keys() == {row["key"] for row in rows() if row["kind"] == "referral"}


def test_every_place_lies_in_its_picture_on_the_patients_right():
    for name in bodychart.BODIES:
        views = bodychart.load("1", name).views
        for areas in referral_areas.places().values():
            for area in areas:
                assert views[area.view].holds(area.x, area.y)
                assert bodychart.side_at(views[area.view], area.x, area.y) != "left" or area.x == 0


def test_midline_regions_stand_in_the_middle_and_paired_ones_do_not():
    for row in rows():
        if row["kind"] == "referral":
            plainest = referral_areas.places()[row["key"]][0]
            assert (plainest.x == 0) == (row["sidedness"] == "midline")


def test_the_left_is_the_mirror_picture():
    (area,) = stipple.areas_of([Referral("temple", "left", "left temple")], {"anterior"})
    assert (area.view, area.x) == ("anterior", 36)


def test_a_side_nobody_wrote_down_stipples_both():
    areas = stipple.areas_of([Referral("temple", "midline", "temple")], {"anterior"})
    assert [area.x for area in areas] == [-36, 36]


def test_a_referral_no_shown_view_has_brings_its_own():
    assert {area.view for area in stipple.areas_of([Referral("sole", "right", "sole")], {"posterior"})} == {
        "foot_plantar"
    }
    frames = body(samples.POINTS[0], referrals=(Referral("chest_anterior", "right", "chest"),)).frames()
    assert [frame.view.id for frame in frames] == ["anterior", "posterior"]


def test_an_unknown_region_is_said_but_not_drawn():
    assert stipple.areas_of([Referral("elsewhere", "right", "elsewhere")], {"anterior"}) == ()


def test_a_muscle_is_shaded_only_where_its_needle_is_seen():
    drawn: dict[str, list[str]] = {}

    class Pen:
        """Notes the paths written for each view."""

        def __getattr__(self, name):
            return lambda *given, **named: None

        def write(self, operators):
            drawn[view].append(operators)

    for view in ("anterior", "posterior"):
        drawn[view] = []
        chart._draw_treated(Pen(), body(*samples.POINTS), chart.load("1", "female")[view], 0.4)
    assert [len(paths) for paths in drawn.values()] == [1, 3]
