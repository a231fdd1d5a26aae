"""What the insights are asked for: a period, a practitioner, a clinic."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from practice.forms import ActionForm
from practice.models import Clinic, User
from reports.counting import Scope

DAYS = 90
LONGEST_DAYS = 3660


def day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class OneOf(forms.ModelChoiceField):
    """One row of the list; anything else that is typed into the address is one and the same error."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError("Choose one of the list.", code="invalid_choice") from error


class InsightForm(ActionForm):
    """Empty: the last 90 days of everyone. The names are those of the API: from, to, practitioner, clinic."""

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        usual = {"from": (today - timedelta(days=DAYS - 1)).isoformat(), "to": today.isoformat()}
        known = {name: data[name] for name in ("from", "to", "practitioner", "clinic") if data.get(name)}
        super().__init__(usual | known)
        self.user = user
        self.fields["from"], self.fields["to"] = day("From"), day("To")
        people = User.objects.visible_to(user).practitioners()
        self.fields["practitioner"] = OneOf(people, required=False, empty_label="Everyone")
        clinics = Clinic.objects.visible_to(user)
        self.fields["clinic"] = OneOf(clinics, required=False, empty_label="All clinics")
        for name in ("from", "to"):
            self.fields[name].error_messages["invalid"] = "Write a date that exists, like 2027-05-31."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("from"), values.get("to")
        if first and last and first > last:
            raise ValidationError({"to": "The period ends before it begins. Change one of the days."})
        if first and last and (last - first).days > LONGEST_DAYS:
            raise ValidationError({"from": "Ten years are the most."})
        return values

    def scope(self) -> Scope:
        data = self.cleaned_data
        pks = {name: data[name].pk if data[name] else None for name in ("practitioner", "clinic")}
        return Scope(self.user, data["from"], data["to"], **pks)
