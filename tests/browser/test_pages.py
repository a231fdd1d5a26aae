"""Every page at its sizes: no console error, nothing that axe finds, nothing that scrolls sideways, a picture to look at."""

from string import Formatter
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from practice.models import Credential
from tests.browser.conftest import DESK, PHONE, TABLET, UPRIGHT, Open, calm, picture
from tests.world import World

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = {
    "today_practitioner": ("anna", "/", (TABLET, UPRIGHT)),
    "today_front_desk": ("dana", "/", (DESK, TABLET)),
    "today_auditor": ("olga", "/", (DESK,)),
    "patients": ("dana", "/patients/", (DESK, TABLET, UPRIGHT)),
    "patients_found": ("dana", "/patients/?search=oneil", (DESK, UPRIGHT, PHONE)),
    "patients_not_found": ("dana", "/patients/?search=zzzz", (DESK,)),
    "patient_new": ("dana", "/patients/new", (DESK, TABLET)),
    "patient_chart": ("anna", "/patients/{patient}", (TABLET, UPRIGHT, DESK)),
    "patient_chart_front_desk": ("dana", "/patients/{patient}", (DESK,)),
    "patient_details": ("dana", "/patients/{patient}/details", (DESK, UPRIGHT)),
    "referral": ("dana", "/patients/{patient}/referrals/{referral}", (DESK, UPRIGHT, PHONE)),
    "patient_who_looked": ("olga", "/patients/{patient}/who-looked", (DESK,)),
    "attachments": ("dana", "/patients/{patient}/attachments", (DESK, TABLET, PHONE)),
    "attachment": ("anna", "/patients/{patient}/attachments/{attachment}", (TABLET, UPRIGHT)),
    "attachment_front_desk": ("dana", "/patients/{patient}/attachments/{attachment}", (DESK,)),
    "duplicates": ("anna", "/patients/duplicates", (DESK, TABLET, PHONE)),
    "merge": ("anna", "/patients/{patient}/merge/{twin}", (DESK, UPRIGHT, PHONE)),
    "merges": ("anna", "/patients/merges", (DESK,)),
    "merged": ("anna", "/patients/merges/{merge}", (DESK, UPRIGHT)),
    "registrations": ("dana", "/patients/registrations", (DESK, TABLET, PHONE)),
    "registration": ("dana", "/patients/registrations/{registration}", (DESK, TABLET, PHONE)),
    "registration_for_a_reader": ("olga", "/patients/registrations/{registration}", (DESK,)),
    "registration_taken_in": ("dana", "/patients/registrations/{registration}/take-in/{patient}", (TABLET, PHONE)),
    "contacts": ("anna", "/patients/contacts", (DESK,)),
    "contact": ("dana", "/patients/contacts/{contact}", (DESK,)),
    "keeping": ("anna", "/patients/keeping", (DESK, PHONE)),
    "records_whose_time_is_over": ("anna", "/patients/keeping/over", (DESK, UPRIGHT, PHONE)),
    "destruction": ("ben", "/patients/destructions/{destruction}", (DESK, UPRIGHT)),
    "consent": ("anna", "/consent/patient/{patient}", (TABLET, DESK)),
    "consent_take": ("anna", "/consent/patient/{patient}/take", (TABLET, UPRIGHT, PHONE)),
    "consent_detail": ("anna", "/consent/{consent}", (TABLET,)),
    "consent_texts": ("anna", "/consent/texts", (DESK,)),
    "consent_text": ("anna", "/consent/texts/{text}", (DESK,)),
    "consent_text_edit": ("anna", "/consent/texts/{draft_text}/edit", (DESK, UPRIGHT, PHONE)),
    "consent_text_publish": ("anna", "/consent/texts/{draft_text}/publish", (DESK, PHONE)),
    "consent_copies": ("dana", "/documents/consent/{consent}", (DESK,)),
    "consent_on_paper": ("dana", "/consent/{paper_consent}", (TABLET, PHONE)),
    "screening": ("anna", "/consent/patient/{patient}/screening", (TABLET, UPRIGHT, PHONE)),
    "sessions": ("anna", "/sessions/patient/{patient}", (TABLET, DESK)),
    "response": ("anna", "/sessions/patient/{patient}/response", (TABLET, UPRIGHT)),
    "outcomes": ("anna", "/sessions/patient/{patient}/outcomes", (TABLET, UPRIGHT, PHONE)),
    "outcomes_activities": ("anna", "/sessions/patient/{patient}/outcomes?instrument=psfs", (TABLET,)),
    "score": ("anna", "/sessions/patient/{patient}/outcomes/{score}", (TABLET, PHONE)),
    "who_looked": ("anna", "/practice/who-looked?first=2026-11-01&last=2026-11-30", (DESK, TABLET, PHONE)),
    "who_looked_one": ("anna", "/practice/who-looked/{access_entry}", (TABLET,)),
    "insights": ("anna", "/practice/insights", (DESK, TABLET, PHONE)),
    "course_of_care": ("anna", "/sessions/patient/{patient}/course", (TABLET,)),
    "course": ("anna", "/sessions/patient/{patient}/course/{episode}", (TABLET,)),
    "clinical_content": ("anna", "/sessions/content", (DESK, UPRIGHT, PHONE)),
    "events": ("anna", "/sessions/events", (DESK, PHONE)),
    "event": ("anna", "/sessions/events/{event}", (TABLET, UPRIGHT)),
    "event_new": ("anna", "/sessions/events/new", (TABLET, PHONE)),
    "editor": ("anna", "/sessions/{draft}/edit", (TABLET, UPRIGHT, DESK)),
    "review": ("anna", "/sessions/{draft}/review", (TABLET, UPRIGHT)),
    "signed": ("anna", "/sessions/{signed}", (TABLET, DESK)),
    "draft_of_a_colleague": ("ben", "/sessions/{draft}", (TABLET,)),
    "follow_ups": ("dana", "/sessions/follow-ups", (DESK, TABLET)),
    "follow_up": ("dana", "/sessions/follow-ups/{follow_up}", (DESK,)),
    "follow_up_board_closed": ("anna", "/sessions/follow-ups?show=closed", (TABLET, PHONE)),
    "recall": ("dana", "/sessions/patient/{patient}/recall", (DESK, PHONE)),
    "who_rings": ("dana", "/sessions/triage", (DESK, TABLET, PHONE)),
    "who_rings_found": ("dana", "/sessions/triage?search=oneil", (DESK, UPRIGHT, PHONE)),
    "phone_card": ("dana", "/sessions/triage/patient/{patient}", (DESK, TABLET, UPRIGHT, PHONE)),
    "phone_card_of_nobody_here": ("dana", "/sessions/triage/caller", (DESK, PHONE)),
    "phone_card_answered": ("dana", "/sessions/triage/{triage}", (DESK, UPRIGHT, PHONE)),
    "phone_card_for_a_practitioner": ("anna", "/sessions/triage/{triage}", (TABLET,)),
    "arrived": ("dana", "/sessions/patient/{twin}/arrived", (DESK, PHONE)),
    "arrival": ("dana", "/sessions/arrivals/{arrival}", (DESK, PHONE)),
    "arrivals": ("ben", "/sessions/arrivals", (TABLET, UPRIGHT)),
    "wrong_patient": ("anna", "/sessions/{draft}/wrong-patient?search=moreau", (TABLET, PHONE)),
    "wrong_patient_compared": ("anna", "/sessions/{signed}/wrong-patient?to={twin}", (TABLET, UPRIGHT, PHONE)),
    "lots": ("anna", "/sessions/lots", (DESK, UPRIGHT)),
    "lots_scanned": ("anna", "/sessions/lots?code=(01)09312345678907(17)290531(10)K2304", (DESK,)),
    "lot_list": ("anna", "/sessions/lots/{lot}/list", (DESK,)),
    "end_of_day": ("dana", "/sessions/end-of-day", (DESK, TABLET)),
    "lot": ("anna", "/sessions/lots/{lot}", (DESK,)),
    "snippets": ("anna", "/sessions/offered", (TABLET, UPRIGHT, PHONE)),
    "snippet": ("anna", "/sessions/offered/snippet/{snippet}", (TABLET, PHONE)),
    "snippet_of_my_own": ("ben", "/sessions/offered/snippets/mine", (UPRIGHT,)),
    "template_new": ("ben", "/sessions/offered/templates/mine", (TABLET,)),
    "template_of_a_session": ("anna", "/sessions/offered/template/{template}", (TABLET, UPRIGHT)),
    "documents": ("anna", "/documents/patient/{patient}", (DESK,)),
    "imports": ("anna", "/patients/imports", (DESK, TABLET)),
    "import_settle": ("anna", "/patients/imports/{of_import}", (DESK, UPRIGHT, PHONE)),
    "import_done": ("anna", "/patients/imports/{notes_import}", (DESK,)),
    "past_notes": ("anna", "/patients/{patient}/past-notes", (TABLET,)),
    "record_requests": ("dana", "/documents/requests", (DESK,)),
    "record_request": ("anna", "/documents/requests/{record_request}", (TABLET, UPRIGHT)),
    "record_request_new": ("dana", "/documents/patient/{patient}/request", (DESK,)),
    "corrections": ("anna", "/documents/patient/{patient}/corrections", (TABLET, PHONE)),
    "exports": ("anna", "/documents/exports", (DESK,)),
    "letter": ("anna", "/documents/letters/{letter}", (TABLET, UPRIGHT, DESK)),
    "letter_of_a_colleague": ("ben", "/documents/letters/{letter}", (TABLET,)),
    "summary_before_it_is_issued": ("dana", "/documents/session/{signed}/patient_summary/look", (DESK, UPRIGHT)),
    "course_report": ("anna", "/documents/episode/{episode}", (TABLET,)),
    "print_a_day": ("dana", "/documents/print", (DESK, UPRIGHT)),
    "print_of_a_day": ("dana", "/documents/print/{batch}", (DESK,)),
    "mail": ("dana", "/documents/mail", (DESK, TABLET)),
    "mail_one": ("dana", "/documents/mail/{email}", (DESK, UPRIGHT)),
    "data_breaches": ("anna", "/documents/breaches", (DESK,)),
    "practice": ("ben", "/practice", (DESK, PHONE)),
    "staff": ("anna", "/practice/staff", (DESK, TABLET)),
    "person": ("anna", "/practice/staff/{ben}", (DESK, UPRIGHT)),
    "credential": ("anna", "/practice/credentials/{credential}", (DESK,)),
    "invite": ("anna", "/practice/staff/invite", (DESK,)),
    "clinics": ("anna", "/practice/clinics", (DESK,)),
    "clinic": ("anna", "/practice/clinics/{clinic}", (DESK,)),
    "tokens": ("anna", "/practice/tokens", (DESK,)),
    "settings": ("anna", "/practice/settings", (DESK,)),
    "account": ("ben", "/account", (DESK,)),
    "second_factor": ("ben", "/accounts/2fa/", (DESK, PHONE)),
    "signing_out": ("ben", "/accounts/logout/", (TABLET,)),
    "sign_in": (None, "/accounts/login/", (TABLET, PHONE)),
    "password_forgotten": (None, "/accounts/password/reset/", (DESK, PHONE)),
}
# What a page lists and its address does not name.
SHOWN = {
    "today_front_desk": ("record_request", "email", "arrival", "registration"),
    "registrations": ("registration",),
    "arrivals": ("arrival",),
    "wrong_patient": ("twin",),
    "duplicates": ("pair",),
    "keeping": ("hold", "destruction", "destroyed"),
    "records_whose_time_is_over": ("expired",),
    "merges": ("merge",),
    "imports": ("of_import", "notes_import"),
    "past_notes": ("notes_import",),
    "record_requests": ("record_request",),
    "corrections": ("correction",),
    "exports": ("export",),
    "documents": ("letter",),
    "print_a_day": ("batch",),
    "mail": ("email",),
    "attachments": ("attachment",),
    "who_looked": ("access_entry",),
    "patient_details": ("identifier", "referral"),
    "patient_chart": ("letter", "notes_import", "attachment"),
    "follow_ups": ("triage",),
}
CASES = [(name, size) for name, (_, _, sizes) in PAGES.items() for size in sizes]


@pytest.mark.parametrize(("name", "size"), CASES, ids=lambda v: v if isinstance(v, str) else f"{v[0]}x{v[1]}")
def test_a_page_is_whole_at_its_size(name: str, size: tuple[int, int], open_page: Open, world: World):
    who, path, _ = PAGES[name]
    things = things_of(path, world, *SHOWN.get(name, ()))
    look_at(open_page(who, size), path.format(**things), f"{name}_{size[0]}")


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/reauthenticate/"])
def test_a_page_for_those_who_have_a_password(path: str, open_page: Open, world: World):
    world.cast.ben.set_password("a long walk by the sea")
    world.cast.ben.save()
    look_at(open_page("ben", UPRIGHT), path, path.strip("/").replace("/", "_"))


def things_of(path: str, world: World, *shown: str) -> dict[str, Any]:
    """Only what the page is about: the rest of the world costs time to make."""
    names = {name for _, name, _, _ in Formatter().parse(path) if name}.union(shown)
    return {name: thing(name, world).pk for name in names}


def thing(name: str, world: World) -> Any:
    if name == "notes_import":
        return world.past_note.of_import
    if name == "credential":
        return Credential.objects.get(user=world.cast.ben)
    return getattr(world, name, None) or world.cast.person(name)


# What somebody reads or presses must not stick out of the card it is in; what scrolls by itself may.
STICKING_OUT = """() => [...document.querySelectorAll(".card :is(a, button, input, select, textarea, .tag)")].filter(one => {
  const card = one.closest(".card").getBoundingClientRect(), box = one.getBoundingClientRect();
  const scrolls = (at) => at && !at.matches(".card") && (getComputedStyle(at).overflowX !== "visible" || scrolls(at.parentElement));
  return box.width > 1 && (box.right > card.right + 1 || box.left < card.left - 1) && !scrolls(one.parentElement);
}).map(one => one.outerHTML.slice(0, 150))"""


def look_at(page: Page, path: str, name: str) -> None:
    """Open a page, take its picture, and hold it to what holds for every page."""
    answer = page.goto(path)
    calm(page)
    picture(page, name)

    assert answer is not None
    assert answer.status == 200
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(STICKING_OUT) == []
    assert page.locator("h1").count() == 1
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
