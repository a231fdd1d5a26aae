"""Pages of consent and screening, by noun."""

from consent.views.capture import capture
from consent.views.consents import add_scan, banner, detail, of_patient, scan, withdraw, withdraw_everywhere
from consent.views.screenings import hand_over_screening, nothing_changed, patient_screening, review, screening
from consent.views.texts import edit_text, next_text, preview_text, publish_text, text, texts

__all__ = [
    "add_scan",
    "banner",
    "capture",
    "detail",
    "edit_text",
    "hand_over_screening",
    "next_text",
    "nothing_changed",
    "of_patient",
    "patient_screening",
    "preview_text",
    "publish_text",
    "review",
    "scan",
    "screening",
    "text",
    "texts",
    "withdraw",
    "withdraw_everywhere",
]
