"""What a course of care (or one session of it) holds, read in a fixed number of queries however long it was."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from patients.models import Alert, Patient
from practice.models import Practice
from treatments import soreness
from treatments.follow_up_grades import answer_of
from treatments.models import AdverseEvent, Episode, FollowUp, NeedlingSession, Site
from treatments.outcome_series import entered_series
from treatments.outcomes import Series

FIRST_DAY, THIRD_DAY = (12, 36), (60, 96)  # hours after needling at which an answer counts as the one of 24 h, of 72 h


@dataclass(frozen=True)
class Course:
    """Signed sessions of one patient, oldest first, with what hangs on them. Void ones and drafts are not in it."""

    patient: Patient
    practice: Practice
    sessions: Sequence[NeedlingSession]
    sites: dict[UUID, list[Site]]
    answers: dict[UUID, list[soreness.Answer]]
    checks: dict[UUID, list[FollowUp]]
    events: Sequence[AdverseEvent]
    alerts: Sequence[Alert]
    outcomes: Sequence[Series] = ()  # of the entered scores
    episode: Episode | None = None

    @property
    def last(self) -> NeedlingSession:
        return self.sessions[-1]

    def needles(self, session: NeedlingSession) -> int:
        """As the ledger has it, else the sum of the sites."""
        if session.needles_in is not None:
            return session.needles_in
        return sum(site.needles for site in self.sites[session.pk])

    def soreness_at(self, session: NeedlingSession, hours: tuple[int, int]) -> int | None:
        """The highest answer in that window of hours; None where none came."""
        found = [a.score for a in self.answers[session.pk]
                 if a.score is not None and a.hours_since is not None and hours[0] <= a.hours_since <= hours[1]]  # fmt: skip
        return max(found) if found else None

    def versions(self) -> dict[str, Any]:
        """Which states of the record a document was made from."""
        return {
            "sessions": {str(s.pk): s.version for s in self.sessions},
            "chart": sorted({s.chart_version for s in self.sessions}),
            "answers": {str(c.pk): c.version for checks in self.checks.values() for c in checks},
            "events": {str(e.pk): e.version for e in self.events},
            "outcomes": {s.title: len(s.points) for s in self.outcomes},
        }


def of_session(session: NeedlingSession, patient: Patient) -> Course:
    rows = NeedlingSession.objects.filter(pk=session.pk)
    return _read(patient, rows, at=session.started_at, outcomes=entered_series(patient, session=session))


def of_episode(episode: Episode, *, at: datetime) -> Course:
    outcomes = entered_series(episode.patient, episode=episode)
    return _read(episode.patient, episode.sessions.all(), at=at, outcomes=outcomes, episode=episode)


def of_patient(patient: Patient, *, at: datetime) -> Course:
    """Everything that was signed here."""
    rows = NeedlingSession.objects.of_patient(patient)
    return _read(patient, rows, at=at, outcomes=entered_series(patient))


def _read(
    patient: Patient,
    rows: QuerySet[NeedlingSession],
    *,
    at: datetime,
    outcomes: Sequence[Series],
    episode: Episode | None = None,
) -> Course:
    signed = rows.filter(status=NeedlingSession.Status.SIGNED)
    people = signed.select_related("practice", "patient", "practitioner", "consent__text", "screening", "episode")
    sessions = list(people.order_by("started_at", "id"))
    found = [s.pk for s in sessions]
    sites: dict[UUID, list[Site]] = defaultdict(list)
    for site in Site.objects.filter(session__in=found).told().order_by("session__started_at", "position"):
        sites[site.session_id].append(site)
    checks: dict[UUID, list[FollowUp]] = defaultdict(list)
    answered = FollowUp.objects.filter(session__in=found, kind=FollowUp.Kind.SORENESS_CHECK, answered_at__isnull=False)
    for check in answered:
        checks[check.session_id].append(check)  # type: ignore[index]
    answers = defaultdict(list, {pk: [answer_of(check) for check in rows] for pk, rows in checks.items()})
    events = list(AdverseEvent.objects.filter(session__in=found).order_by("onset_at"))
    today = patient.practice.local_date(at)
    alerts = list(Alert.objects.of_patient(patient).current(today))
    return Course(patient, patient.practice, sessions, sites, answers, checks, events, alerts, outcomes, episode)
