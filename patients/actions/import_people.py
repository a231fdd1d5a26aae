"""Rows of patients: who is new, who is known, who may be somebody already here."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from patients import dates, duplicates
from patients.actions.import_rows import Judged, Rows
from patients.importing.cells import Problem
from patients.models import Identifier, Patient
from practice.folding import fold
from practice.history import keep, keep_all
from practice.models import Practice, User

NOT_COLUMNS = {"identifiers"}
AT_ONCE = 100  # names in one condition: SQLite bounds the depth of an expression


class PatientRows(Rows):
    kind = "patients"
    model = Patient

    def fresh(self, judged: Judged) -> Patient:
        values = {k: v for k, v in judged.row.values.items() if k not in NOT_COLUMNS}
        patient = Patient(practice=self.practice, record_number=0, **({"country": self.practice.country} | values))
        self._birth(judged, patient)
        return patient

    def existing(self, ids: Sequence[UUID]) -> dict[UUID, Any]:
        rows = Patient.objects.filter(practice=self.practice, pk__in=ids).select_related("practice")
        return {patient.pk: patient for patient in rows.prefetch_related("identifiers")} if ids else {}

    def apply(self, judged: Judged) -> list[str]:
        """Phones of the kinds that the file has are replaced, others stay. A merged record is not written to."""
        patient, values = judged.record, dict(judged.row.values)
        if patient.merged_into_id:
            told = "This patient was merged into another record here. Compare by hand."
            judged.refuse([Problem("", "a merged patient", told)])
            return []
        there = {(row.system, row.value) for row in patient.identifiers.all()}  # what was recorded in error stays out
        brought = set(values.pop("identifiers")) - there
        kinds = {phone["kind"] for phone in values["phones"]}
        values["phones"] += [phone for phone in patient.phones if phone["kind"] not in kinds]
        if values.get("sex_at_birth") == Patient.Sex.UNKNOWN:
            values.pop("sex_at_birth")
        values = {name: value for name, value in values.items() if value not in ("", None, [])}
        changed = [name for name, value in values.items() if getattr(patient, name) != value]
        for name in changed:
            setattr(patient, name, values[name])
        self._birth(judged, patient)
        return changed + (["identifiers"] if brought else [])

    def _birth(self, judged: Judged, patient: Patient) -> None:
        born = patient.date_of_birth
        if born and (message := dates.problem_with_birth(born, today=self.reading.today)):
            judged.refuse([Problem("date_of_birth", "a date", message)])

    def gate(self, fresh: Sequence[Judged]) -> None:
        """Who is here already or stands above in the same file, by the rule that the form at the desk uses."""
        by_day: dict[date, list[Patient]] = defaultdict(list)
        by_name: dict[str, list[Patient]] = defaultdict(list)

        def add(patient: Patient) -> None:
            by_day[patient.date_of_birth].append(patient)
            by_name[_name(patient)].append(patient)

        for patient in self._near([j.record for j in fresh]):
            add(patient)
        rows_of: dict[UUID, int] = {}
        for judged in fresh:
            patient = judged.record
            near = {p.pk: p for p in (*by_day[patient.date_of_birth], *by_name[_name(patient)])}
            found = duplicates.among(near.values(), patient)
            if found:
                other = found[0].patient
                judged.may_be(other.pk, f"{found[0].reason} as {self._which(other, rows_of)}.")
            elif (first := self._above(judged)) and first != judged.number:
                judged.may_be(None, f"Same name and birth date as row {first} of this file.")
            else:
                add(patient)
                rows_of[patient.pk] = judged.number

    def _which(self, other: Patient, rows_of: dict[UUID, int]) -> str:
        row = rows_of.get(other.pk)
        return f"row {row} of this file" if row else f"No. {other.record_number}"

    def _above(self, judged: Judged) -> int | None:
        """The dry run writes nobody, so the first row of the same person is remembered from the first pass."""
        if self.of_import.status != self.of_import.Status.CHECKING:
            return None
        first = self.of_import.twice.get("people", {}).get(person_key(judged.record))
        return int(first) if first else None

    def _near(self, candidates: Sequence[Patient]) -> list[Patient]:
        """Everybody of one of these birth dates or names, in a few queries for the whole slice."""
        rows = Patient.objects.filter(practice=self.practice, merged_into=None)
        found = {p.pk: p for p in rows.filter(date_of_birth__in={p.date_of_birth for p in candidates})}
        names = sorted({(p.family_name, p.given_names) for p in candidates})
        for start in range(0, len(names), AT_ONCE):
            same = (Q(family_name=family, given_names=given) for family, given in names[start : start + AT_ONCE])
            found |= {p.pk: p for p in rows.filter(reduce(or_, same))}
        return list(found.values())

    def save_new(self, judged: Sequence[Judged], *, by: User, why: str) -> None:
        """Numbers are given one slice at a time, under the same lock as at the desk."""
        if not judged:
            return
        practice = Practice.objects.select_for_update().get(pk=self.practice.pk)
        for one in judged:
            one.record.record_number = practice.next_record_number
            practice.next_record_number += 1
        keep(practice, by=by, why="record numbers given")
        keep_all([one.record for one in judged], by=by, why=why)
        self._save_identifiers(judged, by=by, why=why)

    def save_changed(self, judged: Sequence[Judged], *, by: User, why: str) -> None:
        super().save_changed(judged, by=by, why=why)
        self._save_identifiers(judged, by=by, why=why)

    def _save_identifiers(self, judged: Sequence[Judged], *, by: User, why: str) -> None:
        patients = {j.record.pk: j.record for j in judged}
        wanted = {(j.record.pk, *pair) for j in judged for pair in j.row.values["identifiers"]}
        there = set(
            Identifier.objects.filter(patient__in=patients).values_list("patient_id", "system", "value")
            if wanted
            else ()
        )
        new = [Identifier(practice=self.practice, patient=patients[pk], system=system, value=value)
               for pk, system, value in sorted(wanted - there, key=str)]  # fmt: skip
        keep_all(new, by=by, why=why)


def _name(patient: Patient) -> str:
    return fold(f"{patient.family_name} {patient.given_names}")


def person_key(patient: Patient) -> str:
    return f"{patient.date_of_birth:%Y%m%d}{hash_of(_name(patient))}"


def hash_of(text: str) -> str:
    """Short, and nothing of the name: it is kept with the import."""
    return sha256(text.encode()).hexdigest()[:16]
