"""Shapes of the patient forms: dates and phones as people write them."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from patients import dates, phones
from patients.models import Alert, Contact, Identifier, Patient
from practice.forms import ActionForm
from practice.models import User


class BirthField(forms.CharField):
    """Any way of writing a date of birth; day before month."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return dates.read(text, today=timezone.localdate())
        except dates.NotADate as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value.day} {value:%b %Y}" if isinstance(value, date) else value


class FormerNamesField(forms.CharField):
    """Names they had before, separated by commas; a list in the record."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        names = [name.strip() for name in (super().to_python(value) or "").split(",")]
        return [name for name in names if name]

    def run_validators(self, value: Any) -> None:
        """The record says how many, and how long."""


class PatientForm(ActionForm):
    """The whole of a patient's own data."""

    family_name = forms.CharField(max_length=120)
    given_names = forms.CharField(max_length=120, required=False)
    preferred_name = forms.CharField(max_length=120, required=False, label="Known as")
    former_names = FormerNamesField(
        required=False,
        label="Former family names",
        help_text="Search finds them too. A changed family name is kept here.",
    )
    date_of_birth = BirthField(label="Date of birth", help_text="Any way of writing it, day first: 14 3 1987.")
    sex_at_birth = forms.ChoiceField(choices=Patient.Sex.choices, initial=Patient.Sex.UNKNOWN, label="Sex at birth")
    gender = forms.CharField(max_length=40, required=False)
    pronouns = forms.CharField(max_length=40, required=False)
    mobile = forms.CharField(max_length=40, required=False, label="Mobile phone")
    home_phone = forms.CharField(max_length=40, required=False, label="Other phone")
    email = forms.EmailField(required=False, label="E-mail")
    address_line1 = forms.CharField(max_length=120, required=False, label="Street")
    address_line2 = forms.CharField(max_length=120, required=False, label="Street, second line")
    suburb = forms.CharField(max_length=80, required=False)
    state = forms.CharField(max_length=40, required=False)
    postcode = forms.CharField(max_length=12, required=False)
    emergency_name = forms.CharField(max_length=120, required=False, label="Emergency contact")
    emergency_relation = forms.CharField(max_length=60, required=False, label="Relation")
    emergency_phone = forms.CharField(max_length=40, required=False, label="Their phone")
    gp_id = forms.ModelChoiceField(Contact.objects.none(), required=False, label="GP")
    referrer_id = forms.ModelChoiceField(Contact.objects.none(), required=False, label="Referred by")
    occupation = forms.CharField(max_length=120, required=False)
    email_ok = forms.BooleanField(required=False, label="May be written to by e-mail")
    sms_ok = forms.BooleanField(required=False, label="May be sent text messages")
    documents_by_email_ok = forms.BooleanField(required=False, label="Documents may go by e-mail")
    chart_body = forms.ChoiceField(
        choices=[("", "As sex at birth"), *Patient.Body.choices], required=False, label="Body on the chart"
    )
    notes = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
                            label="Front desk notes")  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = user.practice.country
        contacts = Contact.objects.visible_to(user).filter(archived_at=None)
        for name in ("gp_id", "referrer_id"):
            self.fields[name].queryset = contacts  # type: ignore[attr-defined]

    def clean_mobile(self) -> str:
        return self._e164("mobile")

    def clean_home_phone(self) -> str:
        return self._e164("home_phone")

    def _e164(self, name: str) -> str:
        text = self.cleaned_data[name]
        try:
            return phones.e164(text, country=self.country) if text else ""
        except phones.NotAPhoneNumber as error:
            raise forms.ValidationError(str(error)) from error

    def values(self) -> dict[str, Any]:
        """Model columns of the checked form."""
        values = {
            k: v for k, v in self.cleaned_data.items() if k not in ("mobile", "home_phone", "gp_id", "referrer_id")
        }
        numbers = [("mobile", self.cleaned_data["mobile"]), ("home", self.cleaned_data["home_phone"])]
        values["phones"] = [{"kind": kind, "number": number} for kind, number in numbers if number]
        values["phones"] += self.initial.get("more_phones", [])  # the form shows two; others stay as they are
        for name in ("gp_id", "referrer_id"):
            contact = self.cleaned_data[name]
            values[name] = contact.pk if contact else None
        return values

    @classmethod
    def initial_of(cls, patient: Patient) -> dict[str, Any]:
        country = patient.practice.country
        mobiles = [phone for phone in patient.phones if phone["kind"] == "mobile"]
        others = [phone for phone in patient.phones if phone["kind"] != "mobile"]
        initial = {name: getattr(patient, name) for name in cls.base_fields if hasattr(patient, name)}
        return initial | {
            "mobile": phones.shown(mobiles[0]["number"], country=country) if mobiles else "",
            "home_phone": phones.shown(others[0]["number"], country=country) if others else "",
            "more_phones": [*mobiles[1:], *others[1:]],
        }


class NewPatientForm(PatientForm):
    """What a person at the desk asks first; the rest can follow."""

    SHOWN = ("family_name", "given_names", "date_of_birth", "sex_at_birth", "mobile", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(self.SHOWN):
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        values = {k: v for k, v in self.cleaned_data.items() if k != "mobile"}
        mobile = self.cleaned_data["mobile"]
        return values | {"phones": [{"kind": "mobile", "number": mobile}] if mobile else []}


class AlertForm(ActionForm):
    kind, severity, text, side, area = forms.fields_for_model(
        Alert, ["kind", "severity", "text", "side", "area"]
    ).values()


class IdentifierForm(ActionForm):
    system, value, valid_until = forms.fields_for_model(
        Identifier,
        ["system", "value", "valid_until"],
        widgets={"valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    ).values()


class ContactForm(ActionForm):
    kind, name, organisation, provider_number, phone, email, address = forms.fields_for_model(
        Contact, ["kind", "name", "organisation", "provider_number", "phone", "email", "address"]
    ).values()
