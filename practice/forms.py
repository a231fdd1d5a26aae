"""Shapes of the practice's own forms, and the base of every form here: what an action says stands beside the field."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from practice.errors import Refused, Stale
from practice.models import Clinic, Credential, Practice, User

Result = TypeVar("Result")


class ActionForm(forms.Form):
    """A form whose work an action does. `attempt` puts what the action refuses beside the field it speaks of."""

    required_css_class = "required"

    def attempt(self, work: Callable[[], Result]) -> Result | None:
        """The action's result, or None after its refusal was added to the form (nothing typed is lost)."""
        try:
            return work()
        except ValidationError as error:
            self.add_problems(error)
        except Refused as refusal:
            self.add_error(None, str(refusal))
        except Stale:
            self.add_error(None, "Somebody changed this while you were typing. Compare, then save again.")
        return None

    def add_problems(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for field, errors in error.error_dict.items():
            known = field if field in self.fields else None
            self.add_error(known if field != NON_FIELD_ERRORS else None, errors)


class PersonForm(ActionForm):
    full_name, post_nominals, profession, role, is_manager, registration_number = forms.fields_for_model(
        User, ["full_name", "post_nominals", "profession", "role", "is_manager", "registration_number"]
    ).values()


class InviteForm(PersonForm):
    (email,) = forms.fields_for_model(User, ["email"]).values()
    field_order = ["full_name", "email", "role"]


class CredentialForm(ActionForm):
    kind, issuer, expires_on = forms.fields_for_model(
        Credential,
        ["kind", "issuer", "expires_on"],
        widgets={"expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    ).values()


class ClinicForm(ActionForm):
    name, address, phone, is_active = forms.fields_for_model(Clinic, ["name", "address", "phone", "is_active"]).values()


class TokenForm(ActionForm):
    user = forms.ModelChoiceField(User.objects.none(), label="For whom")
    name = forms.CharField(max_length=80, label="What for", help_text="So that you know later what to revoke.")
    days = forms.IntegerField(min_value=1, max_value=365, initial=90, label="Days it lasts")


class PasswordForm(ActionForm):
    password = forms.CharField(
        label="Your new password",
        strip=False,
        help_text="At least 10 characters.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PracticeForm(ActionForm):
    """The settings a manager may change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= forms.fields_for_model(
            Practice,
            ["name", "legal_name", "business_number", "address", "phone", "after_hours_phone", "email",
             "emergency_number", "time_zone", "paper_size", "reopen_minutes", "screening_valid_hours",
             "consent_valid_days", "absence_days_before_new_consent", "idle_minutes", "thoracic_sides_rule"],
        )  # fmt: skip
