"""Forms of the follow-up board: a recall by hand, and what ends or moves a follow-up."""

from typing import Any

from django import forms
from django.db import models

from practice.forms import ActionForm
from practice.models import User


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RecallForm(ActionForm):
    due_on = forms.DateField(label="Ask them back on", widget=day_input())
    reason = forms.CharField(max_length=200, required=False, label="Why", help_text="It is said on the phone.")
    assignee = forms.ModelChoiceField(User.objects.none(), required=False, label="With", empty_label="Anybody")

    def __init__(self, *args: Any, people: models.QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class DoneForm(ActionForm):
    note = forms.CharField(
        max_length=500, required=False, label="What was said", widget=forms.Textarea(attrs={"rows": 2})
    )


class SnoozeForm(ActionForm):
    until = forms.DateField(label="Until", widget=day_input())
    reason = forms.CharField(max_length=500, required=False, label="Why it waits")


class EndForm(ActionForm):
    """Cancel, or close without an answer."""

    reason = forms.CharField(max_length=500, required=False, label="Because")
