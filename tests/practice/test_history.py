"""The one door: who and why in every history row, one practice only, valid rows only, constant cost."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import Alert, Patient
from practice.errors import Stale
from practice.history import ForeignPractice, erase, keep, keep_all, lock
from practice.models import Clinic, Credential, User, tenant_models
from tests.cast import Cast, make_patient


def clinics(cast: Cast, count: int) -> list[Clinic]:
    return [Clinic(practice=cast.home, name=f"Clinic {n}") for n in range(count)]


def cost(work: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_every_state_says_who_and_why(cast: Cast):
    clinic = keep(Clinic(practice=cast.home, name="Harbour"), by=cast.anna, why="opened")
    clinic.name = "Harbour Lane"
    keep(clinic, by=cast.ben, why="renamed")
    states = clinic.history.order_by("history_date").values_list(
        "name", "history_type", "history_user", "history_change_reason", "version"
    )
    assert list(states) == [
        ("Harbour", "+", cast.anna.pk, "opened", 1),
        ("Harbour Lane", "~", cast.ben.pk, "renamed", 2),
    ]


def test_the_first_hand_is_remembered(cast: Cast):
    clinic = keep(Clinic(practice=cast.home, name="Harbour"), by=cast.anna, why="opened")
    keep(clinic, by=cast.ben, why="again")
    assert clinic.created_by == cast.anna


def test_many_rows_carry_who_and_why_too(cast: Cast):
    rows = clinics(cast, 3)
    keep_all(rows, by=cast.anna, why="opened")
    for row in rows:
        row.phone = "1"
    keep_all(rows, by=cast.ben, why="phones")
    for row in Clinic.objects.all():
        assert row.version == 2
        reasons = row.history.order_by("history_id").values_list("history_change_reason", "history_user")
        assert list(reasons) == [("opened", cast.anna.pk), ("phones", cast.ben.pk)]


def test_new_and_changed_rows_go_in_together(cast: Cast):
    old = keep(Clinic(practice=cast.home, name="Old"), by=cast.anna, why="opened")
    old.phone = "1"
    keep_all([old, Clinic(practice=cast.home, name="New")], by=cast.anna, why="both")
    assert [(c.name, c.history.count()) for c in Clinic.objects.order_by("name")] == [("New", 1), ("Old", 2)]


def test_nothing_to_keep_costs_nothing(cast: Cast):
    assert cost(lambda: keep_all([], by=cast.anna, why="x")) == 0


def test_six_rows_and_sixty_cost_the_same(cast: Cast):
    six, sixty = clinics(cast, 6), [Clinic(practice=cast.home, name=f"More {n}") for n in range(60)]
    assert cost(lambda: keep_all(six, by=cast.anna, why="x")) == cost(lambda: keep_all(sixty, by=cast.anna, why="x"))
    assert cost(lambda: keep_all(six, by=cast.anna, why="y")) == cost(lambda: keep_all(sixty, by=cast.anna, why="y"))


def test_what_was_erased_is_in_the_history(cast: Cast):
    clinic = keep(Clinic(practice=cast.home, name="Harbour"), by=cast.anna, why="opened")
    history = type(clinic).history.filter(id=clinic.pk)
    erase([clinic], by=cast.ben, why="never opened")
    newest = history.latest()
    assert (newest.history_type, newest.history_user, newest.history_change_reason) == ("-", cast.ben, "never opened")


@pytest.mark.parametrize("how", ["as an object", "as an id"])
@pytest.mark.parametrize("many", [False, True])
def test_no_foreign_key_leads_into_another_practice(cast: Cast, how: str, many: bool):
    person = {"user": cast.zoe} if how == "as an object" else {"user_id": cast.zoe.pk}
    row = Credential(practice=cast.home, kind="general", issuer="x", **person)
    with pytest.raises(ForeignPractice):
        keep_all([row], by=cast.anna, why="x") if many else keep(row, by=cast.anna, why="x")
    assert not Credential.objects.filter(kind="general").exists()


def test_a_foreign_key_to_nothing_is_refused(cast: Cast):
    with pytest.raises(ForeignPractice):
        keep(Credential(practice=cast.home, user_id=uuid4(), kind="general", issuer="x"), by=cast.anna, why="x")


def test_nobody_of_another_practice_is_the_first_hand(cast: Cast):
    with pytest.raises(ForeignPractice):
        keep(Clinic(practice=cast.home, name="x"), by=cast.zoe, why="x")


def test_every_tenant_row_knows_its_practice_by_a_required_foreign_key():
    models = tenant_models()
    assert {Clinic, Credential, Patient, Alert} <= set(models)
    assert all(not m._meta.get_field("practice").null for m in models)


def test_every_problem_of_a_row_is_told_at_once(cast: Cast):
    with pytest.raises(ValidationError) as refused:
        keep(Clinic(practice=cast.home, name="x" * 121, phone="a\x00b"), by=cast.anna, why="x")
    assert set(refused.value.message_dict) == {"name", "phone"}


def test_a_unique_field_is_said_in_words(cast: Cast):
    with pytest.raises(ValidationError) as refused:
        keep(User(practice=cast.home, email="ANNA@example.org", full_name="A", role="auditor"), by=None, why="x")
    assert refused.value.message_dict == {"email": ["Somebody already signs in with this e-mail."]}


def test_a_row_that_is_refused_leaves_no_history(cast: Cast):
    before = Clinic.history.count()
    with pytest.raises(ValidationError):
        keep(Clinic(practice=cast.home, name=""), by=cast.anna, why="x")
    assert Clinic.history.count() == before


def test_a_lock_with_an_old_version_shows_the_current_row(cast: Cast):
    clinic = keep(Clinic(practice=cast.home, name="Harbour"), by=cast.anna, why="opened")
    keep(clinic, by=cast.ben, why="renamed")
    with pytest.raises(Stale) as stale:
        lock(Clinic.objects.visible_to(cast.anna), clinic.pk, version=1)
    assert stale.value.record.version == 2


def test_a_stranger_cannot_even_lock(cast: Cast):
    clinic = keep(Clinic(practice=cast.home, name="Harbour"), by=cast.anna, why="opened")
    with pytest.raises(Clinic.DoesNotExist):
        lock(Clinic.objects.visible_to(cast.zoe), clinic.pk)


def test_a_patients_history_names_who_changed_it(cast: Cast):
    patient = make_patient(cast.anna, record_number=7, family_name="A", given_names="B", date_of_birth="1990-01-01")
    assert patient.history.get().history_user == cast.anna


def test_passwords_and_sign_in_times_are_no_history():
    fields = {f.name for f in User.history.model._meta.get_fields()}
    assert not {"password", "last_login"} & fields
