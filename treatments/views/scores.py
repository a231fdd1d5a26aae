"""Outcomes: the courses as pictures, and the form that takes the next score."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from patients.models import Patient
from practice.access import note_access
from practice.models import User
from practice.sent_numbers import version_sent
from treatments import actions, policy
from treatments.forms import ReasonForm
from treatments.instruments import Instrument, instruments
from treatments.models import Episode, NeedlingSession, Score
from treatments.outcome_plot import outcome_plot
from treatments.outcome_series import series_of
from treatments.outcomes import NOT_A_VERDICT, Series, change_of
from treatments.plots import svg
from treatments.score_forms import ScoreForm
from treatments.views.opening import patient_context, patient_page

LISTED, LATEST_SESSIONS = 60, 3
ASKED_ELSEWHERE = {"soreness_nprs"}  # the follow-ups ask about soreness


def outcomes(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Every course with its picture; the form of the chosen instrument, the one used last when none is chosen."""
    user, patient = _reader(request, patient_pk)
    note_access(request, patient_id=patient.pk, kind="outcomes", record_id=patient.pk)
    scores = list(Score.objects.visible_to(user).of_patient(patient).select_related("created_by")[:LISTED])
    one = _instrument(request.GET.get("instrument", ""), scores)
    form = _form(request, user, patient, one, scores) if _may(user, patient) else None
    if form is not None and form.is_valid() and _saved(form, one, user, patient):
        messages.success(request, f"{one.name} recorded.")
        return redirect("treatments:outcomes", patient.pk)
    context = {
        "form": form,
        "one": one,
        "offered": [i for i in instruments().values() if i.key not in ASKED_ELSEWHERE],
        "courses": [_told(series) for series in series_of(patient)],
        "scores": scores,
        "may_write": policy.can_record_score(user),
        "not_a_verdict": NOT_A_VERDICT,
    }
    page = patient_context(user, patient, "outcomes") | context
    return render(request, "treatments/outcomes.html", page, status=422 if form and form.errors else 200)


def outcome(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """For the overview: the course with the most scores."""
    user, patient = patient_page(request, patient_pk)
    if not policy.can_read_scores(user):
        return HttpResponse()
    series = max(series_of(patient), key=lambda s: len(s.course), default=None)
    context = {"patient": patient, "course": _told(series) if series else None}
    return render(request, "treatments/_outcome_card.html", context)


def score(request: HttpRequest, patient_pk: UUID, pk: UUID) -> HttpResponse:
    """Correct a score, or withdraw it."""
    user, patient = _reader(request, patient_pk)
    row = _score(user, patient, pk)
    if not policy.can_change_score(user, row):
        raise PermissionDenied
    one = instruments()[row.instrument]
    form = ScoreForm(request.POST or None, instrument=one, initial=_initial(row))
    if form.is_valid():
        version = version_sent(request, row.version)
        values = form.values()
        if form.attempt(
            lambda: actions.change_score(pk=pk, values=values, by=user, at=timezone.now(), version=version)
        ):
            messages.success(request, "Corrected. What stood there before stays in its history.")
            return redirect("treatments:outcomes", patient.pk)
    return _score_page(request, user, patient, row, form=form)


@require_POST
def withdraw(request: HttpRequest, patient_pk: UUID, pk: UUID) -> HttpResponse:
    user, patient = _reader(request, patient_pk)
    row = _score(user, patient, pk)
    if not policy.can_change_score(user, row):
        raise PermissionDenied
    form, version = ReasonForm(request.POST), version_sent(request, row.version)
    reason = request.POST.get("reason", "")
    if form.attempt(lambda: actions.withdraw_score(pk=pk, reason=reason, by=user, at=timezone.now(), version=version)):
        messages.success(request, "Withdrawn. It stays in the record, struck through.")
        return redirect("treatments:outcomes", patient.pk)
    row.refresh_from_db()
    return _score_page(request, user, patient, row, withdrawing=form)


def _score_page(
    request: HttpRequest,
    user: User,
    patient: Patient,
    row: Score,
    *,
    form: ScoreForm | None = None,
    withdrawing: ReasonForm | None = None,
) -> HttpResponse:
    """Either form comes back with what was typed; the other one is as the score stands now."""
    one = instruments()[row.instrument]
    form = form or ScoreForm(instrument=one, initial=_initial(row))
    withdrawing = withdrawing or ReasonForm()
    context = {"form": form, "one": one, "score": row, "withdrawing": withdrawing, "versions": _versions(row)}
    page = patient_context(user, patient, "outcomes") | context
    return render(request, "treatments/score.html", page, status=422 if form.errors or withdrawing.errors else 200)


def _reader(request: HttpRequest, patient_pk: UUID) -> tuple[User, Patient]:
    user, patient = patient_page(request, patient_pk)
    if not policy.can_read_scores(user):
        raise PermissionDenied
    return user, patient


def _may(user: User, patient: Patient) -> bool:
    return policy.can_record_score(user) and patient.status == Patient.Status.ACTIVE


def _score(user: User, patient: Patient, pk: UUID) -> Score:
    return get_object_or_404(Score.objects.visible_to(user).of_patient(patient), pk=pk)


def _instrument(key: str, scores: list[Score]) -> Instrument:
    latest = scores[0].instrument if scores else "nprs"
    return instruments().get(key) or instruments()[latest]


def _form(request: HttpRequest, user: User, patient: Patient, one: Instrument, scores: list[Score]) -> ScoreForm:
    sessions = NeedlingSession.objects.visible_to(user).of_patient(patient).filter(status__in=["draft", "signed"])
    episodes = Episode.objects.visible_to(user).of_patient(patient).filter(status=Episode.Status.ACTIVE)
    return ScoreForm(
        request.POST or None,
        instrument=one,
        past=[s for s in scores if s.instrument == one.key and s.withdrawn_at is None],
        sessions=list(sessions.select_related("episode")[:LATEST_SESSIONS]),
        episodes=list(episodes[:10]),
    )


def _saved(form: ScoreForm, one: Instrument, user: User, patient: Patient) -> Any:
    timing, session = form.timing()
    values = form.values() | {"instrument": one.key, "timing": timing}
    return form.attempt(
        lambda: actions.record_score(
            patient=patient, values=values, episode=form.course(), session=session, by=user, at=timezone.now()
        )
    )


def _initial(row: Score) -> dict[str, Any]:
    initial: dict[str, Any] = {name: getattr(row, name) for name in ("version", "note", "location", "side")}
    initial["at"] = timezone.localtime(row.at)
    initial["value"] = str(int(row.value)) if row.value == int(row.value) else row.value
    for n, entry in enumerate(row.items, start=1):
        initial |= {f"text_{n}": entry["text"], f"score_{n}": entry["score"]}
    return initial


def _versions(row: Score) -> list[Any]:
    """What stood there before, newest first."""
    return list(row.history.select_related("history_user").order_by("-history_date", "-history_id")[:20])


def _told(series: Series) -> dict[str, Any]:
    """A series with its picture (every word in it is escaped), its change in words, and its numbers newest first."""
    return {
        "series": series,
        "change": change_of(series),
        "plot": mark_safe(svg(outcome_plot(series))),
        "rows": list(reversed(series.points))[:LISTED],
    }
