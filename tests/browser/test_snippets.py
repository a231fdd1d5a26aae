"""Snippets and templates where they are used: in the notes of a session."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from patients.actions import correct_patient
from patients.models import Patient
from tests.browser.conftest import Open, calm, picture
from tests.browser.test_pages import RULES
from tests.cast import NOW
from tests.world import World, sign, start
from treatments import actions, placeholders
from treatments.models import NeedlingSession


@pytest.fixture
def page(open_page: Open, world: World) -> Page:
    anna = world.cast.anna
    more = {
        "shortcut": "resp",
        "title": "Responding",
        "text": "Responding: {muscles}, pain {pain_before} before.",
        "note": "assessment",
    }
    actions.add_snippet(values=more, personal=True, by=anna)
    draft = start(world.patient, anna, sites=[], subjective="")
    page = open_page("anna")
    page.goto(f"/sessions/{draft.pk}/edit")
    calm(page)
    return page


def note(page: Page, name: str):
    return page.get_by_role("textbox", name=name, exact=True)


def stored(page: Page) -> NeedlingSession:
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    calm(page)
    return NeedlingSession.objects.get(pk=page.url.split("/")[-2])


def test_a_shortcut_and_a_space_expand_and_the_open_place_is_written_over(page: Page):
    note(page, "Subjective").press_sequentially("Since Monday. ;nk ")
    expect(note(page, "Subjective")).to_have_value("Since Monday. Neck pain {?}.")
    page.keyboard.type("on the left")
    expect(note(page, "Subjective")).to_have_value("Since Monday. Neck pain on the left.")
    assert stored(page).subjective == "Since Monday. Neck pain on the left."


def test_the_browsers_own_undo_takes_it_back(page: Page):
    note(page, "Subjective").press_sequentially(";nk ")
    page.keyboard.press("Control+z")
    expect(note(page, "Subjective")).not_to_have_value(re.compile("Neck pain"))


def test_the_list_offers_what_belongs_to_the_note(page: Page):
    note(page, "Plan").press_sequentially(";")
    expect(page.get_by_role("listbox", name="Snippets").get_by_role("option")).to_have_text([";nkNeck pain"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Snippets")).to_be_hidden()
    page.get_by_role("button", name="Snippets for Assessment").click()
    expect(page.get_by_role("listbox", name="Snippets").get_by_role("option")).to_have_text(
        [";nkNeck pain", ";respResponding"]
    )
    picture(page, "snippets")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(note(page, "Assessment")).to_have_value("Responding: {muscles}, pain {pain_before} before.")


def test_placeholders_say_what_the_session_says(page: Page):
    box = page.get_by_role("combobox", name=re.compile("Add a muscle"))
    box.press_sequentially("b inf d20")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=numbers] > *")).to_have_count(2)
    note(page, "Assessment").press_sequentially(";resp ")
    expect(note(page, "Assessment")).to_have_value(
        "Responding: left infraspinatus and right infraspinatus, pain {pain_before} before."
    )
    expect(page.get_by_text("The assessment still holds a place to fill in.").first).to_be_visible()


def test_a_semicolon_in_a_sentence_is_a_semicolon(page: Page):
    note(page, "Plan").press_sequentially("Rest; then 12/3 again ;zz done")
    expect(note(page, "Plan")).to_have_value("Rest; then 12/3 again ;zz done")


def begin_with(page: Page, title: str) -> None:
    page.locator("#from-template").click()
    page.locator(".from-template").get_by_role("button", name=title).click()


def test_templates_wait_behind_a_button_and_the_keys_reach_them(page: Page):
    page.locator("#from-template").focus()
    page.keyboard.press("Enter")
    first = page.get_by_role("button", name="Shoulder · 1 site · 1 note")
    expect(first).to_be_visible()
    picture(page, "templates")
    note(page, "Subjective").fill("Saved in between.")
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    calm(page)
    expect(first).to_be_visible()
    first.focus()
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(page.locator("#from-template")).to_be_focused()
    assert stored(page).plan == ""


def test_a_template_proposes_and_writes_only_into_empty_notes(page: Page):
    note(page, "Plan").fill("My own plan.")
    begin_with(page, "Shoulder")
    expect(page.get_by_role("button", name="Accept all 1")).to_be_focused()
    expect(page.locator(".from-template__list")).to_be_hidden()
    picture(page, "template")
    expect(page.locator("[data-part=numbers] > *")).to_have_count(0)
    page.get_by_role("button", name="Accept all 1").click()
    session = stored(page)
    assert session.plan == "My own plan."
    assert [(s.structure_id, s.side, s.length_mm, s.twitch_count) for s in session.sites.all()] == [
        ("infraspinatus", "right", 40, None)
    ]


def test_what_is_usual_is_added_to_what_was_said(page: Page, world: World):
    usual = {"position": "prone", "adjuncts": ["taping"], "advice_given": ["heat", "soreness"]}
    actions.add_template(values={"title": "Usual"} | usual, personal=False, by=world.cast.anna)
    said = {"position": "supine", "adjuncts": ["exercise"], "advice_given": ["soreness"]}
    draft = start(world.patient, world.cast.anna, sites=[], **said)
    page.goto(f"/sessions/{draft.pk}/edit")
    calm(page)
    begin_with(page, "Usual")
    session = stored(page)
    assert (session.position, session.adjuncts, session.advice_given) == (
        "supine", ["exercise", "taping"], ["soreness", "heat"])  # fmt: skip


def test_the_last_plan_comes_back_as_rows_without_an_answer_and_its_date_goes_with_the_first_edit(
    page: Page, world: World
):
    anna, hour = world.cast.anna, NOW + timedelta(hours=1)
    sign(start(world.patient, anna, at=hour, started_at=hour, plan="Longer next time."), anna, at=hour)
    later = start(world.patient, anna, at=hour, started_at=hour + timedelta(minutes=4), sites=[], subjective="")
    page.goto(f"/sessions/{later.pk}/edit")
    calm(page)
    page.get_by_role("button", name=re.compile("^Repeat the plan of")).click()
    page.get_by_role("button", name="Accept Soleus, left").click()
    expect(note(page, "Plan")).to_have_value("From 24 Nov 2026: Longer next time.")
    assert [(s.structure_id, s.side, s.depth_mm, s.insertions, s.twitch_count) for s in stored(page).sites.all()] == [
        ("soleus", "left", None, None, None)
    ]
    note(page, "Plan").press("End")
    page.keyboard.type(" And warmth.")
    expect(note(page, "Plan")).to_have_value("Longer next time. And warmth.")
    assert stored(page).plan == "Longer next time. And warmth."


# ---- what is offered, and what expands -------------------------------------------------------------------------------
def snippet(world: World, shortcut: str, text: str, *, note: str = "", title: str = "") -> None:
    values = {"shortcut": shortcut, "title": title or shortcut, "text": text, "note": note}
    actions.add_snippet(values=values, personal=True, by=world.cast.anna)


def offered(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Snippets").get_by_role("option")


def selected(field: Locator) -> tuple[int, int]:
    return tuple(field.evaluate("field => [field.selectionStart, field.selectionEnd]"))


def test_the_shortcut_itself_comes_before_titles_that_hold_its_letters(page: Page, world: World):
    for number in range(14):
        snippet(world, f"a{number}", "Something else.", title="Ankle, monkey")
    page.reload()
    calm(page)
    field = note(page, "Subjective")
    field.press_sequentially(";nk")
    expect(offered(page).first).to_have_text(";nkNeck pain")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Neck pain {?}.")
    field.fill("")
    field.press_sequentially(";nk ")
    expect(field).to_have_value("Neck pain {?}.")


def test_a_shortcut_in_full_is_meant_in_any_note_and_in_any_letters(page: Page):
    field = note(page, "Plan")
    field.press_sequentially(";RESP ")
    expect(field).to_have_value("Responding: {muscles}, pain {pain_before} before.")


def test_escape_leaves_the_sign_alone_until_another_is_typed(page: Page):
    field = note(page, "Plan")
    field.press_sequentially("Rest ;n")
    page.keyboard.press("Escape")
    page.keyboard.type("k ")
    expect(field).to_have_value("Rest ;nk ")
    expect(page.get_by_role("listbox", name="Snippets")).to_be_hidden()
    page.keyboard.type(";nk ")
    expect(field).to_have_value("Rest ;nk Neck pain {?}.")


def test_a_slash_is_a_sign_only_where_a_line_begins(page: Page):
    field = note(page, "Plan")
    field.press_sequentially("better /")
    expect(offered(page).first).to_be_hidden()
    field.fill("")
    field.press_sequentially("/")
    expect(offered(page).first).to_be_visible()
    offered(page).first.tap()
    expect(field).to_have_value("Neck pain {?}.")


def test_the_open_list_stands_up_to_axe(page: Page):
    note(page, "Assessment").press_sequentially(";")
    expect(offered(page)).to_have_count(2)
    assert note(page, "Assessment").get_attribute("aria-activedescendant") == "snippet-0"
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


def test_the_button_puts_a_snippet_behind_what_is_written(page: Page):
    field = note(page, "Subjective")
    field.fill("Since Monday.")
    note(page, "Plan").focus()
    page.get_by_role("button", name="Snippets for Subjective").click()
    page.get_by_role("option", name="Neck pain").click()
    expect(field).to_have_value("Since Monday. Neck pain {?}.")


# ---- places to fill in -----------------------------------------------------------------------------------------------
def test_tab_goes_from_place_to_place_and_then_leaves_the_note(page: Page, world: World):
    snippet(world, "two", "Since {?}\nworse with {?}.")
    page.reload()
    calm(page)
    field = note(page, "Subjective")
    field.press_sequentially(";two ")
    page.keyboard.type("May")
    page.keyboard.press("Tab")
    page.keyboard.type("stairs")
    expect(field).to_have_value("Since May\nworse with stairs.")
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()


def test_a_tap_into_a_place_and_the_way_back_into_a_note_select_all_of_it(page: Page):
    field = note(page, "Subjective")
    field.fill("{?} is worse.")
    field.evaluate("field => { field.setSelectionRange(1, 1); field.click(); }")
    assert selected(field) == (0, 3)
    note(page, "Plan").focus()
    field.evaluate("field => field.setSelectionRange(9, 9)")
    field.focus()
    assert selected(field) == (0, 3)


def test_back_from_another_window_the_cursor_stays_where_it_was(page: Page):
    field = note(page, "Subjective")
    field.fill("{?} is worse.")
    field.evaluate("""field => {
      field.setSelectionRange(13, 13);
      for (const kind of ["blur", "focus"]) field.dispatchEvent(new FocusEvent(kind));
    }""")
    assert selected(field) == (13, 13)


def test_what_a_template_could_not_know_is_filled_in_when_its_note_is_opened(page: Page, world: World):
    values = {"title": "Both", "lines": "r inf", "objective": "Bands in {muscles}.\nPain {pain_before}, {?}."}
    actions.add_template(values=values, personal=False, by=world.cast.anna)
    page.reload()
    calm(page)
    begin_with(page, "Both")
    field = note(page, "Objective")
    expect(field).to_have_value("Bands in {muscles}.\nPain {pain_before}, {?}.")
    page.get_by_role("button", name="Accept all 1").click()
    field.focus()
    expect(field).to_have_value("Bands in right infraspinatus.\nPain {pain_before}, {?}.")
    page.keyboard.type("eased")
    expect(field).to_have_value("Bands in right infraspinatus.\nPain {pain_before}, eased.")
    assert stored(page).objective == "Bands in right infraspinatus.\nPain {pain_before}, eased."


def test_a_snippet_into_an_older_plan_selects_its_own_place(page: Page, world: World):
    draft = start(world.patient, world.cast.anna, sites=[], plan="From 24 Nov 2026: Longer.")
    page.goto(f"/sessions/{draft.pk}/edit")
    calm(page)
    field = note(page, "Plan")
    field.press("End")
    page.keyboard.type(" ;nk ")
    expect(field).to_have_value("Longer. Neck pain {?}.")
    page.keyboard.type("left")
    expect(field).to_have_value("Longer. Neck pain left.")


def test_every_name_the_server_knows_is_filled_by_the_page(page: Page, world: World):
    names = [name for name in placeholders.MEANINGS if name != "?"]
    snippet(world, "all", " ".join(f"{{{name}}}" for name in names))
    anna, patient = world.cast.anna, Patient.objects.get(pk=world.patient.pk)
    correct_patient(pk=patient.pk, values={"pronouns": "She/her"}, by=anna, at=NOW, version=patient.version)
    later = NOW + timedelta(hours=1)
    draft = start(patient, anna, at=later, started_at=later, subjective="", pain_before=6, pain_after=0)
    page.goto(f"/sessions/{draft.pk}/edit")
    calm(page)
    note(page, "Subjective").press_sequentially(";all ")
    expect(note(page, "Subjective")).to_have_value(
        "Siobhán she 38 Anna Kovač 24 Nov 2026 24 Nov 2026 left soleus left 1 6 0"
    )


def test_page_and_server_fill_alike(page: Page):
    values = {"age": "38", "side": "", "muscles": "{age}", "patient": "$& O'Neill"}
    texts = [
        "{age}{age}",
        "{side} {?}",
        "{muscles}",
        "{patient}",
        "{constructor} {toString}",
        "{ age } {{age}} {",
        "{}",
        "",
    ]
    fill = """async ([texts, values]) => {
      const { filled } = await import("/static/treatments/placeholders.js");
      return texts.map((text) => filled(text, values));
    }"""
    assert page.evaluate(fill, [texts, values]) == [placeholders.filled(text, values) for text in texts]


# ---- where they are written ------------------------------------------------------------------------------------------
def test_a_snippet_reads_as_it_will_while_it_is_written(page: Page):
    page.goto("/sessions/offered/snippets/mine")
    calm(page)
    reads = page.locator("[data-read=text]")
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    page.get_by_label("Shortcut").fill("wk")
    page.get_by_label("Title").fill("Week")
    page.get_by_label("Text").press_sequentially("Pain {pain_before} since {?}, <b>")
    page.get_by_role("button", name="Insert {muscles}").click()
    expect(reads).to_have_text("Pain 6 since fill in, <b>right upper trapezius and right infraspinatus")
    expect(page.get_by_text("Nothing yet.")).to_be_hidden()
    page.get_by_role("button", name="Save snippet").click()
    expect(page.get_by_text("Saved. Type ;wk in a note.")).to_be_visible()


def test_the_sites_of_a_template_are_read_while_its_lines_are_written(page: Page, world: World):
    page.goto(f"/sessions/offered/template/{world.template.pk}")
    calm(page)
    proposed = page.locator("[data-lines]")
    expect(proposed.get_by_role("listitem")).to_have_text(["Right infraspinatus"])
    page.get_by_label("Proposed sites").fill("b inf s 30x30\nr zzz")
    expect(proposed.get_by_role("listitem")).to_have_count(2)
    expect(proposed.get_by_text("zzz")).to_be_visible()
    page.get_by_label("Proposed sites").fill("")
    expect(proposed).to_be_hidden()
