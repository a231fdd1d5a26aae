"""Change judged against the yardstick with its source, and the picture of a course: gaps stay gaps."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.instruments import instruments
from treatments.outcome_plot import BOTTOM, LEFT, MOST_POINTS, RIGHT, TOP, outcome_plot, slots
from treatments.outcomes import Point, Series, arrange, band, change_of, judge
from treatments.plots import Bar, Dot, Line, Plot, Words, svg, thinned

# key, first, last, way, size, sentence. Yardsticks: clinical content v1, outcome_measures.csv
TABLE = [
    ("nprs", 8, 5, "better", "reached", "3 points better: 8, then 5. Reaches the yardstick of 2 (Childs 2005 PMID 15928561)."),
    ("nprs", 8, 7, "better", "smaller", "1 point better: 8, then 7. Smaller than the yardstick of 2 (Childs 2005 PMID 15928561)."),
    ("nprs", 5, 8, "worse", "reached", "3 points worse: 5, then 8. Reaches the yardstick of 2 (Childs 2005 PMID 15928561)."),
    ("nprs", 5, 5, "same", "smaller", "No change: 5, then 5. Smaller than the yardstick of 2 (Childs 2005 PMID 15928561)."),
    ("ndi", 22, 17, "better", "reached", "5 points better: 22, then 17. Reaches the yardstick of 5 (Vernon via chiro.org; noterro.com)."),
    ("psfs", "3.3", "5.2", "better", "between", "1.9 points better: 3.3, then 5.2. Inside the range of 1.9 to 2 on which the sources differ (Rysstad 2020)."),
    ("quickdash", 60, 45, "better", "between", "15 points better: 60, then 45. Inside the range of 9 to 20 on which the sources differ (Sorensen; Rysstad 2020; dash.iwh.on.ca)."),
    ("lefs", 40, 50, "better", "reached", "10 points better: 40, then 50. Reaches the yardstick of 9 (Binkley 1999)."),
    ("vas100", 60, 40, "better", "reached", "20 mm better: 60, then 40. Reaches the yardstick of 15 (Ostelo 2008)."),
    ("rom", 60, 75, "better", "unknown", "15 ° better: 60, then 75. The catalogue has no sourced yardstick for it."),
    ("ppt", 300, 250, "worse", "unknown", "50 kPa worse: 300, then 250. The catalogue has no sourced yardstick for it."),
    ("groc11", 1, 3, "better", "reached", "3: better, as the patient says. Reaches the yardstick of 2.5 (Kamper 2009; secondary source)."),
    ("groc11", 3, 0, "same", "smaller", "0: the same, as the patient says. Smaller than the yardstick of 2.5 (Kamper 2009; secondary source)."),
]  # fmt: skip


@pytest.mark.parametrize(("key", "first", "last", "way", "size", "sentence"), TABLE)
def test_a_change_is_said_beside_its_yardstick(key, first, last, way, size, sentence):
    change = judge(instruments()[key], Decimal(first), Decimal(last))
    assert (change.way, change.size, change.words) == (way, size, sentence)


def test_nothing_is_called_a_success_or_a_failure():
    said = " ".join(row[-1] for row in TABLE).lower()
    assert not re.search(r"success|fail|improved|significant|cured", said)


keys = st.sampled_from([key for key, one in instruments().items() if one.measures == "state"])


@given(keys, st.integers(0, 10), st.integers(0, 10))
def test_the_way_back_is_as_far_and_opposite(key, first, last):
    one = instruments()[key]
    low = one.least
    there, back = (judge(one, low + a, low + b) for a, b in ((first, last), (last, first)))
    assert there.difference == -back.difference
    assert there.size == back.size
    assert {there.way, back.way} in ({"better", "worse"}, {"same"})


@given(keys, st.integers(0, 10))
def test_the_band_holds_the_first_and_stays_in_the_range(key, first):
    one = instruments()[key]
    limits = band(one, one.least + first)
    if limits is not None:
        assert one.least <= limits[0] <= one.least + first <= limits[1] <= one.most


NOON = datetime(2026, 9, 1, 2, tzinfo=UTC)


def point(day: int, value: int | None, timing: str = "between") -> Point:
    at = NOON + timedelta(days=day)
    return Point(at, at.date(), None if value is None else Decimal(value), timing)


def nprs(*points: Point) -> Series:
    return Series(instruments()["nprs"], points)


def test_what_was_not_answered_is_a_gap_and_never_zero():
    plot = outcome_plot(nprs(point(0, 8), point(7, 7), point(14, None), point(21, 6), point(28, 5)))
    lines = [s for s in plot.of(Line) if s.kind == "line1"]
    assert [len(s.points) for s in lines] == [2, 2]
    assert len(plot.of(Dot)) == 4
    assert [w.text for w in plot.of(Words) if w.kind == "val"] == ["8", "7", "6", "5"]


def test_a_change_needs_two_answers_and_leaves_the_gaps_out():
    assert change_of(nprs(point(0, 8), point(7, None))) is None
    change = change_of(nprs(point(0, None), point(7, 8), point(14, 5), point(21, None)))
    assert (change.first, change.last) == (8, 5)


def test_after_a_session_is_compared_only_where_there_is_nothing_else():
    visits = nprs(point(0, 8, "before"), point(0, 5, "after"), point(7, 6, "before"), point(7, 2, "after"))
    assert change_of(visits).words.startswith("2 points better: 8, then 6.")
    assert change_of(nprs(point(0, 5, "after"), point(7, 2, "after"))).difference == -3


def test_before_and_after_of_a_day_stand_in_one_column_on_two_lines():
    visits = nprs(point(0, 8, "before"), point(0, 5, "after"), point(7, 6, "before"), point(7, 2, "after"))
    plot = outcome_plot(visits)
    assert slots(visits.points) == [(date(2026, 9, 1), 8, 5), (date(2026, 9, 8), 6, 2)]
    assert {s.kind for s in plot.of(Line)} == {"axis", "line1", "line2"}
    assert len({d.x for d in plot.of(Dot)}) == 2


def test_the_band_says_its_source():
    plot = outcome_plot(nprs(point(0, 8), point(7, 6)))
    assert [b.kind for b in plot.of(Bar)] == ["band"]
    assert any("under 2 points from the first, too small to count on (Childs 2005" in w.text for w in plot.of(Words))


def test_an_instrument_without_a_yardstick_has_no_band():
    ppt = Series(instruments()["ppt"], (point(0, 310), point(7, 380)))
    assert outcome_plot(ppt).of(Bar) == []


def test_a_long_course_shows_the_first_and_the_latest_and_says_so():
    plot = outcome_plot(nprs(*(point(day, day % 11) for day in range(400))))
    assert len(plot.of(Dot)) == MOST_POINTS
    assert "400 scores, the latest 3. Drawn are the first and the latest 23 of 400." in plot.words


@given(
    st.sampled_from(list(instruments())),
    st.lists(st.none() | st.integers(0, 10), min_size=1, max_size=60),
    st.booleans(),
)
def test_everything_drawn_lies_inside_and_the_svg_is_well_formed(key, values, after):
    one = instruments()[key]
    timing = ["before", "after"] if after else ["between"]
    points = [
        point(i, None if v is None else int(one.least) + v, timing[i % len(timing)]) for i, v in enumerate(values)
    ]
    plot = outcome_plot(Series(one, tuple(points), "right", "A < B & 'C'"))
    for dot in plot.of(Dot):
        assert LEFT <= dot.x <= RIGHT
        assert TOP <= dot.y <= BOTTOM
    ElementTree.fromstring(svg(plot))


@given(st.integers(1, 200), st.integers(2, 30))
def test_labels_are_few_and_hold_the_first_and_the_last(count, room):
    kept = thinned(count, room)
    assert {0, count - 1} <= kept <= set(range(count))
    assert len(kept) <= max(room, 2)


def test_words_are_escaped():
    plot = Plot(10, 10, 'x" onload="y', (Words("note", 1, 1, "<b>&"),))
    assert svg(plot).count("<b>") == 0
    assert 'aria-label="x&quot; onload=&quot;y"' in svg(plot)


def test_series_are_one_for_each_instrument_and_place():
    one = instruments()["nprs"]
    rows = [
        (one, "", "Shoulder", point(1, 4)),
        (one, "", "shoulder ", point(0, 5)),
        (one, "left", "Shoulder", point(0, 6)),
    ]
    assert [(s.title, [int(p.value) for p in s.points]) for s in arrange(rows)] == [
        ("Numeric pain rating scale: Shoulder", [5, 4]), ("Numeric pain rating scale: Shoulder, left", [6]),
    ]  # fmt: skip
