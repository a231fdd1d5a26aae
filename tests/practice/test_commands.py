from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from practice import setup
from practice.actions import set_up_practice
from practice.models import Practice, Token, User
from tests.cast import NOW, Cast

ANSWERS = {"practice": "Hills", "name": "Mia Lang", "email": "Mia@example.org"}
PASSWORD = "needles in, needles out"


# ---- issue_token ----------------------------------------------------------------------------------------------------
def test_issue_token_prints_the_token_and_nothing_else(cast: Cast, capsys: pytest.CaptureFixture[str]):
    call_command("issue_token", "ANNA@example.org")
    (line,) = capsys.readouterr().out.splitlines()
    token = Token.objects.get()
    assert (token.digest, token.user) == (Token.digest_of(line), cast.anna)
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=91)


@pytest.mark.parametrize("email", ["nobody@example.org", "ben@example.org", ""])
def test_issue_token_for_nobody_active_fails_with_a_sentence(
    cast: Cast, email: str, capsys: pytest.CaptureFixture[str]
):
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    with pytest.raises(CommandError, match=r"^Nobody active signs in with this e-mail\.$"):
        call_command("issue_token", email)
    assert capsys.readouterr().out == ""


def test_issue_token_says_how_long_a_token_may_last(cast: Cast):
    with pytest.raises(CommandError, match="A token lasts from 1 to 365 days"):
        call_command("issue_token", "anna@example.org", days=400)


# ---- setup_practice -------------------------------------------------------------------------------------------------
@pytest.fixture
def password_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAUTBAND_MANAGER_PASSWORD", PASSWORD)


def test_setup_makes_a_practice_with_its_first_manager(db: None, password_given: None):
    call_command("setup_practice", **ANSWERS)
    mia = User.objects.get(email="mia@example.org")
    assert (mia.practice.name, mia.role, mia.is_manager, mia.check_password(PASSWORD)) == (
        "Hills", "practitioner", True, True)  # fmt: skip


def test_setup_asks_for_what_was_not_said(db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TAUTBAND_MANAGER_PASSWORD", raising=False)
    answers = iter(["Hills", "Mia Lang", "mia@example.org"])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    monkeypatch.setattr("practice.management.commands.setup_practice.getpass", lambda _: PASSWORD)
    call_command("setup_practice")
    assert User.objects.get().full_name == "Mia Lang"


def test_setup_compares_the_two_passwords(db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TAUTBAND_MANAGER_PASSWORD", raising=False)
    answers = iter([PASSWORD, "another one"])
    monkeypatch.setattr("practice.management.commands.setup_practice.getpass", lambda _: next(answers))
    with pytest.raises(CommandError, match="The two passwords differ"):
        call_command("setup_practice", **ANSWERS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "mia"}, "email: Enter a valid email address."),
        ({"name": " "}, "full_name: This field cannot be blank."),
        ({"time_zone": "Atlantis"}, "time_zone: Choose a time zone such as Australia/Melbourne."),
    ],
)
def test_setup_says_what_has_to_change_and_leaves_nothing(
    db: None, password_given: None, changes: dict[str, Any], said: str
):
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        call_command("setup_practice", **ANSWERS | changes)
    assert not Practice.objects.exists()


def test_setup_refuses_a_password_that_is_easy_to_guess(db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TAUTBAND_MANAGER_PASSWORD", "short")
    with pytest.raises(CommandError, match="password: This password is too short"):
        call_command("setup_practice", **ANSWERS)
    assert not Practice.objects.exists()


# ---- what the apps above add to it ----------------------------------------------------------------------------------
def begin() -> tuple[Practice, User]:
    manager = {"full_name": "Mia Lang", "email": "mia@example.org", "role": "practitioner"}
    return set_up_practice(values={"name": "Hills"}, manager=manager, password=PASSWORD, at=NOW)


def test_apps_above_add_their_step_once(db: None, monkeypatch: pytest.MonkeyPatch):
    seen: list[Any] = []
    monkeypatch.setattr(setup, "_steps", [])

    def step(practice: Practice, by: User, at: Any) -> None:
        seen.append((practice.name, by.email, at))

    setup.register(step)
    setup.register(step)
    begin()
    assert seen == [("Hills", "mia@example.org", NOW)]


def test_a_step_that_fails_leaves_no_half_practice(db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(setup, "_steps", [lambda *_: 1 / 0])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        begin()
    assert not Practice.objects.exists()


def test_a_new_practice_has_a_consent_text(db: None):
    from consent.models import ConsentText

    practice, mia = begin()
    assert [t.text_version for t in ConsentText.objects.visible_to(mia).published()] == [1]
    assert practice.history.get().history_change_reason == "practice set up"
