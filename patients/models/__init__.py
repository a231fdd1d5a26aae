"""The patient, what must be known about them on every screen, and who they turned out to be."""

from patients.models.attachments import Attachment
from patients.models.imports import HistoricalNote, Import, ImportedRow, SourceKey
from patients.models.index import SearchLink, SearchSlip, SearchWord
from patients.models.keeping import DestroyedRecord, Destruction, LegalHold
from patients.models.merges import DuplicateHunt, DuplicatePair, Merge
from patients.models.people import (
    PHONE_KINDS,
    Alert,
    BodyArea,
    Contact,
    Identifier,
    OfPatientQuerySet,
    Patient,
    PatientQuerySet,
    e164,
    problem_with_phones,
    whole_patient_ids,
)
from patients.models.referrals import Referral
from patients.models.registrations import Registration, RegistrationAnswers, RegistrationLink

__all__ = [
    "PHONE_KINDS",
    "Alert",
    "Attachment",
    "BodyArea",
    "Contact",
    "DestroyedRecord",
    "Destruction",
    "DuplicateHunt",
    "DuplicatePair",
    "HistoricalNote",
    "Identifier",
    "Import",
    "ImportedRow",
    "LegalHold",
    "Merge",
    "OfPatientQuerySet",
    "Patient",
    "PatientQuerySet",
    "Referral",
    "Registration",
    "RegistrationAnswers",
    "RegistrationLink",
    "SearchLink",
    "SearchSlip",
    "SearchWord",
    "SourceKey",
    "e164",
    "problem_with_phones",
    "whole_patient_ids",
]
