"""The form of one score: only what its instrument needs, the rest as it was last time."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from practice.forms import RecordForm, speak_plainly
from practice.models import Side
from treatments.event_forms import moment
from treatments.instruments import ITEM_HIGH, ITEM_LOW, Instrument, plain
from treatments.models import Episode, NeedlingSession, Score

BUTTONS = 16  # a scale with no more answers than this is tapped, not typed
PLACED = {"nprs", "vas100", "ppt", "rom", "soreness_nprs"}  # the same instrument at several places
LOCATION_LABELS = {"rom": "Movement", "ppt": "Place", "soreness_nprs": "Muscle"}


class ScoreForm(RecordForm):
    """`past` are the patient's earlier scores of the instrument, newest first: places and activities are offered again,
    their numbers never."""

    at = moment("Taken", required=True)
    note = forms.CharField(max_length=500, required=False, label="Note")

    def __init__(
        self,
        *args: Any,
        instrument: Instrument,
        past: Sequence[Score] = (),
        sessions: Sequence[NeedlingSession] = (),
        episodes: Sequence[Episode] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instrument, self.sessions, self.episodes = instrument, sessions, episodes
        self.initial.setdefault("at", timezone.localtime())
        made = self._answer_fields() | self._place_fields() | self._belonging_fields()
        for field in made.values():
            speak_plainly(field)
        self.fields |= made
        self._offer_again(past)

    def _answer_fields(self) -> dict[str, forms.Field]:
        one = self.instrument
        if one.has_items:
            return self._activity_fields()
        if one.step == 1 and one.most - one.least < BUTTONS:
            choices = [(str(n), str(n)) for n in range(int(one.least), int(one.most) + 1)]
            return {"value": forms.ChoiceField(choices=choices, widget=forms.RadioSelect, label="Score")}
        widget = forms.NumberInput(attrs={"step": plain(one.step), "inputmode": "decimal"})
        label = f"Total, {plain(one.least)} to {plain(one.most)}{f' {one.unit}' if one.unit else ''}"
        field = forms.DecimalField(widget=widget, label=label)
        field.error_messages["invalid"] = "Write a number."
        return {"value": field}

    def _activity_fields(self) -> dict[str, forms.Field]:
        made: dict[str, forms.Field] = {}
        for n in range(1, self.instrument.most_items + 1):
            made[f"text_{n}"] = forms.CharField(max_length=120, required=False, label=f"Activity {n}")
            made[f"score_{n}"] = forms.IntegerField(
                required=False, min_value=ITEM_LOW, max_value=ITEM_HIGH, label=f"Score {n}, 0 to 10"
            )
        return made

    def _place_fields(self) -> dict[str, forms.Field]:
        if self.instrument.key not in PLACED:
            return {}
        label = LOCATION_LABELS.get(self.instrument.key, "Place, if it is one of several")
        return {
            "location": forms.CharField(max_length=120, required=False, label=label),
            "side": forms.ChoiceField(choices=[("", ""), *Side.choices], required=False, label="Side"),
        }

    def _belonging_fields(self) -> dict[str, forms.Field]:
        made: dict[str, forms.Field] = {}
        if self.sessions:
            choices = [("between", "Between sessions")]
            for session in self.sessions:
                began = timezone.localtime(session.started_at)
                choices += [
                    (f"{when}:{session.pk}", f"{when.capitalize()} the session of {began:%d %b %Y, %H:%M}")
                    for when in ("before", "after")
                ]
            made["when"] = forms.ChoiceField(choices=choices, label="When")
        if self.episodes:
            courses = [("", ""), *((str(e.pk), e.title) for e in self.episodes)]
            made["episode"] = forms.ChoiceField(choices=courses, required=False, label="Course of care")
        return made

    def _offer_again(self, past: Sequence[Score]) -> None:
        latest = past[0] if past else None
        if latest is not None:
            for name in ("location", "side"):
                self.initial.setdefault(name, getattr(latest, name))
            for n, entry in enumerate(latest.items, start=1):
                self.initial.setdefault(f"text_{n}", entry["text"])
        if self.sessions and timezone.localdate(self.sessions[0].started_at) == timezone.localdate():
            self.initial.setdefault("when", f"before:{self.sessions[0].pk}")
        if len(self.episodes) == 1:
            self.initial.setdefault("episode", str(self.episodes[0].pk))

    def activities(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"text_{n}"], self[f"score_{n}"]) for n in range(1, self.instrument.most_items + 1)]

    def add_problems(self, error: Any) -> None:
        """What the action says of the activities stands beside the first, of timing beside when."""
        found = getattr(error, "error_dict", {})
        for theirs, ours in (("items", "text_1"), ("timing", "when")):
            if theirs in found and ours in self.fields:
                found[ours] = found.pop(theirs)
        super().add_problems(error)

    def values(self) -> dict[str, Any]:
        """As the action takes them. A number that was not given is not sent, and is not zero."""
        data = self.cleaned_data
        values: dict[str, Any] = {name: data[name] for name in ("at", "note", "location", "side") if name in data}
        if self.instrument.has_items:
            return values | {"items": self._items(data)}
        return values | {"value": None if data["value"] in ("", None) else Decimal(data["value"])}

    def _items(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        rows = [(data[f"text_{n}"], data[f"score_{n}"]) for n in range(1, self.instrument.most_items + 1)]
        return [{"text": text, "score": score} for text, score in rows if score is not None]

    def timing(self) -> tuple[str, NeedlingSession | None]:
        when, _, pk = self.cleaned_data.get("when", "between").partition(":")
        return when, next((s for s in self.sessions if str(s.pk) == pk), None)

    def course(self) -> Episode | None:
        return next((e for e in self.episodes if str(e.pk) == self.cleaned_data.get("episode")), None)
