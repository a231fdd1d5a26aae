"""Any sequence of verbs by anybody: a session moves only as rule 7 allows, and what refuses changes nothing."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice.errors import Refused, Stale
from tests.world import SIGNED_AT, World, session_values, start
from treatments import actions, records
from treatments.models import NeedlingSession

MOVES = {
    ("draft", "draft"), ("draft", "signed"), ("draft", "discarded"), ("discarded", "draft"), ("signed", "draft"),
    ("signed", "void"), ("signed", "signed"), ("void", "void"), ("discarded", "discarded"),
}  # fmt: skip
VERBS = {
    "write": lambda s, by, at: actions.write_session(
        pk=s.pk, values=session_values(by) | {"practitioner_id": s.practitioner_id}, by=by, at=at, version=s.version
    ),
    "sign": lambda s, by, at: actions.sign_session(pk=s.pk, by=by, at=at, version=s.version),
    "reopen": lambda s, by, at: actions.reopen_session(pk=s.pk, by=by, at=at, version=s.version),
    "void": lambda s, by, at: actions.void_session(pk=s.pk, reason="Wrong day", by=by, at=at, version=s.version),
    "discard": lambda s, by, at: actions.discard_session(pk=s.pk, by=by, version=s.version),
    "restore": lambda s, by, at: actions.restore_session(pk=s.pk, by=by, at=at, version=s.version),
    "take over": lambda s, by, at: actions.take_over_session(pk=s.pk, reason="Ill", by=by, version=s.version),
    "issue": lambda s, by, at: actions.note_first_issue(session=s, by=by, at=at),
    "add": lambda s, by, at: actions.add_addendum(session_pk=s.pk, text="Later", reason="", by=by, at=at),
    "stale": lambda s, by, at: actions.sign_session(pk=s.pk, by=by, at=at, version=s.version + 7),
}
PEOPLE = ("anna", "ben", "dana", "olga", "robo", "zoe")
NO = (Refused, Stale, PermissionDenied, ValidationError, NeedlingSession.DoesNotExist)
steps = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.sampled_from(PEOPLE), st.integers(0, 20)), max_size=14)


def as_stored(session: NeedlingSession) -> dict[str, object]:
    rows = list(NeedlingSession.objects.filter(pk=session.pk).values())
    return {"session": rows, "sites": list(session.sites.values()), "addenda": session.addenda.count()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_a_session_moves_only_as_allowed(world: World, steps: list[tuple[str, str, int]]):
    point = transaction.savepoint()
    session = start(world.patient, world.cast.anna)
    at = SIGNED_AT
    for verb, who, minutes in steps:
        at += timedelta(minutes=minutes)
        session = NeedlingSession.objects.get(pk=session.pk)
        before = as_stored(session)
        try:
            with transaction.atomic():
                VERBS[verb](session, world.cast.person(who), at)
        except NO:
            assert as_stored(session) == before
        now = NeedlingSession.objects.get(pk=session.pk)
        assert (session.status, now.status) in MOVES
        assert who not in ("zoe", "dana", "olga") or as_stored(now) == before or verb == "issue"
        if now.status in ("signed", "void"):
            assert records.is_unchanged(now, list(now.sites.told()))
        if session.status == "void" or (session.first_issued_at and now.status != "void"):
            assert now.content_sha256 == session.content_sha256
    transaction.savepoint_rollback(point)
