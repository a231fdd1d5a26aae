"""Treated, written, signed: right in the practice's time zone, on every list that shows them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from practice.history import keep
from practice.models import Practice
from reports.gathering.record import clinical_record
from tests.cast import NOW, api_as
from tests.treatments.test_history_page import read
from tests.world import a_site, session_values, sign, start
from treatments import actions
from treatments.clocks import clock, clocks_of, lapse, moment
from treatments.models import NeedlingSession

MELBOURNE, NEW_YORK = ZoneInfo("Australia/Melbourne"), ZoneInfo("America/New_York")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        (utc(2026, 11, 23, 22, 15), MELBOURNE, "24 Nov 2026, 09:15"),
        (utc(2026, 11, 23, 22, 15), NEW_YORK, "23 Nov 2026, 17:15"),
        (utc(2026, 7, 1, 13, 59), MELBOURNE, "1 Jul 2026, 23:59"),  # winter: UTC+10
        (utc(2026, 7, 1, 14, 0), MELBOURNE, "2 Jul 2026, 00:00"),
        (utc(2026, 4, 4, 15, 30), MELBOURNE, "5 Apr 2026, 02:30 AEDT"),  # the hour that comes twice
        (utc(2026, 4, 4, 16, 30), MELBOURNE, "5 Apr 2026, 02:30 AEST"),
        (utc(2026, 10, 3, 16, 0), MELBOURNE, "4 Oct 2026, 03:00"),  # an hour that is left out: no doubt
    ],
)
def test_a_moment_where_the_practice_is(at, zone, words):
    assert moment(at, zone) == words
    assert clock(at, zone) == words.partition(", ")[2]


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "0 min"), (0.5, "30 min"), (1, "1 h"), (25.5, "25 h 30 min"), (48, "2 days"), (51, "2 days 3 h")],
)
def test_a_lapse_in_words(hours, words):
    assert lapse(NOW, NOW + timedelta(hours=hours)) == words


def test_a_lapse_is_real_time_also_over_the_change_of_clocks():
    """23:00 to 23:00 on the wall, but 25 hours: the clocks went back."""
    start, end = datetime(2026, 4, 4, 23, 0, tzinfo=MELBOURNE), datetime(2026, 4, 5, 23, 0, tzinfo=MELBOURNE)
    assert lapse(start, end) == "25 h"


def session(**values) -> NeedlingSession:
    found = NeedlingSession(**values)
    found.practice = Practice(time_zone="Australia/Melbourne")
    return found


@pytest.mark.parametrize(
    ("later", "late"),
    [
        (timedelta(hours=24) - timedelta(microseconds=1), False),
        (timedelta(hours=24), False),
        (timedelta(hours=24, microseconds=1), True),
        (timedelta(hours=-1), False),
    ],
)
@pytest.mark.parametrize("zone", [UTC, MELBOURNE, NEW_YORK])
def test_late_is_more_than_24_hours_exactly(later, late, zone):
    treated = datetime(2026, 4, 4, 3, 0, tzinfo=UTC)  # a day later the clocks of Melbourne have gone back
    assert (
        session(started_at=treated.astimezone(zone), written_at=(treated + later).astimezone(zone)).is_late_entry
        is late
    )


def test_the_same_day_is_not_said_twice():
    one = session(started_at=utc(2026, 11, 23, 22, 15), ended_at=utc(2026, 11, 23, 22, 38),
                  written_at=utc(2026, 11, 23, 22, 16), signed_at=utc(2026, 11, 23, 22, 44))  # fmt: skip
    told = clocks_of(one)
    assert (told.treated, told.written, told.signed, told.late) == ("24 Nov 2026, 09:15 to 09:38", "09:16", "09:44", "")


def test_another_day_is_said():
    one = session(started_at=utc(2026, 11, 23, 12, 50), ended_at=utc(2026, 11, 23, 13, 10),
                  written_at=utc(2026, 11, 25, 0, 0), signed_at=utc(2026, 11, 25, 0, 5))  # fmt: skip
    told = clocks_of(one)
    assert told.treated == "23 Nov 2026, 23:50 to 24 Nov 2026, 00:10"
    assert (told.written, told.signed) == ("25 Nov 2026, 11:00", "25 Nov 2026, 11:05")
    assert told.late == "35 h 10 min after the treatment"


# ---- on every surface -----------------------------------------------------------------------------------------------


@pytest.fixture
def late(world):
    """Treated on 24 Nov 11:30 in Melbourne, which is the evening of the 23rd in New York; written 30 h later."""
    return start(world.patient, world.cast.anna, at=NOW + timedelta(hours=30))


def move_to(world, zone: str) -> None:
    home = world.cast.home
    home.refresh_from_db()
    home.time_zone = zone
    keep(home, by=world.cast.anna, why="moved")


HERE = {"Australia/Melbourne": ("24 Nov 2026, 11:30", "25 Nov 2026, 17:30"),
        "America/New_York": ("23 Nov 2026, 19:30", "25 Nov 2026, 01:30")}  # fmt: skip


@pytest.mark.parametrize("zone", HERE)
def test_the_session_page_says_all_three(world, late, zone):
    move_to(world, zone)
    treated, written = HERE[zone]
    signed_at = moment(NOW + timedelta(hours=31), ZoneInfo(zone))
    page = read(world, reverse("treatments:session", args=[late.pk]))
    assert f"Treated {treated} · written {written} · late entry, 30 h after the treatment · not signed" in page
    signed = sign(late, world.cast.anna, at=NOW + timedelta(hours=31))
    page = read(world, reverse("treatments:session", args=[signed.pk]))
    assert f"late entry, 30 h after the treatment · signed {signed_at} by Anna Kovač" in page


@pytest.mark.parametrize("zone", HERE)
def test_the_list_of_sessions_says_all_three(world, late, zone):
    move_to(world, zone)
    treated, written = HERE[zone]
    page = read(world, reverse("treatments:of_patient", args=[world.patient.pk]))
    assert f"Treated {treated} · written {written} · late entry, 30 h after the treatment · not signed" in page
    assert f"Treated {treated} · written {treated.partition(', ')[2]} · signed" in page


@pytest.mark.parametrize("zone", HERE)
def test_the_review_and_the_editor_say_when_it_was_written(world, late, zone):
    move_to(world, zone)
    page = read(world, reverse("treatments:review", args=[late.pk]))
    assert f"written {HERE[zone][1]} (late entry, 30 h after the treatment)" in page
    assert f"treated {HERE[zone][0].partition(', ')[2]}" in page


def test_today_marks_a_late_entry(world, late):
    page = read(world, reverse("treatments:today", args=["notes"]))
    assert "written Wed 25 Nov 17:30, late entry" in page
    assert page.count("late entry") == 1


def test_the_clinical_record_prints_all_three(world, late):
    signed = sign(late, world.cast.anna, at=NOW + timedelta(hours=31))
    facts = dict(clinical_record(signed, list(signed.sites.told()), document="1", at=NOW).facts)
    assert facts["Treated"] == "24 Nov 2026, 11:30"
    assert facts["Written"] == "25 Nov 2026, 17:30, late entry, 30 h after the treatment"
    assert facts["Signed"] == "25 Nov 2026, 18:30, by the practitioner"


def test_the_api_says_late_entry_and_moments_with_their_zone(world, late):
    anna = api_as(world.cast.anna)
    one = anna.get(f"/api/v1/sessions/{late.pk}").json()
    assert (one["late_entry"], one["started_at"], one["written_at"]) == (
        True, "2026-11-24T00:30:00Z", "2026-11-25T06:30:00Z",
    )  # fmt: skip
    listed = {s["id"]: s["late_entry"] for s in anna.get("/api/v1/sessions").json()["results"]}
    assert listed == {str(late.pk): True, str(world.draft.pk): False, str(world.signed.pk): False}


# ---- correcting when it was treated ---------------------------------------------------------------------------------


def correct(world, started_at: str, who: str = "anna"):
    """As the editor sends it."""
    client = api_as(world.cast.person(who))
    return client.patch(
        f"/api/v1/sessions/{world.draft.pk}", {"started_at": started_at}, format="json", headers={"If-Match": '"1"'}
    )


def errors(answer) -> list[tuple[str, str]]:
    return [(e["field"], e["message"]) for e in answer.json()["errors"]]


def test_a_corrected_start_makes_it_a_late_entry_and_leaves_when_it_was_written(world):
    earlier = NOW - timedelta(hours=25)
    answer = correct(world, earlier.isoformat())
    assert (answer.status_code, answer.json()["late_entry"]) == (200, True)
    world.draft.refresh_from_db()
    assert (world.draft.started_at, world.draft.written_at) == (earlier, NOW)


def test_a_start_in_another_zone_is_the_same_moment(world):
    assert correct(world, "2026-11-24T08:00:00+11:00").json()["started_at"] == "2026-11-23T21:00:00Z"


def test_a_start_in_the_future_is_refused_with_the_cure_and_nothing_is_written(world):
    answer = correct(world, (timezone.now() + timedelta(minutes=10)).isoformat())
    assert answer.status_code == 400
    assert errors(answer) == [("started_at", "A treatment cannot begin in the future. Give the time it began.")]
    world.draft.refresh_from_db()
    assert (world.draft.started_at, world.draft.version) == (NOW, 1)


def test_a_clock_that_is_a_little_ahead_is_no_future(world):
    assert correct(world, (timezone.now() + timedelta(minutes=3)).isoformat()).status_code == 200


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "1066-10-14T09:00:00Z", "1988-02-27T09:00:00Z"])
def test_a_start_before_the_patient_was_born_is_refused(world, when):
    answer = correct(world, when)
    assert (answer.status_code, errors(answer)) == (
        400, [("started_at", "The patient was not born then. Check the year.")],
    )  # fmt: skip


@pytest.mark.parametrize(
    "when",
    ["yesterday", "", None, 5, "2026-13-01T00:00:00Z", "2026-11-24", "2026-11-24T09:15:00", "2026-11-24T09:15:00 ",
     "2026-11-24T09:15+99:00", "٢026-11-24T09:15:00Z", "9999-12-31T23:59:59Z"],
)  # fmt: skip
def test_a_start_that_is_no_moment_is_refused(world, when):
    assert correct(world, when).status_code == 400


def test_a_start_after_the_end_is_refused(world):
    values = session_values(
        world.cast.anna, ended_at=NOW + timedelta(minutes=5), sites=[a_site(id=world.draft.sites.get().pk)]
    )
    actions.write_session(pk=world.draft.pk, values=values, by=world.cast.anna, at=NOW, version=1)
    client = api_as(world.cast.anna)
    answer = client.patch(f"/api/v1/sessions/{world.draft.pk}", {"started_at": (NOW + timedelta(minutes=6)).isoformat()},
                          format="json", headers={"If-Match": '"2"'})  # fmt: skip
    assert errors(answer) == [("ended_at", "A session cannot end before it starts.")]


def test_only_who_may_write_corrects_it(world):
    assert [correct(world, NOW.isoformat(), who).status_code for who in ("ben", "dana", "olga", "zoe")] == [
        403,
        403,
        403,
        404,
    ]


def test_the_history_says_what_it_was_before(world):
    correct(world, "2026-11-24T08:00:00+11:00")
    page = read(world, reverse("treatments:history", args=[world.draft.pk]))
    assert "Treated from was 24 Nov 2026, 11:30 → is 24 Nov 2026, 08:00" in page
