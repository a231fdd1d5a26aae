"""From rows to what a document says: queries and words here, drawing elsewhere."""

from reports.gathering.consent import consent_copy, consent_form
from reports.gathering.courses import course_report
from reports.gathering.full_record import full_record
from reports.gathering.letters import FACTS as LETTER_FACTS
from reports.gathering.letters import letter, letter_facts
from reports.gathering.record import clinical_record
from reports.gathering.summary import expected_of, patient_summary

__all__ = [
    "LETTER_FACTS",
    "clinical_record",
    "consent_copy",
    "consent_form",
    "course_report",
    "expected_of",
    "full_record",
    "letter",
    "letter_facts",
    "patient_summary",
]
