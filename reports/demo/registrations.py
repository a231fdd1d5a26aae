"""A new person has filled in the form behind a link and waits to be looked at; another link has just been mailed."""

from datetime import date, datetime, timedelta

from patients import actions
from practice.models import User

PERSON = {
    "given_names": "Gwen Elowen", "family_name": "Ashdown", "preferred_name": "Gwen", "former_names": ["Pascoe"],
    "date_of_birth": date(1991, 7, 2), "sex_at_birth": "female", "gender": "", "pronouns": "she/her",
    "phones": [{"kind": "mobile", "number": "+61491570156"}], "email": "gwen.ashdown@demo.example", "email_ok": True,
    "sms_ok": False, "documents_by_email_ok": True, "address_line1": "14 Ti-Tree Close", "address_line2": "",
    "suburb": "Seaford", "state": "VIC", "postcode": "3198", "emergency_name": "Ruan Ashdown",
    "emergency_relation": "brother", "emergency_phone": "+61491570157",
}  # fmt: skip
CARDS = [{"system": "medicare", "value": "2123456701", "valid_until": date(2029, 4, 30)}]


def register_by_link(*, desk: User, now: datetime) -> None:
    began = now - timedelta(hours=5)
    invited = actions.invite(way="shown", called="Gwen", by=desk, at=began)
    actions.send_in(
        registration=invited, person=PERSON, identifiers=CARDS, gp="Dr Penrose, Carrum Downs", at=now - timedelta(minutes=40)
    )  # fmt: skip
    actions.invite(way="email", email="new.patient@demo.example", called="Tamsin, from Tuesday", by=desk, at=now)
