"""What must hold of the safety rules whatever the draft: more caution never permits more, and order decides nothing."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from consent.coverage import Coverage
from consent.restrictions import Alerted, restrictions
from consent.screening_form import rows
from treatments.safety import Finding, ScreeningFacts, SessionFacts, SiteFacts, blocks_signing, evaluate

AREAS = ["thigh", "neck", "abdomen", "lower_leg", "pelvic_floor", ""]
TECHNIQUES = ["", "superficial", "deep_pistoning", "electrical", "intradermal_retained"]
SIDES = ["left", "right", "midline"]

sites = st.lists(
    st.builds(
        SiteFacts,
        id=st.uuids().map(str),
        name=st.just("X"),
        structure=st.sampled_from(["soleus", "psoas_major"]),
        side=st.sampled_from(SIDES),
        area=st.sampled_from(AREAS),
        pneumothorax_risk=st.booleans(),
        non_compressible=st.booleans(),
        technique=st.sampled_from(TECHNIQUES),
        length_mm=st.none() | st.integers(5, 150),
        depth_mm=st.none() | st.integers(0, 150),
        sourced_max_depth_mm=st.none() | st.integers(5, 40),
        lot_expires_on=st.none() | st.sampled_from([date(2026, 1, 1), date(2029, 1, 1)]),
    ),
    max_size=5,
    unique_by=lambda site: site.id,
).map(tuple)
answers = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(sorted(rows())),
            "answer": st.sampled_from(["yes", "no", "unsure"]),
            "area": st.sampled_from(AREAS),
            "side": st.sampled_from([*SIDES, ""]),
        }
    ),
    max_size=4,
)
alerts = st.lists(
    st.builds(
        Alerted,
        key=st.uuids().map(str),
        kind=st.sampled_from(["anticoagulant", "pregnancy", "lymphoedema", "phobia", "other"]),
        severity=st.sampled_from(["info", "caution", "danger"]),
        text=st.just("Told by the GP"),
        side=st.sampled_from(["", "left"]),
        area=st.sampled_from(["", "lower_leg"]),
    ),
    max_size=3,
)
scopes = st.sets(
    st.sampled_from(["general", "thorax_neck", "abdomen", "pelvic_floor", "electrical", "retained_needle"])
)


@st.composite
def drafts(draw: st.DrawFn) -> SessionFacts:
    given_scopes = draw(scopes)
    return SessionFacts(
        sites=draw(sites),
        started_on=date(2026, 11, 24),
        soap=draw(st.booleans()),
        consent_confirmed=draw(st.booleans()),
        coverage={scope: Coverage(scope, True, UUID(int=1)) for scope in given_scopes},
        screening=draw(
            st.none() | st.builds(ScreeningFacts, st.booleans(), st.booleans(), st.floats(0, 60), st.just(24))
        ),
        restrictions=restrictions(draw(answers), draw(alerts)),
        credentials=frozenset(draw(st.sets(st.sampled_from(["thoracic_needling", "electrical"])))),
        safety_net_given=draw(st.booleans()),
        needles_out=draw(st.none() | st.integers(0, 6)),
        complaint_side=draw(st.sampled_from(["", "left", "right"])),
    )


def stops(facts: SessionFacts) -> set[str]:
    return {finding.key for finding in evaluate(facts) if finding.level == "stop"}


def blocks(facts: SessionFacts) -> set[str]:
    return {finding.key for finding in blocks_signing(evaluate(facts))}


@given(drafts(), answers, alerts)
def test_adding_a_restriction_never_removes_a_stop(facts: SessionFacts, more: list, told: list[Alerted]):
    stricter = replace(facts, restrictions=(*facts.restrictions, *restrictions(more, told)))

    assert stops(facts) <= stops(stricter)


@given(drafts(), st.randoms(use_true_random=False))
def test_the_order_of_the_sites_decides_nothing(facts: SessionFacts, random: st.DataObject):
    shuffled = list(facts.sites)
    random.shuffle(shuffled)
    turned = replace(facts, sites=tuple(shuffled))

    def told(rows: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
        return {(f.key, f.level, f.field) for f in rows}

    assert told(evaluate(facts)) == told(evaluate(turned))


@given(drafts(), scopes)
def test_less_consent_never_permits_more(facts: SessionFacts, gone: set[str]):
    less = replace(facts, coverage={s: c for s, c in facts.coverage.items() if s not in gone})

    assert blocks(facts) <= blocks(less)


@given(drafts())
def test_fewer_credentials_and_less_advice_never_permit_more(facts: SessionFacts):
    less = replace(facts, credentials=frozenset(), safety_net_given=False, screening=None)

    assert stops(facts) - {"screening"} <= stops(less)


@given(drafts())
def test_every_refusal_has_code_field_cure_and_a_source(facts: SessionFacts):
    for finding in blocks_signing(evaluate(facts)):
        item = finding.as_item()
        assert all(item[name] for name in ("code", "key", "field", "message", "cure", "source")), item


@given(drafts(), st.sampled_from(["warn", "reason", "stop"]))
def test_a_rule_decided_upwards_never_blocks_less(facts: SessionFacts, level: str):
    tightened = replace(facts, decided={"lung_zone_direction": level, "complaint_side": level})

    assert blocks(facts) <= blocks(tightened)


def test_an_alert_for_information_does_not_lift_the_stop_of_an_answer():
    deep = SiteFacts(id="a", name="Psoas major", side="left", technique="superficial", non_compressible=True)
    answered = [{"key": "anticoagulant", "answer": "yes"}]
    told = [Alerted("1", "anticoagulant", "info", "Told by the GP")]

    assert "bleeding_risk_noncompressible:a" in stops(
        SessionFacts(sites=(deep,), restrictions=restrictions(answered, told))
    )
