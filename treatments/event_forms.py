"""Shapes of the pages about adverse events."""

from typing import Any, Self

from django import forms
from django.utils import timezone

from practice.forms import ActionForm, RecordForm
from treatments import adverse
from treatments.models import AdverseEvent

TOLD = [("gp", "GP"), ("insurer", "Insurer"), ("tga", "TGA"), ("ahpra", "Ahpra"), ("other", "Somebody else")]


def moment(label: str, *, required: bool = False) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(required=required, widget=widget, label=label)


def words(label: str, *, rows: int = 2, most: int = 4000, required: bool = False) -> forms.CharField:
    return forms.CharField(max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}), label=label)


class EventForm(RecordForm):
    """One adverse event. Of the staff there is one kind."""

    kind = forms.ChoiceField(label="What happened")
    severity = forms.ChoiceField(choices=[("", ""), *AdverseEvent.Severity.choices], label="Severity")
    onset_at = moment("When it began", required=True)
    noticed_by = forms.ChoiceField(
        choices=[("", ""), *AdverseEvent.NoticedBy.choices], required=False, label="Noticed by"
    )
    description = words("In words", rows=3, required=True)
    action_taken = words("What was done")
    told_patient_at = moment("Patient told")
    told = forms.MultipleChoiceField(
        choices=TOLD, required=False, widget=forms.CheckboxSelectMultiple, label="Also told"
    )
    outcome = words("How it ended", most=2000)
    resolved_at = moment("Over since")

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reported: list[dict[str, Any]] = []
        kinds = [kind for kind in adverse.kinds().values() if (kind.key == adverse.STAFF) == staff]
        self.fields["kind"].choices = [("", "Choose"), *((kind.key, kind.label) for kind in kinds)]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, record: Any, data: Any = None, **more: Any) -> Self:
        form = super().of(record, data, **more)
        form.reported = list(record.reported_to)
        form.initial["told"] = [entry["to"] for entry in form.reported]
        return form

    def values(self) -> dict[str, Any]:
        """As the action takes them; who was told keeps the day on which that was first said."""
        values = {name: value for name, value in self.changes.items() if name != "told"}
        known = {entry["to"]: entry for entry in self.reported}
        today = timezone.localdate().isoformat()
        told = [known.get(to, {"to": to, "on": today, "note": ""}) for to in self.cleaned_data["told"]]
        kept = [
            entry for to, entry in known.items() if to not in dict(TOLD)
        ]  # told in another way than this form knows
        return values | {"reported_to": told + kept}


class ReviewForm(ActionForm):
    note = words("What was found, what follows", most=1000, required=True)
