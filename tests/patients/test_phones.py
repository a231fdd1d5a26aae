import pytest

from patients.phones import NotAPhoneNumber, e164, shown


@pytest.mark.parametrize(
    ("text", "number"),
    [("0400 111 222", "+61400111222"), ("0400-111-222", "+61400111222"), ("+61 400 111 222", "+61400111222"),
     ("(03) 5550 0117", "+61355500117"), ("+49 30 123456", "+4930123456")],
)  # fmt: skip
def test_numbers_in_any_usual_writing_become_e164(text, number):
    assert e164(text, country="AU") == number


@pytest.mark.parametrize("text", ["0400 111 2", "abc", "", "0400 111 222 333 444 555", "+"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NotAPhoneNumber):
        e164(text, country="AU")


def test_numbers_are_shown_as_the_country_writes_them():
    assert shown("+61400111222", country="AU") == "0400 111 222"
    assert shown("+4930123456", country="AU") == "+49 30 123456"
    assert shown("nonsense", country="AU") == "nonsense"
