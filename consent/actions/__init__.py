"""Everything that can happen to consents and screenings, one function per verb."""

from consent.actions.consents import record_consent, withdraw
from consent.actions.screenings import confirm_unchanged, record_screening, review_screening
from consent.actions.texts import AlreadyPublished, draft_text, publish_first_text, publish_text

__all__ = [
    "AlreadyPublished",
    "confirm_unchanged",
    "draft_text",
    "publish_first_text",
    "publish_text",
    "record_consent",
    "record_screening",
    "review_screening",
    "withdraw",
]
