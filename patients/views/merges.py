"""Merging two records and undoing it: side by side, chosen field by field, listed for as long as the practice keeps
records."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions, merge_traces, merging, policy
from patients.merge_words import both_sides, taken_in_words
from patients.models import Merge, Patient
from practice.access import note_access
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent, whole_number
from practice.views.guarding import permitted, signed_in

LISTED = 200


def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which other record is the same person: by its number, as it stands on every page of it."""
    user, _ = _standing(request, pk)
    sent = request.GET.get("number", "").strip().lstrip("0")
    number = whole_number(sent, None)
    rows = Patient.objects.visible_to(user).filter(merged_into=None).exclude(pk=pk)
    other = rows.filter(record_number=number).first() if number else None
    if other is None:
        messages.error(request, f"There is no other patient with the number {sent[:12] or 'that was left empty'}.")
        return redirect("patients:details", pk)
    return redirect("patients:merge", pk, other.pk)


@reauthentication_required(allow_get=True)
def merge(request: HttpRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Side by side; what is sent merges `other` into the record of the address."""
    user, winner = _standing(request, pk)
    loser = get_object_or_404(_rows(user), pk=other)
    if winner.merged_into_id or loser.merged_into_id or winner == loser:
        messages.error(request, str(actions.AlreadyMerged() if winner != loser else actions.OneRecord()))
        return redirect("patients:chart", winner.whole_id)
    if request.method == "POST" and (made := _merged(request, user, winner, loser)):
        return redirect("patients:merged", made.pk)
    for record in (winner, loser):
        note_access(request, patient_id=record.pk, kind="patient", record_id=record.pk)
    lines = merging.lines(winner, loser, both_sides(winner, loser))
    chosen = [key for key in merging.CHOICES if request.POST.get(key) == "loser"]
    context = {
        "nav": "patients", "winner": winner, "loser": loser, "chosen": chosen, "posted": request.method == "POST",
        "contradictions": [line for line in lines if line.contradicts],
        "differing": [line for line in lines if line.differs],
        "same": [line for line in lines if not line.differs and line.winner],
        "rows": [(winner, merge_traces.rows_of(winner)), (loser, merge_traces.rows_of(loser))],
    }  # fmt: skip
    return render(request, "patients/merge.html", context, status=422 if request.method == "POST" else 200)


def _merged(request: HttpRequest, user: User, winner: Patient, loser: Patient) -> Merge | None:
    """The merge, or None after saying why not."""
    versions = (version_sent(request, winner.version), version_sent(request, loser.version, "other_version"))
    try:
        made = actions.merge_patients(
            winner=winner.pk, loser=loser.pk, by=user, at=timezone.now(), versions=versions,
            take=[key for key in merging.CHOICES if request.POST.get(key) == "loser"],
            reason=request.POST.get("reason", "")[:250],
        )  # fmt: skip
    except (Refused, ValidationError) as refusal:
        words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, words)
        return None
    messages.success(request, "Merged. The old number and old links lead to this record.")
    return made


def merges(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "merges.manage")
    rows = Merge.objects.visible_to(user).select_related("winner", "loser", "created_by", "undone_by")
    return render(request, "patients/merges.html", {"nav": "practice", "tab": "merges", "merges": rows[:LISTED]})


def merged(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One merge: what was taken over, what was written since, and how to undo it."""
    user = permitted(request, "merges.manage")
    rows = Merge.objects.visible_to(user).select_related("winner", "loser", "created_by", "undone_by")
    row = get_object_or_404(rows, pk=pk)
    context: dict[str, Any] = {
        "nav": "practice", "tab": "merges", "merge": row, "taken": taken_in_words(row),
        "since": merge_traces.written_since(row), "may_undo": policy.can_merge(user, row) and row.is_standing,
    }  # fmt: skip
    return render(request, "patients/merged.html", context)


@require_POST
@reauthentication_required
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "merges.manage")
    row = get_object_or_404(Merge.objects.visible_to(user), pk=pk)
    try:
        actions.undo_merge(pk=row.pk, by=user, at=timezone.now(), version=version_sent(request, row.version))
        messages.success(request, "Undone. Both records stand by themselves again.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:merged", row.pk)


def _standing(request: HttpRequest, pk: UUID) -> tuple[User, Patient]:
    user = signed_in(request)
    patient = get_object_or_404(_rows(user), pk=pk)
    if not policy.can_merge(user, patient):
        raise PermissionDenied
    return user, patient


def _rows(user: User) -> Any:
    return Patient.objects.visible_to(user).select_related("practice", "gp", "referrer", "merged_into")
