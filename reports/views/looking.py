"""Seen before it is issued: the documents of a session, and the report of a course of care."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from practice.access import note_access
from practice.errors import Refused
from practice.views.guarding import signed_in
from reports import actions, policy
from reports.models import Document
from reports.views.previews import pictures
from treatments import references
from treatments.models import Episode
from treatments.views.opening import patient_context

Kind = Document.Kind


def look(request: HttpRequest, session_pk: UUID, kind: str) -> HttpResponse:
    """A document of a session as it would print now."""
    user, now = signed_in(request), timezone.now()
    session = references.sessions(user).filter(pk=session_pk).first()
    if session is None or kind not in policy.kinds_of_a_session():
        raise Http404
    if not policy.can_read(user, kind):
        raise PermissionDenied
    note_access(request, patient_id=session.patient_id, kind=kind, record_id=session.pk)
    rows = Document.objects.visible_to(user).filter(session=session, kind=kind).without_content()
    day = user.practice.local_date(session.started_at)
    context = {
        **patient_context(user, session.patient, tab="documents"),
        "what": Kind(kind).label,
        "about": f"Session of {day.day} {day:%b %Y}",
        "session": session,
        "kinds": [k for k in policy.kinds_of_a_session() if policy.can_read(user, k)],
        "may_issue": policy.can_issue(user, kind, session),
        "issue_at": reverse("reports:issue", args=[session.pk, kind]),
        "issued": rows.select_related("superseded_by", "created_by")[:20],
        "pictures": pictures(lambda: actions.preview(session, kind, at=now)),
    }
    return render(request, "reports/look.html", context)


def course_report(request: HttpRequest, episode_pk: UUID) -> HttpResponse:
    """The report of a course of care as it would print now; posted to, it is issued and opened."""
    user, now = signed_in(request), timezone.now()
    if not policy.can_read(user, Kind.COURSE_REPORT):
        raise PermissionDenied
    rows = Episode.objects.visible_to(user).select_related("practice", "patient__practice", "practitioner")
    episode = get_object_or_404(rows.select_related("patient__referrer"), pk=episode_pk)
    if request.method == "POST":
        try:
            document = actions.issue_course_report(episode_pk=episode.pk, by=user, at=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("reports:course_report", episode.pk)
        return redirect("reports:document", document.pk)
    note_access(request, patient_id=episode.patient_id, kind="course_report", record_id=episode.pk)
    issued = Document.objects.visible_to(user).filter(episode=episode, kind=Kind.COURSE_REPORT).without_content()
    context = {
        **patient_context(user, episode.patient, tab="documents"),
        "what": Kind.COURSE_REPORT.label,
        "about": episode.title,
        "may_issue": policy.can_issue(user, Kind.COURSE_REPORT, episode),
        "issue_at": request.path,
        "issued": issued.select_related("superseded_by", "created_by")[:20],
        "pictures": pictures(lambda: actions.preview_course_report(episode, by=user, at=now)),
    }
    return render(request, "reports/look.html", context)
