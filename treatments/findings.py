"""What stands in the way of signing a draft: the facts gathered in a fixed number of queries, judged by safety.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from consent import state
from consent.coverage import Coverage, scopes_needed
from consent.models import Screening
from consent.restrictions import Alerted, Restriction, restrictions
from patients.models import Alert
from practice.models import Credential
from treatments import placeholders, proposed, safety
from treatments.facts import site_facts
from treatments.models import NeedlingSession, Site

NOTES = ("subjective", "objective", "assessment", "plan")


@dataclass
class Judged:
    """Findings of a draft, those that block, and the consents a signature would rely on (scope -> consent id)."""

    findings: tuple[safety.Finding, ...]
    blocks: tuple[safety.Finding, ...]
    relied_on: dict[str, str]

    def still_crossed(self, deviations: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """Of reasons given before, those that still answer a stop."""
        stops = {finding.key for finding in self.blocks if finding.level == "stop"}
        return [deviation for deviation in deviations if deviation["key"] in stops]

    def accept(self, deviations: Sequence[Mapping[str, str]]) -> None:
        """Sign against a stop that was already crossed, with its reason. Only stops that speak of what has happened
        can be signed against; what can still be put right must be."""
        answerable = {finding.key: finding for finding in self.blocks if finding.level == "stop"}
        problems = {}
        for index, deviation in enumerate(deviations):
            finding = answerable.get(deviation["key"])
            if finding is None:
                problems[f"deviations.{index}.key"] = "Nothing with this key stops signing."
            elif not finding.deviable:
                problems[f"deviations.{index}.key"] = f"This can still be put right. {finding.cure}"
            elif not deviation["reason"].strip():
                problems[f"deviations.{index}.reason"] = "Write what happened and why."
        if problems:
            raise ValidationError(problems)
        crossed = {deviation["key"] for deviation in deviations}
        self.blocks = tuple(finding for finding in self.blocks if finding.key not in crossed)


def judge(session: NeedlingSession, sites: Sequence[Site], *, at: datetime) -> Judged:
    """Judged at `started_at`, so that a late entry can be signed; withdrawals count up to `at`."""
    sites_seen = tuple(site_facts(site) for site in sites)
    coverage = _coverage(session, sites_seen, at=at)
    findings = safety.evaluate(_facts(session, sites_seen, coverage))
    relied_on = {scope: str(c.consent) for scope, c in coverage.items() if c.in_force and c.consent}
    return Judged(findings, safety.blocks_signing(findings), relied_on)


def _coverage(session: NeedlingSession, sites: Sequence[safety.SiteFacts], *, at: datetime) -> dict[str, Coverage]:
    stands = state.standing(session.patient)
    when = state.circumstances(
        session.practice, started_at=session.started_at, now=at, last_treated_at=session.patient.last_session_at
    )
    scopes = scopes_needed(sites, discrepancy_kind=session.discrepancy_kind, student_present=_student_present(session))
    return stands.coverage(scopes, state.with_texts(when, stands))


def _facts(
    session: NeedlingSession, sites: tuple[safety.SiteFacts, ...], coverage: dict[str, Coverage]
) -> safety.SessionFacts:
    screening = session.screening or state.screening_for(session.patient, started_at=session.started_at)
    started_on = session.practice.local_date(session.started_at)
    entries = session.acknowledged_findings
    return safety.SessionFacts(
        sites=sites,
        started_on=started_on,
        soap=any(text.strip() for text in session.notes()),
        unfilled=tuple(name for name, text in zip(NOTES, session.notes(), strict=True) if placeholders.holds_one(text)),
        proposed=tuple(name for name, text in zip(NOTES, session.notes(), strict=True) if proposed.is_marked(text)),
        no_needling=session.no_needling,
        student_present=_student_present(session),
        consent_confirmed=session.consent_confirmed,
        coverage=coverage,
        screening=_screening(session, screening),
        restrictions=_restrictions(session, screening),
        credentials=_credentials(session),
        safety_net_given=session.safety_net_given,
        needles_in=session.needles_in,
        needles_out=session.needles_out,
        discrepancy_kind=session.discrepancy_kind,
        discrepancy_note=session.discrepancy_note,
        remove_by=session.remove_by,
        complaint_side=session.episode.side if session.episode else "",
        thoracic_sides_rule=session.practice.thoracic_sides_rule,
        decided=session.practice.rule_levels,
        acknowledged={
            e["key"]: safety.Acknowledged(e["reason"], e.get("at", ""), e.get("digest", "")) for e in entries
        },
    )


def _student_present(session: NeedlingSession) -> bool:
    return session.practitioner.is_student or any(person["role"] == "student" for person in session.others_present)


def _screening(session: NeedlingSession, screening: Screening | None) -> safety.ScreeningFacts | None:
    if screening is None:
        return None
    age = (session.started_at - screening.taken_at).total_seconds() / 3600
    return safety.ScreeningFacts(
        screening.complete, screening.is_reviewed, max(age, 0), session.practice.screening_valid_hours
    )


def _restrictions(session: NeedlingSession, screening: Screening | None) -> tuple[Restriction, ...]:
    on = session.practice.local_date(session.started_at)
    alerts = Alert.objects.of_patient(session.patient).current(on)
    told = [Alerted(str(a.pk), a.kind, a.severity, a.text, a.side, a.area) for a in alerts]
    return restrictions(screening.answers if screening else [], told)


def _credentials(session: NeedlingSession) -> frozenset[str]:
    """Of who needled, on the day; signing for somebody does not lend them a credential. A student needles under the
    supervisor, whose credentials count."""
    on = session.practice.local_date(session.started_at)
    people = [session.practitioner.supervisor_id or session.practitioner_id]
    held = Credential.objects.filter(user__in=people).in_date(on)
    return frozenset(held.values_list("kind", flat=True))
