"""The phone card: answered and stamped, told to a practitioner, taken over, the ambulance called. Rows are only added."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients.models import Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User
from treatments import needled_zones, policy, triage
from treatments.actions import escalations
from treatments.models import FollowUp, Triage, TriageStep
from treatments.models.triage import MOST_SECONDS

RING_BACK = "Ring back today: felt unwell after needling, no warning sign"
OPEN_STATES = (FollowUp.State.PLANNED, FollowUp.State.SENT, FollowUp.State.NO_ANSWER)


class TakenAlready(Refused):
    code = "already_taken"
    message = "Somebody has taken this call already."


class AnsweredAgain(Refused):
    code = "answered_again"
    message = "This card was answered again already. Open the newer one."


@transaction.atomic
def record_triage(
    *, patient: Patient | None, values: Mapping[str, Any], by: User, at: datetime, pk: UUID | None = None
) -> Triage:
    """Stamp what the caller answered and what follows from it.

    `values`: answers, caller, place, phone, opened_at, follows (the card that this one corrects: the result can rise
    with it, never fall). The same `pk` again answers the card that is there. Anything above ringing back opens an
    escalation. Raises ValidationError for a question that was not asked and could still raise the result.
    """
    if not policy.can_triage(by) or (patient is not None and patient.practice_id != by.practice_id):
        raise PermissionDenied
    if pk is not None and (found := Triage.objects.visible_to(by).filter(pk=pk).first()):
        return found
    zones = needled_zones.zones_of(patient, by=by, at=at) if patient else []
    answers = _answers(zones, values["answers"])
    earlier = _earlier(values.get("follows"), patient, by=by)
    verdict = triage.triage([zone.for_rule() for zone in zones], answers)
    rule, result = verdict.rule.key, verdict.result
    if earlier and triage.higher(result, earlier.result) != result:
        rule, result = earlier.rule, earlier.result
    opened = min(values.get("opened_at") or at, at)
    card = Triage(
        practice=by.practice, patient=patient, session=zones[0].session if zones else None, follows=earlier,
        zones=[zone.stored() for zone in zones], answers=answers, result=result, rule=rule, opened_at=opened,
        words_version=triage.WORDS_VERSION, script=_script(result, zones, by=by, at=at), created_at=at,
        seconds_taken=min(int((at - opened).total_seconds()), MOST_SECONDS), **({"pk": pk} if pk else {}),
        **{name: values.get(name, "").strip() for name in ("caller", "place", "phone")},
    )  # fmt: skip
    card.follow_up = _follow_up(card, earlier, by=by, at=at)
    return keep(card, by=by, why="phone card answered")


@transaction.atomic
def tell_practitioner(*, pk: UUID, to: User, by: User, at: datetime) -> Triage:
    """A practitioner is named and told. The escalation is theirs from now on; it stays open until they take it."""
    card = lock(Triage.objects.visible_to(by), pk)
    if not policy.can_triage(by):
        raise PermissionDenied
    if to.practice_id != by.practice_id or not policy.can_take_triage(to):
        raise ValidationError({"to": "Choose a practitioner who works here."})
    _step(card, TriageStep.Kind.TOLD, by=by, at=at, to=to)
    open_one = _open_follow_up(card, by=by)
    if open_one and open_one.kind == FollowUp.Kind.ESCALATION:
        escalations.hand_to(open_one, to, by=by, at=at)
    elif open_one:
        open_one.assignee = to
        keep(open_one, by=by, why="handed over to a practitioner")
    return card


@transaction.atomic
def take_triage(*, pk: UUID, note: str, by: User, at: datetime) -> Triage:
    """A practitioner has the caller now. Acknowledges the escalation; a call to make stays theirs to make."""
    card = lock(Triage.objects.visible_to(by), pk)
    if not policy.can_take_triage(by):
        raise PermissionDenied
    if taken := card.steps.filter(kind=TriageStep.Kind.TAKEN).select_related("created_by").first():
        raise TakenAlready(f"{taken.created_by} has taken this call already.")
    _step(card, TriageStep.Kind.TAKEN, by=by, at=at, note=note.strip())
    open_one = _open_follow_up(card, by=by)
    if open_one and open_one.kind == FollowUp.Kind.ESCALATION:
        escalations.take(open_one, by=by, at=at)
    elif open_one:
        open_one.assignee = by
        keep(open_one, by=by, why="phone card taken over")
    return card


@transaction.atomic
def note_ambulance(*, pk: UUID, called_by: str, by: User, at: datetime) -> Triage:
    """The ambulance is called, by us or by the caller. Saying it twice stamps it once."""
    card = lock(Triage.objects.visible_to(by), pk)
    if not policy.can_triage(by):
        raise PermissionDenied
    kinds = {"practice": TriageStep.Kind.WE_CALLED, "caller": TriageStep.Kind.CALLER_CALLS}
    if called_by not in kinds:
        raise ValidationError({"called_by": "Say who calls: practice or caller."})
    if not card.steps.filter(kind=kinds[called_by]).exists():
        _step(card, kinds[called_by], by=by, at=at)
    return card


def _answers(zones: Sequence[needled_zones.NeedledZone], said: Mapping[str, str]) -> dict[str, str]:
    problems = {f"answers.{key}": "This is not one of the three questions." for key in set(said) - set(triage.KEYS)}
    for key, answer in said.items():
        if answer and answer not in triage.ANSWERS:
            problems[f"answers.{key}"] = "Answer yes, no or unsure."
    answers = {key: said[key] for key in triage.KEYS if said.get(key)}
    if not problems:
        missing = triage.unanswered([zone.for_rule() for zone in zones], answers)
        problems = {f"answers.{key}": "Ask this one too." for key in missing}
    if problems:
        raise ValidationError(problems)
    return answers


def _earlier(pk: UUID | None, patient: Patient | None, *, by: User) -> Triage | None:
    if pk is None:
        return None
    row = Triage.objects.visible_to(by).filter(pk=pk).first()
    if row is None or row.patient_id != (patient.pk if patient else None):
        raise ValidationError({"follows": "This is no card of the same caller."})
    earlier = lock(Triage.objects.visible_to(by), row.pk)
    if Triage.objects.visible_to(by).filter(follows=earlier).exists():
        raise AnsweredAgain
    return earlier


def _script(result: str, zones: Sequence[needled_zones.NeedledZone], *, by: User, at: datetime) -> str:
    needled = needled_zones.for_the_ambulance(zones, now=at, zone=by.practice.zone)
    return triage.script(result, number=by.practice.emergency_number, needled=needled)[:500]


def _follow_up(card: Triage, earlier: Triage | None, *, by: User, at: datetime) -> FollowUp | None:
    """The escalation, or the call to make. A corrected card goes on with what the first one opened: a new warning sign is
    added to an escalation that nobody has taken, and opens another one when it was taken already."""
    if card.patient is None:
        return None
    flags = triage.red_flags(card.answers)
    if earlier and (open_one := _open_follow_up(earlier, by=by)):
        if _goes_on(open_one, card, flags, by=by):
            return open_one
    elif earlier and earlier.result == card.result and set(flags) <= set(triage.red_flags(earlier.answers)):
        return earlier.follow_up
    if card.result != Triage.Result.CALL_BACK:
        return escalations.open_escalation(
            patient=card.patient, session=card.session, red_flags=flags, comment=_said(card),
            reported_by=FollowUp.ReportedBy.STAFF, at=at, by=by,
        )  # fmt: skip
    call = FollowUp(practice=card.practice, patient=card.patient, session=card.session, kind=FollowUp.Kind.CALL, due_at=at,
                    about=RING_BACK, assignee=card.session.practitioner if card.session else None)  # fmt: skip
    return keep(call, by=by, why="opened by a phone card")


def _goes_on(open_one: FollowUp, card: Triage, flags: Sequence[str], *, by: User) -> bool:
    """Whether the corrected card is served by what is open; a call to make gives way to an escalation."""
    if open_one.kind == FollowUp.Kind.ESCALATION:
        if more := [flag for flag in flags if flag not in open_one.red_flags]:
            open_one.red_flags = [*open_one.red_flags, *more]
            open_one.comment = _said(card)
            keep(open_one, by=by, why="the caller was asked again")
        return True
    if card.result == Triage.Result.CALL_BACK:
        return True
    open_one.state, open_one.closed_reason = (
        FollowUp.State.CLOSED,
        "The caller was asked again: a practitioner takes it",
    )
    keep(open_one, by=by, why="answered again")
    return False


def _said(card: Triage) -> str:
    """What was not answered no, in the words that were read."""
    said = [f"{q.words} {triage.ANSWERS[card.answers[q.key]]}." for q in triage.QUESTIONS
            if card.answers.get(q.key, triage.NO) != triage.NO]  # fmt: skip
    return " ".join(["By phone card.", *said])


def _open_follow_up(card: Triage, *, by: User) -> FollowUp | None:
    if card.follow_up_id is None:
        return None
    waiting = [*OPEN_STATES, FollowUp.State.ANSWERED]
    rows = FollowUp.objects.visible_to(by).select_for_update(of=("self",))
    return rows.filter(pk=card.follow_up_id, state__in=waiting).first()


def _step(card: Triage, kind: str, *, by: User, at: datetime, to: User | None = None, note: str = "") -> None:
    step = TriageStep(practice=card.practice, triage=card, kind=kind, to=to, note=note, created_at=at)
    keep(step, by=by, why=step.get_kind_display())
