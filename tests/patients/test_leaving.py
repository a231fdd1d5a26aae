"""Archived with a reason; deceased, and everything that stops: through the page and through the API."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from patients import actions
from patients.models import Patient
from practice import actions as practice_actions
from practice import outgoing, sending
from practice.models import OutgoingEmail
from tests.cast import NOW, Cast, api_as, make_patient, page_as
from tests.world import World, a_mail, make_world, raise_sign, start
from tests.world import sign as sign_it
from treatments import actions as treatment_actions
from treatments.models import FollowUp, SorenessLink

DEATH = {"died_on": "2026-11-03", "told_by": "Her daughter Róisín, by phone"}


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def through_the_page(user, patient, verb, values, version):
    answer = page_as(user).post(f"/patients/{patient.pk}/{verb}", values | {"version": version})
    names = ("archive_form", "death_form", "take_back_form")
    errors = {}
    if answer.status_code == 422:
        errors = {f: str(told[0]) for name in names for f, told in answer.context[name].errors.items()}
    return answer.status_code, {("" if f == "__all__" else f): told for f, told in errors.items()}


def through_the_api(user, patient, verb, values, version):
    path, seen = f"/api/v1/patients/{patient.pk}/{verb}", {"If-Match": f'"{version}"'}
    answer = api_as(user).post(path, values, format="json", headers=seen)
    problem = answer.json()
    errors = {e["field"]: e["message"] for e in problem.get("errors", [])} if answer.status_code >= 400 else {}
    if answer.status_code in (409, 412):
        errors = {"": problem["detail"]}
    return answer.status_code, errors


@pytest.fixture(params=[through_the_page, through_the_api])
def way(request):
    return request.param


def dies(cast: Cast, patient: Patient, **more) -> Patient:
    current = Patient.objects.get(pk=patient.pk)
    values = {"told_by": "Her daughter", "died_on": None} | more
    return actions.record_death(pk=current.pk, values=values, by=cast.dana, at=NOW, version=current.version)


def test_archiving_says_why_who_and_when_and_can_be_taken_back(cast, way):
    status, errors = way(cast.dana, cast.siobhan, "archive", {"reason": " "}, 1)
    assert (status in (400, 422), errors) == (True, {"reason": errors["reason"]})

    assert way(cast.dana, cast.siobhan, "archive", {"reason": "Moved to Perth"}, 1)[0] in (200, 302)
    patient = Patient.objects.get(pk=cast.siobhan.pk)
    assert (patient.status, patient.status_reason, patient.status_by) == ("archived", "Moved to Perth", cast.dana)
    assert "Moved to Perth" in page_as(cast.dana).get(f"/patients/{patient.pk}/details").content.decode()

    assert way(cast.ben, patient, "restore", {}, 2)[0] in (200, 302)
    assert Patient.objects.get(pk=patient.pk).status == "active"


@pytest.mark.parametrize(("changes", "field"), [
    ({"told_by": ""}, "told_by"), ({"died_on": "2999-01-01"}, "died_on"), ({"died_on": "1987-01-01"}, "died_on"),
    ({"told_by": "x" * 121}, "told_by"),
])  # fmt: skip
def test_a_death_says_who_told_and_no_impossible_day(cast, way, changes, field):
    status, errors = way(cast.dana, cast.siobhan, "death", DEATH | changes, 1)

    assert (status in (400, 422), list(errors)) == (True, [field])
    assert Patient.objects.get(pk=cast.siobhan.pk).status == "active"


def test_a_death_is_recorded_once_and_taken_back_with_a_reason(cast, way):
    assert way(cast.dana, cast.siobhan, "death", DEATH, 1)[0] in (200, 302)
    patient = Patient.objects.get(pk=cast.siobhan.pk)
    assert (patient.status, str(patient.died_on), patient.death_told_by) == ("deceased", *DEATH.values())
    assert "Deceased 3 Nov 2026" in page_as(cast.ben).get(f"/patients/{patient.pk}/details").content.decode()

    assert way(cast.dana, patient, "death", DEATH, 2)[0] in (409, 422)
    assert way(cast.dana, patient, "archive", {"reason": "x"}, 2)[0] in (409, 422)
    assert way(cast.dana, patient, "death/take-back", {"reason": ""}, 2)[0] in (400, 422)
    assert way(cast.dana, patient, "death/take-back", {"reason": "Another Ms O'Neill"}, 2)[0] in (200, 302)
    patient = Patient.objects.get(pk=patient.pk)
    assert (patient.status, patient.died_on, patient.death_told_by) == ("active", None, "")
    assert patient.history.filter(status="deceased").count() == 1


def test_a_second_tab_and_a_stranger_change_nothing(cast, way):
    assert way(cast.zoe, cast.siobhan, "death", DEATH, 1)[0] == 404
    assert way(cast.olga, cast.siobhan, "death", DEATH, 1)[0] == 403
    assert way(cast.dana, cast.siobhan, "death", DEATH, 7)[0] in (412, 422)
    assert Patient.objects.get(pk=cast.siobhan.pk).status == "active"


def test_everything_that_waits_is_taken_back_and_a_warning_sign_stays(world):
    cast, check = world.cast, world.follow_up
    treatment_actions.issue_link(check=check, at=NOW)
    recall = treatment_actions.add_recall(
        patient=world.patient, due_on=NOW.date() + timedelta(days=30), reason="Review", by=cast.dana, at=NOW
    )
    sign = raise_sign(world)
    dies(cast, world.patient)

    assert set(FollowUp.objects.exclude(pk=sign.pk).values_list("state", "closed_reason")) == {
        ("cancelled", "The patient has died")
    }
    assert FollowUp.objects.filter(pk=recall.pk, state="cancelled").exists()
    assert FollowUp.objects.get(pk=sign.pk).state == "answered"
    assert list(SorenessLink.objects.values_list("closed_because", flat=True)) == ["cancelled"]
    email = OutgoingEmail.objects.get(template="test")
    assert (email.state, email.last_error, email.to_see_to) == ("cancelled", "The patient has died.", False)
    assert email.history.latest().history_user == cast.dana


def test_mail_about_somebody_else_still_goes(world):
    other = make_patient(
        world.cast.anna, record_number=7, family_name="Other", date_of_birth=world.patient.date_of_birth
    )
    about = {"patient": str(other.pk)}
    mail = outgoing.queue(practice=world.cast.home, event_key="k2", template="test", about=about, by=None, at=NOW)
    dies(world.cast, world.patient)

    assert OutgoingEmail.objects.get(pk=mail.pk).state == "queued"


def test_later_tries_are_refused_with_a_sentence(world):
    cast = world.cast
    dies(cast, world.patient)
    body = {"patient": str(world.patient.pk), "due_on": "2027-01-05", "reason": "Review"}
    answer = api_as(cast.dana).post("/api/v1/recalls", body, format="json")
    if answer.status_code != 404:
        assert (answer.status_code, answer.json()["code"]) == (409, "deceased"), answer.content
    with pytest.raises(actions.Deceased, match="recorded as deceased"):
        treatment_actions.add_recall(
            patient=world.patient, due_on=NOW.date() + timedelta(days=9), reason="Review", by=cast.dana, at=NOW
        )


def test_a_session_signed_late_asks_nobody(world):
    dies(world.cast, world.patient)
    session = sign_it(start(Patient.objects.get(pk=world.patient.pk), world.cast.anna), world.cast.anna)

    assert session.status == "signed"
    assert not FollowUp.objects.filter(session=session).exists()


def test_what_was_planned_in_that_moment_is_taken_back_by_the_worker(world):
    dies(world.cast, world.patient)
    FollowUp.objects.filter(pk=world.follow_up.pk).update(state="planned", closed_reason="")

    assert treatment_actions.stop_asking_the_dead(NOW) == 1
    assert treatment_actions.stop_asking_the_dead(NOW) == 0


def test_a_mail_that_a_worker_holds_already_is_judged_by_its_composer(world):
    mail = sending.take(NOW)
    assert mail is not None
    dies(world.cast, world.patient)

    assert OutgoingEmail.objects.get(pk=mail.pk).state == "sending"


def test_a_mail_that_was_held_back_can_be_asked_for_again_only_through_its_composer(world):
    dies(world.cast, world.patient)
    mail = OutgoingEmail.objects.get(template="test")
    again = practice_actions.try_mail_again(pk=mail.pk, by=world.cast.dana, at=NOW)

    assert again.state == "queued"  # and is composed anew: whoever composes reads the status of the patient


def test_the_death_of_one_record_is_of_the_whole_person(world):
    cast = world.cast
    winner = make_patient(cast.anna, record_number=9, family_name="O'Neill", date_of_birth=world.patient.date_of_birth)
    actions.merge_patients(winner=winner.pk, loser=world.patient.pk, by=cast.anna, at=NOW)
    mail = a_mail(cast, "another")
    dies(cast, winner)

    assert FollowUp.objects.filter(state="planned").count() == 0
    assert OutgoingEmail.objects.get(pk=mail.pk).state == "cancelled"
    with pytest.raises(actions.MergedAway):
        dies(cast, world.patient)


def test_the_database_keeps_a_day_of_death_with_the_deceased(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=cast.siobhan.pk).update(died_on=NOW.date())
