"""The phone card as it is recorded, handed over and taken; through page and program."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from practice.identifiers import new_id
from tests.cast import NOW, api_as
from tests.races import at_once, on_postgresql
from tests.world import a_site, sign, start
from treatments import actions, needled_zones
from treatments.actions.triage import AnsweredAgain, TakenAlready
from treatments.models import FollowUp, Triage, TriageStep
from treatments.triage_told import told

TRIAGES = "/api/v1/triages"
AT = NOW + timedelta(hours=5, minutes=10)
NO = {"breathing": "no", "nerves": "no", "swelling": "no"}
YES = NO | {"breathing": "yes"}


def needle_the_chest(world, **more):
    """Both rhomboids, in a draft: the note is not signed yet."""
    sites = [a_site(structure="rhomboid_major", side=side, depth_mm=15) for side in ("left", "right")]
    return start(world.patient, world.cast.anna, sites=[*sites, a_site()], needles_out=3, **more)


def answer(world, answers, *, by=None, patient="patient", at=AT, **more):
    person = world.patient if patient == "patient" else patient
    return actions.record_triage(
        patient=person, values={"answers": answers} | more, by=by or world.cast.dana, at=at, pk=more.pop("pk", None)
    )


def read(card):
    return told(Triage.objects.told().get(pk=card.pk))


def test_zones_come_lung_first_with_their_times_and_nothing_else(world):
    needle_the_chest(world)
    zones = needled_zones.zones_of(world.patient, by=world.cast.dana, at=AT)

    assert [(z.where, z.lung, round(z.hours, 2)) for z in zones][:1] == [
        ("Shoulder girdle and scapula, both sides", True, 5.17)
    ]
    assert {z.where for z in zones[1:]} == {"Lower leg, left"}
    assert set(zones[0].stored()) == {"area", "label", "sides", "lung", "at", "hours", "session"}


def test_who_rings_after_the_chest_was_needled_gets_an_ambulance_and_an_escalation(world):
    session = needle_the_chest(world)
    card = answer(world, {"breathing": "yes"}, opened_at=AT - timedelta(seconds=31), place="At home, alone")
    row = card.follow_up

    assert (card.result, card.rule, card.session, card.seconds_taken, card.created_by) == (
        "ambulance", "lung_and_breathing", session, 31, world.cast.dana,
    )  # fmt: skip
    assert "near the lung, shoulder girdle and scapula, both sides, today 11:30, 5 h 10 min ago" in card.script
    assert (row.kind, row.state, row.assignee, row.patient) == (
        "escalation",
        "answered",
        world.cast.anna,
        world.patient,
    )


def test_a_void_or_discarded_session_is_no_needling(world):
    one_side = a_site(structure="rhomboid_major", length_mm=30, depth_mm=15)
    signed = sign(start(world.patient, world.cast.anna, sites=[one_side], safety_net_given=True), world.cast.anna)
    draft = needle_the_chest(world)
    actions.discard_session(pk=draft.pk, by=world.cast.anna, version=draft.version)
    assert answer(world, {"breathing": "yes"}).session == signed

    actions.void_session(pk=signed.pk, reason="Wrong patient", by=world.cast.anna, at=AT, version=signed.version)
    assert answer(world, YES).result == "practitioner_now"


def test_needling_before_the_window_is_told_but_calls_no_ambulance(world):
    needle_the_chest(world, started_at=NOW - timedelta(days=8))
    card = answer(world, YES)

    assert (card.result, card.zones[0]["lung"]) == ("practitioner_now", True)


def test_no_needling_in_30_days_still_asks_three_questions(world):
    card = answer(world, NO, at=NOW + timedelta(days=31))

    assert (card.result, card.zones, card.session) == ("call_back", [], None)
    assert (card.follow_up.kind, card.follow_up.state) == ("call", "planned")


def test_somebody_who_is_no_patient_is_written_down_by_name(world):
    card = answer(world, YES, patient=None, caller="Mia Torres, rings for her mother")

    assert (card.result, card.follow_up, card.who) == ("practitioner_now", None, "Mia Torres, rings for her mother")
    with pytest.raises(ValidationError, match="Write who rings"):
        answer(world, YES, patient=None)


@pytest.mark.parametrize(("answers", "fields"), [
    ({}, ["answers.breathing", "answers.nerves", "answers.swelling"]),
    ({"breathing": "yes"}, ["answers.nerves", "answers.swelling"]),
    (NO | {"nerves": ""}, ["answers.nerves"]),
    (NO | {"nerves": "maybe"}, ["answers.nerves"]),
    (NO | {"appetite": "no"}, ["answers.appetite"]),
])  # fmt: skip
def test_a_question_that_could_raise_the_result_has_to_be_asked(world, answers, fields):
    with pytest.raises(ValidationError) as refused:
        answer(world, answers)

    assert sorted(refused.value.message_dict) == fields
    assert Triage.objects.get() == world.triage


def test_the_same_card_sent_twice_is_one_card(world):
    pk = new_id()
    first, second = (answer(world, NO, pk=pk) for _ in range(2))

    assert first == second
    assert Triage.objects.exclude(pk=world.triage.pk).count() == FollowUp.objects.filter(kind="call").count() == 1


def test_a_corrected_card_can_rise_and_not_fall(world):
    needle_the_chest(world)
    first = answer(world, YES)
    lower = answer(world, NO, follows=first.pk)
    assert (lower.result, lower.rule, lower.follow_up) == ("ambulance", "lung_and_breathing", first.follow_up)
    with pytest.raises(AnsweredAgain):
        answer(world, NO, follows=first.pk)

    fine = answer(world, NO, at=AT + timedelta(minutes=1))
    worse = answer(world, YES, follows=fine.pk, at=AT + timedelta(minutes=2))
    assert (worse.result, worse.follow_up.kind) == ("ambulance", "escalation")
    assert set(Triage.objects.unfinished()) == {lower, worse}


def test_a_card_of_another_caller_cannot_be_corrected(world):
    other = answer(world, NO, patient=None, caller="Somebody")
    for follows in (other.pk, uuid4()):
        with pytest.raises(ValidationError, match="no card of the same caller"):
            answer(world, NO, follows=follows)


def test_it_stays_open_until_a_practitioner_takes_it(world):
    card = answer(world, YES)
    assert list(Triage.objects.unfinished()) == [card]

    actions.tell_practitioner(pk=card.pk, to=world.cast.ben, by=world.cast.dana, at=AT)
    assert (read(card).state, read(card).finished, read(card).told_to) == ("handed_over", False, world.cast.ben)
    assert FollowUp.objects.get(pk=card.follow_up_id).assignee == world.cast.ben

    actions.take_triage(pk=card.pk, note="Sent to the hospital", by=world.cast.ben, at=AT)
    assert (read(card).state, read(card).finished, read(card).taken_by) == ("taken", True, world.cast.ben)
    assert FollowUp.objects.get(pk=card.follow_up_id).state == "acknowledged"
    assert not Triage.objects.unfinished().exists()
    with pytest.raises(TakenAlready, match="Ben Adeyemi has taken this call already"):
        actions.take_triage(pk=card.pk, note="", by=world.cast.anna, at=AT)


def test_ringing_back_is_handed_over_once_a_practitioner_is_told(world):
    card = answer(world, NO)
    actions.tell_practitioner(pk=card.pk, to=world.cast.ben, by=world.cast.dana, at=AT)

    assert (read(card).finished, FollowUp.objects.get(pk=card.follow_up_id).state) == (True, "planned")


def test_an_ambulance_called_is_stamped_once_and_ends_the_wait(world):
    needle_the_chest(world)
    card = answer(world, {"breathing": "unsure"})
    for _ in range(2):
        actions.note_ambulance(pk=card.pk, called_by="practice", by=world.cast.dana, at=AT)

    assert [s.kind for s in read(card).steps] == ["we_called"]
    assert (read(card).state, Triage.objects.unfinished().count()) == ("ambulance_called", 0)
    assert FollowUp.objects.get(pk=card.follow_up_id).state == "answered"  # a practitioner still has to look


@pytest.mark.parametrize(("answers", "lung"), [(NO, False), (YES, False), (YES, True)])
@pytest.mark.parametrize("steps", [s for n in range(3) for s in product(("told", "called", "taken"), repeat=n)])
def test_the_list_and_the_card_agree_on_what_is_unfinished(world, answers, lung, steps):
    if lung:
        needle_the_chest(world)
    card = answer(world, answers)
    for step in dict.fromkeys(steps):
        if step == "told":
            actions.tell_practitioner(pk=card.pk, to=world.cast.ben, by=world.cast.dana, at=AT)
        elif step == "called":
            actions.note_ambulance(pk=card.pk, called_by="caller", by=world.cast.dana, at=AT)
        else:
            actions.take_triage(pk=card.pk, note="", by=world.cast.ben, at=AT)

    assert read(card).finished is not Triage.objects.unfinished().filter(pk=card.pk).exists()


@pytest.mark.parametrize("name", ["dana", "olga", "robo", "zoe"])
def test_who_is_no_practitioner_cannot_be_told(world, name):
    card = answer(world, YES)
    with pytest.raises(ValidationError, match="practitioner who works here"):
        actions.tell_practitioner(pk=card.pk, to=world.cast.person(name), by=world.cast.dana, at=AT)


@pytest.mark.parametrize("name", ["olga", "robo", "zoe"])
def test_only_the_staff_of_the_practice_answers(world, name):
    with pytest.raises(PermissionDenied):
        answer(world, NO, by=world.cast.person(name))


def test_only_a_practitioner_takes_a_call(world):
    card = answer(world, YES)
    with pytest.raises(PermissionDenied):
        actions.take_triage(pk=card.pk, note="", by=world.cast.dana, at=AT)


@pytest.mark.parametrize("model", [Triage, TriageStep])
@pytest.mark.parametrize("statement", ["UPDATE {} SET created_at = created_at", "DELETE FROM {}"])
def test_the_database_keeps_cards_as_they_were(world, model, statement):
    card = answer(world, YES)
    actions.tell_practitioner(pk=card.pk, to=world.cast.ben, by=world.cast.dana, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))


@pytest.fixture(autouse=True)
def _nobody_else_rings(world):
    """The world's own caller is taken care of."""
    actions.take_triage(pk=world.triage.pk, note="", by=world.cast.anna, at=AT)


def test_a_program_reads_the_card_and_hands_it_over(world):
    dana = api_as(world.cast.dana)
    card = dana.get(f"{TRIAGES}/card?patient={world.patient.pk}").json()
    assert [q["key"] for q in card["questions"]] == ["breathing", "nerves", "swelling"]
    sent = dana.post(TRIAGES, {"patient": str(world.patient.pk), "answers": YES}, format="json")
    assert (sent.status_code, sent.json()["result"], sent.json()["state"]) == (201, "practitioner_now", "open")
    path = f"{TRIAGES}/{sent.json()['id']}"
    told_to = dana.post(f"{path}/tell", {"to": str(world.cast.ben.pk)}, format="json").json()
    assert (told_to["state"], told_to["told_to"]["full_name"]) == ("handed_over", "Ben Adeyemi")
    assert dana.post(f"{path}/take", {}, format="json").status_code == 403
    assert dana.post(f"{path}/ambulance", {"called_by": "us"}, format="json").status_code == 400
    assert [t["id"] for t in dana.get(f"{TRIAGES}?open=true").json()["results"]] == [sent.json()["id"]]
    taken = api_as(world.cast.ben).post(f"{path}/take", {"note": "Spoke to her"}, format="json")
    assert (taken.json()["finished"], taken.json()["taken_by"]["full_name"]) == (True, "Ben Adeyemi")
    assert api_as(world.cast.anna).post(f"{path}/take", {}, format="json").json()["code"] == "already_taken"
    assert dana.get(f"{TRIAGES}?open=true").json()["results"] == []


@pytest.mark.parametrize(("body", "field"), [
    ({"answers": NO | {"breathing": 1}}, "answers.breathing"),
    ({"answers": "no"}, "answers"),
    ({}, "answers"),
    ({"answers": NO, "caller": "x" * 121}, "caller"),
    ({"answers": NO, "place": "a\x00b"}, "place"),
    ({"answers": NO, "opened_at": "yesterday"}, "opened_at"),
    ({"answers": NO, "result": "call_back", "unknown": 1}, "unknown"),
])  # fmt: skip
def test_bad_cards_are_named(world, body, field):
    sent = api_as(world.cast.dana).post(TRIAGES, {"patient": str(world.patient.pk)} | body, format="json")

    assert (sent.status_code, sent.json()["errors"][0]["field"]) == (400, field)


def test_a_card_left_open_over_night_or_from_a_fast_clock_is_still_taken(world):
    for minutes, opened in enumerate((AT - timedelta(days=40), AT + timedelta(days=2))):
        card = answer(world, NO, opened_at=opened, at=AT + timedelta(minutes=minutes))
        assert 0 <= card.seconds_taken <= 86_400


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_practitioners_who_take_a_call_at_once_do_not_both_have_it(world):
    card = answer(world, YES)
    people = (world.cast.anna, world.cast.ben)
    said = at_once(
        [lambda by=person: actions.take_triage(pk=card.pk, note="", by=by, at=AT) for person in people],
        refusals=(TakenAlready,),
    )
    taken = TriageStep.objects.get(triage=card, kind=TriageStep.Kind.TAKEN).created_by

    assert [str(no) for no in said if isinstance(no, TakenAlready)] == [f"{taken} has taken this call already."]
    assert FollowUp.objects.get(pk=card.follow_up_id).assignee == taken


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_handing_over_while_somebody_takes_it_loses_neither(world):
    card = answer(world, YES)
    at_once(
        [
            lambda: actions.tell_practitioner(pk=card.pk, to=world.cast.ben, by=world.cast.dana, at=AT),
            lambda: actions.take_triage(pk=card.pk, note="", by=world.cast.anna, at=AT),
        ]
    )

    assert {step.kind for step in TriageStep.objects.filter(triage=card)} == {
        TriageStep.Kind.TOLD,
        TriageStep.Kind.TAKEN,
    }
    assert FollowUp.objects.get(pk=card.follow_up_id).state == FollowUp.State.ACKNOWLEDGED
