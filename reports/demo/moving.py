"""The demo practice moved in from another system, and somebody asked for their record."""

from datetime import datetime, timedelta

from patients import actions as patient_actions
from patients.actions.import_slices import work_slice
from patients.models import Patient
from practice.models import User
from reports import actions

COLUMNS = "Record Number,Date,Practitioner,Template,Content"
NOTES = (
    ("12/03/2019", "Initial consultation", "Low back pain after moving house. Tender over the left quadratus lumborum. "
     "Soft tissue work, two needles, eased at once. Review in a week."),
    ("26/03/2019", "Follow-up", "Better by half. Sleeps through. Hip flexors tight on both sides; needled and stretched."),
    ("31/02/2020", "Follow-up", "The date of this note cannot be: it stays behind, with its reason."),
)  # fmt: skip


def move_in(patients: list[Patient], *, by: User, at: datetime) -> None:
    """Past notes of two patients from a CSV; one date that does not exist and one number that nobody has."""
    first, second = patients[3], patients[8]
    rows = [f'{first.record_number},{day},Dr Jo Frey,{title},"{text}"' for day, title, text in NOTES]
    rows.append(f"{second.record_number},05/06/2018,Dr Jo Frey,Initial consultation,Neck pain from desk work.")
    rows.append("99999,05/06/2018,Dr Jo Frey,Initial consultation,A number that nobody has here.")
    content = "\r\n".join([COLUMNS, *rows]).encode("cp1252")
    one = patient_actions.upload_import(kind="notes", pieces=[content], file_name="treatment-notes.csv", by=by)
    mapping = {int(index): key for index, key in one.mapping.items()}
    patient_actions.settle_import(
        pk=one.pk, source="Cliniko", mapping=mapping, date_order="day", by=by, version=one.version
    )
    _work(at)
    one.refresh_from_db()
    patient_actions.start_import(pk=one.pk, values={}, by=by, version=one.version)
    _work(at)


def _work(at: datetime) -> None:
    while work_slice(at) is not None:
        pass


def ask_for_record(patient: Patient, *, by: User, at: datetime) -> None:
    """Received ten days ago by the front desk; nothing is made yet."""
    values = {
        "asked_by": "practice",
        "asker_name": "Bayside Physiotherapy",
        "asker_contact": "records@bayside.example",
        "authority": "Authority signed by the patient, scanned",
        "identity_checked": "Called back at the practice's listed number",
        "received_on": patient.practice.local_date(at - timedelta(days=10)),
    }
    actions.receive_request(patient=patient, values=values, by=by, at=at)
