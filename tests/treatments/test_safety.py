"""The safety rules as a table: what is found, at which level, with which source, and what blocks signing."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.coverage import Coverage
from consent.restrictions import Restriction
from treatments.safety import (
    RULES,
    Acknowledged,
    ScreeningFacts,
    SessionFacts,
    SiteFacts,
    blocks_signing,
    evaluate,
)

CALF = SiteFacts(id="c", name="Soleus", structure="soleus", side="left", area="lower_leg", technique="superficial")
LUNG = SiteFacts(id="l", name="Rhomboid major", structure="rhomboid_major", side="left", area="shoulder_girdle",
                 technique="deep_static", pneumothorax_risk=True, hazards=("lung_pleura",), length_mm=30, depth_mm=15,
                 direction="towards the shoulder blade")  # fmt: skip


def given_scopes(*scopes):
    return {scope: Coverage(scope, True, UUID(int=1)) for scope in scopes}


GOOD = SessionFacts(
    sites=(CALF,),
    started_on=date(2026, 11, 24),
    soap=True,
    consent_confirmed=True,
    coverage=given_scopes("general"),
    screening=ScreeningFacts(complete=True, reviewed=True, age_hours=0.1, valid_hours=24),
    needles_out=1,
)
CHEST = replace(GOOD, sites=(LUNG,), coverage=given_scopes("general", "thorax_neck"),
                credentials=frozenset({"thoracic_needling"}), safety_net_given=True)  # fmt: skip


def found(facts):
    return {(f.key, f.level) for f in evaluate(facts)}


def test_a_draft_in_order_has_nothing_to_say():
    assert found(GOOD) == set()
    assert found(CHEST) == set()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(GOOD, soap=False), {("nothing_recorded", "stop")}),
        (replace(GOOD, sites=(), needles_out=None), {("no_sites", "stop")}),
        (replace(GOOD, sites=(), no_needling=True, needles_out=None, coverage={}, screening=None), set()),
        (replace(GOOD, no_needling=True), {("no_sites", "stop")}),
        (replace(GOOD, sites=(replace(CALF, technique=""),)), {("technique_missing:c", "stop")}),
        (replace(GOOD, coverage={}), {("consent_general", "stop")}),
        (replace(GOOD, consent_confirmed=False), {("consent_confirmed", "stop")}),
        (replace(GOOD, screening=None), {("screening", "stop")}),
        (replace(GOOD, screening=ScreeningFacts(False, False, 0, 24)), {("screening", "stop")}),
        (replace(GOOD, screening=ScreeningFacts(True, False, 0, 24)), {("screening", "stop")}),
        (replace(GOOD, screening=ScreeningFacts(True, True, 25, 24)), {("screening", "stop")}),
        (replace(GOOD, needles_out=None), {("ledger", "stop")}),
        (replace(GOOD, needles_out=0), {("ledger", "stop")}),
        (replace(GOOD, needles_out=0, discrepancy_kind="lost"), {("ledger", "stop")}),
        (replace(GOOD, needles_out=0, discrepancy_kind="lost", discrepancy_note="Searched twice."), set()),
        (replace(GOOD, needles_in=2, needles_out=2), {("ledger_sum", "reason")}),
        (
            replace(GOOD, needles_out=0, discrepancy_kind="retained_on_purpose", discrepancy_note="Ear.",
                    coverage=given_scopes("general", "retained_needle")),
            {("remove_by", "stop")},
        ),
        (replace(GOOD, sites=(replace(CALF, lot_expires_on=date(2026, 11, 23)),)), {("lot_expired:c", "stop")}),
        (replace(GOOD, sites=(replace(CALF, lot_expires_on=date(2026, 11, 24)),)), set()),
        (replace(GOOD, complaint_side="right"), {("complaint_side:c", "warn")}),
        (replace(GOOD, complaint_side="left"), set()),
        (
            replace(GOOD, sites=(replace(CALF, technique="electrical"),), coverage=given_scopes("general", "electrical")),
            {("electrical_credential", "warn")},
        ),
        (replace(CHEST, credentials=frozenset()), {("lung_zone_credential", "stop")}),
        (replace(CHEST, safety_net_given=False), {("lung_zone_safety_net", "stop")}),
        (replace(CHEST, coverage=given_scopes("general")), {("consent_thorax_neck", "stop")}),
        (replace(CHEST, sites=(replace(LUNG, length_mm=40),)), {("lung_zone_needle:l", "reason")}),
        (replace(CHEST, sites=(replace(LUNG, length_mm=40, technique="superficial"),)), set()),
        (
            replace(CHEST, sites=(LUNG, replace(LUNG, id="r", side="right")), needles_out=2),
            {("bilateral_thorax", "reason")},
        ),
        (
            replace(CHEST, sites=(LUNG, replace(LUNG, id="r", side="right")), needles_out=2, thoracic_sides_rule="stop"),
            {("bilateral_thorax", "stop")},
        ),
        (replace(CHEST, sites=(replace(LUNG, sourced_max_depth_mm=14),)), {("sourced_depth:l", "reason")}),
        (replace(CHEST, sites=(replace(LUNG, sourced_max_depth_mm=15),)), set()),
        (replace(CHEST, sites=(replace(LUNG, direction=" "),)), {("lung_zone_direction:l", "warn")}),
        (replace(CHEST, sites=(replace(LUNG, direction="", technique="superficial"),)), set()),
        (replace(GOOD, student_present=True), {("consent_students_present", "stop")}),
        (replace(GOOD, student_present=True, coverage=given_scopes("general", "students_present")), set()),
    ],
)  # fmt: skip
def test_each_rule_finds_exactly_its_case(facts, expected):
    assert found(facts) == expected


def restriction(action, **bounds):
    return Restriction("key", action, "Because.", "Some source", "high", **bounds)


@pytest.mark.parametrize(
    ("bounds", "sites", "expected"),
    [
        (restriction("hard_stop"), (CALF,), {("key", "stop")}),
        (restriction("hard_stop"), (), {("key", "stop")}),
        (restriction("area_stop", area="lower_leg"), (CALF,), {("key:c", "stop")}),
        (restriction("area_stop", area="lower_leg", side="left"), (CALF,), {("key:c", "stop")}),
        (restriction("area_stop", area="lower_leg", side="right"), (CALF,), set()),
        (restriction("area_stop", area="thigh"), (CALF,), set()),
        (restriction("site_stop", flag="non_compressible"), (CALF,), set()),
        (
            restriction("site_stop", flag="non_compressible"),
            (replace(CALF, non_compressible=True),),
            {("key:c", "stop")},
        ),
        (restriction("technique_stop", technique="electrical"), (CALF,), set()),
        (restriction("warn_reason"), (CALF,), {("key", "reason")}),
        (restriction("warn_reason", flag="lung_zone"), (CALF,), set()),
        (restriction("warn"), (CALF,), {("key", "warn")}),
    ],
)
def test_restrictions_act_where_the_site_is(bounds, sites, expected):
    facts = replace(GOOD, sites=sites, restrictions=(bounds,), needles_out=len(sites) or None)

    assert {pair for pair in found(facts) if pair[0].startswith("key")} == expected


def test_a_given_reason_stands_in_the_finding_and_no_longer_blocks():
    facts = replace(CHEST, sites=(replace(LUNG, length_mm=40),))
    digest = facts.sites[0].digest()
    answered = replace(facts, acknowledged={"lung_zone_needle:l": Acknowledged("Pincer grip", "now", digest)})

    assert [f.key for f in blocks_signing(evaluate(facts))] == ["lung_zone_needle:l"]
    assert [f.reason for f in evaluate(answered)] == ["Pincer grip"]
    assert blocks_signing(evaluate(answered)) == ()


def test_a_reason_lapses_when_its_site_changes():
    facts = replace(CHEST, sites=(replace(LUNG, length_mm=40),))
    acknowledged = {"lung_zone_needle:l": Acknowledged("Pincer grip", "now", facts.sites[0].digest())}
    changed = replace(facts, sites=(replace(LUNG, length_mm=50),), acknowledged=acknowledged)

    assert [f.key for f in blocks_signing(evaluate(changed))] == ["lung_zone_needle:l"]


def test_a_reason_never_answers_a_stop():
    facts = replace(GOOD, coverage={}, acknowledged={"consent_general": Acknowledged("I think so", "now")})

    assert [f.key for f in blocks_signing(evaluate(facts))] == ["consent_general"]


def test_every_stop_of_the_table_has_a_source():
    from_the_restriction = {"hard_stop", "area_stop", "site_stop", "technique_stop"}

    assert not [n for n, r in RULES.items() if r.level == "stop" and not r.source and n not in from_the_restriction]


def test_what_can_still_be_put_right_cannot_be_signed_against():
    curable = {"nothing_recorded", "no_sites", "technique_missing", "ledger", "remove_by", "lung_zone_safety_net"}

    assert curable.isdisjoint({name for name, rule in RULES.items() if rule.deviable})


sites = st.lists(
    st.builds(
        SiteFacts,
        id=st.uuids().map(str),
        name=st.just("X"),
        side=st.sampled_from(["left", "right", "midline"]),
        area=st.sampled_from(["thigh", "neck", "abdomen", ""]),
        pneumothorax_risk=st.booleans(),
        technique=st.sampled_from(["", "superficial", "electrical", "intradermal_retained"]),
        length_mm=st.none() | st.integers(5, 150),
        depth_mm=st.none() | st.integers(0, 150),
        needles=st.integers(0, 5),
    ),
    max_size=5,
    unique_by=lambda s: s.id,
)


@given(sites, st.booleans(), st.booleans(), st.none() | st.integers(0, 30))
def test_everything_unanswered_blocks_and_every_finding_names_field_and_cure(rows, soap, confirmed, out):
    facts = replace(GOOD, sites=tuple(rows), soap=soap, consent_confirmed=confirmed, needles_out=out)
    findings = evaluate(facts)

    assert {f.key for f in blocks_signing(findings)} == {f.key for f in findings if f.level in ("stop", "reason")}
    assert all(f.field and f.message.endswith(".") and f.cure.endswith(".") and f.source for f in findings)
    assert len({f.key for f in findings}) == len(findings)
