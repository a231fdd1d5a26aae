"""What a save leaves behind: history for what changed and nothing else, and the versions read from it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.identifiers import new_id
from tests.cast import NOW, api_as
from tests.world import World, a_site, session_values, sign
from treatments import actions, version_rows
from treatments.models import NeedlingSession, Site
from treatments.ordering import GAP

SIX = [("left", 20), ("right", 20), ("left", 21), ("right", 21), ("left", 22), ("right", 22)]


@pytest.fixture
def six(world: World) -> list[dict]:
    """The sites of a draft as an editor sends them."""
    return [a_site(id=new_id(), side=side, depth_mm=depth) for side, depth in SIX]


@pytest.fixture
def draft(world: World, six: list[dict]) -> NeedlingSession:
    anna = world.cast.anna
    values = session_values(anna, sites=six, needles_out=6)
    return actions.start_session(patient=world.patient, values=values, by=anna, at=NOW).session


def write(world: World, session: NeedlingSession, sites: list[dict], **more) -> NeedlingSession:
    values = session_values(world.cast.anna, sites=sites, needles_out=6, **more)
    current = NeedlingSession.objects.get(pk=session.pk).version
    return actions.write_session(
        pk=session.pk, values=values, by=world.cast.anna, at=NOW, version=current
    ).session  # fmt: skip


def left_behind(session: NeedlingSession) -> tuple[int, list[tuple[str, object]]]:
    """How many history rows the session has, and the kind and id of every row of its sites after the first save."""
    rows = Site.history.filter(session_id=session.pk).order_by("history_id").values_list("history_type", "id")
    return session.history.count(), list(rows)[6:]


def test_one_site_changed_of_six_leaves_one_site_row_and_one_session_row(world, draft, six):
    six[2] = six[2] | {"depth_mm": 30}
    write(world, draft, six)
    assert left_behind(draft) == (2, [("~", six[2]["id"])])


def test_a_save_that_changes_nothing_leaves_nothing(world, draft, six):
    write(world, draft, six)
    assert left_behind(draft) == (1, [])


def test_the_session_alone_changed_leaves_no_site_row(world, draft, six):
    write(world, draft, six, plan="Rest.")
    assert left_behind(draft) == (2, [])


@pytest.mark.parametrize(("moved", "to"), [(5, 0), (0, 5), (1, 3), (4, 2)])
def test_a_reorder_leaves_a_row_for_the_moved_site_only(world, draft, six, moved, to):
    site = six.pop(moved)
    six.insert(to, site)
    write(world, draft, six)

    assert left_behind(draft) == (2, [("~", site["id"])])
    assert [s.pk for s in draft.sites.told()] == [s["id"] for s in six]


@pytest.mark.parametrize("which", [0, 3, 5])
def test_a_removed_site_leaves_one_deletion_and_the_others_alone(world, draft, six, which):
    gone = six.pop(which)
    write(world, draft, six)

    assert left_behind(draft) == (2, [("-", gone["id"])])
    assert [s.pk for s in draft.sites.told()] == [s["id"] for s in six]


@pytest.mark.parametrize("where", [0, 2, 6])
def test_an_added_site_leaves_one_row(world, draft, six, where):
    new = a_site(id=new_id())
    six.insert(where, new)
    write(world, draft, six)

    assert left_behind(draft) == (2, [("+", new["id"])])
    assert [s.pk for s in draft.sites.told()] == [s["id"] for s in six]


def test_a_draft_that_was_numbered_without_gaps_keeps_its_order(world, draft, six):
    """As it was written before places had room between them: only what must give way is placed anew."""
    for place, site in enumerate(draft.sites.told(), start=1):
        Site.objects.filter(pk=site.pk).update(position=place)
    six.insert(0, six.pop())
    write(world, draft, six)

    assert [s.pk for s in draft.sites.told()] == [s["id"] for s in six]
    assert len(left_behind(draft)[1]) == 1


def test_a_hundred_reorders_into_the_same_gap_keep_every_order(world, draft, six):
    for _ in range(20):
        six = [six[0], six[-1], *six[1:-1]]
        write(world, draft, six)
        assert [s.pk for s in draft.sites.told()] == [s["id"] for s in six]
    assert max(s.position for s in draft.sites.all()) <= 6 * GAP


def changes(world, session, number: int = 0) -> list[tuple]:
    """The changes of the newest version (or an older one) as the API tells them; a whole row by its side and depth."""
    answer = api_as(world.cast.anna).get(f"/api/v1/sessions/{session.pk}/history")
    assert answer.status_code == 200
    short = lambda v: (v["side"], v["depth_mm"]) if isinstance(v, dict) and "side" in v else v  # noqa: E731
    return [
        (c["record"], c["site"], c["field"], short(c["old"]), short(c["new"])) for c in answer.json()[number]["changes"]
    ]


def test_the_api_tells_what_happened_to_the_session_and_its_sites(world, draft, six):
    first, last = six[0], six[5]
    new = a_site(id=new_id(), side="right", depth_mm=9)
    write(
        world,
        draft,
        [last, six[1] | {"twitch": {"seen": "palpated", "count": 1}}, six[2], six[3], six[4], new],
        plan="Rest.",
    )

    second = str(six[1]["id"])
    assert changes(world, draft) == [
        ("session", None, "plan", "", "Rest."),
        ("site", str(last["id"]), "place", 6, 1),
        ("site", second, "twitch.seen", "visible", "palpated"),
        ("site", second, "twitch.count", 4, 1),
        ("site", second, "twitch.strength", "strong", None),
        ("site", str(new["id"]), "site", None, ("right", 9)),
        ("site", str(first["id"]), "site", ("left", 20), None),
    ]


def test_the_api_keeps_its_keys_and_says_who_and_why(world, draft):
    (version,) = api_as(world.cast.anna).get(f"/api/v1/sessions/{draft.pk}/history").json()
    assert set(version) == {"version", "at", "by", "why", "changes"}
    assert (version["version"], version["why"]) == (1, "draft begun")
    assert version["by"] == {"id": str(world.cast.anna.pk), "full_name": "Anna Kovač"}


def test_the_first_version_differs_from_nothing(world, draft, six):
    told = changes(world, draft)
    assert [c[2] for c in told if c[0] == "session"] == [
        "practitioner", "started_at", "subjective", "consent_confirmed", "needles_out",
    ]  # fmt: skip
    assert [(c[1], c[2], c[3]) for c in told if c[0] == "site"] == [(str(s["id"]), "site", None) for s in six]


def test_a_whole_site_has_the_shape_in_which_it_is_sent(world, draft, six):
    versions = api_as(world.cast.anna).get(f"/api/v1/sessions/{draft.pk}/history").json()
    row = next(c["new"] for c in versions[0]["changes"] if c["field"] == "site")
    sent = api_as(world.cast.anna).get(f"/api/v1/sessions/{draft.pk}").json()["sites"][0]
    assert {"id": sent["id"]} | row == sent


def test_signing_and_voiding_are_versions_of_their_own(world, draft):
    signed = sign(draft, world.cast.anna)
    actions.void_session(pk=signed.pk, reason="Wrong patient.", by=world.cast.anna, at=NOW, version=signed.version)
    void, signature, begun = version_rows.told(version_rows.past_of(draft))

    assert [(v["why"], [(c["field"], c["new"]) for c in v["changes"]]) for v in (void, signature)] == [
        ("void", [("status", "void"), ("void_reason", "Wrong patient.")]),
        ("signed", [("status", "signed"), ("signed_by", world.cast.anna.pk)]),
    ]
    assert begun["why"] == "draft begun"


def many(world: World, session: NeedlingSession, six: list[dict], saves: int) -> None:
    for number in range(saves):
        six[number % 6] = six[number % 6] | {"depth_mm": 5 + number % 30}
        write(world, session, six, plan=f"Plan {number}")


def test_older_versions_are_reached_by_the_link(world, draft, six):
    many(world, draft, six, 7)
    anna, found, url = api_as(world.cast.anna), [], f"/api/v1/sessions/{draft.pk}/history?limit=3"
    whole = anna.get(f"/api/v1/sessions/{draft.pk}/history").json()
    while url:
        answer = anna.get(url)
        found += answer.json()
        url = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert [v["version"] for v in found] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert found == whole


def test_no_more_than_two_hundred_at_once(world, draft, six):
    many(world, draft, six, 204)
    answer = api_as(world.cast.anna).get(f"/api/v1/sessions/{draft.pk}/history")
    assert [v["version"] for v in answer.json()] == list(range(205, 5, -1))
    assert answer["Link"].endswith('before=6>; rel="next"')


@pytest.mark.parametrize("query", ["before=x", "before=0", "before=99999999999", "limit=0", "limit=201", "limit=a"])
def test_a_question_that_makes_no_sense_is_400(world, draft, query):
    assert api_as(world.cast.anna).get(f"/api/v1/sessions/{draft.pk}/history?{query}").status_code == 400


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_one_version_or_sixty_cost_the_same(world, draft, six):
    anna, path = api_as(world.cast.anna), f"/api/v1/sessions/{draft.pk}/history"
    page, then = f"/sessions/{draft.pk}/history", f"/sessions/{draft.pk}/history/1"
    before = [queries(anna, p) for p in (path, page, then)]
    many(world, draft, six, 60)
    assert [queries(anna, p) for p in (path, page, then)] == before


def test_a_version_is_as_it_was_then(world, draft, six):
    kept = six[1:]
    write(world, draft, [kept[0] | {"depth_mm": 33}, *kept[1:]], subjective="Better.")
    was, then = version_rows.as_it_was(draft, 1), version_rows.as_it_was(draft, 2)

    assert (was.session.subjective, then.session.subjective) == ("Calf ache.", "Better.")
    assert [(s.pk, s.side, s.depth_mm) for s in was.sites] == [
        (s["id"], *known) for s, known in zip(six, SIX, strict=True)
    ]
    assert (then.sites[0].pk, then.sites[0].depth_mm) == (kept[0]["id"], 33)
    assert (was.older, was.newer, then.older, then.newer) == (None, 2, 1, None)
    assert version_rows.as_it_was(draft, 3) is None


def test_every_version_differs_from_the_one_before_by_its_changes(world, draft, six):
    """Read in one go, or each alone: the same states."""
    many(world, draft, six, 5)
    past = version_rows.past_of(draft)
    alone = [version_rows.past_of(draft, before=v.save.version + 1, most=1).versions[0] for v in past.versions]
    assert alone == past.versions


def test_versions_of_another_session_are_not_told(world, draft):
    assert [v.save.version for v in version_rows.past_of(world.signed).versions] == [1, 2]
    assert all(len(v.after.sites) == 1 for v in version_rows.past_of(world.signed).versions)


def test_history_ends_where_it_was_asked(world, draft, six):
    many(world, draft, six, 3)
    past = version_rows.past_of(draft, before=3)
    assert ([v.save.version for v in past.versions], past.older, past.newer) == ([1, 2], False, True)
    assert version_rows.past_of(draft, before=1).versions == []


def test_what_happened_after_the_pause(world, draft, six, monkeypatch):
    tomorrow = timezone.now() + timedelta(days=1)
    later = [tomorrow + timedelta(minutes=m) for m in (0, 1, 2)]
    for at, plan in zip(later, ("Rest.", "Rest. Heat.", "Heat."), strict=True):
        monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
        write(world, draft, six, plan=plan)
    groups = version_rows.past_of(draft).groups
    assert [[v.save.version for v in g.versions] for g in groups] == [[1], [2, 3, 4]]
    assert [(c.field, c.old, c.new) for c in groups[1].changes] == [("plan", "", "Heat.")]
