"""Rows of contacts, alerts and past notes. Alerts and notes first find whose they are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from patients.actions.import_rows import Judged, Rows, newest_keys
from patients.importing.cells import Problem
from patients.models import Alert, Contact, HistoricalNote, Patient
from practice.folding import fold
from practice.history import keep_all
from practice.models import User

PERSON = {"patient_source_id", "patient_record_number", "patient_family_name", "patient_given_names", "patient_born"}
NOBODY = "No patient here has this number. Import the patients first, with the same name of the old system."
NOBODY_SO_CALLED = "No patient here has this name and date of birth. Correct them, or import the patients first."
SEVERAL = "Several patients here have this name and date of birth. Give the patient's number."
NOT_SAID = "Say whose it is: a number, or name and date of birth."


class ContactRows(Rows):
    kind = "contacts"
    model = Contact

    def fresh(self, judged: Judged) -> Contact:
        return Contact(practice=self.practice, **judged.row.values)

    def gate(self, fresh: Sequence[Judged]) -> None:
        """The same name and organisation, or the same provider number."""
        rows = Contact.objects.filter(practice=self.practice, archived_at=None) if fresh else []
        there: dict[str, UUID] = {}
        for contact in rows:
            there |= dict.fromkeys(self._keys(contact), contact.pk)
        for judged in fresh:
            keys = self._keys(judged.record)
            if known := next((there[key] for key in keys if key in there), None):
                judged.may_be(known, "The same name and organisation, or provider number, is among the contacts.")
            else:
                there |= dict.fromkeys(keys, judged.record.pk)

    def _keys(self, contact: Contact) -> list[str]:
        number = contact.provider_number.casefold().replace(" ", "")
        return [f"name:{fold(contact.name)}/{fold(contact.organisation)}", *([f"number:{number}"] if number else [])]


class OfPatientRows(Rows):
    """Rows that hang on a patient, found by the old system's number, by ours, or by name and date of birth."""

    def prepare(self, judged: Sequence[Judged]) -> None:
        told = [j.row.values for j in judged]
        keys = newest_keys(self.of_import, "patients", {v["patient_source_id"] for v in told})
        numbers = {v["patient_record_number"] for v in told} - {None}
        days = {v["patient_born"] for v in told if v.get("patient_born")}
        rows = Patient.objects.filter(practice=self.practice).select_related("practice")
        by_id = {p.pk: p for p in rows.filter(pk__in=[k.record_id for k in keys.values()])} if keys else {}
        self.by_source = {source_id: by_id.get(key.record_id) for source_id, key in keys.items()}
        self.by_number = {p.record_number: p for p in rows.filter(record_number__in=numbers)} if numbers else {}
        self.by_person: dict[tuple[date, str], list[Patient]] = defaultdict(list)
        for patient in rows.filter(date_of_birth__in=days, merged_into=None) if days else ():
            self.by_person[patient.date_of_birth, _name(patient.family_name, patient.given_names)].append(patient)

    def whose(self, judged: Judged) -> Patient | None:
        values = judged.row.values
        for key, found in (("patient_source_id", self.by_source), ("patient_record_number", self.by_number)):
            if values[key]:
                patient: Patient | None = found.get(values[key])  # type: ignore[attr-defined]
                if patient is None:
                    _refuse(judged, key, NOBODY)
                return patient
        return self._by_name(judged)

    def _by_name(self, judged: Judged) -> Patient | None:
        values = judged.row.values
        name = _name(values["patient_family_name"], values["patient_given_names"])
        if not name or not values.get("patient_born"):
            _refuse(judged, "", NOT_SAID)
            return None
        found = self.by_person[values["patient_born"], name]
        if len(found) == 1:
            return found[0]
        _refuse(judged, "patient_born", SEVERAL if found else NOBODY_SO_CALLED)
        return None

    def own(self, judged: Judged) -> dict[str, Any]:
        return {name: value for name, value in judged.row.values.items() if name not in PERSON}


class AlertRows(OfPatientRows):
    kind = "alerts"
    model = Alert

    def fresh(self, judged: Judged) -> Alert:
        patient = self.whose(judged)
        starts_on = judged.row.values.get("starts_on") or self.reading.today
        alert = Alert(practice=self.practice, patient=patient, **self.own(judged) | {"starts_on": starts_on})
        self._ends(judged, alert)
        return alert

    def apply(self, judged: Judged) -> list[str]:
        values = {name: value for name, value in self.own(judged).items() if value not in ("", None)}
        changed = [name for name, value in values.items() if getattr(judged.record, name) != value]
        for name in changed:
            setattr(judged.record, name, values[name])
        self._ends(judged, judged.record)
        return changed

    def _ends(self, judged: Judged, alert: Alert) -> None:
        if alert.ends_on and alert.ends_on < alert.starts_on:
            judged.refuse([Problem("ends_on", "a date", "An alert cannot end before it starts.")])

    def gate(self, fresh: Sequence[Judged]) -> None:
        patients = {j.record.patient_id for j in fresh}
        there = {(pk, fold(text)): alert for alert, pk, text in
                 Alert.objects.filter(patient__in=patients).values_list("pk", "patient_id", "text")}  # fmt: skip
        for judged in fresh:
            key = judged.record.patient_id, fold(judged.record.text)
            if key in there:
                judged.may_be(there[key], "The patient has an alert with this text.")
            else:
                there[key] = judged.record.pk


class NoteRows(OfPatientRows):
    kind = "notes"
    model = HistoricalNote

    def fresh(self, judged: Judged) -> HistoricalNote:
        note = HistoricalNote(
            practice=self.practice,
            patient=self.whose(judged),
            of_import=self.of_import,
            source=self.of_import.source,
            **self.own(judged),
        )
        if note.written_on and note.written_on > self.reading.today:
            judged.refuse([Problem("written_on", "a date", "This day lies in the future.")])
        return note

    def apply(self, judged: Judged) -> list[str]:
        """A past note is never changed: what the old system says now becomes a note that replaces it."""
        older = judged.record
        values = {name: value for name, value in self.own(judged).items() if value not in ("", None)}
        changed = [name for name, value in values.items() if getattr(older, name) != value]
        judged.record = self.fresh(judged)
        judged.record.replaces, judged.record.patient = older, older.patient
        return changed

    def existing(self, ids: Sequence[UUID]) -> dict[UUID, Any]:
        rows = (
            HistoricalNote.objects.filter(practice=self.practice, pk__in=ids) if ids else HistoricalNote.objects.none()
        )
        return {note.pk: note for note in rows.select_related("patient")}

    def save_changed(self, judged: Sequence[Judged], *, by: User, why: str) -> None:
        keep_all([j.record for j in judged], by=by, why=why)


def _refuse(judged: Judged, key: str, message: str) -> None:
    judged.refuse([Problem(key, "a patient", message)])


def _name(family: str, given: str) -> str:
    return fold(f"{family} {given}")
