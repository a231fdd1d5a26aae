"""Shapes of what is asked when a patient leaves the lists, or comes back."""

from django import forms

from patients.forms import DayField, said
from practice.forms import ActionForm


class ArchiveForm(ActionForm):
    reason = forms.CharField(
        max_length=250, label="Why", help_text="Moved away, goes elsewhere, registered by mistake.", widget=said("")
    )


class DeathForm(ActionForm):
    died_on = DayField(
        required=False,
        label="Died on",
        help_text="Day first: 3 11 2026. Empty if nobody knows the day.",
        widget=said(""),
    )
    told_by = forms.CharField(
        max_length=120, label="Who told you", help_text="The daughter by phone, the GP's letter.", widget=said("")
    )


class TakeBackForm(ActionForm):
    reason = forms.CharField(max_length=250, label="What was wrong", widget=said(""))
