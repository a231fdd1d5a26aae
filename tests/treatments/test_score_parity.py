"""Outcome scores: one outcome and one sentence, through the page and through the API."""

from typing import Any

import pytest

from tests.cast import api_as, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome, Way, of_the_api, of_the_page
from tests.world import World
from treatments.models import Score

CORRECTED, WITHDRAWN = "corrected", "withdrawn"


def through_the_page(world: World, user: Any, verb: str, said: dict[str, Any], version: int) -> Outcome:
    path = f"/sessions/patient/{world.patient.pk}/outcomes/{world.score.pk}"
    if verb == WITHDRAWN:
        path += "/withdraw"
    answer = page_as(user).post(path, {"at": "2026-11-24T11:30", "version": version} | said)
    return of_the_page(answer, said=said)


def through_the_api(world: World, user: Any, verb: str, said: dict[str, Any], version: int) -> Outcome:
    client, url, headers = api_as(user), f"/api/v1/scores/{world.score.pk}", {"If-Match": f'"{version}"'}
    if verb == WITHDRAWN:
        answer = client.post(f"{url}/withdraw", said, format="json", headers=headers)
    else:
        answer = client.patch(url, said, format="json", headers=headers)
    return of_the_api(answer)


@pytest.fixture(params=[through_the_page, through_the_api])
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


def stands(world: World) -> tuple[float, str]:
    row = Score.objects.get(pk=world.score.pk)
    return float(row.value), row.withdrawn_reason


@pytest.mark.parametrize(
    ("who", "verb", "said", "outcome", "after"),
    [
        ("anna", CORRECTED, {"value": 7}, DONE, (7, "")),
        ("dana", CORRECTED, {"value": 7}, NOT_ALLOWED, (6, "")),
        ("olga", CORRECTED, {"value": 7}, NOT_ALLOWED, (6, "")),
        ("zoe", CORRECTED, {"value": 7}, NOT_ALLOWED, (6, "")),
        ("anna", WITHDRAWN, {"reason": "Of another patient."}, DONE, (6, "Of another patient.")),
        ("olga", WITHDRAWN, {"reason": "Wrong."}, NOT_ALLOWED, (6, "")),
        ("zoe", WITHDRAWN, {"reason": "Wrong."}, NOT_ALLOWED, (6, "")),
    ],
)
def test_who_may_correct_and_withdraw(
    world: World, way: Way, who: str, verb: str, said: dict[str, Any], outcome: Outcome, after: tuple[float, str]
):
    assert way(world, world.cast.person(who), verb, said, world.score.version) == outcome
    assert stands(world) == after


@pytest.mark.parametrize(("verb", "said"), [(CORRECTED, {"value": 7}), (WITHDRAWN, {"reason": "Of another patient."})])
def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    world: World, way: Way, verb: str, said: dict[str, Any]
):
    outcome = way(world, world.cast.anna, verb, said, world.score.version - 1)
    assert not outcome.done
    assert len(outcome.sentences[""]) == 1
    assert stands(world) == (6, "")


@pytest.mark.parametrize(("verb", "said"), [(CORRECTED, {"value": 7}), (WITHDRAWN, {"reason": "Twice."})])
def test_a_withdrawn_score_stays_withdrawn(world: World, way: Way, verb: str, said: dict[str, Any]):
    through_the_api(world, world.cast.anna, WITHDRAWN, {"reason": "Of another patient."}, world.score.version)
    outcome = way(world, world.cast.anna, verb, said, world.score.version + 1)
    words = "This score is withdrawn. Record it anew." if verb == CORRECTED else "This score is already withdrawn."
    assert outcome == Outcome(False, {"": [words]})
    assert stands(world) == (6, "Of another patient.")


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_withdrawal_says_why(world: World, way: Way, reason: str):
    assert list(way(world, world.cast.anna, WITHDRAWN, {"reason": reason}, world.score.version).sentences) == ["reason"]
    assert stands(world) == (6, "")
