import pytest

from reports.drawing.flow import Aside, Block, Bullets, Paragraph, heading
from reports.drawing.pages import TooTall, paginate
from reports.drawing.table import Column, Facts, Table

MEASURE, ROOM = 300.0, 400.0
LONG = "Many words about very little. " * 300


def heights(pages):
    return [sum(block.height(MEASURE) for block, _ in page) for page in pages]


def table(rows):
    return Table((Column("No", 1), Column("Text", 5)), tuple((str(i), text) for i, text in enumerate(rows)), "Rows")


def test_a_page_is_never_overfull():
    blocks = [
        Paragraph(LONG),
        Bullets((LONG, "short", LONG)),
        table([LONG, "a", LONG]),
        Facts((("a", LONG),), columns=1),
    ]
    pages = paginate([Aside("Label", block) for block in blocks], MEASURE, ROOM)
    assert len(pages) > 10
    for page in pages:
        last, distance = page[-1]
        assert distance + last.height(MEASURE) <= ROOM + 0.01


def test_a_heading_stays_with_its_table():
    filler = [Paragraph("line") for _ in range(29)]
    pages = paginate([*filler, heading("Before and after"), table(["a", "b", "c", "d"])], MEASURE, ROOM)
    assert [type(block) for block, _ in pages[1]] == [Paragraph, Table]


def test_a_table_of_three_rows_is_not_split():
    filler = [Paragraph("line") for _ in range(26)]
    assert [len(page) for page in paginate([*filler, table("abc")], MEASURE, ROOM)] == [26, 1]


def test_no_last_row_travels_alone():
    for lines in range(10, 28):
        pages = paginate([*(Paragraph("line") for _ in range(lines)), table("abcdef")], MEASURE, ROOM)
        parts = [len(block.rows) for page in pages for block, _ in page if isinstance(block, Table)]
        assert sum(parts) == 6
        assert parts[-1] > 1


def test_a_paragraph_leaves_two_lines_on_either_page():
    for lines in range(20, 30):
        pages = paginate([*(Paragraph("line") for _ in range(lines)), Paragraph("word " * 200)], MEASURE, ROOM)
        parts = [len(block.lines(MEASURE)) for page in pages for block, _ in page if block.height(MEASURE) > 13]
        assert min(parts) >= 2


def test_the_rest_of_an_aside_is_labelled():
    pages = paginate([Aside("Subjective", Paragraph(LONG))], MEASURE, ROOM)
    labels = [(page[0][0].label, page[0][0].continued) for page in pages]
    assert labels[0] == ("Subjective", "")
    assert set(labels[1:]) == {("", "Subjective, continued")}


def test_what_cannot_be_split_is_refused_rather_than_cut():
    class Tall(Block):
        def height(self, measure):
            return 500.0

    with pytest.raises(TooTall):
        paginate([Paragraph("line"), Tall()], MEASURE, ROOM)
