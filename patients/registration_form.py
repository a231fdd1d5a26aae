"""The form for a new patient: filled while listening, one column, everything that may be said in the first call."""

from datetime import datetime
from typing import Any

from django import forms

from patients.forms import MONTHS, SECTIONS, DayField, DetailsForm, PatientForm, day_picker, said
from patients.identifier_shapes import NotThatNumber, asked, shape_of
from patients.models import Patient
from practice.models import User

CARDS = ("medicare", "dva", "national")
REFERRAL = ("referred_on", "months", "visits")
NOT_THE_PATIENTS = (*CARDS, "medicare_until", "insurer", "member_number", *REFERRAL)


class CardsForm(DetailsForm):
    """With the numbers of the cards that people of this country have."""

    medicare = forms.CharField(max_length=40, required=False, widget=said("numeric"))
    medicare_until = forms.DateField(required=False, label="Medicare card valid to", widget=day_picker(),
                                     help_text="The last day of the month on the card.")  # fmt: skip
    dva = forms.CharField(max_length=40, required=False, widget=said(""))
    national = forms.CharField(max_length=40, required=False, widget=said(""))
    insurer = forms.CharField(max_length=80, required=False, label="Insurer or fund", widget=said(""))
    member_number = forms.CharField(max_length=40, required=False, widget=said(""))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CARDS:
            if name in asked(self.home):
                shape = shape_of(name, country=self.home)
                self.fields[name].label, self.fields[name].help_text = shape.label, shape.hint
            else:
                del self.fields[name]
        if "medicare" not in self.fields:
            del self.fields["medicare_until"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in CARDS:
            if values.get(name):
                self._check_card(name, values)
        if values.get("medicare_until") and not self.data.get("medicare"):
            self.add_error("medicare", "Write the number of the card, or take its date out.")
        if values.get("insurer") and not values.get("member_number"):
            self.add_error("member_number", "Write the member number, or take the insurer out.")
        if values.get("member_number") and not values.get("insurer"):
            self.add_error("insurer", "Write which insurer or fund the number is of, such as Bupa.")
        return values

    def _check_card(self, name: str, values: dict[str, Any]) -> None:
        try:
            values[name] = shape_of(name, country=self.home).read(values[name])
        except NotThatNumber as error:
            self.add_error(name, str(error))

    def values(self) -> dict[str, Any]:
        return {k: v for k, v in super().values().items() if k not in NOT_THE_PATIENTS}

    def identifiers(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        found: list[dict[str, Any]] = [
            {
                "system": name,
                "value": given[name],
                "valid_until": given["medicare_until"] if name == "medicare" else None,
            }
            for name in CARDS
            if given.get(name)
        ]
        if given["member_number"]:
            found.append({"system": "insurer", "value": given["member_number"], "issuer": given["insurer"]})
        return found


class NewPatientForm(CardsForm, PatientForm):
    """The patient's own data, the numbers of their cards, and the referral they bring."""

    referred_on = DayField(required=False, label="Referral written on", widget=said(""),
                           help_text="Day first: 31 10 2026. Empty if they bring none.")  # fmt: skip
    months = forms.TypedChoiceField(
        choices=MONTHS, coerce=int, empty_value=None, required=False, label="Referral counts for"
    )
    visits = forms.IntegerField(required=False, min_value=1, max_value=200, label="Visits on the referral")

    def __init__(self, *args: Any, user: User, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        begin = {"sex_at_birth": Patient.Sex.UNKNOWN, "country": user.practice.country} | (initial or {})
        super().__init__(*args, user=user, initial=begin, **kwargs)
        months = self.fields["months"]
        assert isinstance(months, forms.ChoiceField)
        months.choices = MONTHS

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._check_referral(values)
        return values

    def _check_referral(self, values: dict[str, Any]) -> None:
        if values.get("referred_on") and not values.get("referrer_id") and "referrer_id" not in self.errors:
            self.add_error("referrer_id", "Choose who wrote the referral, or add them as a new contact.")
        counted = values.get("months") or values.get("visits")
        if counted and not values.get("referred_on") and "referred_on" not in self.errors:
            self.add_error("referred_on", "Write the day that stands on the referral.")

    def add_problems(self, error: Any) -> None:
        """What the action says of the referral stands beside the fields here."""
        if hasattr(error, "error_dict"):
            places = {"referral.referrer": "referrer_id", "referral.referred_on": "referred_on"}
            error.error_dict = {places.get(field, field): told for field, told in error.error_dict.items()}
        super().add_problems(error)

    def focus(self) -> None:
        """Where the hands go on: the first field to put right, else the first of all."""
        wrong = [
            name for _, names in SECTIONS.values() for name in names if name in self.errors and name in self.fields
        ]
        self.fields[(wrong or ["given_names"])[0]].widget.attrs["autofocus"] = True

    def referral(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given["referred_on"]:
            return None
        return {"referrer_id": given["referrer_id"].pk} | {name: given[name] for name in REFERRAL}

    def so_far(self) -> Patient | None:
        """Who it seems to be while the form is being filled: enough to look for the same person, or None."""
        self.is_valid()
        given = self.cleaned_data
        if not (given.get("date_of_birth") and given.get("family_name")):
            return None
        numbers = [given.get("mobile"), given.get("home_phone")]
        return Patient(
            practice=self.user.practice, family_name=given["family_name"], given_names=given.get("given_names") or "",
            preferred_name=given.get("preferred_name") or "", date_of_birth=given["date_of_birth"],
            sex_at_birth=given.get("sex_at_birth") or Patient.Sex.UNKNOWN, email=given.get("email") or "",
            phones=[{"kind": "mobile", "number": number} for number in numbers if number],
            postcode=given.get("postcode") or "",
        )  # fmt: skip

    def read_back(self, at: datetime) -> list[tuple[str, str]]:
        """What to say back to the caller: what was understood, not what was typed."""
        given, told = self.cleaned_data, []
        if born := given.get("date_of_birth"):
            age = Patient(date_of_birth=born).age_on(self.user.practice.local_date(at))
            told.append(("Born", f"{born:%A} {born.day} {born:%B %Y}, {age} years"))
        if given.get("medicare"):
            number = given["medicare"]
            told.append(("Medicare", f"{number[:4]} {number[4:9]} {number[9:]}"))
        return told
