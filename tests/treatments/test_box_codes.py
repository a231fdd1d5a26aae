"""The code on a box: read as GS1 prints and scans it; what is no such code is never read as one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.box_codes import BoxCode, read

GTIN = "09312345678907"  # made up; its check digit is right
K2304 = BoxCode(GTIN, "K2304", date(2029, 5, 31))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"(01){GTIN}(17)290531(10)K2304", K2304),
        (f"(01) {GTIN} (17) 290531 (10) K2304 ", K2304),
        (f"01{GTIN}1729053110K2304", K2304),
        (f"01{GTIN}10K2304\x1d17290531", K2304),
        (f"]d201{GTIN}1729053110K2304", K2304),
        (f"]C1\x1d01{GTIN}1729053110K2304\x1d21SERIAL9", K2304),
        (f"01{GTIN}11240101172905311010AB17", BoxCode(GTIN, "10AB17", date(2029, 5, 31))),
        (f"(01){GTIN}", BoxCode(GTIN)),
        (f"(01){GTIN}(17)290200(10)A", BoxCode(GTIN, "A", date(2029, 2, 28))),
        (f"(01){GTIN}(17)280200(10)A", BoxCode(GTIN, "A", date(2028, 2, 29))),
        ("K2304", None),
        ("", None),
        ("10K2304", None),  # a lot number may begin with 10
        (f"(01){GTIN[:-1]}8(17)290531", None),  # wrong check digit
        (f"(01){GTIN}(17)290231", None),  # 31 February
        (f"(01){GTIN}(17)291300", None),
        (f"01{GTIN[:9]}", None),
        (f"99{GTIN}", None),
        ("(01)٠٩٣١٢٣٤٥٦٧٨٩٠٧", None),
    ],
)
def test_a_code_says_product_lot_and_expiry_or_is_none(text: str, code: BoxCode | None):
    assert read(text) == code


lots = st.text(st.characters(codec="ascii", categories=("Lu", "Nd")), min_size=1, max_size=20)


@given(lots, st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_both_ways_of_writing_say_the_same(lot: str, expires: date):
    wanted = BoxCode(GTIN, lot, expires)
    assert read(f"(01){GTIN}(17){expires:%y%m%d}(10){lot}") == wanted
    assert read(f"01{GTIN}17{expires:%y%m%d}10{lot}") == wanted
    assert read(f"10{lot}\x1d01{GTIN}17{expires:%y%m%d}") == wanted


@given(st.text(max_size=300))
def test_nothing_typed_breaks_it(text: str):
    code = read(text)
    assert code is None or isinstance(code, BoxCode)
