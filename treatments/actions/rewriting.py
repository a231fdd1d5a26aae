"""Written for the wrong patient: void where it stands, begun again where it belongs. A session never moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from re import escape, search
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients.models import Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User
from treatments import policy, references, rewriting
from treatments.actions import arrivals
from treatments.actions.signing import strike_out
from treatments.actions.writing import Written, begin_draft, put_away
from treatments.beginning import beginning
from treatments.models import NeedlingSession, Rewrite, Site

Status = NeedlingSession.Status


class AlreadyRewritten(Refused):
    code = "already_rewritten"
    message = "This session was written again for the right patient already."


class SamePatient(Refused):
    code = "same_patient"
    message = "The session is written for this patient. Choose the one who was treated."


class IsDiscarded(Refused):
    code = "is_discarded"
    message = "This draft is discarded. Bring it back first, then write it for the right patient."


@dataclass(frozen=True)
class Rewritten:
    """The draft of the right patient, and what ties it to the session it takes the place of."""

    written: Written
    rewrite: Rewrite


@transaction.atomic
def rewrite_session(*, pk: UUID, patient: Patient, reason: str, by: User, at: datetime, version: int) -> Rewritten:
    """Void a signed session (discard a draft) that was written for the wrong patient and begin a draft for the right one.

    What was written is proposed there, marked with where it is from; consent, screening and every answer are the right
    patient's own. Checks planned for the wrong patient are not asked any more. `practitioner` stays who needled.
    """
    wrong = lock(references.sessions(by), pk, version=version)
    if not (policy.can_rewrite(by, wrong) and patient.practice_id == by.practice_id):
        raise PermissionDenied
    _refuse_impossible(wrong, patient)
    _check_reason(reason, wrong.patient, patient)
    sites = list(wrong.sites.told())
    _strike_out(wrong, reason.strip(), by=by, at=at)
    written = _begin_again(wrong, sites, patient, by=by, at=at)
    rewrite = Rewrite(practice=by.practice, wrong=wrong, right=written.session, reason=reason.strip(), created_at=at)
    keep(rewrite, by=by, why="written for the wrong patient")
    arrivals.put_back(wrong, by=by, why="the session was written for the wrong patient")
    return Rewritten(written, rewrite)


def _refuse_impossible(wrong: NeedlingSession, patient: Patient) -> None:
    if Rewrite.objects.filter(wrong=wrong).exists():
        raise AlreadyRewritten
    if wrong.status == Status.DISCARDED:
        raise IsDiscarded
    if wrong.patient.whole_id == patient.whole_id:
        raise SamePatient


def _check_reason(reason: str, wrong: Patient, right: Patient) -> None:
    """The reason is printed in the wrong patient's record, which must not tell who somebody else is."""
    if not reason.strip():
        raise ValidationError({"reason": "Write how it happened. It is printed on every page of the void session."})
    own = {wrong.family_name, wrong.given_names}
    named = [name for name in (right.family_name, right.given_names) if len(name) > 2 and name not in own]
    if any(search(rf"\b{escape(name)}\b", reason) for name in named):
        raise ValidationError(
            {"reason": "Leave the other patient's name out: this is printed in the record of the wrong one."}
        )


def _strike_out(wrong: NeedlingSession, reason: str, *, by: User, at: datetime) -> None:
    """Signed: void by the rules of voiding. A draft: discarded by the rules of discarding. Void already: it stays so."""
    if wrong.status == Status.SIGNED:
        strike_out(wrong, reason=f"Written for the wrong patient. {reason}", by=by, at=at)
    elif wrong.is_draft:
        put_away(wrong, by=by)


def _begin_again(wrong: NeedlingSession, sites: Sequence[Site], patient: Patient, *, by: User, at: datetime) -> Written:
    """When it was and who needled are the same; the pointers are the right patient's own."""
    values = beginning(patient, practitioner=wrong.practitioner, at=wrong.started_at)
    values |= {"ended_at": wrong.ended_at} | rewriting.proposed_notes(wrong, sites)
    draft = NeedlingSession(
        practice=by.practice, patient=patient, practitioner=wrong.practitioner, clinic_id=wrong.clinic_id, written_at=at
    )
    values["clinic_id"] = wrong.clinic_id
    return begin_draft(draft, values, by=by, at=at, why="begun from a session written for the wrong patient")
