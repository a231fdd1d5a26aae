"""What two surfaces cannot show: links, races, and what is left in the history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.test import Client

from practice import actions
from practice.errors import Refused
from practice.models import User
from tests.cast import NOW, Cast, make_cast
from tests.races import at_once, kinds, on_postgresql

PASSWORD = "needles in, needles out"


def link_for(cast: Cast, name: str = "ben") -> str:
    return actions.issue_password_link(pk=cast.person(name).pk, by=cast.anna, at=NOW).path


def parts(path: str) -> dict[str, str]:
    _, _, uid, token = path.split("/")
    return {"uid": uid, "token": token}


def post(path: str, password: str = PASSWORD, again: str | None = None) -> Any:
    return Client().post(path, {"password": password, "again": password if again is None else again})


def over(answer: Any) -> bool:
    return answer.status_code == 404 and "This link no longer works" in answer.content.decode()


def test_a_link_sets_a_password_and_leads_to_sign_in(cast: Cast):
    path = link_for(cast)
    page = Client().get(path)
    assert (page.status_code, page["Referrer-Policy"], "no-store" in page["Cache-Control"]) == (
        200,
        "same-origin",
        True,
    )
    assert post(path)["Location"] == "/accounts/login/"
    cast.ben.refresh_from_db()
    assert cast.ben.check_password(PASSWORD)
    assert cast.ben.history.latest().history_change_reason == "password set"


def test_a_used_link_a_wrong_one_and_one_that_ran_out_look_the_same(cast: Cast, settings: Any):
    used, unknown = link_for(cast), "/set-password/AAAA/abc-def"
    post(used)
    late = link_for(cast)
    settings.PASSWORD_RESET_TIMEOUT = -1
    answers = [Client().get(path).content for path in (used, unknown, late, late[:-1] + "x", "/set-password/ÿ/x")]
    assert len(set(answers)) == 1
    assert all(over(Client().get(path)) and over(post(path)) for path in (used, unknown, late))


def test_a_link_ends_with_the_persons_deactivation(cast: Cast):
    path = link_for(cast)
    actions.deactivate_person(pk=cast.ben.pk, by=cast.anna, at=NOW, version=2)
    assert over(Client().get(path))


def test_a_new_password_signs_out_everywhere_else(cast: Cast):
    client = Client()
    client.force_login(cast.ben, backend="allauth.account.auth_backends.AuthenticationBackend")
    post(link_for(cast))
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("password", "again", "field", "said"),
    [
        ("short", None, "password", "This password is too short. It must contain at least 10 characters."),
        ("password1234", None, "password", "This password is too common."),
        ("Ben Adeyemi", None, "password", "The password is too similar to the full name."),
        (PASSWORD, "something else", "again", "The two differ. Write the same password twice."),
        ("", None, "password", "Fill this in."),
    ],
)
def test_a_password_that_will_not_do_is_told_beside_the_field(
    cast: Cast, password: str, again: str | None, field: str, said: str
):
    path = link_for(cast)
    answer = post(path, password, again)
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [said])
    assert not over(Client().get(path))


def test_who_made_a_link_stands_in_the_history(cast: Cast):
    link_for(cast)
    newest = cast.ben.history.latest()
    assert (newest.history_change_reason, newest.history_user) == ("password link issued", cast.anna)


@pytest.mark.parametrize(("name", "code"), [("robo", "signs_in_by_token"), ("dana", "deactivated")])
def test_no_link_for_whom_it_would_not_help(cast: Cast, name: str, code: str):
    actions.deactivate_person(pk=cast.dana.pk, by=cast.anna, at=NOW, version=1)
    with pytest.raises(Refused) as refused:
        link_for(cast, name)
    assert refused.value.code == code


def test_a_link_lasts_as_long_as_it_says(cast: Cast, settings: Any):
    link = actions.issue_password_link(pk=cast.ben.pk, by=cast.anna, at=NOW)
    assert link.expires_at - NOW == timedelta(days=3) == timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def test_nothing_here_is_done_by_who_may_not(cast: Cast):
    attempts: list[Callable[[], Any]] = [
        lambda: actions.invite_person(values={}, by=cast.ben),
        lambda: actions.change_person(pk=cast.dana.pk, values={}, by=cast.ben, version=1),
        lambda: actions.deactivate_person(pk=cast.dana.pk, by=cast.ben, at=NOW, version=1),
        lambda: actions.reactivate_person(pk=cast.dana.pk, by=cast.ben, version=1),
        lambda: actions.issue_password_link(pk=cast.dana.pk, by=cast.ben, at=NOW),
        lambda: actions.add_credential(person=cast.dana, values={}, by=cast.ben),
        lambda: actions.add_credential(person=cast.zoe, values={}, by=cast.anna),
        lambda: actions.change_practice(pk=cast.home.pk, values={}, by=cast.ben, version=1),
        lambda: actions.add_clinic(values={"name": "x"}, by=cast.ben),
        lambda: actions.issue_token(person=cast.anna, name="x", days=1, by=cast.ben, at=NOW),
        lambda: actions.issue_token(person=cast.zoe, name="x", days=1, by=cast.anna, at=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()


def test_a_manager_finds_nobody_of_another_practice(cast: Cast):
    with pytest.raises(User.DoesNotExist):
        actions.deactivate_person(pk=cast.zoe.pk, by=cast.anna, at=NOW, version=1)


def test_a_deactivated_manager_does_not_count(cast: Cast):
    User.objects.filter(pk=cast.ben.pk).update(is_manager=True, is_active=False)
    with pytest.raises(Refused) as refused:
        actions.change_person(pk=cast.anna.pk, values={"is_manager": False}, by=cast.anna, version=1)
    assert refused.value.code == "last_manager"


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_take_the_role_from_each_other_one_stays():
    cast = make_cast()
    User.objects.filter(pk=cast.ben.pk).update(is_manager=True)
    anna, ben = User.objects.get(pk=cast.anna.pk), User.objects.get(pk=cast.ben.pk)
    no = {"is_manager": False}
    outcomes = at_once(
        [
            lambda: actions.change_person(pk=ben.pk, values=no, by=anna, version=1),
            lambda: actions.change_person(pk=anna.pk, values=no, by=ben, version=1),
        ],
        refusals=(Refused,),
    )
    assert kinds(outcomes) == ["LastManager", "User"]
    assert User.objects.filter(practice=cast.home, is_manager=True).count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_with_the_same_link_one_sets_the_password():
    link = parts(link_for(make_cast()))
    outcomes = at_once(
        [lambda n=n: actions.set_password_by_link(**link, password=f"{PASSWORD} {n}") for n in range(2)],
        refusals=(Refused,),
    )
    assert kinds(outcomes) == ["LinkOver", "User"]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_invitations_to_one_address_one_is_kept():
    anna = make_cast().anna
    person = {"full_name": "Nia", "email": "nia@example.org", "role": "auditor"}
    works = [lambda: actions.invite_person(values=person, by=anna)] * 2
    outcomes = at_once(works, refusals=(IntegrityError, ValidationError))
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
