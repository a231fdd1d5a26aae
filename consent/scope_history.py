"""What was said about one scope, newest first: given, refused, taken back, by whom it was recorded and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consent.coverage import SCOPES
from consent.models import Consent, Withdrawal

WORDS = {"given": "Given", "refused": "Said no", "withdrawn": "Taken back"}


@dataclass(frozen=True)
class Said:
    at: datetime
    what: str  # given, refused, withdrawn
    recorded_by: str
    consent: UUID
    note: str = ""  # whose words, or why it was taken back

    @property
    def words(self) -> str:
        return WORDS[self.what]


def told(consents: Iterable[Consent], withdrawals: Iterable[Withdrawal]) -> dict[str, list[Said]]:
    """Every scope that was ever answered, with all that was said about it."""
    found: dict[str, list[Said]] = {scope: [] for scope in SCOPES}
    by_id = {consent.pk: consent for consent in consents}
    for consent in by_id.values():
        for scope, decision in consent.decisions.items():
            if decision in ("given", "refused") and scope in found:
                by = consent.obtained_by.full_name
                found[scope].append(Said(consent.given_at, decision, by, consent.pk, _whose(consent)))
    for withdrawal in withdrawals:
        consent_of = by_id.get(withdrawal.consent_id)
        by = withdrawal.created_by.full_name if withdrawal.created_by else ""
        for scope in _scopes(withdrawal, consent_of):
            found[scope].append(
                Said(withdrawal.withdrawn_at, "withdrawn", by, withdrawal.consent_id, withdrawal.reason)
            )
    return {scope: sorted(said, key=lambda s: s.at, reverse=True) for scope, said in found.items()}


def _scopes(withdrawal: Withdrawal, consent: Consent | None) -> list[str]:
    """Everything that was given falls with "all"."""
    if withdrawal.scope != "all":
        return [withdrawal.scope] if withdrawal.scope in SCOPES else []
    decisions = consent.decisions if consent else {}
    return [scope for scope, decision in decisions.items() if decision == "given" and scope in SCOPES]


def _whose(consent: Consent) -> str:
    text = f"text version {consent.text.text_version}"
    if consent.given_by_kind == Consent.GivenBy.PATIENT:
        return text
    return f"by {consent.given_by_name} ({consent.get_given_by_kind_display().lower()}), {text}"
