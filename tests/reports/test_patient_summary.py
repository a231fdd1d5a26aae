from dataclasses import replace

import pytest

from reports.drawing import patient_summary
from reports.drawing.patient_summary import FITS, SIZES, DoesNotFit
from tests.reports import samples
from tests.reports.reading import texts


def page(content):
    (only,) = texts(patient_summary.render(content).content)
    return only


@pytest.mark.parametrize("paper_size", ["A4", "letter"])
@pytest.mark.parametrize("name", samples.SUMMARIES)
def test_it_is_one_page(name, paper_size):
    content = samples.SUMMARIES[name]
    practice = replace(content.practice, paper_size=paper_size)
    assert patient_summary.render(replace(content, practice=practice)).pages == 1


@pytest.mark.parametrize("name", samples.SUMMARIES)
def test_whose_it_is_and_when_to_call_is_on_it(name):
    content = samples.SUMMARIES[name]
    said = page(content)
    assert f"Record {content.patient.record_number}" in said
    assert f"document {content.document}" in said
    assert "Call 000 now" in said
    assert "Page 1 of 1" in said


def test_every_site_is_named_however_many_there_are():
    said = page(samples.SIXTY_SITES)
    assert said.count("Your right shoulder blade") == 5
    assert all(f" {number} " in f" {said} " for number in range(1, 61))


def test_the_type_steps_down_before_it_refuses():
    assert [fit.size for fit in FITS[: len(SIZES)]] == sorted(SIZES, reverse=True)
    with pytest.raises(DoesNotFit):
        page(replace(samples.SUMMARY, what_it_is="word " * 5_000))


def test_without_needles_it_says_so_and_leaves_out_what_only_needling_brings():
    said = page(samples.NO_NEEDLING)
    assert "Your treatment" in said
    assert "No needles were used this time." in said
    for words in ("Where you were needled", "Day 1", "What is dry needling?", "drawing"):
        assert words not in said


def test_sites_that_are_not_drawn_are_listed_without_a_drawing():
    said = page(samples.NOT_DRAWN)
    assert "Top of your right shoulder" in said
    assert "Back" not in said
    assert "muscle borders" not in said


def test_what_a_practice_does_not_have_leaves_no_gap():
    said = page(samples.BARE)
    for words in ("After hours", "Questions?", "Your next visit", "Registration", "·   ·", "What helps"):
        assert words not in said
    reached_by_mail = replace(samples.SUMMARY, practice=replace(samples.BARE_PRACTICE, email="rooms@example.org"))
    assert "Questions? rooms@example.org" in page(reached_by_mail)


def test_a_void_one_says_why():
    assert "VOID: signed in the wrong patient’s file" in page(samples.VOID_SUMMARY)


def test_dotted_areas_are_explained_only_when_there_are_any():
    assert "Dotted: where you felt it elsewhere" in page(samples.ELSEWHERE)
    assert "Dotted" not in page(samples.SUMMARY)
