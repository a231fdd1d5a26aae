"""The letter as it is drawn: every word, whose it is on every page, tags, hard cases, the same bytes."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import checking
from reports.contents import Letter
from reports.drawing import gp_letter
from tests.reports import samples
from tests.reports.reading import roles, texts
from tools.check_tags import problems

LETTER = samples.LETTER
LONG = replace(LETTER, opening=("A long story about very little. " * 60,) * 4, closing=("And more. " * 200,) * 3)
HARD = {
    "letter": LETTER,
    "draft": replace(LETTER, draft=True),
    "bare": Letter(samples.BARE_PRACTICE, replace(samples.TOMAS, profession="", registration=""), samples.INGRID, "1 May 2026",
                   "L-1", (), ""),
    "long": LONG,
    "one endless line": replace(LETTER, opening=("\n".join(map(str, range(400))),)),
    "many facts": replace(LETTER, facts=tuple((f"Fact {i}", "told " * 30) for i in range(60))),
    "oneill": replace(LETTER, patient=replace(samples.INGRID, name="Siobhán O'Neill"), subject="Siobhán O'Neill"),
    "right to left": replace(LETTER, patient=replace(samples.INGRID, name="מרים אברהם"), opening=("דבר",)),
    "long name": replace(LETTER, patient=replace(samples.INGRID, name=samples.LONG_NAME), subject=samples.LONG_NAME,
                         addressee=(samples.LONG_NAME,) * 4, salutation=f"Dear {samples.LONG_NAME},"),
    "unprintable": replace(LETTER, opening=(samples.UNSETTABLE,), subject=samples.UNSETTABLE),
    "markup": replace(LETTER, opening=(samples.MARKUP,), closing=(samples.MARKUP,), facts=((samples.MARKUP, samples.MARKUP),)),
}  # fmt: skip


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("name", HARD)
def test_tags_are_whole_and_the_same_content_gives_the_same_bytes(name, paper):
    content = replace(HARD[name], practice=replace(HARD[name].practice, paper_size=paper))
    made = gp_letter.render(content)

    assert problems(made.content) == []
    assert made.content == gp_letter.render(content).content
    assert made.pages == len(texts(made.content))


@pytest.mark.parametrize("name", HARD)
def test_every_page_is_found_to_be_this_patients(name):
    content = replace(HARD[name], patient=replace(HARD[name].patient, record_number="002041"))
    made = gp_letter.render(content)

    checking.check(made.content, pages=made.pages, name=content.patient.name, record_number=2041)
    with pytest.raises(checking.WrongPaper):
        checking.check(made.content, pages=made.pages, name=content.patient.name, record_number=2042)


def test_it_reads_in_the_order_of_a_letter():
    (page,) = texts(gp_letter.render(LETTER).content)
    words = ("28 November 2025", "Dr Aroha Whitcombe", "Dear Dr Whitcombe,", "Thank you for asking", "In short", "Pain, NPRS 0 to 10",
             "Reaching overhead", "Kind regards,", "Tomás Ferreira", "Enclosed: course", "Page 1 of 1")  # fmt: skip
    assert sorted(words, key=page.index) == list(words)


def test_it_has_one_heading_of_its_subject_and_one_of_the_facts():
    assert [role for role in roles(gp_letter.render(LETTER).content) if role.startswith("H")] == ["H1", "H2"]


def test_a_long_letter_goes_on_with_the_subject_and_the_date_on_top():
    pages = texts(gp_letter.render(LONG).content)

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "record 2041" in page
        assert page.count("28 November 2025") == 1
    assert "Banksia Lane Osteopathy" in pages[0]


def test_the_signature_never_stands_without_its_farewell():
    for count in range(30, 60):
        pages = texts(gp_letter.render(replace(LETTER, opening=("\n".join(["line"] * count),))).content)
        assert [("Kind regards," in page, "Tomás Ferreira" in page) for page in pages].count((False, True)) == 0


def test_a_draft_says_so_on_every_page():
    for page in texts(gp_letter.render(replace(LONG, draft=True)).content):
        assert page.count(gp_letter.NOT_ISSUED) == 2
    assert gp_letter.NOT_ISSUED not in " ".join(texts(gp_letter.render(LONG).content))


def test_what_cannot_be_printed_is_told_on_its_page():
    (page,) = texts(gp_letter.render(replace(LETTER, opening=("王",))).content)
    assert "U+738B" in page


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=()), max_size=200), st.text(max_size=4000))
def test_any_text_prints(words, much):
    content = replace(LETTER, subject=words, addressee=(words, much[:200]), salutation=words, opening=(much,), farewell=words,
                      facts=((words, much),), enclosures=words, patient=replace(samples.INGRID, name=words))  # fmt: skip
    assert problems(gp_letter.render(content).content) == []
