"""Letters: begun from the record, never lost, written by their author alone, issued and superseded; page and program alike."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from patients import actions as patient_actions
from patients.models import Patient
from practice.errors import Stale
from practice.models import AccessEntry
from reports import actions, checking, gathering
from reports.models import Document, Letter
from tests.cast import NOW, Cast, api_as, page_as
from tests.reports.reading import texts
from tests.world import SIGNED_AT, World, make_world, sign, start
from treatments import actions as treatment_actions
from treatments.models import NeedlingSession


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_world(cast)
    made.make_everything()
    return made


def with_referrer(world, **more):
    values = {"kind": "referrer", "name": "Dr Aroha Whitcombe", "organisation": "Wattleford Family Practice",
              "address": "3 Station Street, Wattleford VIC 3999"} | more  # fmt: skip
    contact = patient_actions.add_contact(values=values, by=world.cast.anna)
    patient = Patient.objects.get(pk=world.patient.pk)
    patient_actions.correct_patient(
        pk=patient.pk, values={"referrer_id": contact.pk}, by=world.cast.anna, at=NOW, version=patient.version
    )
    return contact


def begin(world, **more):
    source = more or {"session": world.signed}
    patient = Patient.objects.select_related("practice", "referrer", "gp").get(pk=world.patient.pk)
    return actions.begin_letter(patient=patient, by=world.cast.anna, at=SIGNED_AT, **source)


def write(letter, who, world, version=None, **values):
    return actions.write_letter(
        pk=letter.pk, values=values, by=world.cast.person(who), version=version or letter.version
    )


def issue(letter, world, who="anna"):
    return actions.issue_letter(pk=letter.pk, by=world.cast.person(who), at=SIGNED_AT)


def test_a_new_letter_is_filled_in_from_the_record_and_nothing_else(world):
    with_referrer(world)
    letter = begin(world)

    assert letter.addressee.splitlines() == [
        "Dr Aroha Whitcombe",
        "Wattleford Family Practice",
        "3 Station Street",
        "Wattleford VIC 3999",
    ]
    assert letter.salutation == "Dear Dr Whitcombe,"
    assert letter.regarding == "Siobhán O'Neill, born 29 February 1988"
    assert letter.presentation.startswith(
        "Thank you for referring Siobhán O'Neill, who was seen here on 24 November 2026."
    )
    assert (
        "Left soleus, active trigger point: deep pistoning 0.30 × 40 mm to 25 mm, 3 passes, 4 visible twitches"
        in letter.treatment
    )
    assert letter.changed_by_hand() == dict.fromkeys(
        ("presentation", "treatment", "response", "plan", "remarks"), False
    )


def test_a_void_or_unsigned_session_gives_no_letter(world):
    with pytest.raises(actions.NothingToWriteAbout):
        begin(world, session=world.draft)


def test_a_letter_about_everything_signed_counts_the_sessions(world):
    sign(
        start(world.patient, world.cast.anna, started_at=NOW + timedelta(minutes=5), pain_before=6),
        world.cast.anna,
        at=NOW,
    )
    letter = begin(world, session=None)

    assert "there were two sessions, all with dry needling: two needles in all" in letter.treatment
    assert "Left soleus" not in letter.treatment
    assert "left soleus (two sessions)" in letter.treatment


def test_the_authors_words_are_kept_and_told_apart(world):
    letter = write(world.letter, "anna", world, plan="She comes back in a week.\n\nNo scan is needed.")

    assert Letter.objects.get(pk=letter.pk).plan == "She comes back in a week.\n\nNo scan is needed."
    assert letter.changed_by_hand()["plan"] is True
    again = actions.fill_in_again(pk=letter.pk, names=["plan"], by=world.cast.anna, at=NOW, version=letter.version)
    assert (again.plan, again.changed_by_hand()["plan"]) == ("", False)
    assert [h.plan[:8] for h in again.history.order_by("history_id")] == ["", "She come", ""]


def test_choosing_a_contact_brings_its_lines_and_its_salutation(world):
    contact = with_referrer(world, name="Joan Carey", organisation="")
    letter = write(world.letter, "anna", world, contact=contact)

    assert letter.addressee.splitlines()[0] == "Joan Carey"
    assert letter.salutation == "Dear Joan Carey,"


@pytest.mark.parametrize(("who", "error"), [
    ("ben", PermissionDenied), ("dana", PermissionDenied), ("olga", PermissionDenied), ("zoe", Letter.DoesNotExist),
])  # fmt: skip
def test_only_the_author_writes_in_it(world, who, error):
    with pytest.raises(error):
        write(world.letter, who, world, plan="Not mine")


@pytest.mark.parametrize(("who", "error"), [
    ("ben", PermissionDenied), ("dana", PermissionDenied), ("olga", PermissionDenied), ("zoe", Http404),
])  # fmt: skip
def test_only_the_author_issues_it(world, who, error):
    with pytest.raises(error):
        issue(world.letter, world, who)


def test_the_second_tab_is_told_and_overwrites_nothing(world):
    write(world.letter, "anna", world, plan="First tab")
    with pytest.raises(Stale):
        write(world.letter, "anna", world, version=world.letter.version, plan="Second tab")
    assert Letter.objects.get(pk=world.letter.pk).plan == "First tab"


def test_issuing_stores_it_with_its_versions_and_the_addressee(world):
    contact = with_referrer(world)
    letter = write(world.letter, "anna", world, contact=contact)
    document = issue(letter, world)
    (page,) = texts(bytes(document.content))

    assert (document.kind, document.letter, document.session, document.addressee) == (
        "gp_letter",
        letter,
        world.signed,
        contact,
    )
    assert document.source_versions["letter"] == letter.version
    assert document.source_versions["sessions"] == {
        str(world.signed.pk): NeedlingSession.objects.get(pk=world.signed.pk).version
    }
    assert document.number in page
    assert "Draft" not in page


def test_issuing_again_supersedes_and_keeps_the_one_before(world):
    first = issue(write(world.letter, "anna", world, addressee="Dr Voss"), world)
    second = issue(write(Letter.objects.get(), "anna", world, plan="Changed"), world)

    assert second.supersedes == first
    assert Document.objects.exclude(kind="full_record").count() == 2


def test_a_letter_to_nobody_or_without_a_word_is_not_issued(world):
    letter = write(world.letter, "anna", world, addressee=" \n ")
    with pytest.raises(actions.NotAddressed):
        issue(letter, world)
    empty = dict.fromkeys(("presentation", "treatment", "response", "plan", "remarks"), " ")
    with pytest.raises(actions.NotAddressed):
        issue(write(letter, "anna", world, addressee="Dr Voss", **empty), world)


def test_a_letter_put_aside_is_kept_hidden_and_comes_back(world):
    letter = actions.discard_letter(pk=world.letter.pk, by=world.cast.anna, at=NOW, version=world.letter.version)
    assert list(Letter.objects.current()) == []
    with pytest.raises(actions.LetterPutAside):
        write(letter, "anna", world, plan="x")
    with pytest.raises(actions.LetterPutAside):
        issue(letter, world)
    back = actions.restore_letter(pk=letter.pk, by=world.cast.anna, version=letter.version)
    assert list(Letter.objects.current()) == [back]


def test_figures_come_from_the_record_and_can_be_left_out(world):
    letter = write(world.letter, "anna", world, addressee="Dr Voss", left_out=["needling"])
    told = gathering.letter(letter, document="L-1", at=NOW)

    assert "Needling" not in [label for label, _ in told.facts]
    assert "Unwanted effects" in [label for label, _ in told.facts]
    assert set(gathering.letter_facts(letter, at=NOW)) >= {"needling", "effects"}


def test_outcome_scores_are_told_first_and_latest_with_their_days(world):
    for day, value in ((40, 44), (20, 30), (1, 22)):
        treatment_actions.record_score(
            patient=world.patient, values={"instrument": "ndi", "value": value}, by=world.cast.anna,
            at=NOW - timedelta(days=day),
        )  # fmt: skip
    letter = begin(world, episode=None)
    facts = dict(gathering.letter(letter, document="L-1", at=NOW).facts)

    assert "Neck Disability Index 44 of 50 on 15 October 2026, 22 of 50 on 23 November 2026" in facts["Outcome scores"]


def test_a_page_of_another_patient_is_never_stored(world, monkeypatch):
    letter = write(world.letter, "anna", world, addressee="Dr Voss")
    elsewhere = gathering.letter(letter, document="L-1", at=NOW)
    mixed_up = replace(elsewhere, patient=replace(elsewhere.patient, record_number="000999"))
    monkeypatch.setattr(gathering, "letter", lambda *_, **__: mixed_up)
    with pytest.raises(checking.WrongPaper):
        issue(letter, world)
    assert Document.objects.exclude(kind="full_record").count() == 0


# ---- page and program ------------------------------------------------------------------------------------------------
def through_page(world, who, letter, **values):
    client = page_as(world.cast.person(who))
    fields = (
        "addressee",
        "salutation",
        "regarding",
        "presentation",
        "treatment",
        "response",
        "plan",
        "remarks",
        "farewell",
        "enclosures",
    )
    sent = {name: getattr(letter, name) for name in fields} | values
    answer = client.post(f"/documents/letters/{letter.pk}", sent | {"version": letter.version})
    return "saved" if answer.status_code == 302 else {200: 403}.get(answer.status_code, answer.status_code)


def through_api(world, who, letter, **values):
    client = api_as(world.cast.person(who))
    answer = client.patch(
        f"/api/v1/letters/{letter.pk}", values, format="json", headers={"If-Match": f'"{letter.version}"'}
    )
    return {200: "saved", 400: 422}.get(answer.status_code, answer.status_code)


@pytest.mark.parametrize("through", [through_page, through_api])
@pytest.mark.parametrize(("who", "values", "outcome"), [
    ("anna", {"plan": "O'Neill: review <b>next</b> week"}, "saved"),
    ("anna", {"plan": "x" * 8001}, 422),
    ("anna", {"salutation": "NUL \x00"}, 422),
    ("ben", {"plan": "mine?"}, 403),
    ("dana", {"plan": "mine?"}, 403),
    ("zoe", {"plan": "mine?"}, 404),
])  # fmt: skip
def test_page_and_program_say_the_same(world, through, who, values, outcome):
    assert through(world, who, world.letter, **values) == outcome
    stored = Letter.objects.get(pk=world.letter.pk)
    ((name, value),) = values.items()
    assert (getattr(stored, name) == value) is (outcome == "saved")


def test_what_was_typed_stays_when_somebody_was_faster(world):
    write(world.letter, "anna", world, plan="First tab")
    answer = page_as(world.cast.anna).post(
        f"/documents/letters/{world.letter.pk}", {"plan": "Second tab", "version": world.letter.version}
    )

    assert answer.status_code == 422
    assert "Second tab" in answer.text
    assert "Saved meanwhile: First tab." in answer.text


def test_one_tap_on_the_signed_page_begins_it_and_another_opens_the_same(world):
    anna = page_as(world.cast.anna)
    Letter.objects.all()
    first = anna.post(f"/documents/about/session/{world.signed.pk}/letter")
    second = anna.post(f"/documents/about/session/{world.signed.pk}/letter")

    assert first["Location"] == second["Location"] == f"/documents/letters/{world.letter.pk}"
    assert 'action="/documents/about/session/' in anna.get(f"/documents/session/{world.signed.pk}").text


def test_nothing_signed_says_so_and_goes_back(world):
    anna = page_as(world.cast.anna)
    answer = anna.post(
        f"/documents/about/session/{world.draft.pk}/letter", {"next": f"/sessions/{world.draft.pk}"}, follow=True
    )
    assert actions.NothingToWriteAbout.message in answer.text
    assert (
        anna.post(f"/documents/about/session/{world.draft.pk}/letter", {"next": "//evil.example/"})["Location"] == "/"
    )


def test_the_preview_is_a_picture_of_every_page_and_says_what_cannot_print(world):
    write(world.letter, "anna", world, plan="王")
    answer = page_as(world.cast.anna).get(f"/documents/letters/{world.letter.pk}/preview").text

    assert answer.count("data:image/png;base64,") == 1
    assert "U+738B" in answer


def test_the_program_begins_writes_issues_and_lists(world):
    contact = with_referrer(world)
    anna = api_as(world.cast.anna)
    begun = anna.post("/api/v1/letters", {"patient": str(world.patient.pk), "contact": str(contact.pk)}, format="json")
    assert begun.status_code == 201
    letter = begun.json()
    facts = anna.get(f"/api/v1/letters/{letter['id']}/facts").json()
    issued = anna.post("/api/v1/documents", {"kind": "gp_letter", "letter": letter["id"]}, format="json")
    listed = anna.get(f"/api/v1/letters?patient={world.patient.pk}").json()["results"]

    assert letter["contact"] == str(contact.pk)
    assert "needling" in [fact["key"] for fact in facts]
    assert (issued.status_code, issued.json()["letter"], issued.json()["addressee"]) == (
        201,
        letter["id"],
        str(contact.pk),
    )
    assert {row["id"] for row in listed} == {letter["id"], str(world.letter.pk)}


def test_the_program_issues_a_letter_straight_from_a_session(world):
    contact = with_referrer(world)
    body = {"kind": "gp_letter", "session": str(world.signed.pk), "addressee": str(contact.pk)}
    answer = api_as(world.cast.anna).post("/api/v1/documents", body, format="json")

    assert (answer.status_code, answer.json()["session"]) == (201, str(world.signed.pk))


@pytest.mark.parametrize(("body", "field"), [
    ({"kind": "gp_letter"}, "letter"),
    ({"kind": "gp_letter", "letter": "{letter}", "session": "{session}"}, "session"),
    ({"kind": "gp_letter", "letter": "{letter}", "addressee": "{contact}"}, "addressee"),
    ({"kind": "gp_letter", "consent": "{letter}", "letter": "{letter}"}, "consent"),
    ({"kind": "patient_summary", "session": "{session}", "letter": "{letter}"}, "letter"),
    ({"kind": "patient_summary", "session": "{session}", "addressee": "{contact}"}, "addressee"),
])  # fmt: skip
def test_a_kind_is_made_of_one_thing(world, body, field):
    ids = {"{letter}": world.letter.pk, "{session}": world.signed.pk, "{contact}": world.contact.pk}
    sent = {name: str(ids.get(value, value)) for name, value in body.items()}
    answer = api_as(world.cast.anna).post("/api/v1/documents", sent, format="json")

    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, [field])


def test_a_strangers_contact_or_session_is_not_there(world):
    theirs = patient_actions.add_contact(values={"kind": "gp", "name": "Dr Elsewhere"}, by=world.cast.zoe)
    anna = api_as(world.cast.anna)
    assert (
        anna.post(
            "/api/v1/letters", {"patient": str(world.patient.pk), "contact": str(theirs.pk)}, format="json"
        ).status_code
        == 404
    )
    assert anna.post("/api/v1/letters", {"patient": str(world.cast.xaver.pk)}, format="json").status_code == 404
    sent = {"contact": str(theirs.pk)}
    version = {"If-Match": f'"{world.letter.version}"'}
    assert anna.patch(f"/api/v1/letters/{world.letter.pk}", sent, format="json", headers=version).status_code == 404


def test_opening_a_letter_and_a_document_is_noted(world):
    document = issue(write(world.letter, "anna", world, addressee="Dr Voss"), world)
    olga = page_as(world.cast.olga)
    olga.get(f"/documents/letters/{world.letter.pk}")
    page = olga.get(f"/documents/{document.pk}/about")

    opened = AccessEntry.objects.filter(created_by=world.cast.olga).order_by("created_at")
    assert list(opened.values_list("act", "kind")) == [("opened", "gp_letter")] * 2
    assert document.sha256 in page.text
    assert "The stored bytes still have it." in page.text
    assert timezone.is_aware(document.created_at)
