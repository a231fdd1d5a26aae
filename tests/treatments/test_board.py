"""The follow-up board: what each filter shows, in which order, at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients.models import Patient
from practice.history import keep_all
from tests.cast import api_as, make_patient, page_as
from tests.test_page_costs import OUTSIDE
from treatments import actions, board
from treatments.models import FollowUp

BOARD = "/sessions/follow-ups"


@pytest.fixture
def now():
    return timezone.now()


def waits(world, now, **more):
    values = {"kind": "soreness_check", "due_at": now - timedelta(hours=3), "assignee": world.cast.anna,
              "patient": world.patient}  # fmt: skip
    row = FollowUp(practice=world.cast.home, **(values | more))
    keep_all([row], by=world.cast.anna, why="test")
    return row


@pytest.fixture
def rows(world, now):
    """One of each; the world's own checks are put aside."""
    FollowUp.objects.all().update(state="cancelled", due_at=F("due_at") - timedelta(days=200))
    answered = {"state": "answered", "answered_at": now - timedelta(hours=2), "reported_by": "staff"}
    return {
        "planned": waits(world, now, due_at=now + timedelta(hours=5)),
        "fine": waits(
            world, now, **answered, soreness=[{"structure": "soleus", "side": "left", "score": 2}], hours_since=20
        ),
        "recall": waits(
            world, now, kind="recall", about="Six weeks", due_at=now - timedelta(days=2), assignee=world.cast.ben
        ),
        "late": waits(world, now, due_at=now - timedelta(hours=16), state="no_answer", tries=1),
        "red": waits(
            world, now, **answered, kind="escalation", red_flags=["chest_pain"], due_at=now - timedelta(hours=1)
        ),
        "taken": waits(world, now, kind="escalation", state="acknowledged", red_flags=["chest_pain"]),
        "mailed": waits(world, now, state="sent", due_at=now - timedelta(hours=2)),
        "severe": waits(
            world,
            now,
            **answered | {"answered_at": now - timedelta(days=9)},
            needs_review=True,
            soreness=[{"structure": "soleus", "side": "left", "score": 8}],
        ),
        "asleep": waits(world, now, kind="recall", snoozed_until=now + timedelta(days=3), snoozed_reason="On holiday"),
        "closed": waits(world, now, state="closed", closed_reason="Moved away"),
    }


def shown(world, now, **asked):
    found = board.rows(world.cast.dana, board.Asked(**asked), now=now)
    return [row.pk for row in found]


@pytest.mark.parametrize(("show", "names"), [
    ("open", ["taken", "red", "recall", "late", "severe", "fine", "mailed", "planned"]),
    ("red_flag", ["taken", "red"]),
    ("due", ["recall", "late"]),
    ("answered", ["severe", "fine"]),
    ("recalls", ["recall", "asleep"]),
    ("planned", ["mailed", "planned"]),
    ("snoozed", ["asleep"]),
    ("closed", ["closed"]),
])  # fmt: skip
def test_each_filter_shows_its_rows_the_most_urgent_first(world, now, rows, show, names):
    assert shown(world, now, show=show) == [rows[name].pk for name in names]
    if show != "closed":
        assert board.counts(world.cast.dana, board.Asked(), now=now)[show] == len(names)


def test_kind_practitioner_and_day_narrow(world, now, rows):
    assert shown(world, now, kind="recall") == [rows["recall"].pk]
    assert shown(world, now, practitioner=world.cast.ben.pk) == [rows["recall"].pk]
    day = world.cast.home.local_date(rows["recall"].due_at)
    assert rows["recall"].pk in shown(world, now, day=day)
    assert rows["planned"].pk not in shown(world, now, day=day)


@pytest.mark.parametrize(("name", "state", "act"), [
    ("planned", "Planned", ""),
    ("fine", "Expected", "close_expected"),
    ("recall", "2 days late", "call"),
    ("late", "16 h late, try 2", "call"),
    ("red", "Red flag: act now", "escalation"),
    ("taken", "Taken, outcome to write", "escalation"),
    ("severe", "Review today", "acknowledge"),
    ("mailed", "Mailed, not answered yet", "call"),
    ("closed", "Closed", ""),
])  # fmt: skip
def test_a_row_says_how_late_it_is_and_what_can_be_done(world, now, rows, name, state, act):
    (row,) = board.told([rows[name]], user=world.cast.dana, now=now)

    assert (row.state, row.act) == (state, act)


def test_a_recall_whose_patient_came_again_says_so(world, now, rows):
    Patient.objects.filter(pk=world.patient.pk).update(last_session_at=now + timedelta(minutes=1))
    (row,) = board.told([FollowUp.objects.get(pk=rows["recall"].pk)], user=world.cast.dana, now=now)

    assert row.seen_since


def test_the_page_shows_the_same_and_nothing_of_another_practice(world, now, rows):
    page = page_as(world.cast.dana).get(BOARD).content.decode()
    assert page.count("<tr data-row") == 8
    assert "O&#x27;Neill" in page
    assert page_as(world.cast.zoe).get(BOARD).content.decode().count("<tr data-row") == 0


@pytest.mark.parametrize("query", [
    "show=everything", "kind=dragon", "practitioner=x", "day=2026-02-31", "day=0001-01-01", "page=0", "page=-1", "page=999999999999999999",
    "page=x", "show=%00&day=%00",
])  # fmt: skip
def test_an_address_that_says_nothing_filters_nothing(world, query):
    assert page_as(world.cast.dana).get(f"{BOARD}?{query}").status_code == 200


def cost(world, address=BOARD):
    client = page_as(world.cast.anna)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len([q for q in captured if not q["sql"].startswith(OUTSIDE)])


@pytest.mark.parametrize(
    "address", [BOARD, "/sessions/today/calls", "/sessions/today/reviews", "/sessions/today/triage"]
)
def test_one_row_and_fifty_cost_the_same(world, now, address):
    waits(world, now, kind="recall", session=world.signed, due_at=now - timedelta(hours=1))
    assert world.triage.pk  # one card waits
    before = cost(world, address)
    people = [make_patient(world.cast.anna, record_number=100 + n, family_name=f"Row {n}", date_of_birth=now.date())
              for n in range(25)]  # fmt: skip
    for n, person in enumerate(people):
        waits(world, now, patient=person, session=world.signed, kind="recall", due_at=now - timedelta(minutes=n))
        waits(world, now, patient=person)
        no = {"breathing": "no", "nerves": "no", "swelling": "no"}
        actions.record_triage(patient=person, values={"answers": no}, by=world.cast.dana, at=now)

    assert cost(world, address) == before <= 5


def test_pages_of_fifty(world, now):
    FollowUp.objects.all().update(state="cancelled")
    for n in range(60):
        waits(world, now, due_at=now - timedelta(minutes=n))
    first, second = (page_as(world.cast.dana).get(f"{BOARD}?show=due&page={n}").content.decode() for n in (1, 2))

    assert (first.count("<tr data-row"), second.count("<tr data-row")) == (50, 10)
    assert "show=due&amp;page=2" in first
    assert 'rel="next"' not in second


def test_the_call_beside_the_board_says_what_to_say(world, now):
    dana = page_as(world.cast.dana)
    part = dana.get(f"{BOARD}/{world.follow_up.pk}", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "Hello Siobhán, this is Dana from Harbour Lane Osteopathy. You had dry needling of the lower leg" in part


def test_what_was_typed_stays_when_a_reason_is_missing(world, now):
    recall = waits(world, now, kind="recall", about="Six weeks")
    page = page_as(world.cast.dana).post(
        f"{BOARD}/{recall.pk}/snooze", {"version": 1, "until": "2099-01-01", "reason": ""}
    )
    words = page.content.decode()

    assert (page.status_code, "Write why it waits." in words, 'value="2099-01-01"' in words) == (422, True, True)


def test_an_expected_answer_is_closed_with_one_tap(world, now, rows):
    page_as(world.cast.dana).post(f"{BOARD}/{rows['fine'].pk}/close", {"version": 1, "reason": "Answered: expected"})
    rows["fine"].refresh_from_db()

    assert (rows["fine"].state, rows["fine"].closed_reason) == ("closed", "Answered: expected")


def test_a_verb_nobody_knows_is_no_page(world):
    assert page_as(world.cast.dana).post(f"{BOARD}/{world.follow_up.pk}/dance").status_code == 404


def test_a_program_filters_recalls(world, now, rows):
    found = (
        api_as(world.cast.dana).get(f"/api/v1/follow-ups?kind=recall&assignee={world.cast.ben.pk}").json()["results"]
    )

    assert [(row["id"], row["about"], row["tries"]) for row in found] == [(str(rows["recall"].pk), "Six weeks", 0)]
