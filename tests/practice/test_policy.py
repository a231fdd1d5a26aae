"""Who may, as the design's table says it; every right that is not named here is nobody's."""

import pytest

from practice.models import User
from practice.policy import MANAGER, PERMISSIONS, allowed, permissions_of, same_practice
from tests.cast import Cast

PRACTITIONER, FRONT_DESK, AUDITOR, SERVICE = "practitioner", "front_desk", "auditor", "service"
TABLE = {  # right: who has it by role
    "patients.read": {PRACTITIONER, FRONT_DESK, AUDITOR, SERVICE},
    "patients.write": {PRACTITIONER, FRONT_DESK},
    "consent.capture": {PRACTITIONER, FRONT_DESK},
    "screening.read_answers": {PRACTITIONER, AUDITOR},
    "screening.read_state": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "attachments.list": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "attachments.read": {PRACTITIONER, AUDITOR},
    "attachments.read_office": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "attachments.write": {PRACTITIONER, FRONT_DESK},
    "sessions.list": {PRACTITIONER, FRONT_DESK, AUDITOR, SERVICE},
    "sessions.read": {PRACTITIONER, AUDITOR, SERVICE},
    "sessions.write": {PRACTITIONER, SERVICE},
    "sessions.sign": {PRACTITIONER},
    "documents.patient_summary.issue": {PRACTITIONER, FRONT_DESK},
    "documents.clinical_record.issue": {PRACTITIONER},
    "documents.clinical_record.read": {PRACTITIONER, AUDITOR},
    "follow_ups.record": {PRACTITIONER, FRONT_DESK},
    "follow_ups.acknowledge": {PRACTITIONER},
    "access_log.read_all": {AUDITOR},
    "access_log.read_own_patients": {PRACTITIONER},
}


@pytest.mark.parametrize("role", list(User.Role))
@pytest.mark.parametrize("right", TABLE)
def test_a_role_has_the_rights_of_the_table(role: str, right: str):
    assert allowed(User(role=role), right) is (role in TABLE[right])


@pytest.mark.parametrize("role", [PRACTITIONER, FRONT_DESK, AUDITOR])
def test_managing_adds_rights_to_any_role_and_takes_none(role: str):
    plain, manager = set(permissions_of(User(role=role))), set(permissions_of(User(role=role, is_manager=True)))
    assert manager == plain | MANAGER


def test_nobody_signs_by_managing():
    assert not allowed(User(role=FRONT_DESK, is_manager=True), "sessions.sign")


def test_who_is_deactivated_may_nothing():
    assert permissions_of(User(role=PRACTITIONER, is_manager=True, is_active=False)) == []


def test_a_right_nobody_named_is_a_fault_of_the_program():
    with pytest.raises(LookupError):
        allowed(User(role=PRACTITIONER), "sessions.erase")


def test_every_right_is_somebodys():
    assert all(PERMISSIONS.values())


def test_rows_belong_to_one_practice(cast: Cast):
    assert same_practice(cast.anna, cast.siobhan)
    assert not same_practice(cast.anna, cast.xaver)
    assert not same_practice(cast.anna, object())
