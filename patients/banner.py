"""What the header of every page with a patient shows."""

from datetime import datetime
from typing import Any

from patients.models import Alert, Patient


def banner_context(patient: Patient, *, at: datetime) -> dict[str, Any]:
    """One query. Consent and screening come as a fragment of the app above (consent:banner). A row of a merged record
    stands under the name of the whole person."""
    patient = patient.whole
    today = patient.practice.local_date(at)
    order = {Alert.Severity.DANGER: 0, Alert.Severity.CAUTION: 1, Alert.Severity.INFO: 2}
    alerts = sorted(Alert.objects.of_patient(patient).current(today), key=lambda a: order[Alert.Severity(a.severity)])
    return {"patient": patient, "age": patient.age_on(today), "alerts": alerts}
