"""What a form or an address sends as a number: nothing that can be sent breaks a page."""

from datetime import date

import pytest

from patients import dates
from practice.sent_numbers import whole_number
from tests.cast import Cast, page_as

STRANGE = ("", " 7", "7 ", "-7", "+7", "7.0", "1e3", "seven", "²", "٣", "1234567890", "9" * 5000)


@pytest.mark.parametrize("sent", STRANGE, ids=lambda sent: repr(sent[:12]))
def test_what_is_no_plain_number_counts_as_not_sent(sent):
    assert (whole_number(sent, 4), whole_number(sent, None)) == (4, None)


@pytest.mark.parametrize(("sent", "number"), [("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)])
def test_a_plain_number_is_read(sent, number):
    assert whole_number(sent, None) == number


@pytest.mark.parametrize("sent", STRANGE, ids=lambda sent: repr(sent[:12]))
def test_pages_live_with_strange_numbers(cast: Cast, sent):
    page = page_as(cast.anna)
    details = f"/patients/{cast.siobhan.pk}/details"
    values = {"family_name": "O'Neill", "given_names": "Siobhán", "date_of_birth": "1988-03-01", "version": sent}

    assert page.post(details, values).status_code in (200, 302, 409, 422)
    assert page.get(f"/patients/{cast.siobhan.pk}/merge", {"number": sent}).status_code in (302, 404)
    assert page.get(f"/patients/{cast.siobhan.pk}/attachments", {"page": sent}).status_code == 200


@pytest.mark.parametrize("written", ["1/{}/1980", "{}/1/1980", "1/1/{}"])
@pytest.mark.parametrize("number", ["9" * 5000, "²", "123"], ids=["very long", "raised", "three"])
def test_a_date_with_a_strange_number_says_the_cure(written, number):
    with pytest.raises(dates.NotADate):
        dates.read(written.format(number), today=date(2026, 11, 24))
