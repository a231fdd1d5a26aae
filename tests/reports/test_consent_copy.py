"""The copy of a consent: every word, every answer, the strokes as vectors; issued, superseded, and who may."""

from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import actions as consent_actions
from consent.models import Consent
from practice.history import keep
from practice.models import AccessEntry
from reports import actions, gathering
from reports.contents import ConsentCopy, Decided, Drawn, Risk
from reports.drawing import consent_copy
from reports.models import Document
from tests.cast import NOW, Cast, api_as, page_as
from tests.reports import samples
from tests.reports.reading import alternatives, texts
from tests.world import A_SCAN, SIGNED_AT, World, give_consent, make_world, on_paper
from tools.check_tags import problems

COPY = ConsentCopy(
    practice=samples.PRACTICE,
    title="Consent to dry needling",
    version="English, version 2",
    sections=(("What it is", ("A thin needle.", "It is used once.")), ("You decide", ("You can say no.",))),
    risks=(Risk("A bruise", "about 8 in 100", "7,629 treatments", "Brady 2014"), Risk("Air around the lung", "very rare", "", "Witt 2009", True)),
    decisions=(Decided("Dry needling in general", "Needed for any", "I agree"), Decided("Chest", "Near the lung", "No"),
               Decided("Photos", "", "Not asked"), Decided("Abdomen", "", "I agree", "Taken back on 3 Nov 2026, 09:41")),
    document="C-2041-0a1b2c3d",
    patient=samples.INGRID,
    facts=(("Given on", "20 Nov 2025, 09:30"), ("Obtained by", "Tomás Ferreira")),
    questions="Can I swim tonight? Yes.",
    discussed="All of them.",
    signed="Ingrid Søndergaard, 20 Nov 2025, 09:30",
    drawn=Drawn(600, 200, (((10, 20, 0.5), (110, 60, 0.5)), ((200, 90, 1.0),)), "ab" * 32),
    taken_back=("Abdomen: 3 Nov 2026, 09:41, taken down by Dana. Reason: Changed her mind.",),
    made="Made on 24 Nov 2026.",
)  # fmt: skip
FORM = replace(COPY, patient=None, document="", facts=(), questions="", discussed="", signed="", drawn=None, taken_back=(),
               decisions=tuple(Decided(d.label, d.line, "") for d in COPY.decisions), made="")  # fmt: skip
LONG = replace(COPY, sections=tuple((f"Section {i}", ("words " * 300,) * 4) for i in range(12)), questions="Why? " * 400,
               risks=tuple(replace(COPY.risks[0], label=f"Risk {i} " * 8) for i in range(60)))  # fmt: skip
CONTENTS = {"copy": COPY, "form": FORM, "draft": replace(FORM, draft=True), "long": LONG, "bare": replace(
    FORM, practice=samples.BARE_PRACTICE, sections=(), risks=(), decisions=(), title=""), "markup": replace(
    COPY, title=samples.MARKUP, questions=samples.UNSETTABLE, patient=replace(samples.INGRID, name=samples.LONG_NAME))}  # fmt: skip


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("name", CONTENTS)
def test_tags_are_whole_and_the_same_content_gives_the_same_bytes(name, paper):
    content = replace(CONTENTS[name], practice=replace(CONTENTS[name].practice, paper_size=paper))
    made = consent_copy.render(content)

    assert problems(made.content) == []
    assert made.content == consent_copy.render(content).content
    assert made.pages == len(texts(made.content))


def test_every_word_and_every_answer_is_there():
    said = " ".join(texts(consent_copy.render(COPY).content))
    for words in ("Ingrid Søndergaard", "14 March 1986", "A thin needle.", "It is used once.", "about 8 in 100", "7,629 treatments", "Brady 2014",
                  "I agree", "Not asked", "Taken back on 3 Nov 2026, 09:41", "Reason: Changed her mind.", "Can I swim tonight? Yes.",
                  "C-2041-0a1b2c3d", "abababab abababab", "Page 1 of 1"):  # fmt: skip
        assert words in said, words


def test_whose_it_is_and_which_page_stand_on_every_page():
    pages = texts(consent_copy.render(LONG).content)

    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert "Ingrid Søndergaard" in page
        assert "14 March 1986" in page
        assert f"Page {number} of {len(pages)}" in page


def test_the_strokes_are_vectors_and_told_in_words():
    made = consent_copy.render(COPY).content
    with pikepdf.open(BytesIO(made)) as pdf:
        images = [name for page in pdf.pages for name in page.get_images()]
        lines = sum(str(operator) == "l" for operands, operator in pikepdf.parse_content_stream(pdf.pages[-1]))

    assert images == []
    assert lines >= 2
    assert alternatives(made) == ["Drawn signature of Ingrid Søndergaard, 20 Nov 2025, 09:30"]


def test_a_draft_says_that_nobody_can_sign_it():
    assert [
        consent_copy.DRAFT in " ".join(texts(consent_copy.render(CONTENTS[n]).content)) for n in ("draft", "form")
    ] == [True, False]


anything = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    anything,
    st.text(max_size=3000),
    st.lists(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 200), st.floats(0, 1)), min_size=1), min_size=1),
)
def test_any_text_and_any_strokes_print(words, much, strokes):
    content = replace(COPY, title=words, sections=((words, (much, words)),), questions=much, signed=words, taken_back=(words,), version=words,
                      drawn=Drawn(600, 200, tuple(map(tuple, strokes)), "0" * 64), patient=replace(samples.INGRID, name=words))  # fmt: skip
    assert problems(consent_copy.render(content).content) == []


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def issue(world, who="anna"):
    return actions.issue_consent_copy(consent_pk=world.consent.pk, by=world.cast.person(who), at=SIGNED_AT)


def test_the_bytes_are_stored_with_their_digest_and_what_they_were_made_of(world):
    document = Document.objects.get(pk=issue(world, "dana").pk)

    assert (document.kind, document.consent, document.session, document.patient) == (
        "consent_copy",
        world.consent,
        None,
        world.patient,
    )
    assert document.sha256 == sha256(bytes(document.content)).hexdigest()
    assert document.source_versions == {"text": 1, "withdrawals": 0}
    assert "neill" not in document.number.lower()


def test_after_something_was_taken_back_a_new_copy_supersedes_and_says_it(world):
    first = issue(world)
    consent_actions.withdraw(
        consent_pk=world.consent.pk, scope="thorax_neck", reason="Rather not", by=world.cast.dana, at=NOW
    )
    second = Document.objects.get(pk=issue(world).pk)

    assert second.supersedes == first
    assert "Reason: Rather not." in " ".join(texts(bytes(second.content)))
    assert "Reason: Rather not." not in " ".join(texts(bytes(Document.objects.get(pk=first.pk).content)))


@pytest.mark.parametrize(("who", "error"), [
    ("anna", None), ("ben", None), ("dana", None), ("olga", PermissionDenied), ("robo", PermissionDenied), ("zoe", Http404),
])  # fmt: skip
def test_each_role_issues_what_it_may(world, who, error):
    if error is None:
        assert issue(world, who).created_by == world.cast.person(who)
        return
    with pytest.raises(error):
        issue(world, who)


def test_page_and_program_issue_list_and_open_the_same(world):
    anna, page = api_as(world.cast.anna), page_as(world.cast.anna)
    made = anna.post("/api/v1/documents", {"kind": "consent_copy", "consent": str(world.consent.pk)}, format="json")
    by_page = page.post(f"/documents/consent/{world.consent.pk}/issue")

    assert (made.status_code, made.json()["consent"], made.json()["session"]) == (201, str(world.consent.pk), None)
    listed = anna.get(f"/api/v1/documents?consent={world.consent.pk}").json()["results"]
    assert [row["kind"] for row in listed] == ["consent_copy"] * 2
    assert by_page["Location"] == f"/documents/{listed[0]['id']}"
    assert page.get(by_page["Location"])["Content-Type"] == "application/pdf"
    assert AccessEntry.objects.filter(kind="consent_copy", act="printed").count() == 1
    assert made.json()["number"] in page.get(f"/documents/patient/{world.patient.pk}").content.decode()
    assert made.json()["number"] in page.get(f"/documents/consent/{world.consent.pk}").content.decode()


@pytest.mark.parametrize(("body", "field"), [
    ({"kind": "consent_copy"}, "consent"),
    ({"kind": "consent_copy", "consent": "x"}, "consent"),
    ({"kind": "consent_copy", "consent": "CONSENT", "session": "SESSION"}, "session"),
    ({"kind": "patient_summary", "consent": "CONSENT"}, "session"),
    ({"kind": "patient_summary", "session": "SESSION", "consent": "CONSENT"}, "consent"),
])  # fmt: skip
def test_what_a_kind_is_made_of_is_said(world, body, field):
    ids = {"CONSENT": str(world.consent.pk), "SESSION": str(world.signed.pk)}
    answer = api_as(world.cast.anna).post(
        "/api/v1/documents", {k: ids.get(v, v) for k, v in body.items()}, format="json"
    )

    assert (answer.status_code, Document.objects.exclude(kind="full_record").count()) == (400, 0)
    assert field in [e["field"] for e in answer.json()["errors"]]


def test_a_session_has_no_consent_copy_and_an_unknown_consent_none_either(world):
    assert page_as(world.cast.anna).post(f"/documents/session/{world.signed.pk}/consent_copy").status_code == 404
    body = {"kind": "consent_copy", "consent": str(world.signed.pk)}
    assert api_as(world.cast.anna).post("/api/v1/documents", body, format="json").status_code == 404


def test_the_database_knows_what_a_copy_is_of(world):
    row = Document.objects.get(pk=issue(world).pk)
    row.pk, row._state.adding, row.number, row.supersedes, row.consent = None, True, "C-1-x", None, None
    row.id = world.text.pk
    with pytest.raises(Exception, match=r"document_copy_is_of_a_consent|Constraint"):
        keep(row, by=world.cast.anna, why="issued")


def test_spoken_and_paper_consents_say_how_they_were_given(world):
    paper = on_paper(world.patient, world.text, world.cast.anna, at=NOW)
    spoken = give_consent(world.patient, world.text, world.cast.dana, at=NOW)
    told = {
        c.pk: gathering.consent_copy(c, document="C", at=NOW)
        for c in Consent.objects.filter(pk__in=[paper.pk, spoken.pk])
    }

    assert dict(told[spoken.pk].facts)["Witness"] == "Dana Whitfield"
    assert dict(told[spoken.pk].facts)["How"] == "Spoken"
    assert told[paper.pk].scans == (sha256(A_SCAN).hexdigest(),)
    assert told[spoken.pk].drawn is None
    assert all(problems(consent_copy.render(content).content) == [] for content in told.values())


def test_the_form_to_sign_on_paper_is_the_text_and_about_nobody(world):
    page = page_as(world.cast.dana).get(f"/documents/consent-text/{world.text.pk}")
    said = " ".join(texts(page.content))

    assert page["Content-Type"] == "application/pdf"
    assert world.text.risks[0]["source"] in said.replace("\n", " ")
    assert "O'Neill" not in said
    assert Document.objects.exclude(kind="full_record").count() == 0
