"""The phone card as a form: shape only; what has to be asked is for the action to say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.utils import timezone

from practice.forms import ActionForm
from practice.models import User
from treatments import triage
from treatments.models import Triage


class HiddenUuid(forms.UUIDField):
    widget = forms.HiddenInput


class TriageForm(ActionForm):
    """`card` is made with the page, so that sending it twice stamps it once. A question's field is named as in the API."""

    card = HiddenUuid(required=False)
    follows = HiddenUuid(required=False)
    opened_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    caller = forms.CharField(max_length=120, required=False, label="Who rings")
    place = forms.CharField(max_length=200, required=False, label="Where they are now")
    phone = forms.CharField(max_length=40, required=False, label="Number to ring back")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in triage.QUESTIONS:
            self.fields[f"answers.{question.key}"] = forms.ChoiceField(
                choices=list(triage.ANSWERS.items()), required=False, widget=forms.RadioSelect
            )

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        answers = {key: data[f"answers.{key}"] for key in triage.KEYS if data.get(f"answers.{key}")}
        plain = {name: data[name] for name in ("caller", "place", "phone", "follows")}
        return plain | {"answers": answers, "opened_at": _moment(data["opened_at"])}

    @property
    def card_id(self) -> UUID | None:
        return self.cleaned_data["card"]

    def questions(self) -> list[dict[str, Any]]:
        """Each question with its three answers, as the page draws them."""
        return [
            {"question": q, "field": field, "chosen": field.value() or "", "answers": list(triage.ANSWERS.items())}
            for q in triage.QUESTIONS
            for field in [self[f"answers.{q.key}"]]
        ]


def _moment(text: str) -> datetime | None:
    """When the page was opened, as the page was told; anything else is no moment."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if timezone.is_aware(at) else None


class TellForm(ActionForm):
    to = forms.ModelChoiceField(User.objects.none(), label="To", empty_label="Choose")

    def __init__(self, *args: Any, people: models.QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class TakeForm(ActionForm):
    note = forms.CharField(
        max_length=500, required=False, label="What was done", widget=forms.Textarea(attrs={"rows": 2})
    )


def answered_fields(card: Triage) -> dict[str, str]:
    """A new card for the same caller begins with what was answered; only the person at the phone changes it."""
    said = {f"answers.{key}": answer for key, answer in card.answers.items()}
    return said | {"caller": card.caller, "place": card.place, "phone": card.phone, "follows": str(card.pk)}
