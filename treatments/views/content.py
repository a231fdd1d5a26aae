"""The clinical content as a page: every rule with its source, what the practice decided, and who approved it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from practice.models import User
from practice.views.guarding import signed_in
from treatments import actions, policy
from treatments.catalogue import CONTENT_VERSION
from treatments.models import ContentApproval, RuleDecision
from treatments.rulebook import rulebook


def content(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    approvals = ContentApproval.objects.visible_to(user).select_related("created_by")
    context = {
        "nav": "practice",
        "tab": "content",
        "version": CONTENT_VERSION,
        "approval": approvals.filter(content_version=CONTENT_VERSION).first(),
        "rules": rulebook(user.practice.rule_levels),
        "levels": RuleDecision.Level.choices,
        "words": dict(RuleDecision.Level.choices),
        "decisions": RuleDecision.objects.visible_to(user).select_related("created_by")[:50],
        "may_decide": policy.can_decide_content(user),
    }
    return render(request, "treatments/content.html", context)


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    if not policy.can_decide_content(user):
        raise PermissionDenied
    actions.approve_content(note=request.POST.get("note", "")[:1000], by=user, at=timezone.now())
    messages.success(request, f"Clinical content v{CONTENT_VERSION} is approved.")
    return redirect("treatments:content")


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    if not policy.can_decide_content(user):
        raise PermissionDenied
    sent = {name: request.POST.get(name, "") for name in ("rule", "level", "reason")}
    try:
        actions.decide_rule(**sent, by=user, at=timezone.now())
        messages.success(request, "Decided. Open drafts are judged by it from now on.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{request.path.removesuffix('/decide')}#rule-{sent['rule']}")


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not policy.can_read_catalogue(user):
        raise PermissionDenied
    return user
