"""The practice's pages in groups: everyone sees what they may open, and nothing that answers with a no."""

import pytest

from practice.navigation import GROUPS, navigation
from tests.cast import page_as
from tests.world import World, make_world

PEOPLE = ["anna", "ben", "dana", "olga", "zoe"]


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


def addresses(user) -> list[str]:
    found = []
    for _, entries in GROUPS:
        for entry in entries:
            _, pages = navigation(user, tab=entry.tab)
            found += [page.address for page in pages if page.current]
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_every_link_that_is_shown_opens(world: World, who: str):
    client = page_as(world.cast.person(who))
    answers = {address: client.get(address).status_code for address in addresses(world.cast.person(who))}

    assert set(answers.values()) <= {200, 302}, answers
    assert len(answers) >= 2


def test_a_manager_sees_every_group_and_the_front_desk_its_own(world: World):
    anna, dana = world.cast.anna, world.cast.dana

    assert [group.label for group in navigation(anna, tab="lots")[0]] == [
        "Practice",
        "Treatment",
        "Patients",
        "Documents",
    ]
    assert [page.label for page in navigation(dana, tab="mail")[1]] == ["Print a day", "Mail"]


def test_the_page_one_is_on_is_marked_in_both_rows(world: World):
    page = page_as(world.cast.anna).get("/sessions/lots").content.decode()

    assert page.count('aria-current="page">Needle lots') == 1
    assert page.count('aria-current="true">Treatment') == 1


def test_a_page_that_calls_itself_otherwise_still_has_a_navigation(world: World):
    groups, pages = navigation(world.cast.anna, tab="")
    assert (groups[0].current, [p.current for p in pages]) == (True, [False] * len(pages))
