"""A warning sign: named, told, passed on, taken, closed with its outcome; seen on every page until it is taken."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.models import OutgoingEmail, User
from practice.outgoing import NotToBeSent
from tests.cast import NOW, api_as, make_cast, page_as
from tests.races import at_once, on_postgresql
from tests.test_page_costs import OUTSIDE
from tests.world import make_world, raise_sign
from treatments import actions, mailing
from treatments.models import Addendum, EscalationStep, FollowUp

AT = NOW + timedelta(hours=5)
HALF_AN_HOUR = timedelta(minutes=30)
CHECKS = "/api/v1/follow-ups"


@pytest.fixture
def sign(world):
    return raise_sign(world, at=AT)


def steps(escalation):
    rows = EscalationStep.objects.filter(escalation=escalation).order_by("created_at", "pk")
    return [(row.step, row.person and row.person.full_name.split()[0], row.created_at) for row in rows]


def now(escalation):
    return FollowUp.objects.get(pk=escalation.pk)


def take(escalation, by, at=AT):
    return actions.acknowledge(pk=escalation.pk, by=by, at=at, version=now(escalation).version)


def mails():
    return list(OutgoingEmail.objects.filter(template="escalation").order_by("created_at", "pk"))


# ---- opened and named ---------------------------------------------------------------------------------------------------
def test_who_treated_is_named_and_told(world, sign):
    assert (sign.assignee, sign.pass_on_at, sign.state) == (world.cast.anna, AT + HALF_AN_HOUR, "answered")
    assert steps(sign) == [("opened", None, AT), ("named", "Anna", AT)]
    assert [m.about["person"] for m in mails()] == [str(world.cast.anna.pk)]


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "auditor"}])
def test_when_who_treated_is_gone_the_next_is_named(world, change):
    User.objects.filter(pk=world.cast.anna.pk).update(**change)
    world.signed.practitioner.refresh_from_db()

    assert raise_sign(world).assignee == world.cast.ben


def test_without_any_practitioner_it_stands_on_every_page_all_the_same(world):
    User.objects.filter(role="practitioner", practice=world.cast.home).update(is_active=False)
    world.signed.practitioner.refresh_from_db()
    sign = raise_sign(world, at=AT)

    assert (sign.assignee, mails()) == (None, [])
    assert b"Nobody has taken it yet" in page_as(world.cast.dana).get("/sessions/escalations").content


def test_the_mail_says_nothing_of_the_patient(world, sign):
    composed = mailing.escalation(mails()[0])

    assert (composed.to, composed.subject) == ("anna@example.org", "Harbour Lane Osteopathy: you are needed now")
    assert not re.search("Neill|Siobh|chest|pain|lunch|calf", composed.text + composed.subject, re.IGNORECASE)
    assert f"/sessions/escalations/{sign.pk}" in composed.text
    assert [step for step, *_ in steps(sign)] == ["opened", "named", "told"]
    mailing.escalation(mails()[0])  # the server was busy; the stamp is there already
    assert [step for step, *_ in steps(sign)] == ["opened", "named", "told"]


def test_a_mail_for_what_somebody_has_taken_is_held_back(world, sign):
    take(sign, world.cast.ben)

    with pytest.raises(NotToBeSent):
        mailing.escalation(mails()[0])


# ---- passed on ------------------------------------------------------------------------------------------------------------
def test_what_nobody_takes_goes_round_until_somebody_does(world, sign):
    rounds = [
        actions.pass_on(at=AT + HALF_AN_HOUR * n + timedelta(seconds=s)) for n, s in ((1, -1), (1, 0), (1, 0), (2, 0))
    ]

    assert rounds == [0, 1, 0, 1]
    assert [(step, who) for step, who, _ in steps(sign)] == [
        ("opened", None), ("named", "Anna"), ("passed_on", "Ben"), ("passed_on", "Anna"),
    ]  # fmt: skip
    assert len(mails()) == 3
    take(sign, world.cast.ben, at=AT + HALF_AN_HOUR * 2)
    assert actions.pass_on(at=AT + HALF_AN_HOUR * 9) == 0


def test_the_only_practitioner_is_told_again(world, sign):
    User.objects.filter(pk=world.cast.ben.pk).update(is_active=False)
    actions.pass_on(at=AT + HALF_AN_HOUR)

    assert (now(sign).assignee, len(mails())) == (world.cast.anna, 2)


def test_the_time_is_the_practices(world):
    type(world.cast.home).objects.filter(pk=world.cast.home.pk).update(escalation_minutes=5)
    world.patient.practice.refresh_from_db()

    assert raise_sign(world, at=AT).pass_on_at == AT + timedelta(minutes=5)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_four_workers_pass_on_once_and_one_of_two_practitioners_takes_it():
    world = make_world(make_cast())
    sign = raise_sign(world, at=AT)
    assert sum(at_once([lambda: actions.pass_on(at=AT + HALF_AN_HOUR)] * 4)) == 1
    version = now(sign).version
    path, headers = f"{CHECKS}/{sign.pk}/acknowledge", {"If-Match": f'"{version}"'}
    clients = [api_as(world.cast.anna), api_as(world.cast.ben)]
    answers = at_once([lambda c=c: c.post(path, {}, format="json", headers=headers).status_code for c in clients])

    assert sorted(answers) == [200, 412]


# ---- taken and closed, through page and program -----------------------------------------------------------------------------
def through_page(user, row, verb, **body):
    client, data = page_as(user), {"version": str(now(row).version)} | body
    path = f"/sessions/escalations/{row.pk}" if verb == "outcome" else f"/sessions/follow-ups/{row.pk}/{verb}"
    answer = client.post(path, data)
    return {302: 200, 422: 400}.get(answer.status_code, answer.status_code)


def through_program(user, row, verb, **body):
    headers = {"If-Match": f'"{now(row).version}"'}
    return api_as(user).post(f"{CHECKS}/{row.pk}/{verb}", body, format="json", headers=headers).status_code


@pytest.mark.parametrize("through", [through_page, through_program])
@pytest.mark.parametrize(("who", "verb", "body", "status", "state"), [
    ("anna", "acknowledge", {}, 200, "acknowledged"),
    ("ben", "acknowledge", {}, 200, "acknowledged"),
    ("dana", "acknowledge", {}, 403, "answered"),
    ("olga", "acknowledge", {}, 403, "answered"),
    ("zoe", "acknowledge", {}, 404, "answered"),
    ("dana", "outcome", {"outcome": "Sent to hospital"}, 403, "answered"),
    ("zoe", "outcome", {"outcome": "x"}, 404, "answered"),
])  # fmt: skip
def test_who_may_take_it(world, sign, through, who, verb, body, status, state):
    if through is through_page and status == 403 and verb == "acknowledge":
        pytest.skip("the page answers the same 403 as test_isolation holds")

    assert (through(world.cast.person(who), sign, verb, **body), now(sign).state) == (status, state)


@pytest.mark.parametrize("through", [through_page, through_program])
def test_the_outcome_closes_it_and_goes_into_the_record(world, sign, through):
    take(sign, world.cast.ben, at=AT + timedelta(minutes=3))
    assert through(world.cast.ben, sign, "outcome", outcome=" ") == 400
    assert through(world.cast.ben, sign, "outcome", outcome="Told to call 000; went to hospital, X-ray clear.") == 200
    addendum = Addendum.objects.get(session=world.signed)

    assert (now(sign).state, now(sign).outcome) == ("closed", "Told to call 000; went to hospital, X-ray clear.")
    assert (addendum.created_by, addendum.reason, addendum.text) == (
        world.cast.ben,
        "A warning sign after the session",
        "Warning sign reported by link on 24 Nov 2026 at 16:30: chest pain. “Since lunch” Taken by Ben Adeyemi on 24 Nov 2026 "
        "at 16:33. Told to call 000; went to hospital, X-ray clear.",
    )
    assert [(step, who) for step, who, _ in steps(sign)][-2:] == [("acknowledged", "Ben"), ("outcome", "Ben")]
    assert "X-ray clear" in page_as(world.cast.anna).get(f"/sessions/{world.signed.pk}").content.decode()


@pytest.mark.parametrize("through", [through_page, through_program])
def test_without_being_taken_there_is_no_outcome_and_no_other_way_to_close_it(world, sign, through):
    through(world.cast.ben, sign, "outcome", outcome="Fine")
    through(world.cast.ben, sign, "close", reason="Fine")
    through(world.cast.dana, sign, "no-answer")

    assert (now(sign).state, Addendum.objects.count()) == ("answered", 0)


def test_the_database_closes_no_escalation_without_its_outcome(world, sign):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=sign.pk).update(state="closed")


# ---- from the staff's form -----------------------------------------------------------------------------------------------------
def recorded(world, **more):
    body = {
        "hours_since": 24,
        "soreness": [{"structure": "soleus", "side": "left", "score": 3}],
        "still_sore": True,
    } | more
    version = FollowUp.objects.get(pk=world.follow_up.pk).version
    path = f"{CHECKS}/{world.follow_up.pk}/record"
    return api_as(world.cast.dana).post(path, body, format="json", headers={"If-Match": f'"{version}"'})


def test_a_sign_told_to_the_front_desk_opens_the_same_escalation(world):
    assert recorded(world, red_flags=["new_weakness"]).status_code == 200
    escalation = FollowUp.objects.get(kind="escalation")

    assert (escalation.raised_by, escalation.assignee, escalation.recorded_by) == (
        world.follow_up,
        world.cast.anna,
        world.cast.dana,
    )
    assert len(mails()) == 1


def test_the_front_desks_form_leads_to_what_to_do(world):
    form = {"score_soleus_left": "4", "red_flags": ["chest_pain"], "version": "1"}
    answer = page_as(world.cast.dana).post(f"/sessions/follow-ups/{world.follow_up.pk}", form)
    page = page_as(world.cast.dana).get(answer.headers["Location"]).content.decode()

    assert answer.headers["Location"] == f"/sessions/escalations/{FollowUp.objects.get(kind='escalation').pk}"
    assert "hang up and call 000 now" in page
    assert "I take it" not in page


@pytest.mark.parametrize("first", ["check", "escalation"])
def test_the_answer_and_its_escalation_are_taken_together(world, first):
    recorded(world, red_flags=["chest_pain"])
    escalation = FollowUp.objects.get(kind="escalation")
    row = escalation if first == "escalation" else FollowUp.objects.get(pk=world.follow_up.pk)
    actions.acknowledge(pk=row.pk, by=world.cast.ben, at=AT, version=row.version)

    assert sorted(FollowUp.objects.exclude(acknowledged_at=None).values_list("kind", flat=True)) == [
        "escalation",
        "soreness_check",
    ]


def test_a_new_sign_in_a_corrected_answer_opens_it_again(world):
    recorded(world, red_flags=["chest_pain"])
    escalation = FollowUp.objects.get(kind="escalation")
    taken = take(escalation, world.cast.ben)
    actions.write_outcome(pk=taken.pk, outcome="Advised.", by=world.cast.ben, at=AT, version=taken.version)
    check = FollowUp.objects.get(pk=world.follow_up.pk)
    values = {"hours_since": 25, "soreness": [], "still_sore": None, "red_flags": ["chest_pain", "breathlessness"],
              "reported_by": "patient"}  # fmt: skip
    actions.follow_ups.store_answer(check, values, by=None, at=AT + timedelta(hours=1))
    again = FollowUp.objects.get(kind="escalation")

    assert (again.pk, again.state, again.red_flags) == (escalation.pk, "answered", ["chest_pain", "breathlessness"])


# ---- seen on every page ------------------------------------------------------------------------------------------------------------
def test_it_stands_on_every_page_of_the_practice_and_on_no_other(world, sign):
    pages = {who: page_as(world.cast.person(who)).get("/sessions/escalations").content.decode()
             for who in ("anna", "ben", "dana", "olga", "zoe")}  # fmt: skip

    assert ["O&#x27;Neill: chest pain" in pages[who] for who in pages] == [True, True, True, True, False]
    assert ["I take it" in pages[who] for who in pages] == [True, True, False, False, False]
    assert 'hx-get="/sessions/escalations"' in page_as(world.cast.dana).get("/").content.decode()


def test_it_is_read_out_once_and_goes_when_somebody_has_taken_it(world, sign):
    anna = page_as(world.cast.anna)
    state = re.search(r"seen=(\w+)", anna.get("/sessions/escalations").content.decode())[1]
    assert anna.get(f"/sessions/escalations?seen={state}").status_code == 204
    take(sign, world.cast.ben)

    assert "role" not in anna.get(f"/sessions/escalations?seen={state}").content.decode()


def test_it_costs_one_query(world, sign):
    client = page_as(world.cast.dana)
    client.get("/sessions/escalations")
    for minutes in range(1, 4):
        raise_sign(world, at=AT + timedelta(minutes=minutes))
    with CaptureQueriesContext(connection) as captured:
        client.get("/sessions/escalations")

    assert len([q for q in captured if not q["sql"].startswith(OUTSIDE)]) == 1


def test_the_program_reads_escalations_and_their_stamps(world, sign):
    listed = api_as(world.cast.olga).get(f"{CHECKS}?kind=escalation").json()["results"]
    stamps = api_as(world.cast.olga).get(f"{CHECKS}/{sign.pk}/steps").json()

    assert [(row["id"], row["assignee"], row["pass_on_at"]) for row in listed] == [
        (str(sign.pk), str(world.cast.anna.pk), "2026-11-24T06:00:00Z"),
    ]  # fmt: skip
    assert [(s["step"], s["person"], s["by"]) for s in stamps] == [
        ("opened", None, None),
        ("named", str(world.cast.anna.pk), None),
    ]


# ---- the same-day review -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("more", "asked"), [
    ({"soreness": [{"structure": "soleus", "side": "left", "score": 7}]}, True),
    ({"hours_since": 73}, True),
    ({"hours_since": 73, "still_sore": False}, False),
    ({}, False),
])  # fmt: skip
def test_seven_or_more_and_over_72_hours_are_looked_at_the_same_day(world, more, asked):
    recorded(world, **more)
    today = page_as(world.cast.anna).get("/sessions/today/soreness").content.decode()

    assert (FollowUp.objects.get(pk=world.follow_up.pk).needs_review, "Look at today" in today) == (asked, asked)


def test_a_review_stays_on_today_until_it_is_acknowledged_however_old(world):
    recorded(world, hours_since=80)
    FollowUp.objects.filter(pk=world.follow_up.pk).update(answered_at=NOW - timedelta(days=90))
    anna = page_as(world.cast.anna)
    assert "Look at today" in anna.get("/sessions/today/soreness").content.decode()
    take(world.follow_up, world.cast.anna)

    assert "Look at today" not in anna.get("/sessions/today/soreness").content.decode()


def test_who_took_it_is_reminded_of_the_outcome(world, sign):
    take(sign, world.cast.ben)

    assert (
        "What was done is not written yet" in page_as(world.cast.ben).get("/sessions/today/soreness").content.decode()
    )
    assert "not written yet" not in page_as(world.cast.anna).get("/sessions/today/soreness").content.decode()
