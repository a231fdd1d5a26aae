"""Shapes of the forms about documents on their way."""

from typing import Any
from uuid import UUID

from django import forms

from patients.models import Contact, Patient
from practice.forms import ActionForm, RecordForm
from reports.models import DataBreach


class SendForm(ActionForm):
    """Whom a document goes to. The address stands there to be confirmed; it is changed in the record, not here."""

    key = forms.UUIDField(widget=forms.HiddenInput)  # of this page: pressing Send twice sends once
    whom = forms.ChoiceField(label="Send to", widget=forms.RadioSelect)
    confirmed = forms.BooleanField(label="This is the right address")
    message = forms.CharField(
        label="Message (optional)", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It goes unprotected: nothing about health here.",
    )  # fmt: skip
    protect = forms.BooleanField(label="Protect by a password", required=False)

    def __init__(self, *args: Any, patient: Patient, contacts: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].error_messages["required"] = "Compare the address, then tick this."
        whom: Any = self.fields["whom"]
        whom.choices = [
            (_chosen(None, patient.email), f"{patient.full_name} (patient): {patient.email or 'no address'}"),
            *[(_chosen(c.pk, c.email), f"{c} ({c.get_kind_display()}): {c.email or 'no address'}") for c in contacts],
        ]
        whom.error_messages["invalid_choice"] = "The address was changed meanwhile. Look at it again."

    @property
    def contact(self) -> UUID | None:
        key = self.cleaned_data["whom"].partition(" ")[0]
        return None if key == "patient" else UUID(key)

    @property
    def to(self) -> str:
        """The address as it stood on the page; another one by now is refused as a choice that is not there."""
        return str(self.cleaned_data["whom"].partition(" ")[2])


def _chosen(contact: UUID | None, address: str) -> str:
    return f"{contact or 'patient'} {address}"


class BreachForm(ActionForm):
    what_happened = forms.CharField(
        label="What happened", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who got it, and how it came to light.",
    )  # fmt: skip
    done_at_once = forms.CharField(
        label="What was done at once", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Asked to delete it, who confirmed.",
    )  # fmt: skip
    noticed_at = forms.DateTimeField(
        label="When it was noticed", required=False, help_text="Now, when left empty. The 30 days run from it.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip


class AssessmentForm(RecordForm):
    result = forms.ChoiceField(
        label="Is serious harm likely?", choices=DataBreach.Result.choices, widget=forms.RadioSelect
    )
    reasons = forms.CharField(
        label="Reasons", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was in it, who has it, what was done, who was told what.",
    )  # fmt: skip
    notified = forms.CharField(
        label="Whom you told, when and how", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Where serious harm is likely: the patient and the privacy commissioner (OAIC).",
    )  # fmt: skip
