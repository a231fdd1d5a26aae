"""Everything that can happen to a patient's own data, one function per verb."""

from patients.actions.alerts import add_alert, change_alert
from patients.actions.contacts import add_contact, archive_contact, change_contact
from patients.actions.hunts import hunt_duplicates
from patients.actions.identifiers import AlreadyRemoved, add_identifier, change_identifier, remove_identifier
from patients.actions.import_slices import work_on_imports
from patients.actions.imports import (
    evidence_of,
    forget_file,
    likeness_of,
    reread_import,
    settle_import,
    start_import,
    stop_import,
    upload_import,
)
from patients.actions.leaving import (
    Deceased,
    archive_patient,
    record_death,
    refuse_for_the_dead,
    restore_patient,
    take_death_back,
)
from patients.actions.merges import AlreadyMerged, AlreadyUndone, LaterMerge, OneRecord, merge_patients, undo_merge
from patients.actions.pairs import NotWaiting, dismiss_pair, propose
from patients.actions.people import (
    MergedAway,
    PossibleDuplicate,
    allow_documents_by_email,
    correct_patient,
    note_open_events,
    register_patient,
    seen,
)
from patients.actions.referrals import add_referral, change_referral

__all__ = [
    "AlreadyMerged",
    "AlreadyRemoved",
    "AlreadyUndone",
    "Deceased",
    "LaterMerge",
    "MergedAway",
    "NotWaiting",
    "OneRecord",
    "PossibleDuplicate",
    "add_alert",
    "add_contact",
    "add_identifier",
    "add_referral",
    "allow_documents_by_email",
    "archive_contact",
    "archive_patient",
    "change_alert",
    "change_contact",
    "change_identifier",
    "change_referral",
    "correct_patient",
    "dismiss_pair",
    "evidence_of",
    "forget_file",
    "hunt_duplicates",
    "likeness_of",
    "merge_patients",
    "note_open_events",
    "propose",
    "record_death",
    "refuse_for_the_dead",
    "register_patient",
    "remove_identifier",
    "reread_import",
    "restore_patient",
    "seen",
    "settle_import",
    "start_import",
    "stop_import",
    "take_death_back",
    "undo_merge",
    "upload_import",
    "work_on_imports",
]
