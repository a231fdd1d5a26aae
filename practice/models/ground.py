"""The practice, its people, and what every row of it carries."""

from __future__ import annotations

import hashlib
import secrets
import zoneinfo
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from practice.identifiers import new_id

no_nul = RegexValidator("\x00", "Remove the character with code 0.", inverse_match=True)
ahpra_number = RegexValidator(r"^[A-Z]{3}\d{10}$", "A registration number is 3 letters and 10 digits: OST0001234567.")


def default_offsets() -> list[int]:
    return [24, 72]


class Side(models.TextChoices):
    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    MIDLINE = "midline", "Midline"


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(pk=user.practice_id)


class Practice(models.Model):
    """One business and everything it recorded. Nobody reaches another practice's rows."""

    class Paper(models.TextChoices):
        A4 = "A4", "A4"
        LETTER = "letter", "Letter"

    class ThoracicSidesRule(models.TextChoices):
        WARN = "warn", "Take care"
        REASON = "reason", "Needs a reason"
        STOP = "stop", "Stops signing"

    class DocumentPassword(models.TextChoices):
        BIRTH = "birth", "Date of birth"
        BIRTH_AND_PHONE = "birth_and_phone", "Date of birth and last four digits of the phone"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, validators=[no_nul])
    legal_name = models.CharField(max_length=120, blank=True, validators=[no_nul])
    business_number = models.CharField(max_length=40, blank=True, validators=[no_nul])
    time_zone = models.CharField(max_length=60, default="Australia/Melbourne")
    country = models.CharField(
        max_length=2, default="AU", validators=[RegexValidator(r"^[A-Z]{2}$", "Two letters: AU.")]
    )
    locale = models.CharField(max_length=12, default="en-AU")
    paper_size = models.CharField(max_length=6, choices=Paper, default=Paper.A4)
    address = models.CharField(max_length=250, blank=True, validators=[no_nul])
    phone = models.CharField(max_length=40, blank=True, validators=[no_nul])
    after_hours_phone = models.CharField(max_length=40, blank=True, validators=[no_nul])
    email = models.EmailField(blank=True)
    emergency_number = models.CharField(max_length=20, default="000")
    soreness_offsets_hours = models.JSONField(default=default_offsets)
    reopen_minutes = models.PositiveSmallIntegerField(default=15, validators=[MaxValueValidator(1440)])
    screening_valid_hours = models.PositiveSmallIntegerField(default=24, validators=[MinValueValidator(1)])
    consent_valid_days = models.PositiveSmallIntegerField(default=365, validators=[MinValueValidator(1)])
    absence_days_before_new_consent = models.PositiveSmallIntegerField(default=180, validators=[MinValueValidator(1)])
    idle_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    escalation_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    registration_keep_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(7), MaxValueValidator(365)]
    )
    documents_by_email_words = models.CharField(max_length=500, blank=True, validators=[no_nul])
    privacy_notice = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    rule_levels = models.JSONField(default=dict, blank=True, editable=False)  # rule -> level, where decided otherwise
    thoracic_sides_rule = models.CharField(max_length=8, choices=ThoracicSidesRule, default=ThoracicSidesRule.REASON)
    document_password_rule = models.CharField(
        max_length=16, choices=DocumentPassword, default=DocumentPassword.BIRTH_AND_PHONE
    )
    next_record_number = models.PositiveIntegerField(default=1, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(excluded_fields=["next_record_number"])
    objects = PracticeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.time_zone not in zoneinfo.available_timezones():
            raise ValidationError({"time_zone": "Choose a time zone such as Australia/Melbourne."})
        offsets = self.soreness_offsets_hours
        if not isinstance(offsets, list) or not all(type(o) is int and 1 <= o <= 336 for o in offsets):
            raise ValidationError(
                {"soreness_offsets_hours": "Give a list of whole hours from 1 to 336, like [24, 72]."}
            )

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def local_date(self, at: datetime) -> date:
        """The calendar day of a moment where the practice is; `at.date()` would be the UTC day."""
        return timezone.localdate(at, self.zone)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().select_related("practice")  # every request needs both

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(practice=user.practice_id)

    def practitioners(self) -> Self:
        return self.filter(role=User.Role.PRACTITIONER)


class User(AbstractBaseUser):
    """A person (or a program) who signs in. Deactivated, never deleted: history points here."""

    class Role(models.TextChoices):
        PRACTITIONER = "practitioner", "Practitioner"
        FRONT_DESK = "front_desk", "Front desk"
        AUDITOR = "auditor", "Auditor"
        SERVICE = "service", "Service account"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="users")
    email = models.EmailField(unique=True, error_messages={"unique": "Somebody already signs in with this e-mail."})
    full_name = models.CharField(max_length=120, validators=[no_nul])
    post_nominals = models.CharField(max_length=80, blank=True, validators=[no_nul])
    profession = models.CharField(max_length=60, blank=True, default="osteopath", validators=[no_nul])
    role = models.CharField(max_length=12, choices=Role)
    is_manager = models.BooleanField(default=False)
    registration_number = models.CharField(max_length=13, blank=True, validators=[ahpra_number])
    # Of a student: who countersigns. Everybody else has none.
    supervisor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="students")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    history = HistoricalRecords(excluded_fields=["password", "last_login"])
    objects = UserManager.from_queryset(UserQuerySet)()

    class Meta:
        ordering = ("full_name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(supervisor=None) | Q(role="practitioner") & ~Q(supervisor=models.F("id")),
                name="user_student_treats_under_somebody_else",
                violation_error_message="A student treats, and somebody else supervises. Change the role or the supervisor.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_student(self) -> bool:
        """Their sessions count as signed once the supervisor has countersigned."""
        return self.supervisor_id is not None

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Space around them is nobody's intention; what is only space is empty and refused as such."""
        self.email = self.email.lower().strip()
        self.full_name = self.full_name.strip()
        super().clean_fields(exclude)

    @property
    def initials(self) -> str:
        words = self.full_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


Row = TypeVar("Row", bound="Tenant")


class TenantQuerySet(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """The only way in from a page or the API: rows of the user's own practice."""
        return self.filter(practice=user.practice_id)


@cache
def _pointers(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a model that point at other rows; asked for every row that is read."""
    return tuple(f.attname for f in model._meta.concrete_fields if f.is_relation)


class Tenant(models.Model):
    """A row of one practice. `practice` comes from the parent or the user, never from input."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *loaded_with: Any, **options: Any) -> Self:
        """Remembers what the row pointed at, so that saving need check only what points elsewhere now."""
        row = super().from_db(*loaded_with, **options)
        loaded = row.__dict__
        row._pointed_at = {name: loaded.get(name) for name in _pointers(cls)}
        return row

    _pointed_at: ClassVar[Mapping[str, Any]] = {}


class Record(Tenant):
    """A row people edit: versioned for If-Match, every state kept in its history table."""

    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(inherit=True, history_change_reason_field=models.CharField(max_length=200, null=True))

    class Meta:
        abstract = True


class AppendOnly(Tenant):
    """A row that is written once: the database refuses UPDATE, DELETE and TRUNCATE (see practice/guards.py)."""

    stays_for_good: ClassVar[bool] = False  # even when the record it speaks of is destroyed

    class Meta:
        abstract = True


class Clinic(Record):
    """A place where the practice treats."""

    name = models.CharField(max_length=120, validators=[no_nul])
    address = models.CharField(max_length=250, blank=True, validators=[no_nul])
    phone = models.CharField(max_length=40, blank=True, validators=[no_nul])
    is_active = models.BooleanField(default=True)

    objects = TenantQuerySet["Clinic"].as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="clinic_name_once_per_practice")]

    def __str__(self) -> str:
        return self.name


class CredentialQuerySet(TenantQuerySet["Credential"]):
    def in_date(self, on: date) -> Self:
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on))


class Credential(Record):
    """A training that a rule asks for: needling over the lung, electrical stimulation, the pelvic floor."""

    class Kind(models.TextChoices):
        THORACIC = "thoracic_needling", "Thoracic needling"
        ELECTRICAL = "electrical", "Electrical stimulation"
        PELVIC_FLOOR = "pelvic_floor", "Pelvic floor"
        GENERAL = "general", "General needling"

    user = models.ForeignKey(User, models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=Kind)
    issuer = models.CharField(max_length=120, validators=[no_nul])
    expires_on = models.DateField(null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ("user_id", "kind", "id")

    def __str__(self) -> str:
        return self.get_kind_display()


class TokenQuerySet(TenantQuerySet["Token"]):
    def usable(self, at: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at, user__is_active=True)


class Token(Record):
    """An API token: shown once, kept as a digest, expires, can be revoked."""

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80, validators=[no_nul])
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(secret: str) -> str:
        """Tokens are 256 random bits, so a plain SHA-256 cannot be guessed backwards."""
        return hashlib.sha256(secret.encode()).hexdigest()


class PublicLink(Record):
    """A way in without signing in, for one thing: the address holds the token, this row its digest only."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        abstract = True

    @classmethod
    def with_token(cls, **columns: Any) -> tuple[Self, str]:
        """A new link, not stored yet, and its token: 256 random bits, told here once."""
        token = secrets.token_urlsafe(32)
        return cls(digest=Token.digest_of(token), **columns), token


class AccessEntry(AppendOnly):
    """Who opened, printed or exported which patient's record: one row per record, ids only, no names."""

    class Act(models.TextChoices):
        OPENED = "opened", "Opened"
        PRINTED = "printed", "Printed"
        EMAILED = "emailed", "E-mailed"
        EXPORTED = "exported", "Exported"

    class Surface(models.TextChoices):
        PAGE = "page", "Page"
        API = "api", "API"

    stays_for_good: ClassVar[bool] = True  # ids, no names

    patient_id = models.UUIDField()  # no foreign key: this app lies below the patients
    act = models.CharField(max_length=10, choices=Act)
    kind = models.CharField(max_length=30)
    record_id = models.UUIDField()
    surface = models.CharField(max_length=6, choices=Surface)
    came_from = models.GenericIPAddressField(null=True, blank=True)

    objects = TenantQuerySet["AccessEntry"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["practice", "patient_id", "-created_at"], name="access_by_patient"),
            models.Index(fields=["practice", "created_by", "-created_at"], name="access_by_person"),
            models.Index(fields=["practice", "-created_at"], name="access_by_day"),
        ]

    @property
    def in_words(self) -> str:
        """What was done with what: Opened past notes."""
        return f"{self.get_act_display()} {self.kind.replace('_', ' ')}"


class IdempotentAnswer(models.Model):
    """What was answered to a POST with an Idempotency-Key: the same key and body get the same answer for 48 h."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # empty while the first request is still at work
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]


def tenant_models() -> list[type[Tenant]]:
    """Every concrete model that belongs to a practice; guards and tests walk it so that none is forgotten."""
    from django.apps import apps

    return [m for m in apps.get_models() if issubclass(m, Tenant)]
