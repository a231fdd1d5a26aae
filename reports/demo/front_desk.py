"""What the front desk of the demo has written down: cards, GPs and their referrals, one who left, one record that is held.
All numbers are made up; those with a check digit carry the right one."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from patients import actions
from patients.models import Contact, Patient
from practice.models import User

CONTACTS = (
    {"kind": "gp", "name": "Dr Miriam Voss", "organisation": "Bayside Family Practice", "provider_number": "299001AB",
     "phone": "(03) 5550 0171", "email": "reception@bayside-family.example", "address": "40 Bayside Parade, Seaford VIC 3198"},
    {"kind": "gp", "name": "Dr Ifeanyi Okoro", "organisation": "Carrum Medical Rooms", "provider_number": "299002CD",
     "phone": "(03) 5550 0172", "address": "8 Station Street, Carrum VIC 3197"},
    {"kind": "insurer", "name": "Harbour Health", "organisation": "Member services", "phone": "(03) 5550 0180"},
)  # fmt: skip
WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
CARDS = (0, 1, 2, 4, 7, 9, 12, 16, 20, 25, 31, 38)  # who has a Medicare card here
VETERANS = {4: "VX990014", 31: "VSM99007"}
MEMBERS = {0: "HH 4000 117", 7: "HH 4000 232", 20: "HH 4000 341", 38: "HH 4000 455"}
# Whose referral: which doctor, days since it was written, months it counts for, visits, what for.
REFERRALS = (
    (0, 0, 40, 12, 5, "Right shoulder, painful arc"),
    (1, 0, 12, 12, None, "Neck pain from desk work"),
    (2, 1, 345, 12, 5, "Low back pain"),  # runs out soon
    (7, 1, 420, 12, 5, "Tension headache"),  # over
    (12, 0, 75, None, 10, "Calf pain in a runner"),
)
LEAVES, HELD = (
    "Moved to Queensland; goes to a practice there.",
    "Claim about a fall at work in 2025; letter of the insurer's lawyer.",
)


def write_down(patients: Sequence[Patient], *, desk: User, manager: User, now: datetime) -> None:
    contacts = [actions.add_contact(values=values, by=desk) for values in CONTACTS]
    today = desk.practice.local_date(now)
    for index in CARDS:
        for values in cards_of(index, today):
            actions.add_identifier(patient=patients[index], values=values, by=desk)
    for index, doctor, days, months, visits, note in REFERRALS:
        written = {"referrer_id": contacts[doctor].pk, "referred_on": today - timedelta(days=days), "months": months,
                   "visits": visits, "note": note}  # fmt: skip
        actions.add_referral(patient=patients[index], values=written, by=desk, at=now)
        _has_gp(patients[index], contacts[doctor], by=desk, at=now)
    actions.set_hold(patient=patients[33], reason=HELD, by=manager)
    _leaves(desk=desk, now=now)


def cards_of(index: int, today: date) -> list[dict[str, Any]]:
    year, month = today.year + 1 + index % 4, 1 + index % 12
    until = date(year, month, monthrange(year, month)[1])
    found: list[dict[str, Any]] = [{"system": "medicare", "value": medicare(index), "valid_until": until}]
    if index in VETERANS:
        found.append({"system": "dva", "value": VETERANS[index]})
    if index in MEMBERS:
        found.append({"system": "insurer", "value": MEMBERS[index], "issuer": "Harbour Health"})
    return found


def medicare(index: int) -> str:
    """Eight made-up digits, the check digit, the first issue of the card, and the number in front of the name."""
    made_up = f"2999{index:04d}"
    check = sum(int(digit) * weight for digit, weight in zip(made_up, WEIGHTS, strict=True)) % 10
    return f"{made_up}{check}1{1 + index % 3}"


def _has_gp(patient: Patient, gp: Contact, *, by: User, at: datetime) -> None:
    current = Patient.objects.get(pk=patient.pk)
    actions.correct_patient(pk=current.pk, values={"gp_id": gp.pk}, by=by, at=at, version=current.version)


def _leaves(*, desk: User, now: datetime) -> None:
    """Whoever was seen longest ago."""
    seen = Patient.objects.filter(practice=desk.practice, status="active").exclude(last_session_at=None)
    gone = seen.order_by("last_session_at", "record_number")[0]
    actions.archive_patient(pk=gone.pk, reason=LEAVES, by=desk, at=now - timedelta(days=20), version=gone.version)
