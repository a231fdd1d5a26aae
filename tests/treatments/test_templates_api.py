"""Snippets and templates: page and API are one, a slip is said beside its field, and of two at once one is refused."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from practice.models import User
from tests.cast import api_as, make_cast, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome, Way
from tests.races import at_once, on_postgresql
from tests.world import World, make_world
from treatments import actions
from treatments.api.shapes import ADJUNCTS, ADVICE
from treatments.forms import ADJUNCT_WORDS, ADVICE_WORDS
from treatments.models import SessionTemplate, Snippet
from treatments.offered import offered_to

SNIPPET = {"shortcut": "sh", "title": "Shoulder", "text": "Shoulder pain {?}."}
TEMPLATE = {"title": "Neck", "lines": "r uft p 30x40\nr ls s 30x30", "plan": "Review {?}."}
TAKEN = "The practice has a snippet with this shortcut already. Choose another."
LETTERS = "A shortcut is made of small letters, digits, - and _, such as nk."
SNIPPETS, MINE = "/sessions/offered/snippets/practice", "/sessions/offered/snippets/mine"


def send(world: World, verb: str, path: str, body: Any, *, who: str = "anna", version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return getattr(api_as(world.cast.person(who)), verb)(f"/api/v1/{path}", body, format="json", headers=headers)


# ---- one verb, one outcome, one sentence ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "changes", "outcome"),
    [
        ("anna", {}, DONE),
        ("ben", {}, NOT_ALLOWED),
        ("dana", {}, NOT_ALLOWED),
        ("olga", {}, NOT_ALLOWED),
        ("robo", {}, NOT_ALLOWED),
        ("anna", {"shortcut": "nk"}, Outcome(False, {"shortcut": [TAKEN]})),
        ("anna", {"shortcut": ";nk"}, Outcome(False, {"shortcut": [LETTERS]})),
        ("anna", {"shortcut": "Nk"}, Outcome(False, {"shortcut": [LETTERS]})),
        ("anna", {"shortcut": "ñk"}, Outcome(False, {"shortcut": [LETTERS]})),
    ],
)
def test_writing_a_snippet_for_everybody(world: World, way: Way, who: str, changes: dict[str, Any], outcome: Outcome):
    form = SNIPPET | {"active": True} | changes
    assert way(world.cast.person(who), SNIPPETS, "/api/v1/snippets", form) == outcome
    assert Snippet.objects.filter(title="Shoulder").exists() is outcome.done


@pytest.mark.parametrize(
    ("who", "outcome"), [("anna", DONE), ("ben", DONE), ("dana", NOT_ALLOWED), ("olga", NOT_ALLOWED)]
)
def test_writing_a_snippet_for_oneself(world: World, way: Way, who: str, outcome: Outcome):
    form = SNIPPET | {
        "active": True,
        "personal": True,
        "shortcut": "nk",
    }  # the practice has one of this name: one's own wins
    assert way(world.cast.person(who), MINE, "/api/v1/snippets", form) == outcome
    own = list(Snippet.objects.filter(shortcut="nk").exclude(owner=None).values_list("owner", flat=True))
    assert own == ([world.cast.person(who).pk] if outcome.done else [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"lines": "r zzz"}, "lines"), ({"plan": "{last visit}"}, "plan"), ({"objective": "{moon}"}, "objective")],
)
def test_a_slip_in_a_template_is_said_beside_it(world: World, way: Way, changes: dict[str, Any], field: str):
    form = TEMPLATE | {"active": True} | changes
    outcome = way(world.cast.anna, "/sessions/offered/templates/practice", "/api/v1/templates", form)
    assert (outcome.done, list(outcome.sentences)) == (False, [field])
    assert not SessionTemplate.objects.filter(title="Neck").exists()


@pytest.mark.parametrize(("who", "outcome"), [("anna", DONE), ("ben", NOT_ALLOWED)])
def test_taking_the_practices_snippet_out_of_use(world: World, way: Way, who: str, outcome: Outcome):
    row = world.snippet
    form = {"shortcut": "nk", "title": row.title, "text": row.text, "active": False}
    page, api = f"/sessions/offered/snippet/{row.pk}", f"/api/v1/snippets/{row.pk}"
    assert way(world.cast.person(who), page, api, form, "patch", version=1) == outcome
    row.refresh_from_db()
    assert row.active is not outcome.done


def test_nobody_opens_what_a_colleague_keeps_to_themselves(world: World):
    own = actions.add_snippet(values=SNIPPET, personal=True, by=world.cast.ben)
    for who in ("anna", "zoe"):
        assert send(world, "get", f"snippets/{own.pk}", None, who=who).status_code == 404
        assert send(world, "patch", f"snippets/{own.pk}", {"title": "x"}, who=who, version=1).status_code == 404
        assert page_as(world.cast.person(who)).get(f"/sessions/offered/snippet/{own.pk}").status_code == 404
        assert "Shoulder pain" not in page_as(world.cast.person(who)).get("/sessions/offered").content.decode()


# ---- what is stored is what was meant -----------------------------------------------------------------------------------
def test_a_page_stores_the_same_line_ends_as_a_program(world: World, way: Way):
    """A browser sends \\r\\n; in a note it would come back as \\n, and the cursor would jump at every keystroke."""
    form = TEMPLATE | {"plan": " Rest.\r\nReview {?}.\r", "lines": "r uft\r\nr ls", "active": True}
    assert way(world.cast.anna, "/sessions/offered/templates/practice", "/api/v1/templates", form) == DONE
    row = SessionTemplate.objects.get(title="Neck")
    assert (row.plan, row.lines) == ("Rest.\nReview {?}.", "r uft\nr ls")


@pytest.mark.parametrize(("field", "value"), [("text", " \n "), ("title", "  "), ("shortcut", " ")])
def test_blank_is_not_filled_in(world: World, way: Way, field: str, value: str):
    outcome = way(world.cast.anna, SNIPPETS, "/api/v1/snippets", SNIPPET | {"active": True, field: value})
    assert (outcome.done, list(outcome.sentences)) == (False, [field])


@pytest.mark.parametrize("personal", [None, "yes", 1, "true"])
def test_whose_it_is_has_to_be_said_clearly(world: World, personal: Any):
    answer = send(world, "post", "snippets", SNIPPET | {"personal": personal})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "personal")


def test_whose_it_is_stays(world: World):
    answer = send(world, "patch", f"snippets/{world.snippet.pk}", {"personal": True, "title": "x"}, version=1)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "personal")
    same = send(world, "patch", f"snippets/{world.snippet.pk}", {"personal": False, "title": "x"}, version=1)
    assert (same.status_code, same.json()["personal"], same.json()["title"]) == (200, False, "x")


def test_a_change_whose_answer_was_lost_can_be_sent_again(world: World):
    url, body = f"snippets/{world.snippet.pk}", {"title": "Neck ache"}
    assert send(world, "patch", url, body).status_code == 428
    assert send(world, "patch", url, body, version=1).headers["ETag"] == '"2"'
    again = send(world, "patch", url, body, version=1)
    assert (again.status_code, again.headers["ETag"]) == (200, '"2"')
    assert send(world, "patch", url, {"title": "Other"}, version=1).status_code == 412


def test_a_post_sent_twice_with_its_key_is_one_snippet(world: World):
    client, headers = api_as(world.cast.anna), {"Idempotency-Key": "first-words"}
    answers = [client.post("/api/v1/snippets", SNIPPET, format="json", headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_every_word_that_ever_stood_there_is_in_the_history(world: World):
    actions.change_snippet(pk=world.snippet.pk, values={"text": "Other."}, by=world.cast.anna, version=1)
    told = [(h.text, h.history_user, h.history_change_reason) for h in world.snippet.history.order_by("history_id")]
    assert told == [("Neck pain {?}.", world.cast.anna, "added"), ("Other.", world.cast.anna, "changed")]


@pytest.mark.parametrize(
    ("field", "value"),
    [("position", "standing"), ("adjuncts", ["needling"]), ("advice_given", ["luck"])],
)
def test_what_a_session_does_not_know_no_template_does(world: World, way: Way, field: str, value: Any):
    form = TEMPLATE | {"active": True, field: value}
    outcome = way(world.cast.anna, "/sessions/offered/templates/practice", "/api/v1/templates", form)
    assert (outcome.done, list(outcome.sentences)) == (False, [field])


def test_page_and_api_know_the_same_words(world: World, way: Way):
    usual = {"position": "prone", "adjuncts": sorted(ADJUNCTS), "advice_given": sorted(ADVICE)}
    form = TEMPLATE | {"active": True} | usual
    assert way(world.cast.anna, "/sessions/offered/templates/practice", "/api/v1/templates", form) == DONE
    offered = next(t for t in offered_to(world.cast.anna)["templates"] if t["title"] == "Neck")
    assert {name: offered[name] for name in usual} == usual
    assert (len(ADJUNCT_WORDS), len(ADVICE_WORDS)) == (len(ADJUNCTS), len(ADVICE))


# ---- the pages --------------------------------------------------------------------------------------------------------------
def test_a_page_without_javascript_says_how_it_will_read(world: World):
    page = page_as(world.cast.anna)
    shown = page.post(SNIPPETS, {"text": "Pain {pain_before} <i>since</i> {?}.", "active": "on"}).content.decode()
    assert '<p class="reads">Pain 6 &lt;i&gt;since&lt;/i&gt; <mark>fill in</mark>.</p>' in shown
    assert '<option value="" selected>Any note</option>' in shown


def test_a_word_that_lost_its_meaning_is_said_when_the_template_is_opened(world: World):
    """Lines are read anew each time; what the catalogue knows no more is proposed to nobody."""
    stored = SessionTemplate.objects.get(pk=world.template.pk)
    SessionTemplate.objects.filter(pk=stored.pk).update(lines="r inf p 30x40\nr formerly p")
    shown = page_as(world.cast.anna).get(f"/sessions/offered/template/{stored.pk}").content.decode()
    assert "<li>Right infraspinatus</li>" in shown
    assert "<b>formerly</b> Not a word of the shorthand" in shown
    body = send(world, "get", f"templates/{stored.pk}", None).json()
    assert [(s["structure"], s["side"]) for s in body["sites"]] == [("infraspinatus", "right")]


def test_a_text_far_too_long_is_refused_and_still_answered_at_once(world: World):
    form = TEMPLATE | {"lines": "r uft p 30x40\n" * 20_000, "active": "on"}
    answer = page_as(world.cast.anna).post("/sessions/offered/templates/practice", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["lines"])


@pytest.mark.parametrize(
    ("who", "places"), [("anna", ["practice", "mine"]), ("ben", ["mine"]), ("zoe", ["mine"]), ("robo", [])]
)
def test_everybody_is_offered_the_places_they_may_write_for(world: World, who: str, places: list[str]):
    shown = page_as(world.cast.person(who)).get("/sessions/offered").content.decode()
    assert [p for p in ("practice", "mine") if f"/sessions/offered/snippets/{p}" in shown] == places
    assert ("No snippets yet" in shown) is (who == "zoe")
    for place in ("practice", "mine"):
        status = page_as(world.cast.person(who)).get(f"/sessions/offered/snippets/{place}").status_code
        assert status == (200 if place in places else 403)


# ---- lists ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/api/v1/snippets", "/api/v1/templates", "/sessions/offered"])
def test_fifty_rows_cost_no_more_queries_than_one(world: World, path: str):
    def cost() -> int:
        client = (api_as if path.startswith("/api") else page_as)(world.cast.anna)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    one = cost()
    for number in range(50):
        words = {"shortcut": f"s{number}", "title": f"T{number}"}
        actions.add_snippet(values=SNIPPET | words, personal=bool(number % 2), by=world.cast.anna)
        actions.add_template(values={"title": f"T{number}", "lines": "r uft"}, personal=False, by=world.cast.anna)
    assert cost() == one


def test_a_list_goes_on_page_by_page_in_the_order_of_the_shortcuts(world: World):
    for shortcut in ("c", "a", "b"):
        actions.add_snippet(values=SNIPPET | {"shortcut": shortcut}, personal=False, by=world.cast.anna)
    seen, address = [], "/api/v1/snippets?ordering=shortcut&limit=2"
    while address:
        page = api_as(world.cast.anna).get(address).json()
        seen += [row["shortcut"] for row in page["results"]]
        address = page["next"]
    assert seen == ["a", "b", "c", "nk"]


# ---- two at once ------------------------------------------------------------------------------------------------------------
def add_at_once(users: list[User], body: dict[str, Any]) -> list[Any]:
    clients = [api_as(user) for user in users]
    return at_once([lambda c=client: c.post("/api/v1/snippets", body, format="json") for client in clients])


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_four_who_take_a_shortcut_at_once_three_are_told_beside_the_field():
    world = make_world(make_cast())
    User.objects.filter(pk=world.cast.ben.pk).update(is_manager=True)
    world.cast.ben.refresh_from_db()
    answers = add_at_once([world.cast.anna, world.cast.ben] * 2, SNIPPET)
    assert sorted(a.status_code for a in answers) == [201, 400, 400, 400]
    refused = [error for a in answers if a.status_code == 400 for error in a.json()["errors"]]
    assert [(e["field"], e["message"]) for e in refused] == [("shortcut", TAKEN)] * 3
    assert Snippet.objects.filter(shortcut="sh").count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_shortcut_for_oneself_takes_nothing_from_a_colleague():
    world = make_world(make_cast())
    answers = add_at_once([world.cast.anna, world.cast.ben], SNIPPET | {"personal": True})
    assert [a.status_code for a in answers] == [201, 201]


@pytest.mark.parametrize("personal", [False, True])
def test_the_database_itself_keeps_a_shortcut_once(world: World, personal: bool, monkeypatch: pytest.MonkeyPatch):
    """The check before saving can be overtaken."""
    actions.add_snippet(values=SNIPPET, personal=personal, by=world.cast.anna)
    monkeypatch.setattr("practice.history._validate", lambda records: None)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        actions.add_snippet(values=SNIPPET, personal=personal, by=world.cast.anna)
    assert Snippet.objects.filter(shortcut="sh").count() == 1
