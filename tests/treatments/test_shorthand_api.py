"""POST /shorthand: lines become sites that the session takes as they are; nothing is stored."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from tests.cast import Cast, api_as
from tests.world import World
from treatments.api.shapes import SiteShape
from treatments.models import Site


def read(world: World, body: Any, who: str = "anna") -> Any:
    return api_as(world.cast.person(who)).post("/api/v1/shorthand", body, format="json")


def test_the_line_is_a_site_a_sentence_and_no_row_in_the_database(world: World):
    before = Site.objects.count()
    answer = read(world, {"text": "r uft p x3 ltr4v 30x40 d25 tb+ ts+ fam>temple"})
    body = answer.json()

    assert answer.status_code == 200
    assert body["sentences"] == [
        "Right upper trapezius, active trigger point: deep pistoning 0.30 × 40 mm to 25 mm, 3 passes, 4 visible twitches, "
        "familiar pain reproduced to the temple and side of head."
    ]
    assert body["not_understood"] == body["suggestions"] == []
    assert Site.objects.count() == before


def test_what_it_answers_can_be_saved_as_it_is(world: World):
    anna = api_as(world.cast.anna)
    sites = read(world, {"text": "b inf s 30x30 d10 pain4; l sol e 2hz 1.5ma cur10 5min"}).json()["sites"]
    url = f"/api/v1/sessions/{world.draft.pk}"
    saved = anna.patch(url, {"sites": sites}, format="json", headers={"If-Match": f'"{world.draft.version}"'})

    assert saved.status_code == 200
    assert [{name: row[name] for name in site} for row, site in zip(saved.json()["sites"], sites, strict=True)] == sites


def test_every_word_is_read_back(world: World):
    """What the narrative of a session does not tell is said all the same: the line is checked before it is added."""
    body = read(world, {"text": "l inf g30 weak n0 0min tb+ rp- pb6 pa2 kb220 ka310; m scar len40"}).json()
    assert body["sentences"] == [
        "Left infraspinatus. Also needle 0.30 mm thick, no needle, left 0 s, twitch weak, taut band yes, referred pain no, "
        "pain before 6/10, pain after 2/10, pressure threshold before 220 kPa, pressure threshold after 310 kPa.",
        "Scar tissue. Also needle 40 mm long.",
    ]


@pytest.mark.parametrize(
    "text", ["r uft", "b inf p x3 ltr4v 30x40 d25 fam>temple,forehead tb+ ts- 10min 2hz pain3", "m scar"]
)
def test_every_site_has_the_shape_of_the_api_without_an_id(world: World, text: str):
    for site in read(world, {"text": text}).json()["sites"]:
        shape = SiteShape(data=site)
        assert shape.is_valid(), shape.errors
        assert "id" not in site


def test_beyond_the_limits_of_a_session_rows_are_marked(world: World):
    body = read(world, {"text": "b ql;" * 60}).json()
    assert (len(body["sites"]), len(body["not_understood"])) == (100, 10)


def test_the_document_of_the_api_tells_the_shorthand():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    answer = schema["paths"]["/api/v1/shorthand"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    shape = schema["components"]["schemas"][answer["$ref"].rsplit("/", 1)[1]]
    assert set(shape["properties"]) == {"sites", "sentences", "not_understood", "suggestions"}


def test_what_is_not_understood_is_counted_in_characters(world: World):
    text = "r uft 𝒙𝒙 d999"
    marks = read(world, {"text": text}).json()["not_understood"]
    assert [text[m["start"] : m["end"]] for m in marks] == ["𝒙𝒙", "d999"]


def test_suggestions_come_only_for_a_cursor(world: World):
    assert read(world, {"text": "r inf"}).json()["suggestions"] == []
    offered = read(world, {"text": "r inf", "cursor": 5}).json()["suggestions"]
    assert offered[0] == {"insert": "inf", "label": "Infraspinatus", "start": 2, "end": 5, "whole": True}


@pytest.mark.parametrize(
    "body",
    [{}, {"text": None}, {"text": 5}, {"text": ["r"]}, {"text": "x" * 2001}, {"text": "r\x00"}, {"text": "r", "cursor": -1},
     {"text": "r", "cursor": "end"}, {"text": "r", "also": 1}, [], "r uft"],
)  # fmt: skip
def test_bad_bodies_are_refused_with_the_field(world: World, body: Any):
    answer = read(world, body)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_cursor_beyond_the_text_is_its_end(world: World):
    assert read(world, {"text": "r inf", "cursor": 1999}).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("ben", 200), ("dana", 403), ("olga", 403), ("robo", 200), ("zoe", 200)])
def test_who_may_write_sessions_may_write_shorthand(world: World, who: str, status: int):
    assert read(world, {"text": "r uft"}, who).status_code == status


def test_the_nobody_is_asked_to_sign_in(cast: Cast):
    assert api_as(None).post("/api/v1/shorthand", {"text": "r"}, format="json").status_code == 401


def test_one_row_or_fifty_cost_the_same_queries(world: World):
    counts = []
    for rows in (1, 50):
        client = api_as(world.cast.anna)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.post("/api/v1/shorthand", {"text": "b inf d20;" * rows}, format="json").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6  # the sign-in included
