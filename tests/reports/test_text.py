from hypothesis import given, settings
from hypothesis import strategies as st

from reports.drawing.ink import BODY, CELL
from reports.drawing.text import Lines, lines_of
from reports.drawing.words import Run, tie

words = st.lists(st.text(st.sampled_from("abcxyz.,0123456789-×"), min_size=1, max_size=60), max_size=60)


def said(text, measure, style=BODY):
    return ["".join(piece.text for piece in line.pieces) for line in lines_of(text, style, measure)]


def test_an_empty_text_is_one_empty_line():
    assert said("", 100) == [""]


def test_a_line_feed_begins_a_line():
    assert said("one\n\ntwo", 100) == ["one", "", "two"]


def test_a_number_stays_with_its_unit():
    for measure in range(90, 300, 7):
        lines = said("deep pistoning 0.25 × 30 mm to 15 mm for 60 s and rang (03) 5550 0142 on 3 May", measure)
        for kept in ("0.25 × 30 mm", "15 mm", "60 s", "(03) 5550 0142", "3 May"):
            assert any(kept in line for line in lines)


def test_what_is_tied_is_not_parted():
    assert said(tie("one two three four"), 70) != said("one two three four", 70)
    assert len(said(tie("14 March 1986"), 80)) == 1


def test_a_word_longer_than_a_line_is_cut_after_a_sign_that_allows_it():
    lines = said("reception.and.accounts@banksialane.example", 120)
    assert lines == ["reception.and.accounts@", "banksialane.example"]


def test_bold_runs_stand_where_they_are_said():
    (line,) = lines_of((Run("For "), Run("Ingrid", True), Run(", born")), BODY, 300)
    assert [(piece.text, piece.font) for piece in line.pieces] == [
        ("For", BODY.font),
        ("Ingrid", BODY.bold),
        (", born", BODY.font),
    ]


def test_what_is_already_broken_stays_so():
    lines = lines_of("some words", BODY, 300)
    assert lines_of(Lines(lines), BODY, 1) == lines


def test_a_last_line_does_not_hold_one_short_word():
    lines = said("Patient stayed in the waiting room for ten minutes after treatment and felt well on.", 330)
    assert len(lines[-1]) > 10


def test_only_lines_with_a_replaced_character_carry_the_notice():
    lines = lines_of("王\nplain", BODY, 300)
    assert [line.missing for line in lines] == [frozenset("王"), frozenset()]


@settings(deadline=None)
@given(words, st.floats(20, 500))
def test_no_line_is_too_wide_and_no_letter_is_lost(parts, measure):
    text = " ".join(parts)
    lines = lines_of(text, CELL, measure)
    assert all(line.width <= measure + 0.02 for line in lines)
    printed = "".join(piece.text for line in lines for piece in line.pieces)
    assert printed.replace(" ", "") == text.replace(" ", "")
