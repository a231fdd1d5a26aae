"""Asking about soreness: by mail where the patient allows it, else by phone; what was mailed and not answered is rung.

Run by the worker. Every step locks its row and looks again, so that several workers ask once.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from patients.models import Patient
from practice import outgoing
from practice.history import keep
from practice.models import OutgoingEmail
from treatments.actions.locking import lock_with_session
from treatments.actions.soreness_links import VALID, put_on_call_list
from treatments.models import FollowUp, SorenessLink

Kind, State = FollowUp.Kind, FollowUp.State
MAIL = "soreness_check"
MOST_AT_ONCE = 500
TOO_LATE = VALID  # overdue by so much (no worker ran): a person asks
NOT_SENT = (OutgoingEmail.State.DEAD, OutgoingEmail.State.CANCELLED)


def send_due_checks(*, at: datetime) -> int:
    """Queue the mail of every check that is due, or put it on the call list with the reason; how many were decided."""
    due = FollowUp.objects.filter(kind=Kind.SORENESS_CHECK, state=State.PLANNED, channel="", due_at__lte=at)
    return sum(_send(pk, at=at) for pk in list(due.order_by("due_at").values_list("pk", flat=True)[:MOST_AT_ONCE]))


@transaction.atomic
def _send(pk: UUID, *, at: datetime) -> bool:
    check = _locked(pk)
    if check.state != State.PLANNED or check.channel:
        return False  # another worker was faster
    patient = check.patient.merged_into or check.patient
    if patient.status == Patient.Status.DECEASED:
        check.state, check.closed_reason = State.CANCELLED, "The patient has died"
        keep(check, by=None, why="not asked")
    elif because := why_not_by_mail(patient):
        put_on_call_list(check, because=because)
    elif check.due_at < at - TOO_LATE:
        put_on_call_list(check, because="Too late to ask by mail")
    else:
        check.state, check.channel = State.SENT, FollowUp.Channel.EMAIL
        keep(check, by=None, why="asked by mail")
        about = {"follow_up": str(check.pk), "patient": str(patient.pk), "version": str(check.version)}
        outgoing.queue(practice=check.practice, event_key=_event(check), template=MAIL, about=about, by=None, at=at)
    return True


def why_not_by_mail(patient: Patient) -> str:
    """A sentence for the call list; empty when the patient may be written to."""
    if patient.status != Patient.Status.ACTIVE:
        return "The patient is archived"
    if not patient.email:
        return "No e-mail address"
    return "" if patient.email_ok else "No permission to e-mail"


def ring_unanswered(*, at: datetime) -> int:
    """What was mailed and whose links have run out, or whose mail did not go, moves to the call list once; how many did."""
    sent = FollowUp.objects.filter(kind=Kind.SORENESS_CHECK, state=State.SENT)
    rows = list(sent.select_related("practice").order_by("due_at")[:MOST_AT_ONCE])
    links = SorenessLink.objects.filter(follow_up__in=rows).order_by().values_list("follow_up")
    until = dict(links.annotate(Max("expires_at")))
    mails = OutgoingEmail.objects.filter(event_key__in=[_event(check) for check in rows])
    states = dict(mails.values_list("event_key", "state"))
    found = [
        (check.pk, _unanswered(check.due_at, until.get(check.pk), states.get(_event(check)), at=at)) for check in rows
    ]
    return sum(ring_instead(pk=pk, because=because) for pk, because in found if because)


def _unanswered(due_at: datetime, until: datetime | None, mail: str | None, *, at: datetime) -> str:
    if mail in NOT_SENT:
        return "The mail did not go out"
    if until is None:
        return "The mail has not gone out" if due_at < at - TOO_LATE else ""
    return "No answer to the mail" if until <= at else ""


@transaction.atomic
def ring_instead(*, pk: UUID, because: str) -> bool:
    """A check that is out by mail is asked by phone from now on; False when it no longer is out."""
    check = _locked(pk)
    if check.state != State.SENT:
        return False
    put_on_call_list(check, because=because)
    return True


def _locked(pk: UUID) -> FollowUp:
    return lock_with_session(FollowUp.objects.select_related("patient__merged_into", "practice"), pk)


def _event(check: FollowUp) -> str:
    """One mail for each time a check is sent: a session that was reopened and signed again asks anew."""
    return f"{MAIL}:{check.pk}:{check.version}"
