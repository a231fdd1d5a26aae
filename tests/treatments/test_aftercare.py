"""Soreness checks, courses of care and needle lots, through page and program."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patients.models import Patient
from tests.cast import NOW, api_as, page_as
from tests.world import a_site, give_consent, sign, start
from treatments.models import Episode, FollowUp, NeedleLot

CHECKS = "/api/v1/follow-ups"


def record(client, check, version=1, **more):
    body = {
        "hours_since": 24,
        "soreness": [{"structure": "soleus", "side": "left", "score": 3}],
        "still_sore": True,
    } | more
    return client.post(f"{CHECKS}/{check.pk}/record", body, format="json", headers={"If-Match": f'"{version}"'})


def test_signing_plans_a_check_at_each_offset_of_the_practice(world):
    due = FollowUp.objects.filter(session=world.signed).order_by("due_at").values_list("due_at", "state")

    assert list(due) == [(NOW + timedelta(hours=24), "planned"), (NOW + timedelta(hours=72), "planned")]


def test_a_session_without_needling_plans_none(world):

    session = start(world.patient, world.cast.anna, no_needling=True, sites=[], needles_out=None)
    sign(session, world.cast.anna)

    assert FollowUp.objects.filter(session=session).count() == 0


def test_the_front_desk_records_and_a_practitioner_acknowledges(world):
    answered = record(api_as(world.cast.dana), world.follow_up)
    assert (answered.status_code, answered.json()["grade"]["key"], answered["ETag"]) == (200, "expected", '"2"')

    path, headers = f"{CHECKS}/{world.follow_up.pk}/acknowledge", {"If-Match": '"2"'}
    assert api_as(world.cast.dana).post(path, {}, format="json", headers=headers).status_code == 403
    assert api_as(world.cast.ben).post(path, {}, format="json", headers=headers).json()["state"] == "acknowledged"


def test_an_area_that_was_not_asked_stays_empty(world):
    entry = {"structure": "soleus", "side": "left", "score": None}
    answered = record(api_as(world.cast.dana), world.follow_up, soreness=[entry], still_sore=None).json()

    assert (answered["soreness"][0]["score"], answered["grade"]["key"]) == (None, "unknown")


@pytest.mark.parametrize(("more", "field"), [
    ({"soreness": [{"structure": "soleus", "side": "left", "score": 11}]}, "soreness.0.score"),
    ({"soreness": [{"structure": "soleus", "side": "left", "score": "3"}]}, "soreness.0.score"),
    ({"soreness": [{"structure": "infraspinatus", "side": "left", "score": 3}]}, "soreness.0.structure"),
    ({"soreness": "much"}, "soreness"),
    ({"hours_since": -1}, "hours_since"),
    ({"red_flags": ["dragon"]}, "red_flags"),
    ({"function": "lots"}, "function"),
    ({"comment": "x" * 2001}, "comment"),
    ({"unknown": 1}, "unknown"),
])  # fmt: skip
def test_bad_answers_are_named_and_nothing_is_stored(world, more, field):
    answer = record(api_as(world.cast.dana), world.follow_up, **more)

    assert (answer.status_code, FollowUp.objects.get(pk=world.follow_up.pk).state) == (400, "planned")
    assert field in [e["field"] for e in answer.json()["errors"]]


def test_an_answer_is_given_once(world):
    dana = api_as(world.cast.dana)
    record(dana, world.follow_up)

    assert record(dana, world.follow_up, version=2).json()["code"] == "already_answered"


def test_no_answer_keeps_it_on_the_list_and_closing_needs_a_reason(world):
    dana, path = api_as(world.cast.dana), f"{CHECKS}/{world.follow_up.pk}"
    silent = dana.post(f"{path}/no-answer", {}, format="json", headers={"If-Match": '"1"'})
    assert silent.json()["state"] == "no_answer"
    assert dana.post(f"{path}/close", {}, format="json", headers={"If-Match": '"2"'}).status_code == 400

    closed = dana.post(f"{path}/close", {"reason": "Moved away"}, format="json", headers={"If-Match": '"2"'})
    assert closed.json()["state"] == "closed"


def test_the_page_records_the_same_answer(world):
    form = {"hours_since": "26", "score_soleus_left": "4", "still_sore": "yes", "function": "some", "bruise": "",
            "red_flags": ["chest_pain"], "comment": "Better today", "version": "1"}  # fmt: skip
    answer = page_as(world.cast.dana).post(f"/sessions/follow-ups/{world.follow_up.pk}", form)
    stored = FollowUp.objects.get(pk=world.follow_up.pk)

    assert answer.status_code == 302
    assert (stored.soreness, stored.still_sore, stored.bruise, stored.red_flags) == (
        [{"structure": "soleus", "side": "left", "score": 4}], True, None, ["chest_pain"],
    )  # fmt: skip
    words = page_as(world.cast.anna).get("/sessions/follow-ups").content.decode()
    assert "Red flag: act now" in words


def test_a_score_of_twelve_stays_on_the_page_with_its_error(world):
    page = page_as(world.cast.dana).post(f"/sessions/follow-ups/{world.follow_up.pk}", {"score_soleus_left": "12"})

    assert (page.status_code, 'value="12"' in page.content.decode()) == (422, True)


def test_signing_remembers_the_last_session_of_the_patient(world):
    assert Patient.objects.get(pk=world.patient.pk).last_session_at == NOW


@pytest.mark.parametrize(("field", "value"), [
    ("title", ""), ("title", "x" * 121), ("side", "up"), ("planned_sessions", -1), ("status", "paused"), ("unknown", 1),
    ("patient", "x"),
])  # fmt: skip
def test_bad_courses_are_named(world, field, value):
    body = {"patient": str(world.patient.pk), "title": "Neck"} | {field: value}
    answer = api_as(world.cast.anna).post("/api/v1/episodes", body, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_code_needs_its_system(world):
    body = {"patient": str(world.patient.pk), "title": "Neck", "diagnosis_code": "M79.11"}
    answer = api_as(world.cast.anna).post("/api/v1/episodes", body, format="json")

    assert (answer.status_code, Episode.objects.filter(title="Neck").count()) == (400, 0)
    assert "code system" in answer.json()["errors"][0]["message"]


LOT = {"brand": "Hwato", "gauge_mm": "0.25", "length_mm": 40, "lot_number": "B2", "expires_on": "2029-05-31"}


@pytest.mark.parametrize(("field", "value"), [
    ("brand", ""), ("gauge_mm", "2.00"), ("gauge_mm", "thin"), ("length_mm", 4), ("length_mm", "40"), ("lot_number", ""),
    ("expires_on", "2029-02-31"), ("expires_on", None), ("unknown", 1), ("active", "yes"),
])  # fmt: skip
def test_bad_lots_are_named(world, field, value):
    answer = api_as(world.cast.anna).post("/api/v1/needle-lots", LOT | {field: value}, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_the_same_lot_is_not_entered_twice(world):
    anna = api_as(world.cast.anna)
    assert anna.post("/api/v1/needle-lots", LOT, format="json").status_code == 201
    again = anna.post("/api/v1/needle-lots", LOT, format="json")

    assert (again.status_code, again.json()["errors"][0]["message"]) == (400, "This lot is already in the list.")


def test_a_lot_leads_to_everyone_needled_with_it(world):
    session = start(world.patient, world.cast.anna, sites=[a_site(lot=world.lot.pk)])
    traced = api_as(world.cast.anna).get(f"/api/v1/needle-lots/{world.lot.pk}/trace").json()

    assert [(t["session"], t["patient"], t["needles"]) for t in traced] == [(str(session.pk), str(world.patient.pk), 1)]
    page = page_as(world.cast.anna).get(f"/sessions/lots/{world.lot.pk}").content.decode()
    assert "O&#x27;Neill" in page


def test_an_expired_lot_stops_signing(world):
    NeedleLot.objects.filter(pk=world.lot.pk).update(expires_on=NOW.date() - timedelta(days=1))
    session = start(world.patient, world.cast.anna, sites=[a_site(lot=world.lot.pk)])
    found = api_as(world.cast.anna).get(f"/api/v1/sessions/{session.pk}/findings").json()["blocks_signing"]

    assert [f["rule"] for f in found] == ["lot_expired"]


def test_today_tells_each_role_what_waits(world):
    notes = page_as(world.cast.anna).get("/sessions/today/notes").content.decode()
    assert "O&#x27;Neill" in notes
    FollowUp.objects.filter(pk=world.follow_up.pk).update(due_at=timezone.now() - timedelta(hours=1))
    calls = page_as(world.cast.dana).get("/sessions/today/calls").content.decode()
    assert "O&#x27;Neill" in calls
    assert page_as(world.cast.ben).get("/sessions/today/notes").content.decode().count("O&#x27;Neill") == 0


def test_a_needle_left_in_on_purpose_is_asked_for_on_its_day(world):
    give_consent(world.patient, world.text, world.cast.anna, retained_needle="given")
    by_day = NOW.date() + timedelta(days=3)
    draft = start(world.patient, world.cast.anna, needles_out=0, discrepancy_kind="retained_on_purpose",
                  discrepancy_note="Ear needle.", remove_by=by_day)  # fmt: skip
    sign(draft, world.cast.anna)
    call = FollowUp.objects.get(session=draft, kind="call")

    assert (call.about, call.due_at.astimezone(world.cast.home.zone).isoformat()[:16]) == (
        "A needle left in comes out today: is it out?", f"{by_day}T08:00",
    )  # fmt: skip


def test_the_board_forgets_no_needle_however_old_its_session(world):
    old = timezone.now() - timedelta(days=9)
    draft = start(world.patient, world.cast.anna, at=old, started_at=old, needles_out=None)
    board = page_as(world.cast.dana).get("/sessions/today/needles").content.decode()

    assert "Since 9 days" in board
    assert str(draft.pk) not in board  # the front desk sees whose and since when, and cannot open it
