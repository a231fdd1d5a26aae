"""A new patient registered with the keyboard alone, while somebody speaks."""

from patients.models import Patient
from tests.browser.conftest import DESK, Open


def test_a_patient_is_registered_without_the_mouse(open_page: Open):
    page = open_page("dana", DESK)
    page.goto("/patients/new")
    keys = page.keyboard

    def then(*words: str) -> None:
        for word in words:
            keys.type(word)
            keys.press("Tab")

    then("Sean", "O'Neill", "", "29 2 1988")
    page.get_by_text("Monday 29 February 1988").wait_for()
    keys.press("Tab")
    then("0400 111 222", "s@example.org", "", "", "")
    page.locator("summary", has_text="GP and referral").focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.type("voss")
    page.get_by_role("button", name="Dr Voss").wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    page.locator("#picker-gp_id .picker__chosen").wait_for()
    page.locator("#id_gp_id:focus").wait_for()
    keys.press("Tab")
    keys.type("Dr D'Arcy")
    page.get_by_role("button", name="as a new contact").wait_for()
    keys.press("Enter")
    page.locator("[id='id_referrer_id-new-organisation']:focus").wait_for()
    keys.press("Enter")
    page.locator("#picker-referrer_id .picker__chosen").wait_for()
    page.locator("#id_referrer_id:focus").wait_for()
    page.get_by_label("Mobile phone").focus()
    keys.press("Enter")
    page.wait_for_url("**/patients/*-*")

    patient = Patient.objects.select_related("gp", "referrer").get(given_names="Sean")
    assert (patient.gp.name, patient.referrer.name) == ("Dr Voss", "Dr D'Arcy")
