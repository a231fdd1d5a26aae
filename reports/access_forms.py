"""What of the access log somebody wants to see, and what they found."""

from datetime import date, timedelta
from typing import Any

from django import forms

from patients.models import Patient
from practice.forms import ActionForm
from practice.models import User
from reports.access_looks import Asked

DAYS, MOST_DAYS = 30, 366


class AccessForm(ActionForm):
    person = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everybody", label="Opened by")
    first = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    unusual = forms.BooleanField(required=False, label="Worth a question only")
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        sent = data.copy()
        sent.setdefault("last", today.isoformat())
        sent.setdefault("first", (today - timedelta(days=DAYS - 1)).isoformat())
        super().__init__(sent)
        self.user, self.today = user, today
        people = User.objects.visible_to(user).exclude(role=User.Role.SERVICE)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        last = values.get("last") or self.today
        first = values.get("first") or last - timedelta(days=DAYS - 1)
        if first > last:
            self.add_error("first", "The first day lies after the last. Change one of them.")
        elif last - first > timedelta(days=MOST_DAYS):
            self.add_error("first", f"At most {MOST_DAYS} days at once. Choose a later first day.")
        if (pk := values.get("patient")) and not self._patient(pk):
            self.add_error("patient", "Choose a patient of this practice.")
        return values | {"first": first, "last": last}

    def _patient(self, pk: Any) -> Patient | None:
        return Patient.objects.visible_to(self.user).led(pk)

    def asked(self) -> Asked:
        values = self.cleaned_data
        patient = self._patient(values["patient"]) if values.get("patient") else None
        return Asked(values["first"], values["last"], values.get("person"), patient, bool(values.get("unusual")))


class ReviewForm(ActionForm):
    note = forms.CharField(
        max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}), label="What you found",
        help_text="Whom you asked, and what it was. It is kept with your name and cannot be changed.",
    )  # fmt: skip
