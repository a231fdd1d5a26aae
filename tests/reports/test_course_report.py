"""The report of a course of care: drawn and gathered; one visit and forty, no scores, gaps that are never zero."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reports import actions, checking, gathering
from reports.contents import CourseReport, MuscleRow, OutcomePlot, Visit
from reports.drawing import course_plots, course_report
from reports.models import Document
from reports.short_names import short_names
from tests.cast import NOW, Cast, api_as, page_as
from tests.reports import samples
from tests.reports.reading import alternatives, roles, texts
from tests.world import SIGNED_AT, World, a_site, make_world, sign, start
from tools.check_tags import problems
from treatments import actions as treatment_actions
from treatments.models import FollowUp
from treatments.plots import Bar, Dot, Line, Plot, Words

COURSE = samples.COURSE
MANY = tuple(Visit(str(i), f"{i % 28 + 1} Oct", "UT, IS, LS, PM, TM", 5, 9, 4, i % 11, (i + 3) % 11, i % 7, None, "bruise of 2 cm" if i % 9 == 0 else "")
             for i in range(1, 41))  # fmt: skip
FORTY = replace(
    COURSE,
    visits=MANY,
    muscles=tuple(
        MuscleRow(f"Right muscle number {n} with a long name indeed (M{n})", (n % 5,) * 40) for n in range(1, 15)
    ),
)
PLOT = Plot(660, 128, "A score over time.", (
    Bar("band", 40, 30, 610, 20), Line("axis", ((40, 24), (650, 24))), Line("line1", ((60, 90), (200, 60))), Line("line2", ((60, 95), (200, 70))),
    Dot("dot1", 60, 90), Dot("dot2", 200, 70), Words("val", 60, 80, "4"), Words("note", 32, 28, "10", "end"), Words("note", 40, 12, "shaded", "start")))  # fmt: skip
HARD = {
    "course": COURSE,
    "one visit": replace(COURSE, visits=COURSE.visits[:1], muscles=(MuscleRow("Right infraspinatus (IS)", (3,)),)),
    "forty visits": FORTY,
    "no pain asked": replace(COURSE, visits=tuple(replace(v, before=None, after=None) for v in COURSE.visits)),
    "passes not counted": replace(COURSE, visits=(replace(COURSE.visits[0], passes=None, twitches=None),), muscles=(MuscleRow("X (X)", (None,)),)),
    "with a plot": replace(COURSE, plots=(OutcomePlot("Neck disability index", PLOT),) * 3),
    "bare": CourseReport(samples.BARE_PRACTICE, samples.TOMAS, samples.INGRID, "Pain", (), "E-1"),
    "long title": replace(COURSE, title="A very long title of a course of care " * 8, patient=replace(samples.INGRID, name=samples.LONG_NAME)),
    "oneill": replace(COURSE, patient=replace(samples.INGRID, name="Siobhán O'Neill")),
    "right to left": replace(COURSE, patient=replace(samples.INGRID, name="מרים אברהם")),
    "unprintable": replace(COURSE, title=samples.UNSETTABLE, plan=(samples.UNSETTABLE,)),
    "markup": replace(COURSE, title=samples.MARKUP, response=(samples.MARKUP,), in_short=samples.MARKUP),
}  # fmt: skip


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("name", HARD)
def test_tags_are_whole_and_the_same_content_gives_the_same_bytes(name, paper):
    content = replace(HARD[name], practice=replace(HARD[name].practice, paper_size=paper))
    made = course_report.render(content)

    assert problems(made.content) == []
    assert made.content == course_report.render(content).content
    assert made.pages == len(texts(made.content))


@pytest.mark.parametrize("name", HARD)
def test_whose_it_is_and_which_page_stand_on_every_page(name):
    content = replace(HARD[name], patient=replace(HARD[name].patient, record_number="002041"))
    made = course_report.render(content)

    checking.check(made.content, pages=made.pages, name=content.patient.name, record_number=2041)
    for number, page in enumerate(texts(made.content), 1):
        assert f"Page {number} of {made.pages}" in page


def test_it_reads_in_its_order():
    said = " ".join(texts(course_report.render(COURSE).content))
    words = ("Course of care: Right shoulder and neck pain", "Pain before treatment fell", "Pain over the visits", "change that",
             "Outcomes", "Muscles needled", "Response to needling", "No further needling planned.")  # fmt: skip
    assert sorted(words, key=said.index) == list(words)
    assert "Childs 2005, PMID 15928561. A yardstick, not a verdict." in said


def test_a_dash_is_not_zero():
    assert course_report.visit_row(COURSE.visits[3])[7:9] == ("–", "4")
    assert course_report.visit_row(replace(COURSE.visits[3], after=0))[7] == "0"


def test_the_plot_is_told_in_words():
    (alternative,) = alternatives(course_report.render(COURSE).content)
    assert "visit 4, 13 Nov: before 5, after not asked" in alternative


def test_headings_and_tables_are_there_for_a_screen_reader():
    found = roles(course_report.render(COURSE).content)
    assert (found.count("H1"), found.count("H2"), found.count("Table"), found.count("Figure")) == (1, 6, 3, 1)


def test_forty_visits_stand_in_three_grids():
    grids = course_plots.grids(FORTY.muscles, tuple(v.label for v in FORTY.visits))
    assert [grid.labels for grid in grids] == [
        tuple(map(str, range(1, 17))),
        tuple(map(str, range(17, 33))),
        tuple(map(str, range(33, 41))),
    ]


def test_a_muscle_that_was_not_needled_in_a_grid_is_left_out_of_it():
    rows = (MuscleRow("A", (1,) * 16 + (0,)), MuscleRow("B", (0,) * 16 + (None,)))
    assert [[m.name for m in g.muscles] for g in course_plots.grids(rows, tuple(map(str, range(17))))] == [["A"], ["B"]]


@pytest.mark.parametrize(("names", "short"), [
    (["upper trapezius", "infraspinatus"], ["UT", "IN"]),
    (["teres major", "teres minor"], ["TM", "TE"]),
    (["soleus", "soleus", "sole"], ["SO", "SOL"]),
    (["a", "", "b of the c"], ["A2", "?2", "BC"]),
])  # fmt: skip
def test_short_names_differ(names, short):
    assert list(short_names(names).values()) == short


# ---- from the record -------------------------------------------------------------------------------------------------
@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def a_course(world, count=3):
    anna = world.cast.anna
    return [sign(start(world.patient, anna, episode=world.episode.pk, started_at=NOW + timedelta(minutes=n), pain_before=7 - n,
                       pain_after=None if n == 1 else 3, plan="Walk daily. Review in a week.",
                       sites=[a_site(), a_site(side="right", insertions=None)], needles_out=2), anna) for n in range(count)]  # fmt: skip


def report_of(world, by="anna"):
    return gathering.course_report(world.episode, document="E-1", by=world.cast.person(by), at=SIGNED_AT)


def test_the_figures_come_from_the_signed_sessions(world):
    a_course(world)
    told = report_of(world)

    assert [(v.label, v.needles, v.passes, v.twitches, v.before, v.after) for v in told.visits] == [
        ("1", 2, 3, 8, 7, 3), ("2", 2, 3, 8, 6, None), ("3", 2, 3, 8, 5, 3)]  # fmt: skip
    assert told.muscles == (
        MuscleRow("Left soleus (L SO)", (3, 3, 3)),
        MuscleRow("Right soleus (R SO)", (None, None, None)),
    )
    assert told.in_short.startswith("Pain before treatment fell from 7 to 5 over three visits.")
    assert told.plan == ("Walk daily.", "Review in a week.")
    assert ("Visits", "3 held; 6 needles") in told.facts


def test_drafts_and_void_sessions_are_named_and_not_counted(world):
    first, *_ = a_course(world)
    treatment_actions.void_session(
        pk=first.pk, reason="Wrong course", by=world.cast.anna, at=SIGNED_AT, version=first.version
    )
    start(world.patient, world.cast.anna, episode=world.episode.pk)
    told = report_of(world)

    assert len(told.visits) == 2
    assert "Not counted here: one void session and one session not signed yet." in told.response


def test_an_answer_counts_at_its_hours_and_silence_is_a_dash(world):
    first, *_ = a_course(world)
    check = FollowUp.objects.filter(session=first).earliest("due_at")
    values = {"hours_since": 25, "soreness": [{"structure": "soleus", "side": "left", "score": 4}], "still_sore": True, "function": "none",
              "bruise": None, "red_flags": [], "comment": "", "reported_by": "staff"}  # fmt: skip
    treatment_actions.record_answer(
        pk=check.pk, values=values, by=world.cast.dana, at=NOW + timedelta(hours=25), version=check.version
    )
    told = report_of(world)

    assert [(v.soreness_24, v.soreness_72) for v in told.visits] == [(4, None), (None, None), (None, None)]
    assert "Soreness at 24 hours: answered after 1 of three visits, median 4, highest 4." in told.response


def test_a_report_costs_the_same_for_one_visit_and_for_many(world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    a_course(world, 1)
    report_of(world)
    with CaptureQueriesContext(connection) as one:
        report_of(world)
    a_course(world, 6)
    with CaptureQueriesContext(connection) as many:
        report_of(world)
    assert len(many) == len(one)


def test_it_is_issued_superseded_and_says_what_it_was_made_of(world):
    sessions = a_course(world)
    first = actions.issue_course_report(episode_pk=world.episode.pk, by=world.cast.anna, at=SIGNED_AT)
    second = actions.issue_course_report(episode_pk=world.episode.pk, by=world.cast.ben, at=SIGNED_AT)

    assert (second.supersedes, second.episode, second.session) == (first, world.episode, None)
    assert set(first.source_versions["sessions"]) == {str(s.pk) for s in sessions}


def test_a_course_without_a_signed_session_has_no_report(world):
    with pytest.raises(actions.NothingInTheCourse):
        actions.issue_course_report(episode_pk=world.episode.pk, by=world.cast.anna, at=SIGNED_AT)


@pytest.mark.parametrize(("who", "error"), [("dana", PermissionDenied), ("olga", PermissionDenied), ("zoe", Http404)])
def test_who_may_not_issue_it(world, who, error):
    a_course(world, 1)
    with pytest.raises(error):
        actions.issue_course_report(episode_pk=world.episode.pk, by=world.cast.person(who), at=SIGNED_AT)


def test_page_and_program_issue_the_same(world):
    a_course(world, 1)
    page = page_as(world.cast.anna)
    seen = page.get(f"/documents/episode/{world.episode.pk}").text
    by_page = page.post(f"/documents/episode/{world.episode.pk}")
    by_api = api_as(world.cast.anna).post(
        "/api/v1/documents", {"kind": "course_report", "episode": str(world.episode.pk)}, format="json"
    )

    assert "data:image/png;base64," in seen
    assert (by_page.status_code, by_api.status_code) == (302, 201)
    assert [d.kind for d in Document.objects.exclude(kind="full_record")] == ["course_report"] * 2


def test_a_document_of_a_session_is_seen_before_it_is_issued(world):
    seen = page_as(world.cast.anna).get(f"/documents/session/{world.signed.pk}/patient_summary/look")
    draft = page_as(world.cast.anna).get(f"/documents/session/{world.draft.pk}/patient_summary/look")
    desk = page_as(world.cast.dana).get(f"/documents/session/{world.signed.pk}/clinical_record/look")

    assert seen.text.count("data:image/png;base64,") == 1
    assert actions.NothingToIssue.message in draft.text
    assert desk.status_code == 403
    assert Document.objects.exclude(kind="full_record").count() == 0
