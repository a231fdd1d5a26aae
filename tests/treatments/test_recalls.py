"""Recalls come with the signature, sleep and wake, and go with the session."""

from datetime import UTC, date, datetime, timedelta

from tests.cast import NOW
from tests.world import SIGNED_AT, sign, start
from treatments import actions
from treatments.models import FollowUp

REVIEW = NOW.date() + timedelta(days=14)


def recalls(session):
    return FollowUp.objects.filter(session=session, kind="recall")


def test_the_next_review_becomes_a_recall_that_morning(world):
    session = sign(start(world.patient, world.cast.anna, next_review_on=REVIEW), world.cast.anna)
    recall = recalls(session).get()

    assert (recall.state, recall.assignee, recall.about) == (
        "planned",
        world.cast.anna,
        "Review, as planned at the session",
    )
    assert recall.due_at.astimezone(world.cast.home.zone).isoformat()[:16] == f"{REVIEW}T08:00"


def test_no_review_day_plans_nothing(world):
    assert not recalls(world.signed).exists()


def test_reopening_cancels_and_signing_again_plans_it_once(world):
    session = sign(start(world.patient, world.cast.anna, next_review_on=REVIEW), world.cast.anna)
    at = SIGNED_AT + timedelta(minutes=1)
    reopened = actions.reopen_session(pk=session.pk, by=world.cast.anna, at=at, version=session.version).session
    assert recalls(session).get().state == "cancelled"

    sign(reopened, world.cast.anna, at=at + timedelta(minutes=1))
    assert recalls(session).get().state == "planned"


def test_a_void_session_calls_nobody_back(world):
    session = sign(start(world.patient, world.cast.anna, next_review_on=REVIEW), world.cast.anna)
    actions.void_session(
        pk=session.pk, reason="Wrong patient", by=world.cast.anna, at=SIGNED_AT, version=session.version
    )

    assert recalls(session).get().state == "cancelled"


def test_a_session_without_needling_is_reviewed_all_the_same(world):
    values = {"no_needling": True, "sites": [], "needles_out": None, "next_review_on": REVIEW}
    session = sign(start(world.patient, world.cast.anna, **values), world.cast.anna)

    assert recalls(session).get().state == "planned"


def test_a_snoozed_recall_is_off_the_list_until_its_morning(world):
    recall = actions.add_recall(patient=world.patient, due_on=NOW.date(), reason="Check", by=world.cast.dana, at=NOW)
    until = NOW.date() + timedelta(days=7)
    actions.snooze(pk=recall.pk, until=until, reason="On holiday", by=world.cast.dana, at=NOW, version=1)
    due = FollowUp.objects.filter(pk=recall.pk)

    assert not due.due(NOW + timedelta(days=6)).exists()
    assert due.due(NOW + timedelta(days=8)).exists()


def test_the_day_is_the_practice_s_day(world):
    late = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # half past midnight on the 25th in Melbourne
    recall = actions.add_recall(
        patient=world.patient, due_on=date(2026, 11, 25), reason="Check", by=world.cast.dana, at=late
    )

    assert recall.due_at == datetime(2026, 11, 24, 21, tzinfo=UTC)
