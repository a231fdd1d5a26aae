"""The little that is asked about an arrival: for whom, and why it is over."""

from collections.abc import Sequence
from typing import Any

from django import forms

from practice.forms import ActionForm
from practice.models import User
from treatments.models import Arrival


class ForWhomForm(ActionForm):
    """Offers those who work here now; whether the choice stands says the action."""

    practitioner = forms.UUIDField(label="Practitioner", error_messages={"invalid": "Choose a practitioner."})

    def __init__(self, *args: Any, practitioners: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), person.full_name) for person in practitioners]
        self.fields["practitioner"].widget = forms.Select(choices=people)


class WithdrawForm(ActionForm):
    """What is missing says the action, in the same words as to a program."""

    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in Arrival.WITHDRAWN],
        widget=forms.RadioSelect,
        label="What happened",
        required=False,
    )
    reason = forms.CharField(
        max_length=Arrival._meta.get_field("reason").max_length,
        label="Reason",
        help_text="Stays in the record. A few words are enough.",
        required=False,
    )
