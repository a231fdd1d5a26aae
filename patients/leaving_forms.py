"""Shapes of what is asked when a patient leaves the lists, or comes back."""

from typing import Any

from django import forms

from patients.forms import DayField, said
from practice.forms import ActionForm


class SmallForm(ActionForm):
    """One of several on the details page: its fields have ids of their own."""

    of = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.of}_%s", **kwargs)


class ArchiveForm(SmallForm):
    of = "archive"
    reason = forms.CharField(
        max_length=250, label="Why", help_text="Moved away, goes elsewhere, registered by mistake.", widget=said("")
    )


class DeathForm(SmallForm):
    of = "death"
    died_on = DayField(
        required=False,
        label="Died on",
        help_text="Day first: 3 11 2026. Empty if nobody knows the day.",
        widget=said(""),
    )
    told_by = forms.CharField(
        max_length=120, label="Who told you", help_text="The daughter by phone, the GP's letter.", widget=said("")
    )


class TakeBackForm(SmallForm):
    of = "take-back"
    reason = forms.CharField(max_length=250, label="What was wrong", widget=said(""))


class HoldForm(SmallForm):
    of = "hold"
    reason = forms.CharField(
        max_length=500, label="Why it is held", help_text="A claim, a complaint, an order of a court.", widget=said("")
    )


class LiftForm(SmallForm):
    of = "lift"
    reason = forms.CharField(max_length=500, label="Why it no longer stands", widget=said(""))


class DestroyForm(SmallForm):
    of = "destroy"
    reason = forms.CharField(max_length=500, label="Why it is destroyed", widget=said(""))


class ConfirmForm(ActionForm):
    number = forms.CharField(max_length=12, label="Write the record number", widget=said("numeric"))

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = number

    def clean_number(self) -> str:
        text: str = self.cleaned_data["number"]
        if text.strip().lstrip("0") != str(self.wanted):
            raise forms.ValidationError("This is another number. Look at whose record this is.")
        return text
