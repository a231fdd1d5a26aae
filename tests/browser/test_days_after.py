"""The days after a session: the patient's own page, the warning on every page, and the answer in the next note."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, TABLET, Open, calm, picture
from tests.browser.test_pages import RULES
from tests.cast import NOW
from tests.world import World, raise_sign, start
from treatments import actions
from treatments.models import FollowUp, NeedlingSession


def mailed(world: World) -> str:
    return f"/how-are-you/{actions.issue_link(check=world.follow_up, at=timezone.now())}"


def clean(page: Page) -> bool:
    return Axe().run(page, options=RULES).response["violations"] == []


def say_the_birthday(page: Page) -> None:
    for name, value in (("Day", "29"), ("Month", "2"), ("Year", "1988")):
        page.get_by_label(re.compile(f"^{name}")).fill(value)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name=re.compile("^How are you"))).to_be_visible()
    calm(page)


def answer(page: Page, score: int, *, sign: str | None = None) -> None:
    page.get_by_label(sign or "None of these").check()
    page.get_by_role("group", name=re.compile("Lower leg, left|calf", re.IGNORECASE)).get_by_text(
        str(score), exact=True
    ).click()
    page.get_by_label("Anything else?").fill("Stairs hurt a little.")
    page.get_by_role("button", name="Send").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_patient_answers_on_a_phone_with_and_without_scripts(open_page: Open, world: World, scripts: bool):
    page = open_page(None, PHONE)
    if not scripts:
        page.route(re.compile(r"\.js"), lambda route: route.abort())
    page.goto(mailed(world))
    assert clean(page)
    picture(page, "soreness_born")
    say_the_birthday(page)
    assert clean(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    picture(page, "soreness_questions")
    answer(page, 4)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    picture(page, "soreness_thanks")

    check = FollowUp.objects.get(pk=world.follow_up.pk)
    assert (check.state, check.comment, [row["score"] for row in check.soreness]) == (
        "answered", "Stairs hurt a little.", [4],
    )  # fmt: skip


def test_a_warning_sign_tells_the_patient_whom_to_call_before_and_after_sending(open_page: Open, world: World):
    page = open_page(None, PHONE)
    page.goto(mailed(world))
    say_the_birthday(page)
    now = page.get_by_role("link", name="Call 000").first
    page.get_by_label("None of these").scroll_into_view_if_needed()
    first = page.locator("input[name=red_flags]").first
    first.check()
    expect(page.get_by_role("alert").filter(has_text="now. Say: dry needling")).to_be_visible()
    expect(now).to_be_visible()
    assert clean(page)
    picture(page, "soreness_warning")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="This needs help now")).to_be_visible()
    assert clean(page)
    picture(page, "soreness_help_now")
    assert FollowUp.objects.filter(kind="escalation", patient=world.patient).count() == 1


def test_a_warning_stands_on_every_page_until_a_practitioner_takes_it_and_writes_what_came_of_it(
    open_page: Open, world: World
):
    row = raise_sign(world, at=timezone.now())
    desk = open_page("dana", DESK)
    desk.goto("/patients/")
    warning = desk.get_by_role("alert", name="Warning signs")
    expect(warning).to_contain_text("Nobody has taken it yet")
    expect(warning.get_by_role("button", name=re.compile("^I take it"))).to_have_count(0)
    picture(desk, "warning_front_desk")

    page = open_page("anna", TABLET)
    page.goto("/")
    expect(page.get_by_role("alert", name="Warning signs")).to_contain_text("Nobody has taken it yet")
    assert clean(page)
    picture(page, "warning_today")
    page.get_by_role("button", name=re.compile("^I take it")).click()
    page.wait_for_url(re.compile("/escalations/"))
    expect(page.get_by_role("alert", name="Warning signs")).to_have_count(0)
    page.get_by_label("Outcome").or_(page.locator("textarea[name=outcome]")).first.fill(
        "Sent to hospital by ambulance."
    )
    picture(page, "warning_taken")
    page.get_by_role("button", name="Write into the record").click()
    expect(page.get_by_text("Sent to hospital by ambulance.").first).to_be_visible()
    assert clean(page)
    assert FollowUp.objects.get(pk=row.pk).outcome == "Sent to hospital by ambulance."


def test_what_the_patient_answered_is_one_tap_in_the_next_note_and_says_where_it_comes_from(
    open_page: Open, world: World
):
    phone = open_page(None, PHONE)
    phone.goto(mailed(world))
    say_the_birthday(phone)
    answer(phone, 4)
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()

    tomorrow = NOW + timedelta(days=1)
    draft = start(world.patient, world.cast.anna, at=tomorrow, started_at=tomorrow, subjective="")
    page = open_page("anna", TABLET)
    page.goto(f"/sessions/{draft.pk}/edit")
    calm(page)
    note = page.get_by_role("textbox", name="Subjective", exact=True)
    note.fill("Slept well.")
    chip = page.get_by_role("button", name=re.compile("write into Subjective"))
    picture(page, "editor_answer_offered")
    chip.click()
    expect(note).to_have_value(re.compile(r"^Slept well\.\n.*4"))
    expect(chip).to_be_hidden()
    picture(page, "editor_answer_written")
    calm(page)
    assert "by link" in NeedlingSession.objects.get(pk=draft.pk).subjective
