"""Dose beside answer: sentences as a table, no answer never zero, sites of a session one dose, everything drawn inside."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.plots import Dot, Gap, Line, Words, svg
from treatments.reactor import Caution, Reactor
from treatments.response import Dose, Muscle, Said, Visit, by_muscle, sentence, signed, with_answers
from treatments.response_plot import BOTTOM, LEFT, RIGHT, TOP, response_plot
from treatments.soreness import Expected

AT = datetime(2026, 11, 3, 22, tzinfo=UTC)


USUAL_DOSE = Dose(2, 8, 6, 25)


def visit(number: int = 0, dose: Dose = USUAL_DOSE, **more) -> Visit:
    at = AT + timedelta(days=7 * number)
    return Visit(number, at, at.date(), dose, **more)


SENTENCES = [
    ({"sore_first": 7, "pain_before": 5, "next_pain": 5, "has_next": True}, "Last time 8 passes, 6 twitches: soreness 7, no gain."),
    ({"sore_first": 3, "sore_second": 1, "pain_before": 6, "next_pain": 4, "has_next": True}, "Last time 8 passes, 6 twitches: soreness 3, pain 2 less at the next visit."),
    ({"sore_first": 0, "pain_before": 4, "next_pain": 5, "has_next": True}, "Last time 8 passes, 6 twitches: soreness 0, pain 1 more at the next visit."),
    ({"sore_second": 2}, "Last time 8 passes, 6 twitches: soreness 2, next visit to come."),
    ({"waits": frozenset({"first", "second"})}, "Last time 8 passes, 6 twitches: soreness not answered yet, next visit to come."),
    ({"has_next": True, "pain_before": 4}, "Last time 8 passes, 6 twitches: soreness not known, gain not known."),
    ({"dose": Dose(1, 1, 1, None)}, "Last time 1 pass, 1 twitch: soreness not known, next visit to come."),
    ({"dose": Dose(3, None, None, None)}, "Last time 3 needles: soreness not known, next visit to come."),
    ({"dose": Dose(1, None, 0, None)}, "Last time 0 twitches: soreness not known, next visit to come."),
]  # fmt: skip


@pytest.mark.parametrize(("more", "words"), SENTENCES)
def test_the_last_time_in_a_sentence(more, words):
    assert sentence(visit(**more)) == words


def test_no_answer_is_never_zero():
    place = ("soleus", "left")
    assert with_answers(visit(), place, []).peak is None
    assert with_answers(visit(), place, [Said(24, {("soleus", "right"): 5})]).peak is None
    assert with_answers(visit(), place, [Said(24, {place: 0})]).peak == 0


@pytest.mark.parametrize(("hours", "first", "second"), [
    (1, 4, None), (24, 4, None), (48, 4, None), (49, None, 4), (72, None, 4), (120, None, 4), (121, None, None), (168, None, None),
])  # fmt: skip
def test_an_answer_belongs_to_the_hour_it_is_nearest_to(hours, first, second):
    place = ("soleus", "left")
    told = with_answers(visit(), place, [Said(hours, {place: 4})])
    assert (told.sore_first, told.sore_second) == (first, second)


doses = st.builds(
    Dose,
    st.integers(1, 9),
    st.none() | st.integers(0, 40),
    st.none() | st.integers(0, 30),
    st.none() | st.integers(1, 90),
)


@given(st.lists(doses, min_size=1, max_size=6))
def test_sites_of_one_session_are_one_dose(parts):
    [muscle] = by_muscle([("soleus", "left", "Left soleus", visit(dose=d)) for d in parts])
    whole = muscle.visits[0].dose
    assert len(muscle.visits) == 1
    assert whole.needles == sum(d.needles for d in parts)
    known = [d.passes for d in parts if d.passes is not None]
    assert whole.passes == (sum(known) if known else None)
    assert whole.depth_mm == max((d.depth_mm for d in parts if d.depth_mm), default=None)


def test_the_last_needled_stands_first_and_its_newest_visit_too():
    rows = [("a", "left", "Left a", visit(0)), ("b", "left", "Left b", visit(1)), ("b", "left", "Left b", visit(0))]
    assert [(m.name, [v.session for v in m.visits]) for m in by_muscle(rows)] == [("Left b", [1, 0]), ("Left a", [0])]


answers = st.none() | st.integers(0, 10)
visits = st.builds(
    lambda dose, a, b, c, d, w: {"dose": dose, "sore_first": a, "sore_second": b, "pain_before": c, "next_pain": d, "waits": frozenset({"first"}) if w else frozenset()},
    doses, answers, answers, answers, answers, st.booleans(),
)  # fmt: skip


@given(st.lists(visits, min_size=1, max_size=14))
def test_everything_drawn_lies_inside_and_only_answers_have_dots(rows):
    made = [visit(n, **row) for n, row in enumerate(rows)]
    muscle = Muscle("soleus", "left", "Left <soleus>", tuple(reversed(made)))
    plot = response_plot(muscle)
    late = made[-8:]
    known = sum((v.sore_first is not None) + (v.sore_second is not None) for v in late)
    assert len(plot.of(Dot)) == known
    assert len(plot.of(Gap)) == sum(v.sore_first is None for v in late)
    for dot in plot.of(Dot):
        assert LEFT <= dot.x <= RIGHT
        assert TOP <= dot.y <= BOTTOM
    ElementTree.fromstring(svg(plot))


def test_the_line_breaks_where_nobody_answered():
    made = [visit(n, sore_first=s) for n, s in enumerate([3, 4, None, 6, 5])]
    plot = response_plot(Muscle("soleus", "left", "Left soleus", tuple(reversed(made))))
    assert [len(x.points) for x in plot.of(Line) if x.kind == "line1"] == [2, 2]
    assert "24 h: no" in [w for gap in plot.of(Gap) for w in gap.words]
    assert [w.text for w in plot.of(Words) if w.text == "due"] == ["due"] * 5


@pytest.mark.parametrize(("change", "words"), [(None, "–"), (0, "0"), (-1, "−1"), (2, "+2")])
def test_a_change_carries_its_sign(change, words):
    assert signed(change) == words


DAY = AT.date()
USUAL = Expected(visits=5, median_hours=18, low_hours=8, high_hours=30, peak=4)


def reactor(**more) -> Reactor:
    base = {"sessions": 12, "cautions": (), "faints": 0, "last_faint": None, "bruised": 0, "bruise_asked": 0, "usual": None,
            "tolerance": ()}  # fmt: skip
    return Reactor(**base | more)


@pytest.mark.parametrize(("more", "line"), [
    ({}, ("Faints", "None recorded in 12 sessions", "")),
    ({"faints": 1, "last_faint": DAY}, ("Faints", "Once, last 3 Nov 2026", "reason")),
    ({"faints": 3, "last_faint": DAY}, ("Faints", "3 times, last 3 Nov 2026", "reason")),
    ({}, ("Usually sore", "No answer yet", "")),
    ({"usual": USUAL}, ("Usually sore", "18 h, peak 4 of 10 (8 to 30 h, 5 visits)", "")),
    ({}, ("Bruises", "Not asked yet", "")),
    ({"bruise_asked": 9, "bruised": 2}, ("Bruises", "2 of 9 answers", "")),
    ({}, ("Tolerance", "Nothing noted", "")),
    ({"tolerance": ((DAY, "Tense at first"),)}, ("Tolerance", "Tense at first (3 Nov 2026)", "")),
])  # fmt: skip
def test_the_profile_reads_in_four_lines(more, line):
    told = reactor(cautions=(Caution("phobia", "info", "x"),), **more).lines()
    assert len(told) == 4
    assert line in told
