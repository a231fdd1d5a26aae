"""The days after in the demo: answers by link of several grades, a warning sign that is open, and one that is closed."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from practice.models import Practice, User
from treatments import actions
from treatments.models import FollowUp, NeedlingSession

NOT_TOO_BAD: dict[str, Any] = {"still_sore": True, "lasted_hours": None, "function": "some", "bruise": True, "red_flags": [],
                               "comment": "Stairs are slow, otherwise fine."}  # fmt: skip
VERY_SORE: dict[str, Any] = {"still_sore": True, "lasted_hours": None, "function": "much", "bruise": False, "red_flags": [],
                             "comment": "Could hardly turn my head this morning."}  # fmt: skip
GONE: dict[str, Any] = {"still_sore": False, "lasted_hours": 48, "function": "none", "bruise": False, "red_flags": [],
                        "comment": ""}  # fmt: skip
SIGN: dict[str, Any] = {"still_sore": True, "lasted_hours": None, "function": "some", "bruise": None,
                        "red_flags": ["breathlessness"], "comment": "Short of breath on the stairs since lunch."}  # fmt: skip

GIVEN = ((SIGN, 6), (VERY_SORE, 8), (NOT_TOO_BAD, 4), (GONE, 1), (NOT_TOO_BAD, 3), (GONE, 2))
FRESH = timedelta(hours=47)  # within it a check still goes by mail


def days_after(practice: Practice, *, ben: User, now: datetime) -> None:
    """Written through the patients' own links, as in work. The newest check that may go by mail is left for the worker, so that
    there is a mail whose link can be tried."""
    waiting = FollowUp.objects.filter(practice=practice, kind="soreness_check", state="planned")
    fresh = waiting.filter(due_at__gt=now - FRESH, due_at__lt=now).select_related("practice", "patient", "session")
    checks = list(fresh.order_by("-due_at"))
    to_try = next((check for check in checks if check.patient.email_ok), None)
    for check, (values, most) in zip([c for c in checks if c is not to_try], GIVEN, strict=False):
        _answer(
            check,
            values,
            most,
            at=now - timedelta(minutes=12) if values is SIGN else check.due_at + timedelta(minutes=50),
            now=now,
        )
    _closed_sign(practice, ben=ben, now=now)


def _answer(check: FollowUp, values: dict[str, Any], most: int, *, at: datetime, now: datetime) -> None:
    assert check.session is not None
    at = min(max(at, check.due_at), now)
    treated = sorted({(s.structure_id, s.side) for s in check.session.sites.all()})
    scores = [{"structure": key, "side": side, "score": max(most - n, 0)} for n, (key, side) in enumerate(treated)]
    token = actions.issue_link(check=check, at=at - timedelta(minutes=2))
    actions.answer_by_link(token=token, values={**values, "soreness": scores}, at=at)


def _closed_sign(practice: Practice, *, ben: User, now: datetime) -> None:
    """A month ago: told to nobody for half an hour, passed on, taken, and written into the record."""
    old = NeedlingSession.objects.filter(practice=practice, status="signed", started_at__lt=now - timedelta(days=30))
    session = old.select_related("patient__practice", "practitioner").order_by("-started_at").first()
    if session is None:
        return
    at = session.started_at + timedelta(hours=26)
    with transaction.atomic():
        sign = actions.open_escalation(patient=session.patient, session=session, red_flags=["growing_swelling"], at=at, by=None,
                                       reported_by="patient", comment="The bruise is growing.")  # fmt: skip
    actions.pass_on(at=at + timedelta(minutes=practice.escalation_minutes))
    sign.refresh_from_db()
    taken = actions.acknowledge(pk=sign.pk, by=ben, at=at + timedelta(minutes=36), version=sign.version)
    actions.write_outcome(
        pk=taken.pk,
        outcome="Rang at once: 4 cm bruise, soft, no numbness. Pressed for ten minutes, cold pack, seen by the GP the same day. No more.",
        by=ben,
        at=at + timedelta(hours=3),
        version=taken.version,
    )
