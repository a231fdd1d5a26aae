"""Taking a consent: every way of giving it, with its refusals and cures, through page and API."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from consent.models import Consent, ConsentText
from patients.models import Patient
from tests.cast import Cast, api_as, make_patient, page_as
from tests.world import load_content, publish_text

STROKES = {"width": 600, "height": 200, "strokes": [[{"x": 10, "y": 20, "t": 0}, {"x": 110, "y": 60, "t": 20}]]}


@pytest.fixture
def text(cast: Cast) -> ConsentText:
    load_content()
    return publish_text(cast)


def by_page(user, patient, given_by="patient", name="", relation="", **more):
    form = {"scope_general": "given", "scope_photos": "not_offered", "given_by": given_by, "given_by_name": name,
            "given_by_relation": relation, "signature": json.dumps(STROKES)} | more  # fmt: skip
    answer = page_as(user).post(f"/consent/patient/{patient.pk}/take", form)
    return answer.context["problems"] if answer.status_code == 422 else "recorded"


def by_api(user, patient, given_by="patient", name="", relation="", **more):
    body = {"patient": str(patient.pk), "text": str(ConsentText.objects.get().pk), "method": "signature",
            "decisions": {"general": "given"}, "given_by": {"kind": given_by, "name": name, "relation": relation}} | more  # fmt: skip
    body |= {"signature": STROKES} if body["method"] == "signature" else {}
    answer = api_as(user).post("/api/v1/consents", body, format="json")
    return {e["field"]: e["message"] for e in answer.json()["errors"]} if answer.status_code == 400 else "recorded"


WAYS = pytest.mark.parametrize("take", [by_page, by_api], ids=["page", "api"])
NAME = {"given_by.name": "Write the name of the guardian or attorney."}
RELATION = {"given_by.relation": "Write what they are to the patient: mother, appointed attorney."}
EARS = {"witness": "Name who heard the spoken consent, or write why it was not signed."}


@WAYS
@pytest.mark.parametrize(("more", "outcome"), [
    ({}, "recorded"),
    ({"given_by": "guardian", "name": "Aoife O'Neill", "relation": "mother"}, "recorded"),
    ({"given_by": "attorney", "name": "M. Ruiz", "relation": "medical treatment decision maker"}, "recorded"),
    ({"given_by": "guardian"}, NAME | RELATION),
    ({"given_by": "guardian", "name": "  ", "relation": "mother"}, NAME),
    ({"given_by": "attorney", "name": "M. Ruiz", "relation": " "}, RELATION),
    ({"method": "verbal"}, EARS),
    ({"method": "verbal", "witness": " ", "not_signed_reason": " "}, EARS),
    ({"method": "verbal", "witness": "Ben Adeyemi"}, "recorded"),
    ({"method": "verbal", "not_signed_reason": "Hand in plaster"}, "recorded"),
    ({"method": "paper_scan"}, "recorded"),
])  # fmt: skip
def test_every_way_of_giving_it_with_its_cure(take, more, outcome, cast, text):
    assert take(cast.dana, cast.siobhan, **more) == outcome
    assert Consent.objects.count() == (outcome == "recorded")


@WAYS
def test_nothing_said_is_nothing_offered(take, cast, text):
    take(cast.anna, cast.siobhan)
    decisions = Consent.objects.get().decisions

    assert {scope for scope, said in decisions.items() if said == "not_offered"} == set(decisions) - {"general"}


@WAYS
@pytest.mark.parametrize(
    ("years", "given_by", "warned"), [(15, "patient", True), (15, "guardian", False), (16, "patient", False)]
)
def test_a_minor_alone_is_recorded_with_a_warning_in_words(take, years, given_by, warned, cast, text):
    today = cast.home.local_date(timezone.now())
    child = make_patient(cast.anna, record_number=7, family_name="Kind", given_names="Una",
                         date_of_birth=date(today.year - years, today.month, today.day))  # fmt: skip
    assert take(cast.anna, child, given_by=given_by, name="Aoife", relation="mother") == "recorded"

    told = api_as(cast.anna).get(f"/api/v1/consents/{Consent.objects.get().pk}").json()["warnings"]
    page = page_as(cast.anna).get(f"/consent/{Consent.objects.get().pk}").content.decode()
    assert [w["key"] for w in told] == ["minor_without_guardian"] * warned
    assert ("no guardian has consented" in page) is warned


def test_the_page_warns_before_a_minor_signs_and_nobody_else(cast, text):
    child = make_patient(
        cast.anna, record_number=7, family_name="Kind", given_names="Una", date_of_birth=date(2020, 1, 1)
    )
    pages = [page_as(cast.dana).get(f"/consent/patient/{p.pk}/take").content.decode() for p in (child, cast.siobhan)]

    assert [page.count("Under 16") > 0 for page in pages] == [True, False]


def test_nothing_is_preselected(cast, text):
    page = page_as(cast.anna).get(f"/consent/patient/{cast.siobhan.pk}/take").content.decode()
    chosen = [line for line in page.split("<input") if " checked" in line]

    assert [c for c in chosen if "scope_" in c or "risk" in c] == []


def test_the_front_desk_reads_what_taking_it_down_means(cast, text):
    pages = {
        who: page_as(cast.person(who)).get(f"/consent/patient/{cast.siobhan.pk}/take").content.decode()
        for who in ("dana", "anna")
    }

    assert "You take this consent down; you do not explain the risks" in pages["dana"]
    assert "I explained all the risks listed" in pages["anna"]
    assert "I explained all the risks listed" not in pages["dana"]


@pytest.mark.parametrize(("form", "discussed"), [
    ({"risks_explained": "yes"}, 14), ({"risk": ["bruising", "pneumothorax"]}, 2), ({}, 0), ({"risk": ["dragons"]}, 0),
])  # fmt: skip
def test_all_risks_with_one_tick_or_those_that_were_ticked(form, discussed, cast, text):
    by_page(cast.anna, cast.siobhan, **form)
    assert len(Consent.objects.get().risks_discussed) == discussed


def test_a_forged_tick_of_the_front_desk_is_refused(cast, text):
    assert by_page(cast.dana, cast.siobhan, risks_explained="yes") == {
        "risks_discussed": "Risks are explained by a practitioner. Leave this empty."
    }


@WAYS
@pytest.mark.parametrize(
    ("email", "said", "flag"),
    [("s@example.org", "given", True), ("s@example.org", "refused", False), ("", "given", False)],
)
def test_documents_by_email_sets_the_one_permission(take, email, said, flag, cast, text):
    Patient.objects.filter(pk=cast.siobhan.pk).update(email=email)
    more = (
        {"decisions": {"general": "given", "documents_by_email": said}}
        if take is by_api
        else {"scope_documents_by_email": said}
    )
    assert take(cast.anna, cast.siobhan, **more) == "recorded"

    assert Patient.objects.get(pk=cast.siobhan.pk).documents_by_email_ok is flag


@pytest.mark.parametrize("form", [
    {"signature": "{"}, {"signature": "[" * 5000}, {"signature": "null"}, {"signature": "x" * 700_000}, {"method": "telepathy"},
    {"scope_general": "maybe"}, {"witness": "x" * 121}, {"questions": "\x00"}, {"not_signed_reason": "x" * 301, "method": "verbal"},
])  # fmt: skip
def test_odd_forms_are_answered_with_what_to_put_right(form, cast, text):
    problems = by_page(cast.anna, cast.siobhan, **form)

    assert problems != "recorded"
    assert Consent.objects.count() == 0


def test_it_can_be_taken_later_than_it_was_given_but_not_before_birth_or_tomorrow(cast, text):
    now = timezone.now()
    assert by_api(cast.anna, cast.siobhan, given_at=(now - timedelta(days=3)).isoformat()) == "recorded"
    assert by_api(cast.anna, cast.siobhan, given_at=(now + timedelta(days=1)).isoformat()) == {
        "given_at": "A consent cannot be given in the future."
    }
