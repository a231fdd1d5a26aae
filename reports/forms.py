"""Shapes of the pages on which documents are written and printed."""

from datetime import date
from typing import Any, cast

from django import forms

from practice.forms import ActionForm, RecordForm, fields_of
from practice.models import Clinic, User
from reports.models import Letter, PrintBatch

LABELS = {
    "addressee": "To",
    "regarding": "About",
    "presentation": "Presentation",
    "treatment": "What was done",
    "response": "Response",
    "plan": "Plan",
    "remarks": "Also to know",
    "farewell": "Closing",
    "enclosures": "Enclosed, copies",
}
ROWS = {"addressee": 4, "presentation": 6, "treatment": 6, "response": 5, "plan": 4, "remarks": 3}


class LetterForm(RecordForm):
    """The letter as its author writes it. Without scripts it is saved with its button; with them by itself."""

    addressee, salutation, regarding, presentation, treatment, response, plan, remarks, farewell, enclosures = fields_of(
        Letter,
        ("addressee", "salutation", "regarding", "presentation", "treatment", "response", "plan", "remarks", "farewell",
         "enclosures"),
        labels=LABELS,
        widgets={name: forms.Textarea(attrs={"rows": rows}) for name, rows in ROWS.items()},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LABELS | {"salutation": ""}:
            field = self.fields[name]
            assert isinstance(field, forms.CharField)
            field.strip = False
            field.widget.attrs["data-text"] = name


class BatchForm(ActionForm):
    """Which day prints, of whom, and what."""

    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label="Day")
    kind = forms.ChoiceField(label="What")
    clinic = forms.ModelChoiceField(Clinic.objects.none(), required=False, empty_label="Every clinic", label="Clinic")
    practitioner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Every practitioner", label="Practitioner"
    )
    both_sides = forms.BooleanField(
        required=False,
        initial=True,
        label="The printer prints on both sides",
        help_text="A blank page follows where one is needed, so that no patient’s page has another’s on its back.",
    )

    def __init__(
        self, *args: Any, clinics: Any, practitioners: Any, kinds: list[str], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"day": today, "both_sides": True}, **kwargs)
        cast(forms.ModelChoiceField, self.fields["clinic"]).queryset = clinics
        cast(forms.ModelChoiceField, self.fields["practitioner"]).queryset = practitioners
        labels = dict(PrintBatch.Kind.choices)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind, labels[kind]) for kind in kinds]
