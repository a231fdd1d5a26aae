"""Records whose time is over: found by the same rule that destroying them obeys, a page at a time."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from patients import actions, destroying, expired, retention
from patients.models import Alert, Destruction, Patient
from practice.history import keep
from tests.cast import Cast, api_as, make_patient, page_as
from tests.test_page_costs import OUTSIDE

PAGE, API = "/patients/keeping/over", "/api/v1/expired-records"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from([7, 10, 25]))
def test_the_way_back_misses_no_day(today: date, years: int):
    last = retention.years_before(today, years)
    assert retention.years_after(last, years) <= today < retention.years_after(last + timedelta(days=1), years)


def test_whoever_was_grown_up_then_is_old_enough_now():
    """What the search for them relies on."""
    assert all(
        retention.ADULT + rule.years >= rule.minors_until for rule in (*retention.RULES.values(), retention.UNKNOWN)
    )


def long_ago(cast: Cast, days: int = 0, years: int = 7) -> datetime:
    """Noon, where the practice is, of the last day whose years are over today; `days` later."""
    day = retention.years_before(cast.home.local_date(timezone.now()), years) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 12, tzinfo=cast.home.zone)


def old(
    cast: Cast, number: int = 50, *, at: datetime | None = None, born: date = date(1950, 1, 1), **more: Any
) -> Patient:
    return make_patient(cast.anna, record_number=number, family_name=f"Old-{number}", date_of_birth=born,
                        created_at=at or long_ago(cast), **more)  # fmt: skip


def an_entry(patient: Patient, cast: Cast, at: datetime) -> Alert:
    alert = Alert(
        practice=cast.home, patient=patient, kind="other", severity="info", text="x", starts_on=at.date(), created_at=at
    )
    return keep(alert, by=cast.anna, why="set up")


def listed(cast: Cast) -> list[int]:
    today = cast.home.local_date(timezone.now())
    return [p.record_number for p in expired.expired(Patient.objects.all(), practice=cast.home, today=today)]


@pytest.mark.parametrize("country", ["AU", "NZ", "ZZ"])
def test_the_list_and_the_rule_never_say_different_things(cast: Cast, country: str):
    cast.home.country = country
    keep(cast.home, by=None, why="moved")
    years = retention.rule_of(country).years
    today, number = cast.home.local_date(timezone.now()), 100
    for days in (-400, -1, 0, 1, 400):
        at = long_ago(cast, days, years)
        for born in (date(1950, 1, 1), retention.years_before(today, 25), retention.years_before(today, 25) + timedelta(days=1),
                     retention.years_before(at.date(), 18), retention.years_before(at.date(), 18) + timedelta(days=1)):  # fmt: skip
            for entry in (None, -1, 0, 1):
                patient = old(cast, number := number + 1, at=long_ago(cast, -900, years), born=born)
                if entry is not None:
                    an_entry(patient, cast, at + timedelta(days=entry))
    people = Patient.objects.filter(practice=cast.home).select_related("practice")
    over = {p.record_number for p in people if destroying.keeping_of(p).is_over(today)}
    assert (set(listed(cast)), 20 < len(over) < 90) == (over, True)


def test_the_day_is_the_practices(cast: Cast):
    last = long_ago(cast).date()
    old(cast, 51, at=datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=cast.home.zone))
    after = last + timedelta(days=1)
    old(cast, 52, at=datetime(after.year, after.month, after.day, 0, 0, 1, tzinfo=cast.home.zone))
    assert listed(cast) == [51]


def test_what_was_written_on_a_merged_record_keeps_the_person(cast: Cast):
    first, second, third = (old(cast, n) for n in (51, 52, 53))
    twin, other = old(cast, 61), old(cast, 62)
    an_entry(twin, cast, long_ago(cast, 5))
    Patient.objects.filter(pk=twin.pk).update(merged_into=first)
    Patient.objects.filter(pk=other.pk).update(merged_into=second)
    Patient.objects.filter(pk=third.pk).update(last_session_at=long_ago(cast, 3))
    assert listed(cast) == [52]


def test_the_page_shows_who_held_and_proposed_and_leads_to_the_process(cast: Cast):
    free, held, waits = old(cast, 51), old(cast, 52), old(cast, 53)
    now = timezone.now()
    actions.set_hold(patient=held, reason="A claim of 2025", by=cast.anna)
    row = actions.propose_destruction(patient=waits, reason="Nobody needs it", by=cast.anna, at=now)
    old(cast, 54, at=now)

    page = page_as(cast.anna).get(PAGE)
    assert [(r.patient, bool(r.hold), bool(r.proposed)) for r in page.context["rows"]] == [
        (free, False, False), (held, True, False), (waits, False, True),
    ]  # fmt: skip
    shown = page.content.decode().partition("<main")[2]
    assert [shown.count(f'href="/patients/{p.pk}/details#keeping"') for p in (free, held, waits)] == [2, 1, 1]
    assert (f"/patients/destructions/{row.pk}" in shown, "A claim of 2025" in shown, "Old-54" in shown) == (
        True,
        True,
        False,
    )
    assert 'id="keeping"' in page_as(cast.anna).get(f"/patients/{free.pk}/details").content.decode()
    assert f'href="{PAGE}"' in page_as(cast.anna).get("/patients/keeping").content.decode()

    found = api_as(cast.anna).get(API).json()["results"]
    assert [(r["record_number"], bool(r["legal_hold"]), r["destruction"]) for r in found] == [
        (51, False, None), (52, True, None), (53, False, str(row.pk)),
    ]  # fmt: skip
    last = long_ago(cast).date()
    assert (found[0]["name"], found[0]["last_entry_on"], found[0]["kept_until"], found[0]["rule"]) == (
        "Old-51", last.isoformat(), retention.years_after(last, 7).isoformat(), "7 years after the last entry.",
    )  # fmt: skip


def test_a_hold_on_a_merged_record_holds_the_person(cast: Cast):
    stands, twin = old(cast, 51), old(cast, 52)
    actions.set_hold(patient=twin, reason="A claim", by=cast.anna)
    Patient.objects.filter(pk=twin.pk).update(merged_into=stands)
    assert [(r["record_number"], bool(r["legal_hold"])) for r in api_as(cast.anna).get(API).json()["results"]] == [
        (51, True)
    ]


def test_what_was_proposed_and_taken_back_is_free_again(cast: Cast):
    patient, now = old(cast, 51), timezone.now()
    row = actions.propose_destruction(patient=patient, reason="Nobody needs it", by=cast.anna, at=now)
    actions.withdraw_destruction(pk=row.pk, by=cast.ben, at=now, version=row.version)
    assert Destruction.objects.filter(state="withdrawn").exists()
    assert [r["destruction"] for r in api_as(cast.anna).get(API).json()["results"]] == [None]


@pytest.mark.parametrize(("who", "status"), [("anna", 200), ("ben", 200), ("olga", 200), ("dana", 403), ("robo", 403)])
def test_who_may_see_it(cast: Cast, who: str, status: int):
    old(cast, 51)
    assert (page_as(cast.person(who)).get(PAGE).status_code, api_as(cast.person(who)).get(API).status_code) == (
        status,
        status,
    )


def test_another_practice_sees_nobody_and_the_auditor_is_offered_nothing(cast: Cast):
    old(cast, 51)
    assert "Old-51" not in page_as(cast.zoe).get(PAGE).content.decode()
    assert api_as(cast.zoe).get(API).json()["results"] == []
    assert "Propose to destroy" not in page_as(cast.olga).get(PAGE).content.decode()


def test_page_by_page_nobody_twice_and_nobody_left_out(cast: Cast):
    for n in range(120):
        old(cast, 100 + n)
    client, path, seen = page_as(cast.anna), PAGE, []
    while path:
        page = client.get(path)
        seen += [row.patient.record_number for row in page.context["rows"]]
        path = f"{PAGE}?after={page.context['next']}" if page.context["next"] else ""
    assert (len(seen), sorted(seen)) == (120, list(range(100, 220)))
    assert client.get(f"{PAGE}?after=nonsense").status_code == 200

    client, path, seen = api_as(cast.anna), API, []
    while path:
        body = client.get(path).json()
        seen += [row["record_number"] for row in body["results"]]
        path = body["next"]
    assert sorted(seen) == list(range(100, 220))


@pytest.mark.parametrize("path", [PAGE, API])
def test_fifty_cost_no_more_than_one(cast: Cast, path: str):
    client = (api_as if path == API else page_as)(cast.anna)

    def cost() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len([q for q in captured if not q["sql"].startswith(OUTSIDE)])

    old(cast, 51)
    one = cost()
    for n in range(60):
        patient = old(cast, 100 + n)
        if n % 3 == 0:
            actions.set_hold(patient=patient, reason="A claim", by=cast.anna)
    assert (cost(), one <= 5) == (one, True)
