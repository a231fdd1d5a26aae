"""The demo's telephone: somebody needled at the chest five hours ago, phone cards in every state, recalls in every state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from patients.models import Patient
from treatments import actions
from treatments.models import FollowUp, Triage

if TYPE_CHECKING:
    from reports.demo.practice import Demo

NO = {"breathing": "no", "nerves": "no", "swelling": "no"}
CHEST_AGO = timedelta(hours=5, minutes=10)


def ring(demo: Demo, patients: list[Patient]) -> None:
    """Everything of this file, on patients that nothing else of the demo tells of."""
    _chest_today(demo, patients[0])
    _cards(demo, patients)
    _recalls(demo, patients)


def _chest_today(demo: Demo, patient: Patient) -> None:
    """Needled near the lung today, with a review planned: the caller the phone card is for."""
    demo.visit(patient, demo.now - CHEST_AGO, 2, next_review_on=demo.today + timedelta(days=7))


def _cards(demo: Demo, patients: list[Patient]) -> None:
    """A faint taken over, a fever that rang twice, and one to ring back that nobody was told of yet."""
    faint = _card(demo, patients[3], NO | {"nerves": "yes"}, demo.now - timedelta(days=12), place="At the tram stop")
    actions.tell_practitioner(pk=faint.pk, to=demo.ben, by=demo.dana, at=faint.created_at + timedelta(seconds=40))
    note = "Lay down, recovered, husband collects her. Rang again in the evening: well."
    actions.take_triage(pk=faint.pk, note=note, by=demo.ben, at=faint.created_at + timedelta(minutes=2))
    first = _card(demo, patients[4], NO, demo.now - timedelta(days=5, hours=2), place="At work")
    again = _card(demo, patients[4], NO | {"swelling": "unsure"}, demo.now - timedelta(days=5), follows=first.pk)
    actions.take_triage(
        pk=again.pk, note="A bruise of 3 cm, no fever.", by=demo.anna, at=again.created_at + timedelta(minutes=1)
    )
    _card(
        demo,
        None,
        NO,
        demo.now - timedelta(minutes=20),
        caller="Mia Torres, rings for her father",
        phone="0491 570 159",
    )


def _card(demo: Demo, patient: Patient | None, answers: dict[str, str], at: datetime, **more: Any) -> Triage:
    values = {"answers": answers, "opened_at": at - timedelta(seconds=34)} | more
    return actions.record_triage(patient=patient, values=values, by=demo.dana, at=at)


def _recalls(demo: Demo, patients: list[Patient]) -> None:
    """Late, due today, coming, snoozed, done, cancelled."""
    days_ago = {"late": 9, "today": 6, "coming": 0, "snoozed": 8, "done": 20, "cancelled": 15}
    why = (
        "Shoulder, six weeks on",
        "Headache diary",
        "Before the marathon",
        "After the holiday",
        "Second opinion",
        "Low back",
    )
    rows: dict[str, FollowUp] = {}
    for (name, ago), reason, patient in zip(days_ago.items(), why, patients[6:], strict=False):
        at = demo.now - timedelta(days=ago)
        due = demo.today + timedelta(days={"late": -2, "today": 0, "coming": 4}.get(name, -ago + 2))
        rows[name] = actions.add_recall(
            patient=patient, due_on=due, reason=reason, by=demo.dana, at=at, assignee=demo.anna
        )
    actions.record_no_answer(pk=rows["late"].pk, by=demo.dana, version=1)
    until = demo.today + timedelta(days=10)
    actions.snooze(pk=rows["snoozed"].pk, until=until, reason="Away until then", by=demo.dana, at=demo.now, version=1)
    actions.finish(pk=rows["done"].pk, note="Booked for next week", by=demo.dana, version=1)
    actions.cancel(pk=rows["cancelled"].pk, reason="Moved to another town", by=demo.dana, version=1)
