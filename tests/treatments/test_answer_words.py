"""An answer in one line for the next note, and the areas a patient is asked about."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import page_as
from treatments import bodychart
from treatments.answer_words import Said, line, short
from treatments.models import FollowUp
from treatments.plain_words import STRUCTURES
from treatments.soreness import RED_FLAGS
from treatments.soreness_areas import Treated, areas_of, given_before, picture, scores

AT = datetime(2026, 11, 25, 10, 12)
PLAIN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine


def said(**more):
    empty = {"told_to": "", "hours_since": 24, "scores": [("Right upper trapezius", 4)], "still_sore": None, "lasted_hours": None,
             "function": "", "bruise": None, "red_flags": [], "comment": ""}  # fmt: skip
    return Said(at=AT, **(empty | more))


@pytest.mark.parametrize(("more", "text", "button"), [
    ({"still_sore": False, "lasted_hours": 48},
     "Answered by the patient by link, 25 Nov 2026 10:12: right upper trapezius 4/10 at 24 h, gone by 48 h.", "24 h: 4/10"),
    ({"told_to": "Dana Whitfield", "still_sore": True, "function": "much", "bruise": True},
     "Told to Dana Whitfield, 25 Nov 2026 10:12: right upper trapezius 4/10 at 24 h, still sore, held up a lot, a bruise.", "24 h: 4/10"),
    ({"scores": [("Left soleus", None)], "hours_since": None},
     "Answered by the patient by link, 25 Nov 2026 10:12: no score given.", "Answer: no score"),
    ({"scores": [("Left soleus", 0), ("Right soleus", None)], "still_sore": False, "lasted_hours": 0},
     "Answered by the patient by link, 25 Nov 2026 10:12: left soleus 0/10 at 24 h, was not sore.", "24 h: 0/10"),
    ({"red_flags": ["chest_pain", "breathlessness"], "comment": " O'Neill's stairs "},
     "Answered by the patient by link, 25 Nov 2026 10:12: right upper trapezius 4/10 at 24 h, warning signs: chest pain and "
     "short of breath; “O'Neill's stairs”.", "24 h: 4/10"),
    ({"comment": "Stairs hurt a little."},
     "Answered by the patient by link, 25 Nov 2026 10:12: right upper trapezius 4/10 at 24 h; “Stairs hurt a little.”", "24 h: 4/10"),
])  # fmt: skip
def test_an_answer_reads_in_one_line_with_its_origin(more, text, button):
    assert (line(said(**more)), short(said(**more))) == (text, button)


@PLAIN
@given(st.lists(st.tuples(st.sampled_from(["Left soleus", "Right soleus"]), st.none() | st.integers(0, 10)), max_size=4),
       st.none() | st.integers(0, 2000), st.sets(st.sampled_from(list(RED_FLAGS))))  # fmt: skip
def test_silence_is_never_zero(given_scores, hours, flags):
    text = line(said(scores=given_scores, hours_since=hours, red_flags=sorted(flags)))

    assert text.count("/10") == sum(score is not None for _, score in given_scores)
    assert ("0/10" in text.replace("10/10", "")) == any(score == 0 for _, score in given_scores)
    assert "\n" not in text


# ---- the areas ----------------------------------------------------------------------------------------------------------
SITES = st.builds(Treated, structure=st.sampled_from(list(STRUCTURES)), side=st.sampled_from(["left", "right"]),
                  area=st.just(None), name=st.just("X"))  # fmt: skip


@PLAIN
@given(st.lists(SITES, max_size=12))
def test_every_treated_structure_is_in_one_question_and_each_place_is_asked_once(sites):
    areas = areas_of(sites)
    places = [place for area in areas for place in area.places]

    assert sorted(places) == sorted({(s.structure, s.side) for s in sites})
    assert len({area.words for area in areas}) == len(areas)
    assert [area.number for area in areas] == list(range(1, len(areas) + 1))


@PLAIN
@given(st.lists(SITES, max_size=8), st.data())
def test_what_was_given_comes_back_and_what_was_not_stays_empty(sites, data):
    areas = areas_of(sites)
    given_scores = {area.field: data.draw(st.none() | st.integers(0, 10)) for area in areas}
    stored = scores(areas, given_scores)

    assert given_before(areas, stored) == given_scores
    assert sum(entry["score"] is None for entry in stored) == sum(
        len(a.places) for a in areas if given_scores[a.field] is None
    )


@pytest.mark.parametrize("body", bodychart.BODIES)
def test_every_everyday_place_that_is_drawn_can_be_pictured(body):
    for structure in STRUCTURES:
        drawn = picture(areas_of([Treated(structure, "left", None, "X")]), body)
        assert drawn.count("<circle") in (0, 1)
        assert len(drawn) < 9000


def test_nothing_in_the_picture_is_markup_of_a_name():
    drawn = picture(areas_of([Treated("soleus", "left", None, "X")]), "female")

    assert 'aria-label="Back of the body. 1: Your left calf"' in drawn


# ---- in the next note -----------------------------------------------------------------------------------------------------
def test_the_next_note_offers_the_answer_and_never_writes_it_by_itself(world):
    FollowUp.objects.filter(pk=world.follow_up.pk).update(
        state="answered", answered_at=world.follow_up.due_at, reported_by="patient", hours_since=24,
        soreness=[{"structure": "soleus", "side": "left", "score": 4}], comment="Can't run",
    )  # fmt: skip
    world.draft.__class__.objects.filter(pk=world.draft.pk).update(started_at=world.follow_up.due_at)
    page = page_as(world.cast.anna).get(f"/sessions/{world.draft.pk}/edit").content.decode()

    assert (
        'data-insert="Answered by the patient by link, 25 Nov 2026 11:30: left soleus 4/10 at 24 h; “Can&#x27;t run”."'
    ) in page
    assert "Answered 24 h: 4/10" in page
    world.draft.refresh_from_db()
    assert world.draft.subjective == "Calf ache."


def test_without_an_answer_nothing_is_offered(world):
    assert "data-insert" not in page_as(world.cast.anna).get(f"/sessions/{world.draft.pk}/edit").content.decode()


def test_the_chart_tells_the_whole_answer_and_its_warning_signs_stand_out(world):
    FollowUp.objects.filter(pk=world.follow_up.pk).update(
        state="answered", answered_at=world.follow_up.due_at, reported_by="patient", hours_since=24, still_sore=False,
        lasted_hours=30, function="some", bruise=True, red_flags=["chest_pain"], comment="Anna's <b>stairs</b>",
        soreness=[{"structure": "soleus", "side": "left", "score": 4}, {"structure": "soleus", "side": "right", "score": None}],
    )  # fmt: skip
    page = page_as(world.cast.anna).get(f"/sessions/patient/{world.patient.pk}").text

    assert "Left soleus 4/10 at 24 h, gone by 30 h, held up a little, a bruise; not asked: right soleus" in page
    assert "Warning signs: chest pain" in page
    assert "Answered by the patient by link" in page
    assert "Anna&#x27;s &lt;b&gt;stairs" in page
