"""A new person's form on their phone, with and without scripts, and the desk that sends the link and takes it over."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from patients.models import Patient, Registration
from tests.browser.conftest import DESK, PHONE, PICTURES, TABLET, Open, picture
from tests.browser.test_pages import RULES, look_at
from tests.cast import Cast
from tests.patients.by_link import TYPED, invited, path_of
from tests.world import World

TICKED = ("email_ok", "sms_ok", "documents_by_email_ok")


def fill_in(page: Page, typed: dict[str, str]) -> None:
    for name, words in typed.items():
        field = page.locator(f"[name={name}]")
        if name in TICKED:
            field.check()
        elif name == "sex_at_birth":
            field.select_option(words)
        else:
            field.fill(words)


def no_violation(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


def whole_picture(page: Page, name: str) -> None:
    picture(page, name)
    page.screenshot(path=PICTURES / f"{name}_whole.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_the_form_is_whole_and_says_what_is_wrong(open_page: Open, world: World, size: tuple[int, int]):
    page = open_page(None, size)
    bytes_sent: list[int] = []
    page.on("response", lambda answer: bytes_sent.append(len(answer.body())))
    look_at(page, path_of(invited(world.cast), world.cast), f"own_registration_{size[0]}")
    assert sum(bytes_sent) < 30_000
    whole_picture(page, f"own_registration_{size[0]}")

    fill_in(page, TYPED | {"medicare": "2123 45671 1", "mobile": "12"})
    page.get_by_role("button", name="Send to").click()
    page.get_by_text("2 things to put right").wait_for()
    open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium complains of the 422
    whole_picture(page, f"own_registration_wrong_{size[0]}")
    no_violation(page)
    assert page.locator("[name=family_name]").input_value() == TYPED["family_name"]
    assert page.locator("[name=documents_by_email_ok]").is_checked()

    fill_in(page, {"medicare": TYPED["medicare"], "mobile": TYPED["mobile"]})
    page.get_by_role("button", name="Send to").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    picture(page, f"own_registration_sent_{size[0]}")
    no_violation(page)
    page.reload()
    look_at(page, page.url, f"own_registration_closed_{size[0]}")


def test_it_works_without_scripts(chromium: Browser, live_server: Any, world: World):
    path = path_of(invited(world.cast), world.cast)
    context = chromium.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(path)
    fill_in(page, TYPED | {"date_of_birth": "31 2 1987"})
    page.get_by_role("button", name="Send to").click()
    assert page.get_by_text("There is no 31 Feb").count() == 1
    page.locator("[name=date_of_birth]").fill(TYPED["date_of_birth"])
    page.get_by_role("button", name="Send to").click()

    assert page.locator("h1").inner_text() == "Thank you"
    assert Registration.objects.get().is_waiting
    context.close()


def test_from_the_desk_to_the_phone_and_back(open_page: Open, world: World):
    """The link is shown at the desk, scanned, filled in; the desk finds it on Today and registers the patient."""
    desk = open_page("dana", DESK)
    desk.goto("/patients/new")
    desk.get_by_role("link", name="They fill it in themselves").click()
    desk.get_by_label("Who it is for").fill("Amelia")
    desk.get_by_role("button", name="Show it here").click()
    desk.get_by_role("heading", name="Scan this").wait_for()
    picture(desk, "registration_link_1440")
    no_violation(desk)
    address = desk.locator("#link").input_value()

    phone = open_page(None, PHONE)
    phone.goto(re.sub(r"^https?://[^/]+", "", address))
    fill_in(phone, TYPED)
    phone.get_by_role("button", name="Send to").click()
    phone.get_by_role("heading", name="Thank you").wait_for()

    desk.goto("/")
    desk.get_by_role("link", name="Amelia Rose O'Hara-Whitlock").click()
    desk.get_by_role("button", name="Register as a new patient").wait_for()
    picture(desk, "registration_filled_1440")
    no_violation(desk)
    desk.get_by_role("button", name="Register as a new patient").click()
    desk.get_by_text("is registered, No. 000002").wait_for()

    assert Patient.objects.get(record_number=2, practice=world.cast.home).documents_by_email_ok


def test_the_address_is_read_back_before_the_mail_goes(open_page: Open, world: World):
    desk = open_page("dana", TABLET)
    desk.goto("/patients/registrations")
    desk.get_by_label("Their e-mail address").fill("amelia@example.org")
    desk.get_by_role("button", name="Send by e-mail").click()
    desk.get_by_role("heading", name="Is this the address?").wait_for()
    picture(desk, "registration_address_1180")
    no_violation(desk)
    desk.get_by_role("button", name="Yes, send the link").click()
    desk.get_by_text("The link is on its way").wait_for()

    assert Registration.objects.get().answers.email == "amelia@example.org"


def test_a_patient_already_is_seen_at_once_and_taken_in(open_page: Open, world: World):
    cast: Cast = world.cast
    phone = open_page(None, PHONE)
    phone.goto(path_of(invited(cast), cast))
    fill_in(phone, TYPED | {"given_names": "Siobhan", "family_name": "ONeill", "date_of_birth": "29 2 1988"})
    phone.get_by_role("button", name="Send to").click()
    phone.get_by_role("heading", name="Thank you").wait_for()

    desk = open_page("dana", PHONE)
    desk.goto(f"/patients/registrations/{Registration.objects.get().pk}")
    desk.get_by_text("Already in the list?").wait_for()
    picture(desk, "registration_alike_390")
    no_violation(desk)
    desk.get_by_role("link", name="The same person: compare").click()
    desk.get_by_role("button", name="Take it into No. 000001").click()
    desk.get_by_text("Taken into No. 000001").wait_for()

    siobhan = Patient.objects.get(pk=cast.siobhan.pk)
    assert (siobhan.family_name, siobhan.suburb, siobhan.email) == ("O'Neill", "Seaford", "amelia@example.org")


def test_the_tablet_is_handed_over_and_given_back(open_page: Open, world: World):
    tablet = open_page("dana", TABLET)
    tablet.goto(f"/patients/registrations/{invited(world.cast).pk}")
    picture(tablet, "registration_invited_1180")
    no_violation(tablet)
    tablet.get_by_role("button", name="Hand them this tablet").click()
    tablet.get_by_role("heading", name="Your details").wait_for()
    picture(tablet, "own_registration_tablet_1180")
    no_violation(tablet)
    fill_in(tablet, TYPED)
    tablet.get_by_role("button", name="Send to").click()
    tablet.get_by_text("Give the tablet back").wait_for()
    tablet.go_back()
    tablet.get_by_text("Give the tablet back").wait_for()

    assert Registration.objects.get().is_waiting
