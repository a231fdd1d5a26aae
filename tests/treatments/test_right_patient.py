"""Always the right patient: nothing written for one reaches another, a session never moves, and what was written for the
wrong one is struck out and begun again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from patients.models import Patient
from practice.errors import Refused, Stale
from tests.cast import NOW, api_as, make_cast, make_patient, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome, of_the_api, of_the_page
from tests.races import at_once, on_postgresql
from tests.world import (
    EVENT,
    SIGNED_AT,
    World,
    give_consent,
    make_world,
    sign,
    start,
    take_screening,
)
from treatments import actions, rewriting
from treatments.actions.rewriting import AlreadyRewritten, IsDiscarded, SamePatient
from treatments.models import FollowUp, NeedlingSession, Rewrite, Site
from treatments.records import session_record

LATER = SIGNED_AT + timedelta(hours=2)
PROPOSED = "Proposed, from a session of 24 Nov 2026 written for another patient: "


@pytest.fixture
def other(world: World) -> Patient:
    """A sister: the same family name, another birthday."""
    return make_patient(world.cast.anna, record_number=9, family_name="O'Neill", given_names="Niamh",
                        date_of_birth=date(1990, 3, 1))  # fmt: skip


def rewrite(
    world: World, other: Patient, *, who: str = "anna", session: NeedlingSession | None = None, **more: Any
) -> actions.Rewritten:
    wrong = session or world.signed
    values = {"reason": "Opened the sister's chart.", "version": wrong.version, "at": LATER} | more
    return actions.rewrite_session(pk=wrong.pk, patient=other, by=world.cast.person(who), **values)


# ---- nothing written for one reaches another --------------------------------------------------------------------------------


def of_the_other(world: World, other: Patient) -> dict[str, Any]:
    """What hangs on the other patient, by the name under which a session would point at it."""
    episode = actions.open_episode(patient=other, values={"title": "Hers"}, by=world.cast.anna)
    return {
        "episode": episode.pk,
        "consent": give_consent(other, world.text, world.cast.anna).pk,
        "screening": take_screening(other, world.cast.anna).pk,
    }


def test_a_session_points_at_nothing_of_another_patient(world: World, other: Patient):
    anna, theirs = api_as(world.cast.anna), of_the_other(world, other)
    for name, pk in theirs.items():
        answer = anna.patch(f"/api/v1/sessions/{world.draft.pk}", {name: str(pk)}, format="json",
                            headers={"If-Match": f'"{world.draft.version}"'})  # fmt: skip
        assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, [name])


def test_a_whole_session_sent_for_another_patient_is_refused(world: World, other: Patient):
    anna, address = api_as(world.cast.anna), f"/api/v1/sessions/{world.draft.pk}"
    body = {"patient": str(other.pk), "practitioner": str(world.cast.anna.pk), "started_at": NOW.isoformat()}
    for verb in (anna.put, anna.patch):
        answer = verb(address, body, format="json", headers={"If-Match": f'"{world.draft.version}"'})
        assert (answer.status_code, answer.json()["code"]) == (409, "patient_is_fixed")
    world.draft.refresh_from_db()
    assert world.draft.patient == world.patient


def test_a_site_of_one_session_is_not_taken_into_another(world: World, other: Patient):
    draft = start(other, world.cast.anna)
    stolen = world.draft.sites.first()
    body = {"sites": [{"id": str(stolen.pk), "structure": "soleus", "side": "left"}]}
    answer = api_as(world.cast.anna).patch(f"/api/v1/sessions/{draft.pk}", body, format="json",
                                           headers={"If-Match": f'"{draft.version}"'})  # fmt: skip
    assert answer.status_code in (400, 409)
    stolen.refresh_from_db()
    assert (stolen.session, draft.sites.count()) == (world.draft, 1)


def test_what_hangs_on_a_session_names_its_patient(world: World, other: Patient):
    anna = api_as(world.cast.anna)
    event = {k: v for k, v in EVENT.items() if k != "onset_at"} | {"onset_at": NOW.isoformat()}
    mixed = {
        "/api/v1/scores": {"instrument": "nprs", "value": 5, "timing": "before", "at": NOW.isoformat()},
        "/api/v1/adverse-events": event,
    }
    for address, body in mixed.items():
        answer = anna.post(address, body | {"patient": str(other.pk), "session": str(world.signed.pk)}, format="json")
        assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, ["session"])


@pytest.mark.parametrize(
    "path",
    ["/sessions/patient/{other}/outcomes/{score}", "/sessions/patient/{other}/course/{episode}",
     "/patients/{other}/alerts/{alert}/end"],
)  # fmt: skip
def test_an_address_that_mixes_two_patients_is_no_address(world: World, other: Patient, path: str):
    things = {n: getattr(world, n).pk for n in ("score", "episode", "alert")}
    assert page_as(world.cast.anna).post(path.format(other=other.pk, **things), {"title": "Moved"}).status_code == 404


# ---- a session never moves ---------------------------------------------------------------------------------------------------


def test_the_database_moves_no_session_to_another_patient(world: World, other: Patient):
    for session in (world.draft, world.signed):
        with pytest.raises(DatabaseError), transaction.atomic():
            NeedlingSession.objects.filter(pk=session.pk).update(patient=other)
        values = [NeedlingSession._meta.pk.get_db_prep_value(pk, connection) for pk in (other.pk, session.pk)]
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE treatments_needlingsession SET patient_id = %s WHERE id = %s", values)


def test_the_database_moves_no_site_to_another_session(world: World, other: Patient):
    draft = start(other, world.cast.anna)
    with pytest.raises(DatabaseError), transaction.atomic():
        Site.objects.filter(session=world.draft).update(session=draft)


# ---- written for the wrong patient -----------------------------------------------------------------------------------------


def test_a_signed_session_is_struck_out_and_begun_again(world: World, other: Patient):
    before = world.signed.content_sha256
    done = rewrite(world, other)
    wrong, draft = NeedlingSession.objects.get(pk=world.signed.pk), done.written.session
    assert (wrong.status, wrong.void_reason, wrong.content_sha256) == (
        "void", "Written for the wrong patient. Opened the sister's chart.", before,
    )  # fmt: skip
    assert (draft.status, draft.patient, draft.practitioner, draft.started_at) == ("draft", other, world.cast.anna, NOW)
    assert draft.subjective == f"{PROPOSED}{wrong.subjective}"
    assert draft.objective.startswith(PROPOSED)
    assert "out 1" in draft.objective  # the ledger as words
    assert (draft.assessment, draft.sites.count(), draft.content_sha256) == ("", 0, "")
    assert (done.rewrite.wrong, done.rewrite.right, done.rewrite.created_by) == (wrong, draft, world.cast.anna)


def test_what_nobody_has_read_for_the_right_patient_is_not_signed(world: World, other: Patient):
    draft = rewrite(world, other).written.session

    def open_notes() -> list[tuple[str, str]]:
        found = session_record(NeedlingSession.objects.get(pk=draft.pk), None, at=LATER)["findings"]
        return [(f["field"], f["level"]) for f in found if f["key"].startswith("proposed_")]

    assert open_notes() == [("subjective", "stop"), ("objective", "stop")]
    draft = actions.write_session(
        pk=draft.pk, values={"subjective": "Her own words.", "objective": ""}, by=world.cast.anna, at=LATER,
        version=draft.version,
    ).session  # fmt: skip
    assert open_notes() == []


def test_nothing_is_answered_for_the_right_patient(world: World, other: Patient):
    draft = rewrite(world, other).written.session
    empty = ("consent_id", "screening_id", "episode_id", "pain_before", "needles_in", "needles_out", "gloves")
    assert [getattr(draft, name) for name in empty] == [None] * len(empty)
    assert (draft.consent_confirmed, draft.safety_net_given, draft.advice_given, draft.deviations) == (
        False,
        False,
        [],
        [],
    )
    with pytest.raises(Refused) as refused:
        sign(draft, world.cast.anna, at=LATER)
    assert {"consent_general", "screening"} & {e["key"].partition(":")[0] for e in refused.value.errors}


def test_consent_and_screening_are_the_right_patients_own(world: World, other: Patient):
    theirs = of_the_other(world, other)
    draft = rewrite(world, other).written.session
    assert {name: getattr(draft, f"{name}_id") for name in theirs} == theirs


def test_its_sites_are_proposed_whole_and_written_nowhere(world: World, other: Patient):
    draft = rewrite(world, other).written.session
    (row,) = api_as(world.cast.anna).get(f"/api/v1/sessions/{draft.pk}/proposed-sites").json()
    assert (row["structure"], row["side"], row["twitch"]["count"], "id" in row) == ("soleus", "left", 4, False)
    assert api_as(world.cast.anna).get(f"/api/v1/sessions/{world.draft.pk}/proposed-sites").json() == []


def test_what_was_planned_for_the_wrong_patient_is_not_asked(world: World, other: Patient):
    assert FollowUp.objects.filter(session=world.signed).open().exists()
    rewrite(world, other)
    assert not FollowUp.objects.filter(session=world.signed).open().exists()


def test_the_wrong_patient_was_not_here(world: World, other: Patient):
    world.patient.refresh_from_db()
    assert world.patient.last_session_at == world.signed.started_at
    rewrite(world, other)
    world.patient.refresh_from_db()
    assert world.patient.last_session_at is None


def test_a_draft_is_discarded_and_begun_again(world: World, other: Patient):
    done = rewrite(world, other, session=world.draft)
    world.draft.refresh_from_db()
    assert (world.draft.status, done.written.session.patient) == ("discarded", other)


def test_a_void_session_can_still_be_written_for_the_right_one(world: World, other: Patient):
    void = actions.void_session(
        pk=world.signed.pk, reason="Wrong person", by=world.cast.anna, at=LATER, version=world.signed.version
    )
    assert rewrite(world, other, session=void).written.session.patient == other


def test_it_happens_once(world: World, other: Patient):
    rewrite(world, other)
    world.signed.refresh_from_db()
    with pytest.raises(AlreadyRewritten):
        rewrite(world, other)


def test_who_treated_stays_when_a_manager_does_it(world: World, other: Patient):
    bens = sign(start(world.patient, world.cast.ben, at=NOW), world.cast.ben)
    draft = rewrite(world, other, session=bens).written.session
    assert (draft.practitioner, draft.created_by) == (world.cast.ben, world.cast.anna)


@pytest.mark.parametrize("who", ["ben", "dana", "olga", "robo"])
def test_only_who_may_void_it(world: World, other: Patient, who: str):
    with pytest.raises(PermissionDenied):
        rewrite(world, other, who=who)


def test_a_stranger_reaches_neither(world: World, other: Patient):
    with pytest.raises(NeedlingSession.DoesNotExist):
        rewrite(world, world.cast.xaver, who="zoe")
    with pytest.raises(PermissionDenied):
        rewrite(world, world.cast.xaver)


def test_what_makes_no_sense_is_refused_and_changes_nothing(world: World, other: Patient):
    discarded = actions.discard_session(pk=world.draft.pk, by=world.cast.anna, version=world.draft.version)
    for patient, session, error in ((world.patient, world.signed, SamePatient), (other, discarded, IsDiscarded)):
        with pytest.raises(error):
            rewrite(world, patient, session=session)
    with pytest.raises(Stale):
        rewrite(world, other, version=world.signed.version + 1)
    young = make_patient(world.cast.anna, record_number=8, family_name="Late", date_of_birth=date(2026, 11, 27))
    with pytest.raises(ValidationError, match="was not born"):
        rewrite(world, young)
    world.signed.refresh_from_db()
    assert (world.signed.status, Rewrite.objects.count()) == ("signed", 0)


@pytest.mark.parametrize(
    ("reason", "named"), [("It was Niamh.", True), ("The O'Neill sisters.", False), ("Niamhs", False), ("  ", True)]
)
def test_the_printed_reason_names_nobody_else(world: World, other: Patient, reason: str, named: bool):
    try:
        rewrite(world, other, reason=reason)
    except ValidationError as error:
        assert list(error.message_dict) == ["reason"]
        assert named
    else:
        assert not named


def test_the_others_name_stands_in_neither_record(world: World, other: Patient):
    done = rewrite(world, other)
    draft = done.written.session
    words = " ".join([*(getattr(draft, name) for name in rewriting.NOTES), world.signed.void_reason])
    assert ("Siobhán" in words, "Niamh" in words) == (False, False)


def test_whose_wait_it_ended_waits_again_and_the_right_one_does_not(world: World, other: Patient):
    for patient in (world.patient, other):
        actions.mark_arrived(patient=patient, practitioner_pk=world.cast.anna.pk, by=world.cast.dana, at=LATER)
    arrival = world.patient.arrivals.get()
    wrong = actions.take_arrival(pk=arrival.pk, by=world.cast.anna, at=LATER, version=1).session
    rewrite(world, other, session=wrong, at=LATER + timedelta(minutes=9))
    arrival.refresh_from_db()
    assert (arrival.state, other.arrivals.get().state) == ("waiting", "taken")


# ---- pages and programs ------------------------------------------------------------------------------------------------------


def on_the_page(world: World, who: str, session: NeedlingSession, body: dict[str, Any]) -> Outcome:
    values = {"to": body["patient"], "reason": body["reason"], "version": session.version}
    return of_the_page(page_as(world.cast.person(who)).post(f"/sessions/{session.pk}/wrong-patient", values))


def in_the_api(world: World, who: str, session: NeedlingSession, body: dict[str, Any]) -> Outcome:
    seen = {"If-Match": f'"{session.version}"'}
    client = api_as(world.cast.person(who))
    return of_the_api(client.post(f"/api/v1/sessions/{session.pk}/rewrite", body, format="json", headers=seen))


@pytest.mark.parametrize("way", [on_the_page, in_the_api])
@pytest.mark.parametrize(
    ("who", "patient", "reason", "expected"),
    [
        ("anna", "other", "The sister's chart.", DONE),
        ("anna", "same", "The sister's chart.", Outcome(False, {"": [SamePatient.message]})),
        ("anna", "strange", "The sister's chart.", NOT_ALLOWED),
        ("anna", "other", "It was Niamh.", Outcome(False, {"reason": [
            "Leave the other patient's name out: this is printed in the record of the wrong one."]})),
        ("ben", "other", "The sister's chart.", NOT_ALLOWED),
        ("dana", "other", "The sister's chart.", NOT_ALLOWED),
        ("zoe", "other", "The sister's chart.", NOT_ALLOWED),
    ],
)  # fmt: skip
def test_page_and_api_say_the_same(
    world: World, other: Patient, way: Callable[..., Any], who: str, patient: str, reason: str, expected: Outcome
):
    pk = {"other": other, "same": world.patient, "strange": world.cast.xaver}[patient].pk
    assert way(world, who, world.signed, {"patient": str(pk), "reason": reason}) == expected
    assert Rewrite.objects.exists() is expected.done


def test_both_stand_side_by_side_with_their_birthdays_before_anything_happens(world: World, other: Patient):
    client, address = page_as(world.cast.anna), f"/sessions/{world.signed.pk}/wrong-patient"
    found = client.get(f"{address}?search=niamh").content.decode()
    assert f"?to={other.pk}" in found
    page = client.get(f"{address}?to={other.pk}").content.decode()
    for said in ("29 February 1988", "1 March 1990", "1 adverse event", "Strike out and write for Niamh O&#x27;Neill"):
        assert said in page
    again = client.post(address, {"to": str(other.pk), "reason": "It was Niamh."})
    assert (again.status_code, "It was Niamh." in again.content.decode()) == (422, True)


def test_both_charts_tell_the_story(world: World, other: Patient):
    draft = rewrite(world, other).written.session
    client = page_as(world.cast.ben)
    wrong = client.get(f"/sessions/{world.signed.pk}").content.decode()
    right = client.get(f"/sessions/{draft.pk}").content.decode()
    assert ("Written for the wrong patient" in wrong, f"/sessions/{draft.pk}" in wrong) == (True, True)
    assert ("Begun from a session written for another patient" in right, f"/sessions/{world.signed.pk}" in right) == (
        True,
        True,
    )
    lists = [client.get(f"/sessions/patient/{p.pk}").content.decode() for p in (world.patient, other)]
    assert ["for the wrong patient" in page for page in lists] == [True, True]
    found = api_as(world.cast.ben).get(f"/api/v1/rewrites?session={draft.pk}").json()["results"]
    assert [(row["wrong"], row["right"]) for row in found] == [(str(world.signed.pk), str(draft.pk))]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_people_rewrite_the_same_session_at_once():
    world = make_world(make_cast())
    other = make_patient(world.cast.anna, record_number=9, family_name="Other", date_of_birth=date(1990, 3, 1))
    outcomes = at_once([lambda: rewrite(world, other)] * 2, refusals=(Refused, Stale))
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert NeedlingSession.objects.filter(patient=other).count() == 1
