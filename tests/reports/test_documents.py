"""What holds for every document, whatever it says."""

import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.contents import Finding, Practice, SiteRow
from reports.drawing import clinical_record, patient_summary
from reports.drawing.sheet import Printed
from tests.reports import samples
from tests.reports.reading import alternatives, roles, texts
from tools.check_tags import problems

DOCUMENTS = {f"summary_{name}": (patient_summary.render, content) for name, content in samples.SUMMARIES.items()} | {
    f"record_{name}": (clinical_record.render, content) for name, content in samples.RECORDS.items()
}
QUICK = sorted(DOCUMENTS.keys() - {"record_endless"})
every_character = st.characters(exclude_categories=())
anything, much = st.text(every_character, max_size=60), st.text(every_character, max_size=3_000)
slowly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def printed(name: str, paper_size: str = "A4") -> Printed:
    render, content = DOCUMENTS[name]
    return render(replace(content, practice=replace(content.practice, paper_size=paper_size)))


@pytest.mark.parametrize("name", QUICK)
def test_the_same_content_gives_the_same_bytes(name):
    assert printed(name).content == printed(name).content


def test_the_same_content_gives_the_same_bytes_in_another_process():
    code = (
        "from hashlib import sha256\n"
        "from reports.drawing import clinical_record\n"
        "from tests.reports import samples\n"
        "made = clinical_record.render(samples.UNPRINTABLE_RECORD)\n"
        "print(sha256(made.content).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == sha256(printed("record_unprintable").content).hexdigest()


@pytest.mark.parametrize("paper_size", ["A4", "letter"])
@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_tags_are_whole(name, paper_size):
    assert problems(printed(name, paper_size).content) == []


@pytest.mark.parametrize(
    ("paper_size", "box"), [("A4", (595.276, 841.89)), ("letter", (612, 792)), ("", (595.276, 841.89))]
)
def test_the_paper_is_the_practices(paper_size, box):
    for name in ("summary_six_sites", "record_six_sites"):
        with pikepdf.open(BytesIO(printed(name, paper_size).content)) as document:
            boxes = {tuple(float(edge) for edge in page.MediaBox) for page in document.pages}
        assert boxes == {(0, 0, *box)}


@pytest.mark.parametrize("name", ["summary_six_sites", "record_six_sites"])
def test_title_author_and_language_are_told(name):
    with pikepdf.open(BytesIO(printed(name).content)) as document:
        assert str(document.Root.Lang) == "en-AU"
        assert str(document.docinfo.Author) == "Banksia Lane Osteopathy"
        assert (
            str(document.docinfo.Title)
            == {
                "summary_six_sites": "Dry needling summary, Thursday 20 November 2025",
                "record_six_sites": "Clinical record 2041, session of 20 November 2025",
            }[name]
        )


@pytest.mark.parametrize("name", QUICK)
def test_the_pages_told_are_the_pages_made(name):
    made = printed(name)
    assert made.pages == len(texts(made.content))


def test_the_drawing_is_told_in_words():
    spoken = alternatives(printed("record_deviations").content)
    assert spoken == [
        "Drawing of the body with numbered dots. 1: right upper trapezius; 2: right upper trapezius; "
        "3: right levator scapulae; 4: right infraspinatus; 5: right infraspinatus; "
        "6: right pectoralis major, clavicular. "
        "Stippled, pain felt elsewhere: right temple, angle of the neck, right, front of the right shoulder."
    ]


def test_a_view_is_one_form():
    with pikepdf.open(BytesIO(printed("record_six_sites").content)) as document:
        forms = document.pages[0].Resources.XObject
        assert [name.split("-")[:3] for name in sorted(forms.keys())] == [
            ["/FormXob.female", "1", "anterior"],
            ["/FormXob.female", "1", "posterior"],
        ]
        assert {str(form.Subtype) for form in forms.values()} == {"/Form"}


def test_headings_do_not_skip_a_level():
    for name in ("summary_six_sites", "record_six_sites"):
        levels = [int(role[1]) for role in roles(printed(name).content) if role in ("H1", "H2", "H3")]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


# ---- any text --------------------------------------------------------------------------------------------------------
def test_what_looks_like_markup_prints_as_typed():
    page = texts(printed("record_markup").content)[0]
    assert page.count(samples.MARKUP) == 2  # the identity and the note; cells break it over lines
    summary = replace(samples.SUMMARY, what_it_is="<b>&amp;</b>", helps=("<i>x</i>",))
    assert "<b>&amp;</b>" in texts(patient_summary.render(summary).content)[0]


def test_a_character_without_a_glyph_is_never_silent():
    made = printed("summary_unprintable")
    assert made.missing == ("小", "明", "王")
    page = texts(made.content)[0]
    assert "For \ufffd\ufffd\ufffd (Wang Xiaoming)" in page
    assert "\ufffd stands for a character this paper cannot print (U+5C0F, U+660E, U+738B)." in page


def test_the_notice_stands_on_the_pages_it_speaks_of_and_no_other():
    contents = replace(samples.RECORD, addenda=(replace(samples.RECORD.addenda[0], text="日"),))
    first, *_, last = texts(clinical_record.render(contents).content)
    assert "U+65E5" not in first
    assert "(U+65E5)" in last


def test_many_missing_characters_are_counted():
    page = texts(printed("record_unprintable").content)[0]
    assert "(U+0000, U+0007, U+05D1, U+05D9, U+05E2, U+05E8 and 21 more)" in page


@slowly
@given(name=anything, address=anything, note=st.text(max_size=400), signs=st.lists(anything, max_size=3))
def test_a_summary_takes_any_text(name, address, note, signs):
    content = replace(
        samples.SUMMARY,
        practice=Practice(name or "x", address, address, address, name),
        patient=replace(samples.INGRID, name=name, record_number=address),
        urgent=replace(samples.URGENT, action=name, signs=tuple(signs)),
        next_visit=note[:80],
        needles=note,
        document=name,
    )
    made = patient_summary.render(content)
    assert made.pages == 1
    assert problems(made.content) == []


@slowly
@given(
    name=anything,
    note=much,
    cells=st.lists(anything, min_size=9),
)
def test_a_record_takes_any_text(name, note, cells):
    content = replace(
        samples.RECORD,
        practice=Practice(name, name, name),
        patient=replace(samples.INGRID, name=name),
        session=name[:36],
        notes=(("Subjective", note), (name, note)),
        sites=(SiteRow(1, note, *cells[:9]), samples.SITES[1]),
        findings=(Finding(name, note, note, name),),
        consent=((name, note),),
        advice=(note,),
        void=name,
    )
    made = clinical_record.render(content)
    assert problems(made.content) == []
