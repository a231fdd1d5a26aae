"""Everything that can happen to consents and screenings, one function per verb."""

from consent.actions.consents import record_consent, withdraw, withdraw_everywhere
from consent.actions.scans import NotOnPaper, ScanUnusable, add_scan, content_of, sweep_scans
from consent.actions.screenings import confirm_unchanged, record_screening, review_screening
from consent.actions.texts import (
    AlreadyPublished,
    NewerPublished,
    NotFinished,
    change_text,
    draft_text,
    next_version,
    publish_first_text,
    publish_text,
)

__all__ = [
    "AlreadyPublished",
    "NewerPublished",
    "NotFinished",
    "NotOnPaper",
    "ScanUnusable",
    "add_scan",
    "change_text",
    "confirm_unchanged",
    "content_of",
    "draft_text",
    "next_version",
    "publish_first_text",
    "publish_text",
    "record_consent",
    "record_screening",
    "review_screening",
    "sweep_scans",
    "withdraw",
    "withdraw_everywhere",
]
