"""The quick line of the editor: a name, or a line of shorthand read back before it is added."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, calm, picture
from tests.world import World, start
from treatments.models import NeedlingSession


@pytest.fixture
def page(open_page: Open, world: World) -> Iterator[Page]:
    draft = start(world.patient, world.cast.anna, sites=[])
    page = open_page("anna")
    page.goto(f"/sessions/{draft.pk}/edit")
    calm(page)
    yield page
    page.unroute_all(behavior="ignoreErrors")


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name=re.compile("Add a muscle"))


def numbers(page: Page) -> Locator:
    return page.locator("[data-part=numbers] > *")


def slow(page: Page) -> None:
    page.route("**/api/v1/shorthand", lambda route: (page.wait_for_timeout(900), route.continue_()))


def line(page: Page, text: str, *, enter: bool = False) -> None:
    box(page).press_sequentially(text)
    if enter:
        box(page).press("Enter")


def sites(page: Page) -> list[tuple[str, str, int | None]]:
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    calm(page)
    session = NeedlingSession.objects.get(pk=page.url.split("/")[-2])
    return [(site.structure_id, site.side, site.depth_mm) for site in session.sites.order_by("position")]


def test_the_line_is_read_back_in_words_before_enter_adds_it(page: Page):
    line(page, "r inf p x3 ltr4v 30x40 d20 fam")
    read = page.get_by_text("Right infraspinatus", exact=False).filter(has_text="3 passes, 4 visible twitches")
    expect(read.first).to_be_visible()
    picture(page, "quick_line")
    page.keyboard.press("Enter")

    expect(box(page)).to_have_value("")
    assert sites(page) == [("infraspinatus", "right", 20)]


def test_what_is_not_understood_is_marked_and_nothing_is_added(page: Page):
    line(page, "r inf d999 zzz")
    expect(page.get_by_text("Depth in mm: a whole number from 0 to 150.")).to_be_visible()
    expect(page.locator(".quick__line mark")).to_have_text(["d999", "zzz"])
    expect(page.get_by_text("Enter adds")).to_have_count(0)
    picture(page, "quick_line_open")
    page.keyboard.press("Enter")
    calm(page)

    expect(box(page)).to_have_value("r inf d999 zzz")
    expect(numbers(page)).to_have_count(0)


def test_enter_before_the_answer_adds_the_row_once(page: Page):
    page.route("**/api/v1/shorthand", lambda route: (page.wait_for_timeout(700), route.continue_()))
    line(page, "b sol p 30x40 d25", enter=True)

    expect(numbers(page)).to_have_count(2)
    assert sites(page) == [("soleus", "left", 25), ("soleus", "right", 25)]


def test_two_rows_at_once_are_one_step_of_undo(page: Page):
    line(page, "r inf d20; l ql d30", enter=True)
    expect(numbers(page)).to_have_count(2)
    page.get_by_role("button", name="Undo: 2 sites added").click()
    expect(numbers(page)).to_have_count(0)
    page.get_by_role("button", name="Do again: 2 sites added").click()
    expect(numbers(page)).to_have_count(2)


def test_a_short_code_with_its_side_is_enough(page: Page):
    line(page, "r uft", enter=True)
    expect(numbers(page)).to_have_count(1)
    assert sites(page) == [("trapezius_upper", "right", None)]


def test_tab_takes_the_first_suggestion(page: Page):
    line(page, "r uft d20 >tem")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(box(page)).to_have_value("r uft d20 >temple ")


def test_the_word_that_is_being_typed_is_not_held_against_anybody(page: Page):
    line(page, "r inf d20 lt")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.locator(".quick__line mark")).to_have_count(0)
    expect(page.locator(".quick__line mark")).to_have_text(["lt"])  # after a while it is


def test_a_suggestion_never_makes_up_a_number(page: Page):
    line(page, "r inf lt")
    expect(page.get_by_role("option").first).to_contain_text("ltr")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("r inf ltr")
    page.keyboard.type("4v")
    expect(page.get_by_text("4 visible twitches")).to_be_visible()


def test_a_technique_behind_a_muscle_is_never_lost_to_the_list_of_names(page: Page):
    line(page, "r ls s", enter=True)
    expect(numbers(page)).to_have_count(1)
    expect(page.get_by_role("radio", name="Superficial")).to_be_checked()


@pytest.mark.parametrize(
    ("typed", "structure"),
    [("r sup", "supraspinatus"), ("l upr trap", "trapezius_upper"), ("r gmed", "gluteus_medius")],
)
def test_a_name_and_enter_add_the_same_however_fast(page: Page, typed: str, structure: str):
    page.route("**/api/v1/structures?*", lambda route: (page.wait_for_timeout(500), route.continue_()))
    line(page, typed, enter=True)
    expect(numbers(page)).to_have_count(1)
    assert [name for name, _, _ in sites(page)] == [structure]


def test_a_slip_of_the_keys_and_enter_at_once_wait_for_the_answer(page: Page):
    line(page, "r infraspinatos", enter=True)
    expect(numbers(page)).to_have_count(1)
    assert sites(page) == [("infraspinatus", "right", None)]


def test_muscles_come_before_tendons_and_a_code_before_all(page: Page):
    line(page, "r glu")
    expect(page.get_by_role("option").first).to_contain_text("Gluteus maximus")
    box(page).fill("r pat")
    expect(page.get_by_role("option").first).to_contain_text("Patellar tendon")
    box(page).fill("r itb")
    expect(page.get_by_role("option").first).to_contain_text("Iliotibial band")


def test_a_muscle_without_its_side_is_asked_for_it_and_escape_gives_the_name_back(page: Page):
    line(page, "tfl", enter=True)
    expect(page.get_by_role("group", name="Side of Tensor fasciae latae")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("tfl")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("l")
    assert sites(page) == [("tensor_fasciae_latae", "left", None)]


def test_lines_typed_on_while_the_server_thinks_are_all_added_in_order(page: Page):
    slow(page)
    for text in ("r inf d20", "b sol d25", "l ql d30"):
        line(page, text, enter=True)
    expect(box(page)).to_have_value("")
    expect(page.get_by_text("Reading", exact=False).first).to_be_visible()
    picture(page, "quick_line_queue")

    expect(numbers(page)).to_have_count(4)
    assert sites(page) == [
        ("infraspinatus", "right", 20), ("soleus", "left", 25), ("soleus", "right", 25), ("quadratus_lumborum", "left", 30),
    ]  # fmt: skip


def test_a_line_that_cannot_be_added_comes_back_before_what_is_being_typed(page: Page):
    slow(page)
    line(page, "r inf d20", enter=True)
    line(page, "r inf d999", enter=True)
    line(page, "l ql")
    expect(box(page)).to_have_value("r inf d999; l ql")
    expect(numbers(page)).to_have_count(1)
    page.keyboard.type(" d30")
    expect(box(page)).to_have_value("r inf d999; l ql d30")
    expect(page.locator(".quick__line mark")).to_have_text(["d999"])


def test_what_was_understood_is_said_to_those_who_listen(page: Page):
    line(page, "r inf d20")
    region = page.locator("#quick-read[role=status]")
    expect(region).to_contain_text("Right infraspinatus: to 20 mm.")
    page.keyboard.press("Enter")
    expect(region).to_contain_text("Added: Right infraspinatus: to 20 mm.")


def test_without_the_network_a_muscle_is_still_added_by_name_or_code(page: Page, open_page: Open):
    page.route("**/api/v1/shorthand", lambda route: route.abort())
    page.route("**/api/v1/structures?*", lambda route: route.abort())
    line(page, "r inf", enter=True)
    line(page, "l upper trap", enter=True)
    expect(numbers(page)).to_have_count(2)
    open_page.complaints.clear()  # type: ignore[attr-defined]


def test_lines_entered_without_the_network_come_back_together(page: Page, open_page: Open):
    page.route("**/api/v1/shorthand", lambda route: (page.wait_for_timeout(400), route.abort()))
    line(page, "r inf d20", enter=True)
    line(page, "l ql d30", enter=True)
    expect(box(page)).to_have_value("r inf d20; l ql d30")
    expect(page.get_by_text("this line cannot be read now", exact=False)).to_be_visible()
    expect(numbers(page)).to_have_count(0)

    page.unroute("**/api/v1/shorthand")
    page.keyboard.press("Enter")
    expect(numbers(page)).to_have_count(2)
    open_page.complaints.clear()  # type: ignore[attr-defined]


def test_a_refusal_of_the_server_is_said_and_is_not_called_the_network(page: Page, open_page: Open):
    line(page, "r inf " + "x" * 30 + " d20")
    box(page).fill("r inf d20 " + "z" * 2000)
    expect(page.get_by_text("Shorten", exact=False).or_(page.get_by_text("2000", exact=False)).first).to_be_visible()
    expect(page.get_by_text("The network is away", exact=False)).to_have_count(0)
    open_page.complaints.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["r inf p x3 ltr4v 30x40 d20 fam", "r inf d999 zzz", "r infra", "tfl"])
def test_the_quick_line_is_accessible_in_each_of_its_states(page: Page, text: str):
    line(page, text, enter=text == "tfl")
    calm(page)
    found = Axe().run(page, context=".quick", options={"rules": {"region": {"enabled": False}}})
    assert found.response["violations"] == []


def test_without_the_network_the_line_stays_and_says_so(page: Page, open_page: Open):
    page.route("**/api/v1/shorthand", lambda route: route.abort())
    line(page, "r inf d20", enter=True)

    expect(page.get_by_text("this line cannot be read now", exact=False)).to_be_visible()
    expect(box(page)).to_have_value("r inf d20")
    open_page.complaints.clear()  # type: ignore[attr-defined]
