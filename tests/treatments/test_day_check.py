"""The end of a day: nobody goes home with a needle that nobody knows of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests.cast import NOW, api_as, page_as
from tests.world import World, make_world, start
from treatments import actions
from treatments.models import DayCheck
from treatments.needles_in import still_in, unsigned_of

TODAY = NOW.date()


@pytest.fixture
def world(cast: Any) -> World:
    return make_world(cast)


def check(world: World, who: str = "dana", **more: Any) -> DayCheck:
    values = {"on": TODAY, "looked": True, "note": ""} | more
    return actions.check_day(**values, by=world.cast.person(who), at=NOW + timedelta(hours=6))


def test_a_day_with_everything_out_is_checked_by_whoever_closes_the_rooms(world: World):
    done = check(world)
    assert (done.needles_in, done.unsigned, done.created_by) == (0, 1, world.cast.dana)


def test_a_needle_still_in_needs_a_word(world: World):
    start(world.patient, world.cast.ben, needles_out=None)
    with pytest.raises(ValidationError) as refused:
        check(world)
    assert refused.value.message_dict == {
        "note": ["1 needle is still in by the records. Count them out, or write what is known of them."]
    }
    assert check(world, note="Ben counted it out; the record follows.").needles_in == 1


def test_a_needle_left_in_on_purpose_is_known(world: World):
    start(world.patient, world.cast.ben, needles_out=0, discrepancy_kind="retained_on_purpose", discrepancy_note="Ear.",
          remove_by=TODAY + timedelta(days=2))  # fmt: skip
    assert still_in(world.cast.dana, at=NOW) == []


def test_everything_that_is_wrong_is_said_at_once(world: World):
    with pytest.raises(ValidationError) as refused:
        check(world, on=TODAY + timedelta(days=1), looked=False)
    assert sorted(refused.value.message_dict) == ["looked", "on"]


def test_the_day_is_the_practices_and_not_utcs(world: World):
    at = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # 00:30 on the 25th in Melbourne
    done = actions.check_day(on=TODAY + timedelta(days=1), looked=True, note="", by=world.cast.dana, at=at)
    assert done.on == TODAY + timedelta(days=1)
    assert [s.pk for s in unsigned_of(world.cast.dana, TODAY)] == [world.draft.pk]
    assert list(unsigned_of(world.cast.dana, TODAY + timedelta(days=1))) == []


@pytest.mark.parametrize("who", ["olga", "robo"])
def test_who_only_reads_checks_nothing(world: World, who: str):
    with pytest.raises(PermissionDenied):
        check(world, who)


def test_another_practices_needles_are_not_counted(world: World):
    start(world.patient, world.cast.ben, needles_out=None)
    assert still_in(world.cast.zoe, at=NOW) == []


def test_a_check_is_written_once(world: World):
    done = check(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        DayCheck.objects.filter(pk=done.pk).update(note="Nothing to see")


Way = Callable[..., tuple[int, dict[str, list[str]]]]


def on_the_page(user: Any, body: dict[str, Any]) -> tuple[int, dict[str, list[str]]]:
    form = {k: ("on" if v is True else v) for k, v in body.items() if v is not False}
    answer = page_as(user).post("/sessions/end-of-day", form)
    return answer.status_code, dict(answer.context["form"].errors) if answer.status_code == 422 else {}


def through_the_api(user: Any, body: dict[str, Any]) -> tuple[int, dict[str, list[str]]]:
    answer = api_as(user).post("/api/v1/day-checks", body, format="json")
    status = {201: 302, 400: 422}.get(answer.status_code, answer.status_code)
    return status, {e["field"]: [e["message"]] for e in answer.json()["errors"]} if status == 422 else {}


@pytest.mark.parametrize("way", [on_the_page, through_the_api])
@pytest.mark.parametrize(
    ("who", "changes", "status", "fields"),
    [
        ("dana", {}, 302, []),
        ("anna", {}, 302, []),
        ("zoe", {}, 302, []),  # her own practice's day
        ("olga", {}, 403, []),
        ("robo", {}, 403, []),
        ("dana", {"looked": False}, 422, ["looked"]),
        ("dana", {"on": "2999-01-01"}, 422, ["on"]),
    ],
)
def test_page_and_api_say_the_same(
    world: World, way: Way, who: str, changes: dict[str, Any], status: int, fields: list[str]
):
    body = {"on": timezone.localdate(timezone.now(), world.cast.home.zone).isoformat(), "looked": True, "note": ""}
    before = DayCheck.objects.count()
    got, errors = way(world.cast.person(who), body | changes)

    assert (got, sorted(errors)) == (status, fields)
    assert DayCheck.objects.count() - before == (1 if status == 302 else 0)


def test_today_says_that_the_day_is_checked(world: World):
    actions.check_day(on=timezone.localdate(timezone.now(), world.cast.home.zone), looked=True, note="", by=world.cast.dana,
                      at=timezone.now())  # fmt: skip
    assert "by Dana Whitfield" in page_as(world.cast.anna).get("/sessions/today/needles").content.decode()


def test_the_page_lists_what_is_in_and_what_is_not_signed(world: World):
    start(world.patient, world.cast.ben, needles_out=None)
    page = page_as(world.cast.olga).get("/sessions/end-of-day").content.decode()
    assert ("1 in of 1" in page, "Check the day" in page) == (True, False)
