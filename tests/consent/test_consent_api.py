"""Consents and screenings through page and API: the same outcome, roles, frozen rows, and every kind of bad input."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent import actions, screening_form, state
from consent.models import Consent, ConsentText, Screening, Withdrawal
from patients.models import Patient
from tests.cast import NOW, Cast, api_as, page_as
from tests.world import give_consent, load_content, publish_text, take_screening

STROKES = {"width": 600, "height": 200, "strokes": [[{"x": 10, "y": 20, "t": 0, "pressure": 0.5},
                                                     {"x": 110, "y": 60, "t": 20, "pressure": 0.5}]]}  # fmt: skip


@pytest.fixture
def text(cast: Cast) -> ConsentText:
    load_content()
    return publish_text(cast)


def by_api(user, patient, text, decisions, method="signature", **more):
    body = {"patient": str(patient.pk), "text": str(text.pk), "decisions": decisions, "method": method} | more
    body |= {"witness": "Ben Adeyemi"} if method == "verbal" else {}
    if method == "signature":
        body |= {"signature": more.get("signature", STROKES)}
    answer = api_as(user).post("/api/v1/consents", body, format="json")
    return {201: "recorded", 400: "refused", 403: "forbidden", 404: "unknown"}[answer.status_code]


def by_page(user, patient, text, decisions, method="signature", **more):
    form = {f"scope_{scope}": answer for scope, answer in decisions.items()} | {"method": method}
    form |= {"witness": "Ben Adeyemi"} if method == "verbal" else {}
    form |= {"signature": json.dumps(more.get("signature", STROKES))} if method == "signature" else {}
    answer = page_as(user).post(f"/consent/patient/{patient.pk}/take", form)
    return {302: "recorded", 422: "refused", 403: "forbidden", 404: "unknown"}[answer.status_code]


SURFACES = pytest.mark.parametrize("record", [by_api, by_page], ids=["api", "page"])


@SURFACES
@pytest.mark.parametrize(("who", "decisions", "method", "outcome"), [
    ("anna", {"general": "given"}, "signature", "recorded"),
    ("dana", {"general": "given", "electrical": "refused"}, "signature", "recorded"),
    ("anna", {"general": "refused"}, "verbal", "recorded"),
    ("anna", {"general": "given"}, "paper_scan", "recorded"),
    ("anna", {"thorax_neck": "given"}, "verbal", "refused"),
    ("olga", {"general": "given"}, "verbal", "forbidden"),
    ("robo", {"general": "given"}, "verbal", "forbidden"),
    ("zoe", {"general": "given"}, "verbal", "unknown"),
])  # fmt: skip
def test_page_and_program_have_the_same_outcome(record, who, decisions, method, outcome, cast, text):
    assert record(cast.person(who), cast.siobhan, text, decisions, method) == outcome
    assert Consent.objects.count() == (outcome == "recorded")
    if outcome == "recorded":
        stored = Consent.objects.get()
        assert {k: v for k, v in stored.decisions.items() if v != "not_offered"} == decisions
        assert (stored.obtained_by, bool(stored.signature_sha256)) == (cast.person(who), method == "signature")


@SURFACES
def test_a_dot_is_no_signature(record, cast, text):
    dot = {"width": 600, "height": 200, "strokes": [[{"x": 1, "y": 1, "t": 0, "pressure": 0.5}]]}

    assert record(cast.anna, cast.siobhan, text, {"general": "given"}, signature=dot) == "refused"


def test_what_was_typed_is_still_there_after_a_refusal(cast, text):
    form = {"method": "verbal", "questions": "Can I swim?", "scope_photos": "refused", "given_by": "guardian"}
    page = page_as(cast.anna).post(f"/consent/patient/{cast.siobhan.pk}/take", form)

    words = page.content.decode()
    assert page.status_code == 422
    assert "Can I swim?" in words
    assert "Write the name of the guardian or attorney." in words
    assert 'name="scope_photos" value="refused" checked' in words


BAD = [
    ("decisions", {"general": "maybe"}), ("decisions", {"moon": "given", "general": "given"}), ("decisions", []),
    ("decisions", {"general": 5}), ("decisions", {}), ("risks_discussed", ["dragons"]), ("risks_discussed", "bruising"),
    ("questions", "x" * 2001), ("questions", "\x00"), ("given_by", {"kind": "dog"}), ("given_by", {"kind": "guardian"}),
    ("given_by", "me"), ("method", "telepathy"), ("method", None), ("signature", None), ("signature", {"width": 1}),
    ("signature", "M0 0"), ("given_at", "2999-01-01T00:00:00Z"), ("given_at", "1980-01-01T00:00:00Z"), ("given_at", "x"),
    ("witness", "x" * 121), ("text", "x"), ("text", "00000000-0000-0000-0000-000000000005"), ("patient", "x"),
    ("unknown", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD, ids=lambda v: str(v)[:30])
def test_bad_values_are_named_and_nothing_is_stored(cast, text, field, value):
    body = {"patient": str(cast.siobhan.pk), "text": str(text.pk), "decisions": {"general": "given"},
            "method": "signature", "signature": STROKES} | {field: value}  # fmt: skip
    answer = api_as(cast.anna).post("/api/v1/consents", body, format="json")

    assert answer.status_code == 400, answer.content
    assert any(e["field"].split(".")[0] == field for e in answer.json()["errors"]), answer.json()["errors"]
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("points", [6_000, 100_000])
def test_a_signature_of_a_million_points_is_refused(cast, text, points):
    line = [{"x": i % 600, "y": 5, "t": i, "pressure": 0.5} for i in range(points)]
    body = {"patient": str(cast.siobhan.pk), "text": str(text.pk), "decisions": {"general": "given"},
            "method": "signature", "signature": {"width": 600, "height": 200, "strokes": [line]}}  # fmt: skip

    assert api_as(cast.anna).post("/api/v1/consents", body, format="json").status_code in (400, 413)
    assert Consent.objects.count() == 0


def test_the_front_desk_captures_and_does_not_explain_risks(cast, text):
    body = {"patient": str(cast.siobhan.pk), "text": str(text.pk), "decisions": {"general": "given"}, "method": "verbal",
            "risks_discussed": ["bruising"], "witness": "Ben Adeyemi"}  # fmt: skip
    answer = api_as(cast.dana).post("/api/v1/consents", body, format="json")

    assert [e["message"] for e in answer.json()["errors"]] == [
        "Risks are explained by a practitioner. Leave this empty."
    ]


def test_the_year_counts_from_the_day_where_the_practice_is(cast, text):
    late_evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # already 24 November in Melbourne
    consent = give_consent(cast.siobhan, text, cast.anna, at=late_evening)

    assert consent.valid_until.isoformat() == "2027-11-24"


def test_taking_back_acts_at_once_for_its_scope_only(cast, text):
    now = timezone.now()
    consent = give_consent(cast.siobhan, text, cast.anna, at=now - timedelta(days=1))
    answer = api_as(cast.dana).post(f"/api/v1/consents/{consent.pk}/withdraw", {"scope": "thorax_neck"}, format="json")
    covered = state.coverage_now(cast.siobhan, at=timezone.now())

    assert (answer.status_code, len(answer.json()["withdrawals"])) == (201, 1)
    assert (covered["general"].in_force, covered["thorax_neck"].in_force) == (True, False)


@pytest.mark.parametrize("scope", ["electrical", "moon", "", 5])
def test_only_what_was_given_can_be_taken_back(cast, text, scope):
    consent = give_consent(cast.siobhan, text, cast.anna)
    answer = api_as(cast.anna).post(f"/api/v1/consents/{consent.pk}/withdraw", {"scope": scope}, format="json")

    assert (answer.status_code, Withdrawal.objects.count()) == (400, 0)


def test_consent_to_documents_by_email_is_the_one_permission(cast, text):
    Patient.objects.filter(pk=cast.siobhan.pk).update(email="s@example.org")
    consent = give_consent(cast.siobhan, text, cast.anna, documents_by_email="given")
    assert Patient.objects.get(pk=cast.siobhan.pk).documents_by_email_ok is True

    actions.withdraw(consent_pk=consent.pk, scope="all", reason="", by=cast.anna, at=NOW)
    assert Patient.objects.get(pk=cast.siobhan.pk).documents_by_email_ok is False


ATTACKS = {
    "consent": lambda: Consent.objects.update(method="verbal"),
    "consent gone": lambda: Consent.objects.all().delete(),
    "withdrawal": lambda: Withdrawal.objects.update(scope="x"),
    "withdrawal gone": lambda: Withdrawal.objects.all().delete(),
    "text": lambda: ConsentText.objects.update(title="Other words"),
    "text gone": lambda: ConsentText.objects.all()._raw_delete("default"),
    "raw": lambda: connection.cursor().execute("UPDATE consent_consent SET questions = 'x'"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_keeps_what_was_said_and_in_which_words(cast, text, attack):
    consent = give_consent(cast.siobhan, text, cast.anna)
    actions.withdraw(consent_pk=consent.pk, scope="all", reason="", by=cast.anna, at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        ATTACKS[attack]()


def answers(**named):
    return [{"key": q["key"], "answer": named.get(q["key"], "no")} for q in screening_form.questions()]


def screen(user, patient, **body):
    sent = {"patient": str(patient.pk), "answers": answers(), "filled_by": "practitioner"} | body
    return api_as(user).post("/api/v1/screenings", sent, format="json")


def test_an_incomplete_screening_does_not_count_as_reviewed(cast, text):
    taken = screen(cast.anna, cast.siobhan, answers=answers()[1:], reviewed=True).json()

    assert (taken["complete"], taken["reviewed"]) == (False, False)


def test_the_front_desk_writes_answers_down_and_never_reads_them(cast, text):
    taken = screen(cast.dana, cast.siobhan)
    assert (taken.status_code, sorted(taken.json())) == (
        201, ["complete", "filled_by", "id", "patient", "reviewed", "taken_at", "version"],
    )  # fmt: skip
    page = page_as(cast.dana).get(f"/consent/patient/{cast.siobhan.pk}").content.decode()
    screen(cast.anna, cast.siobhan, answers=answers(diabetes="yes"))
    assert "diabetes" not in page


def test_a_practitioner_reviews_and_the_front_desk_does_not(cast, text):
    pk = screen(cast.dana, cast.siobhan).json()["id"]
    path, headers = f"/api/v1/screenings/{pk}/review", {"If-Match": '"1"'}

    assert api_as(cast.dana).post(path, {}, format="json", headers=headers).status_code == 403
    assert screen(cast.dana, cast.siobhan, reviewed=True).status_code == 400
    assert api_as(cast.ben).post(path, {}, format="json", headers=headers).json()["reviewed"] is True


@pytest.mark.parametrize(("body", "field"), [
    ({"answers": [{"key": "moon", "answer": "yes"}]}, "answers.0.key"),
    ({"answers": [{"key": "diabetes", "answer": "maybe"}]}, "answers.0.answer"),
    ({"answers": [{"key": "diabetes", "answer": "yes"}] * 2}, "answers.1.key"),
    ({"answers": [{"key": "diabetes", "answer": "yes", "area": "left_arm"}]}, "answers.0.area"),
    ({"answers": [{"key": "diabetes", "answer": "yes", "detail": "x" * 301}]}, "answers.0.detail"),
    ({"answers": [{"key": "diabetes", "answer": "yes", "detail": "\x00"}]}, "answers.0.detail"),
    ({"answers": "no"}, "answers"),
    ({"answers": [5]}, "answers.0"),
    ({"answers": [{"key": "diabetes", "answer": "no"}] * 101}, "answers"),
    ({"taken_at": "2999-01-01T00:00:00Z"}, "taken_at"),
    ({"filled_by": "dog"}, "filled_by"),
    ({"reviewed": "yes"}, "reviewed"),
    ({"unknown": 1}, "unknown"),
])  # fmt: skip
def test_bad_screenings_are_named(cast, text, body, field):
    answer = screen(cast.anna, cast.siobhan, **body)

    assert (answer.status_code, Screening.objects.count()) == (400, 0)
    assert any(e["field"].startswith(field) for e in answer.json()["errors"]), answer.json()["errors"]


def test_nothing_has_changed_is_said_in_one_tap_and_is_a_screening_of_its_own(cast, text):
    earlier = take_screening(cast.siobhan, cast.anna, at=NOW - timedelta(days=7), diabetes="yes")
    page_as(cast.anna).post(f"/consent/screening/{earlier.pk}/unchanged")

    newest = Screening.objects.order_by("-taken_at").first()
    assert (newest.pk != earlier.pk, newest.answers, newest.reviewed_by) == (True, earlier.answers, cast.anna)


def test_lists_cost_the_same_for_1_and_for_20_consents(cast, text):
    client = api_as(cast.anna)

    def cost(path):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    paths = [f"/api/v1/consents?patient={cast.siobhan.pk}", f"/consent/patient/{cast.siobhan.pk}"]
    give_consent(cast.siobhan, text, cast.anna)
    [cost(path) for path in paths]
    one = [cost(path) for path in paths[:1]] + [cost(f"/api/v1/screenings?patient={cast.siobhan.pk}")]
    for days in range(20):
        give_consent(cast.siobhan, text, cast.anna, at=NOW - timedelta(days=days))
        take_screening(cast.siobhan, cast.anna, at=NOW - timedelta(days=days))
    twenty = [cost(path) for path in paths[:1]] + [cost(f"/api/v1/screenings?patient={cast.siobhan.pk}")]

    assert twenty == one


def test_a_key_makes_a_retried_consent_one_consent(cast, text):
    body = {
        "patient": str(cast.siobhan.pk),
        "text": str(text.pk),
        "decisions": {"general": "given"},
        "method": "verbal",
        "witness": "Ben Adeyemi",
    }
    sent = [api_as(cast.anna).post("/api/v1/consents", body, format="json", headers={"Idempotency-Key": "k1"}).json()
            for _ in range(2)]  # fmt: skip

    assert (sent[0] == sent[1], Consent.objects.count()) == (True, 1)
