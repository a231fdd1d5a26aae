"""The report of a course of care: made from all its signed sessions, issued, superseded by the next."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from practice.errors import Refused
from practice.history import lock
from practice.models import User
from reports import policy
from reports.actions.making import Made, checked, new_number, store
from reports.drawing import course_report
from reports.gathering import course as record
from reports.gathering import courses as report
from reports.models import Document
from treatments.models import Episode, NeedlingSession

Kind = Document.Kind


class NothingInTheCourse(Refused):
    code = "not_signed"
    message = "This course of care has no signed session yet. Sign one, then make its report."


class CourseChanged(Refused):
    code = "course_changed"
    message = "The course of care changed while the report was being made. Make it again."


def issue_course_report(*, episode_pk: UUID, by: User, at: datetime) -> Document:
    """Make, check and store the report; refuses a course without a signed session."""
    rows = Episode.objects.visible_to(by).select_related("practice", "patient__practice", "practitioner")
    episode = rows.select_related("patient__referrer").filter(pk=episode_pk).first()
    if episode is None:
        raise Http404
    if not policy.can_issue(by, Kind.COURSE_REPORT, episode):
        raise PermissionDenied
    return _store_report(episode, preview_course_report(episode, by=by, at=at), by=by, at=at)


def preview_course_report(episode: Episode, *, by: User, at: datetime) -> Made:
    """The report as it would be issued now."""
    course = record.of_episode(episode, at=at)
    if not course.sessions:
        raise NothingInTheCourse
    number = new_number(Kind.COURSE_REPORT, episode.patient)
    told = report.told(course, episode, document=number, by=by, at=at)
    versions = {"episode": episode.version, **course.versions(), "scores": report.score_versions(episode)}
    return checked(course_report.render(told), number=number, patient=episode.patient, versions=versions)


@transaction.atomic
def _store_report(episode: Episode, made: Made, *, by: User, at: datetime) -> Document:
    current = lock(Episode.objects.visible_to(by), episode.pk)
    signed = NeedlingSession.objects.filter(episode=episode, status=NeedlingSession.Status.SIGNED)
    if current.version != episode.version or signed.count() != len(made.source_versions["sessions"]):  # type: ignore[arg-type]
        raise CourseChanged
    return store(Kind.COURSE_REPORT, made, patient=episode.patient, by=by, at=at, episode=episode)
