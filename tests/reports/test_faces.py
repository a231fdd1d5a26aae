import unicodedata

import pytest

from reports.drawing.faces import COVERED, plain, printable, width
from reports.drawing.ink import BOLD, REGULAR


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Bảo Châu",
        "Łukasz Żółć, Þóra, Ağaoğlu, Dvořák, Čapek",
        "Παπαδόπουλος, ᾿Αθηνᾶ",
        "Иванов, Ђорђе, Єва",
        "0.25 × 30 mm, ≤ 5 µm, ½, 140°, −3, “quoted” – dash … ✓ → ♀",
        "ʃəˈleɪn",
    ],
)
def test_the_scripts_promised_are_there(text):
    assert printable(text) == (unicodedata.normalize("NFC", text), frozenset())


def test_combining_marks_are_composed():
    assert printable("Nguye\u0302\u0303n")[0] == "Nguyễn"


@pytest.mark.parametrize(
    "character", ["王", "ع", "ש", "ह", "ท", "👩", "\x00", "\x1b", "\ud800", "\U0010ffff", "\ue000"]
)
def test_what_cannot_be_set_is_replaced_and_named(character):
    assert printable(f"a{character}b") == ("a\ufffdb", frozenset(character))


def test_what_has_no_ink_is_left_out_and_every_line_end_is_one():
    assert printable("a\u200d\ufeff\u202e\ufe0fb") == ("ab", frozenset())
    assert printable("a\r\nb\rc\u2028d\x85e\tf")[0] == "a\nb\nc\nd\ne f"


def test_long_texts_are_treated_like_short_ones():
    assert printable("王" * 1_000) == ("\ufffd" * 1_000, frozenset("王"))


def test_titles_keep_every_script_but_no_half_characters():
    assert plain("王 \ud800 a\x00b\nc 👩") == "王 \ufffd a b c 👩"


def test_widths_grow_with_the_size():
    assert width("Wattleford", REGULAR, 12) == pytest.approx(2 * width("Wattleford", REGULAR, 6))
    assert width("Wattleford", BOLD, 12) > width("Wattleford", REGULAR, 12)


def test_the_coverage_is_the_one_written_down():
    assert len(COVERED) == 2_575 + 1  # and the line feed
