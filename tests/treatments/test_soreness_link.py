"""The patient's page without sign-in: who gets in, what everyone else sees, and what becomes of an answer."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.fault_lines import PlacesFormatter
from practice.models import Token
from tests.cast import NOW, make_cast, make_patient, page_as
from tests.races import at_once, on_postgresql
from tests.test_page_costs import OUTSIDE
from tests.world import a_site, make_world, sign, start
from treatments import actions
from treatments.models import FollowUp, SorenessLink

BORN = {"day": "29", "month": "2", "year": "1988"}
ANSWER = {"area_1": "4", "still_sore": "yes", "function": "some", "bruise": "no", "comment": "Stairs hurt."}


def mailed(world, *, at=None, check=None):
    return f"/how-are-you/{actions.issue_link(check=check or world.follow_up, at=at or timezone.now())}"


def ask(path, data=None, client=None):
    client = client or page_as(None)
    return client.get(path) if data is None else client.post(path, data)


def proof_of(answer):
    return re.search(r'name="proof" value="([^"]*)"', answer.content.decode())[1]


def opened(path):
    return proof_of(ask(path, BORN))


def send(path, **more):
    return ask(path, {"proof": opened(path)} | ANSWER | more)


def stored(world):
    return FollowUp.objects.get(pk=world.follow_up.pk)


def the_link():
    return SorenessLink.objects.get()


# ---- who gets in ----------------------------------------------------------------------------------------------------
def test_the_token_is_256_random_bits_and_only_its_digest_is_stored(world):
    path = mailed(world)
    token = path.rpartition("/")[2]

    assert (len(token), the_link().digest) == (43, Token.digest_of(token))
    assert token not in str(SorenessLink.history.values()) + str(FollowUp.history.values())


def test_before_the_date_of_birth_the_page_says_the_practice_and_no_more(world):
    page = ask(mailed(world)).content.decode()

    assert "Harbour Lane Osteopathy" in page
    assert not re.search("Neill|Siobh|calf|1988", page)


def test_an_answer_is_kept_with_its_hours_and_from_whom(world):
    at = timezone.now()
    assert send(mailed(world)).status_code == 200
    check = stored(world)

    assert (check.state, check.reported_by, check.recorded_by, check.still_sore, check.function, check.bruise) == (
        "answered", "patient", None, True, "some", False,
    )  # fmt: skip
    assert check.soreness == [{"structure": "soleus", "side": "left", "score": 4}]
    assert check.hours_since == int((at - NOW).total_seconds() // 3600)


def test_an_area_that_was_left_alone_stays_empty(world):
    send(mailed(world), area_1="", still_sore="no", lasted_hours="24")

    assert stored(world).soreness == [{"structure": "soleus", "side": "left", "score": None}]
    assert (stored(world).still_sore, stored(world).lasted_hours) == (False, 24)


def test_an_empty_answer_is_asked_for_again(world):
    path = mailed(world)
    answer = ask(path, {"proof": opened(path), "none": ""})

    assert (answer.status_code, stored(world).state) == (422, "planned")
    assert "Nothing is answered yet" in answer.content.decode()


@pytest.mark.parametrize(("field", "value"), [("area_1", "11"), ("area_1", "x"), ("red_flags", "dragon"), ("comment", "a\x00b"),
                                              ("comment", "x" * 2001), ("lasted_hours", "999")])  # fmt: skip
def test_what_does_not_fit_is_refused_and_what_was_said_stays(world, field, value):
    answer = send(mailed(world), **{field: value})

    assert (answer.status_code, stored(world).state) == (422, "planned")
    assert 'value="some" checked' in answer.content.decode()


# ---- everything that opens nothing looks the same -------------------------------------------------------------------
def used_up(world):
    path = mailed(world)
    for _ in range(actions.soreness_links.TRIES):
        ask(path, BORN | {"year": "1992"})
    return path


def used(world):
    path = mailed(world)
    send(path)
    SorenessLink.objects.update(answered_at=timezone.now() - timedelta(hours=1, minutes=1))
    return path


def expired(world):
    return mailed(world, at=timezone.now() - actions.VALID)


def voided(world):
    path = mailed(world)
    actions.void_session(
        pk=world.signed.pk, reason="Wrong patient", by=world.cast.anna, at=NOW, version=world.signed.version
    )
    return path


def answered_on_the_phone(world):
    path = mailed(world)
    values = {"hours_since": 24, "soreness": [], "still_sore": False, "red_flags": [], "reported_by": "staff"}
    actions.record_answer(
        pk=world.follow_up.pk, values=values, by=world.cast.dana, at=NOW, version=world.follow_up.version
    )
    return path


def died(world):
    path = mailed(world)
    type(world.patient).objects.filter(pk=world.patient.pk).update(status="deceased")
    return path


def unknown(world):
    return "/how-are-you/" + "x" * 43


def odd(world):
    return "/how-are-you/%00%ff'<b>"


NOTHING = [used_up, used, expired, voided, answered_on_the_phone, died, unknown, odd]


@pytest.mark.parametrize("case", NOTHING, ids=lambda c: c.__name__)
@pytest.mark.parametrize(
    "data", [None, BORN, {"day": "x"}, {"proof": "forged", **ANSWER}], ids=["get", "born", "bad", "forged"]
)
def test_a_link_that_opens_nothing_gets_one_answer_to_the_byte(world, case, data):
    path = case(world)
    reference, answer = ask(unknown(world)), ask(path, data)

    assert (answer.status_code, answer.content) == (200, reference.content)
    seen = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    assert seen == {name: value for name, value in reference.headers.items() if name != "X-Request-ID"}
    assert answer.cookies == {}


def test_nobody_keeps_or_lists_the_page_and_no_address_learns_of_it(world):
    for answer in (ask(mailed(world)), ask(unknown(world))):
        headers = [answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")]
        assert headers == ["no-store", "no-referrer", "noindex"]
        assert answer.cookies == {}


def test_the_token_is_in_no_log_line():
    import logging

    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Unprocessable: %s", ("/how-are-you/secret",), None
    )

    assert PlacesFormatter("{message}", style="{").format(record) == "Unprocessable: /how-are-you/…"


def test_the_token_is_not_in_the_page_either(world):
    path = mailed(world)
    token = path.rpartition("/")[2]

    assert [token in ask(path, data).content.decode() for data in (None, BORN)] == [False, False]


# ---- tries ------------------------------------------------------------------------------------------------------------
def test_wrong_dates_count_down_and_the_last_one_closes_the_link_and_asks_for_a_call(world):
    path = mailed(world)
    said = [ask(path, BORN | {"day": "28"}).content.decode() for _ in range(5)]

    assert [re.findall(r"(\d) tr(?:y is|ies are) left", page) for page in said] == [["4"], ["3"], ["2"], ["1"], []]
    assert (the_link().closed_because, stored(world).channel) == ("tries", "call")
    assert stored(world).call_because == "The date of birth did not match five times"
    assert ask(path, BORN).content == ask(unknown(world)).content


@pytest.mark.parametrize(
    "data", [{}, {"day": "31", "month": "2", "year": "1988"}, {"day": "a", "month": "b", "year": "c"}]
)
def test_a_date_that_is_none_costs_no_try(world, data):
    answer = ask(mailed(world), data)

    assert (answer.status_code, the_link().tries_left) == (422, 5)


def test_an_address_that_asks_too_often_waits(world, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "links"}}
    statuses = [ask(unknown(world)).status_code for _ in range(61)]

    assert (statuses[:60], statuses[60]) == ([200] * 60, 429)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_once_have_five_tries_together():
    world = make_world(make_cast())
    path = mailed(world)
    answers = at_once([lambda: ask(path, BORN | {"year": "1992"})] * 8)

    assert sorted(a.status_code for a in answers) == [200] * 4 + [422] * 4
    assert (the_link().tries_left, the_link().closed_because) == (0, "tries")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_are_one_answer_and_its_correction():
    world = make_world(make_cast())
    path = mailed(world)
    proof = opened(path)
    works = [
        lambda n=n: ask(path, {"proof": proof, "area_1": str(n), "red_flags": ["chest_pain"]}) for n in (2, 5, 8, 9)
    ]
    answers = at_once(works)

    assert [a.status_code for a in answers] == [200] * 4
    assert stored(world).soreness[0]["score"] in (2, 5, 8, 9)
    assert FollowUp.objects.filter(kind="escalation").count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_voiding_of_its_session_do_not_block_each_other():
    world = make_world(make_cast())
    path = mailed(world)
    proof = opened(path)

    def void():
        return actions.void_session(
            pk=world.signed.pk, reason="Wrong", by=world.cast.anna, at=NOW, version=world.signed.version
        )

    answers = at_once([lambda: ask(path, {"proof": proof, "area_1": "3", "red_flags": ["chest_pain"]}), void])

    assert {getattr(a, "status_code", None) or a.status for a in answers} == {200, "void"}
    assert FollowUp.objects.filter(kind="escalation").count() == 1  # whoever was first, the sign was heard


# ---- corrected for an hour ------------------------------------------------------------------------------------------
def test_an_answer_can_be_corrected_within_the_hour_from_what_was_said(world):
    path = mailed(world)
    thanks = send(path)
    again = ask(path, {"proof": proof_of(thanks), "step": "correct"}).content.decode()
    assert re.findall(r'name="(\w+)" value="(\w+)" checked', again) == [
        ("area_1", "4"), ("still_sore", "yes"), ("function", "some"), ("bruise", "no"),
    ]  # fmt: skip
    send(path, area_1="2")

    assert stored(world).soreness[0]["score"] == 2
    assert stored(world).history.filter(state="answered").count() == 2


def test_after_the_hour_nothing_can_be_changed(world):
    path = mailed(world)
    proof = opened(path)
    send(path)
    SorenessLink.objects.update(answered_at=timezone.now() - timedelta(minutes=61))
    answer = ask(path, {"proof": proof} | ANSWER | {"area_1": "0"})

    assert (answer.content, stored(world).soreness[0]["score"]) == (ask(unknown(world)).content, 4)


def test_the_same_answer_sent_twice_is_one(world):
    path = mailed(world)
    proof = opened(path)
    for _ in range(2):
        ask(path, {"proof": proof} | ANSWER)

    assert stored(world).history.filter(state="answered").count() == 1


def test_a_correction_after_the_acknowledgement_waits_to_be_acknowledged_again(world):
    path = mailed(world)
    send(path)
    actions.acknowledge(pk=world.follow_up.pk, by=world.cast.ben, at=NOW, version=stored(world).version)
    send(path, area_1="8")

    assert (stored(world).state, stored(world).acknowledged_by, stored(world).needs_review) == ("answered", None, True)


def test_who_opened_the_link_in_time_may_finish(world):
    path = mailed(world)
    proof = opened(path)
    SorenessLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    ask(path, {"proof": proof} | ANSWER)

    assert stored(world).state == "answered"


# ---- a warning sign ---------------------------------------------------------------------------------------------------
def test_a_warning_sign_says_at_once_whom_to_call(world):
    page = send(mailed(world), red_flags=["breathlessness"]).content.decode()

    assert page.index("Call 000 now") < page.index("Your answer has arrived")
    assert re.findall(r'href="(tel:[^"]*)"', page) == ["tel:000", "tel:0355500117"]
    assert "near the chest" not in page  # a calf


def test_over_the_lung_the_patient_is_told_to_say_so(world):
    session = sign(start(world.patient, world.cast.anna, safety_net_given=True,
                         sites=[a_site(structure="trapezius_upper", depth_mm=15, technique="superficial", length_mm=25)]), world.cast.anna)  # fmt: skip
    page = send(mailed(world, check=session.follow_ups.earliest("due_at")), red_flags=["chest_pain"]).content.decode()

    assert "Say: dry needling near the chest on Tuesday 24 November" in page


@pytest.mark.parametrize("case", [answered_on_the_phone, voided], ids=lambda c: c.__name__)
def test_a_warning_sign_is_heard_even_when_the_answer_comes_too_late(world, case):
    path = mailed(world)
    proof = opened(path)
    case(world)
    page = ask(path, {"proof": proof, "red_flags": ["chest_pain"], "comment": "Since lunch"}).content.decode()
    escalation = FollowUp.objects.get(kind="escalation")

    assert "Call 000 now" in page
    assert (escalation.red_flags, escalation.comment, stored(world).red_flags) == (["chest_pain"], "Since lunch", [])


# ---- people and days --------------------------------------------------------------------------------------------------
def test_a_merged_patient_answers_with_either_recorded_date_of_birth(world):
    winner = make_patient(world.cast.anna, record_number=77, family_name="O'Neill", given_names="Siobhan",
                          date_of_birth=date(1988, 2, 28))  # fmt: skip
    type(winner).objects.filter(pk=world.patient.pk).update(merged_into=winner)
    path = mailed(world)
    assert ask(path, BORN | {"day": "28"}).status_code == 200
    send(path, red_flags=["chest_pain"])

    assert FollowUp.objects.get(kind="escalation").patient == winner


@pytest.mark.parametrize(("zone", "day"), [("Australia/Melbourne", "yesterday"), ("America/Los_Angeles", "today")])
def test_the_day_is_that_of_the_practice(world, monkeypatch, zone, day):
    """10:30 UTC is the next morning in Melbourne and still the night before in Los Angeles; needled 12 h before."""
    from treatments.views import soreness_link

    at = NOW.replace(hour=17)  # 24 Nov 17:00 UTC: 25 Nov 04:00 in Melbourne, 24 Nov 09:00 in Los Angeles
    type(world.cast.home).objects.filter(pk=world.cast.home.pk).update(time_zone=zone)
    session = start(world.patient, world.cast.anna, started_at=NOW.replace(hour=12), at=at)
    signed = sign(session, world.cast.anna, at=at)
    monkeypatch.setattr(soreness_link.timezone, "now", lambda: at)
    page = ask(mailed(world, check=signed.follow_ups.earliest("due_at"), at=at)).content.decode()

    assert f"How are you after {day}?" in page


# ---- what it costs ----------------------------------------------------------------------------------------------------
def costs(work):
    with CaptureQueriesContext(connection) as captured:
        answer = work()
    return answer, len([q for q in captured if not q["sql"].startswith(OUTSIDE)])


def test_the_page_is_small_and_asks_the_database_little(world):
    sites = [a_site(structure=s, side=side, depth_mm=15, length_mm=25, technique="superficial")
             for s in ("trapezius_upper", "infraspinatus", "levator_scapulae", "soleus", "pectoralis_major_clavicular")
             for side in ("left", "right")]  # fmt: skip
    session = start(world.patient, world.cast.anna, sites=sites, needles_out=10)
    check = FollowUp(
        practice=world.cast.home, patient=world.patient, session=session, kind="soreness_check", due_at=NOW
    )
    check.save()
    path = mailed(world, check=check)
    first, first_cost = costs(lambda: ask(path))
    form, form_cost = costs(lambda: ask(path, BORN))
    styles = sum(len(p.read_bytes()) for p in (settings.BASE_DIR / "practice/static/practice/tokens.css",
                                               settings.BASE_DIR / "treatments/static/treatments/soreness_link.css"))  # fmt: skip

    assert (first_cost, form_cost) <= (1, 10)
    assert form.content.count(b'class="scale"') == 10
    assert len(first.content) + styles < 30_000
    assert len(form.content) + styles < 30_000  # ten areas on both sides of the body
