"""`/api/v1/sessions`: the contract of versions, retries and refusals, and every kind of bad input."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.identifiers import new_id
from practice.models import AccessEntry
from tests.cast import NOW, api_as
from tests.world import a_site
from treatments.models import NeedlingSession, Site

SESSIONS = "/api/v1/sessions"


@pytest.fixture
def anna(world):
    return api_as(world.cast.anna)


def body(world, **more):
    return {
        "patient": str(world.patient.pk), "practitioner": str(world.cast.anna.pk), "started_at": NOW.isoformat(),
        "subjective": "Calf ache.", "consent_confirmed": True, "needles_out": 1,
        "sites": [a_site(id=str(new_id()), gauge_mm="0.30")],
    } | more  # fmt: skip


def put(client, pk, content, version=None):
    headers = {"If-Match": f'"{version}"'} if version else {}
    return client.put(f"{SESSIONS}/{pk}", content, format="json", headers=headers)


def post(client, pk, verb, version, content=None):
    return client.post(f"{SESSIONS}/{pk}/{verb}", content or {}, format="json", headers={"If-Match": f'"{version}"'})


def test_a_session_is_written_and_signed_by_a_program(world, anna):
    pk = new_id()
    written = put(anna, pk, body(world))
    assert (written.status_code, written["ETag"], written.json()["blocks_signing"]) == (201, '"1"', [])

    signed = post(anna, pk, "sign", 1)
    assert (signed.status_code, signed["ETag"], signed.json()["status"]) == (200, '"2"', "signed")
    assert signed.json()["narrative"]["sites"] == [
        "Left soleus, active trigger point: deep pistoning 0.30 × 40 mm to 25 mm, 3 passes, 4 visible twitches, "
        "familiar pain reproduced."
    ]


def test_what_is_answered_can_be_sent_back(world, anna):
    answered = anna.get(f"{SESSIONS}/{world.draft.pk}").json()

    again = put(anna, world.draft.pk, answered, version=1)

    assert (again.status_code, again["ETag"]) == (200, '"1"')


def test_a_retry_after_a_lost_answer_is_safe(world, anna):
    pk, content = new_id(), body(world)
    put(anna, pk, content)

    assert [put(anna, pk, content, version).status_code for version in (None, 1, 7)] == [200, 200, 200]
    assert NeedlingSession.objects.get(pk=pk).version == 1


def test_another_content_needs_the_version_and_the_right_one(world, anna):
    pk = world.draft.pk
    changed = body(world, plan="Review in a week.")

    assert put(anna, pk, changed).status_code == 428
    stale = put(anna, pk, changed, version=9)
    assert (stale.status_code, stale["ETag"], stale.json()["current"]["plan"]) == (412, '"1"', "")
    assert put(anna, pk, changed, version=1).status_code == 200


def test_the_second_tab_never_overwrites_the_first(world, anna):
    first, second = body(world, plan="One week."), body(world, plan="Two weeks.")

    assert put(anna, world.draft.pk, first, version=1).status_code == 200
    refused = put(anna, world.draft.pk, second, version=1)

    assert (refused.status_code, refused.json()["current"]["plan"]) == (412, "One week.")


def test_checks_come_in_the_order_of_the_contract(world, anna):
    bad = body(world, pain_before=99)
    assert put(anna, world.signed.pk, bad).status_code == 428  # the version before the state
    assert put(anna, world.signed.pk, bad, version=9).status_code == 412
    state = put(anna, world.signed.pk, bad, version=world.signed.version)
    assert (state.status_code, state.json()["code"]) == (409, "not_a_draft")  # the state before the shape
    assert put(anna, world.draft.pk, bad, version=1).status_code == 400
    assert put(api_as(world.cast.zoe), world.draft.pk, bad).status_code == 404
    assert put(api_as(world.cast.olga), world.draft.pk, bad).status_code == 403
    assert put(api_as(None), world.draft.pk, bad).status_code == 401


def test_other_content_types_and_unreadable_bodies_are_said(world, anna):
    path = f"{SESSIONS}/{world.draft.pk}"
    assert anna.put(path, "<a/>", content_type="application/xml").status_code == 415
    for text in ("{", "[]", "NaN", '{"pain_before": NaN}', "\x00", '"x"', "{" * 2000):
        answer = anna.put(path, text, content_type="application/json", headers={"If-Match": '"1"'})
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), text


def test_five_megabytes_are_refused_unread(world, anna):
    huge = json.dumps(body(world, subjective="x" * 5_000_000))
    answer = anna.put(f"{SESSIONS}/{world.draft.pk}", huge, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


BAD = [
    ("pain_before", 11), ("pain_before", -1), ("pain_before", "6"), ("pain_before", 2.5), ("pain_before", True),
    ("pain_after", 10**12), ("subjective", 5), ("subjective", "x" * 10001), ("subjective", "a\x00b"), ("plan", None),
    ("started_at", "yesterday"), ("started_at", "2026-02-31T10:00:00Z"), ("started_at", None),
    ("started_at", "2999-01-01T10:00:00Z"), ("ended_at", "2020-01-01T10:00:00Z"), ("position", "upside_down"),
    ("gloves", "true"), ("gloves", 1), ("needles_in", 501), ("needles_out", -1), ("discrepancy_kind", "gone"),
    ("remove_by", "31.2.2026"), ("adjuncts", "hvla"), ("adjuncts", ["magic"]), ("advice_given", [1]),
    ("others_present", [{"name": "", "role": "student"}]), ("others_present", [{"name": "A", "role": "king"}]),
    ("practitioner", "anna"), ("practitioner", str(uuid.UUID(int=5))), ("episode", str(uuid.UUID(int=5))),
    ("consent", str(uuid.UUID(int=5))), ("clinic", 7), ("acknowledged_findings", [{"key": "x"}]), ("unknown_key", 1),
    ("sites", {}), ("sites", [a_site(gauge_mm="0.30")] * 101), ("sites", ["x"]),
]  # fmt: skip
BAD_SITES = [
    ("structure", "unheard_of"), ("structure", 5), ("structure", ""), ("side", "midline"), ("side", "up"), ("side", None),
    ("depth_mm", -1), ("depth_mm", 41), ("depth_mm", "25"), ("gauge_mm", "3.0"), ("gauge_mm", "abc"), ("gauge_mm", "0.333"),
    ("length_mm", 4), ("length_mm", 151), ("needles", -1), ("needles", 51), ("insertions", 201), ("technique", "magic"),
    ("retention_s", -5), ("pain_during", 11), ("ppt_before_kpa", 1501), ("lot", str(uuid.UUID(int=5))), ("lot", "x"),
    ("note", "x" * 1001), ("note", "\x00"), ("landmark", ["x"]), ("referred_to", "ear"), ("referred_to", ["x" * 61]),
    ("twitch", {"seen": "maybe"}), ("twitch", {"seen": "none", "count": 3}), ("twitch", {"count": 201}), ("twitch", 4),
    ("criteria", {"taut_band": "perhaps"}), ("criteria", {"unknown": "yes"}), ("trigger_point", "hot"),
    ("chart_point", {"chart_version": "1", "body": "female", "view": "posterior", "x": 61.5}),
    ("chart_point", {"chart_version": "9", "body": "female", "view": "posterior", "x": 61.5, "y": 236.0}),
    ("chart_point", {"chart_version": "1", "body": "cat", "view": "posterior", "x": 61.5, "y": 236.0}),
    ("chart_point", {"chart_version": "1", "body": "female", "view": "inside", "x": 61.5, "y": 236.0}),
    ("chart_point", {"chart_version": "1", "body": "female", "view": "posterior", "x": 9999, "y": 236.0}),
    ("stimulation", {"frequency_hz": -1}), ("stimulation", {"minutes": 241}), ("id", "x"), ("unknown", 1),
    ("familiar_pain", "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD, ids=lambda v: str(v)[:30])
def test_bad_values_are_named_and_nothing_is_stored(world, anna, field, value):
    answer = put(anna, world.draft.pk, body(world, **{field: value}), version=1)

    assert answer.status_code == 400, answer.content
    assert any(e["field"].split(".")[0] == field and e["message"].endswith((".", "?")) for e in answer.json()["errors"])
    assert NeedlingSession.objects.get(pk=world.draft.pk).version == 1


@pytest.mark.parametrize(("field", "value"), BAD_SITES, ids=lambda v: str(v)[:30])
def test_bad_values_of_a_site_are_named_with_its_place(world, anna, field, value):
    sites = [a_site(gauge_mm="0.30"), a_site(gauge_mm="0.30") | {field: value}]
    answer = put(anna, world.draft.pk, body(world, sites=sites), version=1)

    assert answer.status_code == 400, answer.content
    assert any(e["field"].startswith(f"sites.1.{field}") for e in answer.json()["errors"]), answer.json()["errors"]
    assert NeedlingSession.objects.get(pk=world.draft.pk).sites.count() == 1


def test_emoji_and_every_script_are_text(world, anna):
    words = "Ça va 🙂 Nguyễn Thị Hồng Ελένη Юлия 山田 <b>&amp;"
    assert put(anna, world.draft.pk, body(world, subjective=words), version=1).json()["subjective"] == words


def test_ten_thousand_sites_are_refused(world, anna):
    sites = [{"structure": "soleus", "side": "left"}] * 10_000
    assert put(anna, world.draft.pk, body(world, sites=sites), version=1).status_code == 400


def test_a_site_of_another_session_cannot_be_taken(world, anna):
    stolen = str(world.signed.sites.get().pk)
    answer = put(anna, world.draft.pk, body(world, sites=[a_site(id=stolen, gauge_mm="0.30")]), version=1)

    assert answer.status_code == 409
    assert Site.objects.get(pk=stolen).session_id == world.signed.pk


def test_a_reason_is_kept_with_who_and_when_and_lapses_with_its_site(world, anna):
    site = a_site(id=str(new_id()), gauge_mm="0.30", structure="rhomboid_major", length_mm=40, depth_mm=15)
    key = f"lung_zone_needle:{site['id']}"
    reason = {"key": key, "reason": "Pincer grip."}
    first = put(anna, world.draft.pk, body(world, sites=[site], acknowledged_findings=[reason]), version=1).json()
    assert [e["by"] for e in first["acknowledged_findings"]] == [str(world.cast.anna.pk)]
    assert [f["reason"] for f in first["findings"] if f["key"] == key] == ["Pincer grip."]

    site |= {"length_mm": 50}
    second = put(anna, world.draft.pk, body(world, sites=[site], acknowledged_findings=[reason]), version=2).json()
    assert second["acknowledged_findings"] == []
    assert [f["key"] for f in second["blocks_signing"] if f["key"] == key] == [key]


def test_the_front_desk_sees_date_practitioner_and_status_only(world):
    answer = api_as(world.cast.dana).get(f"{SESSIONS}/{world.signed.pk}").json()

    assert sorted(answer) == ["id", "patient", "practitioner", "started_at", "status", "version"]


def test_a_service_account_drafts_and_never_signs(world):
    robo, pk = api_as(world.cast.robo), new_id()
    assert put(robo, pk, body(world)).status_code == 201
    assert post(robo, pk, "sign", 1).status_code == 403

    ben = api_as(world.cast.ben)  # any treating clinician may finish it; signing stays with the named practitioner
    assert put(ben, pk, body(world, plan="x", practitioner=str(world.cast.anna.pk)), version=1).status_code == 200


def test_a_merged_patients_sessions_answer_under_the_winner(world, anna):
    from practice.history import keep
    from tests.cast import make_patient

    winner = make_patient(world.cast.anna, record_number=77, family_name="Winner", date_of_birth=NOW.date())
    world.patient.merged_into = winner
    keep(world.patient, by=world.cast.anna, why="merged")

    found = anna.get(f"{SESSIONS}?patient={winner.pk}").json()["results"]
    assert {row["id"] for row in found} == {str(world.signed.pk), str(world.draft.pk)}


def test_opening_is_noted_once_and_listing_is_not(world, anna):
    anna.get(SESSIONS)
    anna.get(f"{SESSIONS}/{world.signed.pk}")

    entries = AccessEntry.objects.filter(created_by=world.cast.anna)
    assert [(e.kind, e.record_id, e.surface) for e in entries] == [("session", world.signed.pk, "api")]


def queries(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    sign_in = (
        'SELECT "django_session"',
        'UPDATE "django_session"',
        'SELECT "practice_user"."password"',
        'INSERT INTO "practice_accessentry"',
    )
    return len([q for q in captured if not q["sql"].startswith(control + sign_in)])


@pytest.mark.parametrize("count", [6, 60])
def test_saving_costs_the_same_for_6_and_for_60_sites(world, anna, count):
    sites = [a_site(id=str(new_id()), gauge_mm="0.30", lot=str(world.lot.pk)) for _ in range(count)]
    first = body(world, sites=sites, screening=str(world.screening.pk), consent=str(world.consent.pk))
    put(anna, world.draft.pk, first, version=1)
    for site in sites:
        site["depth_mm"] = 20

    cost = queries(lambda: put(anna, world.draft.pk, first | {"sites": sites}, version=2))

    assert cost <= 16
    assert Site.objects.filter(session=world.draft, depth_mm=20).count() == count


def test_a_list_costs_the_same_for_1_and_for_50_rows(world, anna):
    one = queries(lambda: anna.get(f"{SESSIONS}?limit=1"))
    for minutes in range(50):
        when = (NOW - timedelta(minutes=minutes)).isoformat()
        put(anna, new_id(), body(world, started_at=when, sites=[a_site(gauge_mm="0.30")]))
    fifty = queries(lambda: anna.get(f"{SESSIONS}?limit=50"))

    assert (one, fifty) == (3, 3)
