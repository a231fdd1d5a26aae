"""Shapes of the treatment pages that are plain forms; the editor speaks to the API."""

from typing import Any

from django import forms

from practice.forms import ActionForm
from treatments.models import Addendum, Episode, FollowUp, NeedleLot
from treatments.soreness import RED_FLAGS


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AddendumForm(ActionForm):
    text = forms.CharField(
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Addendum",
        help_text="Printed with the session from now on. Cannot be edited later.",
    )
    reason = forms.CharField(max_length=Addendum._meta.get_field("reason").max_length, required=False, label="Reason")


class ReasonForm(ActionForm):
    reason = forms.CharField(max_length=1000, label="Reason")


class LotForm(ActionForm):
    brand, gauge_mm, length_mm, lot_number, expires_on, received_on, opened_in = forms.fields_for_model(
        NeedleLot,
        ["brand", "gauge_mm", "length_mm", "lot_number", "expires_on", "received_on", "opened_in"],
        widgets={"expires_on": date_input(), "received_on": date_input()},
        labels={"gauge_mm": "Diameter, mm", "length_mm": "Length, mm", "opened_in": "Opened in (room)"},
    ).values()


class EpisodeForm(ActionForm):
    title, problem, side, onset, diagnosis, diagnosis_code, diagnosis_system, goals, planned_sessions, status = (
        forms.fields_for_model(
            Episode,
            ["title", "problem", "side", "onset", "diagnosis", "diagnosis_code", "diagnosis_system", "goals",
             "planned_sessions", "status"],
        ).values()
    )  # fmt: skip


class AnswerForm(ActionForm):
    """What a patient said on the phone; one score per treated area, empty when not asked."""

    hours_since = forms.IntegerField(min_value=0, max_value=2000, required=False, label="Hours since the needling")
    still_sore = forms.TypedChoiceField(
        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda v: {"yes": True, "no": False}.get(v),
        empty_value=None,
        required=False,
        label="Still sore",
    )
    function = forms.ChoiceField(
        choices=[("", "Not asked"), *FollowUp.Function.choices], required=False, label="Held up in daily life"
    )
    bruise = forms.TypedChoiceField(
        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda v: {"yes": True, "no": False}.get(v),
        empty_value=None,
        required=False,
        label="A bruise",
    )
    red_flags = forms.MultipleChoiceField(
        choices=list(RED_FLAGS.items()), required=False, widget=forms.CheckboxSelectMultiple, label="Any of these"
    )
    comment = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, treated: list[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.treated = treated
        for key, side, name in treated:
            self.fields[f"score_{key}_{side}"] = forms.IntegerField(
                min_value=0, max_value=10, required=False, label=f"{name}: soreness, 0 to 10"
            )
        self.order_fields([f"score_{key}_{side}" for key, side, _ in treated])

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        scores = [
            {"structure": key, "side": side, "score": data.get(f"score_{key}_{side}")} for key, side, _ in self.treated
        ]
        names = ("hours_since", "still_sore", "function", "bruise", "red_flags", "comment")
        return {n: data[n] for n in names} | {"soreness": scores, "reported_by": FollowUp.ReportedBy.STAFF}
