"""The signature pad's strokes: parsed, bounded, fingerprinted."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.signature import MAX_POINTS, UnreadableSignature, parse


def pad(*strokes, width=600, height=200):
    return {"width": width, "height": height, "strokes": [list(stroke) for stroke in strokes]}


def point(x, y, t=0, pressure=0.5):
    return {"x": x, "y": y, "t": t, "pressure": pressure}


LINE = (point(10, 20), point(110, 60, 20))


def test_a_signature_keeps_its_strokes_times_and_pressure():
    signature = parse(pad(LINE))

    assert signature.as_data() == {
        "width": 600.0,
        "height": 200.0,
        "strokes": [[{"x": 10, "y": 20, "t": 0, "pressure": 0.5}, {"x": 110, "y": 60, "t": 20, "pressure": 0.5}]],
    }


def test_the_digest_is_that_of_the_canonical_form_whatever_the_writing():
    written_otherwise = pad((point(10.0, 20.04), point(110.0, 60, 20.2)))

    assert parse(pad(LINE)).sha256() == parse(written_otherwise).sha256()


def test_a_moved_point_is_another_signature():
    assert parse(pad(LINE)).sha256() != parse(pad((point(10, 20), point(111, 60, 20)))).sha256()


def test_the_path_draws_every_stroke():
    assert parse(pad(LINE, LINE)).path() == "M10 20 L110 60 M10 20 L110 60"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "signature"),
        ([], "signature"),
        ({"width": 600}, "signature"),
        (pad(), "signature.strokes"),
        (pad((point(5, 5),)), "signature.strokes"),
        (pad((point(-50, 5), point(100, 5))), "signature.strokes.0"),
        (pad((point(5, 900), point(100, 5))), "signature.strokes.0"),
        (pad((point(5, 5, 20), point(100, 5, 10))), "signature.strokes.0"),
        (pad((point(5, 5, -1), point(100, 5))), "signature.strokes.0"),
        (pad((point(5, 5, 0, 1.5), point(100, 5))), "signature.strokes.0"),
        (pad((point(math.nan, 5), point(100, 5))), "signature.strokes.0"),
        (pad((point(math.inf, 5), point(100, 5))), "signature.strokes.0"),
        (pad((point(True, 5), point(100, 5))), "signature.strokes.0"),
        (pad((point("5", 5), point(100, 5))), "signature.strokes.0"),
        (pad(({"x": 5}, point(100, 5))), "signature.strokes.0"),
        (pad(LINE, width=10**9), "signature.width"),
        (pad(LINE, height=10**400), "signature.height"),
        (pad([point(i % 600, 5, i) for i in range(MAX_POINTS + 1)]), "signature.strokes"),
        (pad(*[LINE] * 201), "signature.strokes"),
    ],
)
def test_what_is_not_a_signature_is_refused_with_its_place(data, field):
    with pytest.raises(UnreadableSignature) as refused:
        parse(data)

    assert refused.value.field == field
    assert refused.value.message.endswith(".")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["width", "height", "strokes", "x"]), inner)
    ),
    max_leaves=20,
)


@given(json_values)
def test_nothing_but_its_own_error_is_ever_raised(data):
    try:
        parse(data)
    except UnreadableSignature as refused:
        assert refused.field.startswith("signature")
