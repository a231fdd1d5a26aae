"""Adverse events: recorded, told, followed, reviewed; opened by the record itself; counted with their denominators."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import Patient
from tests.cast import NOW, api_as, page_as
from tests.world import EVENT, SIGNED_AT, World, a_site, sign, start
from treatments import actions, event_rates
from treatments.models import AdverseEvent, FollowUp, NeedlingSession

BODY = {
    "kind": "syncope",
    "severity": "significant",
    "onset_at": "2026-11-24T11:40:00+11:00",
    "description": "Fainted sitting up.",
}


def post(world: World, who: str, body: Any, path: str = "") -> Any:
    return api_as(world.cast.person(who)).post(f"/api/v1/adverse-events{path}", body, format="json")


def of(world: World, **more: Any) -> dict[str, Any]:
    return BODY | {"patient": str(world.patient.pk), "session": str(world.signed.pk)} | more


def test_an_event_is_recorded_and_who_has_to_be_told_stands_on_the_call_list(world: World):
    answer = post(world, "ben", of(world))
    assert answer.status_code == 201
    calls = FollowUp.objects.filter(kind="call").order_by("due_at")
    assert [call.about for call in calls] == [
        "Tell the patient what happened, say sorry, say what comes next", "Tell the patient's GP",
    ]  # fmt: skip
    assert [call.assignee for call in calls] == [world.cast.anna] * 2


def test_the_header_says_what_is_open_and_stops_saying_so_when_it_is_over(world: World):
    page = page_as(world.cast.dana).get(f"/patients/{world.patient.pk}").content.decode()
    assert "1 open event" in page
    ended = {"resolved_at": "2026-11-24T12:10:00+11:00", "outcome": "Gone."}
    anna = api_as(world.cast.anna)
    done = anna.patch(f"/api/v1/adverse-events/{world.event.pk}", ended, format="json", headers={"If-Match": '"1"'})
    assert done.status_code == 200
    assert Patient.objects.get(pk=world.patient.pk).open_events == 0
    assert "open event" not in page_as(world.cast.dana).get(f"/patients/{world.patient.pk}").content.decode()


@pytest.mark.parametrize(("change", "field"), [
    ({"kind": "bad_luck"}, "kind"), ({"kind": ""}, "kind"), ({"severity": "awful"}, "severity"), ({"severity": None}, "severity"),
    ({"onset_at": "2026-11-24"}, "onset_at"), ({"onset_at": "2031-01-01T00:00:00Z"}, "onset_at"), ({"description": ""}, "description"),
    ({"description": "x" * 4001}, "description"), ({"description": "\x00"}, "description"), ({"noticed_by": "the cat"}, "noticed_by"),
    ({"resolved_at": "2026-11-24T12:00:00+11:00"}, "outcome"), ({"reported_to": [{"to": "press", "on": "2026-11-24"}]}, "reported_to"),
    ({"resolved_at": "2026-11-23T12:00:00+11:00", "outcome": "x"}, ""), ({"colour": "blue"}, "colour"),
])  # fmt: skip
def test_bad_events_name_the_field_and_nothing_is_stored(world: World, change: Any, field: str):
    before = AdverseEvent.objects.count()
    answer = post(world, "anna", of(world, **change))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].split(".")[0] == field
    assert AdverseEvent.objects.count() == before


def test_without_a_patient_only_the_staff_is_hurt(world: World):
    assert post(world, "anna", BODY).status_code == 400
    stick = BODY | {"kind": "needlestick_staff", "description": "Recapped a needle."}
    assert post(world, "anna", stick).status_code == 201


def test_an_event_of_one_patient_cannot_name_a_session_of_another(world: World):
    other = Patient.objects.get(pk=world.patient.pk)
    session = str(world.signed.pk)
    stranger = post(world, "zoe", of(world, patient=str(world.cast.xaver.pk), session=session))
    assert stranger.status_code == 404
    assert other.adverse_events.count() == 1


@pytest.mark.parametrize(("who", "status"), [("ben", 201), ("dana", 403), ("olga", 403), ("robo", 403), ("zoe", 404)])
def test_who_may_record(world: World, who: str, status: int):
    assert post(world, who, of(world)).status_code == status


def test_only_a_manager_reviews_and_only_once_with_words(world: World):
    path, match = f"/{world.event.pk}/review", {"If-Match": '"1"'}
    anna, ben = api_as(world.cast.anna), api_as(world.cast.ben)
    url = f"/api/v1/adverse-events{path}"
    assert ben.post(url, {"note": "x"}, format="json", headers=match).status_code == 403
    assert anna.post(url, {"note": " "}, format="json", headers=match).status_code == 400
    done = anna.post(url, {"note": "New mats."}, format="json", headers=match)
    assert (done.status_code, done.json()["reviewed_by"]["full_name"]) == (200, "Anna Kovač")
    again = anna.post(url, {"note": "Twice."}, format="json", headers={"If-Match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")


def test_two_people_never_overwrite_each_other(world: World):
    anna, url = api_as(world.cast.anna), f"/api/v1/adverse-events/{world.event.pk}"
    assert anna.patch(url, {"action_taken": "Ice."}, format="json", headers={"If-Match": '"1"'}).status_code == 200
    assert anna.patch(url, {"action_taken": "Heat."}, format="json", headers={"If-Match": '"1"'}).status_code == 412
    assert anna.patch(url, {"action_taken": "Heat."}, format="json").status_code == 428


# ---- opened by the record itself --------------------------------------------------------------------------------------------


def signed_with(world: World, deviations: Any = (), **values: Any) -> NeedlingSession:
    draft = start(world.patient, world.cast.anna, **values)
    return actions.sign_session(
        pk=draft.pk, by=world.cast.anna, at=SIGNED_AT, version=draft.version, deviations=deviations
    ).session


def test_a_lost_needle_opens_an_event_when_it_is_signed(world: World):
    session = signed_with(world, needles_out=0, discrepancy_kind="lost", discrepancy_note="Not found on the floor.")
    event = session.adverse_events.get()
    assert (event.kind, event.origin, event.description) == (
        "retained_needle",
        "ledger",
        "Lost: Not found on the floor.",
    )
    assert Patient.objects.get(pk=world.patient.pk).open_events == 2


def test_a_deviation_opens_an_incident_that_waits_for_the_manager(world: World):
    session = signed_with(
        world, [{"key": "consent_confirmed", "reason": "Said yes, not ticked."}], consent_confirmed=False
    )
    event = session.adverse_events.get()
    assert event.origin == "deviation:consent_confirmed"
    assert event.description.endswith("Reason: Said yes, not ticked.")
    assert "2 to review" not in page_as(world.cast.anna).get("/sessions/events").content.decode()
    assert "1 to review" in page_as(world.cast.anna).get("/sessions/events").content.decode()


def test_signed_again_after_reopening_it_opens_no_second_incident(world: World):
    session = signed_with(world, [{"key": "consent_confirmed", "reason": "Said yes."}], consent_confirmed=False)
    anna = world.cast.anna
    opened = actions.reopen_session(
        pk=session.pk, by=anna, at=SIGNED_AT + timedelta(minutes=5), version=session.version
    ).session
    actions.sign_session(pk=opened.pk, by=anna, at=SIGNED_AT + timedelta(minutes=6), version=opened.version,
                         deviations=[{"key": "consent_confirmed", "reason": "Said yes."}])  # fmt: skip
    assert AdverseEvent.objects.filter(session=session).count() == 1


# ---- rates ------------------------------------------------------------------------------------------------------------------


def test_rates_count_events_of_signed_sessions_per_session_and_per_needle(world: World):
    hour = NOW + timedelta(hours=1)
    more = start(world.patient, world.cast.anna, at=hour, started_at=hour, sites=[a_site(needles=9)], needles_out=9)
    sign(more, world.cast.anna, at=hour + timedelta(minutes=9))
    rows = api_as(world.cast.ben).get("/api/v1/adverse-events/rates").json()
    assert [(r["label"], r["per_session"]["count"], r["per_session"]["total"], r["per_needle"]["total"]) for r in rows] == [
        ("Any event", 1, 2, 10), ("Bruising", 1, 2, 10),
    ]  # fmt: skip
    assert rows[1]["published_rate"].startswith("7.55%")


def test_rates_cost_three_queries_however_many_events(world: World):
    for _ in range(5):
        actions.record_event(
            patient=world.patient, session=world.signed, values=EVENT, by=world.cast.anna, at=SIGNED_AT
        )
    with CaptureQueriesContext(connection) as queries:
        event_rates.rates_of(world.cast.anna)
    assert len(queries) == 3


def test_the_list_costs_the_same_for_one_and_for_thirty(world: World):
    counts = []
    for more in (0, 29):
        for _ in range(more):
            actions.record_event(
                patient=world.patient, session=world.signed, values=EVENT, by=world.cast.anna, at=SIGNED_AT
            )
        client = page_as(world.cast.anna)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/sessions/events").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- pages ------------------------------------------------------------------------------------------------------------------

FORM = {
    "kind": "syncope",
    "severity": "significant",
    "onset_at": "2026-11-24T11:40",
    "description": "Fainted.",
    "told": ["gp"],
}


def test_the_page_records_and_changes_what_the_program_does(world: World):
    anna = page_as(world.cast.anna)
    done = anna.post(f"/sessions/events/new?session={world.signed.pk}", FORM)
    assert done.status_code == 302
    event = AdverseEvent.objects.get(kind="syncope")
    assert (event.session, event.patient, event.reported_to[0]["to"]) == (world.signed, world.patient, "gp")
    changed = FORM | {"version": "1", "told_patient_at": "2026-11-24T12:00", "told": ["gp", "insurer"]}
    assert anna.post(f"/sessions/events/{event.pk}", changed).status_code == 302
    event.refresh_from_db()
    assert (event.told_patient_by, [entry["to"] for entry in event.reported_to]) == (world.cast.anna, ["gp", "insurer"])


def test_a_bad_form_keeps_what_was_typed_and_says_why(world: World):
    page = page_as(world.cast.anna).post(
        f"/sessions/events/new?patient={world.patient.pk}", FORM | {"kind": "", "description": "Half"}
    )
    assert page.status_code == 422
    assert "Half" in page.content.decode()


def test_the_times_of_the_form_are_the_practices(world: World):
    page_as(world.cast.anna).post(f"/sessions/events/new?patient={world.patient.pk}", FORM)
    assert AdverseEvent.objects.get(kind="syncope").onset_at.isoformat() == "2026-11-24T00:40:00+00:00"


@pytest.mark.parametrize("query", ["?patient=nobody", "?session=1", "?patient=00000000-0000-7000-8000-000000000000"])
def test_odd_addresses_are_not_found(world: World, query: str):
    assert page_as(world.cast.anna).get(f"/sessions/events/new{query}").status_code == 404
