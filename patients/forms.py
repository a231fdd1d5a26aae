"""Shapes of the patient forms: dates and phones as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from patients import dates, phones
from patients.contact_picker import ContactField
from patients.models import Alert, Contact, Identifier, Patient, Referral
from practice.forms import ActionForm, fields_of
from practice.models import Practice, User


class DayField(forms.CharField):
    """A day in the past, in any way of writing it; day before month."""

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


@dataclass(frozen=True)
class Section:
    """A part of the form that opens when it is needed: it holds something, or something has to be put right."""

    title: str
    fields: list[forms.BoundField]
    open: bool
    key: str = ""


# In the order people say it on the phone. The first two are always open.
SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "person": ("Name and birth", ("given_names", "family_name", "preferred_name", "date_of_birth", "sex_at_birth")),
    "reach": ("Phone and e-mail", ("mobile", "email", "email_ok", "sms_ok", "documents_by_email_ok")),
    "address": ("Address", ("address_line1", "address_line2", "suburb", "state", "postcode", "country")),
    "cards": ("Cards", ("medicare", "medicare_until", "dva", "national", "insurer", "member_number")),
    "referral": ("GP and referral", ("gp_id", "referrer_id", "referred_on", "months", "visits")),
    "emergency": ("Somebody to ring", ("emergency_name", "emergency_relation", "emergency_phone")),
    "more": (
        "More about them",
        ("pronouns", "gender", "former_names", "home_phone", "occupation", "chart_body", "notes"),
    ),
}
ALWAYS_OPEN = ("person", "reach")


def said(words: str, **more: Any) -> forms.TextInput:
    """A box for what somebody else says: the browser must not fill in the name of who sits at the desk."""
    return forms.TextInput(attrs={"autocomplete": "off", **({"inputmode": words} if words else {}), **more})


Parts = dict[str, tuple[str, tuple[str, ...]]]


class DetailsForm(ActionForm):
    """What people say about themselves, wherever they say it: at the desk, or in a form of their own."""

    parts: Parts = SECTIONS

    given_names = forms.CharField(max_length=120, required=False, widget=said(""))
    family_name = forms.CharField(max_length=120, widget=said(""))
    preferred_name = forms.CharField(
        max_length=120, required=False, label="Known as", help_text="If it is another than the first given name.",
        widget=said(""),
    )  # fmt: skip
    former_names = FormerNamesField(
        required=False,
        label="Former family names",
        help_text="Search finds them too. A changed family name is kept here.",
        widget=said(""),
    )
    date_of_birth = DayField(
        label="Date of birth", help_text="Any way of writing it, day first: 14 3 1987.", widget=said("")
    )
    sex_at_birth = forms.ChoiceField(choices=Patient.Sex.choices, initial=Patient.Sex.UNKNOWN, label="Sex at birth")
    gender = forms.CharField(max_length=40, required=False, widget=said(""))
    pronouns = forms.CharField(max_length=40, required=False, widget=said(""))
    mobile = forms.CharField(max_length=40, required=False, label="Mobile phone", widget=said("tel"))
    home_phone = forms.CharField(max_length=40, required=False, label="Other phone", widget=said("tel"))
    email = forms.EmailField(required=False, label="E-mail", widget=said("email", type="email"))
    address_line1 = forms.CharField(max_length=120, required=False, label="Street", widget=said(""))
    address_line2 = forms.CharField(max_length=120, required=False, label="Street, second line", widget=said(""))
    suburb = forms.CharField(max_length=80, required=False, widget=said(""))
    state = forms.CharField(max_length=40, required=False, widget=said(""))
    postcode = forms.CharField(max_length=12, required=False, widget=said(""))
    emergency_name = forms.CharField(max_length=120, required=False, label="Emergency contact", widget=said(""))
    emergency_relation = forms.CharField(max_length=60, required=False, label="Relation", widget=said(""))
    emergency_phone = forms.CharField(max_length=40, required=False, label="Their phone", widget=said("tel"))
    email_ok = forms.BooleanField(required=False, label="May be written to by e-mail")
    sms_ok = forms.BooleanField(required=False, label="May be sent text messages")
    documents_by_email_ok = forms.BooleanField(
        required=False,
        label="Documents may go by e-mail",
        help_text="Tick it only when they said so. Your name and the time are kept with it.",
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice, self.home = practice, practice.country

    @property
    def sections(self) -> list[Section]:
        found = []
        for key, (title, names) in self.parts.items():
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                wanted = key in ALWAYS_OPEN or any(field.errors or self._holds(field) for field in fields)
                found.append(Section(title, fields, wanted, key))
        return found

    def _holds(self, field: forms.BoundField) -> bool:
        """Something is said here; the practice's own country says nothing."""
        return bool(field.value()) and not (field.name == "country" and field.value() == self.home)

    def clean_mobile(self) -> str:
        return self._e164("mobile")

    def clean_home_phone(self) -> str:
        return self._e164("home_phone")

    def _e164(self, name: str) -> str:
        text = self.cleaned_data[name]
        try:
            return phones.e164(text, country=self.home) if text else ""
        except phones.NotAPhoneNumber as error:
            raise forms.ValidationError(str(error)) from error

    def values(self) -> dict[str, Any]:
        """Model columns of the checked form."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("mobile", "home_phone")}
        numbers = [("mobile", self.cleaned_data["mobile"]), ("home", self.cleaned_data["home_phone"])]
        values["phones"] = [{"kind": kind, "number": number} for kind, number in numbers if number]
        values["phones"] += self.initial.get("more_phones", [])  # the form shows two; others stay as they are
        return values


class PatientForm(DetailsForm):
    """The whole of a patient's own data, with what the practice adds."""

    country = forms.CharField(max_length=2, required=False, help_text="Two letters: AU.", widget=said(""))
    gp_id = ContactField(kind=Contact.Kind.GP, label="GP")
    referrer_id = ContactField(kind=Contact.Kind.REFERRER, label="Referred by")
    occupation = forms.CharField(max_length=120, required=False, widget=said(""))
    chart_body = forms.ChoiceField(
        choices=[("", "As sex at birth"), *Patient.Body.choices], required=False, label="Body on the chart"
    )
    notes = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
                            label="Front desk notes")  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, practice=user.practice, **kwargs)
        self.user = user
        for name in ("gp_id", "referrer_id"):
            field = self.fields.get(name)
            if isinstance(field, ContactField):
                field.contacts = Contact.objects.visible_to(user)

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].strip().upper()
        return country or self.home

    def values(self) -> dict[str, Any]:
        values = super().values()
        for name in ("gp_id", "referrer_id"):
            contact = values[name]
            values[name] = contact.pk if contact else None
        return values

    @classmethod
    def initial_of(cls, patient: Patient) -> dict[str, Any]:
        country = patient.practice.country
        mobiles = [phone for phone in patient.phones if phone["kind"] == "mobile"]
        others = [phone for phone in patient.phones if phone["kind"] != "mobile"]
        initial = {name: getattr(patient, name) for name in cls.base_fields if hasattr(patient, name)}
        return initial | {
            "gp_id": patient.gp,
            "referrer_id": patient.referrer,
            "mobile": phones.shown(mobiles[0]["number"], country=country) if mobiles else "",
            "home_phone": phones.shown(others[0]["number"], country=country) if others else "",
            "more_phones": [*mobiles[1:], *others[1:]],
        }


class AlertForm(ActionForm):
    kind, severity, text, side, area = forms.fields_for_model(
        Alert, ["kind", "severity", "text", "side", "area"]
    ).values()


def day_picker() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class IdentifierForm(ActionForm):
    system, value, issuer, valid_until = fields_of(
        Identifier,
        ("system", "value", "issuer", "valid_until"),
        labels={"system": "What it is of", "value": "Number", "issuer": "Insurer or fund", "valid_until": "Valid to"},
        help_texts={"issuer": "Only for a member number."},
        widgets={"valid_until": day_picker(), "value": said(""), "issuer": said("")},
    )


MONTHS = [
    ("", "No end is written"),
    (3, "3 months"),
    (6, "6 months"),
    (12, "12 months"),
    (18, "18 months"),
    (24, "24 months"),
]


class ReferralForm(ActionForm):
    referrer = ContactField(kind=Contact.Kind.REFERRER, label="Who wrote it")
    referred_on = DayField(label="Written on", help_text="Day first: 31 10 2026.", widget=said(""))
    months = forms.TypedChoiceField(choices=MONTHS, coerce=int, empty_value=None, required=False, label="Counts for")
    expires_on = forms.DateField(label="Or until", required=False, widget=day_picker(),
                                 help_text="The first day it no longer counts.")  # fmt: skip
    visits = forms.IntegerField(label="Visits", required=False, min_value=1, max_value=200)
    note = forms.CharField(label="What for", required=False, max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, months = self.fields["referrer"], self.fields["months"]
        assert isinstance(field, ContactField)
        assert isinstance(months, forms.ChoiceField)
        field.contacts, months.choices = Contact.objects.visible_to(user), MONTHS

    @classmethod
    def of(cls, referral: Referral, data: Any, *, user: User) -> ReferralForm:
        """Filled with what stands there, to be corrected. Months that are no usual number stay among the choices."""
        stands = {name: getattr(referral, name) for name in ("referrer", "referred_on", "months", "visits", "note")}
        form = cls(data, user=user, initial=stands | {"expires_on": referral.given_end})
        field, months = form.fields["months"], referral.months
        assert isinstance(field, forms.ChoiceField)
        if months and months not in dict(MONTHS):
            field.choices = [*MONTHS, (months, f"{months} month{'s' if months > 1 else ''}")]
        return form

    def values(self) -> dict[str, Any]:
        values = {k: v for k, v in self.cleaned_data.items() if k != "referrer" and (k != "expires_on" or v)}
        contact = self.cleaned_data["referrer"]
        return values | {"referrer_id": contact.pk if contact else None}


class ContactForm(ActionForm):
    kind, name, organisation, provider_number, phone, email, address = forms.fields_for_model(
        Contact, ["kind", "name", "organisation", "provider_number", "phone", "email", "address"]
    ).values()
