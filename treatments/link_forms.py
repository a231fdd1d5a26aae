"""What a patient fills in without signing in. Plain forms of plain inputs: they work without scripts."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from practice.forms import ActionForm
from practice.models import no_nul
from treatments.models import FollowUp
from treatments.soreness import LASTED, RED_FLAGS
from treatments.soreness_areas import Area, scores

YES_NO = [("yes", "Yes"), ("no", "No")]
FUNCTION = [("none", "Not at all"), ("some", "A little"), ("much", "A lot")]


class BornForm(ActionForm):
    """The date of birth in three boxes: quicker with a thumb than a calendar of ninety years."""

    day = forms.IntegerField(min_value=1, max_value=31, label="Day")
    month = forms.IntegerField(min_value=1, max_value=12, label="Month")
    year = forms.IntegerField(min_value=1870, max_value=2200, label="Year, all four digits")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, width in (("day", 2), ("month", 2), ("year", 4)):
            self.fields[name].widget = forms.TextInput(
                attrs={"inputmode": "numeric", "maxlength": width, "autocomplete": f"bday-{name}"}
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if len(values) == 3:
            try:
                values["born"] = date(values["year"], values["month"], values["day"])
            except ValueError:
                raise ValidationError("This date does not exist. Look at the day and the month.") from None
        return values


def one_of(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, required=False, widget=forms.RadioSelect)


class LinkAnswerForm(ActionForm):
    """One score per treated area; nothing is preselected, and what is left alone stays empty."""

    red_flags = forms.MultipleChoiceField(choices=list(RED_FLAGS.items()), required=False)
    none = forms.BooleanField(required=False)
    still_sore = one_of(YES_NO)
    lasted_hours = one_of(LASTED)
    function = one_of(FUNCTION)
    bruise = one_of(YES_NO)
    comment = forms.CharField(max_length=2000, required=False, validators=[no_nul])

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = areas
        for area in areas:
            self.fields[area.field] = one_of([(str(n), str(n)) for n in range(11)])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not any(values.values()):
            raise ValidationError("Nothing is answered yet. Tap a number, or one of the warning signs.")
        return values

    def values(self) -> dict[str, Any]:
        """As the record keeps an answer."""
        data = self.cleaned_data
        given = {area.field: int(data[area.field]) if data.get(area.field) else None for area in self.areas}
        still = {"yes": True, "no": False}.get(data["still_sore"])
        lasted = int(data["lasted_hours"]) if data["lasted_hours"] and still is False else None
        return {
            "red_flags": data["red_flags"],
            "soreness": scores(self.areas, given),
            "still_sore": still,
            "lasted_hours": lasted,
            "function": data["function"],
            "bruise": {"yes": True, "no": False}.get(data["bruise"]),
            "comment": data["comment"],
        }

    @property
    def questions(self) -> list[tuple[Area, forms.BoundField]]:
        return [(area, self[area.field]) for area in self.areas]


def as_given(check: FollowUp, given: dict[str, object]) -> dict[str, Any]:
    """An answer that is stored, as the form shows it again for correction."""
    words = {True: "yes", False: "no", None: ""}
    return {name: "" if score is None else str(score) for name, score in given.items()} | {
        "red_flags": check.red_flags,
        "still_sore": words[check.still_sore],
        "lasted_hours": "" if check.lasted_hours is None else str(check.lasted_hours),
        "function": check.function,
        "bruise": words[check.bruise],
        "comment": check.comment,
    }
