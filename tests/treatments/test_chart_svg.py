import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import bodychart, chart_svg
from treatments.chart_svg import Dot

FEMALE = bodychart.load("1", "female")
SHOULDER = [
    Dot(1, "posterior", 62, 186, "trapezius_upper", "right"),
    Dot(2, "posterior", 112, 224, "deltoid_posterior", "right"),
    Dot(3, "anterior", -60, 215, "pectoralis_major_clavicular", "right"),
]


@st.composite
def dots(draw):
    view = FEMALE.views[draw(st.sampled_from(sorted(FEMALE.views)))]
    left, top, width, height = view.box
    places = st.tuples(st.floats(0, 1), st.floats(0, 1))
    return view, [
        Dot(number, view.id, left + across * width, top + down * height)
        for number, (across, down) in enumerate(draw(st.lists(places, max_size=12)), 1)
    ]


@pytest.mark.parametrize("name", FEMALE.views)
@pytest.mark.parametrize("body", bodychart.BODIES)
def test_every_view_is_well_formed_without_inline_style(body, name):
    figure = chart_svg.figure(bodychart.load("1", body), name, words='Back & "front" <1>')
    ElementTree.fromstring(figure)
    assert "style" not in figure
    assert 'aria-label="Back &amp; &quot;front&quot; &lt;1&gt;"' in figure


def test_the_sides_stand_where_they_are():
    figure = chart_svg.figure(FEMALE, "anterior", words="Front")
    assert re.findall(r"<b>(.)</b>", figure) == ["R", "L"]
    figure = chart_svg.figure(FEMALE, "posterior", words="Back")
    assert re.findall(r"<b>(.)</b>", figure) == ["L", "R"]
    assert re.findall(r"<b>(.)</b>", chart_svg.figure(FEMALE, "lateral_left", words="Left")) == ["L"]


def test_a_signed_page_shows_only_the_views_with_sites():
    figures = chart_svg.signed_views(SHOULDER, "female")
    assert [re.search(r"<span>(.*?)</span>", figure)[1] for figure in figures] == ["Anterior", "Posterior"]
    assert [re.findall(r">(\d)</text>", figure) for figure in figures] == [["3"], ["1", "2"]]
    assert 'aria-label="Posterior. Sites 1, 2. The same sites are in the list."' in figures[1]


def test_needled_muscles_are_shaded_and_named():
    figure = chart_svg.signed_views(SHOULDER, "female")[1]
    shaded = re.findall(r'<path class="m hit" d="[^"]+"><title>(.*?)</title>', figure)
    assert sorted(shaded) == ["Deltoid, posterior, right", "Trapezius, upper, right"]


def test_a_deep_muscle_is_drawn_only_when_it_was_needled():
    plain = chart_svg.figure(FEMALE, "posterior", words="Back")
    needled = chart_svg.figure(FEMALE, "posterior", words="Back", marks={("levator_scapulae", "right"): "hit"})
    assert plain.count("deep") == 0
    assert needled.count("hit deep") == 1


def test_heat_goes_from_light_to_dark_and_never_beyond():
    back, front = chart_svg.heat_views({("infraspinatus", "right"): 9, ("gluteus_medius", "left"): 1}, "male")
    assert 'class="m h3"' in back
    assert 'class="m h1"' in back
    assert "h3" not in front


@given(dots())
def test_a_crop_holds_every_dot_and_stays_in_the_picture(place):
    view, here = place
    left, top, width, height = chart_svg.crop(view, here)
    assert view.box[0] - 0.1 <= left
    assert left + width <= view.box[0] + view.box[2] + 0.1
    assert view.box[1] - 0.1 <= top
    assert top + height <= view.box[1] + view.box[3] + 0.1
    assert all(left - 0.1 <= d.x <= left + width + 0.1 and top - 0.1 <= d.y <= top + height + 0.1 for d in here)


@given(dots(), st.floats(0, 60))
def test_every_dot_is_in_exactly_one_badge(place, near):
    _, here = place
    numbers = [number for *_, members in chart_svg.clusters(here, near) for number in members]
    assert sorted(numbers) == [dot.number for dot in here]


def test_dots_that_would_cover_each_other_share_a_badge():
    close = [Dot(4, "posterior", 60, 220), Dot(5, "posterior", 62, 222), Dot(6, "posterior", 64, 221)]
    figure = chart_svg.figure(FEMALE, "posterior", words="Back", dots=close)
    assert re.findall(r"<text[^>]*>(.*?)</text>", figure) == ["4, 5, 6"]


def test_a_view_that_does_not_exist_is_not_drawn():
    with pytest.raises(bodychart.NotDrawn):
        chart_svg.figure(FEMALE, "inside", words="")
