"""The patient, and what must be known about them on every screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from patients.search_words import search_key
from practice.models import Record, Side, Tenant, TenantQuerySet, User, no_nul

e164 = RegexValidator(r"^\+[1-9]\d{6,14}$", "Write the number with its country code: +61400111222.")

Row = TypeVar("Row", bound=Tenant)


class BodyArea(models.TextChoices):
    """The 15 body areas a rule can speak of. The consent app holds the same rows as content (a test compares them):
    an area that no rule knows would silently stop nothing."""

    HEAD_FACE = "head_face", "Head, face and jaw"
    NECK = "neck", "Neck"
    SHOULDER_GIRDLE = "shoulder_girdle", "Shoulder girdle and scapula"
    UPPER_ARM = "upper_arm", "Upper arm"
    FOREARM = "forearm", "Forearm"
    HAND = "hand", "Wrist and hand"
    CHEST = "chest", "Chest wall"
    THORACIC_BACK = "thoracic_back", "Thoracic back"
    ABDOMEN = "abdomen", "Abdominal wall"
    LUMBAR = "lumbar", "Lumbar spine and loin"
    PELVIS_HIP = "pelvis_hip", "Buttock and hip"
    PELVIC_FLOOR = "pelvic_floor", "Pelvic floor"
    THIGH = "thigh", "Thigh"
    LOWER_LEG = "lower_leg", "Lower leg"
    FOOT = "foot", "Ankle and foot"


class OfPatientQuerySet(TenantQuerySet[Row]):
    """Rows that hang on a patient. Rows of a merged patient stay where they are; reads resolve the merge here."""

    def of_patient(self, patient: Patient) -> Self:
        """Rows of the whole person: of this record, the one it was merged into, and all merged into that one. Asking
        by any of them answers the same, so that a draft left on a merged record knows every alert. The records are found
        first: an OR across the join would read every row of the practice."""
        whole = patient.whole_id
        return self.filter(patient__in=Patient.objects.filter(Q(pk=whole) | Q(merged_into=whole)).values("pk"))

    def of_patients(self, patients: Iterable[Patient]) -> Self:
        """Of several persons, each of them whole."""
        wholes = [patient.whole_id for patient in patients]
        return self.filter(
            patient__in=Patient.objects.filter(Q(pk__in=wholes) | Q(merged_into__in=wholes)).values("pk")
        )


class Contact(Record):
    """A GP, referrer, insurer, lawyer or relative: archived when no longer current, never deleted."""

    class Kind(models.TextChoices):
        GP = "gp", "GP"
        REFERRER = "referrer", "Referrer"
        INSURER = "insurer", "Insurer"
        LAWYER = "lawyer", "Lawyer"
        FAMILY = "family", "Family"
        OTHER = "other", "Other"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120, validators=[no_nul])
    organisation = models.CharField(max_length=120, blank=True, validators=[no_nul])
    provider_number = models.CharField(max_length=20, blank=True, validators=[no_nul])
    phone = models.CharField(max_length=40, blank=True, validators=[no_nul])
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=250, blank=True, validators=[no_nul])
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Contact"].as_manager()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}" if self.organisation else self.name


class PatientQuerySet(TenantQuerySet["Patient"]):
    def current(self) -> Self:
        """Without archived patients and without those merged into another."""
        return self.filter(status=Patient.Status.ACTIVE, merged_into=None)

    def led(self, pk: UUID | None) -> Patient | None:
        """The patient with this id; for a merged record the one it leads to. For ids that come from outside."""
        patient = self.select_related("practice", "merged_into__practice").filter(pk=pk).first()
        return patient.whole if patient else None


class Patient(Record):
    """A person who is or was treated here."""

    class Sex(models.TextChoices):
        FEMALE = "female", "Female"
        MALE = "male", "Male"
        OTHER = "other", "Another term"
        UNKNOWN = "unknown", "Not recorded"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        ARCHIVED = "archived", "Archived"
        DECEASED = "deceased", "Deceased"

    class Body(models.TextChoices):
        FEMALE = "female", "Female"
        MALE = "male", "Male"

    record_number = models.PositiveIntegerField(editable=False)
    family_name = models.CharField(max_length=120, validators=[no_nul])
    given_names = models.CharField(max_length=120, blank=True, validators=[no_nul])
    preferred_name = models.CharField(max_length=120, blank=True, validators=[no_nul])
    former_names = models.JSONField(default=list, blank=True)  # ["Murphy"]: names they had before, newest first
    date_of_birth = models.DateField()
    sex_at_birth = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    gender = models.CharField(max_length=40, blank=True, validators=[no_nul])
    pronouns = models.CharField(max_length=40, blank=True, validators=[no_nul])
    phones = models.JSONField(default=list, blank=True)  # [{"kind": "mobile", "number": "+61400111222"}]
    email = models.EmailField(blank=True)
    address_line1 = models.CharField(max_length=120, blank=True, validators=[no_nul])
    address_line2 = models.CharField(max_length=120, blank=True, validators=[no_nul])
    suburb = models.CharField(max_length=80, blank=True, validators=[no_nul])
    state = models.CharField(max_length=40, blank=True, validators=[no_nul])
    postcode = models.CharField(max_length=12, blank=True, validators=[no_nul])
    country = models.CharField(
        max_length=2, default="AU", validators=[RegexValidator(r"^[A-Z]{2}$", "Use two letters, such as AU.")]
    )
    emergency_name = models.CharField(max_length=120, blank=True, validators=[no_nul])
    emergency_relation = models.CharField(max_length=60, blank=True, validators=[no_nul])
    emergency_phone = models.CharField(max_length=40, blank=True, validators=[no_nul])
    email_ok = models.BooleanField(default=False)
    sms_ok = models.BooleanField(default=False)
    documents_by_email_ok = models.BooleanField(default=False)
    documents_by_email_at = models.DateTimeField(null=True, blank=True, editable=False)
    documents_by_email_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    occupation = models.CharField(max_length=120, blank=True, validators=[no_nul])
    gp = models.ForeignKey(Contact, models.PROTECT, related_name="+", null=True, blank=True)
    referrer = models.ForeignKey(Contact, models.PROTECT, related_name="+", null=True, blank=True)
    chart_body = models.CharField(max_length=6, choices=Body, blank=True)
    notes = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE, editable=False)
    # Of the last change of status; of a death: the day, if it is known, and who brought the news.
    status_reason = models.CharField(max_length=250, blank=True, editable=False, validators=[no_nul])
    status_at = models.DateTimeField(null=True, blank=True, editable=False)
    status_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    died_on = models.DateField(null=True, blank=True, editable=False)
    death_told_by = models.CharField(max_length=120, blank=True, editable=False, validators=[no_nul])
    # Always the last winner, never a chain: undoing a merge restores what the merge row remembers.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged_from", null=True, blank=True, editable=False
    )
    last_session_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_session_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    open_events = models.PositiveSmallIntegerField(default=0, editable=False)  # adverse events that are not over
    search_key = models.TextField(blank=True, editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ("family_name", "given_names", "id")
        constraints = [
            models.UniqueConstraint(fields=["practice", "record_number"], name="record_number_once_per_practice"),
            models.CheckConstraint(
                condition=Q(documents_by_email_at=None, documents_by_email_by=None)
                | Q(documents_by_email_at__isnull=False, documents_by_email_by__isnull=False),
                name="patient_email_permission_says_when_and_who",
            ),
            models.CheckConstraint(
                condition=Q(status="deceased") | Q(died_on=None, death_told_by=""),
                name="patient_death_is_of_the_deceased",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "family_name", "given_names", "id"], name="patient_by_name"),
            models.Index(fields=["practice", "-updated_at", "id"], name="patient_by_change"),
            models.Index(fields=["practice", "date_of_birth", "id"], name="patient_by_birth"),
            models.Index(fields=["practice", "-last_session_at", "id"], name="patient_by_last_session"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        problems: dict[str, str] = {}
        self.family_name, self.given_names = self.family_name.strip(), self.given_names.strip()
        if not self.family_name:
            problems["family_name"] = "Write the family name. One name only goes here as well."
        if message := problem_with_phones(self.phones):
            problems["phones"] = message
        if message := problem_with_names(self.former_names):
            problems["former_names"] = message
        if self.documents_by_email_ok and not self.email:
            problems["email"] = "Write the e-mail address that documents may be sent to, or take the permission back."
        if problems:
            raise ValidationError(problems)
        self.search_key = search_key(self)

    @classmethod
    def from_db(cls, *loaded_with: Any, **options: Any) -> Self:
        """Remembers under which words the patient is found, so that saving writes them only when they changed."""
        patient = super().from_db(*loaded_with, **options)
        loaded = {"search_key", "date_of_birth"} <= patient.__dict__.keys()
        patient.words_written = patient.indexed_as if loaded else ""
        return patient

    words_written = ""

    @property
    def indexed_as(self) -> str:
        """All that the search index holds of the patient."""
        return f"{self.search_key} {self.date_of_birth}"

    @property
    def whole_id(self) -> UUID:
        """Of the record that stands for the whole person: this one, or the one it was merged into."""
        return self.merged_into_id or self.pk

    @property
    def whole(self) -> Patient:
        return self.merged_into or self

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def listed_name(self) -> str:
        return f"{self.family_name}, {self.given_names}" if self.given_names else self.family_name

    @property
    def called(self) -> str:
        """What to call them: the preferred name, else the first given name."""
        return self.preferred_name or (self.given_names.split() or [self.family_name])[0]

    def age_on(self, day: date) -> int:
        born = self.date_of_birth
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def body(self) -> str:
        """Which body the chart shows: as chosen, else by sex at birth, else the female one."""
        return self.chart_body or ("male" if self.sex_at_birth == self.Sex.MALE else "female")

    def address_lines(self) -> list[str]:
        town = " ".join(filter(None, [self.suburb, self.state, self.postcode]))
        return [line for line in (self.address_line1, self.address_line2, town) if line]


PHONE_KINDS = ("mobile", "home", "work", "other")


def problem_with_phones(phones: Any) -> str | None:
    """A sentence saying what to change, or None. At most 5 numbers, E.164, each of a known kind."""
    if not isinstance(phones, list) or len(phones) > 5:
        return "Give a list of at most 5 phone numbers."
    for phone in phones:
        if not isinstance(phone, dict) or set(phone) != {"kind", "number"} or phone["kind"] not in PHONE_KINDS:
            return 'Each phone is {"kind": "mobile", "number": "+61400111222"}; kinds: mobile, home, work, other.'
        try:
            e164(phone["number"] if isinstance(phone["number"], str) else "")
        except ValidationError:
            return "Write each number with its country code, digits only after the plus: +61400111222."
    return None


def problem_with_names(names: Any) -> str | None:
    """A sentence saying what to change, or None. At most 10 former names of at most 120 characters."""
    if not isinstance(names, list) or len(names) > 10:
        return "Give at most 10 former names."
    if not all(isinstance(name, str) and 0 < len(name.strip()) <= 120 and "\x00" not in name for name in names):
        return "Each former name is a text of at most 120 characters."
    return None


class IdentifierQuerySet(OfPatientQuerySet["Identifier"]):
    def standing(self) -> Self:
        """Without those that were recorded in error."""
        return self.filter(removed_at=None)


class Identifier(Record):
    """A number other systems know the patient by. Shapes are checked, check digits only where documented."""

    class System(models.TextChoices):
        MEDICARE = "medicare", "Medicare"
        DVA = "dva", "DVA"
        IHI = "ihi", "IHI"
        INSURER = "insurer", "Insurer"
        NATIONAL = "national", "National number"
        OTHER = "other", "Other"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=10, choices=System)
    value = models.CharField(max_length=40, validators=[no_nul])
    issuer = models.CharField(max_length=80, blank=True, validators=[no_nul])  # the insurer or fund of a member number
    valid_until = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)  # recorded in error; kept, shown nowhere

    objects = IdentifierQuerySet.as_manager()

    class Meta:
        ordering = ("system", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "system", "value"],
                condition=Q(removed_at=None),
                name="identifier_once_per_patient",
                violation_error_message="This number is already recorded for the patient.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.issuer or self.get_system_display()} {self.value}"


class AlertQuerySet(OfPatientQuerySet["Alert"]):
    def current(self, on: date) -> Self:
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Alert(Record):
    """Something everyone must see in the header; danger must be acknowledged when a session starts."""

    class Kind(models.TextChoices):
        ALLERGY = "allergy", "Allergy"
        ANTICOAGULANT = "anticoagulant", "Anticoagulant"
        IMPLANT = "implant", "Implant"
        PREGNANCY = "pregnancy", "Pregnancy"
        PHOBIA = "phobia", "Phobia"
        FAINTING = "fainting", "Fainting"
        LYMPHOEDEMA = "lymphoedema", "Lymphoedema"
        INFECTION_RISK = "infection_risk", "Infection risk"
        BEHAVIOUR = "behaviour", "Behaviour"
        OTHER = "other", "Other"

    class Severity(models.TextChoices):
        INFO = "info", "Good to know"
        CAUTION = "caution", "Caution"
        DANGER = "danger", "Danger"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=16, choices=Kind)
    severity = models.CharField(max_length=8, choices=Severity)
    text = models.CharField(max_length=200, validators=[no_nul])
    side = models.CharField(max_length=8, choices=Side, blank=True)
    area = models.CharField(max_length=40, choices=BodyArea, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="alert_ends_after_it_starts",
                violation_error_message="An alert cannot end before it starts.",
            )
        ]

    def __str__(self) -> str:
        return self.text


def whole_patient_ids(patient: Patient) -> list[UUID]:
    """Every record of the person, the standing one first; for reads that cannot join."""
    whole = patient.whole_id
    return [whole, *Patient.objects.filter(merged_into=whole).values_list("pk", flat=True)]
