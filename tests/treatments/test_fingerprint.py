"""The content hash: the same for the same content, another for any other."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.fingerprint import canonical, fingerprint


def test_canonical_form_is_fixed():
    content = {"b": Decimal("0.30"), "a": [UUID(int=1), date(2026, 11, 24)], "at": datetime(2026, 1, 1, tzinfo=UTC)}

    assert canonical(content) == (
        '{"a":["00000000-0000-0000-0000-000000000001","2026-11-24"],"at":"2026-01-01T00:00:00.000000+00:00","b":"0.3"}'
    )


def test_the_same_moment_in_another_zone_is_the_same_content():
    there = datetime(2026, 1, 1, 11, 0, tzinfo=timezone(timedelta(hours=11)))

    assert fingerprint({"at": there}) == fingerprint({"at": datetime(2026, 1, 1, tzinfo=UTC)})


def test_trailing_zeros_of_a_database_do_not_matter():
    assert fingerprint({"x": Decimal("2.00")}) == fingerprint({"x": Decimal("2")})


def test_what_has_no_canonical_form_is_refused():
    with pytest.raises(TypeError, match="object has no canonical form"):
        fingerprint({"x": object()})


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
contents = st.dictionaries(st.text(max_size=5), scalars, min_size=1, max_size=6)


@given(contents)
def test_the_order_of_keys_does_not_matter(content):
    assert fingerprint(dict(reversed(content.items()))) == fingerprint(content)


@given(contents, st.data())
def test_any_changed_value_is_seen(content, data):
    key = data.draw(st.sampled_from(sorted(content)))

    assert fingerprint(content | {key: "something else altogether"}) != fingerprint(content)
