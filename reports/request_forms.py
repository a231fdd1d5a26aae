"""Shapes of the pages about record requests and refused corrections."""

from django import forms

from practice.forms import ActionForm, fields_of
from reports.models import RecordRequest, RefusedCorrection

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReceiveForm(ActionForm):
    asked_by, asker_name, asker_contact, authority, identity_checked, wanted, received_on = fields_of(
        RecordRequest,
        ("asked_by", "asker_name", "asker_contact", "authority", "identity_checked", "wanted", "received_on"),
        labels={
            "asked_by": "Who asks",
            "asker_name": "Their name",
            "asker_contact": "How to reach them",
            "authority": "What gives them the right",
            "identity_checked": "How you know who they are",
            "wanted": "What they ask for",
            "received_on": "Received on",
        },
        help_texts={
            "authority": "Not needed when the patient asks. A signed authority, a court order, guardianship.",
            "identity_checked": "Driver licence seen, date of birth and address compared by phone, ...",
            "wanted": "Leave it empty for the whole record.",
            "received_on": "The 30 days begin on it.",
        },
        widgets={"received_on": DAY},
    )


class HandOverForm(ActionForm):
    handed_over_how = forms.ChoiceField(choices=[("", "Choose"), *RecordRequest.How.choices], label="How")
    handed_over_to = forms.CharField(max_length=120, label="To whom", help_text="The name of the person who took it.")
    withheld = forms.CharField(
        max_length=1000, required=False, label="What was left out", widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        max_length=1000, required=False, label="Why it was left out", widget=forms.Textarea(attrs={"rows": 2})
    )


class RefuseForm(ActionForm):
    why = forms.CharField(max_length=1000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))
    taken_back = forms.BooleanField(required=False, label="They took the request back")


class CorrectionForm(ActionForm):
    asked_on, asked_for, reason, statement = fields_of(
        RefusedCorrection,
        ("asked_on", "asked_for", "reason", "statement"),
        labels={
            "asked_on": "Asked on",
            "asked_for": "What the patient wants changed",
            "reason": "Why it is not changed",
            "statement": "The patient's statement, in their words",
        },
        help_texts={"statement": "It is shown with the record and prints in it. It can also come later."},
        widgets={"asked_on": DAY, "asked_for": forms.Textarea(attrs={"rows": 2}),
                 "reason": forms.Textarea(attrs={"rows": 2}), "statement": forms.Textarea(attrs={"rows": 4})},
    )  # fmt: skip


class StatementForm(ActionForm):
    statement = forms.CharField(
        max_length=4000, label="The patient's statement, in their words", widget=forms.Textarea(attrs={"rows": 4})
    )
