"""Shapes of the practice's own forms, and the base of every form here: what an action says stands beside the field."""

import logging
import re
import zoneinfo
from collections.abc import Callable
from typing import Any, Self, TypeVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.http import QueryDict

from practice.actions import DEFAULT_DAYS, MOST_DAYS
from practice.errors import Refused, Stale
from practice.models import Clinic, Credential, Practice, User

log = logging.getLogger(__name__)
Result = TypeVar("Result")
SENTENCES: dict[type[forms.Field], dict[str, Any]] = {
    forms.EmailField: {"invalid": "Write an e-mail address like name@example.org."},
    forms.IntegerField: {
        "invalid": "Write a whole number.",
        "min_value": "%(limit_value)s is the least.",
        "max_value": "%(limit_value)s is the most.",
    },
    forms.DateField: {"invalid": "Write a date that exists, like 2027-05-31."},
    forms.ChoiceField: {"invalid_choice": "Choose one of the list."},
    forms.ModelChoiceField: {"invalid_choice": "Choose one of the list."},
}


class ActionForm(forms.Form):
    """A form whose work an action does. `attempt` puts what the action refuses beside the field it speaks of."""

    required_css_class = "required"
    use_required_attribute = False  # all problems at once, in our words, from the server

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            speak_plainly(field)

    def attempt(self, work: Callable[[], Any]) -> Any:
        """The action's result, or None after its refusal was added to the form (nothing typed is lost)."""
        if not self.is_valid():
            return None
        try:
            return work()
        except ValidationError as error:
            self.add_problems(error)
        except Refused as refusal:
            self.add_error(None, str(refusal))
        except Stale as stale:
            self.add_stale(stale)
        except IntegrityError:  # two people in the same moment; the row is as the faster one left it
            log.warning("refused by the database in %s", type(self).__name__)
            self.add_error(None, "The record changed in the meantime, or does not allow this now. Look again.")
        return None

    def add_problems(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for field, errors in error.error_dict.items():
            known = field if field in self.fields else None
            self.add_error(known if field != NON_FIELD_ERRORS else None, errors)

    def add_stale(self, stale: Stale) -> None:
        self.add_error(None, "Somebody changed this while you were typing. Compare, then save again.")


def speak_plainly(field: forms.Field) -> None:
    field.error_messages["required"] = "Fill this in."
    for kind, sentences in SENTENCES.items():
        if isinstance(field, kind):
            field.error_messages |= sentences
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices
        field.choices = [(value, _blank(field) if value == "" else words) for value, words in choices]


def _blank(field: forms.ChoiceField) -> str:
    return "Choose" if field.required else "Not recorded"


class RecordForm(ActionForm):
    """A form about a stored row: it remembers the version it was filled from, and shows what changed meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, record: models.Model, data: Any = None, **more: Any) -> Self:
        """The form filled from the row; with `data` as somebody typed it."""
        names = [name for name in cls.base_fields if hasattr(record, name)]
        return cls(data, initial={name: getattr(record, name) for name in names}, **more)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def version_seen(self) -> int:
        return int(self.cleaned_data["version"] or 0)

    def add_stale(self, stale: Stale) -> None:
        """Both texts stay in sight: the typed one in the field, the stored one beside it. Saving again keeps theirs."""
        self.add_error(None, "Somebody saved this while you were typing. Compare, then save again to keep yours.")
        for name, typed in self.changes.items():
            stored = getattr(stale.record, name, typed)
            if stored != typed:
                self.add_error(name, f"Saved meanwhile: {stored or 'nothing'}.")
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(stale.record.version)
        self.data = data


PERSON_LABELS = {
    "full_name": "Full name",
    "email": "E-mail",
    "post_nominals": "Letters after the name",
    "is_manager": "Manages the practice: staff, clinics, texts, lots, tokens",
    "registration_number": "Registration number",
    "supervisor": "Supervisor of a student",
}


def _person_fields(*names: str) -> list[forms.Field]:
    hints = {
        "email": "They sign in with it.",
        "registration_number": "3 letters and 10 digits: OST0001234567. Leave it empty if there is none.",
        "supervisor": "Only for a student: who countersigns their sessions.",
    }
    return list(fields_of(User, names, labels=PERSON_LABELS, help_texts=hints))


def fields_of(model: type[models.Model], names: Any, **more: Any) -> list[forms.Field]:
    """Form fields of model fields, in the order named; a choice that has to be made begins empty."""
    fields = forms.fields_for_model(model, list(names), **more)
    for field in fields.values():
        if isinstance(field, forms.TypedChoiceField) and field.required:
            field.choices = [("", "Choose"), *[c for c in cast(Any, field.choices) if c[0]]]
    return [fields[name] for name in names]


class PersonForm(RecordForm):
    full_name, email, role, is_manager, post_nominals, profession, registration_number, supervisor = _person_fields(
        "full_name", "email", "role", "is_manager", "post_nominals", "profession", "registration_number", "supervisor"
    )

    def __init__(self, *args: Any, people: models.QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["supervisor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = people, "Not a student"


class InviteForm(PersonForm):
    profession = forms.CharField(max_length=60, required=False, initial="osteopath")


class OwnNameForm(RecordForm):
    full_name, post_nominals = _person_fields("full_name", "post_nominals")


class CredentialForm(RecordForm):
    kind, issuer, expires_on = fields_of(
        Credential,
        ("kind", "issuer", "expires_on"),
        labels={"kind": "Training", "issuer": "Issued by", "expires_on": "Valid to"},
        help_texts={"expires_on": "Leave it empty if it does not run out."},
        widgets={"expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    )


class ClinicForm(RecordForm):
    name, address, phone = fields_of(Clinic, ("name", "address", "phone"))


class TokenForm(ActionForm):
    user = forms.ModelChoiceField(User.objects.none(), label="For whom", empty_label=None)
    name = forms.CharField(max_length=80, label="What for", help_text="So that you know later what to revoke.")
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS, label="Days it lasts")

    def __init__(self, *args: Any, people: models.QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class PasswordForm(ActionForm):
    password = forms.CharField(
        label="Your new password",
        strip=False,
        help_text="At least 10 characters. A few words that only you would put together are easy to keep.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "again" in values and values.get("password", "") != values["again"]:
            raise ValidationError({"again": "The two differ. Write the same password twice."})
        return values


class HoursField(forms.CharField):
    """Hours after needling, separated by commas; a list of whole numbers in the record."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        words = [word for word in re.split(r"[,;\s]+", super().to_python(value) or "") if word]
        if not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
            raise ValidationError("Write whole hours, separated by commas: 24, 72.")
        return [int(word) for word in words]

    def run_validators(self, value: Any) -> None:
        """The record says which hours are possible."""


PRACTICE_PARTS = {
    "The practice": ("name", "legal_name", "business_number", "address", "phone", "after_hours_phone", "email",
                     "emergency_number"),
    "Consent and screening": ("consent_valid_days", "absence_days_before_new_consent", "screening_valid_hours",
                              "thoracic_sides_rule"),
    "Place and paper": ("time_zone", "country", "paper_size"),
    "Documents by e-mail": ("document_password_rule",),
    "Registration by a link": ("privacy_notice", "documents_by_email_words", "registration_keep_days"),
    "Sessions and sign-in": ("reopen_minutes", "soreness_offsets_hours", "escalation_minutes", "idle_minutes"),
}  # fmt: skip


class PracticeForm(RecordForm):
    """The settings a manager may change, in parts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for part in PRACTICE_PARTS.values() for name in part]
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones())]
        made = dict(zip(names, fields_of(Practice, names, labels=LABELS, help_texts=HINTS), strict=True))
        made["time_zone"] = forms.ChoiceField(choices=zones, label=LABELS["time_zone"], help_text=HINTS["time_zone"])
        made["soreness_offsets_hours"] = HoursField(
            label=LABELS["soreness_offsets_hours"], help_text=HINTS["soreness_offsets_hours"]
        )
        for field in made.values():
            speak_plainly(field)
        self.fields |= made

    @classmethod
    def of(cls, record: models.Model, data: Any = None, **more: Any) -> Self:
        names = ["version", *[name for part in PRACTICE_PARTS.values() for name in part]]
        return cls(data, initial={name: getattr(record, name) for name in names}, **more)

    def columns(self) -> list[list[tuple[str, list[forms.BoundField]]]]:
        """The parts as two columns of cards of about equal height."""
        parts = [(title, [self[name] for name in names]) for title, names in PRACTICE_PARTS.items()]
        return [parts[::2], parts[1::2]]


LABELS = {
    "name": "Name",
    "legal_name": "Legal name",
    "business_number": "Business number",
    "after_hours_phone": "Phone after hours",
    "email": "E-mail",
    "emergency_number": "Emergency number",
    "time_zone": "Time zone",
    "paper_size": "Paper",
    "reopen_minutes": "A signed session can be reopened for, minutes",
    "screening_valid_hours": "A screening counts for, hours",
    "consent_valid_days": "A consent lasts, days",
    "absence_days_before_new_consent": "New consent after an absence of, days",
    "idle_minutes": "Sign out when idle for, minutes",
    "thoracic_sides_rule": "Both sides over the lung in one session",
    "document_password_rule": "Password of a protected document",
    "soreness_offsets_hours": "Ask about soreness after, hours",
    "escalation_minutes": "A warning sign goes to the next person after, minutes",
    "privacy_notice": "Your privacy notice",
    "documents_by_email_words": "How you ask for documents by e-mail",
    "registration_keep_days": "What was not taken over is deleted after, days",
}
HINTS = {
    "name": "As patients read it on letters and pages.",
    "emergency_number": "Shown to patients with a warning sign: 000 in Australia.",
    "time_zone": "Dates and times are shown and read in it.",
    "country": "Two letters: AU.",
    "reopen_minutes": "By who signed it, until a document of it was issued. 0 means never.",
    "idle_minutes": "From 1 to 240.",
    "document_password_rule": "The mail says what it is made of, never the password itself.",
    "soreness_offsets_hours": "Separated by commas: 24, 72.",
    "privacy_notice": "Shown below the form, after what this program keeps and for how long.",
    "documents_by_email_words": "What a new person ticks. Empty: the words of this program.",
    "registration_keep_days": "From 7 to 365. A new person is told the number.",
    "escalation_minutes": "When nobody has taken it until then. From 5 to 1440.",
}
