"""Snippets and templates through the API and the pages: whose they are, what they refuse, what the editor is offered."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import actions as practice_actions
from tests.cast import NOW, api_as, page_as
from tests.world import World
from treatments import actions, first_words
from treatments.api.shapes import ADVICE
from treatments.models import SessionTemplate, Snippet
from treatments.offered import offered_to

SNIPPET = {"shortcut": "sh", "title": "Shoulder", "text": "Shoulder pain {?}."}
TEMPLATE = {
    "title": "Neck",
    "lines": "r uft p 30x40\nr ls s 30x30",
    "plan": "Review {?}.",
    "advice_given": ["soreness"],
}


def post(world: World, who: str, path: str, body: Any) -> Any:
    return api_as(world.cast.person(who)).post(f"/api/v1/{path}", body, format="json")


def test_the_managers_snippet_is_everybodys_and_ones_own_is_ones_own(world: World):
    shared = post(world, "anna", "snippets", SNIPPET)
    own = post(world, "ben", "snippets", SNIPPET | {"personal": True, "text": "Ben's words."})
    assert (shared.status_code, own.status_code) == (201, 201)
    assert {s["shortcut"]: s["text"] for s in offered_to(world.cast.ben)["snippets"]}["sh"] == "Ben's words."
    assert {s["shortcut"]: s["text"] for s in offered_to(world.cast.anna)["snippets"]}["sh"] == "Shoulder pain {?}."
    assert offered_to(world.cast.zoe)["snippets"] == []
    assert api_as(world.cast.anna).get(f"/api/v1/snippets/{own.json()['id']}").status_code == 404


@pytest.mark.parametrize(("who", "body", "status"), [
    ("ben", SNIPPET, 403), ("ben", SNIPPET | {"personal": True}, 201), ("dana", SNIPPET, 403), ("olga", SNIPPET, 403),
    ("robo", SNIPPET, 403), ("robo", SNIPPET | {"personal": True}, 403), ("zoe", SNIPPET | {"personal": True}, 201),
])  # fmt: skip
def test_who_may_write(world: World, who: str, body: Any, status: int):
    assert post(world, who, "snippets", body).status_code == status


@pytest.mark.parametrize(("field", "value"), [
    ("shortcut", "N K"), ("shortcut", "Nk"), ("shortcut", ""), ("shortcut", "n" * 21), ("title", ""), ("title", "x" * 81),
    ("text", ""), ("text", "x" * 4001), ("text", "\x00"), ("text", "Pain {moon}."), ("note", "diary"), ("active", "no"), ("unknown", 1),
])  # fmt: skip
def test_bad_snippets_name_the_field(world: World, field: str, value: Any):
    answer = post(world, "anna", "snippets", SNIPPET | {field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert not Snippet.objects.filter(shortcut="sh").exists()


def test_an_unknown_placeholder_is_refused_with_the_known_ones(world: World):
    said = post(world, "anna", "snippets", SNIPPET | {"text": "{moon}"}).json()["errors"][0]["message"]
    assert said.startswith("Nothing fills {moon}. Known are {patient}")


def test_a_shortcut_is_once_in_the_practice_and_free_again_when_taken_out_of_use(world: World):
    first = post(world, "anna", "snippets", SNIPPET).json()
    assert post(world, "anna", "snippets", SNIPPET).status_code == 400
    anna = api_as(world.cast.anna)
    url, match = f"/api/v1/snippets/{first['id']}", {"If-Match": '"1"'}
    assert anna.patch(url, {"active": False}, format="json", headers=match).json()["active"] is False
    assert post(world, "anna", "snippets", SNIPPET).status_code == 201
    assert anna.patch(url, {"active": True}, format="json", headers={"If-Match": '"2"'}).status_code == 400


def test_two_managers_at_once_lose_no_word(world: World):
    anna, url = api_as(world.cast.anna), f"/api/v1/snippets/{world.snippet.pk}"
    assert anna.patch(url, {"text": "One."}, format="json", headers={"If-Match": '"1"'}).status_code == 200
    late = anna.patch(url, {"text": "Two."}, format="json", headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["current"]["text"]) == (412, "One.")


def test_a_template_reads_its_lines_as_sites(world: World):
    body = post(world, "anna", "templates", TEMPLATE).json()
    assert [(s["structure"], s["side"], s["technique"]) for s in body["sites"]] == [
        ("trapezius_upper", "right", "deep_pistoning"), ("levator_scapulae", "right", "superficial"),
    ]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [
    ("lines", "r zzz"), ("lines", "uft"), ("lines", "r uft d999"), ("plan", "{moon}"), ("advice_given", ["luck"]), ("title", ""),
    ("lines", "x" * 2001),
])  # fmt: skip
def test_bad_templates_name_the_field(world: World, field: str, value: Any):
    answer = post(world, "anna", "templates", TEMPLATE | {field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"].split(".")[0]) == (400, field)
    assert not SessionTemplate.objects.filter(title="Neck").exists()


def test_the_page_does_what_the_program_does(world: World):
    page = page_as(world.cast.anna)
    done = page.post("/sessions/offered/snippets/practice", SNIPPET | {"active": "on"})
    assert done.status_code == 302
    assert Snippet.objects.get(shortcut="sh").owner is None
    again = page.post("/sessions/offered/snippets/practice", SNIPPET | {"active": "on"})
    assert again.status_code == 422
    assert "The practice has a snippet with this shortcut already. Choose another." in again.content.decode()
    own = page_as(world.cast.ben).post("/sessions/offered/templates/mine", TEMPLATE | {"active": "on"})
    assert own.status_code == 302
    assert SessionTemplate.objects.get(title="Neck").owner == world.cast.ben


def test_a_stale_page_shows_both_texts(world: World):
    page = page_as(world.cast.anna)
    actions.change_snippet(pk=world.snippet.pk, values={"text": "Changed meanwhile."}, by=world.cast.anna, version=1)
    url = f"/sessions/offered/snippet/{world.snippet.pk}"
    answer = page.post(url, {"shortcut": "nk", "title": "Neck pain", "text": "Mine.", "active": "on", "version": "1"})
    assert answer.status_code == 422
    assert "Saved meanwhile: Changed meanwhile." in answer.content.decode()
    assert "Mine." in answer.content.decode()


@pytest.mark.parametrize("path", ["snippets/everybody", "templates/everybody"])
def test_there_are_two_places_to_write_for(world: World, path: str):
    assert page_as(world.cast.anna).get(f"/sessions/offered/{path}").status_code == 404


def test_what_the_editor_is_offered_costs_three_queries_however_much_it_is(world: World):
    for number in range(12):
        values = {"title": f"T{number}", "lines": "r uft", "plan": ""}
        actions.add_template(values=values, personal=False, by=world.cast.anna)
        actions.add_snippet(values=SNIPPET | {"shortcut": f"s{number}"}, personal=bool(number % 2), by=world.cast.anna)
    with CaptureQueriesContext(connection) as queries:
        offered = offered_to(world.cast.anna)
    assert (len(offered["snippets"]), len(offered["templates"]), len(queries)) == (13, 13, 3)


def test_a_new_practice_begins_with_words_that_hold(world: World):
    """They are kept without the checks of the door; here they pass them."""
    person = {"full_name": "Mia Berg", "email": "mia@example.org", "role": "practitioner"}
    practice, mia = practice_actions.set_up_practice(
        values={"name": "New"}, manager=person, password="needle-demo-of-a-test", at=NOW
    )
    snippets, templates = (list(rows.filter(practice=practice)) for rows in (Snippet.objects, SessionTemplate.objects))
    assert {row.shortcut for row in snippets} == {words["shortcut"] for words in first_words.SNIPPETS}
    assert {row.title for row in templates} == {"Neck and shoulder", "Low back and hip", "Calf"}
    for snippet in snippets:
        actions.change_snippet(pk=snippet.pk, values={"text": snippet.text}, by=mia, version=1)
    for template in templates:
        values = {name: getattr(template, name) for name in ("lines", "subjective", "objective", "plan")}
        actions.change_template(pk=template.pk, values=values, by=mia, version=1)
        assert set(template.advice_given) <= ADVICE
    assert [len(template["sites"]) for template in offered_to(mia)["templates"]] == [2, 4, 3]
