"""Consent in force: one table of cases, each with the sentence the person reads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from consent.coverage import Circumstances, ConsentGiven, Withdrawn, in_force, scopes_needed

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
            replace(WHEN, reconsent_since=NOW - timedelta(days=5)),
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


def test_a_needle_left_in_on_purpose_needs_its_own_consent():
    assert set(scopes_needed([], discrepancy_kind="retained_on_purpose")) == {"general", "retained_needle"}
