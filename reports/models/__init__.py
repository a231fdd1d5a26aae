"""What leaves the practice: documents as they were issued, letters while they are written, whom both were sent to, and
what went astray."""

from reports.models.access_reviews import AccessReview
from reports.models.batches import PrintBatch, PrintProblem
from reports.models.deliveries import DAYS_TO_ASSESS, PURPOSE_OF_CONTACT, DataBreach, Delivery
from reports.models.documents import Document
from reports.models.exports import PracticeExport
from reports.models.letters import Letter
from reports.models.record_requests import RecordPackage, RecordRequest, RefusedCorrection

__all__ = [
    "DAYS_TO_ASSESS",
    "PURPOSE_OF_CONTACT",
    "AccessReview",
    "DataBreach",
    "Delivery",
    "Document",
    "Letter",
    "PracticeExport",
    "PrintBatch",
    "PrintProblem",
    "RecordPackage",
    "RecordRequest",
    "RefusedCorrection",
]
