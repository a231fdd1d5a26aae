"""Taking back: by scope or whole, one consent or everywhere, through page and API; at once, also on open drafts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent import scope_history, state
from consent.models import Consent, Withdrawal
from patients.models import Patient
from tests.cast import NOW, Cast, api_as, page_as
from tests.world import give_consent, load_content, make_world, publish_text, start, take_screening
from treatments import findings


@pytest.fixture
def text(cast: Cast):
    load_content()
    return publish_text(cast)


def by_page(user, patient, scope, reason=""):
    answer = page_as(user).post(
        f"/consent/patient/{patient.pk}/withdraw", {"scope": scope, "reason": reason}, follow=True
    )
    said = [str(m) for m in answer.context["messages"]] if answer.status_code == 200 else []
    return "taken back" if said == ["Taken back. It acts at once, also on open drafts."] else said or answer.status_code


def by_api(user, patient, scope, reason=""):
    body = {"patient": str(patient.pk), "scope": scope, "reason": reason}
    answer = api_as(user).post("/api/v1/consents/withdraw", body, format="json")
    if answer.status_code == 400:
        return [e["message"] for e in answer.json()["errors"]]
    return "taken back" if answer.status_code == 201 else answer.status_code


WAYS = pytest.mark.parametrize("take_back", [by_page, by_api], ids=["page", "api"])
NOTHING = ["Nothing of this is given that could be taken back. Choose what is in force."]


@WAYS
@pytest.mark.parametrize(("who", "scope", "outcome"), [
    ("anna", "thorax_neck", "taken back"), ("dana", "all", "taken back"), ("olga", "all", 403), ("robo", "all", 403), ("zoe", "all", 404),
    ("anna", "electrical", NOTHING), ("anna", "moon", NOTHING),
])  # fmt: skip
def test_page_and_program_have_the_same_outcome(take_back, who, scope, outcome, cast, text):
    give_consent(cast.siobhan, text, cast.anna)

    assert take_back(cast.person(who), cast.siobhan, scope) == outcome
    assert Withdrawal.objects.count() == (outcome == "taken back")


@WAYS
def test_everywhere_means_every_consent_that_gave_it(take_back, cast, text):
    now = timezone.now()
    for days in (3, 2, 1):
        give_consent(cast.siobhan, text, cast.anna, at=now - timedelta(days=days))
    assert take_back(cast.anna, cast.siobhan, "thorax_neck", "Rather not") == "taken back"

    assert Withdrawal.objects.filter(reason="Rather not").count() == 3
    covered = state.coverage_now(cast.siobhan, at=timezone.now())
    assert (covered["general"].in_force, covered["thorax_neck"].why) == (True, "withdrawn")
    assert take_back(cast.anna, cast.siobhan, "thorax_neck") == NOTHING
    assert take_back(cast.anna, cast.siobhan, "all") == "taken back"


def test_of_one_consent_only_leaves_the_other_standing(cast, text):
    now = timezone.now()
    first, second = (give_consent(cast.siobhan, text, cast.anna, at=now - timedelta(days=d)) for d in (2, 1))
    page_as(cast.anna).post(f"/consent/{first.pk}/withdraw", {"scope": "all"})
    assert state.coverage_now(cast.siobhan, at=timezone.now())["general"].consent == second.pk

    page_as(cast.anna).post(f"/consent/{second.pk}/withdraw", {"scope": "all"})
    assert state.coverage_now(cast.siobhan, at=timezone.now())["general"].why == "withdrawn"


def test_it_acts_at_once_on_an_open_draft_and_is_gone_with_a_new_consent(cast, text):
    now = timezone.now()
    give_consent(cast.siobhan, text, cast.anna, at=now - timedelta(hours=1))
    take_screening(cast.siobhan, cast.anna, at=now)
    draft = start(cast.siobhan, cast.anna, at=now, started_at=now)

    def stops():
        keys = {f.key for f in findings.judge(draft, list(draft.sites.told()), at=timezone.now()).blocks}
        return "consent_general" in keys

    assert stops() is False
    by_page(cast.dana, cast.siobhan, "general")
    assert stops() is True
    give_consent(cast.siobhan, text, cast.anna, at=timezone.now())
    assert stops() is False


@pytest.mark.parametrize(
    ("scope", "tag"),
    [("thorax_neck", "Taken back: needling the chest, upper back and neck"), ("all", "Consent taken back")],
)
def test_the_banner_says_it_at_once(scope, tag, cast, text):
    give_consent(cast.siobhan, text, cast.anna, at=timezone.now())
    client, path = page_as(cast.dana), f"/consent/patient/{cast.siobhan.pk}/banner"
    assert tag not in client.get(path).content.decode()

    by_page(cast.dana, cast.siobhan, scope)
    assert tag in client.get(path).content.decode()


def test_a_refusal_stands_in_the_banner(cast, text):
    give_consent(cast.siobhan, text, cast.anna, at=timezone.now(), thorax_neck="refused")
    banner = page_as(cast.dana).get(f"/consent/patient/{cast.siobhan.pk}/banner").content.decode()

    assert "Said no: needling the chest, upper back and neck" in banner


@WAYS
def test_no_more_documents_by_email(take_back, cast, text):
    Patient.objects.filter(pk=cast.siobhan.pk).update(email="s@example.org")
    give_consent(cast.siobhan, text, cast.anna, documents_by_email="given")
    assert Patient.objects.get(pk=cast.siobhan.pk).documents_by_email_ok is True
    take_back(cast.anna, cast.siobhan, "thorax_neck")
    assert Patient.objects.get(pk=cast.siobhan.pk).documents_by_email_ok is True

    take_back(cast.anna, cast.siobhan, "documents_by_email")
    assert Patient.objects.get(pk=cast.siobhan.pk).documents_by_email_ok is False


@pytest.mark.parametrize("body", [{}, {"scope": "all"}, {"patient": "x", "scope": "all"}, {"scope": 5}, {"reason": "x" * 501, "scope": "all"},
                                  {"reason": "\x00", "scope": "all"}, {"scope": "all", "x": 1}])  # fmt: skip
def test_bad_bodies_are_named_and_nothing_is_taken_back(cast, text, body):
    give_consent(cast.siobhan, text, cast.anna)
    sent = (
        {"patient": str(cast.siobhan.pk)}
        if body.keys() - {"patient"} and "patient" not in body and body != {"scope": "all"}
        else {}
    ) | body
    answer = api_as(cast.anna).post("/api/v1/consents/withdraw", sent, format="json")

    assert (answer.status_code, Withdrawal.objects.count()) == (400, 0)


def test_a_reason_that_is_too_long_is_said_on_the_page(cast, text):
    give_consent(cast.siobhan, text, cast.anna)

    assert "500" in " ".join(by_page(cast.anna, cast.siobhan, "all", "x" * 501))
    assert Withdrawal.objects.count() == 0


def test_the_page_tells_who_took_it_down_and_when_and_why_it_was_taken_back(cast, text):
    now = timezone.now()
    give_consent(cast.siobhan, text, cast.anna, at=now - timedelta(days=1), electrical="refused")
    by_page(cast.dana, cast.siobhan, "thorax_neck", "Read about it")
    page = page_as(cast.ben).get(f"/consent/patient/{cast.siobhan.pk}").content.decode()

    assert "taken down by Dana Whitfield · Read about it" in page
    assert "taken down by Anna Kovač · text version 1" in page
    assert "The patient took the consent to needling the chest, upper back and neck back." in page
    assert "Stop. If the patient agrees again, take a new consent." in page
    assert "The patient said no to electrical stimulation." in page


def test_everything_that_was_given_falls_with_all_and_the_refusals_stay(cast, text):
    give_consent(cast.siobhan, text, cast.anna, electrical="refused")
    by_api(cast.dana, cast.siobhan, "all")
    told = scope_history.told(
        Consent.objects.select_related("text", "obtained_by"), Withdrawal.objects.select_related("created_by")
    )

    assert {scope: [s.what for s in said] for scope, said in told.items() if said} == {
        "general": ["withdrawn", "given"], "thorax_neck": ["withdrawn", "given"], "electrical": ["refused"]}  # fmt: skip


def test_in_force_answers_every_scope_with_reason_and_cure(cast, text):
    give_consent(cast.siobhan, text, cast.anna, at=timezone.now())
    rows = api_as(cast.robo).get(f"/api/v1/consents/in-force?patient={cast.siobhan.pk}").json()
    told = {row["scope"]: (row["in_force"], row["why"], bool(row["cure"])) for row in rows}

    assert len(rows) == 9
    assert (told["general"], told["abdomen"]) == ((True, "", False), (False, "none", True))
    assert api_as(cast.zoe).get(f"/api/v1/consents/in-force?patient={cast.siobhan.pk}").status_code == 404
    assert api_as(cast.anna).get("/api/v1/consents/in-force?patient=x").status_code == 400


def test_the_consent_page_costs_the_same_for_one_and_for_many(cast, django_assert_max_num_queries):
    world = make_world(cast)
    for days in range(12):
        given = give_consent(cast.siobhan, world.text, cast.anna, at=NOW - timedelta(days=days))
        page_as(cast.anna).post(f"/consent/{given.pk}/withdraw", {"scope": "thorax_neck"})
    client = page_as(cast.anna)
    client.get(f"/consent/patient/{cast.siobhan.pk}")
    with django_assert_max_num_queries(24):  # with session, savepoints and the access entry
        client.get(f"/consent/patient/{cast.siobhan.pk}")
