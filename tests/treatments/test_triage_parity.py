"""The phone card, recalls and calls: one outcome and one sentence, through the page and through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import api_as, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome
from treatments import actions
from treatments.models import FollowUp, Triage

NO = {"breathing": "no", "nerves": "no", "swelling": "no"}
ASK = ["Ask this one too."]


@pytest.mark.parametrize(("who", "answers", "outcome"), [
    ("dana", NO, DONE),
    ("ben", NO | {"nerves": "unsure"}, DONE),
    ("olga", NO, NOT_ALLOWED),
    ("robo", NO, NOT_ALLOWED),
    ("zoe", NO, NOT_ALLOWED),
    ("dana", {"breathing": "yes"}, Outcome(False, {"answers.nerves": ASK, "answers.swelling": ASK})),
    ("dana", {"swelling": "no"}, Outcome(False, {"answers.breathing": ASK, "answers.nerves": ASK})),
])  # fmt: skip
def test_answering_the_card(world, way, who, answers, outcome):
    page = f"/sessions/triage/patient/{world.patient.pk}"
    body = {"patient": str(world.patient.pk), "answers": answers}
    assert way(world.cast.person(who), page, "/api/v1/triages", body) == outcome
    assert Triage.objects.filter(patient=world.patient).exists() is outcome.done


@pytest.mark.parametrize(("caller", "outcome"), [
    ("Mia O'Neill, her daughter", DONE),
    ("  ", Outcome(False, {"": ["Write who rings."]})),
    ("x" * 121, Outcome(False, {"caller": ["Ensure this value has at most 120 characters (it has 121)."]})),
])  # fmt: skip
def test_answering_for_somebody_who_is_no_patient(world, way, caller, outcome):
    got = way(world.cast.dana, "/sessions/triage/caller", "/api/v1/triages", {"caller": caller, "answers": NO})
    assert got.done is outcome.done
    assert set(got.sentences) == set(outcome.sentences)


CHOOSE = ["Choose a practitioner who works here."]


@pytest.mark.parametrize(("who", "to", "outcome"), [
    ("dana", "ben", DONE),
    ("anna", "anna", DONE),
    ("olga", "ben", NOT_ALLOWED),
    ("zoe", "zoe", NOT_ALLOWED),
])  # fmt: skip
def test_handing_over(world, way, who, to, outcome):
    page, api = f"/sessions/triage/{world.triage.pk}/tell", f"/api/v1/triages/{world.triage.pk}/tell"
    assert way(world.cast.person(who), page, api, {"to": str(world.cast.person(to).pk)}) == outcome


@pytest.mark.parametrize("to", ["dana", "zoe"])
def test_nobody_else_can_be_told(world, way, to):
    page, api = f"/sessions/triage/{world.triage.pk}/tell", f"/api/v1/triages/{world.triage.pk}/tell"
    got = way(world.cast.dana, page, api, {"to": str(world.cast.person(to).pk)})
    assert (got.done, set(got.sentences)) == (False, {"to"})


@pytest.mark.parametrize(("who", "taken", "outcome"), [
    ("ben", False, DONE),
    ("dana", False, NOT_ALLOWED),
    ("zoe", False, NOT_ALLOWED),
    ("ben", True, Outcome(False, {"": ["Anna Kovač has taken this call already."]})),
])  # fmt: skip
def test_taking_over(world, way, who, taken, outcome):
    if taken:
        actions.take_triage(pk=world.triage.pk, note="", by=world.cast.anna, at=timezone.now())
    page, api = f"/sessions/triage/{world.triage.pk}/take", f"/api/v1/triages/{world.triage.pk}/take"
    assert way(world.cast.person(who), page, api, {"note": "Rang her"}) == outcome


@pytest.mark.parametrize(("called_by", "outcome"), [
    ("practice", DONE), ("caller", DONE),
    ("nobody", Outcome(False, {"called_by": ["Say who calls: practice or caller."]})),
])  # fmt: skip
def test_the_ambulance(world, way, called_by, outcome):
    page, api = f"/sessions/triage/{world.triage.pk}/ambulance", f"/api/v1/triages/{world.triage.pk}/ambulance"
    got = way(world.cast.dana, page, api, {"called_by": called_by})
    assert (got.done, list(got.sentences.values())) == (outcome.done, list(outcome.sentences.values()))


def in_days(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize(("who", "body", "outcome"), [
    ("dana", {"due_on": in_days(30), "reason": "Six-week check"}, DONE),
    ("olga", {"due_on": in_days(30), "reason": "Six-week check"}, NOT_ALLOWED),
    ("zoe", {"due_on": in_days(30), "reason": "Six-week check"}, NOT_ALLOWED),
    ("dana", {"due_on": in_days(30), "reason": " "},
     Outcome(False, {"reason": ["Write why: the patient will be told it on the phone."]})),
    ("dana", {"due_on": in_days(-3), "reason": "Check"},
     Outcome(False, {"due_on": ["This day is over. Choose today or a later one."]})),
    ("dana", {"due_on": in_days(3000), "reason": "Check"},
     Outcome(False, {"due_on": ["This is more than five years away. Check the year."]})),
])  # fmt: skip
def test_adding_a_recall(world, way, who, body, outcome):
    page = f"/sessions/patient/{world.patient.pk}/recall"
    got = way(world.cast.person(who), page, "/api/v1/follow-ups", body | {"patient": str(world.patient.pk)})
    assert got == outcome
    assert FollowUp.objects.filter(kind="recall").exists() is outcome.done


OVER = "This is done or cancelled already."
STALE = "This record was changed since you opened it."


@pytest.fixture
def recall(world) -> FollowUp:
    today = world.cast.home.local_date(timezone.now())
    return actions.add_recall(
        patient=world.patient, due_on=today, reason="Check", by=world.cast.dana, at=timezone.now()
    )


@pytest.mark.parametrize(("verb", "body", "state", "outcome"), [
    ("done", {"note": "Booked"}, "closed", DONE),
    ("done", {}, "closed", DONE),
    ("cancel", {"reason": "Moved away"}, "cancelled", DONE),
    ("cancel", {"reason": ""}, "planned", Outcome(False, {"reason": ["Write why this is cancelled."]})),
    ("snooze", {"until": in_days(9), "reason": "On holiday"}, "planned", DONE),
    ("snooze", {"until": in_days(9), "reason": ""}, "planned", Outcome(False, {"reason": ["Write why it waits."]})),
    ("snooze", {"until": in_days(-9), "reason": "x"}, "planned",
     Outcome(False, {"until": ["This day is over. Choose today or a later one."]})),
    ("no-answer", {}, "no_answer", DONE),
])  # fmt: skip
def test_verbs_of_a_recall(world, way, recall, verb, body, state, outcome):
    page, api = f"/sessions/follow-ups/{recall.pk}/{verb}", f"/api/v1/follow-ups/{recall.pk}/{verb}"
    assert way(world.cast.dana, page, api, body, version=1) == outcome
    recall.refresh_from_db()
    assert recall.state == state
    assert way(world.cast.olga, page, api, body, version=recall.version) == NOT_ALLOWED
    assert way(world.cast.zoe, page, api, body, version=recall.version) == NOT_ALLOWED


@pytest.mark.parametrize("verb", ["done", "cancel", "snooze"])
def test_what_is_over_stays_over(world, way, recall, verb):
    actions.finish(pk=recall.pk, note="", by=world.cast.dana, version=1)
    page, api = f"/sessions/follow-ups/{recall.pk}/{verb}", f"/api/v1/follow-ups/{recall.pk}/{verb}"
    body = {"reason": "x", "until": in_days(9)} if verb == "snooze" else {"reason": "x"} if verb == "cancel" else {}
    assert way(world.cast.dana, page, api, body, version=2) == Outcome(False, {"": [OVER]})


@pytest.mark.parametrize("verb", ["done", "cancel", "snooze"])
def test_a_soreness_check_does_not_go_that_way(world, way, verb):
    page, api = (f"{start}/{world.follow_up.pk}/{verb}" for start in ("/sessions/follow-ups", "/api/v1/follow-ups"))
    body = {"reason": "x", "until": in_days(9)} if verb == "snooze" else {"reason": "x"} if verb == "cancel" else {}
    got = way(world.cast.dana, page, api, body, version=1)
    assert got.sentences == {
        "": ["Only recalls and calls to make go this way. A soreness check is answered or closed."]
    }


def test_the_second_tab_changes_nothing(world, recall):
    dana = page_as(world.cast.dana)
    dana.post(f"/sessions/follow-ups/{recall.pk}/no-answer", {"version": 1})
    dana.post(f"/sessions/follow-ups/{recall.pk}/done", {"version": 1, "note": "x"})
    answer = api_as(world.cast.dana).post(
        f"/api/v1/follow-ups/{recall.pk}/done", {}, format="json", headers={"If-Match": '"1"'}
    )

    recall.refresh_from_db()
    assert (recall.state, recall.tries, answer.status_code) == ("no_answer", 1, 412)
