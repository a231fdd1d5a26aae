"""Shapes of what is said about an attached file."""

from typing import Any

from django import forms

from patients.models import Attachment
from practice.forms import ActionForm, RecordForm, fields_of

LABELS = {"kind": "Kind", "title": "Name", "dated_on": "Day on the paper"}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class AttachForm(ActionForm):
    """Several files at once are of one kind and day; each can be put right afterwards."""

    kind, dated_on = fields_of(Attachment, ("kind", "dated_on"), labels=LABELS, widgets={"dated_on": DAY})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated_on"].required = False
        self.fields["dated_on"].help_text = "Empty: the day the photo was taken, else today."


class AttachmentForm(RecordForm):
    title, kind, dated_on = fields_of(
        Attachment, ("title", "kind", "dated_on"), labels=LABELS, widgets={"dated_on": DAY},
        help_texts={"kind": "Office paper can be opened by the front desk, everything else by those who read the record."},
    )  # fmt: skip


class ArchiveForm(ActionForm):
    reason = forms.CharField(
        max_length=300, label="Reason", required=False,
        help_text="Such as: added to the wrong patient, unreadable, replaced by a better scan.",
    )  # fmt: skip
