"""The follow-up board: what waits, the call beside it with its script, and the verbs of recalls and calls."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from practice.forms import ActionForm
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted
from treatments import actions, board, policy
from treatments.follow_up_forms import DoneForm, EndForm, RecallForm, SnoozeForm
from treatments.forms import AnswerForm
from treatments.models import FollowUp
from treatments.narrative import sided
from treatments.views.opening import patient_context, patient_page

MOST_HOURS = 2000  # as far back as an answer can speak


def follow_ups(request: HttpRequest) -> HttpResponse:
    """The board: one filter at a time, narrowed by kind, practitioner and day; red flags first, then the longest overdue."""
    user = permitted(request, "follow_ups.read")
    now = timezone.now()
    asked = board.asked_from(request.GET, user=user)
    found = board.rows(user, asked, now=now)
    context = {
        "nav": "follow_ups",
        "rows": board.told(found[: board.PAGE], user=user, now=now),
        "asked": asked,
        "shows": _shows(asked, board.counts(user, asked, now=now)),
        "kinds": FollowUp.Kind.choices,
        "practitioners": User.objects.visible_to(user).practitioners().filter(is_active=True),
        "narrowed": bool(asked.kind or asked.practitioner or asked.day),
        "previous": _address(asked, page=asked.page - 1) if asked.page > 1 else "",
        "next": _address(asked, page=asked.page + 1) if len(found) > board.PAGE else "",
        "may_record": policy.allowed(user, "follow_ups.record"),
        "may_acknowledge": policy.allowed(user, "follow_ups.acknowledge"),
    }
    return render(request, "treatments/follow_ups.html", context)


def _shows(asked: board.Asked, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "words": words,
            "count": counts.get(key),
            "on": key == asked.show,
            "to": _address(asked, show=key, page=1),
        }
        for key, words in board.SHOWS.items()
    ]


def _address(asked: board.Asked, **changes: Any) -> str:
    named = {"show": asked.show, "kind": asked.kind, "practitioner": asked.practitioner or "", "day": asked.day or "",
             "page": asked.page} | changes  # fmt: skip
    return "?" + urlencode({k: v for k, v in named.items() if v not in ("", 1)})


def follow_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the call: the script, and what the patient says. Beside the board as a fragment, else a page of its own."""
    user, check = _check(request, pk)
    if check.kind == FollowUp.Kind.ESCALATION:
        return redirect("treatments:escalation", pk)
    if not policy.can_record(user, check):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, treated=_treated(check), initial={"hours_since": _hours(check)})
    if form.is_valid():
        version = version_sent(request, check.version)
        if form.attempt(
            lambda: actions.record_answer(pk=pk, values=form.values(), by=user, at=timezone.now(), version=version)
        ):
            messages.success(request, "Answer recorded.")
            raised = (
                FollowUp.objects.visible_to(user).filter(raised_by=pk).first() if form.values()["red_flags"] else None
            )
            return redirect("treatments:escalation", raised.pk) if raised else redirect("treatments:follow_ups")
    return _call(request, user, check, form=form)


def _call(request: HttpRequest, user: User, check: FollowUp, **forms: ActionForm) -> HttpResponse:
    now = timezone.now()
    context: dict[str, Any] = {
        "check": check,
        "nav": "follow_ups",
        "what": board.what(check),
        "due": board.due_words(check.due_at, now, user),
        "scripts": board.scripts(check, user, now=now),
        "is_recall": check.kind in (FollowUp.Kind.RECALL, FollowUp.Kind.CALL),
        "open": check.state in board.WAITING,
        "form": AnswerForm(treated=_treated(check), initial={"hours_since": _hours(check)}),
        "done": DoneForm(),
        "snooze": SnoozeForm(),
        "end": EndForm(),
    }
    bad = any(form.errors for form in forms.values())
    context |= {"patient": check.patient} | forms
    if request.headers.get("HX-Request"):
        return render(request, "treatments/_call.html", context)
    page = patient_context(user, check.patient) | context
    return render(request, "treatments/follow_up.html", page, status=422 if bad else 200)


@require_POST
def follow_up_verb(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """No answer, acknowledge, close; and for recalls and calls: done, snooze, cancel."""
    user, check = _check(request, pk)
    name, form, act = _verb(request, user, check, verb)
    if not policy.can_record(user, check):
        raise PermissionDenied
    escalation = check.kind == FollowUp.Kind.ESCALATION
    back = redirect("treatments:escalation", pk) if escalation else redirect("treatments:follow_ups")
    if form.attempt(act):
        messages.success(request, "Saved.")
        return back
    if (
        name == "form" or escalation
    ):  # nothing was typed that could be lost: the refusal is said on the page it came from
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return back
    return _call(request, user, check, **{name: form})


def _verb(
    request: HttpRequest, user: User, check: FollowUp, verb: str
) -> tuple[str, ActionForm, Callable[[], FollowUp]]:
    """The form of a verb under its name on the page, and the action with what was typed."""
    version, now, pk = version_sent(request, check.version), timezone.now(), check.pk
    plain, end, done, snooze = (
        ActionForm(request.POST),
        EndForm(request.POST),
        DoneForm(request.POST),
        SnoozeForm(request.POST),
    )
    verbs: dict[str, tuple[str, ActionForm, Callable[[], FollowUp]]] = {
        "no-answer": ("form", plain, lambda: actions.record_no_answer(pk=pk, by=user, version=version)),
        "acknowledge": ("form", plain, lambda: actions.acknowledge(pk=pk, by=user, at=now, version=version)),
        "close": ("end", end, lambda: actions.close(pk=pk, reason=end.cleaned_data["reason"], by=user, version=version)),
        "cancel": ("end", end, lambda: actions.cancel(pk=pk, reason=end.cleaned_data["reason"], by=user, version=version)),
        "done": ("done", done, lambda: actions.finish(pk=pk, note=done.cleaned_data["note"], by=user, version=version)),
        "snooze": ("snooze", snooze, lambda: actions.snooze(pk=pk, **snooze.cleaned_data, by=user, at=now, version=version)),
    }  # fmt: skip
    if verb not in verbs:
        raise Http404
    return verbs[verb]


def new_recall(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Ask a patient back on a day."""
    user, patient = patient_page(request, patient_pk)
    if not policy.can_add_recall(user):
        raise PermissionDenied
    people = User.objects.visible_to(user).practitioners().filter(is_active=True)
    form = RecallForm(request.POST or None, people=people)
    if form.is_valid() and form.attempt(
        lambda: actions.add_recall(patient=patient, **form.cleaned_data, by=user, at=timezone.now())
    ):
        messages.success(request, "The recall is on the follow-up board from that day.")
        return redirect("patients:chart", patient.pk)
    context = patient_context(user, patient, "overview") | {"form": form}
    return render(request, "treatments/recall.html", context, status=422 if form.errors else 200)


def _check(request: HttpRequest, pk: UUID) -> tuple[User, FollowUp]:
    user = permitted(request, "follow_ups.read")
    rows = board.with_words(FollowUp.objects.visible_to(user)).select_related("patient__practice")
    return user, get_object_or_404(rows, pk=pk)


def _treated(check: FollowUp) -> list[tuple[str, str, str]]:
    if check.session is None:
        return []
    sites = check.session.sites.all()  # read with the check, in order
    return list(dict.fromkeys((s.structure_id, s.side, sided(s.structure.name, s.side)) for s in sites))


def _hours(check: FollowUp) -> int | None:
    if check.session is None:
        return None
    hours = int((timezone.now() - check.session.started_at).total_seconds() // 3600)
    return hours if hours <= MOST_HOURS else None  # so late, nobody remembers: the person asks
