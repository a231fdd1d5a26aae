"""From rows to what a document says: queries and words here, drawing elsewhere."""

from reports.gathering.record import clinical_record
from reports.gathering.summary import patient_summary

__all__ = ["clinical_record", "patient_summary"]
