"""Referrals that were typed wrongly are put right: on the page and by a program, with the version, and with a history."""

from datetime import date
from typing import Any

import pytest

from patients import actions
from patients.models import Contact, Patient, Referral
from practice.models import AccessEntry, User
from tests.cast import NOW, Cast, make_patient, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome, Way, through_the_api, through_the_page

STALE = {through_the_page: "Somebody changed this while you were typing. Compare, then save again.",
         through_the_api: "This record was changed since you read it."}  # fmt: skip


@pytest.fixture
def voss(cast: Cast) -> Contact:
    return actions.add_contact(values={"kind": "gp", "name": "Dr Mara Voss"}, by=cast.dana)


@pytest.fixture
def okafor(cast: Cast) -> Contact:
    return actions.add_contact(values={"kind": "referrer", "name": "Dr Ada Okafor"}, by=cast.dana)


@pytest.fixture
def referral(cast: Cast, voss: Contact) -> Referral:
    values = {"referrer_id": voss.pk, "referred_on": date(2026, 10, 13), "months": 12, "visits": 5, "note": "Knee"}
    return actions.add_referral(patient=cast.siobhan, values=values, by=cast.dana, at=NOW)


def correct(way: Way, user: User, referral: Referral, changes: dict[str, Any], version: int) -> Outcome:
    """A page sends everything that stands on it, a program what is different."""
    body = changes
    if way is through_the_page:
        names = ("referrer_id", "referred_on", "months", "visits", "note")
        filled = {name.removesuffix("_id"): getattr(referral, name) for name in names} | changes
        body = {name: "" if value is None else value for name, value in filled.items()}
    return way(user, address(referral), f"/api/v1{address(referral)}", body, "patch", version=version)


def address(referral: Referral) -> str:
    return f"/patients/{referral.patient_id}/referrals/{referral.pk}"


def stands(referral: Referral) -> dict[str, Any]:
    row = Referral.objects.get(pk=referral.pk)
    names = ("referrer_id", "referred_on", "months", "expires_on", "visits", "note", "version")
    return {name: getattr(row, name) for name in names}


@pytest.mark.parametrize(("changes", "becomes"), [
    ({"visits": 10}, {"visits": 10}),
    ({"visits": None, "note": "Hip"}, {"visits": None, "note": "Hip"}),
    ({"referred_on": date(2026, 10, 31)}, {"referred_on": date(2026, 10, 31), "expires_on": date(2027, 10, 31)}),
    ({"months": 3}, {"months": 3, "expires_on": date(2027, 1, 13)}),
    ({"months": None}, {"months": None, "expires_on": None}),
    ({"expires_on": date(2026, 12, 24)}, {"expires_on": date(2026, 12, 24)}),
    ({}, {}),
])  # fmt: skip
def test_each_thing_that_stands_on_it_can_be_put_right(cast, referral, way, changes, becomes):
    before = stands(referral)
    assert correct(way, cast.dana, referral, changes, 1) == DONE
    assert stands(referral) == before | becomes | {"version": 2}
    states = referral.history.order_by("history_id")
    assert [(s.history_change_reason, s.history_user, s.visits) for s in states] == [
        ("referral recorded", cast.dana, 5), ("referral corrected", cast.dana, becomes.get("visits", 5)),
    ]  # fmt: skip


def test_another_referrer_is_put_in_its_place(cast, referral, okafor, way):
    assert correct(way, cast.ben, referral, {"referrer": okafor.pk}, 1) == DONE
    assert stands(referral)["referrer_id"] == okafor.pk


@pytest.mark.parametrize(("changes", "field", "sentence"), [
    ({"referred_on": date(2999, 1, 1)}, "referred_on", None),
    ({"expires_on": date(2026, 10, 13), "months": None}, "expires_on", "A referral cannot end before it is written."),
    ({"visits": 0}, "visits", None),
    ({"visits": 201}, "visits", None),
    ({"note": "x" * 201}, "note", None),
])  # fmt: skip
def test_what_cannot_stand_on_it_is_refused_beside_its_field(cast, referral, way, changes, field, sentence):
    before = stands(referral)
    outcome = correct(way, cast.dana, referral, changes, 1)
    assert (outcome.done, list(outcome.sentences)) == (False, [field])
    assert sentence in (None, *outcome.sentences[field])
    assert stands(referral) == before


def test_a_contact_of_another_practice_is_none(cast, referral, way):
    theirs = actions.add_contact(values={"kind": "gp", "name": "Dr Elsewhere"}, by=cast.zoe)
    assert correct(way, cast.dana, referral, {"referrer": theirs.pk}, 1) == Outcome(
        False, {"referrer": ["Choose one of the practice's contacts." if way is through_the_page else
                             "Choose who wrote the referral from the practice's contacts."]},
    )  # fmt: skip


@pytest.mark.parametrize(("who", "expected"), [
    ("ben", DONE), ("olga", NOT_ALLOWED), ("robo", NOT_ALLOWED), ("zoe", NOT_ALLOWED),
])  # fmt: skip
def test_who_may(cast, referral, way, who, expected):
    assert correct(way, cast.person(who), referral, {"visits": 10}, 1) == expected
    assert stands(referral)["visits"] == (10 if expected.done else 5)


def test_two_who_correct_it_at_once(cast, referral, way):
    assert correct(way, cast.dana, referral, {"visits": 6}, 1) == DONE
    assert correct(way, cast.ben, referral, {"visits": 7}, 1) == Outcome(False, {"": [STALE[way]]})
    assert stands(referral)["visits"] == 6


def test_the_stale_page_keeps_what_was_typed_and_shows_what_stands(cast, referral, voss):
    client, form = (
        page_as(cast.dana),
        {"referrer": str(voss.pk), "referred_on": "13 10 2026", "note": "Shoulder, right"},
    )
    assert client.post(address(referral), form | {"version": "1", "note": "Hip"}).status_code == 302
    page = client.post(address(referral), form | {"version": "1"})
    shown = page.content.decode()
    assert (page.status_code, 'value="Shoulder, right"' in shown, "Hip" in shown) == (422, True, True)
    assert client.post(address(referral), form | {"version": "2"}).status_code == 302


def test_an_end_given_as_a_day_outlives_a_correction_of_another_day(cast, voss):
    values = {"referrer_id": voss.pk, "referred_on": date(2026, 10, 13), "expires_on": date(2026, 12, 24)}
    given = actions.add_referral(patient=cast.siobhan, values=values, by=cast.dana, at=NOW)
    form = page_as(cast.dana).get(address(given)).context["form"]
    assert form["expires_on"].value() == date(2026, 12, 24)

    assert correct(through_the_api, cast.dana, given, {"referred_on": date(2026, 10, 14)}, 1) == DONE
    assert (stands(given)["referred_on"], stands(given)["expires_on"]) == (date(2026, 10, 14), date(2026, 12, 24))


def test_the_page_is_filled_with_what_stands_there_and_leaves_unusual_months_alone(cast, referral):
    assert correct(through_the_api, cast.dana, referral, {"months": 9}, 1) == DONE
    page = page_as(cast.dana).get(address(referral))
    form = page.context["form"]
    assert (form["referred_on"].value(), form["months"].value(), form["expires_on"].value()) == ("13 Oct 2026", 9, None)
    assert '<option value="9" selected>9 months</option>' in page.content.decode()
    assert correct(through_the_page, cast.dana, Referral.objects.get(pk=referral.pk), {"visits": 8}, 2) == DONE
    assert (stands(referral)["months"], stands(referral)["expires_on"]) == (9, date(2027, 7, 13))
    assert AccessEntry.objects.filter(patient_id=cast.siobhan.pk, created_by=cast.dana).exists()


def test_only_who_may_change_it_is_offered_the_way(cast, referral):
    link = f'href="{address(referral)}"'
    for who, offered in (("dana", True), ("ben", True), ("olga", False)):
        assert (
            link in page_as(cast.person(who)).get(f"/patients/{cast.siobhan.pk}/details").content.decode()
        ) is offered
    assert page_as(cast.olga).get(address(referral)).status_code == 403


def test_a_referral_is_reached_under_its_own_patient_only(cast, referral):
    other = make_patient(cast.anna, record_number=9, family_name="Other", date_of_birth=date(1980, 1, 1))
    for user, answer in ((cast.dana, 404), (cast.zoe, 404)):
        assert page_as(user).get(f"/patients/{other.pk}/referrals/{referral.pk}").status_code == answer
        assert (
            page_as(user).post(f"/patients/{other.pk}/referrals/{referral.pk}", {"version": "1"}).status_code == answer
        )
    assert stands(referral)["version"] == 1


def test_a_referral_of_a_merged_record_is_corrected_under_the_one_that_stands(cast, referral):
    winner = make_patient(cast.anna, record_number=9, family_name="Murphy", date_of_birth=cast.siobhan.date_of_birth)
    actions.merge_patients(winner=winner.pk, loser=cast.siobhan.pk, by=cast.anna, at=NOW)
    assert (
        page_as(cast.dana).get(address(referral)).headers["Location"]
        == f"/patients/{winner.pk}/referrals/{referral.pk}"
    )
    assert correct(through_the_page, cast.dana, referral, {"visits": 8}, 1) == DONE
    assert (stands(referral)["visits"], Patient.objects.get(pk=winner.pk).merged_into) == (8, None)
