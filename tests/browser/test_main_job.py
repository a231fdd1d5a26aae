"""The main job by page: from sign-in to the printed summary, as a practitioner does it; and a network that goes away."""

import re

from playwright.sync_api import Locator, Page, expect

from patients.models import Patient
from tests.browser.conftest import TABLET, Open, calm, picture
from tests.world import World
from treatments.models import NeedlingSession

PASSWORD = "needle-demo-of-a-test"


def test_a_session_from_sign_in_to_the_summary(open_page: Open, world: World):
    anna = world.cast.anna
    anna.set_password(PASSWORD)
    anna.save()
    page = open_page(None, TABLET)

    page.goto("/accounts/login/")
    page.get_by_label("Email").or_(page.get_by_label("E-mail")).first.fill(anna.email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Notes to finish")).to_be_visible()

    find_the_patient(page)
    take_consent(page, world)
    screen(page, world)
    session = write_the_session(page, world)
    sign(page)

    signed = NeedlingSession.objects.get(pk=session)
    assert (signed.status, signed.sites.count(), signed.plan) == ("signed", 2, "Review in a week.")
    summary = page.request.get(page.url.replace("/sessions/", "/documents/session/"))
    assert summary.ok
    with page.expect_response(re.compile(r"/documents/[0-9a-f-]{36}$")) as answered:
        page.get_by_role("button", name="Patient summary").click()
    assert answered.value.headers["content-type"] == "application/pdf"


def note(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name)


def find_the_patient(page: Page) -> None:
    page.goto("/patients/")
    page.get_by_label("Find a patient").last.press_sequentially("oneil 88")
    page.get_by_role("link", name="O'Neill, Siobhán").click()
    calm(page)


def take_consent(page: Page, world: World) -> None:
    page.goto(f"/consent/patient/{world.patient.pk}/take")
    for scope in ("general", "thorax_neck"):
        page.locator(f'input[name="scope_{scope}"][value="given"]').check(force=True)
    box = page.locator("[data-signature-pad]")
    box.scroll_into_view_if_needed()
    pad = box.bounding_box()
    assert pad is not None
    page.mouse.move(pad["x"] + 40, pad["y"] + 60)
    page.mouse.down()
    for step in range(1, 20):
        page.mouse.move(pad["x"] + 40 + step * 10, pad["y"] + 60 + (20 if step % 2 else -20))
    page.mouse.up()
    page.get_by_role("button", name="Sign and finish").click()
    expect(page.get_by_text("Consent recorded.")).to_be_visible()


def screen(page: Page, world: World) -> None:
    page.goto(f"/consent/patient/{world.patient.pk}/screening")
    for answer in page.locator('input[type="radio"][value="no"]').all():
        answer.check(force=True)
    page.get_by_label("I have read and reviewed these answers").check()
    page.get_by_role("button", name="Save screening").click()
    expect(page.get_by_text("Screening recorded.")).to_be_visible()


def write_the_session(page: Page, world: World) -> str:
    page.goto(f"/patients/{world.patient.pk}")
    page.get_by_role("button", name="New session").click()
    page.wait_for_url(re.compile(r"/edit$"))
    calm(page)
    add_typed(page, "soleus")
    tap_the_chart(page)
    for field, words in (("Subjective", "Calf ache."), ("Plan", "Review in a week.")):
        note(page, field).fill(words)
    page.get_by_role("button", name=re.compile("^All out")).click()
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    calm(page)
    picture(page, "main_job_editor")
    return page.url.split("/")[-2]


def add_typed(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name=re.compile("Add a muscle"))
    box.press_sequentially(f"l {name}")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")
    page.get_by_role("radio", name="Pistoning").first.check(force=True)


def tap_the_chart(page: Page) -> None:
    chart = page.locator("[data-views] svg").first.bounding_box()
    assert chart is not None
    page.mouse.click(chart["x"] + chart["width"] * 0.53, chart["y"] + chart["height"] * 0.83)
    expect(page.locator("[data-part=numbers] > *")).to_have_count(2)


def sign(page: Page) -> None:
    page.get_by_role("link", name="Review and sign").or_(
        page.get_by_role("button", name="Review and sign")
    ).first.click()
    page.wait_for_url(re.compile(r"/review"))
    calm(page)
    confirmed = page.get_by_label(re.compile("yes", re.IGNORECASE))
    if confirmed.count():
        confirmed.first.check(force=True)
        calm(page)
    picture(page, "main_job_review")
    page.get_by_role("button", name=re.compile("^Sign as")).click()
    page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}$"))
    expect(page.get_by_text("Signed and locked")).to_be_visible()


def test_what_is_typed_while_the_network_is_away_is_kept_and_sent_later(open_page: Open, world: World):
    page = open_page("anna")
    page.goto(f"/sessions/{world.draft.pk}/edit")
    calm(page)

    page.context.set_offline(True)
    note(page, "Plan").fill("Typed in the tunnel.")
    expect(page.get_by_text(re.compile("Kept on this device")).first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible(timeout=20000)

    assert NeedlingSession.objects.get(pk=world.draft.pk).plan == "Typed in the tunnel."
    open_page.complaints.clear()  # type: ignore[attr-defined]  # the browser says that it was offline


def test_two_tabs_never_lose_a_word(open_page: Open, world: World):
    first, second = open_page("anna"), open_page("anna")
    for page in (first, second):
        page.goto(f"/sessions/{world.draft.pk}/edit")
        calm(page)

    note(first, "Plan").fill("One week.")
    expect(first.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    calm(first)
    note(second, "Plan").fill("Two weeks.")
    expect(second.get_by_text("One week.").first).to_be_visible()

    picture(second, "conflict")
    assert second.get_by_text("Two weeks.").count() + (note(second, "Plan").input_value() == "Two weeks.") >= 1
    open_page.complaints.clear()  # type: ignore[attr-defined]  # the refused save is an error to the console


def test_signing_out_leaves_nothing_to_go_back_to(open_page: Open, world: World):
    page = open_page("anna")
    page.goto(f"/patients/{world.patient.pk}")
    calm(page)
    page.context.clear_cookies()
    page.goto(f"/patients/{world.patient.pk}")

    assert "/accounts/login/" in page.url
    assert Patient.objects.get(pk=world.patient.pk).family_name not in page.content()
