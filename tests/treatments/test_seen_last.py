"""Who saw the patient last, and when: kept with the patient by whoever signs, and said in every list that is searched."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import actions as patient_actions
from patients import search
from patients.models import Patient
from patients.result_rows import seen_words
from tests.cast import NOW, Cast, api_as, make_patient, page_as
from tests.test_page_costs import OUTSIDE
from tests.world import SIGNED_AT, World, give_consent, make_world, sign, start, take_screening
from treatments import actions
from treatments.models import NeedlingSession

TODAY = NOW.date()
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def seen(patient: Patient) -> tuple[datetime | None, str]:
    row = Patient.objects.select_related("last_session_by").get(pk=patient.pk)
    return row.last_session_at, row.last_session_by.full_name if row.last_session_by else ""


def held(world: World, who: str, at: datetime, *, patient: Patient | None = None) -> NeedlingSession:
    person, of = world.cast.person(who), patient or world.patient
    give_consent(of, world.text, person, at=at)
    take_screening(of, person, at=at)
    return sign(start(of, person, at=at, started_at=at), person, at=at + timedelta(minutes=20))


def test_the_newest_signed_session_says_when_and_who(world):
    assert seen(world.patient) == (NOW, "Anna Kovač")
    held(world, "ben", LATER)
    assert seen(world.patient) == (LATER, "Ben Adeyemi")
    held(world, "anna", NOW - timedelta(days=3))  # a late entry is no newer visit
    assert seen(world.patient) == (LATER, "Ben Adeyemi")


def test_who_needled_counts_and_not_who_signed(world):
    draft = start(world.patient, world.cast.ben, at=LATER, started_at=LATER)
    taken = actions.take_over_session(pk=draft.pk, reason="Ill", by=world.cast.anna, version=draft.version)
    take_screening(world.patient, world.cast.anna, at=LATER)
    sign(taken, world.cast.anna, at=LATER + timedelta(minutes=20))
    assert seen(world.patient) == (LATER, "Ben Adeyemi")


def test_void_leads_back_to_whoever_was_before(world):
    session = held(world, "ben", LATER)
    actions.void_session(pk=session.pk, reason="Wrong day", by=world.cast.ben, at=LATER, version=session.version)
    assert seen(world.patient) == (NOW, "Anna Kovač")
    signed = NeedlingSession.objects.get(pk=world.signed.pk)
    actions.void_session(pk=signed.pk, reason="Wrong day", by=world.cast.anna, at=LATER, version=signed.version)
    assert seen(world.patient) == (None, "")


def test_merged_the_person_was_seen_by_the_newest_of_both_and_undone_each_by_their_own(world):
    other = make_patient(
        world.cast.anna, record_number=77, family_name="Murphy", date_of_birth=world.patient.date_of_birth
    )
    held(world, "ben", LATER, patient=other)
    made = patient_actions.merge_patients(winner=world.patient.pk, loser=other.pk, by=world.cast.anna, at=LATER)
    assert seen(world.patient) == seen(other) == (LATER, "Ben Adeyemi")

    patient_actions.undo_merge(pk=made.pk, by=world.cast.anna, at=LATER)
    assert (seen(world.patient), seen(other)) == ((NOW, "Anna Kovač"), (LATER, "Ben Adeyemi"))


def test_what_was_there_before_is_counted_once(world):
    """The migration, on the database this test runs on; a session that stands on a merged record included."""
    other = make_patient(
        world.cast.anna, record_number=77, family_name="Murphy", date_of_birth=world.patient.date_of_birth
    )
    never = make_patient(
        world.cast.anna, record_number=78, family_name="Never", date_of_birth=world.patient.date_of_birth
    )
    held(world, "ben", LATER, patient=other)
    patient_actions.merge_patients(winner=world.patient.pk, loser=other.pk, by=world.cast.anna, at=LATER)
    before, states = [seen(p) for p in (world.patient, other, never)], Patient.history.count()
    Patient.objects.update(last_session_by=None)

    import_module("treatments.migrations.0014_who_saw_last").say_who(apps, None)
    assert [seen(p) for p in (world.patient, other, never)] == before
    assert (before[2], Patient.history.count()) == ((None, ""), states)


@pytest.mark.parametrize(("days", "words"), [
    (0, "Seen today by Anna"), (1, "Seen yesterday by Anna"), (2, "Seen 22 Nov by Anna"), (400, "Seen 20 Oct 2025 by Anna"),
])  # fmt: skip
def test_the_words(cast: Cast, days: int, words: str):
    patient = Patient(last_session_at=NOW - timedelta(days=days), last_session_by=cast.anna)
    assert seen_words(patient, practice=cast.home, today=TODAY) == words


def test_nothing_is_said_of_whom_nobody_has_seen_and_no_name_is_made_up(cast: Cast):
    assert seen_words(Patient(), practice=cast.home, today=TODAY) == ""
    assert seen_words(Patient(last_session_at=NOW), practice=cast.home, today=TODAY) == "Seen today"


def test_the_day_is_the_practices(cast: Cast):
    patient = Patient(
        last_session_at=NOW.replace(hour=14), last_session_by=cast.ben
    )  # 01:00 of the next day in Melbourne
    assert seen_words(patient, practice=cast.home, today=TODAY) == "Seen 25 Nov by Ben"


PLACES = (
    "/patients/",
    "/patients/?search=oneill",
    "/sessions/triage?search=oneill",
    "/sessions/{draft}/wrong-patient?search=oneill",
)


@pytest.mark.parametrize("path", PLACES)
def test_every_list_that_is_searched_says_it(world, path):
    never = make_patient(
        world.cast.anna, record_number=78, family_name="O'Neill", given_names="Nia", date_of_birth=TODAY
    )
    if "wrong-patient" in path:
        Patient.objects.filter(pk=never.pk).update(last_session_at=NOW, last_session_by=world.cast.ben)
        never = world.patient  # whose session it is, is not offered
        path = path.format(draft=world.draft.pk)
    page = page_as(world.cast.anna).get(path).content.decode()
    assert page.count("by Ben" if never == world.patient else "by Anna") == 1
    assert ("Seen 2" in page, "never" in page.partition("<main")[2]) == (True, False)


def test_the_search_of_a_program_says_it(world):
    never = make_patient(
        world.cast.anna, record_number=78, family_name="O'Neill", given_names="Nia", date_of_birth=TODAY
    )
    found = {row["id"]: row for row in api_as(world.cast.dana).get("/api/v1/patients?search=oneill").json()["results"]}
    row = found[str(world.patient.pk)]
    assert (row["last_session_by"], row["seen"].endswith("by Anna")) == (str(world.cast.anna.pk), True)
    assert (found[str(never.pk)]["last_session_by"], found[str(never.pk)]["seen"]) == (None, "")
    one = api_as(world.cast.dana).get(f"/api/v1/patients/{world.patient.pk}").json()
    assert (one["last_session_by"], one["seen"]) == (str(world.cast.anna.pk), "")


@pytest.mark.parametrize(("who", "path"), [
    ("dana", "/patients/?search=oneill"), ("dana", "/api/v1/patients?search=oneill"), ("dana", "/sessions/triage?search=oneill"),
])  # fmt: skip
def test_a_search_stays_at_three_queries_however_many_were_seen_by_whom(world, who, path):
    client = (api_as if path.startswith("/api") else page_as)(world.cast.person(who))

    def cost() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len([q for q in captured if not q["sql"].startswith(OUTSIDE)])

    one = cost()
    for n in range(12):
        by = (world.cast.anna, world.cast.ben, None)[n % 3]
        patient = make_patient(world.cast.anna, record_number=100 + n, family_name="O'Neill", given_names=f"Nia {n}",
                               date_of_birth=TODAY, last_session_at=SIGNED_AT if by else None, last_session_by=by)  # fmt: skip
        if n == 5:
            Patient.objects.filter(pk=patient.pk).update(merged_into=world.patient)
    assert (cost(), one <= 3) == (one, True)


def test_search_answers_with_who_saw_the_one_that_stands(world):
    other = make_patient(
        world.cast.anna, record_number=77, family_name="Murphy", date_of_birth=world.patient.date_of_birth
    )
    patient_actions.merge_patients(winner=world.patient.pk, loser=other.pk, by=world.cast.anna, at=LATER)
    (match,) = search.find("murphy", practice=world.cast.home, today=TODAY)
    assert (match.patient, match.seen) == (world.patient, "Seen today by Anna")
