from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from practice.models import Clinic, IdempotentAnswer, Token, User
from tests.cast import Cast, api_as, make_cast
from tests.races import at_once, on_postgresql

KEY = {"Idempotency-Key": "a-key"}


def add(client: Any, name: str = "Harbour", key: str = "a-key") -> Any:
    return client.post("/api/v1/clinics", {"name": name}, format="json", headers={"Idempotency-Key": key})


def test_the_same_key_and_body_get_the_same_answer_and_do_it_once(cast: Cast):
    client = api_as(cast.anna)
    first, second = add(client), add(client)
    assert (second.status_code, second.json(), second["ETag"]) == (201, first.json(), first["ETag"])
    assert second["Idempotency-Replayed"] == "true"
    assert Clinic.objects.count() == 1


def test_the_order_of_keys_in_the_body_does_not_matter(cast: Cast):
    client = api_as(cast.anna)
    for body in ('{"name": "H", "phone": "1"}', '{"phone": "1", "name": "H"}'):
        answer = client.post("/api/v1/clinics", body, content_type="application/json", headers=KEY)
        assert answer.status_code == 201
    assert Clinic.objects.count() == 1


def test_another_body_with_the_key_is_refused(cast: Cast):
    client = api_as(cast.anna)
    add(client)
    answer = add(client, "Hills")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_another_address_with_the_key_is_refused(cast: Cast):
    client = api_as(cast.anna)
    add(client)
    answer = client.post("/api/v1/tokens", {"name": "Harbour"}, format="json", headers=KEY)
    assert answer.status_code == 409


def test_a_key_belongs_to_its_person(cast: Cast):
    User.objects.filter(pk=cast.ben.pk).update(is_manager=True)
    add(api_as(cast.anna))
    assert add(api_as(cast.ben), "Hills").status_code == 201


def test_after_a_refusal_the_key_may_be_used_again(cast: Cast):
    client = api_as(cast.anna)
    assert add(client, "").status_code == 400
    assert add(client, "Harbour").status_code == 201


def test_after_48_hours_a_key_is_new(cast: Cast):
    client = api_as(cast.anna)
    add(client)
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=49))
    assert add(client, "Hills").status_code == 201
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["x" * 201, "ümlaut", "tab\there"])
def test_a_key_is_printable_and_short(cast: Cast, key: str):
    answer = add(api_as(cast.anna), key=key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_a_secret_is_not_kept_for_the_repeated_answer(cast: Cast):
    client = api_as(cast.anna)
    first, second = (client.post("/api/v1/tokens", {"name": "x"}, format="json", headers=KEY).json() for _ in range(2))
    assert (first["id"], first["secret"][:3], second["secret"]) == (second["id"], "tb_", None)
    assert first["secret"] not in str(IdempotentAnswer.objects.values_list("body", flat=True))
    assert Token.objects.count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_requests_at_the_same_moment_one_does_it_and_all_get_its_answer():
    anna = make_cast().anna
    clients = [api_as(anna) for _ in range(4)]
    answers = at_once([lambda c=client: add(c) for client in clients])
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    assert Clinic.objects.count() == 1
