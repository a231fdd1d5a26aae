"""Consent in force: one table of cases, each with the sentence the person reads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.coverage import SCOPES, Circumstances, ConsentGiven, Withdrawn, in_force, scopes_needed

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WHEN = Circumstances(at=NOW, today=date(2026, 11, 24), now=NOW)
ONE, TWO = UUID(int=1), UUID(int=2)


def consent(days_ago=30, decision="given", *, pk=ONE, scope="general", until=date(2027, 1, 1)):
    given = NOW - timedelta(days=days_ago)
    return ConsentGiven(pk, given, until, {scope: decision}, given - timedelta(days=100))


def taken_back(pk=ONE, scope="general", days_ago=1):
    return Withdrawn(pk, scope, NOW - timedelta(days=days_ago))


@pytest.mark.parametrize(
    ("consents", "withdrawals", "when", "reason"),
    [
        ([consent()], [], WHEN, ""),
        ([], [], WHEN, "There is no consent to dry needling in general."),
        ([consent(decision="refused")], [], WHEN, "The patient said no to dry needling in general."),
        ([consent(decision="not_offered")], [], WHEN, "There is no consent to dry needling in general."),
        ([consent(60), consent(30, "refused", pk=TWO)], [], WHEN, "The patient said no to dry needling in general."),
        ([consent(60, "refused"), consent(30, pk=TWO)], [], WHEN, ""),
        ([consent(60), consent(30, "not_offered", pk=TWO)], [], WHEN, ""),
        ([consent(-1)], [], WHEN, "There is no consent to dry needling in general."),
        ([consent()], [taken_back()], WHEN, "The patient took the consent to dry needling in general back."),
        ([consent()], [taken_back(scope="all")], WHEN, "The patient took the consent to dry needling in general back."),
        ([consent()], [taken_back(scope="thorax_neck")], WHEN, ""),
        ([consent()], [taken_back(TWO)], WHEN, ""),
        ([consent(30), consent(0, pk=TWO)], [taken_back()], WHEN, ""),
        ([consent()], [taken_back(days_ago=-1)], WHEN, ""),
        (
            [consent(until=date(2026, 11, 23))],
            [],
            WHEN,
            "The consent to dry needling in general ran out on 23 Nov 2026.",
        ),
        ([consent(until=date(2026, 11, 24))], [], WHEN, ""),
        (
            [consent(400)],
            [],
            replace(WHEN, last_treated_on=date(2026, 4, 1)),
            "The patient was away for 237 days. Ask for consent to dry needling in general again.",
        ),
        ([consent(0)], [], replace(WHEN, last_treated_on=date(2026, 4, 1)), ""),
        ([consent(60)], [], replace(WHEN, last_treated_on=date(2026, 11, 1)), ""),
        (
            [consent()],
            [],
            replace(WHEN, reconsent_since={"en": NOW - timedelta(days=5)}),
            "The consent text has changed since. Ask for consent to dry needling in general with the new text.",
        ),
    ],
)
def test_general_consent_is_in_force_or_says_why_not(consents, withdrawals, when, reason):
    covered = in_force("general", consents, withdrawals, when)

    assert (covered.in_force, covered.reason) == (reason == "", reason)


def test_a_withdrawal_after_the_treatment_began_still_acts():
    during = replace(WHEN, at=NOW - timedelta(hours=2))

    assert in_force("general", [consent()], [Withdrawn(ONE, "all", NOW - timedelta(hours=1))], during).in_force is False


def site(**facts):
    plain = {"name": "X", "area": "thigh", "hazards": (), "pneumothorax_risk": False, "technique": "superficial"}
    return SimpleNamespace(**(plain | facts))


@pytest.mark.parametrize(
    ("facts", "scopes"),
    [
        ({}, {"general"}),
        ({"pneumothorax_risk": True, "area": "shoulder_girdle"}, {"general", "thorax_neck"}),  # rhomboids
        ({"hazards": ("lung_pleura",)}, {"general", "thorax_neck"}),
        ({"area": "neck"}, {"general", "thorax_neck"}),
        ({"area": "thoracic_back"}, {"general", "thorax_neck"}),
        ({"area": "abdomen"}, {"general", "abdomen"}),
        ({"hazards": ("kidney",)}, {"general", "abdomen"}),
        ({"area": "pelvic_floor"}, {"general", "pelvic_floor"}),
        ({"technique": "electrical"}, {"general", "electrical"}),
        ({"technique": "intradermal_retained"}, {"general", "retained_needle"}),
    ],
)
def test_each_site_needs_the_scopes_of_the_table(facts, scopes):
    assert set(scopes_needed([site(**facts)])) == scopes


def test_a_student_who_needles_or_watches_needs_its_own_consent():
    assert set(scopes_needed([], student_present=True)) == {"general", "students_present"}


def test_a_needle_left_in_on_purpose_needs_its_own_consent():
    assert set(scopes_needed([], discrepancy_kind="retained_on_purpose")) == {"general", "retained_needle"}


@pytest.mark.parametrize(("consents", "withdrawals", "when", "why"), [
    ([], [], WHEN, "none"),
    ([consent(decision="refused")], [], WHEN, "refused"),
    ([consent(decision="refused")], [taken_back(scope="all")], WHEN, "refused"),
    ([consent(until=date(2026, 11, 23))], [taken_back()], WHEN, "withdrawn"),
    ([consent(until=date(2026, 11, 23))], [], WHEN, "expired"),
    ([consent(until=date(2026, 11, 23))], [], replace(WHEN, reconsent_since={"en": NOW}), "expired"),
    ([consent()], [], replace(WHEN, reconsent_since={"en": NOW}), "superseded"),
    ([consent()], [], replace(WHEN, reconsent_since={"vi": NOW}), ""),
    ([replace(consent(), language="vi")], [], replace(WHEN, reconsent_since={"vi": NOW}), "superseded"),
    ([replace(consent(), text_published_at=NOW)], [], replace(WHEN, reconsent_since={"en": NOW}), ""),
    ([replace(consent(), text_published_at=None)], [], replace(WHEN, reconsent_since={"en": NOW}), "superseded"),
    ([consent(400)], [], replace(WHEN, last_treated_on=date(2026, 4, 1)), "absent"),
    ([consent(400)], [], replace(WHEN, last_treated_on=WHEN.today - timedelta(days=180)), ""),
    ([consent(400)], [], replace(WHEN, last_treated_on=WHEN.today - timedelta(days=181)), "absent"),
    ([consent(60), consent(30, pk=TWO)], [taken_back(TWO)], WHEN, "withdrawn"),
    ([consent(60), consent(30, pk=TWO)], [taken_back(ONE)], WHEN, ""),
    ([consent()], [], WHEN, ""),
])  # fmt: skip
def test_why_not_names_its_rule_and_always_says_what_to_do(consents, withdrawals, when, why):
    covered = in_force("general", consents, withdrawals, when)

    assert covered.why == why
    assert bool(covered.cure) == bool(covered.reason) == (not covered.in_force) == bool(why)
    assert all(words == "" or words.endswith(".") for words in (covered.reason, covered.cure))


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_has_sentences_of_its_own(scope):
    assert SCOPES[scope] in in_force(scope, [], [], WHEN).reason


slowly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
moments = st.integers(-400, 5).map(lambda days: NOW + timedelta(days=days))
ids = st.integers(1, 5).map(lambda number: UUID(int=number))
scopes = st.sampled_from(["general", "thorax_neck", "electrical"])
said = st.dictionaries(scopes, st.sampled_from(["given", "refused", "not_offered"]))
consents_ = st.lists(
    st.builds(ConsentGiven, ids, moments, moments.map(datetime.date), said, st.none() | moments, st.sampled_from(["en", "vi"])),
    max_size=5, unique_by=lambda c: c.id,
)  # fmt: skip
withdrawals_ = st.lists(
    st.builds(Withdrawn, ids, st.sampled_from(["general", "thorax_neck", "electrical", "all"]), moments), max_size=5
)
whens = st.builds(
    Circumstances, moments, moments.map(datetime.date), st.none() | moments, st.none() | moments.map(datetime.date),
    st.sampled_from([1, 180]), st.dictionaries(st.sampled_from(["en", "vi"]), moments),
)  # fmt: skip


def permitted(consents, withdrawals, when):
    return {scope for scope in SCOPES if in_force(scope, consents, withdrawals, when).in_force}


@slowly
@given(consents_, withdrawals_, whens, withdrawals_)
def test_taking_back_never_permits_more(consents, withdrawals, when, more):
    assert permitted(consents, [*withdrawals, *more], when) <= permitted(consents, withdrawals, when)


@slowly
@given(consents_, withdrawals_, whens, moments, scopes)
def test_saying_no_never_permits_more(consents, withdrawals, when, at, scope):
    no = ConsentGiven(UUID(int=9), at, date(2030, 1, 1), {scope: "refused"}, NOW)

    assert permitted([*consents, no], withdrawals, when) <= permitted(consents, withdrawals, when)


@slowly
@given(consents_, withdrawals_, whens, st.randoms())
def test_the_order_in_which_rows_are_read_decides_nothing(consents, withdrawals, when, random):
    shuffled, shuffled_back = list(consents), list(withdrawals)
    random.shuffle(shuffled)
    random.shuffle(shuffled_back)

    assert permitted(shuffled, shuffled_back, when) == permitted(consents, withdrawals, when)


@slowly
@given(consents_, withdrawals_, whens, scopes)
def test_nothing_is_permitted_that_was_not_given(consents, withdrawals, when, scope):
    covered = in_force(scope, consents, withdrawals, when)
    by_id = {c.id: c for c in consents}

    assert not covered.in_force or by_id[covered.consent].decisions[scope] == "given"


@slowly
@given(consents_, withdrawals_, whens, st.dictionaries(st.sampled_from(["en", "vi"]), moments))
def test_a_text_that_asks_again_never_permits_more(consents, withdrawals, when, since):
    later = {code: max(at, since.get(code, at)) for code, at in when.reconsent_since.items()}
    stricter = replace(when, reconsent_since={**since, **later})

    assert permitted(consents, withdrawals, stricter) <= permitted(consents, withdrawals, when)
