"""Which checks go by mail and which by phone, what the mail says, and what happens to those that nobody answers."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from patients.models import Patient
from practice.models import OutgoingEmail
from practice.outgoing import NotToBeSent
from tests.cast import NOW, make_cast, make_patient, page_as
from tests.races import at_once, on_postgresql
from tests.world import make_world, sign
from treatments import actions, mailing
from treatments.models import FollowUp, NeedlingSession, SorenessLink

DUE = NOW + timedelta(hours=24, minutes=5)
BORN = {"day": "29", "month": "2", "year": "1988"}


def allow(world, **more):
    values = {"email": "siobhan@example.org", "email_ok": True} | more
    Patient.objects.filter(pk=world.patient.pk).update(**values)


def check_of(world):
    return FollowUp.objects.get(pk=world.follow_up.pk)


def mail_of(world):
    return OutgoingEmail.objects.get(template="soreness_check", about__follow_up=str(world.follow_up.pk))


def asked_by_mail(world, at=DUE):
    allow(world)
    actions.send_due_checks(at=at)
    return mailing.soreness_check(mail_of(world))


def address_in(composed):
    return re.search(r"https?://[^/]+(/how-are-you/\S+)", composed.text)[1]


def test_a_due_check_is_mailed_where_the_patient_allows_it(world):
    composed = asked_by_mail(world)

    assert (check_of(world).state, check_of(world).channel) == ("sent", "email")
    assert (composed.to, composed.subject, composed.attachments) == (
        "siobhan@example.org", "Harbour Lane Osteopathy: how are you?", (),
    )  # fmt: skip
    assert page_as(None).post(address_in(composed), BORN).status_code == 200


def test_the_mail_says_nothing_of_the_patient_or_the_treatment(world):
    composed = asked_by_mail(world)

    assert not re.search(
        "Neill|Siobh|1988|needl|calf|sore|Anna|24 Nov", composed.text + composed.subject, re.IGNORECASE
    )
    assert "call 000. Or call us: (03) 5550 0117." in composed.text
    assert set(mail_of(world).about) == {"follow_up", "patient", "version"}


@pytest.mark.parametrize(("values", "because"), [
    ({"email": ""}, "No e-mail address"),
    ({"email_ok": False}, "No permission to e-mail"),
    ({"status": "archived"}, "The patient is archived"),
])  # fmt: skip
def test_everybody_else_is_rung_with_the_reason(world, values, because):
    allow(world, **values)
    actions.send_due_checks(at=DUE)
    check = check_of(world)

    assert (check.state, check.channel, check.call_because) == ("planned", "call", because)
    assert check in FollowUp.objects.visible_to(world.cast.dana).due(DUE)
    assert OutgoingEmail.objects.filter(template="soreness_check").count() == 0


def test_the_dead_are_not_asked(world):
    allow(world, status="deceased")
    actions.send_due_checks(at=DUE)

    assert (check_of(world).state, check_of(world).closed_reason) == ("cancelled", "The patient has died")


def test_what_is_two_days_overdue_is_rung(world):
    allow(world)
    actions.send_due_checks(at=DUE + timedelta(hours=48))

    assert check_of(world).call_because == "Too late to ask by mail"


def test_before_it_is_due_nothing_happens_and_a_second_round_asks_nobody_twice(world):
    allow(world)
    rounds = [actions.send_due_checks(at=at) for at in (NOW + timedelta(hours=23), DUE, DUE)]

    assert (rounds, OutgoingEmail.objects.filter(template="soreness_check").count()) == ([0, 1, 0], 1)


def test_a_check_that_is_out_by_mail_is_on_nobodys_call_list(world):
    asked_by_mail(world)

    assert check_of(world) not in FollowUp.objects.visible_to(world.cast.dana).due(DUE)


def test_address_and_permission_are_read_again_when_the_mail_goes(world):
    allow(world)
    actions.send_due_checks(at=DUE)
    allow(world, email="new@example.org")
    assert mailing.soreness_check(mail_of(world)).to == "new@example.org"
    allow(world, email_ok=False)
    with pytest.raises(NotToBeSent, match=r"No permission to e-mail\. It is on the call list"):
        mailing.soreness_check(mail_of(world))

    assert (check_of(world).state, check_of(world).call_because) == ("no_answer", "No permission to e-mail")


def test_a_merged_patient_is_written_to_where_the_record_lives(world):
    winner = make_patient(world.cast.anna, record_number=78, family_name="O'Neill", date_of_birth=date(1988, 2, 29),
                          email="winner@example.org", email_ok=True)  # fmt: skip
    Patient.objects.filter(pk=world.patient.pk).update(merged_into=winner, email="", email_ok=False)
    actions.send_due_checks(at=DUE)

    assert mailing.soreness_check(mail_of(world)).to == "winner@example.org"


def test_a_session_voided_after_the_mail_closes_the_link_and_holds_back_what_waits(world):
    path = address_in(asked_by_mail(world))
    actions.void_session(
        pk=world.signed.pk, reason="Wrong day", by=world.cast.anna, at=DUE, version=world.signed.version
    )
    link = SorenessLink.objects.get()

    assert (check_of(world).state, link.closed_because, link.history.first().history_user) == (
        "cancelled",
        "cancelled",
        world.cast.anna,
    )
    assert "This link is closed" in page_as(None).get(path).content.decode()
    with pytest.raises(NotToBeSent):
        mailing.soreness_check(mail_of(world))


def test_a_session_reopened_and_signed_again_asks_anew_and_the_first_link_stays_closed(world):
    first = address_in(asked_by_mail(world))
    minutes = timedelta(minutes=25)
    draft = actions.reopen_session(
        pk=world.signed.pk, by=world.cast.anna, at=NOW + minutes, version=world.signed.version
    ).session
    sign(draft, world.cast.anna, at=NOW + minutes)
    assert check_of(world).channel == ""
    actions.send_due_checks(at=DUE)
    newest = OutgoingEmail.objects.filter(template="soreness_check").order_by("created_at", "pk").last()
    second = address_in(mailing.soreness_check(newest))

    assert OutgoingEmail.objects.filter(template="soreness_check").count() == 2
    titles = [re.search("<title>([^<]*)", page_as(None).get(path).content.decode())[1] for path in (first, second)]
    assert titles == ["This link is closed", "Date of birth - Harbour Lane Osteopathy"]


# ---- nobody answered --------------------------------------------------------------------------------------------------
def test_an_expired_link_without_an_answer_is_rung_once(world):
    asked_by_mail(world)
    until = SorenessLink.objects.get().expires_at
    rounds = [
        actions.ring_unanswered(at=at) for at in (until - timedelta(minutes=1), until, until + timedelta(hours=1))
    ]
    check = check_of(world)

    assert (rounds, check.state, check.channel, check.call_because) == (
        [0, 1, 0],
        "no_answer",
        "call",
        "No answer to the mail",
    )
    assert check in FollowUp.objects.visible_to(world.cast.dana).due(until)


@pytest.mark.parametrize("state", ["dead", "cancelled"])
def test_a_mail_that_did_not_go_is_rung(world, state):
    allow(world)
    actions.send_due_checks(at=DUE)
    OutgoingEmail.objects.filter(template="soreness_check").update(state=state, last_error="No such mailbox.")
    actions.ring_unanswered(at=DUE)

    assert check_of(world).call_because == "The mail did not go out"


def test_a_mail_that_waits_for_two_days_is_rung(world):
    allow(world)
    actions.send_due_checks(at=DUE)
    rounds = [actions.ring_unanswered(at=DUE + timedelta(hours=hours)) for hours in (1, 49)]

    assert (rounds, check_of(world).call_because) == ([0, 1], "The mail has not gone out")


def test_an_answer_is_never_rung(world):
    path = address_in(asked_by_mail(world))
    proof = re.search(r'name="proof" value="([^"]*)"', page_as(None).post(path, BORN).content.decode())[1]
    page_as(None).post(path, {"proof": proof, "area_1": "2"})

    assert actions.ring_unanswered(at=timezone.now() + timedelta(days=9)) == 0
    assert check_of(world).state == "answered"


# ---- day 7 --------------------------------------------------------------------------------------------------------------
def answer(world, hours, still_sore, *, state=None):
    check = world.signed.follow_ups.get(due_at=NOW + timedelta(hours=hours))
    values = {"hours_since": hours, "soreness": [], "still_sore": still_sore, "red_flags": [], "reported_by": "staff"}
    return actions.record_answer(pk=check.pk, values=values, by=world.cast.dana, at=check.due_at, version=check.version)


def day_seven(world):
    return list(world.signed.follow_ups.filter(due_at=NOW + timedelta(days=7)).values_list("state", flat=True))


@pytest.mark.parametrize(("hours", "still_sore", "planned"), [
    (72, True, ["planned"]), (72, False, []), (72, None, []), (24, True, []),
])  # fmt: skip
def test_day_seven_is_asked_when_the_last_answer_was_still_sore(world, hours, still_sore, planned):
    answer(world, hours, still_sore)

    assert day_seven(world) == planned


def test_with_one_check_only_that_one_decides(world):
    NeedlingSession.objects.get(pk=world.signed.pk).follow_ups.filter(due_at=NOW + timedelta(hours=72)).update(
        state="cancelled"
    )
    answer(world, 24, True)

    assert day_seven(world) == []  # the 72 h check exists; whoever cancelled it decided so


def test_a_corrected_answer_takes_day_seven_back(world):
    check = answer(world, 72, True)
    values = {"hours_since": 72, "soreness": [], "still_sore": False, "red_flags": [], "reported_by": "patient"}
    actions.follow_ups.store_answer(check, values, by=None, at=NOW + timedelta(hours=73))
    assert day_seven(world) == ["cancelled"]
    actions.follow_ups.store_answer(check, values | {"still_sore": True}, by=None, at=NOW + timedelta(hours=73))

    assert day_seven(world) == ["planned"]


def test_minutes_of_an_escalation_are_bounded(world):
    with pytest.raises(ValidationError, match="escalation_minutes"):
        actions_of_practice(world, 4)


def actions_of_practice(world, minutes):
    from practice import actions as practice_actions

    home = type(world.cast.home).objects.get(pk=world.cast.home.pk)
    return practice_actions.change_practice(
        pk=home.pk, values={"escalation_minutes": minutes}, by=world.cast.anna, version=home.version
    )


# ---- several workers ---------------------------------------------------------------------------------------------------
@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_ask_and_ring_once():
    world = make_world(make_cast())
    allow(world)
    assert sum(at_once([lambda: actions.send_due_checks(at=DUE)] * 4)) == 1
    mailing.soreness_check(mail_of(world))

    assert sum(at_once([lambda: actions.ring_unanswered(at=timezone.now() + timedelta(hours=49))] * 4)) == 1
