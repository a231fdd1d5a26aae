"""The kinds, who has to be told, and rates with honest intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import adverse
from treatments.models import AdverseEvent


def test_every_kind_has_its_words_and_a_severity_of_the_record():
    assert len(adverse.kinds()) == 29
    for kind in adverse.kinds().values():
        assert kind.label
        assert kind.usual_severity in AdverseEvent.Severity.values
        assert len(kind.key) <= AdverseEvent._meta.get_field("kind").max_length
    assert set(adverse.DEFINITIONS) == set(AdverseEvent.Severity.values)


@pytest.mark.parametrize(
    ("kind", "severity", "told"),
    [
        ("bruising", "mild", []),
        ("syncope", "significant", ["patient", "gp"]),
        ("pneumothorax", "serious", ["patient", "gp", "insurer"]),
        ("broken_needle", "serious", ["patient", "gp", "insurer", "tga"]),
        ("stuck_needle", "mild", []),
        ("needlestick_staff", "significant", ["medical"]),
    ],
)
def test_who_has_to_be_told(kind: str, severity: str, told: list[str]):
    found = adverse.notices(kind, severity)
    assert [notice.to for notice in found] == told
    assert all(notice.source and notice.words and notice.hours > 0 for notice in found)


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [
        (0, 0, (None, None, None)),
        (0, 100, (0.0, 0.0, 36.99)),
        (1, 1000, (1.0, 0.18, 5.64)),
        (16, 100, (160.0, 100.95, 244.2)),
        (5, 3, (None, None, None)),
    ],
)
def test_rates_per_thousand_with_wilsons_interval(count: int, total: int, expected: tuple[float | None, ...]):
    rate = adverse.rate(count, total)
    assert (rate.per_1000, rate.low, rate.high) == expected
    assert (rate.count, rate.total) == (count, total)


@given(st.integers(1, 100000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_rate_lies_in_its_interval_and_the_interval_between_none_and_all(drawn: tuple[int, int]):
    rate = adverse.rate(*drawn)
    assert rate.low is not None
    assert rate.per_1000 is not None
    assert rate.high is not None
    assert 0 <= rate.low <= rate.per_1000 <= rate.high <= 1000
