"""Who is here: marked once, seen by whom they came for, begun in one tap, and gone from the list when the wait is over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.readiness import readiness_of
from patients import actions as patient_actions
from patients.models import Alert, Patient
from practice.errors import Refused, Stale
from practice.history import keep
from tests.cast import NOW, Cast, api_as, make_cast, make_patient, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome, Way, through_the_api
from tests.races import at_once, kinds, on_postgresql
from tests.world import give_consent, load_content, publish_text, session_values, start, take_screening
from treatments import actions, waiting
from treatments.actions.arrivals import AlreadyWaiting, ArrivalOver, PatientNotActive
from treatments.models import Arrival, NeedlingSession

LATER = NOW + timedelta(minutes=12)


def mark(
    cast: Cast, *, patient: Patient | None = None, for_whom: str = "ben", by: str = "dana", at: datetime = NOW
) -> Arrival:
    arrival, _ = actions.mark_arrived(
        patient=patient or cast.siobhan, practitioner_pk=cast.person(for_whom).pk, by=cast.person(by), at=at
    )
    return arrival


def take(cast: Cast, arrival: Arrival, who: str = "ben", *, at: datetime = LATER) -> NeedlingSession:
    return actions.take_arrival(pk=arrival.pk, by=cast.person(who), at=at, version=arrival.version).session


def names(cast: Cast, who: str = "dana", *, at: datetime = LATER) -> list[str]:
    return [row.patient.full_name for row in waiting.waiting_for(cast.person(who), at=at)]


def more(cast: Cast, count: int) -> list[Patient]:
    return [
        make_patient(cast.anna, record_number=100 + n, family_name=f"D'Arcy-{n}", date_of_birth=date(1970, 1, 2))
        for n in range(count)
    ]


def test_marked_twice_is_one_wait(cast: Cast):
    first = mark(cast)
    again, new = actions.mark_arrived(patient=cast.siobhan, practitioner_pk=cast.ben.pk, by=cast.anna, at=LATER)
    assert (again.pk, new, Arrival.objects.count(), again.arrived_at) == (first.pk, False, 1, NOW)


def test_who_waits_for_somebody_else_is_moved_and_not_marked_again(cast: Cast):
    arrival = mark(cast)
    with pytest.raises(AlreadyWaiting, match="waiting for Ben Adeyemi already"):
        mark(cast, for_whom="anna")

    moved = actions.move_arrival(pk=arrival.pk, practitioner_pk=cast.anna.pk, by=cast.dana, version=arrival.version)
    assert (moved.practitioner, moved.arrived_at, moved.history.count()) == (cast.anna, NOW, 2)


def test_the_database_keeps_it_to_one_row(cast: Cast):
    mark(cast)
    with pytest.raises(ValidationError, match="marked as waiting already"), transaction.atomic():
        keep(Arrival(practice=cast.home, patient=cast.siobhan, practitioner=cast.anna, on=NOW.date(), arrived_at=NOW),
             by=cast.dana, why="past the action")  # fmt: skip


def test_an_end_without_when_who_and_why_is_refused_by_the_database(cast: Cast):
    arrival = mark(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Arrival.objects.filter(pk=arrival.pk).update(state="left", ended_at=NOW, ended_by=cast.dana)


@pytest.mark.parametrize(("status", "words"), [("archived", "under Details"), ("deceased", "has died")])
def test_who_cannot_come_is_refused_with_the_cure(cast: Cast, status: str, words: str):
    cast.siobhan.status = status
    keep(cast.siobhan, by=cast.anna, why="set up")
    with pytest.raises(PatientNotActive, match=words):
        mark(cast)


@pytest.mark.parametrize("for_whom", ["dana", "olga", "zoe", "robo"])
def test_only_a_practitioner_of_this_practice_is_waited_for(cast: Cast, for_whom: str):
    with pytest.raises(ValidationError, match="Choose a practitioner who works at this practice"):
        mark(cast, for_whom=for_whom)


def test_nobody_waits_for_who_left_the_practice(cast: Cast):
    cast.ben.is_active = False
    keep(cast.ben, by=cast.anna, why="set up")
    with pytest.raises(ValidationError):
        mark(cast)


@pytest.mark.parametrize("who", ["olga", "robo", "zoe"])
def test_who_may_not_mark_moves_and_withdraws_nothing(cast: Cast, who: str):
    arrival, by = mark(cast), cast.person(who)
    with pytest.raises(PermissionDenied):
        mark(cast, by=who)
    no = (PermissionDenied, Arrival.DoesNotExist)
    with pytest.raises(no):
        actions.move_arrival(pk=arrival.pk, practitioner_pk=cast.anna.pk, by=by, version=1)
    with pytest.raises(no):
        actions.withdraw_arrival(pk=arrival.pk, state="left", reason="x", by=by, at=LATER, version=1)
    with pytest.raises(no):
        take(cast, arrival, who)


def test_the_front_desk_takes_nobody(cast: Cast):
    with pytest.raises(PermissionDenied):
        take(cast, mark(cast), "dana")


def test_withdrawn_with_the_reason(cast: Cast):
    arrival = mark(cast)
    with pytest.raises(ValidationError) as refused:
        actions.withdraw_arrival(pk=arrival.pk, state="taken", reason=" ", by=cast.dana, at=LATER, version=1)
    assert sorted(refused.value.message_dict) == ["reason", "state"]

    left = actions.withdraw_arrival(
        pk=arrival.pk, state="left", reason="Could not wait.", by=cast.dana, at=LATER, version=1
    )
    assert (left.state, left.ended_by, left.ended_at, names(cast)) == ("left", cast.dana, LATER, [])
    with pytest.raises(ArrivalOver):
        actions.move_arrival(pk=arrival.pk, practitioner_pk=cast.anna.pk, by=cast.dana, version=left.version)
    assert mark(cast, at=LATER).pk != arrival.pk  # and came back


def test_a_stale_list_changes_nothing(cast: Cast):
    arrival = mark(cast)
    actions.move_arrival(pk=arrival.pk, practitioner_pk=cast.anna.pk, by=cast.dana, version=1)
    with pytest.raises(Stale):
        actions.withdraw_arrival(pk=arrival.pk, state="left", reason="x", by=cast.dana, at=LATER, version=1)
    with pytest.raises(Stale):
        take(cast, arrival)  # Ben's list still shows it


def test_in_the_order_of_arrival(cast: Cast):
    first, second, third = more(cast, 3)
    mark(cast, patient=second, at=NOW + timedelta(minutes=2))
    mark(cast, patient=first, at=NOW + timedelta(minutes=4))
    mark(cast, patient=third, at=NOW, for_whom="anna")
    assert names(cast) == [third.full_name, second.full_name, first.full_name]
    own = waiting.waiting_for(cast.ben, at=LATER, practitioner=cast.ben)
    assert [(row.patient, row.waited) for row in own] == [(second, "10 min"), (first, "8 min")]


def test_the_day_is_the_practices_and_not_utcs(cast: Cast):
    late = datetime(2026, 11, 24, 12, 50, tzinfo=UTC)  # 23:50 in Melbourne
    arrival = mark(cast, at=late)
    assert arrival.on == date(2026, 11, 24)
    assert names(cast, at=late + timedelta(minutes=5)) == ["Siobhán O'Neill"]
    assert names(cast, at=late + timedelta(minutes=15)) == []
    with pytest.raises(ArrivalOver, match="This arrival was on 24 November"):
        take(cast, arrival, at=late + timedelta(minutes=15))
    assert mark(cast, at=late + timedelta(minutes=20)).on == date(2026, 11, 25)


def test_one_tap_begins_the_session_and_ends_the_wait(cast: Cast):
    load_content()
    text = publish_text(cast)
    consent, screening = give_consent(cast.siobhan, text, cast.anna), take_screening(cast.siobhan, cast.ben)
    arrival = mark(cast)
    session = take(cast, arrival)
    arrival.refresh_from_db()
    assert (session.status, session.practitioner, session.started_at) == ("draft", cast.ben, LATER)
    assert (session.consent_id, session.screening_id, session.consent_confirmed) == (consent.pk, screening.pk, False)
    assert (arrival.state, arrival.session, arrival.ended_by) == ("taken", session, cast.ben)
    assert take(cast, arrival).pk == session.pk  # a second tap
    with pytest.raises(ArrivalOver, match="Ben Adeyemi has begun a session with this patient already"):
        take(cast, arrival, "anna")
    assert NeedlingSession.objects.count() == 1


def test_a_colleague_stands_in(cast: Cast):
    assert take(cast, mark(cast), "anna").practitioner == cast.anna


def test_a_session_begun_from_the_chart_ends_the_wait_too(cast: Cast):
    arrival = mark(cast)
    session = start(cast.siobhan, cast.ben, at=LATER, started_at=LATER, sites=[])
    arrival.refresh_from_db()
    assert (arrival.state, arrival.session) == ("taken", session)


def test_a_late_entry_leaves_the_waiting_room_alone(cast: Cast):
    arrival = mark(cast)
    start(cast.siobhan, cast.ben, at=LATER, started_at=NOW - timedelta(days=1), sites=[])
    arrival.refresh_from_db()
    assert arrival.state == "waiting"


def test_a_discarded_draft_puts_the_patient_back_where_they_sat(cast: Cast):
    arrival = mark(cast)
    session = take(cast, arrival)
    actions.discard_session(pk=session.pk, by=cast.ben, version=session.version)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.session, arrival.arrived_at, names(cast)) == (
        "waiting", None, NOW, ["Siobhán O'Neill"],
    )  # fmt: skip


def leaves(cast: Cast, how: str, *, at: datetime = LATER) -> Patient:
    current = Patient.objects.get(pk=cast.siobhan.pk)
    who: dict[str, Any] = {"pk": current.pk, "by": cast.dana, "at": at, "version": current.version}
    if how == "died":
        return patient_actions.record_death(values={"told_by": "Her daughter"}, **who)
    return patient_actions.archive_patient(reason="Moved to Perth", **who)


WHY = {"died": "The patient has died", "archived": "The record was archived"}


@pytest.mark.parametrize("how", WHY)
def test_who_died_or_was_archived_waits_no_more_and_does_not_come_back(cast: Cast, how: str):
    arrival, other = mark(cast), mark(cast, patient=more(cast, 1)[0])
    gone = leaves(cast, how)
    arrival.refresh_from_db()
    ended = (arrival.state, arrival.reason, arrival.ended_by, arrival.ended_at)
    assert ended == ("left", WHY[how], cast.dana, LATER)
    assert [row.state for row in arrival.history.order_by("history_id")] == ["waiting", "left"]
    assert (arrival.history.latest().history_change_reason, names(cast)) == (WHY[how], [other.patient.full_name])

    back = patient_actions.take_death_back if how == "died" else patient_actions.restore_patient
    back(pk=gone.pk, reason="Another Ms O'Neill", by=cast.dana, at=LATER, version=gone.version)
    arrival.refresh_from_db()
    assert (arrival.state, names(cast)) == ("left", [other.patient.full_name])
    assert mark(cast, at=LATER).pk != arrival.pk


def test_a_death_that_is_refused_ends_no_wait(cast: Cast):
    arrival = mark(cast)
    with pytest.raises(ValidationError):
        patient_actions.record_death(pk=cast.siobhan.pk, values={"told_by": ""}, by=cast.dana, at=LATER, version=1)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.history.count()) == ("waiting", 1)


@pytest.mark.parametrize("how", WHY)
def test_the_wait_of_a_merged_record_ends_with_the_person(cast: Cast, how: str):
    (twin,) = more(cast, 1)
    arrival = mark(cast, patient=twin)
    patient_actions.merge_patients(winner=cast.siobhan.pk, loser=twin.pk, by=cast.anna, at=NOW)
    leaves(cast, how)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.reason) == ("left", WHY[how])


@pytest.mark.parametrize("how", WHY)
def test_a_session_that_was_begun_stays_begun_and_discarding_it_brings_nobody_back(cast: Cast, how: str):
    arrival = mark(cast)
    session = take(cast, arrival)
    leaves(cast, how)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.session) == ("taken", session)
    actions.discard_session(pk=session.pk, by=cast.ben, version=session.version)
    arrival.refresh_from_db()
    assert (arrival.state, names(cast)) == ("taken", [])


def discarded(cast: Cast, arrival: Arrival) -> NeedlingSession:
    session = take(cast, arrival)
    return actions.discard_session(pk=session.pk, by=cast.ben, version=session.version)


def restore(cast: Cast, session: NeedlingSession, *, at: datetime = LATER) -> NeedlingSession:
    return actions.restore_session(pk=session.pk, by=cast.ben, at=at, version=session.version)


@pytest.mark.parametrize("days", [0, 1])
def test_a_draft_that_is_brought_back_ends_the_wait_again(cast: Cast, days: int):
    arrival, at = mark(cast), LATER + timedelta(days=days)
    session = restore(cast, discarded(cast, arrival), at=at)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.session, arrival.ended_at, names(cast)) == ("taken", session, at, [])
    assert [row.state for row in arrival.history.order_by("history_id")] == ["waiting", "taken", "waiting", "taken"]
    with pytest.raises(ArrivalOver, match="Ben Adeyemi has begun"):
        take(cast, arrival, "anna")


def test_a_draft_that_is_brought_back_ends_no_later_wait(cast: Cast):
    first = mark(cast)
    session = discarded(cast, first)
    first.refresh_from_db()
    actions.withdraw_arrival(
        pk=first.pk, state="left", reason="Went home.", by=cast.dana, at=LATER, version=first.version
    )
    second = mark(cast, at=LATER + timedelta(hours=3))
    restore(cast, session, at=LATER + timedelta(hours=4))
    assert list(Arrival.objects.order_by("arrived_at").values_list("pk", "state")) == [
        (first.pk, "left"), (second.pk, "waiting"),
    ]  # fmt: skip


def test_a_draft_that_is_brought_back_takes_nobody_from_a_colleague(cast: Cast):
    arrival = mark(cast)
    session = discarded(cast, arrival)
    arrival.refresh_from_db()
    annas = take(cast, arrival, "anna")
    restore(cast, session)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.session) == ("taken", annas)


@pytest.mark.parametrize("surface", ["page", "api"])
def test_bringing_a_draft_back_ends_the_wait_on_both_surfaces(cast: Cast, surface: str):
    arrival = mark(cast, at=timezone.now())
    session = discarded_now(cast, arrival)
    if surface == "page":
        page_as(cast.ben).post(f"/sessions/{session.pk}/restore", {"version": session.version})
    else:
        api_as(cast.ben).post(f"/api/v1/sessions/{session.pk}/restore", {}, format="json",
                              headers={"If-Match": f'"{session.version}"'})  # fmt: skip
    arrival.refresh_from_db()
    assert (arrival.state, arrival.session_id) == ("taken", session.pk)


def discarded_now(cast: Cast, arrival: Arrival) -> NeedlingSession:
    session = take(cast, arrival, at=timezone.now())
    return actions.discard_session(pk=session.pk, by=cast.ben, version=session.version)


def test_a_merged_record_waits_under_the_one_that_stands(cast: Cast):
    (twin,) = more(cast, 1)
    mark(cast, patient=twin)
    patient_actions.merge_patients(winner=cast.siobhan.pk, loser=twin.pk, by=cast.anna, at=NOW)
    twin.refresh_from_db()
    assert names(cast) == ["Siobhán O'Neill"]
    _, new = actions.mark_arrived(patient=twin, practitioner_pk=cast.ben.pk, by=cast.dana, at=LATER)
    assert (new, take(cast, Arrival.objects.get()).patient) == (False, cast.siobhan)


# ---- what is missing, in words -------------------------------------------------------------------------------------------


class Words(NamedTuple):
    consent: str
    cure: str
    screening: str
    screening_cure: str


def words(cast: Cast, at: datetime = LATER) -> Words:
    ready = readiness_of([cast.siobhan], practice=cast.home, at=at)[cast.siobhan.pk]
    return Words(ready.consent.words, ready.consent.cure, ready.screening.words, ready.screening.cure)


def test_what_is_missing_is_said_in_words(cast: Cast):
    load_content()
    text = publish_text(cast)
    assert words(cast) == ("No consent", "take", "Not screened today", "hand_over")

    consent = give_consent(cast.siobhan, text, cast.anna, at=NOW)
    screening = take_screening(cast.siobhan, cast.anna, at=NOW)
    assert words(cast) == ("Consent to 24 Nov 2027", "", "Screened 11:30", "")
    assert words(cast, NOW + timedelta(days=355)).consent == "Consent ends in 10 days"
    assert words(cast, NOW + timedelta(days=366))[:2] == ("Consent ran out 24 Nov 2027", "renew")

    screening.reviewed_at = screening.reviewed_by = None
    keep(screening, by=cast.anna, why="set up")
    assert words(cast)[2:] == ("Screening to review", "review")
    give_consent(cast.siobhan, text, cast.anna, at=NOW + timedelta(minutes=1), general="refused")
    assert words(cast)[:2] == ("Said no to needling", "take")
    assert consent.pk


def test_a_child_needs_a_guardian(cast: Cast):
    cast.siobhan.date_of_birth = date(2014, 1, 1)
    keep(cast.siobhan, by=cast.anna, why="set up")
    assert words(cast).consent == "No consent: guardian needed"


# ---- pages and programs ---------------------------------------------------------------------------------------------------


NOT_HERE = Outcome(False, {"practitioner": ["Choose a practitioner who works at this practice."]})


@pytest.mark.parametrize(
    ("verb", "who", "change", "expected"),
    [
        ("arrive", "dana", {}, DONE),
        ("arrive", "ben", {}, DONE),
        ("arrive", "olga", {}, NOT_ALLOWED),
        ("arrive", "zoe", {}, NOT_ALLOWED),
        ("arrive", "dana", {"practitioner": "zoe"}, NOT_HERE),
        ("move", "dana", {}, DONE),
        ("move", "olga", {}, NOT_ALLOWED),
        ("move", "zoe", {}, NOT_ALLOWED),
        ("move", "dana", {"practitioner": "dana"}, NOT_HERE),
        ("withdraw", "dana", {}, DONE),
        ("withdraw", "dana", {"reason": ""}, Outcome(False, {"reason": ["Write why. A few words are enough."]})),
        ("withdraw", "zoe", {}, NOT_ALLOWED),
        ("take", "anna", {}, DONE),
        ("take", "dana", {}, NOT_ALLOWED),
        ("take", "zoe", {}, NOT_ALLOWED),
    ],
)  # fmt: skip
def test_page_and_api_say_the_same(
    cast: Cast, way: Way, verb: str, who: str, change: dict[str, Any], expected: Outcome
):
    arrival = None if verb == "arrive" else mark(cast, at=timezone.now())
    body = {"arrive": {"practitioner": "ben"}, "move": {"practitioner": "anna"}, "take": {},
            "withdraw": {"state": "mistake", "reason": "The brother."}}[verb] | change  # fmt: skip
    if "practitioner" in body:
        body["practitioner"] = str(cast.person(body["practitioner"]).pk)
    if arrival is None:
        page, api = f"/sessions/patient/{cast.siobhan.pk}/arrived", "/api/v1/arrivals"
        body |= {"patient": str(cast.siobhan.pk)} if way is through_the_api else {}
    else:
        page, api = (f"{start}/arrivals/{arrival.pk}/{verb}" for start in ("/sessions", "/api/v1"))
    assert way(cast.person(who), page, api, body, version=1) == expected


def test_today_shows_a_practitioner_who_waits_and_what_is_missing(cast: Cast):
    danger = {"kind": "allergy", "severity": "danger", "text": "Latex", "starts_on": date(2020, 1, 1)}
    keep(Alert(practice=cast.home, patient=cast.siobhan, **danger), by=cast.anna, why="set up")
    other = more(cast, 1)[0]
    now = timezone.now()
    mark(cast, at=now - timedelta(minutes=2))
    mark(cast, patient=other, for_whom="anna", at=now)
    page = page_as(cast.ben).get("/sessions/today/arrivals").content.decode()
    for said in ("Siobhán O&#x27;Neill", "Danger: Latex", "No consent", "> consent of Siobhán", "Not screened today", "Start session",
                 "1 more for colleagues"):  # fmt: skip
        assert said in page
    assert other.family_name not in page


def test_the_auditor_sees_and_marks_nothing(cast: Cast):
    arrival = mark(cast, at=timezone.now())
    client = page_as(cast.olga)
    page = client.get("/sessions/arrivals").content.decode()
    assert ("Siobhán O&#x27;Neill" in page, "<form" in page.partition("<main")[2].partition("</main>")[0]) == (
        True,
        False,
    )
    assert client.get(f"/sessions/arrivals/{arrival.pk}").status_code == 403
    found = api_as(cast.olga).get("/api/v1/arrivals?state=waiting").json()["results"]
    assert [(row["id"], row["consent"]["words"]) for row in found] == [(str(arrival.pk), "No consent")]


def test_another_practice_sees_nobody(cast: Cast):
    arrival = mark(cast, at=timezone.now())
    assert api_as(cast.zoe).get("/api/v1/arrivals").json()["results"] == []
    assert page_as(cast.zoe).get(f"/sessions/arrivals/{arrival.pk}").status_code == 404
    assert "O&#x27;Neill" not in page_as(cast.zoe).get("/sessions/today/arrivals").content.decode()


def test_the_api_answers_the_draft_that_was_begun(cast: Cast):
    arrival = mark(cast, at=timezone.now())
    client = api_as(cast.ben)
    address = f"/api/v1/arrivals/{arrival.pk}/take"
    assert client.post(address, {}, format="json").status_code == 428
    begun = client.post(address, {}, format="json", headers={"If-Match": '"1"'})
    assert (begun.status_code, begun["ETag"], begun.json()["patient"]) == (201, '"1"', str(cast.siobhan.pk))
    over = client.get(f"/api/v1/arrivals/{arrival.pk}").json()
    assert (over["state"], over["session"], over["consent"]) == ("taken", begun.json()["id"], None)


@pytest.mark.parametrize(
    ("who", "path"),
    [("dana", "/sessions/today/arrivals"), ("ben", "/sessions/today/arrivals"), ("olga", "/sessions/arrivals"),
     ("anna", "/api/v1/arrivals")],
)  # fmt: skip
def test_thirty_cost_no_more_than_one(cast: Cast, who: str, path: str):
    client = (api_as if path.startswith("/api") else page_as)(cast.person(who))
    now = timezone.now()

    def cost() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    mark(cast, at=now)
    one = cost()
    for patient in more(cast, 29):
        mark(cast, patient=patient, at=now)
    assert cost() == one


# ---- in the same moment ---------------------------------------------------------------------------------------------------


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_people_mark_the_same_patient_at_once():
    cast = make_cast()
    done = at_once([lambda: mark(cast, by="dana"), lambda: mark(cast, by="anna")])
    assert len({arrival.pk for arrival in done}) == Arrival.objects.count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_practitioners_take_the_same_arrival_at_once():
    cast = make_cast()
    arrival = mark(cast)
    works = [lambda by=name: take(cast, arrival, by) for name in ("ben", "anna")]
    assert kinds(at_once(works, refusals=(Refused,))) == ["ArrivalOver", "NeedlingSession"]
    assert NeedlingSession.objects.count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_taken_while_the_chart_begins_a_session_too():
    """Both drafts stand, the wait is over once, and neither waits for the other for ever."""
    cast = make_cast()
    arrival = mark(cast)
    values = session_values(cast.anna, started_at=LATER, sites=[])
    done = at_once(
        [
            lambda: take(cast, arrival, "ben"),
            lambda: actions.start_session(patient=cast.siobhan, values=values, by=cast.anna, at=LATER).session,
        ],
        refusals=(Refused,),
    )
    arrival.refresh_from_db()
    begun = [outcome for outcome in done if isinstance(outcome, NeedlingSession)]
    assert (arrival.state, arrival.session in begun) == ("taken", True)


def _ends_well(cast: Cast, other: Callable[[], Any], how: str) -> None:
    """Whoever was faster, nobody waits who has died or is archived."""
    left, _ = at_once([lambda: leaves(cast, how), other], refusals=(Refused,))
    assert (left.status, names(cast)) == ({"died": "deceased"}.get(how, how), [])


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", WHY)
@pytest.mark.parametrize("again", range(3))
def test_marked_in_the_moment_in_which_the_patient_leaves_the_lists(how: str, again: int):
    cast = make_cast()
    _ends_well(cast, lambda: mark(cast, at=LATER), how)
    assert set(Arrival.objects.values_list("state", "reason")) <= {("left", WHY[how])}


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", WHY)
@pytest.mark.parametrize("again", range(3))
def test_taken_in_the_moment_in_which_the_patient_leaves_the_lists(how: str, again: int):
    cast = make_cast()
    arrival = mark(cast)
    _ends_well(cast, lambda: take(cast, arrival), how)
    arrival.refresh_from_db()
    assert arrival.state == ("taken" if NeedlingSession.objects.exists() else "left")


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", WHY)
@pytest.mark.parametrize("again", range(3))
def test_discarded_in_the_moment_in_which_the_patient_leaves_the_lists(how: str, again: int):
    cast = make_cast()
    session = take(cast, mark(cast))
    _ends_well(cast, lambda: actions.discard_session(pk=session.pk, by=cast.ben, version=session.version), how)
