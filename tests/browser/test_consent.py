"""Consent as a new user takes it: one item refused, stopped at that area, given later, signed; and the manager's editor."""

import re

from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from consent.models import Consent, ConsentText
from tests.browser.conftest import DESK, TABLET, Open, calm, picture
from tests.world import World, take_screening
from treatments.models import NeedlingSession

REFUSED = "The patient said no to needling the chest, upper back and neck."


def take_consent(page: Page, world: World, **answers: str) -> None:
    page.goto(f"/consent/patient/{world.patient.pk}")
    calm(page)
    page.get_by_role("link", name="Take consent").click()
    for scope, answer in answers.items():
        page.locator(f'input[name="scope_{scope}"][value="{answer}"]').check(force=True)
    expect(page.get_by_text(f"{len(answers)} of 9 answered")).to_be_visible()
    draw(page)
    page.get_by_role("button", name="Sign and finish").click()
    expect(page.get_by_text("Consent recorded.")).to_be_visible()


def draw(page: Page) -> None:
    box = page.locator("[data-signature-pad]")
    box.scroll_into_view_if_needed()
    pad = box.bounding_box()
    assert pad is not None
    page.mouse.move(pad["x"] + 40, pad["y"] + 60)
    page.mouse.down()
    for step in range(1, 20):
        page.mouse.move(pad["x"] + 40 + step * 10, pad["y"] + 60 + (20 if step % 2 else -20))
    page.mouse.up()


def test_refused_stopped_given_later_and_signed(open_page: Open, world: World):
    take_screening(world.patient, world.cast.anna, at=timezone.now())  # today's, whatever day the test runs on
    page = open_page("anna", TABLET)
    take_consent(page, world, general="given", thorax_neck="refused")
    calm(page)
    expect(page.get_by_text("Said no: needling the chest, upper back and neck")).to_be_visible()
    picture(page, "consent_one_refused")

    address = begin_at_the_upper_trapezius(page, world)
    expect(page.get_by_text(REFUSED).first).to_be_visible()
    picture(page, "consent_stop")
    assert NeedlingSession.objects.get(pk=address.split("/")[-2]).status == "draft"

    take_consent(page, world, general="given", thorax_neck="given")
    page.goto(address)
    calm(page)
    expect(page.get_by_text(REFUSED)).to_have_count(0)
    sign(page)
    signed = NeedlingSession.objects.get(pk=address.split("/")[-2])
    assert signed.status == "signed"
    assert signed.relied_on["thorax_neck"] == str(Consent.objects.latest("given_at").pk)


def begin_at_the_upper_trapezius(page: Page, world: World) -> str:
    page.goto(f"/patients/{world.patient.pk}")
    page.get_by_role("button", name="New session").click()
    page.wait_for_url(re.compile(r"/edit$"))
    calm(page)
    box = page.get_by_role("combobox", name=re.compile("Add a muscle"))
    box.press_sequentially("l upper trapezius")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")
    page.get_by_role("radio", name="Superficial").first.check(force=True)
    page.get_by_role("textbox", name="Plan").fill("Review in a week.")
    page.get_by_role("button", name=re.compile("^All out")).click()
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    calm(page)
    return page.url


def sign(page: Page) -> None:
    page.get_by_role("link", name="Review and sign").or_(
        page.get_by_role("button", name="Review and sign")
    ).first.click()
    page.wait_for_url(re.compile(r"/review"))
    calm(page)
    for label in ("Risks explained, questions answered, spoken yes today", "Given, spoken and on paper"):
        page.get_by_label(label).check(force=True)
        expect(page.get_by_label(label)).to_have_count(0)
    for reason in page.get_by_label(re.compile("^Reason")).all():
        reason.fill("Angled away from the lung, told the patient.")
        calm(page)
    picture(page, "consent_review")
    page.get_by_role("button", name=re.compile("^Sign as")).click()
    page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}$"))


def test_taking_it_back_is_in_the_banner_at_once(open_page: Open, world: World):
    page = open_page("dana", TABLET)
    page.goto(f"/consent/patient/{world.patient.pk}")
    calm(page)
    row = page.locator(".scope-row").filter(has_text="Needling the chest, upper back and neck")
    row.get_by_text("What was said").click()
    row.get_by_label(re.compile("reason")).fill("Read about it")
    row.get_by_role("button", name=re.compile("taken back")).click()
    calm(page)

    expect(page.get_by_text("Taken back: needling the chest, upper back and neck")).to_be_visible()
    picture(page, "consent_taken_back")


def test_a_manager_writes_previews_and_publishes(open_page: Open, world: World):
    page = open_page("anna", DESK)
    page.goto("/consent/texts")
    page.get_by_role("link", name=re.compile("^Edit")).first.click()
    page.get_by_label("Title").fill("Consent to dry needling, in plain words")
    expect(page.locator("#preview").get_by_text("Consent to dry needling, in plain words")).to_be_visible()
    page.get_by_role("button", name="Add a risk").click()
    expect(page.get_by_label("Title")).to_have_value("Consent to dry needling, in plain words")
    page.locator("li.risk").last.get_by_label("What can happen").fill("A stiff neck")
    expect(page.locator("#preview").get_by_text("Say how often, or that the rate is not known.")).to_be_visible()
    page.locator("li.risk").last.get_by_label("How often").fill("rare; the rate is not known")
    page.locator("li.risk").last.get_by_label("Source").fill("The practice")
    picture(page, "consent_editor")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()

    page.get_by_role("link", name="Publish …").click()
    page.get_by_label("Ask everybody again").check()
    picture(page, "consent_publish")
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 is what patients are shown from now on.")).to_be_visible()
    published = ConsentText.objects.get(text_version=2)
    assert (published.reconsent_required, published.risks[-1]["label"]) == (True, "A stiff neck")


def test_what_is_typed_before_the_scripts_are_there_is_in_the_preview_as_well(open_page: Open, world: World):
    page = open_page("anna", DESK)
    page.goto("/consent/texts")
    held: list[Route] = []
    page.route(re.compile("htmx"), lambda route: held.append(route))
    page.get_by_role("link", name=re.compile("^Edit")).first.click(no_wait_after=True)
    page.get_by_label("Title").fill("Typed at once")
    expect(page.locator("#preview").get_by_text("Typed at once")).to_have_count(0)
    for route in held:
        route.continue_()

    expect(page.locator("#preview").get_by_text("Typed at once")).to_be_visible()


def test_the_wrong_way_is_said_before_anything_is_sent(open_page: Open, world: World):
    page = open_page("dana", TABLET)
    page.goto(f"/consent/patient/{world.patient.pk}/take")
    page.get_by_role("radio", name="Paper").check(force=True)
    large = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-" + b"0" * 11_000_000}
    page.get_by_label("The signed paper, scanned").set_input_files(large)  # type: ignore[arg-type]

    expect(page.get_by_text("This is 10.5 MB, and 10 MB is the most.")).to_be_visible()
    before = Consent.objects.count()
    page.get_by_role("button", name="Record this consent").click()
    calm(page)
    assert Consent.objects.count() == before
    page.get_by_role("radio", name="Spoken").check(force=True)
    page.get_by_role("button", name="Record this consent").click()
    expect(page.get_by_text("Name who heard the spoken consent, or write why it was not signed.").first).to_be_visible()
    calm(page)  # what the page still asks for is asked by somebody signed in
    page.context.clear_cookies()
    open_page.complaints.clear()  # type: ignore[attr-defined]  # the 422 is an error to the console
