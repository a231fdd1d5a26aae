"""Shapes of the desk's side of registrations by a link."""

from django import forms

from patients.forms import said
from patients.models import Registration
from practice.forms import ActionForm


class InviteForm(ActionForm):
    """Where the link goes; nothing else has to be known of a new person."""

    email = forms.EmailField(label="Their e-mail address", required=False, widget=said("email", type="email"))
    called = forms.CharField(label="Who it is for", required=False, max_length=120, widget=said(""),
                             help_text="If you like: so that the list says a name until they have written one.")  # fmt: skip


class RejectForm(ActionForm):
    reason = forms.ChoiceField(label="Why it is not taken", choices=[("", "Choose"), *Registration.Reason.choices])
    note = forms.CharField(label="Note", required=False, max_length=250, widget=said(""),
                           help_text="Deleted together with what they wrote.")  # fmt: skip
