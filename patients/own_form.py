"""The form a new person fills in by themselves, behind a link: theirs only, so nothing of the practice's can be searched
or chosen in it."""

from typing import Any

from django import forms

from patients.forms import Parts, said
from patients.models import Patient
from patients.registration_form import CardsForm
from patients.registration_words import documents_words

# What a browser of their own may fill in for them (WCAG 1.3.5); the desk's must not remember them.
KNOWN_TO_BROWSERS = {
    "given_names": "given-name",
    "family_name": "family-name",
    "preferred_name": "nickname",
    "date_of_birth": "bday",
    "mobile": "tel",
    "home_phone": "off",
    "email": "email",
    "address_line1": "address-line1",
    "address_line2": "address-line2",
    "suburb": "address-level2",
    "state": "address-level1",
    "postcode": "postal-code",
}
PARTS: Parts = {
    "you": (
        "You",
        ("given_names", "family_name", "preferred_name", "former_names", "date_of_birth", "sex_at_birth", "gender", "pronouns"),
    ),
    "reach": (
        "How we reach you",
        ("mobile", "home_phone", "email", "email_ok", "sms_ok", "documents_by_email_ok"),
    ),
    "address": ("Where you live", ("address_line1", "address_line2", "suburb", "state", "postcode")),
    "emergency": ("Somebody to ring in an emergency", ("emergency_name", "emergency_relation", "emergency_phone")),
    "gp": ("Your GP", ("gp",)),
    "cards": ("Your cards", ("medicare", "medicare_until", "dva", "national", "insurer", "member_number")),
}  # fmt: skip
WORDS = {
    "given_names": ("Given names", ""),
    "family_name": ("Family name (needed)", "If you have one name only, it goes here."),
    "preferred_name": ("What we should call you", "If it is another than your first given name."),
    "former_names": ("Former family names", "Separated by commas."),
    "date_of_birth": ("Date of birth (needed)", "Day first, in any way of writing it: 14 3 1987."),
    "gender": ("Gender", "In your own words, if you like."),
    "email_ok": ("You may write to me by e-mail", ""),
    "sms_ok": ("You may send me text messages", ""),
    "emergency_name": ("Name", ""),
    "emergency_relation": ("What they are to you", ""),
    "emergency_phone": ("Their phone", ""),
    "mobile": ("Mobile phone", ""),
}


class OwnForm(CardsForm):
    """Registration by the person themself."""

    parts = PARTS
    gp = forms.CharField(max_length=200, required=False, label="Name and place of your GP", widget=said(""))

    def __init__(self, *args: Any, at_the_desk: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, initial={"sex_at_birth": Patient.Sex.UNKNOWN}, **kwargs)
        for name, (label, hint) in WORDS.items():
            self.fields[name].label, self.fields[name].help_text = label, hint
        for name, known in ({} if at_the_desk else KNOWN_TO_BROWSERS).items():
            self.fields[name].widget.attrs["autocomplete"] = known
        permission, sex = self.fields["documents_by_email_ok"], self.fields["sex_at_birth"]
        permission.label, permission.help_text = documents_words(self.practice), ""
        assert isinstance(sex, forms.ChoiceField)
        sex.choices = [*Patient.Sex.choices[:-1], (Patient.Sex.UNKNOWN, "I would rather not say")]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "gp"}
