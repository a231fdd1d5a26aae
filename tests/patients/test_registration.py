"""Registering somebody on the phone: cards, referral, contacts added in place, who may be meant; page and API alike."""

import json
from datetime import date, timedelta

import pytest

from patients import actions, email_permission, identifier_shapes
from patients.identifier_shapes import NotThatNumber
from patients.models import Contact, Identifier, Patient, Referral
from practice.history import keep
from tests.cast import NOW, Cast, api_as, page_as

NEW = "/patients/new"
TYPED = {"family_name": "O'Hara-Whitlock", "given_names": "Amelia", "date_of_birth": "14 3 1987", "sex_at_birth": "female",
         "country": "AU"}  # fmt: skip


@pytest.fixture
def gp(cast: Cast) -> Contact:
    return actions.add_contact(
        values={"kind": "gp", "name": "Dr Mara Voss", "organisation": "Seaford Clinic"}, by=cast.dana
    )


@pytest.mark.parametrize(("system", "country", "typed", "read"), [
    ("medicare", "AU", "2123 45670 1", "2123456701"), ("medicare", "AU", "2123-45670-1 2", "21234567012"),
    ("dva", "AU", "n123456", "N123456"), ("dva", "AU", "VSM12345a", "VSM12345A"), ("dva", "AU", "TSRD1234", "TSRD1234"),
    ("ihi", "NZ", "8003 6080 0000 0000", "8003608000000000"), ("national", "NZ", "zzz0016", "ZZZ0016"),
    ("national", "NZ", "ZBN77VL", "ZBN77VL"), ("national", "GB", "943 476 5919", "9434765919"),
    ("national", "AU", " A  1 ", "A 1"), ("insurer", "AU", "AB-12/3", "AB-12/3"),
])  # fmt: skip
def test_numbers_are_read_as_people_say_them(system, country, typed, read):
    assert identifier_shapes.shape_of(system, country=country).read(typed) == read


@pytest.mark.parametrize(("system", "country", "typed"), [
    ("medicare", "AU", "2123456711"), ("medicare", "AU", "7123456701"), ("medicare", "AU", "212345670"),
    ("medicare", "AU", "2123456701٢"), ("dva", "AU", "X123456"), ("dva", "AU", "NABCD123"), ("ihi", "AU", "8003608000000001"),
    ("national", "NZ", "ZZZ0017"), ("national", "NZ", "ZBN77VM"), ("national", "NZ", "ZIZ0016"), ("national", "GB", "9434765918"),
])  # fmt: skip
def test_a_slip_in_a_number_is_said_with_the_cure(system, country, typed):
    with pytest.raises(NotThatNumber, match=r"digits|card|again|begins|DVA|NHI"):
        identifier_shapes.shape_of(system, country=country).read(typed)


def test_everything_said_in_one_call_is_written_at_once(cast, gp):
    more = {"medicare": "2123 45670 1", "medicare_until": "2028-05-31", "dva": "QX901234", "insurer": "Bupa",
            "member_number": "77 1", "gp_id": str(gp.pk), "referrer_id": str(gp.pk), "referred_on": "2026-10-31", "months": "12",
            "visits": "5", "address_line1": "1 Wattle St", "postcode": "3198", "pronouns": "she/her", "email": "a@example.org",
            "documents_by_email_ok": "on"}  # fmt: skip
    answer = page_as(cast.dana).post(NEW, TYPED | more)
    assert answer.status_code == 302

    patient = Patient.objects.get(family_name="O'Hara-Whitlock")
    numbers = set(Identifier.objects.filter(patient=patient).values_list("system", "value", "issuer"))
    assert numbers == {("medicare", "2123456701", ""), ("dva", "QX901234", ""), ("insurer", "77 1", "Bupa")}
    referral = Referral.objects.get(patient=patient)
    assert (referral.referrer, referral.expires_on, referral.visits) == (gp, date(2027, 10, 31), 5)
    assert (patient.referrer, patient.gp, patient.address_line1, patient.pronouns) == (gp, gp, "1 Wattle St", "she/her")
    told = email_permission.told(patient)
    assert [(one.allowed, one.by) for one in told] == [(True, cast.dana.pk)]


BAD = [
    ({"medicare": "2123 45671 1"}, "medicare", "Read it again from the card"),
    ({"dva": "12"}, "dva", "DVA file number"),
    ({"member_number": "7"}, "insurer", "which insurer"),
    ({"insurer": "Bupa"}, "member_number", "member number"),
    ({"referred_on": "2026-11-01"}, "referrer_id", "Choose who wrote"),
    ({"months": "12"}, "referred_on", "the day that stands"),
    ({"gp_id-words": "Dr Nobody"}, "gp_id", "Choose one from the list"),
    ({"gp_id-new-name": "Dr New"}, "gp_id", "Add this contact first"),
    ({"gp_id": "00000000-0000-0000-0000-000000000005"}, "gp_id", "s contacts"),
    ({"gp_id": "x"}, "gp_id", "s contacts"),
    ({"documents_by_email_ok": "on"}, "email", "e-mail address"),
    ({"country": "Australia"}, "country", "2 characters"),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD, ids=lambda v: str(v)[:30])
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(cast, changes, field, words):
    typed = TYPED | {"address_line1": "1 Wattle St"} | changes
    answer = page_as(cast.dana).post(NEW, typed)

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    page = answer.content.decode()
    assert 'value="O&#x27;Hara-Whitlock"' in page
    assert 'value="1 Wattle St"' in page
    assert not Patient.objects.filter(given_names="Amelia").exists()
    assert not Identifier.objects.exists()


def test_parts_that_hold_nothing_are_closed_and_those_to_put_right_are_open(cast):
    page = page_as(cast.dana).post(NEW, TYPED | {"medicare": "1"}).context["form"]

    assert [s.key for s in page.sections if s.open] == ["person", "reach", "cards"]


def test_a_referral_of_the_future_is_refused_beside_its_day(cast, gp):
    tomorrow = (cast.home.local_date(NOW) + timedelta(days=40000)).isoformat()
    answer = page_as(cast.dana).post(NEW, TYPED | {"referrer_id": str(gp.pk), "referred_on": tomorrow})

    assert "lies in the future" in str(answer.context["form"].errors["referred_on"])


def test_the_gate_stands_and_what_is_typed_stays(cast):
    client, twin = page_as(cast.dana), {"family_name": "ONeill", "given_names": "Siobhan", "date_of_birth": "29 2 1988"}
    gate = client.post(NEW, TYPED | twin | {"medicare": "2123 45670 1"})
    assert (gate.status_code, len(gate.context["candidates"])) == (422, 1)
    assert 'value="2123 45670 1"' in gate.content.decode()

    assert client.post(NEW, TYPED | twin | {"confirm_not_duplicate": "yes"}).status_code == 302


def test_who_it_may_be_is_shown_while_typing_and_never_somebody_elsewhere(cast):
    typed = {"family_name": "ONeill", "given_names": "Siobhan", "date_of_birth": "29/2/88", "mobile": "04"}
    shown = page_as(cast.dana).post("/patients/new/alike", typed).content.decode()
    assert "Siobhán O&#x27;Neill, 29 Feb 1988, No. 000001" in shown
    assert "Monday 29 February 1988, 38 years" in shown

    assert "O&#x27;Neill" not in page_as(cast.zoe).post("/patients/new/alike", typed).content.decode()
    assert page_as(cast.dana).post("/patients/new/alike", {"family_name": "O"}).content.decode().strip() == ""
    assert not Patient.objects.filter(family_name="ONeill").exists()


def picks(client, box="gp_id", **data):
    return client.post(f"/patients/contacts/pick/{box}", data)


def test_a_contact_is_found_by_typing_chosen_or_added_in_place(cast, gp):
    client = page_as(cast.dana)
    found = picks(client, **{"step": "find", "gp_id-words": "voss seaf"}).content.decode()
    assert "Dr Mara Voss, Seaford Clinic" in found
    assert f'value="{gp.pk}"' in picks(client, step="choose", choose=str(gp.pk)).content.decode()

    new = picks(client, **{"step": "new", "gp_id-words": "Dr D'Arcy"}).content.decode()
    assert 'value="Dr D&#x27;Arcy"' in new
    wrong = picks(client, **{"step": "add", "gp_id-new-name": "Dr D'Arcy", "gp_id-new-email": "no"})
    assert (wrong.status_code, "name@example.org" in wrong.content.decode()) == (422, True)
    added = picks(client, **{"step": "add", "gp_id-new-name": "Dr D'Arcy"})
    assert added.status_code == 200
    assert Contact.objects.get(name="Dr D'Arcy").kind == "gp"


def test_contacts_of_another_practice_and_archived_ones_are_not_found(cast, gp):
    stranger = page_as(cast.zoe)
    assert "Voss" not in picks(stranger, **{"step": "find", "gp_id-words": "voss"}).content.decode()
    assert picks(stranger, step="choose", choose=str(gp.pk)).status_code == 404
    assert picks(page_as(cast.olga), step="find").status_code == 403
    assert picks(page_as(cast.dana), box="alert").status_code == 404

    actions.archive_contact(pk=gp.pk, by=cast.dana, at=NOW, version=gp.version)
    assert "Voss" not in picks(page_as(cast.dana), **{"step": "find", "gp_id-words": "voss"}).content.decode()


BODY = {"family_name": "Ward", "given_names": "Nia", "date_of_birth": "1990-05-04", "sex_at_birth": "female"}


def test_the_api_takes_cards_and_referral_with_the_patient_or_nothing(cast, gp):
    client = api_as(cast.dana)
    brought = {"identifiers": [{"system": "medicare", "value": "2123 45670 1"}],
               "referral": {"referrer": str(gp.pk), "referred_on": "2026-08-31", "months": 6}}  # fmt: skip
    wrong = brought | {"identifiers": [*brought["identifiers"], {"system": "insurer", "value": "7"}]}
    answer = client.post("/api/v1/patients", BODY | wrong, format="json")
    assert [e["field"] for e in answer.json()["errors"]] == ["identifiers.1.issuer"]
    assert not Patient.objects.filter(given_names="Nia").exists()

    made = client.post("/api/v1/patients", BODY | brought, format="json")
    assert made.status_code == 201, made.content
    path = f"/api/v1/patients/{made.json()['id']}"
    assert client.get(f"{path}/referrals").json()[0]["expires_on"] == "2027-02-28"
    assert client.get(f"{path}/identifiers").json()[0]["value"] == "2123456701"
    assert made.json()["referrer"] == str(gp.pk)


def test_a_contact_of_another_practice_writes_no_referral(cast):
    theirs = actions.add_contact(values={"kind": "gp", "name": "Dr Fremd"}, by=cast.zoe)
    path = f"/api/v1/patients/{cast.siobhan.pk}/referrals"
    answer = api_as(cast.dana).post(path, {"referrer": str(theirs.pk), "referred_on": "2026-08-31"}, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "referrer")


def test_a_number_is_corrected_and_taken_out_and_a_second_tab_is_told(cast):
    client, path = api_as(cast.dana), f"/api/v1/patients/{cast.siobhan.pk}/identifiers"
    made = client.post(path, {"system": "dva", "value": "QX901234"}, format="json").json()
    one, seen = f"{path}/{made['id']}", {"If-Match": '"1"'}
    assert client.patch(one, {"value": "QX901235"}, format="json", headers=seen).json()["value"] == "QX901235"
    stale = client.post(f"{one}/remove", {}, format="json", headers=seen)
    assert (stale.status_code, stale.json()["current"]["value"]) == (412, "QX901235")
    assert client.post(f"{one}/remove", {}, format="json", headers={"If-Match": '"2"'}).status_code == 200
    assert client.get(path).json() == []

    again = client.post(path, {"system": "dva", "value": "QX901235"}, format="json")
    assert again.status_code == 201
    assert api_as(cast.zoe).patch(one, {"value": "QX901236"}, format="json", headers=seen).status_code == 404


def test_a_number_of_another_patient_is_not_reached_through_this_one(cast):
    other = actions.register_patient(
        values={"family_name": "Ward", "date_of_birth": date(1990, 1, 1)}, by=cast.dana, at=NOW,
        identifiers=[{"system": "other", "value": "9"}],
    )  # fmt: skip
    theirs = Identifier.objects.get(patient=other)
    path = f"/patients/{cast.siobhan.pk}/identifiers/{theirs.pk}/remove"

    assert page_as(cast.dana).post(path, {"version": 1}).status_code == 404
    api = api_as(cast.dana).post(f"/api/v1{path}", {}, format="json", headers={"If-Match": '"1"'})
    assert api.status_code == 404


def test_the_permission_to_e_mail_is_kept_with_who_and_when(cast):
    patient = cast.siobhan
    patient.email = "s@example.org"
    keep(patient, by=cast.dana, why="address")
    actions.allow_documents_by_email(patient=patient, allowed=True, by=cast.dana, at=NOW)
    actions.allow_documents_by_email(patient=patient, allowed=False, by=cast.ben, at=NOW)

    told = api_as(cast.olga).get(f"/api/v1/patients/{patient.pk}/email-permission").json()
    assert [(one["allowed"], one["by"]) for one in told] == [(False, str(cast.ben.pk)), (True, str(cast.dana.pk))]
    page = page_as(cast.dana).get(f"/patients/{patient.pk}/details").content.decode()
    assert "not allowed any more, recorded by Ben Adeyemi" in page


@pytest.mark.parametrize(("referred_on", "months", "ends"), [
    ("2026-01-31", 1, "2026-02-28"), ("2023-08-31", 6, "2024-02-29"), ("2026-11-01", 12, "2027-11-01"), ("2026-11-01", None, None),
])  # fmt: skip
def test_a_referral_ends_the_months_written_on_it_later(cast, gp, referred_on, months, ends):
    referral = actions.add_referral(
        patient=cast.siobhan,
        values={"referrer_id": gp.pk, "referred_on": date.fromisoformat(referred_on), "months": months},
        by=cast.dana, at=NOW,
    )  # fmt: skip
    assert referral.expires_on == (date.fromisoformat(ends) if ends else None)


def test_a_referral_from_the_details_page_needs_who_and_when(cast, gp):
    client, path = page_as(cast.dana), f"/patients/{cast.siobhan.pk}/referrals"
    bad = client.post(path, {"visits": "5", "note": "Knee"})
    assert (bad.status_code, sorted(bad.context["referral_form"].errors)) == (422, ["referred_on"])
    assert 'value="Knee"' in bad.content.decode()
    assert sorted(client.post(path, {"referred_on": "2026-11-01"}).context["referral_form"].errors) == ["referrer"]

    good = {"referrer": str(gp.pk), "referred_on": "2026-11-01", "expires_on": "2026-12-24"}
    assert client.post(path, good).status_code == 302
    assert "24 Dec 2026" in client.get(f"/patients/{cast.siobhan.pk}/details").content.decode()
    assert json.loads(api_as(cast.ben).get(f"/api/v1{path}").content)[0]["expires_on"] == "2026-12-24"


def test_a_new_patient_lives_where_the_practice_is(cast):
    cast.home.country = "NZ"
    keep(cast.home, by=None, why="moved")
    made = api_as(cast.dana).post("/api/v1/patients", BODY, format="json").json()

    assert made["address"]["country"] == "NZ"
