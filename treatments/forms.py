"""Shapes of the treatment pages that are plain forms; the editor speaks to the API."""

from typing import Any, cast

from django import forms

from practice.forms import ActionForm, RecordForm
from treatments.models import Addendum, Episode, FollowUp, NeedleLot, SessionTemplate, Snippet
from treatments.soreness import LASTED, RED_FLAGS

ADVICE_WORDS = [
    ("soreness", "Soreness"), ("bruising", "Bruising"), ("drowsiness", "Drowsiness"), ("heat", "Heat"), ("movement", "Movement"),
    ("training", "Training"), ("red_flags", "Warning signs"), ("contact", "Who to call"), ("written_sheet", "Written sheet"),
]  # fmt: skip
ADJUNCT_WORDS = [
    ("soft_tissue", "Soft tissue"), ("hvla", "HVLA"), ("articulation", "Articulation"), ("muscle_energy", "Muscle energy"),
    ("counterstrain", "Counterstrain"), ("myofascial_release", "Myofascial release"), ("cranial", "Cranial"), ("visceral", "Visceral"),
    ("exercise", "Exercise"), ("taping", "Taping"), ("other", "Other"),
]  # fmt: skip


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
    brand, gauge_mm, length_mm, lot_number, expires_on, received_on, opened_in, gtin = forms.fields_for_model(
        NeedleLot,
        ["brand", "gauge_mm", "length_mm", "lot_number", "expires_on", "received_on", "opened_in", "gtin"],
        widgets={"expires_on": date_input(), "received_on": date_input()},
        labels={
            "gauge_mm": "Diameter, mm",
            "length_mm": "Length, mm",
            "opened_in": "Opened in (room)",
            "gtin": "Product number",
        },
        help_texts={
            "gtin": "14 digits, from the code on the box. The next box of the same kind is then known by its code."
        },
    ).values()


class DayCheckForm(ActionForm):
    on = forms.DateField(label="Day", widget=date_input())
    looked = forms.BooleanField(required=False, label="Tables, floors and bins looked at in every room")
    note = forms.CharField(
        required=False,
        max_length=1000,
        label="What is known of needles still in",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OfferedForm(RecordForm):
    active = forms.BooleanField(required=False, initial=True, label="In use")


class SnippetForm(OfferedForm):
    shortcut, title, note, text = forms.fields_for_model(
        Snippet,
        ["shortcut", "title", "note", "text"],
        widgets={"text": forms.Textarea(attrs={"rows": 5})},
        labels={"note": "Offered in"},
        help_texts={"shortcut": "Small letters: ;nk expands the snippet nk."},
    ).values()
    field_order = ("shortcut", "title", "note", "text", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["note"]).choices = Snippet.Note.choices  # nothing chosen means any note


def several(choices: list[tuple[str, str]], label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices, required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "several"}), label=label
    )


class SessionTemplateForm(OfferedForm):
    title, lines, subjective, objective, assessment, plan, position = forms.fields_for_model(
        SessionTemplate,
        ["title", "lines", "subjective", "objective", "assessment", "plan", "position"],
        widgets=dict.fromkeys(
            ("lines", "subjective", "objective", "assessment", "plan"), forms.Textarea(attrs={"rows": 3})
        ),
        labels={"lines": "Proposed sites"},
        help_texts={
            "lines": "A line of shorthand each: r uft p 30x40. They are proposed, never recorded by themselves."
        },
    ).values()
    adjuncts = several(ADJUNCT_WORDS, "Also done")
    advice_given = several(ADVICE_WORDS, "Advice")
    field_order = ("title", "lines", "subjective", "objective", "assessment", "plan", "position", "adjuncts", "advice_given",
                   "active")  # fmt: skip


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
    lasted_hours = forms.TypedChoiceField(
        choices=[("", "Not asked"), *LASTED],
        coerce=int,
        empty_value=None,
        required=False,
        label="If not: how long it lasted",
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
        names = ("hours_since", "still_sore", "lasted_hours", "function", "bruise", "red_flags", "comment")
        return {n: data[n] for n in names} | {"soreness": scores, "reported_by": FollowUp.ReportedBy.STAFF}
