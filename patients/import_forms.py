"""Shapes of the pages of an import."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from patients.importing.columns import FIELDS, KINDS
from patients.importing.days import ORDERS, Evidence
from patients.importing.reading import ENCODINGS, SEPARATORS
from patients.models import Import
from practice.forms import ActionForm

SHORT = 40


class UploadForm(ActionForm):
    kind = forms.ChoiceField(choices=[("", "Choose"), *KINDS.items()], label="What is in the file")
    file = forms.FileField(
        label="CSV file",
        help_text="At most 32 MB. Export patients first; alerts and notes find them by the old system's number.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class WritingForm(ActionForm):
    """How the bytes are to be read."""

    encoding = forms.ChoiceField(choices=list(ENCODINGS.items()))
    separator = forms.ChoiceField(choices=list(SEPARATORS.items()))


@dataclass(frozen=True)
class Column:
    name: str
    samples: str
    field: forms.BoundField


class SettleForm(ActionForm):
    """What each column is, one select a column, with what stands in the first rows beside it."""

    source = forms.CharField(
        max_length=40, label="Name of the old system", help_text="Its numbers are told apart from others by this name."
    )
    date_order = forms.ChoiceField(
        choices=list(ORDERS.items()), required=False, label="Dates in this file", widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, of_import: Import, samples: list[list[str]], evidence: Evidence, **kwargs: Any
    ) -> None:
        initial = {"source": of_import.source, "date_order": of_import.date_order or evidence.order}
        super().__init__(*args, initial=initial, **kwargs)
        self.of_import, self.samples, self.evidence = of_import, samples, evidence
        self.fields["date_order"].help_text = evidence.sentence
        choices = [("", "Leave out"), *((f.key, f.label) for f in FIELDS[of_import.kind])]
        for index, name in enumerate(of_import.header):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                choices=choices,
                required=False,
                label=name or f"Column {index + 1}",
                initial=of_import.mapping.get(str(index), ""),
            )

    def columns(self) -> Iterable[Column]:
        for index, name in enumerate(self.of_import.header):
            told = [row[index].strip()[:SHORT] for row in self.samples if index < len(row) and row[index].strip()]
            yield Column(name or f"Column {index + 1}", ", ".join(told[:3]), self[f"column_{index}"])

    def mapping(self) -> dict[int, str]:
        chosen = {i: self.cleaned_data.get(f"column_{i}", "") for i in range(len(self.of_import.header))}
        return {index: key for index, key in chosen.items() if key}


class StartForm(ActionForm):
    duplicates = forms.ChoiceField(
        choices=Import.Duplicates.choices, label="Rows that may be somebody already here", widget=forms.RadioSelect
    )
    apply_updates = forms.BooleanField(required=False, label="Take over what changed since the last import")
    keep_file = forms.BooleanField(required=False, label="Keep the uploaded file afterwards")
