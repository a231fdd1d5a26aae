"""Outgoing mail as pages: what waits, what failed and why, what a person can do about it; and data breaches."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients.models import Patient
from practice import actions as practice_actions
from practice import mail_folder, postbox
from practice.errors import Refused
from practice.models import OutgoingEmail, User
from practice.policy import allowed
from practice.sent_numbers import whole_number
from practice.views.answering import answered
from practice.views.guarding import permitted, signed_in
from reports import actions, policy
from reports.models import DataBreach, Delivery
from reports.sending_forms import AssessmentForm, BreachForm

PAGE = 50
State = OutgoingEmail.State
FILTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "all": ("All", {}),
    "failed": ("To see to", {"to_see_to": True}),
    "waiting": ("Waiting", {"state__in": [State.QUEUED, State.SENDING, State.FAILED]}),
    "sent": ("Sent", {"state": State.SENT}),
    "held": ("Not sent", {"state__in": [State.DEAD, State.CANCELLED]}),
}
WHAT = {
    "document": "Document",
    "soreness_check": "Soreness check",
    "escalation": "Escalation",
    "registration": "Registration link",
}


def listed(request: HttpRequest) -> HttpResponse:
    """The newest mail, filtered by state, a page at a time."""
    user = permitted(request, "mail.read")
    chosen = request.GET.get("show", "all")
    if chosen not in FILTERS:
        raise Http404
    page = max(1, whole_number(request.GET.get("page", ""), 1))
    found = list(_rows(user).filter(**FILTERS[chosen][1])[(page - 1) * PAGE : page * PAGE + 1])
    context = {
        "nav": "practice",
        "tab": "mail",
        "mails": told(found[:PAGE], user),
        "filters": [(key, label) for key, (label, _) in FILTERS.items()],
        "show": chosen,
        "page": page,
        "more": page + 1 if len(found) > PAGE else None,
        "folder": mail_folder.is_there(),
        "no_server": not postbox.is_set_up(),
    }
    return render(request, "reports/mail_list.html", context)


def failed(request: HttpRequest) -> HttpResponse:
    """The part of Today: mail that a person has to see to."""
    user = permitted(request, "mail.read")
    rows = list(_rows(user).filter(to_see_to=True).order_by("-updated_at")[:6])
    context = {"mails": told(rows[:5], user), "more": len(rows) > 5, "may": allowed(user, "mail.retry")}
    return render(request, "reports/_failed_mail.html", context)


def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "mail.read")
    return _page(request, user, pk)


@require_POST
def act(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """Try again, say how it was seen to, or that it came back."""
    user = permitted(request, "mail.read")
    verbs: dict[str, tuple[Callable[[], Any], str]] = {
        "retry": (lambda: practice_actions.try_mail_again(pk=pk, by=user, at=timezone.now()), "It is tried again now."),
        "seen-to": (lambda: practice_actions.see_to_mail(pk=pk, how=_typed(request, "how"), by=user), "Seen to."),
        "came-back": (
            lambda: practice_actions.note_mail_came_back(pk=pk, reason=_typed(request, "reason"), by=user),
            "Noted that it came back.",
        ),
    }
    if verb not in verbs:
        raise Http404
    get_object_or_404(OutgoingEmail.objects.visible_to(user), pk=pk)
    work, sentence = verbs[verb]
    try:
        work()
        messages.success(request, sentence)
    except (Refused, ValidationError) as refusal:
        messages.error(request, " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal))
    return redirect("reports:mail", pk)


@require_POST
def wrong_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It went to the wrong person: a data breach to assess."""
    user = permitted(request, "mail.read")
    delivery = get_object_or_404(Delivery.objects.visible_to(user), email=pk)
    if not policy.can_report_breach(user, delivery):
        raise PermissionDenied
    form = BreachForm(request.POST)
    breach = form.attempt(
        lambda: actions.record_breach(delivery_pk=delivery.pk, values=form.cleaned_data, by=user, at=timezone.now())
    )
    if breach is None:
        return _page(request, user, pk, breach_form=form)
    messages.success(request, f"Recorded. A manager assesses it by {timezone.localtime(breach.due_at):%-d %b %Y}.")
    return redirect("reports:mail", pk)


def breaches(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    rows = DataBreach.objects.visible_to(user).select_related("patient", "delivery", "created_by")
    now = timezone.now()
    told_rows = [{"breach": breach, "days": (breach.due_at - now).days} for breach in rows[:200]]
    return render(request, "reports/breaches.html", {"nav": "practice", "tab": "breaches", "rows": told_rows})


def breach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One breach with its clock; a manager assesses and closes it here."""
    user = _reader(request)
    rows = DataBreach.objects.visible_to(user).select_related(
        "practice", "patient", "delivery__document", "delivery__email", "created_by", "assessed_by", "closed_by"
    )
    row = get_object_or_404(rows.defer("delivery__document__content"), pk=pk)
    may = policy.can_manage_breach(user, row)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = AssessmentForm.of(row, request.POST or None)
    if form.attempt(lambda: _judged(request, form, user, pk)):
        messages.success(request, "Closed." if "close" in request.POST else "Assessment saved.")
        return redirect("reports:breach", pk)
    context = {
        "nav": "practice",
        "tab": "breaches",
        "breach": row,
        "days": (row.due_at - timezone.now()).days,
        "may": may and not row.closed_at,
        "states": row.history.select_related("history_user").order_by("-history_date", "-history_id")[:50],
    }
    return answered(request, "reports/breach.html", form, context)


def _judged(request: HttpRequest, form: AssessmentForm, user: User, pk: UUID) -> DataBreach:
    """The assessment as typed, and closed where that was pressed."""
    return actions.assess_breach(
        pk=pk, values=form.changes, by=user, at=timezone.now(), version=form.version_seen, close="close" in request.POST
    )


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not policy.can_read_breaches(user):
        raise PermissionDenied
    return user


def _rows(user: User) -> QuerySet[OutgoingEmail]:
    rows = OutgoingEmail.objects.visible_to(user).select_related("delivery__document", "delivery__contact")
    return rows.defer("delivery__document__content")


def told(rows: list[OutgoingEmail], user: User) -> list[dict[str, Any]]:
    """Each mail with whom it is about and what it carries: two queries for any number of rows."""
    ids = {row.about.get("patient") for row in rows} - {None}
    patients = {str(p.pk): p for p in Patient.objects.visible_to(user).filter(pk__in=ids)}
    return [
        {
            "mail": row,
            "patient": patients.get(row.about.get("patient", "")),
            "what": WHAT.get(row.template, row.template.replace("_", " ").capitalize()),
            "delivery": getattr(row, "delivery", None),
        }
        for row in rows
    ]


def _page(request: HttpRequest, user: User, pk: UUID, *, breach_form: BreachForm | None = None) -> HttpResponse:
    row = get_object_or_404(_rows(user).select_related("seen_to_by", "created_by"), pk=pk)
    (mail,) = told([row], user)
    delivery = mail["delivery"]
    context = {
        "nav": "practice",
        "tab": "mail",
        **mail,
        "states": row.history.select_related("history_user").order_by("-history_date", "-history_id")[:50],
        "may": allowed(user, "mail.retry"),
        "may_read": delivery is not None and policy.can_read(user, delivery.document.kind),
        "may_report": delivery is not None and policy.can_report_breach(user, delivery),
        "breach": DataBreach.objects.visible_to(user).filter(delivery=delivery).first() if delivery else None,
        "may_read_breach": policy.can_read_breaches(user),
        "form": breach_form or BreachForm(),
    }
    return render(request, "reports/mail.html", context, status=422 if breach_form else 200)


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")[:200]
