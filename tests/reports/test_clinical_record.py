from dataclasses import replace

import pytest

from reports.contents import Addendum
from reports.drawing import clinical_record
from tests.reports import samples
from tests.reports.reading import roles, texts


def pages(content):
    return texts(clinical_record.render(content).content)


@pytest.mark.parametrize("name", samples.RECORDS)
def test_every_page_says_whose_it_is_which_session_and_which_page(name):
    content = samples.RECORDS[name]
    made = pages(content)
    for number, page in enumerate(made, 1):
        assert f"Record {content.patient.record_number} Session {samples.SESSION}" in page
        assert f"Page {number} of {len(made)}" in page
        assert f"Born {content.patient.born}" in page
        assert content.document in page


def test_sentences_and_table_both_say_it():
    said = " ".join(pages(samples.RECORD))
    assert "Right infraspinatus, active trigger point: deep pistoning" in said
    for words in ("Structure Side Trigger point Technique", "6 in, 6 out: the count agrees.", "A24M032"):
        assert words in said


def test_the_hash_is_printed_in_groups_and_whole():
    said = " ".join(pages(samples.RECORD))
    digest = samples.RECORD.content_hash
    assert " ".join(digest[i : i + 8] for i in range(0, 64, 8)) in said


def test_void_is_on_every_page():
    for page in pages(samples.VOID_RECORD):
        assert page.startswith("VOID ")
        assert "VOID: signed in the wrong patient’s file, T. Ferreira, 22 Nov 2025, 09:12" in page
    assert not any("VOID" in page for page in pages(samples.RECORD))


def test_what_was_signed_against_a_stop_prints_with_its_reason():
    said = " ".join(pages(samples.DEVIATING_RECORD))
    assert "Signed against a stop" in said
    assert "Consent for thorax and neck was withdrawn" in said
    assert "Sites 1 to 3 were needled before the withdrawal" in said
    assert "Signed against a stop" not in " ".join(pages(samples.RECORD))


def test_addenda_keep_their_order_author_and_reason():
    said = " ".join(pages(samples.RECORD))
    first = said.index("Tomás Ferreira, osteopath, 20 Nov 2025, 16:20. Reason: Omitted from the note.")
    second = said.index("Nguyễn Thị Bảo Châu, osteopath, 21 Nov 2025, 11:05. Reason: Telephone call.")
    assert first < second < said.index("Content hash (SHA-256)")


def test_an_addendum_without_a_reason_has_no_empty_words():
    added = Addendum("Tomás Ferreira", "20 Nov 2025, 16:20", "", "Rang.")
    assert "Reason:" not in " ".join(pages(replace(samples.RECORD, addenda=(added,))))


def test_long_notes_go_on_with_a_label():
    made = pages(samples.LONG_NOTES_RECORD)
    assert len(made) > 8
    assert "Subjective," in made[1]
    assert "continued" in made[1]
    assert " ".join(made).count("imaging.") == samples.LONG_NOTES_RECORD.notes[3][1].count("imaging.")


def test_nothing_of_an_endless_record_is_lost():
    said = " ".join(pages(samples.ENDLESS_RECORD))
    wanted = 1 + 2 + 1 + 6  # sentence, finding and its reason, consent, addenda
    assert said.replace("  ", " ").count("Much") >= wanted * 420


def test_a_bare_record_says_what_is_not_there():
    (said,) = pages(samples.BARE_RECORD)
    for words in (
        "No needles were used in this session.",
        "Nothing was measured.",
        "No screening is on record for this session.",
        "No consent is on record for this session.",
        "No advice is on record.",
    ):
        assert words in said
    assert "Subjective" not in said


def test_sites_without_a_point_have_no_drawing():
    assert roles(clinical_record.render(replace(samples.RECORD, points=())).content).count("Figure") == 0


def test_a_crowded_drawing_stands_across_the_page():
    made = clinical_record.render(samples.THIRTY_SITE_RECORD)
    assert roles(made.content).count("Figure") == 1
    assert " ".join(texts(made.content)).count("Right side") == 1


def test_a_signature_never_stands_alone():
    for count in range(1, 12):
        added = tuple(replace(samples.RECORD.addenda[0], at=f"{day} Nov 2025") for day in range(1, count))
        last = pages(replace(samples.RECORD, addenda=added))[-1]
        before = last[: last.index("Signature")]
        assert "Advice given" in before or "waiting room" in before


def test_a_long_name_is_printed_whole_on_every_page():
    name = samples.LONG_WINDED.patient.name
    for page in pages(replace(samples.RECORD, patient=replace(samples.INGRID, name=name))):
        assert page.count("Featherstonehaugh-") == name.count("Featherstonehaugh-")
